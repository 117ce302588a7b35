package pop

import (
	"encoding/json"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
)

// maxPicks is how many of several contacts can be chosen: as many as there are digits.
const maxPicks = 9

// Decision is what is kept of a choice between several contacts of one number: the JSON Body of an
// archive.Item of kind Decision. Its ID is the caller's normal form, so there is one a caller.
type Decision struct {
	Source string `json:"source"` // lookup.Contact.Source
	ID     string `json:"id"`     // lookup.Contact.ID; where the source has none, "name:" and the name
	Always bool   `json:"always"` // holds for later calls too; else they ask again
}

// DecideMsg is the message of a person having chosen. The item is complete but for By.
type DecideMsg struct{ Item archive.Item }

// Chosen tells which of the contacts of one number is meant, by what was decided: the index, and the
// decision; -1 when nobody has chosen. A decision that is not for always holds for the call it was
// made in: one that was created no later. last is the contact of a decision that holds no more, or -1.
func Chosen(cs []lookup.Contact, items []archive.Item, created time.Time) (at int, by *archive.Item, last int) {
	newest := newestDecision(items)
	if newest == nil {
		return -1, nil, -1
	}
	var d Decision
	if json.Unmarshal(newest.Body, &d) != nil {
		return -1, nil, -1
	}
	i := d.find(cs)
	if i >= 0 && (d.Always || !newest.At.Before(created)) {
		return i, newest, i
	}
	return -1, nil, i
}

func newestDecision(items []archive.Item) *archive.Item {
	var newest *archive.Item
	for i := range items {
		if it := &items[i]; it.Kind == archive.Decision && (newest == nil || it.At.After(newest.At)) {
			newest = it
		}
	}
	return newest
}

// find gives the contact that was decided for, -1 when no source gives it any more.
func (d Decision) find(cs []lookup.Contact) int {
	for i, c := range cs {
		if decided(c) == (Decision{d.Source, d.ID, false}) {
			return i
		}
	}
	return -1
}

// decided names a contact.
func decided(c lookup.Contact) Decision {
	d := Decision{Source: c.Source, ID: c.ID}
	if d.ID == "" {
		d.ID = "name:" + c.Name
	}
	return d
}

// always tells whether a decision holds for later calls too.
func always(it *archive.Item) bool {
	var d Decision
	return it != nil && json.Unmarshal(it.Body, &d) == nil && d.Always
}

// chosen is Chosen of what the card shows: a single contact needs no choice.
func (p *Pane) chosen() (at int, by *archive.Item, last int) {
	cs := p.result.Contacts
	switch {
	case p.call == nil || len(cs) == 0:
		return -1, nil, -1
	case len(cs) == 1:
		return 0, nil, -1
	case p.picked != nil:
		return Chosen(cs, []archive.Item{*p.picked}, p.call.Created)
	}
	return Chosen(cs, p.items, p.call.Created)
}

// contact gives the contact that the caller is, nil when none is known or it is not decided which.
func (p *Pane) contact() *lookup.Contact {
	if at, _, _ := p.chosen(); at >= 0 {
		return &p.result.Contacts[at]
	}
	return nil
}

// Pick chooses contact i, from 0, of those that have the caller's number.
func (p *Pane) Pick(i int) tea.Cmd {
	switch n := len(p.result.Contacts); {
	case p.call == nil:
		return action.Refuse(action.PickContact, "no card is up")
	case n == 0:
		return action.Refuse(action.PickContact, "no contact is known for this caller")
	case n == 1:
		return action.Refuse(action.PickContact, "only one contact has this number")
	case i < 0 || i >= min(n, maxPicks):
		return action.Refuse(action.PickContact, "there is no such contact on the card")
	}
	_, by, _ := p.chosen()
	return p.decide(i, always(by))
}

// Do acts on the card: its trail, the choice of the contact, a new contact.
func (p *Pane) Do(a action.Action) tea.Cmd {
	switch a {
	case action.CardTrail:
		if p.call == nil {
			return action.Refuse(a, "no card is up")
		}
		p.trail = !p.trail
	case action.ContactAlways:
		at, by, _ := p.chosen()
		switch {
		case len(p.result.Contacts) < 2:
			return action.Refuse(a, "there is nothing to choose: no two contacts have this number")
		case at < 0:
			return action.Refuse(a, "choose a contact first: C and its number")
		}
		return p.decide(at, !always(by))
	case action.CreateContact:
		link := p.createLink()
		switch {
		case p.call == nil:
			return action.Refuse(a, "no card is up")
		case p.create == "":
			return action.Refuse(a, "no page for new contacts is configured")
		case link == "":
			return action.Refuse(a, "this caller has no number to make a contact of")
		}
		return action.Yank("link for a new contact", link)
	}
	return nil
}

// decide says that the caller is contact i, and shows it at once.
func (p *Pane) decide(i int, forAlways bool) tea.Cmd {
	c := p.result.Contacts[i]
	d := decided(c)
	d.Always = forAlways
	body, err := json.Marshal(d)
	if err != nil {
		return action.Refuse(action.PickContact, "the choice cannot be kept: "+err.Error())
	}
	it := archive.Item{Kind: archive.Decision, ID: p.caller, Call: p.call.ID, Caller: p.call.Outsider().Number,
		At: p.decisionTime(), Text: strings.TrimSpace(call.Clean(c.Name)), Body: body}
	p.picked = &it
	return func() tea.Msg { return DecideMsg{it} }
}

// decisionTime is now, and never before the call or an earlier decision: clocks are set back.
func (p *Pane) decisionTime() time.Time {
	at := p.now
	if at.Before(p.call.Created) {
		at = p.call.Created
	}
	for _, it := range []*archive.Item{p.picked, newestDecision(p.items)} {
		if it != nil && !at.After(it.At) {
			at = it.At.Add(time.Millisecond)
		}
	}
	return at
}
