package sim_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

// busy opens a socket on a channel that is subscribed to all calls.
func (r *rig) busy() *ear {
	r.t.Helper()
	c := r.channel("busy")
	r.subscribe(c.ChannelID)
	return r.listen(c.ChannelData.ChannelURL)
}

func (r *rig) fault(f sim.Fault) {
	r.t.Helper()
	if _, err := r.svc.Faults().Add(f); err != nil {
		r.t.Fatal(err)
	}
}

// fired wants a fault to have struck, and returns how many times.
func (r *rig) fired(kind sim.FaultKind) int {
	r.t.Helper()
	n := int(r.svc.Faults().Fired(kind))
	if n == 0 {
		r.t.Errorf("fault %s never struck", kind)
	}
	return n
}

func eventIDs(frames []frameIn) (ids []uint64) {
	for _, f := range frames {
		ids = append(ids, f.EventID)
	}
	return ids
}

func TestFrameFaults(t *testing.T) {
	tests := []struct {
		fault sim.Fault
		check func(t *testing.T, fired int, ids []uint64)
	}{
		{sim.Fault{Kind: sim.Drop, Every: 10}, func(t *testing.T, fired int, ids []uint64) {
			for _, id := range ids {
				if id%10 == 0 && id <= uint64(10*fired) {
					t.Errorf("frame %d was to be dropped", id)
				}
			}
			if total := int(slices.Max(ids)); len(ids) < total-fired || len(ids) > total-fired+1 {
				t.Errorf("%d frames of %d came with %d dropped", len(ids), total, fired)
			}
		}},
		{sim.Fault{Kind: sim.Duplicate, Every: 5}, func(t *testing.T, fired int, ids []uint64) {
			twice := 0
			for i := 1; i < len(ids); i++ {
				if ids[i] == ids[i-1] {
					twice++
				}
			}
			if twice != fired {
				t.Errorf("%d duplicates, %d fired", twice, fired)
			}
		}},
		{sim.Fault{Kind: sim.Reorder, Every: 7}, func(t *testing.T, fired int, ids []uint64) {
			back := 0
			for i := 1; i < len(ids); i++ {
				if ids[i] < ids[i-1] {
					back++
				}
			}
			if back == 0 || back > fired {
				t.Errorf("%d frames out of order, %d fired", back, fired)
			}
			complete(t, ids)
		}},
		{sim.Fault{Kind: sim.Delay, Delay: 3 * time.Second, Probability: 0.2}, func(t *testing.T, _ int, ids []uint64) {
			if slices.IsSorted(ids) {
				t.Error("late frames came in order")
			}
			complete(t, ids)
		}},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
				e := r.busy()
				r.fault(tt.fault)
				pass(3 * time.Minute)
				r.svc.Faults().Clear()
				pass(10 * time.Second) // what is held back comes
				tt.check(t, r.fired(tt.fault.Kind), eventIDs(e.frames()))
			})
		})
	}
}

// complete wants every eventId once, in any order.
func complete(t *testing.T, ids []uint64) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(ids))
	for i, id := range sorted {
		if id != uint64(i)+1 {
			t.Fatalf("eventIds are not complete: %d at place %d", id, i+1)
		}
	}
}

func TestCorruptFramesAreNoJSON(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		r.fault(sim.Fault{Kind: sim.Corrupt, Every: 4, Count: 3})
		pass(3 * time.Minute)
		bad := 0
		for _, b := range e.bytes() {
			if !json.Valid(b) {
				bad++
			}
		}
		if fired := r.fired(sim.Corrupt); bad != 3 || fired != 3 {
			t.Errorf("%d bad frames, %d fired", bad, fired)
		}
	})
}

func TestFaultOfOneSource(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		r.subscribeReports(c.ChannelID, "accountKeys", r.hello.AccountKey).want(t, 201)
		e := r.listen(c.ChannelData.ChannelURL)
		r.fault(sim.Fault{Kind: sim.Drop, Source: "call-events-report"})
		pass(5 * time.Minute)
		for _, f := range e.frames() {
			if f.Data.Source == "call-events-report" {
				t.Error("a report notice came through")
			}
		}
		rule := r.svc.Faults().Rules()[0]
		if n := len(e.frames()); n < 100 || rule.Seen != rule.Fired || r.fired(sim.Drop) != int(rule.Fired) {
			t.Errorf("%d frames, rule %+v", n, rule)
		}
	})
}

func TestOversizeFramesAreGoodJSON(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		r.fault(sim.Fault{Kind: sim.Oversize, Size: 300_000, Count: 1})
		pass(time.Minute)
		b := e.bytes()
		if len(b[0]) != 300_000 || !json.Valid(b[0]) || len(b[1]) > 20_000 {
			t.Errorf("sizes %d and %d; valid %v", len(b[0]), len(b[1]), json.Valid(b[0]))
		}
		r.fired(sim.Oversize)
	})
}

func TestReadLimitOfAClientMeetsOversize(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		e.conn.SetReadLimit(1 << 20)
		r.fault(sim.Fault{Kind: sim.Oversize, Count: 1})
		pass(time.Minute)
		e.closed()
		if !errors.Is(e.err, websocket.ErrReadLimit) {
			t.Errorf("the client's error: %v", e.err)
		}
		if n := r.svc.Stats().Clients; n != 0 {
			t.Errorf("%d clients are left", n)
		}
	})
}

func TestCloseFault(t *testing.T) {
	for _, code := range []int{1001, 1006, 1012} {
		inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
			e := r.busy()
			r.fault(sim.Fault{Kind: sim.Close, Every: 5, Count: 1, Code: code})
			if got := e.closed(); got != code {
				t.Errorf("closed with %d, want %d", got, code)
			}
			if n := len(e.frames()); n > 5 || code != 1006 && n != 5 {
				t.Errorf("%d frames before the close", n)
			}
			r.fired(sim.Close)
		})
	}
}

// A client that reads late gets what was queued before the close.
func TestCloseComesAfterWhatIsQueued(t *testing.T) {
	cfg := sim.Config{World: world.Config{Scenario: "storm", Live: 50, StatesPerSecond: 500}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		r.fault(sim.Fault{Kind: sim.Close, Every: 100, Count: 1})
		conn, _, err := r.dialer().DialContext(t.Context(), c.ChannelData.ChannelURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		pass(time.Second)
		r.fired(sim.Close)
		n := 0
		for ; err == nil; n++ {
			_, _, err = conn.ReadMessage()
		}
		if n-1 != 100 || !websocket.IsCloseError(err, websocket.CloseInternalServerErr) {
			t.Errorf("%d frames, want 100; then %v", n-1, err)
		}
	})
}

func TestHalfOpenKeepsTheConnection(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		pass(time.Minute)
		if hit, err := r.svc.Faults().Now(sim.Fault{Kind: sim.HalfOpen}); hit != 1 || err != nil {
			t.Fatalf("%d sockets, error %v", hit, err)
		}
		before := len(e.frames())
		e.conn.SetPongHandler(func(string) error { t.Error("a pong from a half-open connection"); return nil })
		if err := e.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		if got := len(e.frames()); got != before || e.isClosed() {
			t.Errorf("%d frames before, %d after, closed %v", before, got, e.isClosed())
		}
		if st := r.svc.Stats(); st.TooSlow != 0 || st.Clients != 1 {
			t.Errorf("stats %+v", st)
		}
		r.fired(sim.HalfOpen)
		e.hangUp()
	})
}

func TestHalfOpenByRuleAndReplacement(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		e := r.listen(c.ChannelData.ChannelURL)
		r.fault(sim.Fault{Kind: sim.HalfOpen, Every: 3, Count: 1})
		pass(time.Minute)
		if n := len(e.frames()); n > 2 {
			t.Errorf("%d frames, the third was to stop", n)
		}
		r.fired(sim.HalfOpen)
		fresh := r.listen(c.ChannelData.ChannelURL)
		e.closed()
		pass(time.Minute)
		if len(fresh.frames()) == 0 {
			t.Error("the new socket is silent")
		}
	})
}

func TestAnswerFault(t *testing.T) {
	for status, code := range map[int]string{401: "AUTHN_INVALID_TOKEN", 404: "NOT_FOUND", 429: "TOO_MANY_REQUESTS", 500: "UNKNOWN_ERROR", 503: "UNAVAILABLE"} {
		inBubble(t, sim.Config{World: quiet(), RetryAfter: true}, func(t *testing.T, r *rig) {
			r.fault(sim.Fault{Kind: sim.Answer, Status: status, Path: "/users/", Count: 2})
			r.do("GET", channelsPath, "").want(t, 200)
			for range 2 {
				res := r.do("GET", "/users/v1/lines", "")
				res.refused(t, status, code)
				if has := res.header.Get("Retry-After") != ""; has != (status == 429) {
					t.Errorf("%d: Retry-After %q", status, res.header.Get("Retry-After"))
				}
			}
			r.do("GET", "/users/v1/lines", "").want(t, 200)
			if n := r.fired(sim.Answer); n != 2 {
				t.Errorf("fired %d times", n)
			}
		})
	}
}

func TestNoticesOnDemand(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		e := r.listen(c.ChannelData.ChannelURL)
		if hit, err := r.svc.Faults().Now(sim.Fault{Kind: sim.RefreshNotice}); hit != 1 || err != nil {
			t.Fatalf("%d channels, error %v", hit, err)
		}
		if hit, err := r.svc.Faults().Now(sim.Fault{Kind: sim.ToBeClosed}); hit != 1 || err != nil {
			t.Fatalf("%d channels, error %v", hit, err)
		}
		f := e.frames()
		if len(f) != 2 || f[0].Data.Type != "WEBSOCKET_REFRESH_REQUIRED" || f[1].Data.Type != "WEBSOCKET_TO_BE_CLOSED" {
			t.Fatalf("frames %+v", f)
		}
		pass(4 * time.Second)
		if e.isClosed() {
			t.Error("closed before the grace was over")
		}
		r.do("PUT", channelsPath+"/a/"+c.ChannelID, `{"channelType":"WebSockets"}`).want(t, 200) // does not help
		pass(time.Second)
		if code := e.closed(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
		r.do("GET", channelsPath+"/a/"+c.ChannelID, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
	})
}

func TestTokensOnDemand(t *testing.T) {
	for kind, code := range map[sim.FaultKind]string{sim.RevokeTokens: "AUTHN_INVALID_TOKEN", sim.ExpireTokens: "AUTHN_EXPIRED_TOKEN"} {
		inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
			if hit, err := r.svc.Faults().Now(sim.Fault{Kind: kind}); hit != 1 || err != nil {
				t.Fatalf("%d tokens, error %v", hit, err)
			}
			r.do("GET", "/users/v1/lines", "").refused(t, 401, code)
			r.token = r.swapPAT()
			r.do("GET", "/users/v1/lines", "").want(t, 200)
			if n := r.fired(kind); n != 1 {
				t.Errorf("fired %d times", n)
			}
		})
	}
}

func TestImpossibleFaults(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		for _, f := range []sim.Fault{
			{}, {Kind: "x"}, {Kind: sim.RefreshNotice}, {Kind: sim.Answer}, {Kind: sim.Answer, Status: 200}, {Kind: sim.Drop, Probability: 2},
			{Kind: sim.Drop, Every: -1}, {Kind: sim.Close, Code: 99}, {Kind: sim.Delay, Delay: -1}, {Kind: sim.Oversize, Size: 1 << 30},
		} {
			if _, err := r.svc.Faults().Add(f); err == nil {
				t.Errorf("%+v was taken", f)
			}
		}
		if _, err := r.svc.Faults().Now(sim.Fault{Kind: sim.Drop}); err == nil {
			t.Error("drop happened at once")
		}
	})
}

// A fault may lose and mix frames, but what a client fetches must heal it all.
func TestEveryStateCanBeHadInSpiteOfFaults(t *testing.T) {
	cfg := sim.Config{World: world.Config{Retention: time.Hour}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		e := r.busy()
		for _, k := range []sim.FaultKind{sim.Drop, sim.Duplicate, sim.Reorder, sim.Delay} {
			r.fault(sim.Fault{Kind: k, Probability: 0.1, Source: "call-events"})
		}
		pass(10 * time.Minute)
		for _, k := range []sim.FaultKind{sim.Drop, sim.Duplicate, sim.Reorder, sim.Delay} {
			r.fired(k)
		}
		seen := map[string]map[uint64]bool{}
		for _, f := range e.frames() {
			if f.Data.Source != "call-events" {
				continue
			}
			id, seq, _ := f.call(t)
			if seen[id] == nil {
				seen[id] = map[uint64]bool{}
			}
			seen[id][seq] = true
		}
		healed := 0
		for id, have := range seen {
			var p eventsPage
			r.do("GET", spaces+"/"+id+"/events", "").want(t, 200).into(t, &p)
			for _, n := range p.numbers() {
				if !have[n] {
					healed++
				}
			}
		}
		if healed == 0 {
			t.Error("no state was missing: the faults did nothing")
		}
	})
}
