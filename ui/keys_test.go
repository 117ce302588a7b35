package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/status"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func TestFilterIsTyped(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	press(t, m, "/")
	if v := m.View(); v.Cursor == nil || v.Cursor.Y != 1 {
		t.Error("no cursor where text is typed")
	}
	uitest.Drive(t, m, uitest.Type("support WAITING q")...)
	if x, end := m.View().Cursor.X, screen(m).Line(1); ansi.StringWidth(end[:strings.Index(end, "WAITING q")+9]) != x {
		t.Errorf("the cursor stands at %d in %q", x, end)
	}
	if got := screen(m).Line(1); !strings.Contains(got, "0 of 13") {
		t.Errorf("while typing: %q", got)
	}
	press(t, m, "backspace", "backspace", "enter")
	if got := screen(m).Line(1); !strings.Contains(got, "/ support WAITING") || !strings.Contains(got, "3 of 13") {
		t.Errorf("tab line %q", got)
	}
	if m.View().Cursor != nil {
		t.Error("a cursor though nothing is typed")
	}
	press(t, m, "/", "x", "esc")
	if got := screen(m).Line(1); !strings.Contains(got, "3 of 13") {
		t.Errorf("Esc while typing does not bring the filter back: %q", got)
	}
	press(t, m, "4")
	if got := screen(m).Line(1); strings.Contains(got, "support") {
		t.Errorf("the filter of one list is on the other: %q", got)
	}
	press(t, m, "1", "esc")
	if got := screen(m).Line(1); !strings.Contains(got, "13 rows") {
		t.Errorf("Esc does not clear: %q", got)
	}
	press(t, m, "/")
	uitest.Drive(t, m, tea.PasteMsg{Content: "da\x1b[2Jna\n"})
	press(t, m, "enter")
	if strings.ContainsRune(ansi.Strip(m.View().Content), 0x1b) {
		t.Error("a pasted escape reached the screen")
	}
}

func TestPauseStopsThePictureOnly(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	press(t, m, "j", "space")
	if got := screen(m).Line(1); strings.Contains(got, "held") {
		t.Errorf("a stopped picture says its order is held: %q", got)
	}
	v := ringingMe()
	uitest.Drive(t, m, TickMsg{noon.Add(12 * time.Second)}, ViewMsg{v})
	if got := screen(m).Line(1); !strings.Contains(got, "PAUSED 0:12 · 1 behind") {
		t.Errorf("banner %q", got)
	}
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "◌ ringing ") || !strings.Contains(got, "0:06") {
		t.Errorf("the row moved on: %q", got)
	}
	find(t, m, "RINGING YOU") // what rings me is never hidden
	press(t, m, "space")
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "ringing you") || !strings.Contains(got, "0:18") {
		t.Errorf("after the pause: %q", got)
	}
	if got := screen(m).Line(1); strings.Contains(got, "PAUSED") {
		t.Errorf("banner stays: %q", got)
	}
}

func TestOpenFetchesTheReport(t *testing.T) {
	var fetched []string
	m := desk(t, Options{Ports: Ports{FetchReport: func(id string) { fetched = append(fetched, id) }}}, 100, 24, floor())
	press(t, m, "j", "enter", "esc")
	if len(fetched) != 0 {
		t.Errorf("a call that is up has no report, asked for %q", fetched)
	}
	press(t, m, "G", "enter", "esc", "enter")
	if len(fetched) != 1 || fetched[0] != "conversation-10" {
		t.Fatalf("asked for %q", fetched)
	}
	find(t, m, "Gus Gone")
	uitest.Drive(t, m, ReportMsg{ID: "conversation-10", Err: errors.New("GoTo answered 404")})
	find(t, m, "404")
	press(t, m, "esc", "enter")
	if len(fetched) != 2 {
		t.Errorf("a failed fetch is not tried again: %q", fetched)
	}
	uitest.Drive(t, m, ReportMsg{ID: "conversation-10", Report: &call.Report{ID: "conversation-10", AI: call.ReportAI{Summary: "asked for a refund"}}})
	find(t, m, "asked for a refund")
	press(t, m, "esc", "enter")
	if len(fetched) != 2 {
		t.Errorf("a report that is here was asked for again: %q", fetched)
	}
}

func TestWantIsAskedOnce(t *testing.T) {
	var want []string
	m := desk(t, Options{Ports: Ports{Want: func(p call.Party) { want = append(want, p.Number) }}}, 120, 24, floor())
	press(t, m, "j", "j", "k", "j", "j")
	uitest.Drive(t, m, ViewMsg{floor()})
	if got := strings.Join(want, " "); got != "+12015550163 +12015550153" {
		t.Errorf("asked for %q; +12125550110 is known, the others want one question each", got)
	}
}

func TestRefusalSaysWhy(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	press(t, m, "enter")
	find(t, m, "no call is selected")
	press(t, m, "Q")
	find(t, m, "Q does nothing here; ? shows the keys")
	uitest.Drive(t, m, TickMsg{noon.Add(5 * time.Second)})
	if got := screen(m).Text(); strings.Contains(got, "does nothing") {
		t.Error("a notice stays for ever")
	}
}

func TestYank(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	press(t, m, "j", "y")
	if got := screen(m).Line(23); !strings.Contains(got, "n copy number") || !strings.Contains(got, "i copy id") {
		t.Errorf("footer after y: %q", got)
	}
	msgs := press(t, m, "n")
	find(t, m, "number copied: +12125550110")
	if got := fmt.Sprint(msgs[len(msgs)-1]); got != "+12125550110" {
		t.Errorf("on the clipboard: %q", got)
	}
	press(t, m, "y", "esc", "Q")
	find(t, m, "Q does nothing here")
}

func TestLinkDownStaysInSight(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	uitest.Drive(t, m, LinkMsg{status.Link{State: status.Down, Since: noon, Why: "the refresh token was refused", Hint: "run ringside login"}})
	uitest.Drive(t, m, TickMsg{noon.Add(time.Minute)})
	if got := screen(m).Line(0); !strings.Contains(got, "✗ down for 1:00") {
		t.Errorf("header %q", got)
	}
	if got := screen(m).Line(21); !strings.Contains(got, "✗ the refresh token was refused") {
		t.Errorf("why: %q", got)
	}
	if got := screen(m).Line(22); !strings.Contains(got, "run ringside login") {
		t.Errorf("what to do: %q", got)
	}
	uitest.Drive(t, m, live())
	if strings.Contains(screen(m).Text(), "refused") {
		t.Error("the link is live again and the reason stays")
	}
}

// A key of the table that Bubble Tea calls otherwise would be dead.
func TestKeyNamesAreThoseOfBubbleTea(t *testing.T) {
	for _, b := range action.Table() {
		for _, key := range b.Keys {
			for _, step := range strings.Fields(key) {
				if got := uitest.Key(step).String(); got != step {
					t.Errorf("%s: %q is %q to Bubble Tea", b.Action, step, got)
				}
			}
		}
	}
}

func TestSeveralCallsRingMe(t *testing.T) {
	v := ringingMe()
	second := made(14, call.StateRinging, party("Una Second", "+12015550999"), "Ann", 3, 9, "Main")
	second.Rings = true
	var all []*call.Call
	for _, c := range v.Live.All() {
		all = append(all, c)
	}
	v.Live = call.VecOf(append(all, second)...)
	m := desk(t, Options{}, 120, 30, v)
	if got := m.card.ID(); got != "conversation-1" {
		t.Errorf("card of %s, want the one that rings longest", got)
	}
	press(t, m, "c")
	if got := m.card.ID(); got != "conversation-14" {
		t.Errorf("after c: card of %s", got)
	}
	uitest.Drive(t, m, ViewMsg{floor()})
	if got := m.card.ID(); got != "" {
		t.Errorf("nothing rings me and the card is of %s", got)
	}
	press(t, m, "c")
	find(t, m, "no other call rings you")
}

// An ended call leaves the board after a while; its detail stays, and it is an earlier call of its
// number.
func TestFinishedCallsAreRemembered(t *testing.T) {
	m := desk(t, Options{}, 120, 40, floor())
	press(t, m, "G", "enter")
	find(t, m, "Gus Gone")
	v := floor()
	var up []*call.Call
	for _, c := range v.Live.All() {
		if c.Live() {
			up = append(up, c)
		}
	}
	v.Live = call.VecOf(up...)
	uitest.Drive(t, m, ViewMsg{v})
	find(t, m, "Gus Gone")
	press(t, m, "esc")
	if strings.Contains(screen(m).Text(), "Gus Gone") {
		t.Error("a call that left the board is still in the live list")
	}
	dana := m.callsPane.Get("conversation-1")
	if got := m.track.earlier(dana); len(got) != 1 || got[0].No != 11 {
		t.Errorf("earlier calls of Dana: %v", got)
	}
	v.Done = call.VecOf()
	uitest.Drive(t, m, ViewMsg{v})
	if got := len(m.track.over) + len(m.track.past); got != 0 {
		t.Errorf("%d finished calls are kept after they have gone", got)
	}
}

func TestFollow(t *testing.T) {
	m := desk(t, Options{}, 100, 12, floor())
	press(t, m, "j", "F")
	if got := screen(m).Line(1); !strings.Contains(got, "following") {
		t.Errorf("tab line %q", got)
	}
	v := floor()
	var all []*call.Call
	for i := range 30 {
		all = append(all, made(100+i, call.StateRinging, party("New", ""), "", 200, 200))
	}
	for _, c := range v.Live.All() {
		all = append(all, c)
	}
	v.Live = call.VecOf(all...)
	uitest.Drive(t, m, ViewMsg{v}, TickMsg{noon.Add(10 * time.Second)})
	find(t, m, "Ann (2nd)")
	press(t, m, "esc")
	if strings.Contains(screen(m).Line(1), "following") || m.callsPane.Selected() == nil {
		t.Error("Esc gives up following first, the selection later")
	}
	press(t, m, "esc")
	if m.callsPane.Selected() != nil {
		t.Error("the second Esc keeps the selection")
	}
}

func TestQuit(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		left := false
		m := desk(t, Options{Ports: Ports{Quit: func() { left = true }}}, 100, 24, floor())
		msgs := press(t, m, key)
		if _, ok := msgs[len(msgs)-1].(tea.QuitMsg); !ok || !left {
			t.Errorf("%s: %v, told outside: %v", key, msgs, left)
		}
	}
	m := desk(t, Options{}, 100, 24, floor())
	if msgs := press(t, m, "/", "q"); len(msgs) != 0 {
		t.Errorf("q while typing: %v", msgs)
	}
	if msgs := press(t, m, "ctrl+c"); len(msgs) != 1 {
		t.Errorf("ctrl+c while typing: %v", msgs)
	}
}

func TestMouse(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	click := func(x, y int) { uitest.Drive(t, m, tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
	click(30, 5)
	if c := m.callsPane.Selected(); c == nil || c.No != 5 {
		t.Fatalf("click selects %+v", c)
	}
	click(30, 5)
	if m.detail != "conversation-5" {
		t.Errorf("a second click opens %q", m.detail)
	}
	click(34, 1)
	if got := screen(m).Text(); !strings.Contains(got, "OUTCOME") || m.detail != "" {
		t.Errorf("a click on a tab shows\n%s", got)
	}
}

func TestWindowTitle(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	if got := m.View().WindowTitle; got != "ringside · 1 ringing" {
		t.Errorf("title %q", got)
	}
	uitest.Drive(t, m, ViewMsg{ringingMe()})
	if got := m.View().WindowTitle; got != "ringside · ringing you" {
		t.Errorf("title %q", got)
	}
}

func TestThePictureIsMadeOnlyWhenSomethingChanged(t *testing.T) {
	m := desk(t, Options{}, 100, 24, floor())
	_ = m.View()
	type strange struct{}
	uitest.Drive(t, m, strange{}, tea.FocusMsg{})
	if m.dirty {
		t.Error("a message of no meaning makes a new picture")
	}
	m.Update(TickMsg{noon.Add(time.Second)})
	if !m.dirty {
		t.Error("a tick does not make a new picture")
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	m := desk(t, Options{Theme: "auto"}, 100, 24, floor())
	if m.Init() == nil {
		t.Error("the background is not asked for")
	}
	uitest.Drive(t, m, tea.BackgroundColorMsg{Color: ansi.BrightWhite})
	if m.th.Name != "light" {
		t.Errorf("theme %q on a white terminal", m.th.Name)
	}
	m = desk(t, Options{Theme: "dark"}, 100, 24, floor())
	uitest.Drive(t, m, tea.BackgroundColorMsg{Color: ansi.BrightWhite})
	if m.th.Name != "dark" {
		t.Error("a chosen theme is changed")
	}
	m.useTheme("deutan")
	if m.th.Name != "deutan" || !m.th.Light {
		t.Errorf("theme %q, light %v, on a white terminal", m.th.Name, m.th.Light)
	}
	m = desk(t, Options{Theme: "tritan", Ground: "light"}, 100, 24, floor())
	uitest.Drive(t, m, tea.BackgroundColorMsg{Color: ansi.Black})
	if !m.th.Light || m.Init() != nil {
		t.Error("a ground that was told is asked for")
	}
}

func TestThemesWhileItRuns(t *testing.T) {
	m := desk(t, Options{Theme: "auto", ASCII: true}, 120, 40, floor())
	seen := map[string]bool{}
	for range theme.Names() {
		press(t, m, "ctrl+t")
		seen[m.th.Name] = true
		if !strings.Contains(screen(m).Text(), "theme "+m.opts.Theme) || !m.th.ASCII {
			t.Errorf("%s: it is not said which theme this is, or its signs have changed", m.opts.Theme)
		}
	}
	if len(seen) != len(theme.Names())-1 || m.opts.Theme != "auto" { // auto is one of them
		t.Errorf("themes %v, then %q", seen, m.opts.Theme)
	}
}
