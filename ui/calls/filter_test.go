package calls

import (
	"testing"
	"time"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/action"
)

// The filter is the query language: fields, numbers in any spelling, not and or.
func TestFilterIsAQuery(t *testing.T) {
	ring := made(1, call.StateRinging, "Søren Roe", 5, 70)
	ring.Queue, ring.With = "Tier 2", "Ann"
	out := made(2, call.StateTalking, "Fay", 5, 9)
	out.Direction, out.To = call.Outbound, call.Party{Name: "Zoë Ltd", Number: "+442079460018"}
	p := newPane(ring, out, ended(3, call.AbandonedQueue, 5), ended(4, call.Answered, 9))
	p.SetRegion("GB")
	for filter, want := range map[string]string{
		`queue:"tier 2" state:ringing`: "c1",
		"soren":                        "c1",
		"-live":                        "c3 c4",
		"outcome:lost or dir:out":      "c2 c3",
		"number:02079460018":           "c2",
		"from:0001":                    "c1",
		"~sroe":                        "c1",
		"total>1m live":                "c1",
		"soren wiat>45s":               "c1", // what is wrong is left out while it is typed
		"queue:":                       "c1 c2 c3 c4",
		"(":                            "c1 c2 c3 c4",
	} {
		p.SetFilter(filter)
		if got := order(p); got != want {
			t.Errorf("%q shows %q, want %q", filter, got, want)
		}
	}
	p.SetRegion("US")
	p.SetFilter("number:02079460018")
	if got := order(p); got != "" {
		t.Errorf("a British number is read in the American way and finds %q", got)
	}
}

// Calls come and leave as their clocks pass what the filter asks about, and nothing else is moved.
func TestFilterFollowsTheClock(t *testing.T) {
	wait := func(no, since int) *call.Call {
		c := made(no, call.StateWaiting, "", since, since)
		c.Phase = call.PhaseWait
		return c
	}
	p := newPane(wait(1, 44), wait(2, 30), made(3, call.StateTalking, "", 100, 100), ended(4, call.Missed, 50))
	p.SetFilter("wait>=45s or clock<53s -live or total>=1m -ended state:talking clock<103s")
	steps := []struct {
		seconds int
		want    string
	}{{0, "c3 c4"}, {1, "c1 c3 c4"}, {2, "c1 c3 c4"}, {3, "c1"}, {14, "c1"}, {15, "c1 c2"}, {1000, "c1 c2"}}
	for _, s := range steps {
		p.SetNow(noon.Add(time.Duration(s.seconds) * time.Second))
		if got := order(p); got != s.want {
			t.Errorf("after %d s: %q, want %q", s.seconds, got, s.want)
		}
	}
	p.SetNow(noon) // and back again, as a recording may be wound
	if got := order(p); got != "c3 c4" {
		t.Errorf("wound back: %q", got)
	}
	p.SetFilter("total<20s")
	p.SetData(call.VecOf(made(5, call.StateTalking, "", 0, 10)))
	p.SetNow(noon.Add(9 * time.Second))
	if got := order(p); got != "c5" {
		t.Errorf("a new call: %q", got)
	}
	p.SetNow(noon.Add(10 * time.Second))
	if got := order(p); got != "" {
		t.Errorf("a new call that has grown too long: %q", got)
	}
}

// What "today" is changes at midnight, and "-2h" every second.
func TestFilterFollowsTheDay(t *testing.T) {
	c := made(1, call.StateTalking, "", 5, 2*3600-5)
	p := newPane(c)
	for filter, moments := range map[string][2]time.Duration{"today": {11*time.Hour + 59*time.Minute, 12 * time.Hour}, "at:-2h": {4 * time.Second, 6 * time.Second}} {
		p.SetNow(noon)
		p.SetFilter(filter)
		for i, want := range []string{"c1", ""} {
			p.SetNow(noon.Add(moments[i]))
			if got := order(p); got != want {
				t.Errorf("%q after %v: %q, want %q", filter, moments[i], got, want)
			}
		}
	}
}

// A call that leaves the list takes the selection with it: no key hits the row that takes its place.
// While somebody moves, it stays where it stands.
func TestACallThatLeavesIsNotSelected(t *testing.T) {
	p := newPane(made(1, call.StateTalking, "", 50, 50), made(2, call.StateTalking, "", 10, 10))
	p.SetFilter("clock<55s")
	p.Do(action.Down)
	p.SetNow(noon.Add(3 * time.Second))
	if p.Selected() == nil || p.Selected().ID != "c1" {
		t.Fatalf("selected %v", p.Selected())
	}
	p.Do(action.Down)
	p.Do(action.Up)
	p.SetNow(noon.Add(6 * time.Second))
	if got := order(p); got != "c1 c2" || p.Selected().ID != "c1" {
		t.Errorf("held: %q, selected %v", got, p.Selected())
	}
	p.SetNow(noon.Add(7 * time.Second))
	if got := order(p); got != "c2" || p.Selected() != nil {
		t.Errorf("after the hold: %q, selected %v", got, p.Selected())
	}
	if msg, ok := said(p, action.Open).(action.Refused); !ok || msg.Why == "" {
		t.Errorf("Enter hits %#v", msg)
	}
}

// Names of contacts are found at both ends, and go with the number.
func TestContactNamesAtBothEnds(t *testing.T) {
	c := made(1, call.StateTalking, "", 5, 9)
	p := newPane(c)
	p.SetContact("+18005550120", "Main Desk")
	p.SetContact("+12015550001", "Dana Roe")
	p.SetFilter("to:desk from:dana")
	if got := order(p); got != "c1" {
		t.Errorf("shows %q", got)
	}
	other := *c
	other.From.Number = "+12015550009"
	p.SetData(call.VecOf(&other))
	if got := order(p); got != "" {
		t.Errorf("another caller has the name of the first: %q", got)
	}
	p.SetContact("+12015550009", "Dana Two")
	if got := order(p); got != "c1" {
		t.Errorf("a name that comes later is not found: %q", got)
	}
	p.SetContact("+18005550120", "")
	if got := order(p); got != "" {
		t.Errorf("a name that was taken back is found: %q", got)
	}
	p.SetFilter("")
	for _, e := range p.index.by {
		if e.subject != nil {
			t.Error("texts are kept though nothing is asked")
		}
	}
}

// Nothing is looked at before the first call is due, and then those alone that are.
func TestOnlyWhatIsDueIsAsked(t *testing.T) {
	var cs []*call.Call
	for i := range 100 {
		cs = append(cs, made(i+1, call.StateTalking, "", i, i))
	}
	p := newPane(cs...)
	p.SetFilter("clock>=105s")
	if got := p.filter.next.Sub(noon); got != 6*time.Second {
		t.Errorf("due first after %v", got)
	}
	for _, e := range p.index.by {
		e.subject.At(time.Time{})
	}
	asked := func() (n int) {
		for _, e := range p.index.by {
			if ms, _ := e.subject.Millis(query.Clock); ms > 0 {
				n++
			}
		}
		return n
	}
	p.SetNow(noon.Add(5 * time.Second))
	if n := asked(); n != 0 {
		t.Errorf("%d are asked before any is due", n)
	}
	p.SetNow(noon.Add(8 * time.Second))
	if n := asked(); n != 3 || p.Len() != 3 {
		t.Errorf("%d are asked and %d shown, want 3", n, p.Len())
	}
	if got := p.filter.next.Sub(noon); got != 9*time.Second {
		t.Errorf("due next after %v", got)
	}
}
