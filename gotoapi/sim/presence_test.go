package sim_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"ringside/gotoapi/sim"
)

type presences struct {
	Items []struct {
		UserKey          string
		Status           string
		UserDoNotDisturb string
		UserNote         string
		Until            *time.Time `json:"userDoNotDisturbExpiration"`
	}
}

// Everybody's presence is told, people in calls are in one, and somebody has a rest some time, which ends
// when it was said to.
func TestPresence(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		q := url.Values{"userKey": r.userKeys()}
		calls, rests, ended := 0, 0, 0
		until := map[string]time.Time{}
		for range 55 {
			var got presences
			r.do("GET", "/presence/v1/presences?"+q.Encode(), "").want(t, 200).into(t, &got)
			if len(got.Items) != len(q["userKey"]) {
				t.Fatalf("%d of %d", len(got.Items), len(q["userKey"]))
			}
			for _, p := range got.Items {
				if p.Status == "IN_A_CALL" {
					calls++
				}
				if p.UserDoNotDisturb == "DO_NOT_DISTURB" {
					rests++
					until[p.UserKey] = *p.Until
				} else if end, was := until[p.UserKey]; was {
					ended++
					if r.svc.Now().Before(end) {
						t.Errorf("a rest of %s ends before %s", p.UserKey, end)
					}
					delete(until, p.UserKey)
				}
			}
			time.Sleep(time.Minute)
		}
		if calls == 0 || rests == 0 || ended == 0 {
			t.Errorf("%d in calls, %d rest, %d rests ended", calls, rests, ended)
		}
		r.do("GET", "/presence/v1/presences", "").want(t, 400)
		many := url.Values{}
		for i := range 101 {
			many.Add("userKey", fmt.Sprint(i))
		}
		r.do("GET", "/presence/v1/presences?"+many.Encode(), "").want(t, 400)
		r.do("GET", "/presence/v1/presences?userKey=1", "").want(t, 404)
	})
}
