package calls

import (
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// noted are tags and notes: those of calls by their ids, those of callers by each of the keys of
// their numbers.
type noted struct{ calls, callers map[string][]archive.Item }

// SetNoted sets the tags and notes that a filter finds calls by. What is on a caller is on each of
// their calls, however the number is written.
func (p *Pane) SetNoted(items []archive.Item) {
	p.noted = noted{map[string][]archive.Item{}, map[string][]archive.Item{}}
	for _, it := range items {
		if it.Call != "" {
			p.noted.calls[it.Call] = append(p.noted.calls[it.Call], it)
			continue
		}
		for _, k := range number.Parse(it.Caller, p.filter.region).Keys() {
			p.noted.callers[k] = append(p.noted.callers[k], it)
		}
	}
	if p.filter.query.Root == nil {
		return
	}
	for _, e := range p.index.by {
		e.subject = nil
	}
	p.refilter()
}

// on adds to x what is noted on a call and on its caller.
func (n *noted) on(c *call.Call, x *query.Extra) {
	if len(n.calls)+len(n.callers) == 0 {
		return
	}
	add := func(items []archive.Item) {
		for _, it := range items {
			switch it.Kind {
			case archive.Tag:
				x.Tags = append(x.Tags, it.Text)
			case archive.Note:
				x.Notes = append(x.Notes, it.Text)
			}
		}
	}
	add(n.calls[c.ID])
	for _, k := range number.Parse(c.Outsider().Number, x.Region).Keys() {
		if items := n.callers[k]; len(items) > 0 {
			add(items)
			return // its other keys are other spellings of the same line
		}
	}
}
