package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
)

// terminal is a terminal of 100 by 24 cells behind a program: what it writes is shown, what is
// typed is read.
type terminal struct {
	mu    sync.Mutex
	emu   *vt.Emulator
	wrote chan struct{}
	keys  *io.PipeReader
	typed *io.PipeWriter
}

func newTerminal(t *testing.T) *terminal {
	term := &terminal{emu: vt.NewEmulator(100, 24), wrote: make(chan struct{}, 1)}
	term.keys, term.typed = io.Pipe()
	var answers sync.WaitGroup
	answers.Go(func() { _, _ = io.Copy(io.Discard, term.emu) }) // what a terminal answers to queries
	t.Cleanup(func() {
		if c, ok := term.emu.InputPipe().(io.Closer); ok { // its own Close races with its Read
			_ = c.Close()
		}
		_ = term.typed.Close()
		answers.Wait()
	})
	return term
}

// Write shows bytes. Without a real terminal nobody turns a newline into two characters.
func (term *terminal) Write(p []byte) (int, error) {
	term.mu.Lock()
	_, err := term.emu.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	term.mu.Unlock()
	select {
	case term.wrote <- struct{}{}:
	default:
	}
	return len(p), err
}

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.emu.String()
}

// until waits for a text on the screen.
func (term *terminal) until(t *testing.T, want string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for !strings.Contains(term.text(), want) {
		select {
		case <-term.wrote:
		case <-limit:
			t.Fatalf("the screen never shows %q:\n%s", want, term.text())
		}
	}
}

func (term *terminal) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(term.typed, keys); err != nil {
		t.Fatal(err)
	}
}

func (term *terminal) options() []tea.ProgramOption {
	return []tea.ProgramOption{
		tea.WithInput(term.keys), tea.WithOutput(term), tea.WithWindowSize(100, 24), tea.WithoutSignalHandler(),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color"}),
	}
}

// The whole program behind a terminal: calls appear, keys act, the clock runs, q leaves.
func TestRun(t *testing.T) {
	term := newTerminal(t)
	m := New(Options{Theme: "dark", Title: "Acme", Now: func() time.Time { return noon }})
	m.Pump().Post(live())
	m.Pump().View(floor())
	ended := make(chan error, 1)
	go func() { ended <- Run(t.Context(), m, term.options()...) }()
	term.until(t, "Ann (2nd)")
	term.until(t, "14:32")
	term.press(t, "j")
	term.until(t, "order held 4s")
	term.press(t, "/waiting\r")
	term.until(t, "3 of 13")
	if got := term.text(); strings.Contains(got, "MERIDIAN") {
		t.Errorf("a filtered call is still shown:\n%s", got)
	}
	m.Pump().View(ringingMe())
	term.until(t, "RINGING YOU")
	term.press(t, "q")
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	term := newTerminal(t)
	m := New(Options{Theme: "dark"})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, m, term.options()...) }()
	term.until(t, "no calls")
	cancel()
	if err := <-ended; !errors.Is(err, tea.ErrProgramKilled) {
		t.Errorf("ended with %v", err)
	}
	m.Pump().View(floor()) // nobody listens any more, and nobody is held up
	m.Pump().Post(live())
}
