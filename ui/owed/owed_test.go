package owed

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	gocmp "github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC)

// debt n began n minutes before noon.
func debt(n int) archive.Debt {
	d := archive.Debt{
		Number: fmt.Sprintf("+1212555%04d", n), Key: fmt.Sprintf("+1212555%04d", n), Name: fmt.Sprintf("Caller %d", n),
		Since: noon.Add(-time.Duration(n) * time.Minute), Last: noon.Add(-time.Duration(n) * time.Minute / 2),
		Calls: []string{fmt.Sprintf("c-%d-first", n), fmt.Sprintf("c-%d-last", n)}, Outcome: call.Missed,
		To: call.Party{Name: "Main", Number: "+12015550120"},
	}
	return d
}

func pane(w, h int, ds ...archive.Debt) *Pane {
	p := New(theme.Mono(), DefaultLimits(), text.Number)
	p.SetNow(noon)
	p.SetSize(w, h)
	p.SetData(ds)
	return p
}

func (p *Pane) keys() []string {
	var out []string
	for i := range p.Len() {
		out = append(out, p.Key(i))
	}
	return out
}

// rowOf gives the drawn row of a debt.
func rowOf(t *testing.T, p *Pane, key string) string {
	t.Helper()
	for y, l := range strings.Split(ansi.Strip(p.View()), "\n") {
		if at, ok := p.IDAt(y); ok && at == key {
			return l
		}
	}
	t.Fatalf("%s is not drawn:\n%s", key, ansi.Strip(p.View()))
	return ""
}

func said(t *testing.T, row string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(row, w) {
			t.Errorf("%q does not say %q", row, w)
		}
	}
}

// random makes n debts, some alike in everything but their key.
func random(rng *rand.Rand, n int) []archive.Debt {
	out := make([]archive.Debt, n)
	for i := range out {
		d := debt(i)
		d.Since = noon.Add(-time.Duration(rng.IntN(40)) * time.Minute)
		d.Name = []string{"", "Dana", "dana", "Ému", "Lee"}[rng.IntN(5)]
		d.Queue = []string{"", "Support", "Sales"}[rng.IntN(3)]
		d.Claimed = []string{"", "", "Ann", "Bo"}[rng.IntN(4)]
		d.Outcome = []call.Outcome{call.Missed, call.AbandonedQueue, call.VoicemailLeft}[rng.IntN(3)]
		d.Tries, d.Calls = rng.IntN(3), make([]string, 1+rng.IntN(3))
		d.To.Name = []string{"Main", ""}[rng.IntN(2)]
		out[i] = d
	}
	return out
}

// The oldest that nobody has taken comes first, those that are taken after all others.
func TestOldestUntakenFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 20 {
		ds := random(rng, 60)
		p := pane(100, 20, ds...)
		want := slices.Clone(ds)
		slices.SortFunc(want, func(a, b archive.Debt) int {
			if (a.Claimed == "") != (b.Claimed == "") {
				return map[bool]int{true: -1, false: 1}[a.Claimed == ""]
			}
			return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Key, b.Key))
		})
		var keys []string
		for _, d := range want {
			keys = append(keys, d.Key)
		}
		if d := gocmp.Diff(keys, p.keys()); d != "" {
			t.Fatalf("-want +got\n%s", d)
		}
	}
}

// Whatever it is sorted and filtered by: the rows are debts, each once; each is found where it
// stands; the other way round is the other way round; the order does not depend on how they came.
func TestOrderLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	ds := random(rng, 80)
	p := pane(200, 20, ds...)
	for range len(columns()) + 2 {
		for _, filter := range []string{"", "dana", "5550", "nobody has this"} {
			p.SetFilter(filter)
			got := p.keys()
			for i, k := range got {
				if p.Find(k) != i {
					t.Fatalf("by %q: row %d is found at %d", p.list.sort.By, i, p.Find(k))
				}
			}
			if filter == "" && len(got) != len(ds) {
				t.Fatalf("by %q: %d of %d debts", p.list.sort.By, len(got), len(ds))
			}
			shuffled := slices.Clone(ds)
			rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			p.SetData(shuffled)
			if d := gocmp.Diff(got, p.keys()); d != "" {
				t.Fatalf("by %q: the order depends on how they came\n%s", p.list.sort.By, d)
			}
			p.Do(action.Reverse)
			back := p.keys()
			slices.Reverse(back)
			if d := gocmp.Diff(got, back); d != "" {
				t.Fatalf("by %q reversed\n%s", p.list.sort.By, d)
			}
			p.Do(action.Reverse)
		}
		p.SetFilter("")
		p.Do(action.SortRight)
	}
	p.Do(action.SortRight) // one past the first
	if p.list.sort.By != colCaller && p.list.sort.By != colHow {
		t.Errorf("sorted by %q", p.list.sort.By)
	}
}

func TestSorting(t *testing.T) {
	a, b, c := debt(30), debt(20), debt(10)
	a.Name, a.Tries, a.Queue = "Zoe", 0, "Support"
	b.Name, b.Tries, b.Calls = "ann", 2, nil
	c.Name, c.Number, c.Claimed = "", "", "Bo"
	p := pane(200, 20, a, b, c)
	for _, want := range []struct{ by, keys string }{
		{colCaller, "20 30 10"}, // without a name or number: last
		{colHow, "20 10 30"},
		{colSince, "30 20 10"},
		{colCalls, "30 10 20"}, // the most first
		{colTries, "20 30 10"},
		{colTaken, "10 30 20"},
		{colQueue, "30 20 10"},
		{colTo, "30 20 10"},
		{"", "30 20 10"},
	} {
		p.Do(action.SortRight)
		var got []string
		for _, k := range p.keys() {
			got = append(got, strings.TrimPrefix(k, "+121255500"))
		}
		if p.list.sort.By != want.by || strings.Join(got, " ") != want.keys {
			t.Errorf("by %q: %v, want by %q: %s", p.list.sort.By, got, want.by, want.keys)
		}
	}
	p.Do(action.SortLeft)
	p.Do(action.Reverse)
	said(t, ansi.Strip(p.View()), "sorted by called, reversed")
}

func TestFilter(t *testing.T) {
	d := debt(12)
	d.Outcome, d.Queue, d.WaitMs, d.Claimed, d.TriedBy = call.AbandonedQueue, "Tier 2", 48_000, "Ann Bell", "Bo"
	p := pane(80, 10, d, debt(99))
	p.SetNames(map[string]string{d.Key: "Dana Roe"})
	for filter, want := range map[string]int{
		"":     2,
		"dana": 1, "ROE dana": 1, "caller": 2, // the line's own name is still found
		"tier": 1, "abandoned": 1, "taken": 2, "not taken": 1, "ann": 1, "missed": 1,
		"+12125550012": 1, "212-555-0012": 1, "(212)555-0012": 1, "0012": 1, "5550012 bell": 1, "212": 2,
		"12": 2, "201": 2, "tier dana missed": 0, "roe2": 0,
		"queue:tier": 1, "-queue:tier": 1, "outcome:missed or agent:ann": 2, "wait>40s": 1, "wait>1m": 0, `queue:"Tier 2" -dana`: 0,
		"from:+1212 today": 2, "yesterday": 0, "queue:": 2, "dana (": 1, "~dnr": 1, // what is still being typed
	} {
		p.SetFilter(filter)
		if shown, all := p.Count(); shown != want || all != 2 {
			t.Errorf("%q shows %d of %d, want %d", filter, shown, all, want)
		}
	}
	p.SetFilter("today")
	p.SetNow(noon.Add(24 * time.Hour))
	if shown, _ := p.Count(); shown != 0 {
		t.Error("it is tomorrow, and what was owed today is still shown")
	}
	p.SetNow(noon)
	p.SetFilter("number:2125550012")
	p.SetRegion("US")
	if shown, _ := p.Count(); shown != 1 {
		t.Error("a national number is not found")
	}
	p.SetFilter("dana")
	p.SetNames(map[string]string{d.Key: ""})
	if shown, _ := p.Count(); shown != 0 {
		t.Error("a name that was taken away is still found")
	}
	p.SetNames(map[string]string{d.Key: "dana"})
	if shown, _ := p.Count(); shown != 1 {
		t.Error("a new name is not found")
	}
}

func TestRowSays(t *testing.T) {
	d := debt(130)
	d.Tries, d.TriedAt, d.TriedBy = 2, noon.Add(-12*time.Minute), "Bo"
	d.Claimed, d.ClaimedAt = "Ann Bell", noon.Add(-3*time.Minute)
	d.Queue, d.Outcome, d.WaitMs = "Support", call.AbandonedQueue, 48_000
	said(t, rowOf(t, pane(200, 10, d), d.Key), "Caller 130 +1 212 555 0130", "✗ abandoned in Support after 48.0 s", "2 h 10", " 2 ",
		"2, 12 min ago by Bo", "Ann Bell 3 min ago", "Support", "Main +1 201 555 0120")
	for _, r := range []struct {
		make func(*archive.Debt)
		want string
	}{
		{func(d *archive.Debt) { d.WaitMs = 0 }, "abandoned in Support "},
		{func(d *archive.Debt) { d.Queue = "" }, "abandoned in queue "},
		{func(d *archive.Debt) { d.Outcome = call.AbandonedMenu }, "abandoned in menu "},
		{func(d *archive.Debt) { d.Outcome = call.Missed }, "missed "},
		{func(d *archive.Debt) { d.Outcome, d.VoicemailMs = call.Missed, 5642 }, "missed, no message left"},
		{func(d *archive.Debt) { d.Outcome, d.VoicemailMs, d.Message = call.VoicemailLeft, 34_900, true }, "▾ voicemail 0:34, left a message"},
		{func(d *archive.Debt) { d.Outcome, d.VoicemailMs = call.VoicemailLeft, 34_900 }, "▾ voicemail 0:34 "},
		{func(d *archive.Debt) { d.Outcome, d.Message = call.VoicemailLeft, true }, "▾ voicemail, left a message "},
		{func(d *archive.Debt) { d.Name, d.Number = "", "" }, "no number"},
		{func(d *archive.Debt) { d.Name = "" }, " +1 212 555 0130 "},
	} {
		d := d
		r.make(&d)
		said(t, rowOf(t, pane(200, 10, d), d.Key), r.want)
	}
}

// The age ticks; from the limits on it has a sign, until somebody takes the caller.
func TestAgeTicksAndWarns(t *testing.T) {
	d := debt(0)
	p := pane(100, 10, d)
	p.SetLimits(Limits{Amber: 10 * time.Minute, Red: 30 * time.Minute})
	for after, want := range map[time.Duration]string{
		48 * time.Second: "  0:48", 49 * time.Second: "  0:49", 10 * time.Minute: "! 10:00", 29*time.Minute + 59*time.Second: "! 29:59",
		30 * time.Minute: "!! 30:00", 26*time.Hour + 5*time.Minute: "!! 26 h 05", 77 * time.Hour: "!! 3 d 5 h",
	} {
		p.SetNow(noon.Add(after))
		said(t, rowOf(t, p, d.Key), want)
		said(t, ansi.Strip(p.Summary()), "oldest "+strings.TrimLeft(want, " "))
	}
	d.Claimed = "Ann"
	p.SetData([]archive.Debt{d})
	if row := rowOf(t, p, d.Key); strings.Contains(row, "!") {
		t.Errorf("taken, and still a warning: %q", row)
	}
	p.SetNow(noon.Add(-time.Hour)) // a clock that was set back
	said(t, rowOf(t, p, d.Key), " 0:00")
}

func TestWhoIsOnTheLineNow(t *testing.T) {
	d := debt(5)
	for _, r := range []struct {
		c    call.Call
		want string
	}{
		{call.Call{State: call.StateTalking, With: "Ann Bell"}, "● talking with Ann Bell now"},
		{call.Call{State: call.StateTalking, With: "+442079460018"}, "talking with +44 20 7946 0018 now"},
		{call.Call{State: call.StateTalking}, "● talking now"},
		{call.Call{State: call.StateRinging, Who: "Support"}, "◌ ringing Support now"},
		{call.Call{State: call.StateWaiting, Who: "Support"}, "◔ waiting in Support now"},
		{call.Call{State: call.StateInMenu}, "in menu now"},
		{call.Call{State: call.StateRinging, Direction: call.Outbound, From: call.Party{Name: "Bo"}}, "Bo is calling them"},
		{call.Call{State: call.StateRinging, Direction: call.Outbound}, "being called now"},
	} {
		p := pane(200, 10, d, debt(6))
		p.SetLive(map[string]*call.Call{d.Key: &r.c, "+49": &r.c})
		said(t, rowOf(t, p, d.Key), r.want)
		said(t, ansi.Strip(p.View()), "1 on the line now")
		if row := rowOf(t, p, debt(6).Key); !strings.Contains(row, "missed") {
			t.Errorf("somebody else is said to be on the line: %q", row)
		}
		p.SetData([]archive.Debt{debt(6)}) // somebody has reached them
		if v := ansi.Strip(p.View()); strings.Contains(v, "on the line") {
			t.Errorf("who is not owed a call is counted:\n%s", v)
		}
		p.SetData([]archive.Debt{d})
		ended := r.c
		ended.State = call.StateEnded
		p.SetLive(map[string]*call.Call{d.Key: &ended})
		if v := ansi.Strip(p.View()); strings.Contains(v, "on the line") || strings.Contains(v, "now") {
			t.Errorf("an ended call counts as up:\n%s", v)
		}
	}
}

func TestMessages(t *testing.T) {
	bare := debt(1)
	bare.Calls, bare.Number = nil, ""
	p := pane(100, 10, debt(9), bare)
	run := func(a action.Action) tea.Msg {
		if cmd := p.Do(a); cmd != nil {
			return cmd()
		}
		return nil
	}
	refused := func(msg tea.Msg, why string) {
		t.Helper()
		if r, ok := msg.(action.Refused); !ok || !strings.Contains(r.Why, why) {
			t.Errorf("got %#v, want it refused because %q", msg, why)
		}
	}
	for _, a := range []action.Action{action.Open, action.Take, action.Settle, action.YankNumber} {
		refused(run(a), "nobody is selected")
	}
	refused(run(action.ZoomIn), "not in the list")
	p.Do(action.Top)
	for a, want := range map[action.Action]tea.Msg{
		action.Open:       action.OpenCall{ID: "c-9-last"},
		action.Take:       TakeMsg{debt(9)},
		action.Settle:     SettleMsg{debt(9)},
		action.YankNumber: action.Copy{What: "number", Text: "+12125550009"},
		action.YankID:     action.Copy{What: "id", Text: "c-9-last"},
	} {
		if d := gocmp.Diff(want, run(a)); d != "" {
			t.Errorf("%s: -want +got\n%s", a, d)
		}
	}
	p.Do(action.Bottom)
	refused(run(action.Open), "not known")
	refused(run(action.YankNumber), "no number")
	p.SetFilter("nobody has this")
	refused(run(action.Take), "nobody who is owed a call is shown")
}

// What is selected is a caller: it stays selected while it moves, and nobody else is when it goes.
func TestSelectionIsACaller(t *testing.T) {
	a, b := debt(30), debt(20)
	p := pane(100, 10, a, b)
	p.Do(action.Top)
	if p.Selected().Key != a.Key {
		t.Fatalf("selected %v", p.Selected())
	}
	a.Claimed = "Ann" // now it stands below b
	p.SetData([]archive.Debt{a, b, debt(10)})
	if p.Selected() == nil || p.Selected().Key != a.Key || p.Find(a.Key) != 2 || p.Selected().Claimed != "Ann" {
		t.Fatalf("selected %v in row %d", p.Selected(), p.Find(a.Key))
	}
	if id, ok := p.IDAt(4); !ok || id != a.Key {
		t.Errorf("line 4 is %s", id)
	}
	if _, ok := p.IDAt(1); ok {
		t.Error("the headings are taken for a row")
	}
	p.SetData([]archive.Debt{b})
	if p.Selected() != nil {
		t.Errorf("selected %v", p.Selected())
	}
	p.Select(b.Key)
	p.Do(action.Back)
	if p.Selected() != nil {
		t.Error("Esc left it selected")
	}
}
