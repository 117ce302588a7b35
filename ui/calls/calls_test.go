package calls

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 24, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

// a call that has been in its state for since seconds and lasted for total seconds.
func made(no int, st call.State, from string, since, total int) *call.Call {
	return &call.Call{
		ID: fmt.Sprintf("c%d", no), No: no, State: st, From: call.Party{Name: from, Number: fmt.Sprintf("+1201555%04d", no)},
		To: call.Party{Number: "+18005550120"}, Since: at(since), Created: at(total), LastAt: at(since), QueueMs: -1, AnswerMs: -1,
		Path: []string{"Main", "Support"},
	}
}

func ended(no int, o call.Outcome, ago int) *call.Call {
	c := made(no, call.StateEnded, "gone", ago, ago+60)
	c.Outcome, c.Ended = o, at(ago)
	return c
}

func newPane(cs ...*call.Call) *Pane {
	p := New(theme.Mono(), DefaultLimits(), nil, nil)
	p.SetSize(100, 20)
	p.SetNow(noon)
	p.SetData(call.VecOf(cs...))
	return p
}

func order(p *Pane) string {
	var ids []string
	for i := range p.Len() {
		ids = append(ids, p.Key(i))
	}
	return strings.Join(ids, " ")
}

func TestAttentionFirst(t *testing.T) {
	mine := made(9, call.StateRinging, "", 1, 5)
	mine.Rings = true
	queued := made(6, call.StateWaiting, "", 3, 400) // rung and given back: its wait began long ago
	queued.QueueMs = 10_000
	p := newPane(
		ended(1, call.Answered, 10), ended(2, call.Missed, 5),
		made(3, call.StateTalking, "", 10, 50), made(4, call.StateInMenu, "", 100, 100),
		made(5, call.StateWaiting, "", 80, 90), queued, made(7, call.StateRinging, "", 3, 20), made(8, call.StateRinging, "", 8, 9), mine,
	)
	if got, want := order(p), "c9 c8 c7 c6 c5 c4 c3 c2 c1"; got != want {
		t.Errorf("order %q, want %q", got, want)
	}
}

// However the board got to where it is, the rows are those that a fresh pane would show.
func TestIndexEqualsFreshOne(t *testing.T) {
	for seed := range uint64(30) {
		r := newRand(seed)
		p := newPane()
		p.SetFilter([]string{"", "support", "b", "clock>15s -queue:x", "bob or state:ringing total<40s", "at:-20s", "wait>5s or today"}[seed%7])
		for range int(seed % 9) {
			p.Do(action.SortRight)
		}
		if seed%2 == 1 {
			p.Do(action.Reverse)
		}
		slots := make([]*call.Call, 40)
		no := 0
		for step := range 60 {
			for range 1 + r.n(5) {
				i := r.n(len(slots))
				switch {
				case r.n(5) == 0:
					slots[i] = nil
				case r.n(6) == 0: // a call moves to another slot
					j := r.n(len(slots))
					slots[i], slots[j] = slots[j], slots[i]
				case slots[i] == nil || r.n(4) == 0:
					no++
					slots[i] = r.call(no)
				default: // the same call, a new state
					n := slots[i].No
					slots[i] = r.call(n)
				}
			}
			vec := call.VecOf(slots...)
			if r.n(10) == 0 {
				p.Do(action.Down) // the order is held for a while
			}
			p.SetData(vec)
			if r.n(5) == 0 {
				p.SetNow(p.now.Add(3 * time.Second))
			}
			if p.Held() > 0 {
				continue
			}
			fresh := newPane()
			fresh.index.sort = p.index.sort
			fresh.SetNow(p.now)
			fresh.SetFilter(p.filter.text)
			fresh.SetData(vec)
			if got, want := order(p), order(fresh); got != want {
				t.Fatalf("seed %d step %d: rows\n%s\nfresh\n%s", seed, step, got, want)
			}
			gs, ga := p.Count()
			ws, wa := fresh.Count()
			if gs != ws || ga != wa {
				t.Fatalf("seed %d step %d: %d of %d, fresh %d of %d", seed, step, gs, ga, ws, wa)
			}
			for i := range p.Len() {
				if p.Find(p.Key(i)) != i {
					t.Fatalf("seed %d step %d: row %d is not found", seed, step, i)
				}
			}
			if diff := cmp.Diff(fresh.index.numbers, p.index.numbers); diff != "" {
				t.Fatalf("seed %d step %d: calls by number (-fresh +got)\n%s", seed, step, diff)
			}
		}
	}
}

func TestOrderIsHeldWhileMoving(t *testing.T) {
	a, b := made(1, call.StateTalking, "a", 10, 60), made(2, call.StateTalking, "b", 10, 50)
	p := newPane(a, b)
	p.Do(action.Down)
	ring := *b
	ring.State = call.StateRinging
	p.SetData(call.VecOf(a, &ring, made(3, call.StateRinging, "c", 1, 1)))
	if got := order(p); got != "c1 c2 c3" {
		t.Errorf("rows moved under the reader: %s", got)
	}
	if p.Get("c2").State != call.StateRinging {
		t.Error("contents must not wait")
	}
	if got := p.Status(false); len(got) == 0 || got[0] != "order held 4s" {
		t.Errorf("status %q", got)
	}
	p.SetData(call.VecOf(nil, &ring, made(3, call.StateRinging, "c", 1, 1)))
	if got := order(p); got != "c2 c3" {
		t.Errorf("a call that has gone is still there: %s", got)
	}
	p.SetNow(noon.Add(4 * time.Second))
	if got := order(p); got != "c2 c3" || p.Held() != 0 {
		t.Errorf("after the hold: %s, held %v", got, p.Held())
	}
}

func TestFilter(t *testing.T) {
	out := made(4, call.StateTalking, "Fay", 5, 9)
	out.Direction, out.To = call.Outbound, call.Party{Name: "Zoë Ltd", Number: "+442079460018"}
	late := made(3, call.StateTalking, "Bob", 5, 9)
	late.JoinedLate, late.With = true, "Ann (2nd)"
	p := newPane(made(1, call.StateWaiting, "Dana Roe", 5, 9), ended(2, call.AbandonedQueue, 5), late, out)
	for filter, want := range map[string]string{
		"":                   "c1 c3 c4 c2",
		"DANA":               "c1",
		"dana waiting":       "c1",
		"dana talking":       "",
		"support":            "c1 c3 c4 c2",
		"+12015550001":       "c1",
		"2015550003":         "c3",
		"abandoned in queue": "c2",
		"joined late":        "c3",
		"ann":                "c3",
		"outbound zoë":       "c4",
		"mainsupport":        "",
	} {
		p.SetFilter(filter)
		if got := order(p); got != want {
			t.Errorf("%q shows %q, want %q", filter, got, want)
		}
	}
	p.SetFilter("dana")
	moved := made(1, call.StateWaiting, "Eve", 5, 9)
	p.SetData(call.VecOf(moved, nil, late, out))
	if got := order(p); got != "" {
		t.Errorf("a call that no longer matches is shown: %s", got)
	}
	if shown, all := p.Count(); shown != 0 || all != 3 {
		t.Errorf("%d of %d", shown, all)
	}
	if v := uitest.Screen(p.View(), 100, 20); !strings.Contains(v.Text(), `none of 3 calls matches dana `) || v.Err() != nil {
		t.Errorf("an empty list does not say why: %v\n%s", v.Err(), v.Text())
	}
}

func TestNumbersAreFoundAsShownAndAsSent(t *testing.T) {
	p := New(theme.Mono(), DefaultLimits(), func(s string) string { return strings.ReplaceAll(s, "+1201", "+1 201 ") }, nil)
	p.SetData(call.VecOf(made(1, call.StateTalking, "", 5, 9)))
	for filter, want := range map[string]string{"+12015550001": "c1", "+1 201 5550001": "c1", "2015550002": ""} {
		p.SetFilter(filter)
		if got := order(p); got != want {
			t.Errorf("%q shows %q, want %q", filter, got, want)
		}
	}
}

func TestContactNames(t *testing.T) {
	p := newPane(made(1, call.StateWaiting, "WIRELESS CALLER", 5, 9))
	p.SetFilter("dana")
	p.SetContact("+12015550001", "Dana\x1b[31m Roe")
	if got := order(p); got != "c1" {
		t.Errorf("the filter does not see the contact: %q", got)
	}
	if got := uitest.Screen(p.View(), 100, 20).Line(1); !strings.Contains(got, "Dana[31m Roe") {
		t.Errorf("row %q", got)
	}
	p.SetContact("+12015550001", "")
	if got := order(p); got != "" {
		t.Errorf("the contact is gone and still found: %q", got)
	}
}

func TestThresholdsHaveSigns(t *testing.T) {
	p := newPane(
		made(1, call.StateWaiting, "", 83, 90), made(2, call.StateWaiting, "", 84, 90), made(3, call.StateWaiting, "", 120, 130),
		made(4, call.StateTalking, "", 299, 310), made(5, call.StateTalking, "", 300, 310), made(6, call.StateInMenu, "", 900, 900),
	)
	want := map[string]string{"c1": "1:23", "c2": "! 1:24", "c3": "!! 2:00", "c4": "4:59", "c5": "!! 5:00", "c6": "15:00"}
	for id, w := range want {
		if got := p.clockCell(p.Get(id)).Text; got != w {
			t.Errorf("%s: %q, want %q", id, got, w)
		}
	}
	if p.clockCell(p.Get("c2")).Style == p.clockCell(p.Get("c3")).Style {
		t.Error("amber and red look the same")
	}
	ring := made(7, call.StateRinging, "", 6, 200)
	ring.Phase, ring.LastAt = call.PhaseWait, at(130)
	if got, _ := p.tail(ring, 40); got != "!! waited 2:10" {
		t.Errorf("a long wait behind a ring: %q", got)
	}
}

func TestMarks(t *testing.T) {
	p := newPane()
	c := made(1, call.StateTalking, "", 5, 9)
	c.JoinedLate = true
	if got, _ := p.tail(c, 60); got != "« joined late" {
		t.Errorf("%q", got)
	}
	if got, _ := p.tail(c, 14); got != "« late" {
		t.Errorf("%q", got)
	}
	c.Gaps = []call.Gap{{From: 2, To: 4}}
	if got, _ := p.tail(c, 60); got != "¦ gap+" {
		t.Errorf("%q", got)
	}
	c.Stale = true
	if got, _ := p.tail(c, 60); got != "? stale+" {
		t.Errorf("%q", got)
	}
}

func TestPathGivesWayAtTheFront(t *testing.T) {
	p := newPane()
	c := made(1, call.StateTalking, "", 5, 9)
	c.Path = []string{"Main menu", "Sales", "Tier 2"}
	for w, want := range map[int]string{40: "Main menu › Sales › Tier 2", 20: "… › Sales › Tier 2", 12: "… › Tier 2"} {
		if got := p.pathCell(c, w).Text; got != want {
			t.Errorf("%d: %q, want %q", w, got, want)
		}
	}
}

func TestSorting(t *testing.T) {
	p := newPane(made(1, call.StateTalking, "bea", 5, 90), made(2, call.StateTalking, "Al", 50, 60), made(3, call.StateRinging, "", 1, 1))
	p.Get("c3").From = call.Party{}
	if got := order(p); got != "c3 c1 c2" {
		t.Fatalf("at first: %s", got)
	}
	for p.index.sort.By != colFrom {
		p.Do(action.SortRight)
	}
	if got := order(p); got != "c2 c1 c3" {
		t.Errorf("by caller: %s", got)
	}
	p.Do(action.Reverse)
	if got := order(p); got != "c3 c1 c2" || p.SortedBy() != "from, reversed" {
		t.Errorf("reversed: %s, %s", got, p.SortedBy())
	}
	if got := uitest.Screen(p.View(), 100, 20).Line(0); !strings.Contains(got, "FROM▼") {
		t.Errorf("headings: %q", got)
	}
	for p.index.sort.By != "" {
		p.Do(action.SortLeft)
	}
	if got := order(p); got != "c3 c1 c2" {
		t.Errorf("back to attention: %s", got)
	}
}

func TestRefusals(t *testing.T) {
	p := newPane(made(1, call.StateTalking, "a", 5, 90))
	for _, a := range []action.Action{action.Open, action.Unfold, action.Follow, action.YankID, action.YankNumber} {
		if got, ok := said(p, a).(action.Refused); !ok || got.Why == "" || got.Action != a {
			t.Errorf("%s without a selection: %#v", a, got)
		}
	}
	p.Do(action.Down)
	if got := said(p, action.Open); got != (action.OpenCall{ID: "c1"}) {
		t.Errorf("open: %#v", got)
	}
	if got := said(p, action.YankNumber); got != (action.Copy{What: "number", Text: "+12015550001"}) {
		t.Errorf("yank: %#v", got)
	}
	if _, ok := said(p, action.Fold).(action.Refused); !ok {
		t.Error("folding what is folded says nothing")
	}
}

func said(p *Pane, a action.Action) any {
	cmd := p.Do(a)
	if cmd == nil {
		return nil
	}
	return cmd()
}

func TestLegsUnfold(t *testing.T) {
	c := made(1, call.StateTalking, "Dana Roe", 20, 60)
	c.People = []call.Participant{
		{ID: "a", Kind: call.NumberLeg, Outside: c.From},
		{ID: "b", Kind: call.LineLeg, Name: "Bo", Extension: "0019", Device: "goto.clients"},
		{ID: "d", Kind: call.LineLeg, Name: "Ann", Extension: "1102", LineID: "mine"},
	}
	c.Legs = []call.Leg{
		{Status: call.StatusConnected, Since: call.MillisOf(at(20)), Joined: call.MillisOf(at(60))},
		{Status: call.StatusGone, Since: call.MillisOf(at(20)), Joined: call.MillisOf(at(30)), Left: call.MillisOf(at(20))},
		{Status: call.StatusConnected, Since: call.MillisOf(at(20)), Joined: call.MillisOf(at(30))},
	}
	p := New(theme.Dark(), DefaultLimits(), nil, []string{"mine"})
	p.SetNow(noon)
	p.SetSize(110, 8)
	p.SetData(call.VecOf(c, made(2, call.StateTalking, "Eve", 10, 20)))
	p.Do(action.Down)
	p.Do(action.Unfold)
	uitest.Golden(t, "legs", uitest.Screen(p.View(), 110, 8))
	p.Do(action.Fold)
	if got := uitest.Screen(p.View(), 110, 8).Text(); strings.Contains(got, "0019") {
		t.Errorf("folded legs are still there:\n%s", got)
	}
}

func TestGoneLegsComeLast(t *testing.T) {
	c := made(1, call.StateTalking, "", 5, 9)
	for i := range 12 {
		st := call.StatusConnected
		if i%2 == 0 {
			st = call.StatusGone
		}
		c.People = append(c.People, call.Participant{ID: fmt.Sprint(i)})
		c.Legs = append(c.Legs, call.Leg{Status: st})
	}
	if got, want := legLines(c), []int{1, 3, 5, 7, 9, 11, 0, 2, -1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Texts from outside must not break the table, whatever they hold.
func TestHostileTexts(t *testing.T) {
	for _, s := range []string{
		"\x1b[31mred\x1b[2J", "\u202egnipleh", "a\nb\r\tc", "e\u0301\u0301\u0301", "👩‍👩‍👧‍👦 family 🇫🇷", strings.Repeat("漢", 200), "\u200f\u2066עברית\u2069", "☎️ ✔️", "\xff\xfe", "हिन्दी",
	} {
		c := made(1, call.StateTalking, s, 5, 9)
		c.With, c.Who, c.Path, c.To, c.Queue = s, s, []string{s, s}, call.Party{Name: s, Number: s}, s
		c.People = []call.Participant{{Name: s, Extension: s, Device: s}, {Kind: call.NumberLeg, Outside: call.Party{Name: s, Number: s}}}
		c.Legs = []call.Leg{{StatusText: s}, {Status: call.StatusRinging}}
		p := newPane(c)
		p.SetContact(c.From.Number, s)
		p.Do(action.Down)
		p.Do(action.Unfold)
		for _, w := range []int{40, 80, 100, 200} {
			p.SetSize(w, 6)
			view := p.View()
			if err := uitest.Screen(view, w, 6).Err(); err != nil {
				t.Errorf("%q: %v", s, err)
			}
			if plain := ansi.Strip(view); strings.ContainsAny(plain, "\x1b\r\t\u202e\u2066") {
				t.Errorf("%q reached the screen in %d cells: %q", s, w, plain)
			}
		}
	}
}

func TestClick(t *testing.T) {
	p := newPane(made(1, call.StateTalking, "a", 5, 90), made(2, call.StateTalking, "b", 5, 80))
	if p.ClickAt(2) || p.Selected().ID != "c2" {
		t.Errorf("first click selects %v", p.Selected())
	}
	if !p.ClickAt(2) {
		t.Error("the second click on a row is not told from the first")
	}
	if p.ClickAt(19) || p.Selected().ID != "c2" {
		t.Error("a click on nothing must do nothing")
	}
}

// The columns are chosen on the pane itself: it shows them at once, tells what was kept, takes it
// back at the next start, and moves no row meanwhile.
func TestChoosingColumns(t *testing.T) {
	p := newPane(made(1, call.StateTalking, "a", 10, 60), made(2, call.StateTalking, "b", 10, 50))
	p.Do(action.Down)
	selected := p.Selected().ID
	heading := func() string {
		l, _, _ := strings.Cut(ansi.Strip(p.table.View()), "\n")
		return strings.Join(strings.Fields(l), " ")
	}
	if got, want := heading(), "# STATE FROM TO / PATH WITH CLOCK TOTAL"; got != want {
		t.Fatalf("a fresh desk shows %q, want %q", got, want)
	}
	p.Do(action.Columns)
	if !p.Choosing() || !strings.Contains(ansi.Strip(p.View()), "columns") {
		t.Fatal("it does not choose")
	}
	if row := "DIR  no room"; !strings.Contains(ansi.Strip(p.View()), row) {
		t.Errorf("that a column has no room is not said:\n%s", ansi.Strip(p.View()))
	}
	for _, a := range []action.Action{action.Toggle, action.Down, action.MoveDown, action.MoveDown} {
		p.Do(a)
	}
	msg := p.Do(action.Keep)()
	want := table.ColumnsMsg{Place: action.Live, Order: []string{colDirection, colFrom, colState, colTo, colWith, colClock, colTotal}}
	if d := cmp.Diff(want, msg); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if p.Choosing() || p.Selected() == nil || p.Selected().ID != selected || p.Held() > 4*time.Second {
		t.Error("choosing moved the selection")
	}
	kept := heading()
	p = newPane() // the next start
	p.SetColumns(want.Order)
	if heading() != kept || kept != "FROM STATE TO / PATH WITH CLOCK TOTAL" {
		t.Errorf("kept %q, after a start %q", kept, heading())
	}
}
