package pop

import (
	"fmt"
	"slices"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
)

// earlier lists the calls with the same party: all that are kept, or while these are not known
// those of this run.
func (p *Pane) earlier(k *card) {
	k.gap()
	past, where := p.past(), ""
	if p.rows == nil {
		where = " in this run"
	}
	if len(past) == 0 {
		k.para("no earlier call"+where, 1, p.th.Faint)
		return
	}
	head := fmt.Sprintf("%d earlier%s", len(past), where)
	if p.rows != nil {
		head = count(len(past), "earlier call", "earlier calls")
	}
	k.add(p.th.Label.Render(text.Cut(head, k.w)))
	for i := range past[:min(len(past), maxEarlier)] {
		k.add(p.one(&past[i], k.w))
	}
}

// past gives the earlier calls with the caller, newest first, the one shown not among them.
func (p *Pane) past() []archive.Row {
	if p.rows != nil {
		return slices.DeleteFunc(slices.Clone(p.rows), func(r archive.Row) bool { return r.ID == p.call.ID })
	}
	out := make([]archive.Row, len(p.history))
	for i, c := range p.history {
		out[i].Summary = c.Summary()
		out[i].TotalMs = c.Total(p.now).Milliseconds()
	}
	return out
}

// one is one earlier call: when, how it ended, with whom and how long.
func (p *Pane) one(r *archive.Row, w int) string {
	length := text.Clock(time.Duration(r.TotalMs) * time.Millisecond)
	said := p.th.OutcomeSign(r.Outcome) + " " + p.ended(r)
	left := p.th.Faint.Render(text.Fit(p.date(r.Created), 7)) + p.th.Outcome(r.Outcome).Render(text.Cut(said, max(1, w-7-len(length)-1)))
	return text.Ends(left, p.th.Faint.Render(length), w)
}

// date is when in six cells: "13:22", "Tue", "2 Jun", "2025".
func (p *Pane) date(t time.Time) string { return p.ago(t, "Mon", "2006") }

// ended is how an earlier call ended: with whom they talked, else what became of it.
func (p *Pane) ended(r *archive.Row) string {
	said := text.Ended(r.Outcome, r.Queue, time.Duration(r.PhasesMs[call.PhaseWait])*time.Millisecond)
	if len(r.Answered) > 0 && r.Outcome == call.Answered {
		first := r.Answered[0]
		if r.Direction == call.Outbound {
			said = "called by " + text.Person(r.From.Name, "", r.From.Number)
		} else {
			said = "with " + text.Person(first.Name, "", first.Number)
		}
	} else if r.Direction == call.Outbound {
		said = "our call: " + said
	}
	return said
}

// lastCall says how the last call with the caller went: "last call 1 h ago with Bo Chen, 4:10".
func (p *Pane) lastCall() string {
	past := p.past()
	if len(past) == 0 {
		return ""
	}
	r := &past[0]
	end := r.Ended
	if end.IsZero() {
		end = r.Created
	}
	return fmt.Sprintf("last call %s %s, %s", text.Ago(p.now.Sub(end)), p.ended(r), text.Clock(time.Duration(r.TotalMs)*time.Millisecond))
}
