// Package detail shows one call in full, live or ended, in four views: the story in sentences with
// the facts beside it, a lane for everybody in it, the ladder of what they did to each other, and
// what the service sent.
package detail

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// wide is the width from which facts and story stand side by side.
const wide = 110

// Pane shows one call. The zero value is not ready; New makes one. It has no I/O and no clock of
// its own: the time comes by SetNow.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	call   *call.Call
	report *call.Report
	why    string
	who    []lookup.Result

	items   []archive.Item
	journey []*call.Call // the conversations of its journey, as far as they are at hand
	said    map[string]transcript
	sayings bool // transcripts are open

	kind  Kind
	faces [numKinds]face

	needle string // what is searched for, in lower case
	looked bool   // hits are those of the view as it is
	hits   []int  // places of the view hitIn
	hitIn  Kind
	hit    int // index into hits; -1 before the first

	anchor   int // place of the reader when he began to type what is searched for
	anchored bool

	told     *call.Call // whose story is kept
	chapters []call.Chapter

	top    int // lines scrolled away
	bottom bool
	stale  bool // the columns must be made anew
	left   []string
	right  []string // story column of a wide screen, else nil
	head   []string
}

// New makes an empty pane in the looks of th.
func New(th *theme.Theme) *Pane {
	p := &Pane{th: th, stale: true, hit: -1}
	p.faces = [numKinds]face{Story: (*storyFace)(p), Lanes: newLanes(p), Ladder: newLadder(p), Raw: newRaw(p)}
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th, p.stale, p.looked = th, true, false }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	if w != p.w || h != p.h {
		p.w, p.h, p.stale, p.looked = w, h, true, false
	}
}

// SetNow sets the present moment. A live call's clocks follow it.
func (p *Pane) SetNow(now time.Time) {
	if p.call != nil && p.call.Live() && now.Truncate(time.Second) != p.now.Truncate(time.Second) {
		p.stale = true
	}
	p.now = now
}

// SetData sets what is shown: the call as the events tell it, its report once it is there, and
// what was found about the people in it. A call with another id begins at its top; with the same
// id the place in the text is kept, and a reader at the end stays at the end.
func (p *Pane) SetData(c *call.Call, r *call.Report, who []lookup.Result) {
	if c == p.call && r == p.report && sameResults(who, p.who) {
		return
	}
	if id(c, r) != id(p.call, p.report) {
		p.forget()
	}
	p.call, p.report, p.who, p.stale, p.looked = c, r, who, true, false
}

// SetWhy says in a person's words why there is no report, as after a failed fetch; "" means that
// it is simply not there yet.
func (p *Pane) SetWhy(why string) {
	if why != p.why {
		p.why, p.stale = why, true
	}
}

// ID gives the conversation shown, "" when none is.
func (p *Pane) ID() string { return id(p.call, p.report) }

// forget drops what belongs to the call that was shown. The view and the search stay.
func (p *Pane) forget() {
	p.why, p.items, p.journey, p.said, p.sayings, p.hit, p.anchored = "", nil, nil, nil, false, -1, false
	for _, f := range p.faces {
		f.reset()
	}
}

// Do carries out an action in the view that is up: it changes the view, moves and searches. Other
// actions are refused.
func (p *Pane) Do(a action.Action) tea.Cmd {
	p.build()
	p.anchored = false
	if p.choose(a) {
		return nil
	}
	switch a {
	case action.NextFound:
		return p.found(a, 1)
	case action.PrevFound:
		return p.found(a, -1)
	}
	if p.shown() == nil && p.report == nil {
		return action.Refuse(a, "no call is open")
	}
	if cmd, ok := p.face().do(a, p.room()); ok {
		return cmd
	}
	return action.Refuse(a, refusal(p.kind, a))
}

// refusal says why a view has nothing for an action, and what would help.
func refusal(k Kind, a action.Action) string {
	switch a {
	case action.ZoomIn, action.ZoomOut, action.ZoomFit:
		return "the " + k.String() + " has no zoom: the lanes have"
	case action.Left, action.Right:
		return "the " + k.String() + " has nothing further that way"
	}
	return "not in the detail of a call: Esc goes back to the list"
}

func (p *Pane) room() int { return max(0, p.h-len(p.head)) }

// View gives exactly h lines of w cells.
func (p *Pane) View() string {
	p.build()
	lines := append(make([]string, 0, p.h), p.head...)
	if len(p.head) == titleLines {
		lines[titleLines-1] = p.bar()
	}
	if p.shown() == nil && p.report == nil {
		lines = append(lines, p.th.Faint.Render(text.Cut("no call is open: choose one and press Enter", p.w)))
	} else {
		lines = append(lines, p.face().draw(p.room())...)
	}
	out := text.Block(lines, p.w, p.h)
	if p.th.ASCII {
		out = strings.NewReplacer(text.Ellipsis, p.th.Signs.Ellipsis, "–", "-", "—", "-").Replace(out)
	}
	return out
}
