package call

import "slices"

// Nameless gives the call without the names of outside parties, for an audience: story, lanes, ladder
// and record of it tell their numbers alone. Colleagues keep their names; ids and numbers stay.
func (c *Call) Nameless() *Call {
	d := *c
	d.People = slices.Clone(c.People)
	for i := range d.People {
		if p := &d.People[i]; p.Outside != (Party{}) {
			p.Outside.Name = ""
		}
	}
	d.history.ends = slices.Clone(c.history.ends)
	for i := range d.history.ends {
		if e := &d.history.ends[i]; e.Extension == "" {
			e.Name = ""
		}
	}
	if d.history.count == 0 { // told by its ends alone
		for _, p := range [...]*Party{&d.From, &d.To} {
			if *p == c.Outsider() && c.Direction != Internal {
				p.Name = ""
			}
		}
		return &d
	}
	d.refold()
	if c.State == StateEnded && d.State != StateEnded {
		d.finishUnseen()
	}
	return &d
}

// Nameless gives the report without the names of outside parties, and without what is not known to be
// free of them: the service's own text, the summary of what was said and the texts themselves.
func (r *Report) Nameless() *Report {
	d := *r
	d.People = slices.Clone(r.People)
	for i := range d.People {
		d.People[i].Outside.Name = ""
	}
	d.Actions = slices.Clone(r.Actions)
	for i := range d.Actions {
		d.Actions[i].By.Name = ""
	}
	d.AI, d.Raw, d.Events, d.Transcripts = ReportAI{}, nil, nil, nil
	if r.Call != nil {
		d.Call = r.Call.Nameless()
	}
	return &d
}

// Nameless gives the summary without the names of outside parties.
func (s Summary) Nameless() Summary {
	if s.Direction != Internal {
		out := &s.From
		if s.Direction == Outbound {
			out = &s.To
		}
		if s.LeftFirst == out.Name {
			s.LeftFirst = ""
		}
		out.Name = ""
	}
	return s
}
