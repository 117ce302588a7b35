package thrift

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A Write lasts from DrawnMsg to the next message, and no longer than until the clocks tick.
func TestRendererRestsUntilTheNextMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := New(newPaper(80, 24))
		w.Resize(80, 24)
		said := "\x1b[m\x1b[Hx"
		writing := func() <-chan time.Duration {
			took := make(chan time.Duration, 1)
			go func() {
				began := time.Now()
				if _, err := w.Write([]byte(said)); err != nil {
					t.Error(err)
				}
				took <- time.Since(began)
			}()
			synctest.Wait()
			return took
		}
		if d := <-writing(); d != 0 {
			t.Errorf("lasted %v in a program that works", d)
		}
		w.rest.begin()
		took := writing()
		time.Sleep(300 * time.Millisecond)
		w.rest.end()
		if d := <-took; d != 300*time.Millisecond {
			t.Errorf("lasted %v, not until the message after 300 ms", d)
		}
		if d := <-writing(); d != 0 {
			t.Errorf("lasted %v while the message is seen to", d)
		}
		w.rest.begin()
		if d := <-writing(); d != longestRest {
			t.Errorf("lasted %v without a message", d)
		}
		said = "\x1b]52;c;eA==\a"
		if d := <-writing(); d != 0 {
			t.Errorf("a clipboard lasted %v, and the picture behind it", d)
		}
		said = "\x1b[m\x1b[Hx"
		took = writing()
		w.rest.finish()
		if d := <-took; d != 0 {
			t.Errorf("lasted %v at the end", d)
		}
		w.rest.begin()
		if d := <-writing(); d != 0 {
			t.Errorf("lasted %v after the end", d)
		}
	})
}

// counter is a model that shows how many keys it was told.
type counter struct{ n int }

func (c counter) Init() tea.Cmd { return nil }
func (c counter) View() tea.View {
	return tea.NewView(string(rune('a' + c.n)))
}
func (c counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); ok {
		c.n++
	}
	return c, func() tea.Msg { return DrawnMsg{} }
}

// A program that rests draws what comes within two turns of the renderer, and ends at once: when it is left
// and when its context ends.
func TestProgramThatRestsDrawsAndEnds(t *testing.T) {
	for _, killed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			keys, typed := io.Pipe()
			defer typed.Close()
			glass := newPaper(80, 24)
			defer glass.emu.Close()
			go io.Copy(io.Discard, glass.emu) // what it answers
			p := tea.NewProgram(counter{}, append(Options(ctx, glass), tea.WithContext(ctx), tea.WithInput(keys),
				tea.WithoutSignalHandler(), tea.WithWindowSize(80, 24))...)
			ended := make(chan error, 1)
			go func() { _, err := p.Run(); ended <- err }()
			for n := range 9 {
				p.Send(tea.KeyPressMsg{Code: 'x'})
				time.Sleep(2 * time.Second / 60)
				synctest.Wait()
				if c := glass.emu.CellAt(0, 0); c.Content != string(rune('b'+n)) {
					t.Fatalf("after %d keys %q is on the screen", n+1, c.Content)
				}
				time.Sleep(time.Duration(n) * 150 * time.Millisecond)
			}
			began := time.Now()
			if killed {
				cancel()
			} else {
				p.Quit()
			}
			if err := <-ended; (err != nil) != killed {
				t.Error(err)
			}
			if d := time.Since(began); d > time.Second/2 {
				t.Errorf("ended after %v", d)
			}
		})
	}
}
