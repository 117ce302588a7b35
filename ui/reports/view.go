package reports

import (
	"errors"
	"fmt"
	"strings"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
)

// narrowest is the width below which a row would have nothing readable in it.
const narrowest = 12

// View gives exactly h lines of w cells.
func (p *Pane) View() string { return p.chooser.Over(p.list(), p.w, p.h) }

func (p *Pane) list() string {
	if p.w < narrowest {
		return text.Block(nil, p.w, p.h)
	}
	if len(p.win.rows) > 0 || p.h < 3 {
		return p.table.View()
	}
	lines := []string{""}
	for i, l := range p.said() {
		style := p.th.Faint
		if i == 0 && p.ask.err != nil {
			style = p.th.Bad
		}
		for _, part := range text.Wrap(l, p.w-4) {
			lines = append(lines, "  "+style.Render(part))
		}
	}
	out := text.Block(lines, p.w, p.h)
	return strings.ReplaceAll(out, text.Ellipsis, p.th.Signs.Ellipsis)
}

// said tells why there is nothing to see.
func (p *Pane) said() []string {
	switch {
	case p.ask.err != nil:
		what, hint := Trouble(p.ask.err)
		return []string{p.th.Signs.Bad + " " + what, hint}
	case p.ask.waiting && p.q.narrow():
		return []string{"searching" + text.Ellipsis}
	case p.ask.waiting:
		return []string{"looking for the calls that are over" + text.Ellipsis}
	case !p.q.narrow():
		return []string{"no call has ended yet: each one comes here when it does"}
	}
	where := ""
	switch p.q.scope {
	case today:
		where = " today"
	case thisCaller:
		where = " of " + text.Party(p.q.caller)
	case thisQueue:
		where = " in queue " + call.Clean(p.q.queue)
	}
	switch {
	case p.q.text == "" && p.q.scope == today:
		return []string{"no call has ended today", "s shows others, Esc all of them"}
	case p.q.text == "":
		return []string{"no finished call" + where, "Esc shows all of them"}
	}
	of := "finished calls"
	if p.all > 0 {
		of = fmt.Sprintf("%s finished calls", Thousands(p.all))
	}
	if p.q.scope != everything {
		return []string{fmt.Sprintf("no finished call%s has %q", where, call.Clean(p.q.text)), "s looks elsewhere, Esc clears the filter"}
	}
	return []string{fmt.Sprintf("none of %s has %q", of, call.Clean(p.q.text)), "Esc clears the filter"}
}

// Trouble says in a person's words what is wrong with the archive, and what to do.
func Trouble(err error) (what, hint string) {
	var own interface{ Hint() string }
	switch {
	case errors.As(err, &own) && own.Hint() != "":
		hint = own.Hint()
	case errors.Is(err, archive.ErrDamaged):
		hint = "put a backup in its place, or move it away: a new one is filled from GoTo"
	case errors.Is(err, archive.ErrNewer):
		hint = "start the newer version of ringside"
	case errors.Is(err, archive.ErrFull):
		hint = "make room on the disk"
	case errors.Is(err, archive.ErrReadOnly):
		hint = "make its folder writable"
	default:
		hint = fmt.Sprintf("it is asked again every %d s; the log tells more", int(retryAfter.Seconds()))
	}
	return "the past cannot be read: " + call.Clean(err.Error()), hint
}
