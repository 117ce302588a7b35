package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
)

type sessionAnswer struct{ Self, WS, Subscriptions string }

func (r *rig) session() sessionAnswer {
	r.t.Helper()
	var s sessionAnswer
	r.do("POST", "/v2/session", "").want(r.t, 201).into(r.t, &s)
	return s
}

func (r *rig) dialogs(s sessionAnswer, lineID string) reply {
	r.t.Helper()
	body := fmt.Sprintf(`[{"id":"mine","type":"dialog","entity":{"id":%q,"type":"line.v2","account":%q}}]`, lineID, r.hello.OrganizationID)
	return r.do("POST", strings.TrimPrefix(s.Subscriptions, host), body)
}

type dialogIn struct {
	Type, SubID, EntityID, OldID, NewID string
	Data                                *struct {
		LegID, Direction, State, ANI string
		Created                      int64
		Caller, Callee               struct{ Name, Number string }
	}
}

func (e *ear) dialogs() (all []dialogIn) {
	e.t.Helper()
	for _, b := range e.bytes() {
		var d dialogIn
		if err := json.Unmarshal(b, &d); err != nil {
			e.t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func TestRealtimeTellsOfALinesDialogs(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		s := r.session()
		if s.Self != host+strings.TrimPrefix(s.Self, host) || s.Subscriptions != s.Self+"/subscriptions" || !strings.HasPrefix(s.WS, "ws://api.sim.example/") {
			t.Errorf("session %+v", s)
		}
		res := r.dialogs(s, r.hello.Me.LineID).want(t, 200)
		if !strings.Contains(string(res.body), `"id":"mine"`) {
			t.Errorf("answer %s", res.body)
		}
		e := r.listen(s.WS)
		pass(15 * time.Minute)
		open, kinds, states := map[string]dialogIn{}, map[string]int{}, map[string]bool{}
		for i, d := range e.dialogs() {
			kinds[d.Type]++
			switch d.Type {
			case "keepalive":
				if d.Data != nil || d.SubID != "" {
					t.Fatalf("keepalive %+v", d)
				}
				continue
			case "announce":
				if d.OldID != "" || d.NewID == "" {
					t.Fatalf("announce %d: %+v", i, d)
				}
			case "replace", "withdraw":
				if _, ok := open[d.OldID]; !ok || (d.NewID == "") != (d.Type == "withdraw") {
					t.Fatalf("%s %d of an unknown dialog: %+v", d.Type, i, d)
				}
				if d.Data.LegID != open[d.OldID].Data.LegID {
					t.Fatalf("%s changed the leg", d.Type)
				}
				delete(open, d.OldID)
			}
			if d.NewID != "" {
				open[d.NewID] = d
			}
			if d.SubID != "mine" || d.EntityID != r.hello.Me.LineID || d.Data == nil {
				t.Fatalf("event %+v", d)
			}
			states[d.Data.State] = true
			if strings.HasPrefix(d.Data.Caller.Number, "+") || strings.HasPrefix(d.Data.Callee.Number, "+") {
				t.Errorf("a number with its plus: %+v", d.Data)
			}
			if d.Data.Direction == "recipient" && d.Data.Callee.Number != r.hello.Me.Extension {
				t.Errorf("a recipient's callee is %+v", d.Data.Callee)
			}
		}
		if kinds["keepalive"] != 30 || kinds["announce"] < 5 || kinds["replace"] < 5 || kinds["withdraw"] < 5 {
			t.Errorf("events by type: %v", kinds)
		}
		for _, want := range []string{"RINGING", "BRIDGED", "HUNGUP"} {
			if !states[want] {
				t.Errorf("state %s was never told: %v", want, states)
			}
		}
		first := e.bytes()[slices.IndexFunc(e.dialogs(), func(d dialogIn) bool { return d.Type == "announce" && d.Data.ANI != "" })]
		var raw struct{ Data map[string]any }
		if err := json.Unmarshal(first, &raw); err != nil {
			t.Fatal(err)
		}
		want := []string{"ani", "callee", "caller", "created", "direction", "isClickToCall", "legId", "originatorId",
			"originatorOrganizationId", "participant", "recordings", "state"}
		if diff := cmp.Diff(want, keys(raw.Data)); diff != "" {
			t.Errorf("members of data (-want +got):\n%s", diff)
		}
	})
}

func TestRealtimeRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		s := r.session()
		path := strings.TrimPrefix(s.Subscriptions, host)
		r.dialogs(s, "none").refused(t, 403, "UNAUTHORIZED")
		r.do("POST", path, `[{"id":"x","type":"presence","entity":{}}]`).refused(t, 400, "BAD_REQUEST")
		r.do("POST", path, `[{"type":"dialog"}]`).refused(t, 400, "BAD_REQUEST")
		r.do("POST", path, `[{"id":"x","type":"dialog","entity":{"id":"x","type":"line.v2","account":"other"}}]`).refused(t, 403, "UNAUTHORIZED")
		r.do("POST", path, `{}`).refused(t, 400, "MALFORMED_REQUEST")
		r.do("POST", "/v2/session/none/subscriptions", `[]`).refused(t, 404, "NOT_FOUND")
		r.do("POST", "/v2/session", `{"channelId":"x"}`).refused(t, 400, "BAD_REQUEST")
		r.as(r.loginAs(r.userKeys()[1], ""), "POST", path, `[]`).refused(t, 404, "NOT_FOUND")
		r.as("", "GET", "/v2/session/none/ws", "").refused(t, 404, "NOT_FOUND")
	})
}

func TestRealtimeSessionEnds(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), TokenLife: 10 * time.Hour}, func(t *testing.T, r *rig) {
		s := r.session()
		old := r.listen(s.WS)
		e := r.listen(s.WS)
		if code := old.closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("the older socket was closed with %d", code)
		}
		pass(time.Hour)
		if n := len(e.dialogs()); n != 120 {
			t.Errorf("%d keepalives in an hour", n)
		}
		e.hangUp()
		pass(19 * time.Minute)
		e = r.listen(s.WS)
		pass(2 * time.Minute)
		e.hangUp()
		pass(21 * time.Minute)
		if _, res, err := r.dialer().DialContext(t.Context(), s.WS, nil); err == nil || res.StatusCode != 404 {
			t.Errorf("a session without a socket for 20 min: %v", err)
		}
		s = r.session()
		e = r.listen(s.WS)
		r.do("DELETE", strings.TrimPrefix(s.Self, host), "").want(t, 204)
		if code := e.closed(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
	})
}
