package dialogs

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// desk is a tracker with a board behind it, on a clock of the test's own.
type desk struct {
	*tracker
	board *call.Board
	at    time.Time
	fx    []string
}

func newDesk() *desk {
	d := &desk{at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	d.tracker = newTracker("42", func() time.Time { return d.at })
	d.watch([]line{{"line-a", "org", "US"}, {"line-b", "org", "US"}})
	d.board = call.NewBoard(call.Options{MyLines: []string{"line-a", "line-b"}})
	return d
}

// hear lets a second pass and takes a message in.
func (d *desk) hear(g wire.Dialog) *call.Call {
	d.at = d.at.Add(time.Second)
	e, news := d.take(g)
	if !news {
		return nil
	}
	e.Received = d.at
	for _, f := range d.board.Apply(e) {
		d.fx = append(d.fx, f.String())
	}
	return d.board.Get(e.Meta.ID)
}

// rings is a message about a telephone of line a that Dana calls.
func rings(kind wire.DialogKind, leg string, state wire.DialogState) wire.Dialog {
	return wire.Dialog{
		Kind: kind, Type: "x", Sub: "line-a", Entity: "625900000", New: leg + fmt.Sprint(state), Leg: leg, Device: "dev" + leg,
		Caller: call.Party{Name: "Dana Roe", Number: "2125550110"}, Callee: call.Party{Name: "Ann", Number: "1001"},
		First: call.Party{Name: "Main", Number: "+12125550180"}, State: state, Originator: "conv",
	}
}

// calls is a message about a call that line a makes.
func calls(kind wire.DialogKind, state wire.DialogState, to string) wire.Dialog {
	return wire.Dialog{
		Kind: kind, Type: "x", Sub: "line-a", Leg: "out", State: state, Originator: "conv", Outgoing: true,
		Caller: call.Party{Name: "Ann", Number: "1001"}, Callee: call.Party{Name: "Unknown", Number: to},
	}
}

type state struct {
	State, Who, With, From, To string
	Direction                  string
	Mine, Rings                bool
}

func stateOf(c *call.Call) state {
	return state{c.State.String(), c.Who, c.With, c.From.Number, c.To.Number, c.Direction.String(), c.Mine, c.Rings}
}

func want(t *testing.T, c *call.Call, s state) {
	t.Helper()
	if c == nil {
		t.Fatalf("no call; want %+v", s)
	}
	if d := cmp.Diff(s, stateOf(c)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestInboundCall(t *testing.T) {
	d := newDesk()
	s := state{"ringing", "Ann", "Ann", "2125550110", "+12125550180", "inbound", true, true}
	c := d.hear(rings(wire.Announce, "1", wire.DialogRinging))
	want(t, c, s)
	s.Rings, s.State = false, "talking"
	want(t, d.hear(rings(wire.Replace, "1", wire.DialogAnswered)), s)
	if d.hear(rings(wire.Replace, "1", wire.DialogAnswered)) != nil {
		t.Error("a repeat is news")
	}
	want(t, d.hear(rings(wire.Replace, "1", wire.DialogBridged)), s)
	hold := s
	hold.State, hold.Who = "on hold", ""
	want(t, d.hear(rings(wire.Replace, "1", wire.DialogUnbridged)), hold)
	want(t, d.hear(rings(wire.Replace, "1", wire.DialogBridged)), s)
	c = d.hear(wire.Dialog{Kind: wire.Withdraw, Type: "withdraw", Sub: "line-a", Old: "14"}) // by the snapshot's id alone
	r := c.Record(d.at)
	if c.Live() || r.Outcome == nil || *r.Outcome != "answered" || c.LeftFirst != "" || c.JoinedLate || len(c.Gaps) != 0 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff([]call.Hold{{By: "", AtMs: c.Holds[0].AtMs, Ms: 1000}}, c.Holds, cmp.AllowUnexported(call.Hold{})); d != "" {
		t.Error(d)
	}
	if a := c.Answered; len(a) != 1 || a[0].Name != "Ann" || a[0].Extension != "1001" || c.Rung[0].RingMs != 1000 {
		t.Errorf("%+v %+v", a, c.Rung)
	}
	if x := cmp.Diff([]string{"pop ringing 2125550110", "wanted 2125550110", "pop answered 2125550110", "ended conv", "pop ended 2125550110"}, d.fx); x != "" {
		t.Error(x)
	}
	if d.hear(rings(wire.Withdraw, "1", wire.DialogHungUp)) != nil {
		t.Error("a call ends twice")
	}
}

// Two telephones of one line: one is answered, the other stops ringing. One person, one call.
func TestTwoTelephones(t *testing.T) {
	d := newDesk()
	d.hear(rings(wire.Announce, "1", wire.DialogRinging))
	d.hear(rings(wire.Announce, "2", wire.DialogRinging))
	c := d.hear(rings(wire.Replace, "2", wire.DialogBridged))
	want(t, c, state{"talking", "Ann", "Ann", "2125550110", "+12125550180", "inbound", true, true})
	c = d.hear(rings(wire.Replace, "1", wire.DialogHungUp))
	want(t, c, state{"talking", "Ann", "Ann", "2125550110", "+12125550180", "inbound", true, false})
	if d.hear(rings(wire.Withdraw, "1", wire.DialogHungUp)) != nil {
		t.Error("a leg that hung up leaves once more")
	}
	c = d.hear(rings(wire.Replace, "2", wire.DialogHungUp))
	if c.Live() || len(c.Answered) != 1 || c.Outcome != call.Answered {
		t.Errorf("%+v", c.Record(d.at))
	}
}

// A call out of a queue rings me, leaves, and comes back: my telephone rings anew.
func TestACallComesBack(t *testing.T) {
	d := newDesk()
	c := d.hear(rings(wire.Announce, "1", wire.DialogRinging))
	first := d.hear(rings(wire.Withdraw, "1", wire.DialogHungUp))
	if first.Live() || first.Outcome != call.Missed {
		t.Errorf("%+v", first.Record(d.at))
	}
	c2 := d.hear(rings(wire.Announce, "7", wire.DialogRinging))
	if !c2.Rings || c2.ID == c.ID || c2.Associated[0] != c.ID {
		t.Errorf("%+v", c2.Record(d.at))
	}
	c3 := d.hear(rings(wire.Withdraw, "7", wire.DialogHungUp))
	if c3.ID != c2.ID || c3.Live() {
		t.Errorf("%+v", c3.Record(d.at))
	}
	pops := 0
	for _, f := range d.fx {
		if f == "pop ringing 2125550110" {
			pops++
		}
	}
	if pops != 2 {
		t.Errorf("%d cards: %v", pops, d.fx)
	}
}

func TestOutgoingCall(t *testing.T) {
	d := newDesk()
	s := state{"starting", "", "", "1001", "442079460018", "outbound", true, false}
	c := d.hear(calls(wire.Announce, wire.DialogCreated, "442079460018"))
	s.To = "+442079460018"
	want(t, c, s)
	s.State, s.Who, s.With = "ringing", "Unknown", "Unknown"
	want(t, d.hear(calls(wire.Replace, wire.DialogRinging, "442079460018")), s)
	if c := d.hear(calls(wire.Replace, wire.DialogAnswered, "442079460018")); c.State != call.StateRinging {
		t.Errorf("off the hook is not answered: %v", c.State)
	}
	c = d.hear(calls(wire.Replace, wire.DialogBridged, "442079460018"))
	if c.State != call.StateTalking || len(c.Answered) != 1 || c.Answered[0].Number != "+442079460018" {
		t.Errorf("%+v", c.Record(d.at))
	}
	c = d.hear(calls(wire.Replace, wire.DialogUnbridged, "442079460018"))
	if c.State != call.StateOnHold {
		t.Errorf("%v", c.State)
	}
	if c = d.hear(calls(wire.Replace, wire.DialogHungUp, "442079460018")); c.Live() || c.Outcome != call.Answered || c.LeftFirst != "" {
		t.Errorf("%+v", c.Record(d.at))
	}
}

func TestInternalCalls(t *testing.T) {
	d := newDesk()
	g := rings(wire.Announce, "1", wire.DialogRinging)
	g.Caller, g.First = call.Party{Name: "Bo", Number: "1002"}, call.Party{}
	want(t, d.hear(g), state{"ringing", "Ann", "Ann", "1002", "1001", "internal", true, true})

	d = newDesk() // one of my lines calls the other: two dialogs of one call
	a := calls(wire.Announce, wire.DialogRinging, "1002")
	a.Callee.Name = "Bo"
	want(t, d.hear(a), state{"ringing", "Bo", "Bo", "1001", "1002", "internal", true, false})
	b := a
	b.Outgoing, b.Leg, b.Sub = false, "in", "line-b"
	c := d.hear(b)
	want(t, c, state{"ringing", "Bo", "Bo", "1001", "1002", "internal", true, true})
	b.Kind, b.State = wire.Replace, wire.DialogBridged
	d.hear(b)
	a.Kind, a.State = wire.Replace, wire.DialogBridged
	c = d.hear(a)
	if c.State != call.StateTalking || len(c.Answered) != 1 || c.Answered[0].Extension != "1002" {
		t.Errorf("%+v", c.Record(d.at))
	}
}

// What was missed is said to be missed.
func TestALostAnnouncement(t *testing.T) {
	d := newDesk()
	c := d.hear(rings(wire.Replace, "1", wire.DialogRinging))
	if !c.JoinedLate || !c.Rings || c.From.Number != "2125550110" {
		t.Errorf("%+v", c.Record(d.at))
	}
	d = newDesk()
	g := rings(wire.Announce, "1", wire.DialogBridged)
	g.Created = d.at.Add(-3 * time.Minute)
	c = d.hear(g)
	if !c.JoinedLate || c.State != call.StateTalking || c.AnswerMs >= 0 || c.Total(d.at) < 3*time.Minute {
		t.Errorf("%+v", c.Record(d.at))
	}
	d = newDesk()
	for _, g := range []wire.Dialog{rings(wire.Withdraw, "1", wire.DialogHungUp), rings(wire.Announce, "1", wire.DialogHungUp), {Kind: wire.Withdraw, Old: "nothing"}} {
		if d.hear(g) != nil {
			t.Errorf("an end makes a call: %+v", g)
		}
	}
}

// After a lost link a call is not believed for ever.
func TestUnsureCalls(t *testing.T) {
	d := newDesk()
	d.hear(rings(wire.Announce, "1", wire.DialogRinging))
	if err := d.check("conv"); err != nil {
		t.Error(err)
	}
	d.at = d.at.Add(time.Hour)
	if err := d.check("conv"); err != nil {
		t.Errorf("silence on a good link says nothing: %v", err)
	}
	d.linkLost()
	if err := d.check("conv"); !errors.Is(err, ErrUnsure) {
		t.Error(err)
	}
	d.hear(rings(wire.Replace, "1", wire.DialogBridged))
	if err := d.check("conv"); err != nil {
		t.Errorf("it was heard of since: %v", err)
	}
	d.linkLost()
	d.at = d.at.Add(unsureTalking - time.Second)
	d.linkLost() // a second loss does not begin anew
	if err := d.check("conv"); !errors.Is(err, ErrUnsure) {
		t.Error(err)
	}
	d.at = d.at.Add(time.Second)
	if err := d.check("conv"); !errors.Is(err, ErrOver) {
		t.Error(err)
	}
	if err := d.check("other"); !errors.Is(err, ErrOver) {
		t.Error(err)
	}
	c := d.hear(rings(wire.Replace, "1", wire.DialogBridged))
	if c == nil || c.ID != "conv#2" || !c.JoinedLate {
		t.Errorf("it was up after all: %+v", c)
	}
}

func TestStrangeMessages(t *testing.T) {
	d := newDesk()
	g := rings(wire.Announce, "1", wire.DialogStateOther)
	g.StateText, g.Sub, g.Caller = "MUSING", "unknown", call.Party{}
	c := d.hear(g)
	if c == nil || c.Mine || c.Legs[len(c.Legs)-1].StatusText != "MUSING" {
		t.Errorf("%+v", c)
	}
	for i := range maxLegs + 10 {
		g := rings(wire.Announce, fmt.Sprint("leg", i), wire.DialogRinging)
		d.hear(g)
	}
	if n := len(d.tracker.calls["conv"].legs); n != maxLegs {
		t.Errorf("%d legs kept", n)
	}
	for i := range maxCalls + 50 {
		g := rings(wire.Announce, "1", wire.DialogRinging)
		g.Originator = fmt.Sprint("many", i)
		d.hear(g)
		if i%2 == 0 {
			g.Kind, g.State = wire.Withdraw, wire.DialogHungUp
			d.hear(g)
		}
	}
	if len(d.tracker.calls) != maxCalls || len(d.order) != maxCalls {
		t.Errorf("%d calls, %d in order", len(d.tracker.calls), len(d.order))
	}
}

func TestDialable(t *testing.T) {
	for _, c := range []struct{ region, in, want string }{
		{"US", "2125550110", "2125550110"}, {"US", "12125550110", "+12125550110"}, {"US", "493023125048", "+493023125048"},
		{"CA", "61255501734", "+61255501734"}, {"US", "02079460018", "02079460018"}, {"BR", "11987654321", "11987654321"},
		{"", "12125550110", "12125550110"}, {"US", "1001", "1001"}, {"US", "anonymous-caller", "anonymous-caller"},
		{"US", "1234567890123456", "1234567890123456"}, {"US", "", ""},
	} {
		if got := (line{region: c.region}).dialable(c.in); got != c.want {
			t.Errorf("%s in %q is %s, want %s", c.in, c.region, got, c.want)
		}
	}
}
