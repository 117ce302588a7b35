package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/uitest"
)

func TestReportsPage(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		name := func(s string) string { return fmt.Sprintf("%s/%s-%dx%d", t.Name(), s, size.w, size.h) }
		p := keeping(1234)
		p.items = []archive.Item{{Kind: archive.Tag, ID: "1", Call: "past-1231", Text: "refund"}, {Kind: archive.Note, ID: "2", Call: "past-1230", Text: "x"}}
		m := reading(t, size.w, size.h, p, Options{})
		press(t, m, "j", "j")
		uitest.Golden(t, name("results"), screen(m))
		press(t, m, "s", "s")
		uitest.Golden(t, name("scope"), screen(m))
		press(t, m, "esc", "/")
		typeIn(t, m, "past 12")
		uitest.Golden(t, name("typing"), screen(m))
		typeIn(t, m, "x")
		press(t, m, "enter")
		uitest.Golden(t, name("nothing"), screen(m))

		m = reading(t, size.w, size.h, keeping(0), Options{})
		uitest.Golden(t, name("empty"), screen(m))

		p = keeping(0)
		p.err = archive.ErrDamaged
		uitest.Golden(t, name("trouble"), screen(reading(t, size.w, size.h, p, Options{})))
	}
}

// While the first answer is awaited the page says so.
func TestReportsPageSearching(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		m := New(Options{Theme: "dark", Ports: Ports{Past: keeping(5)}})
		for _, msg := range []tea.Msg{tea.WindowSizeMsg{Width: size.w, Height: size.h}, TickMsg{noon}, live(), ViewMsg{floor()}, uitest.Key("4"), TickMsg{noon.Add(time.Second)}} {
			m.Update(msg) // and what it asks is not answered
		}
		uitest.Golden(t, fmt.Sprintf("%s/%dx%d", t.Name(), size.w, size.h), screen(m))
	}
}

func TestACallIsOpenedFromTheArchive(t *testing.T) {
	var fetched []string
	p := keeping(30)
	p.entries[28].Report = &call.Report{ID: "past-28", AI: call.ReportAI{Summary: "asked for a refund"}}
	p.items = []archive.Item{{Kind: archive.Note, ID: "n", Call: "past-28", Text: "call back on Monday", By: "bo", At: noon}}
	m := reading(t, 120, 40, p, Options{Ports: Ports{FetchReport: func(id string) { fetched = append(fetched, id) }}})
	press(t, m, "j", "j", "enter")
	find(t, m, "asked for a refund")
	find(t, m, "call back on Monday")
	if len(fetched) != 0 {
		t.Errorf("fetched %q though the archive has the report", fetched)
	}
	press(t, m, "esc", "j", "enter")
	find(t, m, "Past 27")
	if len(fetched) != 1 || fetched[0] != "past-27" {
		t.Errorf("fetched %q", fetched)
	}
	uitest.Drive(t, m, ReportMsg{ID: "past-27", Report: &call.Report{ID: "past-27", AI: call.ReportAI{Summary: "a wrong number"}}})
	find(t, m, "a wrong number")
	press(t, m, "esc")
	p.set(func() { p.entries = p.entries[:20] })
	press(t, m, "j", "enter")
	find(t, m, "this call is no longer kept")
	p.set(func() { p.err = errors.New("disk I/O error") })
	press(t, m, "j", "enter")
	find(t, m, "opening the call: disk I/O error")
}

// Conversations that name each other are gathered, however far the chain goes.
func TestTheJourneyIsGathered(t *testing.T) {
	p := keeping(30)
	p.entries[29].Call.Associated = []string{"past-5", "past-99"}
	p.entries[5].Call.Associated = []string{"past-29", "past-7"}
	p.entries[7].Call.Associated = []string{"past-5"}
	m := reading(t, 120, 40, p, Options{})
	press(t, m, "j", "enter")
	var got []string
	for _, c := range m.open.joined {
		got = append(got, c.ID)
	}
	if s := strings.Join(got, " "); s != "past-5 past-7" {
		t.Errorf("joined %q", s)
	}
	press(t, m, "esc", "j", "enter")
	if len(m.open.joined) != 0 {
		t.Error("the journey of another call is told")
	}
}

func TestKeptCallsAppear(t *testing.T) {
	p := keeping(30)
	m := reading(t, 180, 40, p, Options{})
	tick(t, m, 1)
	p.set(func() { p.entries = append(p.entries, entry(30, 0)) })
	uitest.Drive(t, m, KeptMsg{IDs: []string{"past-30"}})
	find(t, m, "Past 30")
	find(t, m, "31 answered · 0 missed")
	n, gets := p.times("find"), p.times("get")
	for range 50 {
		uitest.Drive(t, m, KeptMsg{IDs: []string{"past-30"}})
	}
	if p.times("find") != n || p.times("get") != gets {
		t.Errorf("%d searches and %d calls read within one second", p.times("find")-n, p.times("get")-gets)
	}
	tick(t, m, 1)
	if p.times("find") != n+1 || p.times("get") != gets+1 {
		t.Errorf("a second later: %d searches and %d calls read", p.times("find")-n, p.times("get")-gets)
	}
	press(t, m, "1")
	tick(t, m, 1)
	n = p.times("find")
	uitest.Drive(t, m, KeptMsg{})
	tick(t, m, 1)
	if p.times("find") != n {
		t.Error("a list out of sight is searched again")
	}
	press(t, m, "4")
	if p.times("find") != n+1 {
		t.Error("a list that comes into sight is not brought up to date")
	}
}

func TestHowTheKeepingFares(t *testing.T) {
	m := reading(t, 120, 24, keeping(30), Options{})
	uitest.Drive(t, m, PastMsg{Trouble: "nothing is kept: the disk is full", Hint: "make room on /home"})
	tick(t, m, 120)
	find(t, m, "✗ nothing is kept: the disk is full")
	find(t, m, "make room on /home")
	uitest.Drive(t, m, PastMsg{Day: midnight(noon), Done: 120, All: 431, DaysLeft: 13})
	find(t, m, "calls are kept again")
	if got := screen(m).Line(1); !strings.Contains(got, "today 120/431 ██░░░░░░ 13 days more") {
		t.Errorf("tab line %q", got)
	}
	uitest.Drive(t, m, PastMsg{Day: midnight(noon).AddDate(0, 0, -3), Done: 1, All: 2})
	if got := screen(m).Line(1); !strings.Contains(got, "Sep 21 1/2 ████░░░░ ") {
		t.Errorf("tab line %q", got)
	}
	tick(t, m, 20)
	uitest.Drive(t, m, PastMsg{})
	if has(t, m, "disk is full") || strings.Contains(screen(m).Line(1), "░") {
		t.Error("what is over is still said")
	}
}

// The figures of today are of the whole day; while the archive cannot tell, those of this run.
func TestTodaysFigures(t *testing.T) {
	p := keeping(30)
	p.err = errors.New("broken")
	m := desk(t, Options{Ports: Ports{Past: p}}, 180, 24, floor())
	find(t, m, "214 answered · 9 missed")
	press(t, m, "7")
	find(t, m, "calls that ended before 14:32:07 are not counted: ")
	p.set(func() { p.err = nil })
	tick(t, m, 2)
	find(t, m, "30 answered · 0 missed")
	if has(t, m, "not counted") {
		t.Error("the day is whole, and something is said to be missing")
	}
	p.set(func() { p.entries = append(p.entries, entry(30, 0)); p.err = errors.New("broken again") })
	uitest.Drive(t, m, KeptMsg{IDs: []string{"past-30"}})
	tick(t, m, 1)
	find(t, m, "30 answered · 0 missed")
	p.set(func() { p.err = nil })
	tick(t, m, 2)
	find(t, m, "31 answered · 0 missed")
}

func TestTheReportOfAWatchedCallComesByItself(t *testing.T) {
	var fetched, drawn []string
	m := desk(t, Options{Ports: Ports{
		Past:        keeping(0),
		FetchReport: func(id string) { fetched = append(fetched, id) },
		Drawn:       func(id string) { drawn = append(drawn, id) },
	}}, 120, 40, floor())
	press(t, m, "j", "enter")
	id := m.detail
	v := floor()
	var all []*call.Call
	for _, c := range v.Live.All() {
		if c.ID == id {
			over := *c
			over.State, over.Outcome, over.Ended = call.StateEnded, call.Answered, noon
			c = &over
		}
		all = append(all, c)
	}
	v.Live = call.VecOf(all...)
	uitest.Drive(t, m, ViewMsg{v}, ViewMsg{v})
	if len(fetched) != 1 || fetched[0] != id {
		t.Fatalf("fetched %q, want %s once", fetched, id)
	}
	if len(drawn) != 0 {
		t.Errorf("drawn before it came: %q", drawn)
	}
	r := ReportMsg{ID: id, Report: &call.Report{ID: id, AI: call.ReportAI{Summary: "asked for a refund"}}}
	uitest.Drive(t, m, r, r, TickMsg{noon.Add(time.Second)})
	find(t, m, "asked for a refund")
	if len(drawn) != 1 || drawn[0] != id {
		t.Errorf("told as drawn %q, want %s once", drawn, id)
	}
}

func TestReportsInTheListAreDrawn(t *testing.T) {
	drawn := map[string]int{}
	p := keeping(100)
	for i := range p.entries {
		p.entries[i].Reported = noon
	}
	m := reading(t, 100, 24, p, Options{Ports: Ports{Drawn: func(id string) { drawn[id]++ }}})
	if len(drawn) != 20 || drawn["past-99"] != 1 {
		t.Errorf("drawn %v", drawn)
	}
	press(t, m, "g", "G", "g")
	for id, n := range drawn {
		if n != 1 {
			t.Errorf("%s is told %d times", id, n)
		}
	}
}

func TestTwoCallsSideBySide(t *testing.T) {
	p := keeping(30)
	m := reading(t, 120, 40, p, Options{})
	press(t, m, "j", "m", "j", "j", "m")
	for _, want := range []string{"Past 29", "Past 27"} {
		find(t, m, want)
	}
	if m.place() != "compare" {
		t.Fatalf("keys go to %s", m.place())
	}
	press(t, m, "esc")
	find(t, m, "30 ended")
	p.set(func() { p.entries = p.entries[:28] })
	press(t, m, "g", "m", "j", "m")
	find(t, m, "one of the two calls is no longer kept")
}

func TestEarlierFilters(t *testing.T) {
	m := reading(t, 120, 24, keeping(30), Options{})
	for _, f := range []string{"past 1", "past 2"} {
		press(t, m, "/")
		typeIn(t, m, f)
		press(t, m, "enter", "esc")
	}
	press(t, m, "/", "up", "up")
	if got := m.prompt.Value(); got != "past 1" || m.filter["reports"] != "past 1" {
		t.Errorf("up fetches %q, the filter is %q", got, m.filter["reports"])
	}
	press(t, m, "esc")
	if got := m.filter["reports"]; got != "" {
		t.Errorf("Esc leaves the filter %q", got)
	}
	press(t, m, "1", "/", "up")
	if got := m.prompt.Value(); got != "past 2" {
		t.Errorf("what was asked of one list is not there for the other: %q", got)
	}
}

// running runs a model as Bubble Tea does: commands beside it, their messages back to it.
type running struct {
	m    *Model
	msgs chan tea.Msg
}

func (r *running) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				r.run(c)
			}
		default:
			r.msgs <- msg
		}
	}()
}

func (r *running) send(msgs ...tea.Msg) {
	for _, msg := range msgs {
		_, cmd := r.m.Update(msg)
		_ = r.m.View()
		r.run(cmd)
	}
}

// pass lets time go by and gives the model what comes meanwhile.
func (r *running) pass(d time.Duration) {
	until := time.After(d)
	for {
		select {
		case msg := <-r.msgs:
			r.send(msg)
		case <-until:
			return
		}
	}
}

// However slow the archive is, no key waits for it, and what was asked before is given up.
func TestNoKeyWaitsForTheArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := keeping(3000)
		p.wait = 5 * time.Second
		m := New(Options{Theme: "dark", Ports: Ports{Past: p}})
		r := &running{m, make(chan tea.Msg)}
		began := time.Now()
		r.send(tea.WindowSizeMsg{Width: 120, Height: 40}, TickMsg{noon}, live(), ViewMsg{floor()}, uitest.Key("4"))
		r.send(uitest.Keys("j", "G", "g", "s", "<", ">", "z", "/")...)
		r.send(uitest.Type("past 29")...)
		r.send(uitest.Keys("enter", "j", "enter", "m", "y", "j", "#", "tab", "4", "z")...)
		if d := time.Since(began); d != 0 {
			t.Errorf("the keys took %v", d)
		}
		r.send(TickMsg{noon.Add(time.Second)})
		if !strings.Contains(screen(m).Text(), "searching") {
			t.Errorf("nothing says that the search is slow:\n%s", screen(m).Text())
		}
		r.pass(20 * time.Second)
		if got := screen(m).Line(1); !strings.Contains(got, " of 3,000") {
			t.Errorf("tab line %q", got)
		}
		if p.given < 10 {
			t.Errorf("%d questions were given up, want one for every letter and more", p.given)
		}
		r.send(uitest.Keys("j", "enter")...)
		r.pass(time.Second)
		r.send(uitest.Keys("esc")...)
		r.pass(20 * time.Second)
		if m.detail != "" {
			t.Error("a call opens though it was given up")
		}
		_ = m.quit()
		r.pass(20 * time.Second)
	})
}

// What is under way when the person leaves is given up.
func TestLeavingEndsTheQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := keeping(3)
		p.wait = time.Hour
		r := &running{New(Options{Ports: Ports{Past: p}}), make(chan tea.Msg, 100)}
		r.send(tea.WindowSizeMsg{Width: 100, Height: 24}, TickMsg{noon}, uitest.Key("4"), uitest.Key("5"), uitest.Key("q"))
		synctest.Wait()
		if p.given < 4 {
			t.Errorf("%d questions given up", p.given)
		}
	})
}

var _ Past = (archive.Archive)(nil)

// What is wrong in a query is said under it, and Enter keeps it open until it is right.
func TestAWrongQueryIsSaid(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		m := reading(t, size.w, size.h, keeping(30), Options{})
		press(t, m, "/")
		typeIn(t, m, "past wiat>45s")
		c := screen(m)
		uitest.Golden(t, fmt.Sprintf("%s/%dx%d", t.Name(), size.w, size.h), c)
		mark, _, _ := strings.Cut(c.Line(2), "^^^^")
		over, _, _ := strings.Cut(c.Line(1), "wiat")
		if under, at := text.Width(mark), text.Width(over); under != at {
			t.Errorf("the mark stands at %d, the word at %d:\n%s\n%s", under, at, c.Line(1), c.Line(2))
		}
		press(t, m, "enter")
		if !m.prompt.Active() {
			t.Error("a wrong query is kept")
		}
		for range len("wiat>45s") {
			press(t, m, "backspace")
		}
		press(t, m, "enter")
		if m.prompt.Active() || strings.Contains(screen(m).Text(), "^^") {
			t.Errorf("a right query is not kept:\n%s", screen(m).Text())
		}
	}
}

// What was asked for on another page does not come up on this one.
func TestLeavingThePageGivesUpWhatWasOpened(t *testing.T) {
	for _, keys := range [][]string{{"j", "enter"}, {"j", "m", "j", "m"}} {
		m := reading(t, 120, 30, keeping(30), Options{})
		press(t, m, keys[:len(keys)-1]...)
		_, cmd := m.Update(uitest.Key(keys[len(keys)-1]))
		_, cmd = m.Update(cmd()) // it asks the archive now
		if !strings.Contains(screen(m).Line(1), "opening") {
			t.Fatalf("%q opens nothing: %q", keys, screen(m).Line(1))
		}
		press(t, m, "1")
		for _, msg := range runAll(cmd) {
			m.Update(msg)
		}
		if m.place() != "live" {
			t.Errorf("%q brings up %s", keys, m.place())
		}
	}
}

func runAll(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	b, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	var out []tea.Msg
	for _, c := range b {
		out = append(out, runAll(c)...)
	}
	return out
}
