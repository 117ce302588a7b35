package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/uitest"
)

// say types a command and enters it.
func say(t *testing.T, m *Model, s string) []tea.Msg {
	t.Helper()
	press(t, m, ":")
	uitest.Drive(t, m, uitest.Type(s)...)
	return press(t, m, "enter")
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct{ typed, shows string }{
		{"reports", "31 ended"},
		{"rep", "31 ended"},
		{"past", "31 ended"},
		{"rprts", "31 ended"},
		{"owed", "5 Owed"},
		{"filter state:waiting", "3 of 13"},
		{"f state:waiting", "3 of 13"},
		{"filter wait>x", "the query is wrong"},
		{"theme nosuch", "nosuch"},
		{"theme", "theme what? theme NAME"},
		{"open conversation-9", "Oda Lind"},
		{"open conversation-1", "Dana Roe"},
		{"open conv", "more than one call begins with conv"},
		{"sort clock", "CLOCK▲"},
		{"sort tags", "this list is sorted by"},
		{"zoom-in", "zoom-in does nothing here; it is for detail"},
		{"xyzzy", "no command xyzzy"},
		{"columns", "CHOOSE"},
		{"mask", "numbers are masked"},
		{"save", "save what?"},
		{"save X", "this list is not narrowed"},
		{"drop X", "no saved tab is called X"},
		{"note", "nothing is selected"},
		{"help", "this page, and away again"},
	} {
		t.Run(tt.typed, func(t *testing.T) {
			m := desk(t, Options{Ports: Ports{Past: keeping(31)}}, 160, 40, floor())
			say(t, m, tt.typed)
			if tt.shows == "CHOOSE" {
				if !m.callsPane.Choosing() {
					t.Error("the columns are not being chosen")
				}
				return
			}
			find(t, m, tt.shows)
			if err := screen(m).Err(); err != nil {
				t.Error(err)
			}
		})
	}
	left := 0
	m := desk(t, Options{Ports: Ports{Quit: func() { left++ }}}, 120, 30, floor())
	say(t, m, "q")
	if left != 1 {
		t.Error(":q does not leave")
	}
}

// What the palette offers is what can act here, the best first; what was said can be fetched again.
func TestPaletteOffers(t *testing.T) {
	m := desk(t, Options{}, 120, 30, floor())
	press(t, m, ":", "t")
	find(t, m, " theme  ")
	if got := screen(m).Text(); !strings.Contains(got, "auto, dark, light, contrast") || strings.Contains(got, "zoom") {
		t.Errorf("offers\n%s", got)
	}
	press(t, m, "tab")
	if got := screen(m).Line(1); !strings.Contains(got, ": t") {
		t.Errorf("completed %q", got)
	}
	press(t, m, "esc")
	say(t, m, "filter state:ringing")
	press(t, m, ":", "up")
	if got := screen(m).Line(1); !strings.Contains(got, ": filter state:ringing") {
		t.Errorf("fetched %q", got)
	}
	press(t, m, "esc", ":")
	uitest.Drive(t, m, uitest.Type("theme con")...)
	press(t, m, "tab", "enter")
	if m.opts.Theme != "contrast" {
		t.Errorf("theme %q", m.opts.Theme)
	}
	m = desk(t, Options{}, 120, 30, floor())
	if all := ranked(m.commands(), ""); all[0].name != "live" || all[1].name != "agents" {
		t.Errorf("with nothing typed %s and %s come first", all[0].name, all[1].name)
	}
	press(t, m, ":", "s")
	uitest.Golden(t, t.Name(), screen(m))
	for _, w := range []int{40, 60, 80, 100, 200} {
		m := desk(t, Options{}, w, 20, floor())
		press(t, m, ":", "s")
		if err := screen(m).Err(); err != nil {
			t.Error(err)
		}
	}
}

// Every action that is called by its name does what its key does, or says why not, everywhere.
func TestEveryActionIsACommand(t *testing.T) {
	for _, b := range action.Table() {
		if !callable(b.Action) || b.Action == action.Quit || b.Action == action.Filter || b.Action == action.Open { // these two take words
			continue
		}
		for _, keys := range [][]string{{}, {"j", "enter"}, {"4"}, {"5"}, {"?"}} {
			m := desk(t, Options{Ports: Ports{Past: keeping(3)}}, 120, 30, floor())
			press(t, m, keys...)
			here := m.place()
			press(t, m, ":")
			if !m.prompt.Active() {
				t.Fatalf("no palette in %s", here)
			}
			uitest.Drive(t, m, uitest.Type(string(b.Action))...)
			press(t, m, "enter")
			if err := screen(m).Err(); err != nil {
				t.Errorf("%s in %s: %v", b.Action, here, err)
			}
			if !slices.Contains(b.Where, here) {
				find(t, m, "does nothing here")
			}
		}
	}
}

func TestSavedTabs(t *testing.T) {
	fixed := []SavedTab{{"Lost", action.Reports, "outcome:lost"}}
	m := desk(t, Options{Tabs: fixed, Ports: Ports{Past: keeping(5)}}, 140, 30, floor())
	press(t, m, "9")
	find(t, m, "no tab is saved there")
	press(t, m, "/")
	uitest.Drive(t, m, uitest.Type("talking")...)
	press(t, m, "enter")
	say(t, m, "filter state:waiting")
	say(t, m, "save Waiting now")
	if got := screen(m).Line(1); !strings.Contains(got, "8 Lost") || !strings.Contains(got, "9 Waiting now") {
		t.Errorf("tabs %q", got)
	}
	uitest.Golden(t, t.Name(), screen(m))
	press(t, m, "8")
	if m.list() != action.Reports || m.filter[action.Reports] != "outcome:lost" {
		t.Errorf("%s, %q", m.list(), m.filter[action.Reports])
	}
	press(t, m, "4")
	if m.filter[action.Reports] != "" {
		t.Errorf("the list's own tab keeps %q", m.filter[action.Reports])
	}
	press(t, m, "1")
	if got := m.filter[action.Live]; got != "" {
		t.Errorf("live keeps %q", got)
	}
	say(t, m, "filter talking")
	press(t, m, "9")
	find(t, m, "3 of 13")
	press(t, m, "1")
	if got := m.filter[action.Live]; got != "talking" {
		t.Errorf("what it was narrowed to before is %q", got)
	}
	say(t, m, "waiting-now")
	find(t, m, "3 of 13")
	say(t, m, "save lost")
	find(t, m, "is a tab of the configuration")
	say(t, m, "drop waiting now")
	if got := screen(m).Line(1); strings.Contains(got, "9 Waiting") {
		t.Errorf("tabs %q", got)
	}
	press(t, m, "u")
	if got := screen(m).Line(1); !strings.Contains(got, "9 Waiting now") {
		t.Errorf("undone: %q", got)
	}
	x := strings.Index(screen(m).Line(1), "8 Lost")
	uitest.Drive(t, m, tea.MouseClickMsg{X: x + 2, Y: 1, Button: tea.MouseLeft})
	if m.list() != action.Reports {
		t.Error("a click on a saved tab does not show it")
	}
	for w := 40; w < 220; w += 7 {
		uitest.Drive(t, m, tea.WindowSizeMsg{Width: w, Height: 20})
		if err := screen(m).Err(); err != nil {
			t.Error(err)
		}
	}
}

func TestBackAndForward(t *testing.T) {
	m := desk(t, Options{Ports: Ports{Past: keeping(5)}}, 120, 30, floor())
	back, on := tea.KeyPressMsg{Code: tea.KeyLeft, Mod: tea.ModAlt}, tea.KeyPressMsg{Code: tea.KeyRight, Mod: tea.ModAlt}
	at := func() string { return fmt.Sprint(m.list(), " ", m.filter[m.list()], " ", m.detail) }
	press(t, m, "4")
	say(t, m, "filter past")
	press(t, m, "j", "enter")
	if got := screen(m).Line(1); !strings.Contains(got, "Reports › / past › Past 4's call") {
		t.Errorf("crumbs %q", got)
	}
	press(t, m, "1", "P")
	want := []string{"live  ", "reports past past-4", "reports past ", "reports  ", "live  "}
	for _, w := range want {
		uitest.Drive(t, m, back)
		if got := at(); got != w {
			t.Errorf("back: %q, want %q", got, w)
		}
	}
	uitest.Drive(t, m, back)
	find(t, m, "nothing was looked at before")
	slices.Reverse(want)
	for _, w := range want[1:] {
		uitest.Drive(t, m, on)
		if got := at(); got != w {
			t.Errorf("forward: %q, want %q", got, w)
		}
	}
	uitest.Drive(t, m, on)
	if !m.popped.up {
		t.Error("the page of pops does not come back")
	}
	uitest.Drive(t, m, on)
	find(t, m, "nothing was looked at after")
	uitest.Drive(t, m, back, back)
	press(t, m, "5")
	uitest.Drive(t, m, on)
	find(t, m, "nothing was looked at after")
}

// A stopped picture is gone through change by change, its clocks with it.
func TestSteps(t *testing.T) {
	m := desk(t, Options{}, 120, 30, floor())
	press(t, m, ".")
	find(t, m, "stops the picture first")
	press(t, m, "space")
	for i, v := range []*call.View{ringingMe(), floor(), ringingMe()} {
		v.Version, v.At = uint64(8+i), noon.Add(time.Duration(10*(i+1))*time.Second)
		uitest.Drive(t, m, ViewMsg{v})
	}
	press(t, m, ".")
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "ringing you") || !strings.Contains(got, "0:16") {
		t.Errorf("one on: %q", got)
	}
	find(t, m, "2 behind")
	press(t, m, ".")
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "◌ ringing ") || !strings.Contains(got, "0:26") {
		t.Errorf("two on: %q", got)
	}
	press(t, m, ".", ".")
	find(t, m, "this is the newest")
	press(t, m, ",", ",", ",")
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "0:06") {
		t.Errorf("where it was stopped: %q", got)
	}
	press(t, m, ",")
	find(t, m, "this is where the picture was stopped")
	var s steps
	for i := range maxSteps + 50 {
		s.add(&call.View{Version: uint64(i)})
		if i == 10 {
			s.at = 3
		}
	}
	if len(s.views) != maxSteps || s.at != 0 || s.views[0].Version != 3 {
		t.Errorf("%d views, %d shown, version %d", len(s.views), s.at, s.views[0].Version)
	}
}

func TestClickOnAHeadingSorts(t *testing.T) {
	m, _ := peopled(t, Options{}, 120, 30)
	click := func(name string) {
		t.Helper()
		y := m.desk.Main.Y
		if m.list() == action.Owed {
			y++
		}
		line := []rune(screen(m).Line(y))
		x := strings.Index(string(line), name)
		if x < 0 {
			t.Fatalf("no heading %s in %q", name, string(line))
		}
		uitest.Drive(t, m, tea.MouseClickMsg{X: len([]rune(string(line)[:x])), Y: y, Button: tea.MouseLeft})
	}
	click("FROM")
	if s := m.callsPane.Sorting(); s != (table.Sorting{By: "from"}) {
		t.Errorf("%+v", s)
	}
	click("FROM")
	if s := m.callsPane.Sorting(); s != (table.Sorting{By: "from", Reverse: true}) {
		t.Errorf("%+v", s)
	}
	press(t, m, "4")
	click("TOTAL")
	if s := m.listPane.Sorting(); s.By != "total" {
		t.Errorf("%+v", s)
	}
	press(t, m, "5")
	click("CALLER")
	if s := m.owedPane.Sorting(); s.By == "" {
		t.Errorf("%+v", s)
	}
	press(t, m, "3")
	click("QUEUE")
	if s := m.numbers.queues.Sorting(); s != (table.Sorting{By: "queue"}) {
		t.Errorf("%+v", s)
	}
}

// A desk that was left looks the same when it is started again; what does not fit any more is left out.
func TestSessionComesBack(t *testing.T) {
	var kept []Session
	ports := Ports{Past: keeping(5), KeepSession: func(s Session) { kept = append(kept, s) }}
	m := desk(t, Options{Ports: ports}, 140, 30, floor())
	uitest.Drive(t, m, TickMsg{noon.Add(time.Second)})
	if len(kept) != 0 {
		t.Errorf("kept though nothing changed: %+v", kept)
	}
	say(t, m, "filter state:waiting")
	say(t, m, "save Waiting")
	say(t, m, "sort from")
	say(t, m, "theme light")
	press(t, m, "2", ">", ">", "z") // the agents
	press(t, m, "r", ">", "r")      // the race
	press(t, m, "3")
	say(t, m, "sort queue")
	press(t, m, "5")
	uitest.Drive(t, m, TickMsg{noon.Add(2 * time.Second)}, TickMsg{noon.Add(3 * time.Second)})
	if len(kept) != 1 {
		t.Fatalf("kept %d times", len(kept))
	}
	press(t, m, "4", "q")
	if len(kept) != 2 || kept[1].Tab != action.Reports {
		t.Fatalf("leaving keeps %+v", kept)
	}
	again := desk(t, Options{Ports: ports, Session: kept[1]}, 140, 30, floor())
	if again.list() != action.Reports || again.opts.Theme != "light" || again.filter[action.Live] != "state:waiting" || again.callsPane.Sorting().By != "from" {
		t.Errorf("%s %q %q %+v", again.list(), again.opts.Theme, again.filter[action.Live], again.callsPane.Sorting())
	}
	for at, want := range map[action.Place]table.Sorting{action.Agents: {By: "state", Reverse: true}, race: {By: "agent"}, action.Queues: {By: "queue"}} {
		if got := again.ordered(at).Sorting(); got != want {
			t.Errorf("%s is sorted by %+v, and was by %+v", at, got, want)
		}
	}
	press(t, again, "3")
	find(t, again, "QUEUE"+again.th.Signs.Asc)
	press(t, again, "8")
	find(t, again, "3 of 13")
	press(t, again, "/", "esc", ":", "up")
	if got := again.prompt.Value(); got != "sort queue" {
		t.Errorf("history %q", got)
	}
	press(t, again, "esc")
	odd := Session{
		Tab: "moon", Theme: "plaid", Filters: map[action.Place]string{"moon": "x", action.Live: "waiting"},
		Sorted: map[action.Place]table.Sorting{action.Live: {By: "phase"}}, Tabs: []SavedTab{{"Bad", action.Live, "wait>"}, {"", "", ""}, {"Good", action.Live, "talking"}},
	}
	m = desk(t, Options{Session: odd}, 140, 30, floor())
	if m.list() != action.Live || len(m.saved) != 1 || m.callsPane.Sorting() != (table.Sorting{}) || m.filter[action.Live] != "waiting" {
		t.Errorf("%s %+v %+v", m.list(), m.saved, m.callsPane.Sorting())
	}
	if m := desk(t, Options{Sort: table.Sorting{By: "clock", Reverse: true}}, 140, 30, floor()); m.callsPane.Sorting().By != "clock" || len(m.session().Sorted) != 0 {
		t.Error("the configuration's sorting is not the fresh one")
	}
	if m := desk(t, Options{Session: Session{Filters: map[action.Place]string{action.Live: "waiting"}}, Presenter: true, Duty: duty.Desk{Role: duty.Viewer}}, 80, 24, floor()); m.filter[action.Live] == "" {
		t.Error("no filter")
	}
}

// The selected call keeps its row and its id through ten thousand re-sorts: while the selection moves the
// order is held, whatever comes and goes.
func TestSelectionSurvivesResorts(t *testing.T) {
	m := desk(t, Options{}, 120, 30, floor())
	press(t, m, "j", "j", "j", "j")
	id := m.callsPane.Selected().ID
	row := func() int { return slices.Index(m.callsPane.InSight(), id) }
	held := row()
	v := floor()
	all := make([]*call.Call, 0, v.Live.Len())
	for _, c := range v.Live.All() {
		all = append(all, c)
	}
	for i := range 10_000 {
		n := i % len(all)
		c := *all[n]
		c.State, c.Since = call.State(i%int(call.StateEnded)), noon.Add(-time.Duration(i%977)*time.Second)
		all[n] = &c
		m.Update(ViewMsg{&call.View{Version: uint64(100 + i), At: noon, Live: call.VecOf(all...)}})
		if m.callsPane.Selected() == nil || m.callsPane.Selected().ID != id {
			t.Fatalf("after %d: another call is selected", i)
		}
		if got := row(); got != held {
			t.Fatalf("after %d: the call stands in row %d, it was %d", i, got, held)
		}
	}
	uitest.Drive(t, m, TickMsg{noon.Add(6 * time.Second)}) // the hold is over: it may move, and stays itself
	for i := range 200 {
		m.callsPane.SetSorting(table.Sorting{By: []string{"", "clock", "from", "state"}[i%4], Reverse: i%2 == 0})
		if m.callsPane.Selected() == nil || m.callsPane.Selected().ID != id {
			t.Fatalf("sorted anew: another call is selected")
		}
	}
}
