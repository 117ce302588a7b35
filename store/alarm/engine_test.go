package alarm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
	"ringside/store/query"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func sec(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Second))) }

// rig is an engine and what is on its board.
type rig struct {
	t     *testing.T
	e     *Engine
	slots []*call.Call
}

func newRig(t *testing.T, set Settings, specs ...Spec) *rig {
	t.Helper()
	rules, err := Compile(specs, Options{Now: noon, Region: "US", ShortAbandon: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	set.Rules = rules
	return &rig{t: t, e: New(set)}
}

// waiting makes a caller who has waited in a queue since a second after noon.
func waiting(id, queue string, since float64) *call.Call {
	return &call.Call{
		ID: id, State: call.StateWaiting, Phase: call.PhaseWait, Queue: queue, Who: queue, Path: []string{queue}, From: call.Party{Name: "Dana " + id, Number: "+12125550110"},
		Created: sec(since), Since: sec(since), LastAt: sec(since), AnswerMs: -1,
	}
}

func in(s call.State, id, agent string, since float64) *call.Call {
	c := waiting(id, "Support", since)
	c.State, c.Phase, c.Who = s, call.PhaseTalk, ""
	c.Answered = []call.Answer{{Name: agent, Extension: "1102", Agent: true}}
	return c
}

func over(c *call.Call, o call.Outcome, at float64) *call.Call {
	out := *c
	out.State, out.Phase, out.Outcome, out.Ended, out.Since = call.StateEnded, call.PhaseClosing, o, sec(at), sec(at)
	return &out
}

// put puts calls on the board, each in the place of the one with its id.
func (r *rig) put(at float64, calls ...*call.Call) []string {
	for _, c := range calls {
		i := slices.IndexFunc(r.slots, func(o *call.Call) bool { return o != nil && o.ID == c.ID })
		if i < 0 {
			i = len(r.slots)
			r.slots = append(r.slots, nil)
		}
		r.slots[i] = c
	}
	return r.told(r.e.Calls(call.VecOf(r.slots...), sec(at)))
}

func (r *rig) take(at float64, ids ...string) []string {
	for i, c := range r.slots {
		if c != nil && slices.Contains(ids, c.ID) {
			r.slots[i] = nil
		}
	}
	return r.told(r.e.Calls(call.VecOf(r.slots...), sec(at)))
}

// to lets time go by, from one due moment to the next.
func (r *rig) to(at float64) []string {
	var out []string
	for {
		due, ok := r.e.Due()
		if !ok || due.After(sec(at)) {
			return append(out, r.told(r.e.Advance(sec(at)))...)
		}
		out = append(out, r.told(r.e.Advance(due))...)
	}
}

// told writes changes: "60 raised red 2 Support". Loud ones have a "!".
func (r *rig) told(changes []Change) []string {
	var out []string
	for _, c := range changes {
		a := &c.Alarm
		s := fmt.Sprintf("%g %s %v %d", c.At.Sub(noon).Seconds(), c.Kind, a.Level, a.Count)
		if a.Subject != "" {
			s += " " + a.Subject
		}
		if n := len(c.Breaches); n > 0 {
			s += fmt.Sprintf(" +%d", n)
		}
		if c.Loud() {
			s += " !"
		}
		out = append(out, s)
	}
	return out
}

func (r *rig) want(got []string, want ...string) {
	r.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		r.t.Errorf("(-want +got)\n%s", d)
	}
}

func (r *rig) board(at float64) *Board { return r.e.Board(sec(at)) }

func waitRule() Spec { return Spec{Name: "longest wait", Measure: "wait", Red: "2m", Amber: "84s"} }

// A caller waits: amber, red, and over a while after somebody has taken the call.
func TestWait(t *testing.T) {
	r := newRig(t, Settings{}, waitRule())
	r.want(r.put(0, waiting("a", "Support", 0)))
	r.want(r.to(83.9))
	r.want(r.to(100), "84 raised amber 1 Support +1 !")
	r.want(r.put(100, waiting("b", "Support", 90), waiting("c", "Sales", 99)))
	r.want(r.to(130), "120 worse red 1 Support +1 !")
	if b := r.board(130); len(b.Up) != 1 || b.Up[0].Longest(sec(130)) != 130*time.Second || b.Up[0].Calls[0] != "a" || b.Up[0].Headline(sec(130)) != "Support: callers wait too long (1 caller, 2:10)" {
		t.Errorf("%+v", b.Up)
	}
	r.want(r.put(140, in(call.StateTalking, "a", "Ann", 140)))
	r.want(r.to(160), "155 cleared none 0 Support")
	r.want(r.to(180), "174 raised amber 1 Support +1 !")
	r.want(r.take(180, "b"))
	r.want(r.to(250), "183 raised amber 1 Sales +1 !", "195 cleared none 0 Support", "219 worse red 1 Sales +1 !")
	b := r.board(250)
	if len(b.Past) != 2 || b.Past[1].Worst != Red || b.Past[1].Value != 140_000 || b.Past[1].Raised != sec(84) {
		t.Errorf("past: %+v", b.Past)
	}
}

// What hangs between two limits does not flap: it is lowered only when it has been better for a while.
func TestHysteresis(t *testing.T) {
	r := newRig(t, Settings{}, Spec{Name: "queue length", Measure: "queue", Red: "3", Amber: "2"})
	a, b, c := waiting("a", "S", 0), waiting("b", "S", 0), waiting("c", "S", 0)
	r.want(r.put(0, a, b, c), "0 raised red 3 S +3 !")
	for i := range 10 {
		at := float64(i * 10)
		r.want(r.take(at+1, "c"))
		r.want(r.to(at + 5))
		r.want(r.put(at+9, waiting("c", "S", at+9)), fmt.Sprintf("%g joined red 3 S +1", at+9))
	}
	r.want(r.take(100, "c"))
	r.want(r.to(114))
	r.want(r.to(116), "115 better amber 2 S")
	r.want(r.take(117, "a", "b"))
	r.want(r.put(130, a, b), "130 joined amber 2 S +2")
	r.want(r.take(140, "a", "b"))
	r.want(r.to(200), "155 cleared none 0 S")
	if due, ok := r.e.Due(); ok {
		t.Errorf("something is due at %v, and nothing is up", due)
	}
}

// Better for a moment only at the end counts as what it was before that.
func TestHysteresisTakesTheWorstOfTheWhile(t *testing.T) {
	r := newRig(t, Settings{}, Spec{Name: "queue length", Measure: "queue", Red: "3", Amber: "2"})
	r.put(0, waiting("a", "S", 0), waiting("b", "S", 0), waiting("c", "S", 0))
	r.want(r.take(1, "c"))
	r.want(r.take(15, "a", "b"))
	r.want(r.to(60), "16 better amber 0 S", "31 cleared none 0 S")
}

// It must have been so for a while.
func TestFor(t *testing.T) {
	r := newRig(t, Settings{}, Spec{Name: "queue length", Measure: "queue", Red: "2", Amber: "never", For: 10 * time.Second})
	r.want(r.put(0, waiting("a", "S", 0), waiting("b", "S", 0)))
	r.want(r.take(5, "b"))
	r.want(r.put(8, waiting("b", "S", 8)))
	r.want(r.to(17.9))
	r.want(r.to(30), "18 raised red 2 S +2 !")
}

// A storm: five hundred callers, one alarm, each of them in its log, and nothing but the repeats after it.
func TestStorm(t *testing.T) {
	r := newRig(t, Settings{Repeat: time.Minute}, waitRule())
	var calls []*call.Call
	for i := range 500 {
		calls = append(calls, waiting(fmt.Sprintf("c%03d", i), "Support", float64(i)/1000))
	}
	r.want(r.put(1, calls...))
	out := r.e.Advance(sec(200))
	if len(out) != 1 || out[0].Kind != Raised || out[0].Alarm.Level != Red || out[0].Alarm.Count != 500 || len(out[0].Breaches) != 500 || !out[0].Loud() {
		t.Fatalf("%d changes, the first: %v", len(out), r.told(out[:1]))
	}
	seen := map[string]bool{}
	for _, b := range out[0].Breaches {
		seen[b.Call] = b.Level == Red && b.Queue == "Support" && b.Caller != ""
	}
	for _, c := range calls {
		if !seen[c.ID] {
			t.Fatalf("%s is not in the log", c.ID)
		}
	}
	if out[0].Breaches[0].Call != "c000" || out[0].Alarm.Calls[0] != "c000" || len(out[0].Alarm.Calls) != MaxCalls {
		t.Error("the longest does not come first")
	}
	r.want(r.to(330), "260 again red 500 Support !", "320 again red 500 Support !")
}

// Nobody is told again of what has been acknowledged, unless it grows worse; undo has it said again.
func TestAcknowledge(t *testing.T) {
	r := newRig(t, Settings{Repeat: time.Minute}, waitRule())
	r.put(0, waiting("a", "Support", 0))
	r.want(r.to(84), "84 raised amber 1 Support +1 !")
	id := r.board(84).Up[0].ID
	out, ok := r.e.Acknowledge(id, "Ann", sec(90))
	r.want(r.told(out), "90 acknowledged amber 1 Support")
	if _, again := r.e.Acknowledge(id, "Bo", sec(91)); !ok || again {
		t.Error("acknowledged twice, or not at all")
	}
	r.want(r.to(300), "120 worse red 1 Support +1 !", "180 again red 1 Support !", "240 again red 1 Support !", "300 again red 1 Support !")
	out, _ = r.e.Acknowledge(id, "Ann", sec(301))
	if s := out[0].Sentence(); s != "acknowledged by Ann after 3:37: Support: callers wait too long (1 caller, 5:01)" {
		t.Error(s)
	}
	r.want(r.to(500))
	out, ok = r.e.Unacknowledge(id, "Ann", sec(500))
	r.want(r.told(out), "500 acknowledgement taken back red 1 Support", "500 again red 1 Support !")
	_, no := r.e.Unacknowledge(id, "Ann", sec(501))
	_, none := r.e.Acknowledge("nothing", "Ann", sec(501))
	if !ok || no || none {
		t.Error("taken back what was not there")
	}
}

func TestSnooze(t *testing.T) {
	r := newRig(t, Settings{Repeat: time.Minute}, waitRule(), Spec{Name: "long talk", Measure: "talk", Red: "5m", Amber: "never"})
	r.put(0, in(call.StateTalking, "a", "Ann", 0))
	r.want(r.to(300), "300 raised red 1 +1 !")
	id := r.board(300).Up[0].ID
	out, _ := r.e.Snooze(id, "Ann", sec(900), sec(310))
	r.want(r.told(out), "310 snoozed red 1")
	r.want(r.to(899))
	r.want(r.to(961), "900 again red 1 !", "960 again red 1 !")
	out, _ = r.e.Snooze(id, "Ann", sec(2000), sec(970))
	r.want(r.told(out), "970 snoozed red 1")
	out, _ = r.e.Unsnooze(id, "Ann", sec(1000))
	r.want(r.told(out), "1000 snooze taken back red 1")
	r.want(r.to(1030), "1020 again red 1 !")
	if _, ok := r.e.Snooze(id, "Ann", sec(1000), sec(1031)); ok {
		t.Error("snoozed into the past")
	}
	// What is over while it is put off is over.
	r.e.Snooze(id, "Ann", sec(3000), sec(1040))
	r.want(r.take(1050, "a"))
	r.want(r.to(4000), "1065 cleared none 0")
}

// span is quiet between two moments.
type span struct{ from, to time.Time }

func (s span) Hold(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }
func (s span) Ends(t time.Time) time.Time {
	if s.Hold(t) {
		return s.to
	}
	return t
}

// In quiet hours nothing sounds; what is still up when they end is said then, and no bell is lost.
func TestQuietHours(t *testing.T) {
	r := newRig(t, Settings{Quiet: span{sec(50), sec(1000)}}, waitRule())
	r.put(0, waiting("a", "Support", 0), waiting("b", "Sales", 0))
	r.want(r.to(200), "84 raised amber 1 Sales +1", "84 raised amber 1 Support +1", "120 worse red 1 Sales +1", "120 worse red 1 Support +1")
	if b := r.board(200); b.Quiet != sec(1000) || b.Up[0].Said != 0 {
		t.Errorf("quiet until %v, said %d times", b.Quiet, b.Up[0].Said)
	}
	r.take(500, "b")
	r.want(r.to(2000), "515 cleared none 0 Sales", "1000 again red 1 Support !")
}

func TestAbandoned(t *testing.T) {
	r := newRig(t, Settings{}, Spec{Name: "gave up", Measure: "abandoned", Red: "2", Window: 30 * time.Minute})
	// By the fold's own phases, so that it is known how long they waited.
	gaveUp := func(id string, began, ended float64) *call.Call {
		b := call.NewBoard(call.Options{})
		for i, e := range events(id, "Support", sec(began), sec(ended)) {
			e.Received = e.Snapshot.At
			e.Snapshot.Seq = uint64(i + 1)
			b.Apply(e)
		}
		return b.Get(id)
	}
	a := gaveUp("a", -60, 0)
	if a.Outcome != call.AbandonedQueue {
		t.Fatalf("it ended as %v", a.Outcome)
	}
	r.want(r.put(1, a, gaveUp("short", 0, 2), over(waiting("x", "Support", 0), call.Answered, 1)))
	r.want(r.put(100, gaveUp("b", 40, 100)), "100 raised red 2 Support +2 !")
	r.want(r.take(700, "a", "b")) // they leave the board, and count until the half hour is over
	r.want(r.to(1799))
	r.want(r.to(4000), "1815 cleared none 0 Support")
	if n := len(r.e.calls); n != 2 { // short and x are on the board still
		t.Errorf("%d calls are remembered", n)
	}
}

// Agents who idle, and figures that others count.
func TestAgentsAndFigures(t *testing.T) {
	r := newRig(t, Settings{},
		Spec{Name: "idle", Measure: "idle", Red: "20m", Per: "agent"},
		Spec{Name: "sla", Measure: "sla", Red: "80%", Least: 10})
	r.want(r.told(r.e.Agents(map[string]time.Time{"Ann": sec(0), "Bo": sec(60)}, sec(60))))
	r.want(r.to(1200), "840 raised amber 1 Ann +1 !", "900 raised amber 1 Bo +1 !", "1200 worse red 1 Ann +1 !")
	r.want(r.told(r.e.Agents(map[string]time.Time{"Bo": sec(60)}, sec(1201))))
	r.want(r.to(1300), "1216 cleared none 0 Ann", "1260 worse red 1 Bo +1 !")
	f := func(queue string, v int64, n int) Figure { return Figure{SLA, queue, v, n} }
	r.want(r.told(r.e.Figures([]Figure{f("Support", 50, 9), f("Sales", 90, 100), f("", 10, 1000)}, sec(1300))))
	r.want(r.told(r.e.Figures([]Figure{f("Support", 85, 20), f("Sales", 89, 100)}, sec(1400))), "1400 raised amber 0 Sales !", "1400 raised amber 0 Support !")
	r.want(r.told(r.e.Figures([]Figure{f("Support", 79, 20)}, sec(1410))), "1410 worse red 0 Support !")
	if b := r.board(1410); b.Up[0].Figures(sec(1410)) != "1 agent, 22:30" || b.Up[1].Figures(sec(1410)) != "79%" || b.Up[1].Limit(Red) != "80%" {
		t.Errorf("%+v", b.Up)
	}
	r.want(r.told(r.e.Figures([]Figure{f("Support", 95, 20), f("Sales", 95, 20)}, sec(1420))))
	r.want(r.to(1500), "1435 cleared none 0 Sales", "1435 cleared none 0 Support")
}

// Any query, also one that time turns, and what is known of a call beside what GoTo says.
func TestWhere(t *testing.T) {
	r := newRig(t, Settings{},
		Spec{Name: "VIP waits", Measure: "where", Where: "tag:vip state:waiting wait>20s"},
		Spec{Name: "two of today", Measure: "where", Where: "today queue:sales", Red: "2"})
	r.want(r.told(r.e.Know("z", query.Extra{Tags: []string{"vip"}}, sec(-30)))) // known before it comes
	r.want(r.put(-29, waiting("z", "Support", -28)))
	r.want(r.to(-1), "-7.999 raised red 1 +1 !")
	r.want(r.take(-1, "z"))
	r.want(r.put(0, waiting("a", "Support", 0), waiting("b", "Support", 0)))
	r.want(r.told(r.e.Know("a", query.Extra{Tags: []string{"vip"}}, sec(1))))
	r.want(r.to(30), "14 cleared none 0", "20.001 raised red 1 +1 !")
	r.want(r.put(31, waiting("d", "Sales", 31), waiting("e", "Sales", 31)), "31 raised red 2 +2 !")
	// Past midnight they are of yesterday: that is found out without anything being asked for it.
	r.want(r.put(32, in(call.StateTalking, "a", "Ann", 32)))
	r.want(r.to(100), "47 cleared none 0")
	if got := r.to(12*3600 + 100); len(got) != 1 || !strings.Contains(got[0], "cleared") || got[0] < "43200" {
		t.Errorf("past midnight: %q", got)
	}
}

// The state of before a restart: acknowledged stays acknowledged, what is no more ends.
func TestRestore(t *testing.T) {
	r := newRig(t, Settings{Repeat: time.Minute}, waitRule())
	r.put(0, waiting("a", "Support", 0), waiting("b", "Sales", 0))
	r.to(130)
	var kept []Alarm
	for _, a := range r.board(130).Up {
		if a.Subject == "Support" {
			r.e.Acknowledge(a.ID, "Ann", sec(131))
		}
	}
	b := r.board(131)
	kept = append(kept, b.Up...)
	gone := b.Up[0]
	gone.ID, gone.Rule, gone.Cleared = "old", "no such rule", time.Time{}
	kept = append(kept, gone, Alarm{ID: "past", Rule: "longest wait", Raised: sec(-500), Cleared: sec(-400)})

	after := newRig(t, Settings{Repeat: time.Minute}, waitRule())
	after.want(after.told(after.e.Restore(kept, sec(140))), "140 cleared none 1 "+gone.Subject)
	after.want(after.put(142, waiting("a", "Support", 0)), "142 joined red 1 Support +1")
	after.want(after.to(190), "180 again red 0 Sales !")
	after.want(after.to(400), "200 cleared none 0 Sales")
	got := after.board(400)
	if len(got.Up) != 1 || got.Up[0].AckedBy != "Ann" || got.Up[0].Raised != sec(84) || len(got.Past) != 3 || got.Past[2].ID != "past" {
		t.Errorf("%+v", got)
	}
}

// The queries of alarms are queries of the language, and find the calls behind them.
func TestQueriesFindTheCalls(t *testing.T) {
	talk := in(call.StateTalking, "t", "Ann Bell", 0)
	hold := in(call.StateOnHold, "h", "Ann Bell", 0)
	hold.Who = "Ann Bell"
	ring := waiting("r", "Sales", 0)
	ring.State, ring.Who = call.StateRinging, "Bo Chen"
	wait := waiting(`w`, `Tier "2"`, 0)
	specs := []Spec{
		{Name: "w", Measure: "wait", Red: "2m"}, {Name: "w sales", Measure: "wait", Red: "2m", Queue: []string{"Sales", "Other"}, Per: "all"},
		{Name: "r", Measure: "ring", Red: "30s"}, {Name: "t", Measure: "talk", Red: "5m", Per: "agent"}, {Name: "t2", Measure: "talk", Red: "5m", Agent: []string{"ann bell"}},
		{Name: "h", Measure: "hold", Red: "1m"}, {Name: "q", Measure: "queue", Red: "1"},
		{Name: "x", Measure: "where", Where: "dana or lee", Red: "1", Per: "queue"}, {Name: "y", Measure: "wait", Where: "dana or lee", Red: "1m"},
	}
	r := newRig(t, Settings{}, specs...)
	r.put(0, talk, hold, ring, wait)
	r.to(400)
	seen := map[string]int{}
	for _, a := range r.board(400).Up {
		q, err := query.Parse(a.Query, query.Options{Now: sec(400), Region: "US"})
		if err != nil {
			t.Errorf("%s: %q: %v", a.Rule, a.Query, err)
			continue
		}
		var found []string
		for _, c := range r.slots {
			s := query.NewCallSubject(c, query.Extra{Region: "US"})
			if s.At(sec(400)); q.Match(s) {
				found = append(found, c.ID)
			}
		}
		got := slices.Sorted(slices.Values(a.Calls))
		if slices.Sort(found); a.Measure != Wait && a.Measure != Queue && !slices.Equal(found, got) {
			t.Errorf("%s: %q finds %v, behind it are %v", a.Rule, a.Query, found, got)
		}
		seen[a.Rule]++
	}
	for _, s := range specs {
		if seen[s.Name] == 0 {
			t.Errorf("%s raised nothing", s.Name)
		}
	}
	for _, s := range []Spec{{Name: "a", Measure: "abandoned", Red: "1"}, {Name: "s", Measure: "sla", Red: "80"}, {Name: "i", Measure: "idle", Red: "1m", Agent: []string{"Ann"}}} {
		rules, err := Compile([]Spec{s}, Options{Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if _, qerr := query.Parse(rules.all[0].find("Support"), query.Options{Now: noon}); qerr != nil {
			t.Errorf("%s: %v", s.Name, qerr)
		}
	}
}

// What is wrong with a rule is said with its key.
func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		s    Spec
		key  string
		what string
	}{
		{Spec{Measure: "wait", Red: "2m"}, "name", "short text"},
		{Spec{Name: "x\x1b", Measure: "wait", Red: "2m"}, "name", "short text"},
		{Spec{Name: "x"}, "measure", "missing"},
		{Spec{Name: "x", Measure: "weight", Red: "2m"}, "measure", "is none"},
		{Spec{Name: "x", Measure: "wait"}, "red", "missing"},
		{Spec{Name: "x", Measure: "wait", Red: "6"}, "red", "a time"},
		{Spec{Name: "x", Measure: "queue", Red: "2m"}, "red", "a number"},
		{Spec{Name: "x", Measure: "sla", Red: "180%"}, "red", "percent"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Amber: "3m"}, "amber", "after red"},
		{Spec{Name: "x", Measure: "sla", Red: "80", Amber: "70"}, "amber", "after red"},
		{Spec{Name: "x", Measure: "wait", Red: "never", Amber: "never"}, "red", "never"},
		{Spec{Name: "x", Measure: "where"}, "where", "missing"},
		{Spec{Name: "x", Measure: "where", Where: "wait>"}, "where", "column"},
		{Spec{Name: "x", Measure: "idle", Red: "5m", Where: "today"}, "where", "says nothing"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Per: "call"}, "per", "none"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Per: "agent"}, "per", "no agent yet"},
		{Spec{Name: "x", Measure: "idle", Red: "2m", Per: "queue"}, "per", "no queue"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Agent: []string{"Ann"}}, "agent", "no agent yet"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Queue: []string{" "}}, "queue", "empty"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", For: 2 * time.Hour}, "for", "bounds"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Window: time.Hour}, "window", "says nothing"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Least: 3}, "least", "says nothing"},
		{Spec{Name: "x", Measure: "wait", Red: "2m", Notify: []string{"pager"}}, "notify", "no way"},
	} {
		_, err := Compile([]Spec{{Name: "fine", Measure: "wait", Red: "1m"}, tt.s}, Options{Now: noon, Ways: []string{"bell"}})
		e, ok := err.(*Error)
		if !ok || e.Rule != 1 || e.Key != tt.key || !strings.Contains(e.What, tt.what) || e.Hint() == "" {
			t.Errorf("%+v: %v", tt.s, err)
		}
	}
	if _, err := Compile([]Spec{waitRule(), waitRule()}, Options{Now: noon}); err == nil {
		t.Error("two rules of one name")
	}
}

// The rules of a fresh desk are amber at 70 % of red where nothing else is said.
func TestDefaults(t *testing.T) {
	rules, err := Compile(Defaults(Thresholds{84 * time.Second, 2 * time.Minute, 3, 6, 5 * time.Minute, 90, 80}), Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules.all {
		got = append(got, fmt.Sprint(r.name, r.limits[1:]))
	}
	if d := cmp.Diff([]string{"longest wait[84000 120000]", "queue length[3 6]", "long talk[0 300000]", "answered in time[90 80]"}, got); d != "" {
		t.Error(d)
	}
	if n := len(Defaults(Thresholds{})); n != 0 {
		t.Errorf("%d rules without a limit", n)
	}
	for _, tt := range []struct {
		measure, red string
		want         int64
	}{{"wait", "100s", 70_000}, {"queue", "6", 5}, {"queue", "1", 0}, {"sla", "95", 100}} {
		rules, err := Compile([]Spec{{Name: "x", Measure: tt.measure, Red: tt.red}}, Options{Now: noon})
		if err != nil || rules.all[0].limits[Amber] != tt.want {
			t.Errorf("%s %s: amber %d, want %d (%v)", tt.measure, tt.red, rules.all[0].limits[Amber], tt.want, err)
		}
	}
}
