package reports

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// Going down and up again comes by every call once, in order, with few of them at hand.
func TestWalkThroughAYear(t *testing.T) {
	const n = 1500
	for _, up := range []bool{false, true} {
		p := list(t, 100, 24, &past{rows: rows(0, n)})
		if up {
			answer(t, p, p.Do(action.Reverse))
		}
		want := func(i int) string {
			if up {
				return fmt.Sprintf("c-%05d", i)
			}
			return fmt.Sprintf("c-%05d", n-1-i)
		}
		for i := range n {
			answer(t, p, p.Do(action.Down))
			if got := p.Selected(); got == nil || got.ID != want(i) {
				t.Fatalf("row %d is %v, want %s", i, got, want(i))
			}
			if i%11 == 0 && line(p, p.Selected().From.Name) < 0 {
				t.Fatalf("row %d is not in sight", i)
			}
			if len(p.win.rows) > maxRows {
				t.Fatalf("%d rows at hand", len(p.win.rows))
			}
		}
		for i := n - 1; i > 0; i-- {
			if got := p.Selected(); got.ID != want(i) {
				t.Fatalf("going back: row %d is %v, want %s", i, got.ID, want(i))
			}
			answer(t, p, p.Do(action.Up))
		}
	}
}

func TestTheEndsAreOneKeyAway(t *testing.T) {
	src := &past{rows: rows(0, 5000)}
	p := list(t, 100, 24, src)
	n := len(src.searches)
	answer(t, p, p.Do(action.Bottom))
	if got := p.Selected(); got == nil || got.ID != "c-00000" {
		t.Fatalf("G goes to %v", got)
	}
	if asked := src.searches[n]; !asked.Back || asked.From != (archive.Cursor{}) {
		t.Errorf("the end is asked for by %+v", asked)
	}
	if got := shows(p); !strings.Contains(got, "Caller 0 ") || strings.Count(got, "Caller") < 20 {
		t.Errorf("the end:\n%s", got)
	}
	answer(t, p, p.Do(action.Top))
	if got := p.Selected(); got == nil || got.ID != "c-04999" {
		t.Fatalf("g goes to %v", got)
	}
	n = len(src.searches)
	answer(t, p, p.Do(action.Top))
	if len(src.searches) != n {
		t.Error("what is at hand is asked for again")
	}
}

// Whatever is scrolled, the rows in sight follow each other without a hole.
func TestScrollingLeavesNoHole(t *testing.T) {
	p := list(t, 100, 24, &past{rows: rows(0, 2500)})
	for _, by := range []int{3, 40, 300, 300, 300, 300, -200, -300, 500, 900, -2500, -300, -300, -300, -2000} {
		answer(t, p, p.Scroll(by))
		seen := p.InSight()
		for i := 1; i < len(seen); i++ {
			var a, b int
			fmt.Sscanf(seen[i-1], "c-%d", &a)
			fmt.Sscanf(seen[i], "c-%d", &b)
			if a-b != 1 {
				t.Fatalf("after %d: %s follows %s", by, seen[i], seen[i-1])
			}
		}
		if len(seen) != 23 {
			t.Fatalf("%d rows in sight", len(seen))
		}
	}
}

func TestNewCallsComeAtTheTop(t *testing.T) {
	src := &past{rows: rows(0, 300)}
	p := list(t, 100, 24, src)
	src.rows = append(src.rows, row(300), row(301))
	kept(t, p)
	if line(p, "Caller 301 ") != 1 || line(p, "Caller 300 ") != 2 {
		t.Fatalf("new calls are not at the top:\n%s", shows(p))
	}
	answer(t, p, p.Do(action.Down))
	answer(t, p, p.Do(action.Down))
	was := line(p, "Caller 300 ")
	if got := p.Selected().ID; got != "c-00300" {
		t.Fatalf("selected %s", got)
	}
	src.rows = append(src.rows, row(302), row(303), row(304))
	kept(t, p)
	if got := p.Selected(); got == nil || got.ID != "c-00300" || line(p, "Caller 300 ") != was {
		t.Errorf("the selected row moved from line %d to %d", was, line(p, "Caller 300 "))
	}
	if got := strings.Join(p.Status(), " "); got != "↑ 3 new" {
		t.Errorf("status %q", got)
	}
	answer(t, p, p.Do(action.Top))
	if got := strings.Join(p.Status(), " "); got != "" || line(p, "Caller 304 ") != 1 {
		t.Errorf("at the top the status is %q", got)
	}
}

// Far from the top, where the newest rows are not at hand, what is new is counted all the same, and
// what is in sight stays where it is.
func TestNewCallsAreCountedFromAfar(t *testing.T) {
	src := &past{rows: rows(0, 3000)}
	p := list(t, 100, 24, src)
	answer(t, p, p.Do(action.Bottom))
	before := shows(p)
	src.rows = append(src.rows, rows(3000, 3007)...)
	src.rows[5].From.Name = "Told anew" // a report came for an old call, in sight
	kept(t, p)
	if got := strings.Join(p.Status(), " "); got != "↑ 7 new" {
		t.Errorf("status %q", got)
	}
	if got := shows(p); got != strings.Replace(before, "Caller 5", "Told anew", 1) && line(p, "Told anew") < 0 {
		t.Errorf("was\n%s\nis\n%s", before, got)
	}
	src.rows = append(src.rows, rows(3007, 3500)...)
	kept(t, p)
	if got := strings.Join(p.Status(), " "); got != "↑ 100+ new" {
		t.Errorf("status %q", got)
	}
}

func TestRefreshesAreFew(t *testing.T) {
	src := &past{rows: rows(0, 50)}
	p := list(t, 100, 24, src)
	p.SetNow(p.now.Add(time.Second))
	n := len(src.searches)
	for range 100 {
		p.Kept()
		answer(t, p, p.Refresh())
	}
	if got := len(src.searches) - n; got != 1 {
		t.Errorf("%d searches for 100 notices in one second", got)
	}
	p.SetNow(p.now.Add(time.Second))
	answer(t, p, p.Refresh())
	if got := len(src.searches) - n; got != 2 {
		t.Errorf("what was kept since is not looked for: %d searches", got)
	}
	p.SetNow(p.now.Add(time.Second))
	answer(t, p, p.Refresh())
	if got := len(src.searches) - n; got != 2 {
		t.Errorf("searched though nothing was kept: %d", got)
	}
}

// Answers that come late, in whatever order, change nothing, and their questions were given up.
func TestLateAnswersAreDropped(t *testing.T) {
	src := &past{rows: rows(0, 500)}
	p := list(t, 100, 24, src)
	slow := p.SetFilter("caller 1")
	slower := p.SetFilter("caller 12")
	last := p.SetFilter("caller 123")
	newest := uitest.Run(last)
	late := append(uitest.Run(slower), uitest.Run(slow)...)
	for _, msg := range append(newest, late...) {
		if cmd := p.Take(msg.(Answer)); cmd != nil {
			t.Errorf("a late answer asks for more")
		}
	}
	if shown, _, _ := p.Count(); shown != 1 || line(p, "Caller 123 ") != 1 || line(p, "Caller 12 ") >= 0 {
		t.Errorf("%d found:\n%s", shown, shows(p))
	}
	gone := 0
	for i, s := range src.searches {
		if s.Query.Text == "caller 1" || s.Query.Text == "caller 12" {
			gone++
			if src.ctxs[i].Err() == nil {
				t.Errorf("the search for %q was not given up", s.Query.Text)
			}
		}
	}
	if gone != 2 {
		t.Errorf("%d searches were overtaken, want 2", gone)
	}
}

func TestScope(t *testing.T) {
	src := &past{rows: append(rows(-3000, 60), rows(60, 62)...)}
	src.rows[len(src.rows)-1].Queue = ""
	src.rows[len(src.rows)-2].From = call.Party{}
	twice := row(10)
	twice.ID, twice.Created = "c-99999", noon.Add(-30*time.Hour)
	src.rows = append(src.rows, twice)
	p := list(t, 100, 24, src)
	step := func(want string, n int) {
		t.Helper()
		answer(t, p, p.Do(action.Scope))
		shown, _, _ := p.Count()
		if got := strings.Join(p.Status(), " "); got != want || shown != n {
			t.Errorf("scope %q with %d calls, want %q with %d", got, shown, want, n)
		}
	}
	todays := 12*60 + 62
	step("today", todays)
	step("", len(src.rows)) // nothing is selected: neither caller nor queue
	answer(t, p, p.Do(action.Top))
	step("today", todays)
	step("caller Caller 61", 1)
	step("", len(src.rows)) // the last call came through no queue
	answer(t, p, p.Do(action.Top))
	answer(t, p, p.Do(action.Down))
	step("today", todays)
	step("queue Support", len(src.rows)-1) // its caller is not known
	step("", len(src.rows))
	p.Select("c-00010")
	step("today", todays)
	step("caller Caller 10", 2)
	step("queue Support", len(src.rows)-1)
	answer(t, p, first2(p.Back()))
	if got := p.Status(); len(got) != 0 {
		t.Errorf("Esc leaves %q", got)
	}
}

func first2(cmd tea.Cmd, _ bool) tea.Cmd { return cmd }

// At midnight today becomes another day.
func TestTodayMovesOn(t *testing.T) {
	src := &past{rows: rows(0, 60)}
	p := list(t, 100, 24, src)
	answer(t, p, p.SetFilter("today"))
	was := p.Search().Query
	answer(t, p, p.Do(action.Scope))
	p.SetNow(noon.Add(12*time.Hour + time.Second))
	answer(t, p, p.Refresh())
	answer(t, p, p.Refresh())
	if s := p.Search(); !s.Since.Equal(noon.Add(12*time.Hour)) || cmp.Equal(s.Query, was, cmpopts.EquateComparable()) {
		t.Errorf("searched: %+v", s)
	}
	answer(t, p, p.SetFilter(""))
	if shown, _, _ := p.Count(); shown != 0 || line(p, "no call has ended today") < 0 {
		t.Errorf("%d calls today:\n%s", shown, shows(p))
	}
}

func TestSort(t *testing.T) {
	p := list(t, 160, 24, &past{rows: rows(0, 300)})
	for _, step := range []struct {
		key  action.Action
		by   archive.Column
		up   bool
		said string
	}{
		{action.SortRight, archive.ByWait, false, "sorted by wait"},
		{action.Reverse, archive.ByWait, true, "sorted by wait, reversed"},
		{action.SortRight, archive.ByTalk, false, "sorted by talk"},
		{action.SortRight, archive.ByTotal, false, "sorted by total"},
		{action.SortRight, archive.ByTime, false, ""},
		{action.SortLeft, archive.ByTotal, false, "sorted by total"},
	} {
		answer(t, p, p.Do(step.key))
		s := p.Search()
		if got := strings.Join(p.Status(), " "); s.By != step.by || s.Ascending != step.up || got != step.said {
			t.Fatalf("%s: %v up %v %q, want %+v", step.key, s.By, s.Ascending, got, step)
		}
		for i := 1; i < len(p.win.rows); i++ {
			if compare(p.win.rows[i-1].Cursor, p.win.rows[i].Cursor, step.by, step.up) >= 0 {
				t.Fatalf("%s: rows %d and %d are not in order", step.said, i-1, i)
			}
		}
	}
	if !strings.Contains(shows(p), "TOTAL▼") {
		t.Errorf("the heading is not marked:\n%s", shows(p))
	}
}

func TestMark(t *testing.T) {
	p := list(t, 120, 12, &past{rows: rows(0, 9)})
	refused(t, answer(t, p, p.Do(action.Mark)), "no call is selected")
	p.Do(action.Top)
	p.Do(action.Mark)
	if line(p, "marked") != 1 {
		t.Errorf("the mark is not shown:\n%s", shows(p))
	}
	p.Do(action.Mark)
	if line(p, "marked") >= 0 {
		t.Error("marking again does not take the mark off")
	}
	p.Do(action.Mark)
	p.Do(action.Down)
	got := answer(t, p, p.Do(action.Mark))
	if d := cmp.Diff([]tea.Msg{Pair{"c-00008", "c-00007"}}, got); d != "" || line(p, "marked") >= 0 {
		t.Errorf("-want +got\n%s", d)
	}
}

func refused(t *testing.T, msgs []tea.Msg, why string) {
	t.Helper()
	if len(msgs) == 1 {
		if r, ok := msgs[0].(action.Refused); ok && strings.Contains(r.Why, why) {
			return
		}
	}
	t.Errorf("got %#v, want it refused because %q", msgs, why)
}

// A past that cannot be read says so, and is asked again by itself.
func TestTrouble(t *testing.T) {
	src := &past{rows: rows(0, 9), err: fmt.Errorf("opening it: %w", archive.ErrDamaged)}
	p := list(t, 100, 12, src)
	if line(p, "the past cannot be read: opening it: the archive is damaged") < 0 || line(p, "put a backup in its place") < 0 {
		t.Errorf("it says\n%s", shows(p))
	}
	src.err = nil
	for i := range 6 {
		p.SetNow(p.now.Add(time.Second))
		answer(t, p, p.Refresh())
		if got := line(p, "Caller 8 ") > 0; got != (i >= 4) {
			t.Fatalf("after %d s it is there: %v", i+1, got)
		}
	}
	src.err = errors.New("disk I/O error")
	answer(t, p, p.SetFilter("caller 3"))
	if got := strings.Join(p.Status(), " "); !strings.Contains(got, "search failed") || line(p, "Caller 8 ") < 0 {
		t.Errorf("status %q\n%s", got, shows(p))
	}
	src.err = nil
	p.SetNow(p.now.Add(time.Minute))
	answer(t, p, p.Refresh())
	if line(p, "Caller 3 ") != 1 || line(p, "Caller 8 ") >= 0 {
		t.Errorf("after the trouble:\n%s", shows(p))
	}
}

func TestCount(t *testing.T) {
	src := &past{rows: rows(0, 12_345)}
	p := list(t, 100, 12, src)
	if shown, all, more := p.Count(); shown != countLimit || all != 12_345 || !more {
		t.Errorf("%d of %d, more %v", shown, all, more)
	}
	answer(t, p, p.SetFilter("caller 777"))
	if shown, all, more := p.Count(); shown != 11 || all != 12_345 || more {
		t.Errorf("%d of %d, more %v", shown, all, more)
	}
	answer(t, p, p.SetFilter("nobody has this"))
	if line(p, `none of 12,345 finished calls has "nobody has this"`) < 0 || line(p, "Esc clears") < 0 {
		t.Errorf("it says\n%s", shows(p))
	}
}

func TestSelectionIsACall(t *testing.T) {
	p := list(t, 100, 8, &past{rows: rows(0, 40)})
	p.Do(action.Down)
	p.Do(action.Down)
	answer(t, p, p.SetFilter("caller 3"))
	if got := p.Selected(); got == nil || got.ID != "c-00038" {
		t.Fatalf("the selection went to %v", got)
	}
	answer(t, p, p.SetFilter("caller 7"))
	if got := p.Selected(); got != nil {
		t.Fatalf("a call out of sight is selected: %v", got.ID)
	}
}

func TestDo(t *testing.T) {
	bare := row(1)
	bare.From = call.Party{}
	p := list(t, 100, 8, &past{rows: []archive.Row{row(0), bare}})
	refused(t, answer(t, p, p.Do(action.Open)), "no call is selected")
	refused(t, answer(t, p, p.Do(action.Unfold)), "not in the list")
	p.Do(action.Top)
	refused(t, answer(t, p, p.Do(action.YankNumber)), "has no number")
	if d := cmp.Diff([]tea.Msg{action.OpenCall{ID: "c-00001"}}, answer(t, p, p.Do(action.Open))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	p.Do(action.Bottom)
	if d := cmp.Diff([]tea.Msg{action.Copy{What: "number", Text: "+12125550000"}}, answer(t, p, p.Do(action.YankNumber))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if d := cmp.Diff([]tea.Msg{action.Copy{What: "id", Text: "c-00000"}}, answer(t, p, p.Do(action.YankID))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	answer(t, p, p.SetFilter("nothing has this"))
	refused(t, answer(t, p, p.Do(action.Open)), "no finished call is shown")
}

func TestReportStates(t *testing.T) {
	src := &past{rows: rows(40, 46)}
	src.rows[0].Reported = noon
	p := list(t, 160, 10, src)
	p.SetNow(noon.Add(54 * time.Minute)) // the newest ended six minutes ago, the oldest eleven
	p.SetReport("c-00044", Fetching)
	p.SetReport("c-00043", Failed)
	p.SetReport("c-00042", Fetched)
	lines := strings.Split(shows(p), "\n")
	for i, want := range []string{"· waiting", "· fetching", "✗ failed", "✓ fetched", "· waiting", "✓ fetched"} {
		if !strings.Contains(lines[i+1], want) {
			t.Errorf("row %d: %q does not say %q", i, lines[i+1], want)
		}
	}
	p.SetNow(noon.Add(2 * time.Hour))
	if line(p, "— none") != 1 {
		t.Errorf("a report that did not come is still waited for:\n%s", shows(p))
	}
	for n := range 10_000 {
		p.SetReport(fmt.Sprint("unknown ", n), Fetched)
	}
	if len(p.states) > 2*maxRows+1 || p.states["c-00043"] != Failed {
		t.Errorf("%d states are kept", len(p.states))
	}
}

func TestRowSays(t *testing.T) {
	late, noted := row(0), row(4)
	late.JoinedLate, late.Answered = true, []call.Answer{{Name: "Ann Bell"}, {Extension: "0019"}}
	noted.Created = noon.Add(-20 * time.Hour)
	noted.Tags, noted.Notes = []string{"refund", "vip"}, 2
	old, older := row(5), row(6)
	old.Created, older.Created = noon.AddDate(0, -2, 0), noon.AddDate(-1, 0, 0)
	view := shows(list(t, 220, 10, &past{rows: []archive.Row{late, noted, old, older}}))
	for _, want := range []string{
		"12:00:00", "✓ answered", "! joined late", "Caller 0", "Main", "Support", "Ann Bell, 0019", "3:00", "Tue 16:00",
		"#refund #vip", "+2", "Jul 30 12:00", "2025-09-30",
	} {
		if !strings.Contains(view, want) {
			t.Errorf("it does not say %q:\n%s", want, view)
		}
	}
}

func TestColumnsAreChosen(t *testing.T) {
	p := list(t, 120, 12, &past{rows: rows(0, 9)})
	p.Do(action.Columns)
	if !p.Choosing() {
		t.Fatal("t does not open the list of columns")
	}
	p.Do(action.Back)
	p.SetColumns([]string{colFrom, colTotal})
	if got := strings.Fields(strings.Split(shows(p), "\n")[0]); len(got) != 2 || got[0] != "FROM" {
		t.Errorf("columns %q", got)
	}
}

// What is wrong in a query is said, and the rest of it is searched for all the same.
func TestAWrongQuery(t *testing.T) {
	p := list(t, 100, 12, &past{rows: rows(0, 50)})
	answer(t, p, p.SetFilter("wiat>45s"))
	if w := p.Wrong(); w == nil || w.Col != 0 || w.Len < 4 {
		t.Fatalf("wrong: %+v", w)
	}
	if s := p.Search(); s.Query.Text != "wiat>45s" || s.Query.Root != nil {
		t.Errorf("searched for %+v", s.Query)
	}
	answer(t, p, p.SetFilter("wait>45s"))
	if p.Wrong() != nil || p.Search().Query.Root == nil {
		t.Errorf("a right query is %v", p.Wrong())
	}
}
