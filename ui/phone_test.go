package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/uitest"
)

// line is a telephone whose far ends do what they are asked. It writes down what that was.
type line struct {
	view  phone.View
	asked []string
	fails error
}

func (l *line) do(id, what string, change func(*phone.Call)) error {
	l.asked = append(l.asked, strings.TrimSpace(what+" "+id))
	if l.fails != nil {
		return l.fails
	}
	l.view.Calls = slices.Clone(l.view.Calls)
	for i := range l.view.Calls {
		if l.view.Calls[i].ID == id {
			change(&l.view.Calls[i])
		}
	}
	return nil
}

func (l *line) Dial(_ context.Context, num string) (string, error) {
	id := fmt.Sprintf("out%d", len(l.view.Calls))
	l.asked = append(l.asked, "dial "+num)
	if l.fails != nil {
		return "", l.fails
	}
	l.view.Calls = append(slices.Clone(l.view.Calls), phone.Call{ID: id, Number: num, State: phone.Calling, Began: noon})
	l.take(id)
	return id, nil
}

// take has a call in focus, and others on hold.
func (l *line) take(id string) {
	l.Focus(id)
	for i := range l.view.Calls {
		if c := &l.view.Calls[i]; c.ID != id && c.State == phone.Talking {
			c.Held = true
		}
	}
}

func (l *line) Answer(_ context.Context, id string) error {
	err := l.do(id, "answer", func(c *phone.Call) { c.State, c.Answered = phone.Talking, noon })
	if err == nil {
		l.take(id)
	}
	return err
}
func (l *line) end(c *phone.Call)                          { c.State, c.Ended, c.Focus = phone.Ended, noon, false }
func (l *line) Decline(_ context.Context, id string) error { return l.do(id, "decline", l.end) }
func (l *line) SendToVoicemail(_ context.Context, id string) error {
	return l.do(id, "voicemail", l.end)
}
func (l *line) Again()                                    { l.asked = append(l.asked, "again") }
func (l *line) HangUp(_ context.Context, id string) error { return l.do(id, "hang up", l.end) }
func (l *line) Hold(_ context.Context, id string, on bool) error {
	return l.do(id, fmt.Sprint("hold ", on), func(c *phone.Call) { c.Held = on })
}
func (l *line) Mute(_ context.Context, id string, on bool) error {
	return l.do(id, fmt.Sprint("mute ", on), func(c *phone.Call) { c.Muted = on })
}
func (l *line) Tone(_ context.Context, id, digits string) error {
	return l.do(id, "tone "+digits, func(c *phone.Call) { c.Tones += digits })
}
func (l *line) Transfer(_ context.Context, id, to string) error {
	return l.do(id, "transfer to "+to, l.end)
}
func (l *line) CompleteTransfer(_ context.Context, id, other string) error {
	return l.do(id, "connect to "+other, l.end)
}
func (l *line) Merge(_ context.Context, id, other string) error {
	return l.do(id, "merge with "+other, func(*phone.Call) {})
}
func (l *line) Focus(id string) {
	l.view.Calls = slices.Clone(l.view.Calls)
	for i := range l.view.Calls {
		l.view.Calls[i].Focus = l.view.Calls[i].ID == id
	}
}

// took gives what was asked since it was called last.
func (l *line) took() string {
	s := strings.Join(l.asked, ", ")
	l.asked = nil
	return s
}

func newLine(calls ...phone.Call) *line {
	return &line{view: phone.View{Line: phone.Line{State: phone.Ready, Extension: "8648"}, Sound: phone.Sound{On: true}, Calls: calls}}
}

func rings(id, name, num string) phone.Call {
	return phone.Call{ID: id, LegID: "leg-" + id, Incoming: true, Name: name, Number: num, State: phone.Ringing, Began: noon.Add(-2 * time.Second), RingUntil: noon.Add(28 * time.Second)}
}

func talks(id, name, num string) phone.Call {
	c := rings(id, name, num)
	c.State, c.Answered, c.Focus = phone.Talking, noon.Add(-time.Minute), true
	return c
}

// phoneDesk is a desk with a telephone, and keys that let the telephone tell what came of them.
func phoneDesk(t *testing.T, o Options, l *line, w, h int) (*Model, func(keys ...string) []tea.Msg) {
	t.Helper()
	o.Ports.Phone = l
	m := desk(t, o, w, h, floor())
	uitest.Drive(t, m, PhoneMsg{l.view})
	return m, func(keys ...string) []tea.Msg {
		var out []tea.Msg
		for _, k := range keys {
			out = append(out, press(t, m, k)...)
			uitest.Drive(t, m, PhoneMsg{l.view})
		}
		return out
	}
}

func TestPhoneKeys(t *testing.T) {
	l := newLine(rings("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{}, l, 80, 24)
	find(t, m, "RINGING YOU   Dana Roe  Acme Corp")
	find(t, m, "a answer  x reject  v voicemail")
	if got := m.View().WindowTitle; !strings.Contains(got, "ringing you") {
		t.Errorf("the title of the window is %q", got)
	}
	for _, step := range []struct{ keys, want, see string }{
		{"h", "", "the call is not answered yet"},
		{"a", "answer 1", "● talking  Dana Roe"},
		{"h", "hold true 1", "‖ on hold"},
		{"h", "hold false 1", "● talking"},
		{"M", "mute true 1", "MUTED"},
		{"M", "mute false 1", "M mute"},
		{"?", "", "ringside 1.0"},
		{"h", "hold true 1", "‖ on hold"},
		{"h", "hold false 1", "● talking"},
		{"esc", "", "STATE"},
		{"4", "", "4 Reports"},
		{"x", "hang up 1", "× ended"},
		{"x", "", "no call to reject"},
	} {
		keys(step.keys)
		if got := l.took(); got != step.want {
			t.Errorf("%s asks for %q, want %q", step.keys, got, step.want)
		}
		find(t, m, step.see)
	}
	for key, want := range map[string]string{"x": "decline 2", "v": "voicemail 2"} {
		l.view.Calls = []phone.Call{rings("2", "Lee Park", "+12015550133")}
		uitest.Drive(t, m, PhoneMsg{l.view})
		keys(key)
		if got := l.took(); got != want {
			t.Errorf("%s asks for %q, want %q", key, got, want)
		}
	}
}

// A second call takes neither the keys nor the card, and whoever answers it puts the first on hold.
func TestSecondCall(t *testing.T) {
	l := newLine(talks("1", "Dana Roe", "+12125550110"), rings("2", "Lee Park", "+12015550133"))
	m, keys := phoneDesk(t, Options{}, l, 100, 30)
	find(t, m, "● talking  Dana Roe")
	find(t, m, "also ringing: Lee Park 28 s")
	keys("h", "h", "a")
	if got, want := l.took(), "hold true 1, hold false 1, answer 2"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
	find(t, m, "on hold: Dana Roe")
	keys("H")
	if got, want := l.took(), "hold true 2, hold false 1"; got != want {
		t.Errorf("H asks for %q, want %q", got, want)
	}
	find(t, m, "● talking  Dana Roe")
	keys("&")
	if got, want := l.took(), "merge with 2 1"; got != want {
		t.Errorf("& asks for %q, want %q", got, want)
	}
	keys("x")
	if got := l.took(); got != "hang up 1" {
		t.Errorf("x asks for %q", got)
	}
	find(t, m, "‖ on hold  Lee Park")
	uitest.Drive(t, m, TickMsg{noon.Add(5 * time.Second)})
	l.view.Calls = []phone.Call{talks("1", "Dana Roe", "+12125550110"), rings("2", "Lee Park", "+12015550133")}
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("H", "x")
	if got := l.took(); got != "decline 2" {
		t.Errorf("turned to the second, x asks for %q", got)
	}
}

// A digit is a tone on the keypad alone, and a tab everywhere else.
func TestKeypad(t *testing.T) {
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	keys("4")
	if got := l.took(); got != "" || m.list() != "reports" {
		t.Errorf("4 asks for %q and leads to %s", got, m.list())
	}
	keys("1", "p")
	find(t, m, "KEYPAD")
	keys("4", "*", "#", "0")
	if got := l.took(); got != "tone 4 1, tone * 1, tone # 1, tone 0 1" || m.list() != "live" {
		t.Errorf("on the keypad: %q, %s", got, m.list())
	}
	find(t, m, "tones sent 4*#0")
	keys("j")
	find(t, m, "j is no tone: the keypad is up, Esc ends it")
	uitest.Drive(t, m, tea.PasteMsg{Content: "12 34#"})
	if got := l.took(); got != "tone 1234# 1" {
		t.Errorf("pasted: %q", got)
	}
	uitest.Drive(t, m, tea.PasteMsg{Content: "hello"})
	if got := l.took(); got != "" {
		t.Errorf("pasted letters: %q", got)
	}
	keys("h")
	if got := l.took(); got != "hold true 1" || m.place() == "keypad" {
		t.Errorf("h on the keypad: %q, %s", got, m.place())
	}
	keys("p")
	find(t, m, "the call is on hold, which hears no tones")
	keys("h", "p", "esc", "4")
	if m.list() != "reports" {
		t.Error("Esc does not end the keypad")
	}
	keys("1", "p")
	l.took()
	l.view.Calls = nil
	uitest.Drive(t, m, PhoneMsg{l.view})
	if keys("4"); l.took() != "" || m.list() != "reports" {
		t.Error("the keypad outlives the call")
	}
	keys("p")
	find(t, m, "you are in no call")
}

// Tones that are pressed while others are on their way follow them, in their order.
func TestTonesKeepTheirOrder(t *testing.T) {
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	m, _ := phoneDesk(t, Options{}, l, 100, 24)
	press(t, m, "p")
	var first tea.Cmd
	for _, k := range []string{"1", "2", "3"} {
		if _, cmd := m.Update(uitest.Key(k)); first == nil {
			first = cmd
		}
	}
	for _, msg := range uitest.Run(first) {
		uitest.Drive(t, m, msg)
	}
	if got := l.took(); got != "tone 1 1, tone 23 1" {
		t.Errorf("sent %q", got)
	}
}

func TestRefusedIsSaidOnce(t *testing.T) {
	l := newLine()
	l.view.Line = phone.Line{State: phone.Refused, Why: "GoTo refuses the scope webrtc.v1.write", Hint: "log in again: ringside login"}
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	find(t, m, "this desk has no telephone: GoTo refuses the scope")
	uitest.Drive(t, m, TickMsg{noon.Add(time.Minute)}, PhoneMsg{l.view}, TickMsg{noon.Add(2 * time.Minute)})
	if got := screen(m).Text(); strings.Contains(got, "no telephone") {
		t.Error("it is said again and again")
	}
	keys("a")
	find(t, m, "this desk has no telephone: GoTo refuses the scope")
	find(t, m, "ringside login")
	l.view.Line.State = phone.Lost
	uitest.Drive(t, m, PhoneMsg{l.view})
	find(t, m, "! the telephone has lost its line")
	keys("d")
	find(t, m, "has lost its line")
}

func TestErrorsOfThePhone(t *testing.T) {
	l := newLine(rings("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	l.fails = hintedError{errors.New("GoTo has refused the answer"), "it may have been taken elsewhere"}
	keys("a")
	find(t, m, "GoTo has refused the answer")
	find(t, m, "it may have been taken elsewhere")
	l.fails = nil
	keys("a")
	find(t, m, "● talking")
}

type hintedError struct {
	error
	hint string
}

func (h hintedError) Hint() string { return h.hint }

func TestLeavingAsksInACall(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		left := 0
		l := newLine(talks("1", "Dana Roe", "+12125550110"))
		m, keys := phoneDesk(t, Options{Ports: Ports{Quit: func() { left++ }}}, l, 100, 24)
		keys(key)
		find(t, m, "you are in a call with Dana Roe")
		keys("j", key)
		if left != 0 {
			t.Fatalf("%s leaves a call after another key", key)
		}
		uitest.Drive(t, m, TickMsg{noon.Add(time.Minute)})
		keys(key)
		if left != 0 {
			t.Fatalf("%s leaves a call a minute after it was asked", key)
		}
		if keys(key); left != 1 {
			t.Errorf("%s does not leave: %d", key, left)
		}
	}
}

// What is said while the desk asks waits for the answer: q never means what cannot be read.
func TestNothingTakesTheQuestionAway(t *testing.T) {
	left := 0
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{Ports: Ports{Quit: func() { left++ }}}, l, 80, 24)
	asks := func() {
		t.Helper()
		keys("q")
		uitest.Drive(t, m, NoticeMsg{Bad, "now red: Sales", "A acknowledges"}, NoticeMsg{Info, "1 call kept", ""})
		find(t, m, "you are in a call with Dana Roe")
	}
	asks()
	keys("esc")
	find(t, m, "now red: Sales")
	asks()
	keys("j")
	find(t, m, "now red: Sales")
	asks()
	uitest.Drive(t, m, TickMsg{noon.Add(time.Minute)})
	find(t, m, "now red: Sales")
	uitest.Drive(t, m, TickMsg{noon.Add(2 * time.Minute)})
	if text := screen(m).Text(); strings.Contains(text, "now red") || left != 0 {
		t.Errorf("left %d times, and a notice stays:\n%s", left, text)
	}
	asks()
	if keys("q"); left != 1 {
		t.Errorf("q does not leave: %d", left)
	}
}

func TestRingingAloneDoesNotHoldTheDesk(t *testing.T) {
	left := 0
	m, keys := phoneDesk(t, Options{Ports: Ports{Quit: func() { left++ }}}, newLine(rings("1", "Dana Roe", "+12125550110")), 100, 24)
	if keys("q"); left != 1 {
		t.Errorf("while it only rings, q asks: %s", screen(m).Text())
	}
}

func TestBell(t *testing.T) {
	count := func(msgs []tea.Msg) (n int) {
		for _, msg := range msgs {
			if raw, ok := msg.(tea.RawMsg); ok && fmt.Sprint(raw.Msg) == "\a" {
				n++
			}
		}
		return n
	}
	l := newLine()
	m, _ := phoneDesk(t, Options{Bell: true}, l, 100, 24)
	l.view.Calls = []phone.Call{rings("1", "Dana Roe", "+12125550110")}
	if n := count(uitest.Drive(t, m, PhoneMsg{l.view}, PhoneMsg{l.view})); n != 1 {
		t.Errorf("the bell rings %d times for a call", n)
	}
	m, _ = phoneDesk(t, Options{}, newLine(), 100, 24)
	if n := count(uitest.Drive(t, m, PhoneMsg{l.view})); n != 0 {
		t.Errorf("a bell that is off rings %d times", n)
	}
}

// The board's row of a call of this telephone is marked.
func TestRowIsMarked(t *testing.T) {
	v := floor()
	var mine call.Call
	for _, c := range v.Live.All() {
		mine = *c
		break
	}
	mine.State, mine.Mine = call.StateTalking, true
	mine.People = []call.Participant{{ID: "p", LegID: "leg-1", Kind: call.LineLeg, Name: "Ann", Extension: "8648"}}
	mine.Legs = []call.Leg{{Status: call.StatusConnected}}
	v.Live, v.Version = call.VecOf(&mine), v.Version+1
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	m, _ := phoneDesk(t, Options{}, l, 120, 40)
	uitest.Drive(t, m, ViewMsg{v})
	find(t, m, "☎ talking")
	if got := m.talking(); got == nil || got.ID != mine.ID {
		t.Errorf("the call of the telephone is %v", got)
	}
	if m.card.ID() != mine.ID {
		t.Errorf("the card is that of %q", m.card.ID())
	}
	l.view.Calls = nil
	uitest.Drive(t, m, PhoneMsg{l.view})
	find(t, m, "● talking")
}

func TestPhoneOnTheDesk(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		l := newLine(rings("1", "Dana Roe", "+12125550110"))
		m, keys := phoneDesk(t, Options{}, l, size.w, size.h)
		uitest.Drive(t, m, ViewMsg{ringingMe()})
		shoot := func(name string) {
			t.Helper()
			uitest.Golden(t, fmt.Sprintf("TestPhoneOnTheDesk/%s-%dx%d", name, size.w, size.h), screen(m))
		}
		shoot("rings")
		keys("a")
		l.view.Calls[0].Quality = phone.Quality{Known: true, Loss: 0.04}
		l.view.Calls = append(l.view.Calls, rings("2", "Lee Park", "+12015550133"))
		uitest.Drive(t, m, PhoneMsg{l.view}, ViewMsg{floor()})
		shoot("second")
		keys("X")
		shoot("transfer")
		keys("esc", "d")
		uitest.Drive(t, m, uitest.Type("+44 20 7946 0018")...)
		shoot("dial")
	}
}

// A call rings over the wallboard, too, and is answered there; a prompt brings the desk back.
func TestPhoneOverTheWall(t *testing.T) {
	l := newLine()
	m, keys := phoneDesk(t, Options{}, l, 120, 40)
	keys("W")
	l.view.Calls = []phone.Call{rings("1", "Dana Roe", "+12125550110")}
	uitest.Drive(t, m, PhoneMsg{l.view})
	if got := screen(m); !strings.Contains(got.Line(38), "RINGING YOU   Dana Roe") || !strings.Contains(got.Line(39), "a answer") || strings.Contains(got.Text(), "STATE") {
		t.Errorf("a call rings over the wallboard with\n%s", got.Text())
	}
	keys("a", "h")
	if got := l.took(); got != "answer 1, hold true 1" {
		t.Errorf("asked for %q", got)
	}
	keys("h", "p", "5", "esc")
	if got := l.took(); got != "hold false 1, tone 5 1" || !m.board.up || m.phoned.keypad {
		t.Errorf("asked for %q", got)
	}
	keys("d")
	find(t, m, "STATE")
	find(t, m, "dial")
	keys("esc")
	if strings.Contains(screen(m).Text(), "STATE") {
		t.Error("the wallboard does not come back")
	}
}

// A second x, or one that comes too late, does not end the call that waits behind the one that was meant.
func TestHangUpDoesNotSlip(t *testing.T) {
	held := talks("1", "Dana Roe", "+12125550110")
	held.Focus, held.Held = false, true
	l := newLine(held, talks("2", "Bo Chen", "1104"))
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	keys("x", "x")
	if got := l.took(); got != "hang up 2" {
		t.Fatalf("two x ask for %q", got)
	}
	find(t, m, "the call with Bo Chen is over; again ends the one with Dana Roe")
	keys("x")
	if got := l.took(); got != "hang up 1" {
		t.Errorf("a third asks for %q", got)
	}
	l.view.Calls = []phone.Call{held, talks("2", "Bo Chen", "1104")}
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("x")
	uitest.Drive(t, m, TickMsg{noon.Add(3 * time.Second)})
	keys("x")
	if got := l.took(); got != "hang up 2, hang up 1" {
		t.Errorf("three seconds later: %q", got)
	}
}
