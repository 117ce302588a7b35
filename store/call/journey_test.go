package call

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// consulted is a call that Ann transfers to Cy after she has asked him in a conversation of its own.
func consulted(t *testing.T) (customer, consultation *Call) {
	t.Helper()
	s := parseScript(t, `call K1 inbound
c number "Dana Roe" +12125550110 +18005550120
a line 1001 Ann L1 yealink.sip.t46s by c
x line 1003 Cy L3 goto.clients by a2
1 STARTING +0 c=R
2 STARTING +100 c=R a=R
3 ACTIVE +5000 c=C a=R
4 ACTIVE +5000 c=C a=C
5 ACTIVE +20000 c=H:a a=C
6 ACTIVE +40000 c=W:a>x a=C x=C
7 ACTIVE +40010 c=W:a>x a=D x=C
8 ACTIVE +41000 c=C x=C
9 ENDING +80050`)
	for i := range s.events {
		if i >= 5 {
			s.events[i].Meta.Associated = []string{"K2"}
		}
		for k := range s.events[i].Snapshot.Legs {
			if m := s.events[i].Snapshot.Legs[k].Move; m != nil && i >= 5 && m.Destination.Participant != "" {
				m.Transferrer = Endpoint{Participant: "a2", Conversation: "K2", Extension: "1001", Name: "Ann"}
				m.Destination = Endpoint{Participant: "x2", Conversation: "K2", Extension: "1003", Name: "Cy"}
			}
		}
	}
	q := parseScript(t, `call K2 outbound
a2 line 1001 Ann L1 yealink.sip.t46s by a2
x2 line 1003 Cy L3 goto.clients by a2
1 STARTING +0 a2=R
2 STARTING +400 a2=R x2=R
3 ACTIVE +8000 a2=C x2=R
4 ACTIVE +8000 a2=C x2=C
5 ENDING +19000`)
	for i := range q.events {
		q.events[i].Meta.Created = t0.Add(21 * time.Second)
		q.events[i].Snapshot.At = q.events[i].Snapshot.At.Add(21 * time.Second)
	}
	return fold(t, s, s.events), fold(t, q, q.events)
}

func TestJourneyOfAConsultation(t *testing.T) {
	customer, consultation := consulted(t)
	for name, calls := range map[string][]*Call{
		"from the customer's call":  {customer, consultation},
		"from the consultation":     {consultation, customer},
		"doubled, and with nothing": {consultation, nil, customer, consultation},
	} {
		var b strings.Builder
		for _, ch := range Journey(calls) {
			fmt.Fprintf(&b, "%s +%d %s\n", ch.Call.ID, ch.AtMs, ch.Why)
			for _, s := range ch.Story {
				fmt.Fprintf(&b, "%6d %s\n", s.AtMs, s.Text)
			}
		}
		want := `K1 +0 
     0 Dana Roe (+12125550110) calls +18005550120
   100 Ann (1001) is rung on the yealink t46s
  5000 Ann (1001) answers after 4.9 s of ringing
 20000 Ann puts Dana Roe on hold
 40000 the hold ends after 20.0 s
 40000 Ann makes a warm transfer to Cy
 40000 Cy (1003) answers
 40010 Ann leaves the call
 80050 Cy hangs up
 80050 ended: answered, 1:20 in all
K2 +21000 consultation of Cy by Ann before the transfer
 21000 Ann (1001) calls Cy (1003)
 21400 Cy (1003) is rung on the GoTo app
 29000 Cy (1003) answers after 7.6 s of ringing
 40000 Cy hangs up
 40000 ended: answered, 19.0 s in all
`
		if d := cmp.Diff(want, b.String()); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

// Calls that name each other in a ring, or by way of a third, are one journey; strangers are not.
func TestJourneyGoesThroughOthers(t *testing.T) {
	mk := func(id string, minute int, associated ...string) *Call {
		b := NewBoard(Options{})
		b.Apply(Event{Kind: KindState, Meta: Meta{ID: id, Inbound: true, Created: t0.Add(time.Duration(minute) * time.Minute), Associated: associated},
			Snapshot: Snapshot{Seq: 1, At: t0.Add(time.Duration(minute) * time.Minute)}})
		return b.Get(id)
	}
	a, b, c, d, e := mk("a", 3, "b"), mk("b", 1, "c"), mk("c", 2, "a"), mk("d", 0, "c"), mk("e", 5, "gone")
	var got []string
	for _, ch := range Journey([]*Call{a, e, d, c, b}) {
		got = append(got, fmt.Sprintf("%s %d %s", ch.Call.ID, ch.AtMs, ch.Why))
	}
	const joined = "joined with the others by the service, which does not say how"
	want := []string{"d 0 ", "b 60000 " + joined, "c 120000 " + joined, "a 180000 " + joined}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Journey([]*Call{e, a}); len(got) != 1 || got[0].Call != e {
		t.Errorf("a stranger was joined: %v", got)
	}
	if got := Journey(nil); got != nil {
		t.Errorf("of nothing came %v", got)
	}
}

func TestDifferencesOfTheSameCall(t *testing.T) {
	for name, s := range scripts(t) {
		c := fold(t, s, s.events)
		d, err := Unpack(Pack(c))
		if err != nil {
			t.Fatal(err)
		}
		if got := Differences(c, d); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestDifferencesAreNamed(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	c := fold(t, s, s.events)
	late := fold(t, s, append(append([]Event{}, s.events[:9]...), s.events[13:]...)) // the talk was not seen
	want := []string{
		"answer: 21000 ms, 90000 ms", "answered 1: 1002 at 21000 ms, 1002 at 90000 ms",
		"rung 2: 1002 at 9003 ms for 11997 ms, answered, 1002 at 9003 ms for 80997 ms, answered", "holds: 1, 0",
		"wait: 12999 ms, 81999 ms", "talk: 64000 ms, 0 ms", "hold: 5000 ms, 0 ms",
	}
	if d := cmp.Diff(want, Differences(c, late)); d != "" {
		t.Error(d)
	}
	other := fold(t, s, s.events)
	other.From, other.Outcome, other.Direction = Party{Name: "Anne", Number: "+12125550111"}, Missed, Outbound
	want = []string{"outcome: answered, missed", "direction: inbound, outbound", "from: Dana Roe (+12125550110), Anne (+12125550111)"}
	if d := cmp.Diff(want, Differences(c, other)); d != "" {
		t.Error(d)
	}
	// A name that one of them does not know is no difference; one that both know otherwise is.
	other = fold(t, s, s.events)
	if other.From.Name = ""; len(Differences(c, other)) > 0 {
		t.Errorf("%q", Differences(c, other))
	}
	if other.From.Name = "Bo"; len(Differences(c, other)) != 1 {
		t.Errorf("%q", Differences(c, other))
	}
}
