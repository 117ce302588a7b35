package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const (
	callSubs = "/call-events/v1/subscriptions"
	spaces   = "/call-events/v1/conversation-spaces"
)

func TestSubscribeAnswersForEachAccount(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c, key := r.channel("a"), r.hello.AccountKey
		body := fmt.Sprintf(`{"channelId":%q,"accountKeys":[{"id":%q},{"id":"42"},{"id":%q,"events":["RINGING"]}]}`, c.ChannelID, key, key)
		res := r.do("POST", callSubs, body).want(t, 207)
		got := res.object(t)["accountKeys"].([]any)
		if compact(t, got[0]) != compact(t, map[string]any{"id": key, "status": 200, "message": "Success"}) {
			t.Errorf("success: %v", got[0])
		}
		for i, want := range map[int]string{1: "403 UNAUTHORIZED", 2: "400 BAD_REQUEST"} {
			if m := got[i].(map[string]any); fmt.Sprint(m["status"], " ", m["errorCode"]) != want {
				t.Errorf("entry %d: %v, want %s", i, m, want)
			}
		}
		allFail := fmt.Sprintf(`{"channelId":%q,"accountKeys":[{"id":"42"}]}`, c.ChannelID)
		r.do("POST", callSubs, allFail).want(t, 207)
		ordinary := r.loginAs(r.userKeys()[1], "")
		var own channelAnswer
		r.as(ordinary, "POST", channelsPath+"/o", `{"channelType":"WebSockets"}`).want(t, 201).into(t, &own)
		denied := r.as(ordinary, "POST", callSubs, fmt.Sprintf(`{"channelId":%q,"accountKeys":[{"id":%q}]}`, own.ChannelID, key)).want(t, 207)
		if m := denied.object(t)["accountKeys"].([]any)[0].(map[string]any); m["status"] != 403.0 {
			t.Errorf("one who is no super admin: %v", m)
		}
	})
}

func TestSubscribeRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.do("POST", callSubs, `{"channelId":"none","accountKeys":[{"id":"1"}]}`).refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		r.do("POST", callSubs, `{"accountKeys":[{"id":"1"}]}`).refused(t, 400, "BAD_REQUEST")
		r.do("POST", callSubs, fmt.Sprintf(`{"channelId":%q}`, c.ChannelID)).refused(t, 400, "BAD_REQUEST")
		r.do("POST", callSubs, `[]`).refused(t, 400, "MALFORMED_REQUEST")
		r.do("GET", callSubs, "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", callSubs+"?channelId=none", "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		r.do("PUT", callSubs, "").refused(t, 405, "METHOD_NOT_ALLOWED")
		reader := r.loginAs(r.userKeys()[0], "call-events.v1.events.read")
		r.as(reader, "POST", callSubs, `{}`).refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
		r.as(reader, "GET", spaces+"?accountKey="+r.hello.AccountKey, "").want(t, 200)
	})
}

func TestSubscriptionIsListedAndDeleted(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c, key := r.channel("a"), r.hello.AccountKey
		q := callSubs + "?channelId=" + c.ChannelID
		if got := string(r.do("GET", q, "").want(t, 200).body); got != `{"accountKeys":[]}` {
			t.Errorf("none yet: %s", got)
		}
		r.subscribe(c.ChannelID)
		r.subscribe(c.ChannelID)
		if got, want := string(r.do("GET", q, "").want(t, 200).body), fmt.Sprintf(`{"accountKeys":[%q]}`, key); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		r.do("DELETE", q, "").refused(t, 400, "BAD_REQUEST")
		r.do("DELETE", q+"&accountKey="+key, "").want(t, 204)
		r.do("DELETE", q+"&accountKey="+key, "").refused(t, 404, "NOT_FOUND")
	})
}

// recorded is what one conversation sent, in the order of arrival.
func recorded(t *testing.T, frames []frameIn) map[string][]json.RawMessage {
	t.Helper()
	calls := make(map[string][]json.RawMessage)
	for _, f := range frames {
		if f.Data.Source != "call-events" {
			continue
		}
		id, seq, _ := f.call(t)
		var c struct{ State json.RawMessage }
		if err := json.Unmarshal(f.Data.Content, &c); err != nil {
			t.Fatal(err)
		}
		calls[id] = append(calls[id], c.State)
		if prev := len(calls[id]); uint64(prev) > seq {
			t.Errorf("call %s: state %d came as number %d", id, seq, prev)
		}
	}
	return calls
}

func TestStatesArriveAndCanBeReadAgain(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Warm: -1}}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		e := r.listen(c.ChannelData.ChannelURL)
		pass(5 * time.Minute)
		frames := e.frames()
		if len(frames) < 100 {
			t.Fatalf("only %d frames in five minutes", len(frames))
		}
		for i, f := range frames {
			if f.EventID != uint64(i)+1 {
				t.Fatalf("frame %d has eventId %d", i, f.EventID)
			}
			if i > 0 && instant(t, f.Timestamp).Add(time.Millisecond).Before(instant(t, frames[i-1].Timestamp)) {
				t.Fatalf("frame %d is of %s, the one before of %s", i, f.Timestamp, frames[i-1].Timestamp)
			}
		}
		checked := 0
		for id, states := range recorded(t, frames) {
			res := r.do("GET", spaces+"/"+id+"/events", "")
			if res.status != 200 {
				continue // retention is over
			}
			var page struct{ States []json.RawMessage }
			res.into(t, &page)
			for i, st := range states {
				if string(st) != string(page.States[i]) {
					t.Fatalf("call %s, state %d:\nframe %s\nREST  %s", id, i+1, st, page.States[i])
				}
			}
			checked++
		}
		if checked < 5 {
			t.Errorf("only %d calls compared", checked)
		}
	})
}

func TestOnlyTheEventsAskedFor(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Warm: -1}}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID, "STARTING", "ENDING")
		r.subscribe(c.ChannelID, "ACTIVE") // repeating changes nothing
		e := r.listen(c.ChannelData.ChannelURL)
		pass(5 * time.Minute)
		kinds := map[string]int{}
		for _, f := range e.frames() {
			_, _, kind := f.call(t)
			kinds[kind]++
		}
		if kinds["STARTING"] == 0 || kinds["ENDING"] == 0 || len(kinds) != 2 {
			t.Errorf("states by type: %v", kinds)
		}
	})
}

func TestNothingIsQueuedWithoutASocket(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Warm: -1}}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		e := r.listen(c.ChannelData.ChannelURL)
		pass(time.Minute)
		before := e.frames()
		e.hangUp()
		pass(2 * time.Minute)
		missed := time.Now()
		e = r.listen(c.ChannelData.ChannelURL)
		pass(time.Minute)
		after := e.frames()
		if len(before) == 0 || len(after) == 0 {
			t.Fatalf("frames: %d before, %d after", len(before), len(after))
		}
		if after[0].EventID != uint64(len(before))+1 {
			t.Errorf("eventId goes on with %d after %d frames", after[0].EventID, len(before))
		}
		if first, err := time.Parse(time.RFC3339Nano, after[0].Timestamp); err != nil || first.Before(missed) {
			t.Errorf("a frame of %s came to a socket of %s (%v)", after[0].Timestamp, missed, err)
		}
		if r.svc.Stats().Unsent == 0 {
			t.Error("nothing was missed: the test shows nothing")
		}
	})
}

type spacesPage struct {
	PageSize       int
	NextPageMarker *string
	Items          []struct {
		Metadata struct{ ConversationSpaceID, AccountKey, CallCreated string }
		State    struct {
			SequenceNumber uint64
			Type           string
			Participants   []struct{ Type struct{ LineID string } }
		}
	}
}

func TestConversationSpacesShowTheLastState(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		pass(3 * time.Minute)
		var want []string
		r.svc.World(func(w *world.World) { want = w.Live() })
		var all spacesPage
		r.do("GET", spaces+"?accountKey="+r.hello.AccountKey, "").want(t, 200).into(t, &all)
		if all.PageSize != 100 || all.NextPageMarker == nil || *all.NextPageMarker != "" {
			t.Errorf("pageSize %d, marker %v", all.PageSize, all.NextPageMarker)
		}
		var got []string
		for i, item := range all.Items {
			got = append(got, item.Metadata.ConversationSpaceID)
			if i > 0 {
				before, ending := all.Items[i-1], item.State.Type == "ENDING"
				if !ending && instant(t, item.Metadata.CallCreated).After(instant(t, before.Metadata.CallCreated)) {
					t.Errorf("item %d is newer than the one before", i)
				}
				if !ending && before.State.Type == "ENDING" {
					t.Errorf("item %d is live and comes after one that ended", i)
				}
			}
			r.svc.World(func(w *world.World) {
				if _, states, _ := w.States(item.Metadata.ConversationSpaceID); states[len(states)-1].SequenceNumber != item.State.SequenceNumber {
					t.Errorf("call %s shows state %d", item.Metadata.ConversationSpaceID, item.State.SequenceNumber)
				}
			})
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(got) < 4 {
			t.Errorf("%d spaces (-live +listed):\n%s", len(got), diff)
		}
	})
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestConversationSpacesPages(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		base := spaces + "?pageSize=3&accountKey=" + r.hello.AccountKey
		seen := map[string]bool{}
		pages, markers := 0, []string{}
		for marker := ""; ; {
			var p spacesPage
			r.do("GET", base+marker, "").want(t, 200).into(t, &p)
			for _, item := range p.Items {
				if seen[item.Metadata.ConversationSpaceID] {
					t.Errorf("%s is listed twice", item.Metadata.ConversationSpaceID)
				}
				seen[item.Metadata.ConversationSpaceID] = true
			}
			pages++
			if *p.NextPageMarker == "" {
				break
			}
			marker = "&pageMarker=" + *p.NextPageMarker
			markers = append(markers, marker)
			pass(3 * time.Second) // calls come and go between the pages
		}
		if pages < 3 {
			t.Fatalf("%d pages only", pages)
		}
		r.do("GET", base+markers[0], "").want(t, 200) // a marker may be used again
		pass(11 * time.Minute)
		r.do("GET", base+markers[0], "").refused(t, 400, "BAD_REQUEST")
	})
}

func TestConversationSpacesOfALine(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		found := 0
		for range 40 {
			pass(3 * time.Second)
			var p spacesPage
			r.do("GET", spaces+"?lineId="+r.hello.Me.LineID, "").want(t, 200).into(t, &p)
			for _, item := range p.Items {
				on := false
				r.svc.World(func(w *world.World) {
					_, states, _ := w.States(item.Metadata.ConversationSpaceID)
					b := compact(t, states)
					on = strings.Contains(b, r.hello.Me.LineID)
				})
				if !on {
					t.Errorf("%s never had the line", item.Metadata.ConversationSpaceID)
				}
				found++
			}
		}
		if found == 0 {
			t.Error("the line had no call in two minutes")
		}
		other := r.loginAs(r.userKeys()[1], "")
		r.as(other, "GET", spaces+"?lineId="+r.hello.Me.LineID, "").refused(t, 403, "UNAUTHORIZED")
	})
}

func TestConversationSpacesRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		r.do("GET", spaces, "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", spaces+"?accountKey=1", "").refused(t, 403, "UNAUTHORIZED")
		r.do("GET", spaces+"?accountKey="+r.hello.AccountKey+"&pageSize=101", "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", spaces+"/none/events", "").refused(t, 404, "NOT_FOUND")
		r.do("GET", "/call-events/v1/conversations-spaces/none/events", "").refused(t, 404, "NOT_FOUND")
		r.do("GET", spaces+"/none/events?sequenceFrom=x", "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", spaces+"/none/events?sequenceTo=0", "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", spaces+"/none/events?pageSize=1000", "").refused(t, 400, "BAD_REQUEST")
	})
}

type eventsPage struct {
	PageSize       int
	NextPageMarker *string
	Metadata       struct{ ConversationSpaceID string }
	States         []struct{ SequenceNumber uint64 }
}

func (p eventsPage) numbers() (n []uint64) {
	for _, s := range p.States {
		n = append(n, s.SequenceNumber)
	}
	return n
}

// longCall finds a live call with at least n states.
func (r *rig) longCall(n int) string {
	r.t.Helper()
	for range 100 {
		pass(5 * time.Second)
		found := ""
		r.svc.World(func(w *world.World) {
			for _, id := range w.Live() {
				if _, states, ok := w.States(id); ok && len(states) >= n {
					found = id
				}
			}
		})
		if found != "" {
			return found
		}
	}
	r.t.Fatalf("no call reached %d states", n)
	return ""
}

func TestEventsOfACall(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		id := r.longCall(8)
		get := func(query string) (p eventsPage) {
			r.do("GET", spaces+"/"+id+"/events"+query, "").want(t, 200).into(t, &p)
			return p
		}
		all := get("")
		if all.PageSize != 100 || all.NextPageMarker == nil || *all.NextPageMarker != "" || all.Metadata.ConversationSpaceID != id {
			t.Errorf("page %+v", all)
		}
		for i, n := range all.numbers() {
			if n != uint64(i)+1 {
				t.Fatalf("sequence %v", all.numbers())
			}
		}
		tests := map[string][]uint64{
			"?sequenceFrom=3&sequenceTo=3": {3}, "?sequenceFrom=2&sequenceTo=5": {2, 3, 4, 5}, "?sequenceTo=2": {1, 2},
			"?sequenceFrom=9000": nil, "?sequenceFrom=5&sequenceTo=4": nil,
		}
		for q, want := range tests {
			if diff := cmp.Diff(want, get(q).numbers()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", q, diff)
			}
		}
		var paged []uint64
		for marker := ""; ; {
			p := get("?sequenceFrom=2&sequenceTo=8&pageSize=3" + marker)
			paged = append(paged, p.numbers()...)
			if *p.NextPageMarker == "" {
				break
			}
			marker = "&pageMarker=" + *p.NextPageMarker
		}
		if diff := cmp.Diff([]uint64{2, 3, 4, 5, 6, 7, 8}, paged); diff != "" {
			t.Errorf("paged (-want +got):\n%s", diff)
		}
		r.as(r.loginAs(r.userKeys()[1], ""), "GET", spaces+"/"+id+"/events", "").refused(t, 404, "NOT_FOUND")
	})
}

func TestStatesAreForgotten(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Retention: time.Minute}}, func(t *testing.T, r *rig) {
		id := r.longCall(5)
		over := time.Time{}
		for range 2000 {
			pass(time.Second)
			res := r.do("GET", spaces+"/"+id+"/events", "")
			if res.status == 404 {
				if over.IsZero() {
					t.Fatal("the call went before it ended")
				}
				if d := time.Since(over); d < 59*time.Second || d > 62*time.Second {
					t.Errorf("states were readable %v after the end", d)
				}
				return
			}
			if over.IsZero() && strings.Contains(string(res.body), `"ENDING"`) {
				over = time.Now()
			}
		}
		t.Error("the states never went")
	})
}
