package wire

import (
	"time"

	"ringside/store/call"
)

// StatesPage is one page of a call's states
// (GET /call-events/v1/conversation-spaces/{id}/events).
type StatesPage struct {
	PageSize int
	// Next is the marker of the next page, "" on the last one. It is opaque: to be given back as it
	// is, not to be shown.
	Next   string
	Meta   call.Meta
	Events []call.Event // Source FromRefill, in the order of the document
}

// SpacesPage is one page of the last states of calls (GET /call-events/v1/conversation-spaces).
type SpacesPage struct {
	PageSize int
	Next     string       // as in StatesPage
	Events   []call.Event // one a call, Source FromRefill; items that name no call are left out
}

// SummaryPage is one page of finished calls in short
// (GET /call-events-report/v1/report-summaries), newest first.
type SummaryPage struct {
	PageSize int
	Next     string // as in StatesPage
	Items    []Summary
}

// Summary is a finished call in short.
type Summary struct {
	ID        string
	Account   string
	Inbound   bool
	Outbound  bool
	Created   time.Time
	Answered  time.Time // zero when nobody answered; a dial plan counts as answering
	Ended     time.Time
	Initiator string
	// Outcome is the service's word: NORMAL, MISSED, VOICEMAIL, LEFT_QUEUE, LEFT_PARKING_SPOT,
	// LEFT_ON_HOLD, LEFT_DIAL_PLAN, TRUNCATED, UNKNOWN or another.
	Outcome string
	Caller  SummaryParty
	Others  []SummaryParty // who answered, as far as is known
}

// SummaryParty is a party of a Summary.
type SummaryParty struct {
	call.Party // a line's number is its extension
	LegID      string
	Kind       call.ParticipantKind
	KindText   string // the wire's own word where Kind is OtherLeg
	LineID     string // lines, as UserID and UserKey
	UserID     string
	UserKey    string
	NumberID   string // phone numbers: the account's own number, as Own and Label
	Own        string
	Label      string
}

// States decodes a page of states. The errors are those of Frame.
func (d *Decoder) States(b []byte) (StatesPage, error) {
	const what = "states page"
	var p StatesPage
	err := d.page(what, b, &p.PageSize, &p.Next, func(k []byte) bool {
		switch string(k) {
		case "metadata":
			d.meta(&p.Meta)
		case "states":
			p.Events = nil
			d.states(&p.Events, call.FromRefill)
		default:
			return false
		}
		return true
	})
	switch {
	case err != nil:
		return StatesPage{}, err
	case p.Meta.ID == "" && len(p.Events) > 0:
		return StatesPage{}, d.refuse(what, ErrNoCall)
	}
	for i := range p.Events {
		p.Events[i].Meta = p.Meta
	}
	return p, nil
}

// Spaces decodes a page of calls and their last states. The errors are those of Frame.
func (d *Decoder) Spaces(b []byte) (SpacesPage, error) {
	var p SpacesPage
	err := d.page("spaces page", b, &p.PageSize, &p.Next, func(k []byte) bool {
		if string(k) != "items" {
			return false
		}
		p.Events = nil
		d.objects(maxStates, func() {
			if e, ok := d.space(); ok {
				p.Events = append(p.Events, e)
			}
		})
		return true
	})
	if err != nil {
		return SpacesPage{}, err
	}
	return p, nil
}

// Summaries decodes a page of summaries. The errors are those of Frame.
func (d *Decoder) Summaries(b []byte) (SummaryPage, error) {
	var p SummaryPage
	err := d.page("summaries page", b, &p.PageSize, &p.Next, func(k []byte) bool {
		if string(k) != "items" {
			return false
		}
		p.Items = nil
		d.objects(maxStates, func() {
			if s := d.summary(); s.ID != "" {
				p.Items = append(p.Items, s)
			} else {
				d.odd++
			}
		})
		return true
	})
	if err != nil {
		return SummaryPage{}, err
	}
	return p, nil
}

// page takes what all pages have in common; own takes a member that is the page's own, or gives
// false. A document without any of the members of a page is none.
func (d *Decoder) page(what string, b []byte, size *int, next *string, own func(k []byte) bool) error {
	if err := d.start(what, b, d.MaxBody, DefaultMaxBody); err != nil {
		return err
	}
	page := false
	if d.peek() != '{' {
		d.skip()
	} else {
		d.down()
		for k, ok := d.key(true); ok; k, ok = d.key(false) {
			switch {
			case string(k) == "pageSize":
				*size, page = int(min(d.count(), 1<<20)), true
			case string(k) == "nextPageMarker":
				*next, page = d.exact(), true
			case own(k):
				page = true
			default:
				d.skip()
			}
		}
	}
	if err := d.finish(what); err != nil {
		return err
	}
	if !page {
		return d.refuse(what, ErrShape)
	}
	return nil
}

// space takes the call that was entered; false when it does not say which one, or has no state.
func (d *Decoder) space() (call.Event, bool) {
	e := call.Event{Kind: call.KindState, Source: call.FromRefill}
	stated := false
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "metadata":
			d.meta(&e.Meta)
		case "state":
			stated = d.state(&e.Snapshot)
		default:
			d.skip()
		}
	}
	if e.Meta.ID == "" || !stated {
		d.odd++
		return call.Event{}, false
	}
	return e, true
}

// summary takes the summary that was entered.
func (d *Decoder) summary() Summary {
	var s Summary
	var m call.Meta
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "callAnswered":
			s.Answered = d.when()
		case "callEnded":
			s.Ended = d.when()
		case "callerOutcome":
			s.Outcome = d.text()
		case "caller":
			s.Caller, _ = d.summaryParty()
		case "participants":
			s.Others = nil
			d.list(maxListed, func() {
				if !d.room(len(s.Others)) {
					d.skip()
				} else if p, ok := d.summaryParty(); ok {
					s.Others = append(s.Others, p)
				}
			})
		default:
			if !d.metaMember(&m, k) {
				d.skip()
			}
		}
	}
	s.ID, s.Account, s.Created, s.Initiator = m.ID, m.Account, m.Created, m.Initiator
	s.Inbound, s.Outbound = m.Inbound, m.Outbound
	return s
}

// summaryParty takes a party of a summary; false when the value is none.
func (d *Decoder) summaryParty() (SummaryParty, bool) {
	var p SummaryParty
	if !d.enter('{') {
		return p, false
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "name":
			p.Name = d.text()
		case "number":
			p.Number = d.text()
		case "legId":
			p.LegID = d.text()
		case "type":
			var t typ
			d.typ(&t)
			p.Kind, p.KindText = t.kind()
			p.LineID, p.UserID, p.UserKey = t.lineID, t.userID, t.userKey
			p.NumberID, p.Own, p.Label = t.numberID, t.number, t.name
		default:
			d.skip()
		}
	}
	return p, true
}
