package call

import (
	"slices"
	"testing"
	"time"
)

// A state that is there already is counted as a repeat, and kept once.
func TestRepeatsAreCounted(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for _, e := range s.events {
		b.Apply(e)
	}
	b.Apply(s.events[3])
	b.Apply(s.events[len(s.events)-1])
	h := b.Publish(t0).Health
	if h.Repeats != 2 || h.States != uint64(len(s.events)) || h.Healed != 0 {
		t.Errorf("%d repeats, %d states, %d healed of %d", h.Repeats, h.States, h.Healed, len(s.events))
	}
	if n := b.Get("K1").NumStates; n != len(s.events) {
		t.Errorf("%d states kept of %d", n, len(s.events))
	}
}

// What a later state says of a person wins, in whichever order the two come.
func TestLaterWordsOfAPersonWin(t *testing.T) {
	s := parseScript(t, `call K1 inbound via L2
		c number "Dana Roe" +12125550110 +18005550120
		m plan
		1 STARTING +0 c=R
		2 ACTIVE +100 c=I / m
		3 ACTIVE +200 c=I / m`)
	s.events[2].Snapshot.Legs[0].Participant.Outside.Name = "Dana Roe-Lindt"
	for name, order := range map[string][]int{"as they were sent": {0, 1, 2}, "late": {0, 2, 1}} {
		events := make([]Event, 0, 3)
		for _, i := range order {
			events = append(events, s.events[i])
		}
		if got := fold(t, s, events).People[0].Outside.Name; got != "Dana Roe-Lindt" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A call that reached nobody stays on the board longer than one that did.
func TestLostCallsStayLonger(t *testing.T) {
	b := NewBoard(Options{LingerEnded: time.Minute, LingerLost: 10 * time.Minute})
	all := scripts(t)
	var last time.Time
	for i, name := range []string{"queue-answered.txtar", "abandoned-menu.txtar"} {
		for _, e := range all[name].events {
			e.Meta.ID = string(rune('A' + i))
			e.Received = e.Snapshot.At
			b.Apply(e)
			last = e.Received
		}
	}
	up := func(after time.Duration) (ids []string) {
		b.Expire(last.Add(after))
		for _, c := range b.Publish(t0).Live.All() {
			ids = append(ids, c.ID)
		}
		return ids
	}
	if got := up(5 * time.Minute); !slices.Equal(got, []string{"B"}) {
		t.Errorf("after five minutes %v", got)
	}
	if got := up(11 * time.Minute); len(got) != 0 {
		t.Errorf("after eleven %v", got)
	}
}

// A call that GoTo calls finished, and whose last states do not come, is over half a minute later.
func TestFinishedCallEndsWithoutItsLastStates(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for _, e := range s.events[:11] {
		e.Received = e.Snapshot.At
		b.Apply(e)
	}
	said := s.events[10].Snapshot.At.Add(time.Second)
	b.Apply(Event{Kind: KindReport, Meta: Meta{ID: "K1"}, Received: said})
	b.Expire(said.Add(overWait - time.Second))
	if c := b.Get("K1"); !c.Live() {
		t.Fatal("over before its last states could come")
	}
	b.Expire(said.Add(overWait + time.Second))
	if c := b.Get("K1"); c.State != StateEnded || c.Outcome != Answered {
		t.Errorf("%s, %s", c.State, c.Outcome)
	}
}

// A caller whose far end has left is in the menu again if the call goes on: the time since is the menu's.
func TestBackInTheMenuWhenTheFarEndHasLeft(t *testing.T) {
	s := parseScript(t, `call K1 inbound via L2
		c number "Dana Roe" +12125550110 +18005550120
		a line 1001 Ann L1 yealink.sip.t46s by c
		m plan
		1 STARTING +0 c=R
		2 ACTIVE +100 c=I / m
		3 ACTIVE +1000 c=I a=R / m
		4 ACTIVE +3000 c=C a=C / m
		5 ACTIVE +9000 c=I / m
		6 ACTIVE +12000 c=I / m
		7 ACTIVE +15000 c=D / m!
		8 ENDING +15010`)
	if p := fold(t, s, s.events[:5]).Phase; p != PhaseClosing {
		t.Errorf("when the far end left: %s", p)
	}
	if p := fold(t, s, s.events[:6]).Phase; p != PhaseMenu {
		t.Errorf("three seconds later: %s", p)
	}
	r := fold(t, s, s.events).Record(t0)
	if r.PhasesMs["menu"] < 6000 || r.PhasesMs["closing"] > 100 {
		t.Errorf("%+v", r.PhasesMs)
	}
}
