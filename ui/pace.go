package ui

import (
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The least and the most time between two pictures of what happens: 30 to 5 a second.
const (
	minFrame = time.Second / 30
	maxFrame = time.Second / 5
)

// spared is how many times as long as a picture takes nothing is drawn after it but what a key asks for.
const spared = 8

// pace tells how often there may be a picture of what happens. What comes faster than the eye would only slow
// the keys down; and where a picture takes long, because there is much to take in or others want the processors
// as well, there are fewer of them, so that most of the time is the keys'.
type pace struct{ cost atomic.Int64 } // ns that a picture takes, smoothed

// took takes in how long a picture took, with taking in what it shows.
func (p *pace) took(d time.Duration) {
	was := p.cost.Load()
	p.cost.Store(was + (int64(d)-was)/4)
}

// turn is the time between two pictures.
func (p *pace) turn() time.Duration {
	return min(max(minFrame, spared*time.Duration(p.cost.Load())), maxFrame)
}

// framed is the model in a program: it has pictures made at its pace.
type framed struct {
	*Model
	began time.Time     // when the last picture was begun
	spent time.Duration // on what the next one will show
	held  bool          // the last one is out of date, and stays for now
	due   bool          // a drawMsg is on its way
}

// drawMsg says that what has been held back is to be drawn.
type drawMsg struct{}

// Update implements tea.Model.
func (f *framed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	began := time.Now()
	var cmd tea.Cmd
	if _, draw := msg.(drawMsg); draw {
		f.due = false
	} else {
		_, cmd = f.Model.Update(msg)
	}
	f.spent += time.Since(began)
	f.held = false
	if wait := f.pump.pace.turn()*3/4 - began.Sub(f.began); f.dirty && happens(msg) && wait > 0 {
		f.held = true
		if !f.due {
			f.due = true
			cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return drawMsg{} }))
		}
	}
	return f, cmd
}

// View implements tea.Model.
func (f *framed) View() tea.View {
	if f.held || !f.dirty {
		return f.last
	}
	f.began = time.Now()
	v := f.Model.View()
	f.pump.pace.took(f.spent + time.Since(f.began))
	f.spent = 0
	return v
}

// happens reports whether a message is about what happens by itself. All others are what a person does, or
// come of it.
func happens(msg tea.Msg) bool {
	switch msg.(type) {
	case ViewMsg, TickMsg, LinkMsg, ContactMsg, ReportMsg, KeptMsg, PastMsg, PhoneMsg, PresenceMsg, AlarmsMsg, knownMsg, dayMsg, notedMsg, tagsMsg:
		return true
	}
	return false
}
