package detail

import (
	"fmt"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/ui/action"
)

// big is a call of the given number of states that lasts as long as it is told: a caller waits in a
// queue while one agent after another is rung, is held and handed back, over and over, by one of
// many people.
func big(states, people int, length time.Duration) []call.Event {
	meta := call.Meta{ID: "b16b00b5-1234-4000-8000-000000000040", Inbound: true, Created: begun}
	agents := make([]call.Participant, people-1)
	for i := range agents {
		agents[i] = call.Participant{ID: fmt.Sprintf("p-%d", i), Kind: call.LineLeg, Name: fmt.Sprintf("Agent %02d", i), Extension: fmt.Sprint(7000 + i),
			LineID: fmt.Sprintf("line-%d", i), Device: "yealink.sip.t46s"}
	}
	var out []call.Event
	add := func(s step) {
		n := uint64(len(out) + 1)
		at := begun.Add(length * time.Duration(n-1) / time.Duration(states-1))
		out = append(out, call.Event{Kind: call.KindState, Source: call.FromStream, Received: at, Meta: meta,
			Snapshot: call.Snapshot{Seq: n, Stage: s.stage, At: at, Legs: s.legs, Systems: s.systems}})
	}
	add(step{0, call.Starting, []call.SnapLeg{leg(caller, call.StatusRinging)}, nil})
	for i := 0; len(out) < states-1; i++ {
		who := agents[i%len(agents)]
		for _, s := range []step{
			{0, call.Active, []call.SnapLeg{leg(caller, call.StatusInMenu)}, in(support, call.StatusConnected)},
			{0, call.Active, []call.SnapLeg{leg(caller, call.StatusInMenu), leg(who, call.StatusRinging)}, in(support, call.StatusConnected)},
			{0, call.Active, []call.SnapLeg{leg(caller, call.StatusConnected), leg(who, call.StatusConnected)}, nil},
			{0, call.Active, []call.SnapLeg{held(caller, who), leg(who, call.StatusConnected)}, nil},
			{0, call.Active, []call.SnapLeg{moved(caller, who, "1102"), leg(who, call.StatusConnected)}, nil},
		} {
			if len(out) < states-1 {
				add(s)
			}
		}
	}
	add(step{0, call.Ending, nil, nil})
	return out
}

func bigCall(states, people int, length time.Duration, upTo int) *call.Call {
	b := call.NewBoard(call.Options{})
	for _, e := range big(states, people, length)[:upTo] {
		b.Apply(e)
	}
	return b.Get("b16b00b5-1234-4000-8000-000000000040")
}

func BenchmarkFrame(b *testing.B) {
	live, ended := bigCall(300, 40, 3*time.Hour, 299), bigCall(300, 40, 3*time.Hour, 300)
	for k := range numKinds {
		b.Run("live "+k.String(), func(b *testing.B) {
			p := open(200, 50, live, nil, nil)
			p.SetKind(k)
			for i := range b.N { // each frame is of another second
				p.SetNow(live.LastAt.Add(time.Duration(i) * time.Second))
				_ = p.View()
			}
		})
		b.Run("ended "+k.String(), func(b *testing.B) {
			p := open(200, 50, ended, nil, nil)
			p.SetKind(k)
			for i := range b.N { // each frame has moved
				p.Do([]action.Action{action.Down, action.Right}[i%2])
				_ = p.View()
			}
		})
	}
}
