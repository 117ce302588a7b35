package detail

import (
	"errors"
	"fmt"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/text"
)

// contacts shows who the outside parties are, as far as the look-ups know, and where it comes from.
func (p *Pane) contacts(d *doc) {
	if len(p.who) == 0 {
		return
	}
	d.section("Contacts")
	for _, r := range p.who {
		num := r.Number.Display()
		switch {
		case len(r.Contacts) == 0 && !r.Done:
			d.para("", num+": looking up"+p.th.Signs.Ellipsis, p.th.Faint.Render)
		case len(r.Contacts) == 0 && trouble(r) != "":
			d.para(p.th.Signs.Warn, num+": the look-up failed: "+trouble(r), p.th.Warn.Render)
		case len(r.Contacts) == 0:
			d.para("", "no contact for "+num, p.th.Faint.Render)
		}
		for i, c := range r.Contacts {
			if i == maxContacts {
				d.para("", fmt.Sprintf("and %d more for %s", len(r.Contacts)-i, num), p.th.Faint.Render)
				break
			}
			said := text.Join(" "+p.th.Signs.Dot+" ", call.Clean(c.Name), call.Clean(c.Company), call.Clean(c.Tier))
			if src := call.Clean(c.Source); src != "" {
				said += " (" + src + ")"
			}
			d.para("", said, p.th.Text.Render)
			if notes := text.Clean(c.Notes); notes != "" {
				d.para(" ", notes, p.th.Faint.Render)
			}
		}
	}
}

// maxContacts bounds what is listed of one number: a switchboard may have thousands of people.
const maxContacts = 5

// trouble is what the first source that failed says, "" when none did. One that has no way to ask about an
// extension or a star code has not failed.
func trouble(r lookup.Result) string {
	for _, s := range r.Trail {
		var rest *lookup.RestError
		if s.Err != nil && (r.Number.Kind == number.Phone || !errors.Is(s.Err, lookup.ErrNotAsked) || errors.As(s.Err, &rest)) {
			return call.Clean(s.Source) + ": " + text.Clean(s.Err.Error())
		}
	}
	return ""
}
