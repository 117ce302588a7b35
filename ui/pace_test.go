package ui

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// looks runs a framed model as a program does, and counts its pictures.
type looks struct {
	f    *framed
	due  chan tea.Msg
	last tea.View
	n    int
}

func (l *looks) take(msg tea.Msg) {
	_, cmd := l.f.Update(msg)
	l.run(cmd)
	if v := l.f.View(); v.Content != l.last.Content {
		l.last = v
		l.n++
	}
}

// run runs commands beside, and keeps what says that something is to be drawn.
func (l *looks) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, c := range msg {
				l.run(c)
			}
		case drawMsg:
			l.due <- msg
		}
	}()
}

// pass lets time go by, and draws what is due.
func (l *looks) pass(d time.Duration) {
	for end := time.After(d); ; {
		select {
		case msg := <-l.due:
			l.take(msg)
		case <-end:
			return
		}
	}
}

func newLooks(t *testing.T) *looks {
	m := ticking(5, 80, 24)
	t.Cleanup(m.end)
	l := &looks{f: &framed{Model: m}, due: make(chan tea.Msg, 1)}
	l.take(TickMsg{noon})
	return l
}

// What happens a thousand times a second is drawn forty times, and the last of it always.
func TestPicturesComeAtAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooks(t)
		l.pass(time.Second)
		before := l.n
		for i := range 1000 {
			l.take(TickMsg{noon.Add(time.Duration(i+1) * time.Second)})
			l.pass(time.Millisecond)
		}
		l.pass(time.Second)
		if n := l.n - before; n < 30 || n > 41 {
			t.Errorf("%d pictures in a second", n)
		}
		if l.f.held || l.f.dirty {
			t.Error("the last of it is not drawn")
		}
		before = l.n
		l.take(TickMsg{noon.Add(2000 * time.Second)})
		if l.n != before+1 {
			t.Error("what comes alone is not drawn at once")
		}
	})
}

// What a key asks for is drawn at once, with what was held back.
func TestKeysAreDrawnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooks(t)
		for i := range 20 {
			l.take(TickMsg{noon.Add(time.Duration(i+1) * time.Second)})
			before := l.n
			l.take(tea.KeyPressMsg{Code: '?', Text: "?"})
			if l.n != before+1 || l.f.held {
				t.Fatalf("key %d: %d pictures", i, l.n-before)
			}
			l.pass(3 * time.Millisecond)
		}
		l.pass(time.Second) // what was on its way has nothing to draw
		if l.f.due {
			t.Error("something is still on its way")
		}
	})
}

// Where pictures take long there are fewer, down to five a second, and as many again afterwards.
func TestSlowPicturesAreFewer(t *testing.T) {
	var p pace
	for _, tt := range []struct{ takes, turn time.Duration }{
		{time.Millisecond, minFrame}, {4 * time.Millisecond, minFrame}, {10 * time.Millisecond, 80 * time.Millisecond},
		{time.Second, maxFrame}, {time.Millisecond, minFrame},
	} {
		for range 100 {
			p.took(tt.takes)
		}
		if d := p.turn(); d < tt.turn-time.Millisecond || d > tt.turn+time.Millisecond {
			t.Errorf("a picture of %v has %v, want %v", tt.takes, d, tt.turn)
		}
	}
	p.took(30 * time.Millisecond) // one alone is chance
	if d := p.turn(); d > 3*minFrame {
		t.Errorf("one slow picture makes it %v", d)
	}
}
