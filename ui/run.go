package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/thrift"
)

// telling is the model in a program whose terminal wants to know of each picture that has changed.
type telling struct{ framed }

func (t *telling) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := t.framed.Update(msg)
	if t.dirty && !t.held {
		cmd = tea.Batch(cmd, func() tea.Msg { return thrift.DrawnMsg{} })
	}
	return t, cmd
}

// mostFPS is how often a second the renderer looks whether there is a picture to write: the most that Bubble Tea does.
// What a key asks for waits for that look. It costs little: pictures of what happens come at their own pace, and while
// there are none the renderer sleeps.
const mostFPS = 120

// Run shows the screen until the person leaves or ctx ends, and restores the terminal. It returns
// nil when the person left; when ctx ended, an error that wraps tea.ErrProgramKilled.
func Run(ctx context.Context, m *Model, opts ...tea.ProgramOption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fps := m.opts.FPS
	if fps <= 0 {
		fps = mostFPS
	}
	all := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(fps)}
	p := tea.NewProgram(&telling{framed{Model: m}}, append(all, opts...)...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.pump.run(ctx, p.Send)
	}()
	_, err := p.Run()
	m.end()
	cancel()
	<-done
	if err != nil {
		return fmt.Errorf("running the screen: %w", err)
	}
	return nil
}
