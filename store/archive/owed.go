package archive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringside/lookup/number"
	"ringside/store/call"
)

// Debt is a caller who reached nobody, and has not been reached since.
type Debt struct {
	Number string // the outside number as it last came
	Key    string // its normal form, the identity of the debt
	Name   string // as the line told it last; may be empty

	Since   time.Time    // end of the first call in vain since they were last reached
	Last    time.Time    // end of the last one
	Calls   []string     // ids of their calls in vain, oldest first
	Outcome call.Outcome // of the last one
	Queue   string       // of the last one, or ""
	To      call.Party   // what they called last
	Message bool         // they left a message
	// Of the last one, milliseconds: its Summary's PhaseWait and PhaseVoicemail.
	WaitMs, VoicemailMs int64

	Tries   int       // calls to them since, that nobody answered
	TriedAt time.Time // the last of them; zero for none
	TriedBy string    // who made it

	Claimed   string // who has taken it, or ""
	ClaimedAt time.Time
}

// OwedWithin is how long before a caller's last call their earlier ones may have begun to count.
const OwedWithin = 30 * 24 * time.Hour

// Owes gives the debt that the calls with one outside number leave, if any. calls are all finished
// calls with that number, in any order; items are its claims and settlements.
//
// A caller is owed a call after an inbound call that was missed, abandoned or sent to voicemail, and
// no longer once a later call with them was answered by a person, whoever made it, or somebody has
// settled it by hand since. An abandoned call shorter than short is not counted: nobody could have
// answered it.
//
// Calls are put in the order of their ends: who still talked with us after the end of a call in vain
// was reached after it. Key is read without a region, which an archive knows better.
func Owes(calls []call.Summary, items []Item, short time.Duration) (Debt, bool) {
	var l ledger
	for _, h := range history(calls, items, short) {
		h.enter(&l)
	}
	return l.debt, l.owed
}

// ledger is the debt as it stands while the history is gone through.
type ledger struct {
	debt Debt
	owed bool
}

// happening is a call or item that changes what is owed.
type happening struct {
	at   time.Time
	kind happens
	call *call.Summary
	item *Item
}

// happens orders what falls into one moment: what settles a debt comes last.
type happens uint8

const (
	inVain happens = iota
	tried
	claimed
	reached
	settled
)

func history(calls []call.Summary, items []Item, short time.Duration) []happening {
	var out []happening
	for i := range calls {
		c := &calls[i]
		switch {
		case c.Direction == call.Internal:
		case c.Outcome == call.Answered, c.Outcome == call.Forwarded:
			out = append(out, happening{at: c.Ended, kind: reached, call: c})
		case c.Direction == call.Outbound:
			out = append(out, happening{at: c.Ended, kind: tried, call: c})
		case c.Outcome.Lost() && !tooShort(c, short):
			out = append(out, happening{at: c.Ended, kind: inVain, call: c})
		}
	}
	for i := range items {
		switch it := &items[i]; it.Kind {
		case Claim:
			out = append(out, happening{at: it.At, kind: claimed, item: it})
		case Settled:
			out = append(out, happening{at: it.At, kind: settled, item: it})
		}
	}
	slices.SortStableFunc(out, func(a, b happening) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.kind, b.kind), strings.Compare(a.id(), b.id()))
	})
	return out
}

// id makes the order of what happens in one moment that of nobody's choice.
func (h happening) id() string {
	if h.call != nil {
		return h.call.ID
	}
	return h.item.ID
}

func tooShort(c *call.Summary, short time.Duration) bool {
	abandoned := c.Outcome == call.AbandonedMenu || c.Outcome == call.AbandonedQueue
	return abandoned && time.Duration(c.TotalMs)*time.Millisecond < short
}

func (h happening) enter(l *ledger) {
	switch h.kind {
	case inVain:
		l.vain(h.call)
	case reached, settled:
		*l = ledger{}
	case tried:
		if l.owed {
			l.debt.Tries++
			l.debt.TriedAt, l.debt.TriedBy = h.call.Created, h.call.From.Name
			if l.debt.TriedBy == "" {
				l.debt.TriedBy = h.call.From.Number
			}
		}
	case claimed:
		if l.owed {
			l.debt.Claimed, l.debt.ClaimedAt = h.item.By, h.item.At
		}
	}
}

// vain enters a call in vain.
func (l *ledger) vain(c *call.Summary) {
	d := &l.debt
	if !l.owed {
		l.owed, d.Since = true, c.Ended
	}
	d.Number, d.Key = c.From.Number, c.From.Number
	if keys := number.Parse(c.From.Number, "").Keys(); len(keys) > 0 {
		d.Key = keys[0]
	}
	if c.From.Name != "" {
		d.Name = c.From.Name
	}
	d.Last, d.Outcome, d.Queue, d.To = c.Ended, c.Outcome, c.Queue, c.To
	d.Calls = append(d.Calls, c.ID)
	d.Message = d.Message || c.Outcome == call.VoicemailLeft
	d.WaitMs, d.VoicemailMs = c.PhasesMs[call.PhaseWait], c.PhasesMs[call.PhaseVoicemail]
}
