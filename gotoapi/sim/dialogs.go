package sim

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/gotoapi/sim/world"
)

// dialogEvent is a frame of the Realtime API. A keepalive has its type alone.
type dialogEvent struct {
	Type     string      `json:"type"` // announce, replace, withdraw, keepalive
	SubID    string      `json:"subId,omitempty"`
	EntityID string      `json:"entityId,omitempty"`
	OldID    string      `json:"oldId,omitempty"` // of the snapshot that is replaced or withdrawn
	NewID    string      `json:"newId,omitempty"`
	Data     *dialogData `json:"data,omitempty"`
}

// dialogData is a line's leg as the Realtime API tells of it.
type dialogData struct {
	LegID         string      `json:"legId"`
	Created       int64       `json:"created"`     // Unix ms
	Participant   string      `json:"participant"` // SIP user name of the device
	Caller        world.Party `json:"caller"`      // numbers are bare digits or an extension
	Callee        world.Party `json:"callee"`
	Direction     string      `json:"direction"`     // initiator, recipient
	State         string      `json:"state"`         // CREATED, RINGING, ANSWERED, BRIDGED, UNBRIDGED, HUNGUP
	ANI           string      `json:"ani,omitempty"` // inbound: "label <+number first called>"
	Recordings    []string    `json:"recordings"`
	IsClickToCall bool        `json:"isClickToCall"`
	OriginatorID  string      `json:"originatorId"` // the same for all legs of a call
	Organization  string      `json:"originatorOrganizationId"`
}

// dialog is the last snapshot of a leg that a session was told.
type dialog struct {
	id   string
	call string
	data dialogData
}

// follow compares a call's new state with the dialogs that the session knows and returns what has
// changed for one subscription.
func (se *session) follow(sub dialogSub, c world.Content, organization string, g *ids) (events []dialogEvent) {
	here := make(map[dialogKey]bool)
	for _, p := range c.State.Participants {
		if p.Type.LineID != sub.Entity.ID {
			continue
		}
		key := dialogKey{sub.ID, p.ID}
		here[key] = true
		old, known := se.dialogs[key]
		data := newDialogData(p, c, organization)
		if known && old.data.State == data.State {
			continue
		}
		e := dialogEvent{Type: "announce", SubID: sub.ID, EntityID: sub.Entity.ID, NewID: g.uuid(), Data: &data}
		if known {
			data.Created = old.data.Created
			e.Type, e.OldID = "replace", old.id
		}
		se.dialogs[key] = dialog{e.NewID, c.Metadata.ConversationSpaceID, data}
		events = append(events, e)
	}
	return append(events, se.withdraw(sub, c.Metadata.ConversationSpaceID, here)...)
}

// withdraw forgets the dialogs of a call whose legs are no longer here.
func (se *session) withdraw(sub dialogSub, call string, here map[dialogKey]bool) (events []dialogEvent) {
	var gone []dialogKey
	for key, d := range se.dialogs {
		if d.call == call && key.sub == sub.ID && !here[key] {
			gone = append(gone, key)
		}
	}
	slices.SortFunc(gone, func(a, b dialogKey) int { return strings.Compare(a.participant, b.participant) })
	for _, key := range gone {
		d := se.dialogs[key]
		delete(se.dialogs, key)
		d.data.State = "HUNGUP"
		events = append(events, dialogEvent{Type: "withdraw", SubID: sub.ID, EntityID: sub.Entity.ID, OldID: d.id, Data: &d.data})
	}
	return events
}

func newDialogData(p world.Participant, c world.Content, organization string) dialogData {
	sum := sha256.Sum256([]byte("originator " + c.Metadata.ConversationSpaceID))
	d := dialogData{
		LegID: p.LegID, Created: time.Time(c.State.Timestamp).UnixMilli(), Participant: strings.ReplaceAll(p.Type.DeviceID, "-", ""),
		Caller: partyOf(p.Type), Callee: partyOf(p.Type), State: dialogState(p, c.State), Recordings: []string{},
		OriginatorID: fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]), Organization: organization,
	}
	other, found := otherSide(p, c.State)
	if p.Originator == p.ID {
		d.Direction, d.Callee = "initiator", world.Party{Number: bare(c.Metadata.DialString)}
		if found {
			d.Callee = partyOf(other.Type)
		}
		return d
	}
	d.Direction, d.Caller = "recipient", world.Party{}
	if found {
		d.Caller = partyOf(other.Type)
	}
	if found && other.Type.Caller != nil {
		d.ANI = other.Type.Name + " <" + other.Type.Number + ">"
	}
	return d
}

// otherSide is the party that p rings or talks with: the outside one, else the one that caused p,
// else another.
func otherSide(p world.Participant, st world.State) (world.Participant, bool) {
	best, found := world.Participant{}, false
	for _, o := range st.Participants {
		switch {
		case o.ID == p.ID:
		case o.Type.Value == "PHONE_NUMBER":
			return o, true
		case !found || o.ID == p.Originator:
			best, found = o, true
		}
	}
	return best, found
}

func partyOf(t world.ParticipantType) world.Party {
	switch {
	case t.Caller != nil:
		return world.Party{Name: t.Caller.Name, Number: bare(t.Caller.Number)}
	case t.Callee != nil:
		return world.Party{Name: t.Callee.Name, Number: bare(t.Callee.Number)}
	}
	return world.Party{Name: t.Name, Number: t.ExtensionNumber}
}

// bare is a number without its plus sign.
func bare(number string) string { return strings.TrimPrefix(number, "+") }

// dialogState is a leg's state in the Realtime API's words.
func dialogState(p world.Participant, st world.State) string {
	switch p.Status.Value {
	case "RINGING":
		if p.Originator == p.ID && len(st.Participants) == 1 {
			return "CREATED"
		}
		return "RINGING"
	case "DISCONNECTING":
		return "HUNGUP"
	case "CONNECTED":
		o, found := otherSide(p, st)
		switch {
		case !found || o.Status.Value == "RINGING":
			return "ANSWERED"
		case o.Status.Value == "CONNECTED":
			return "BRIDGED"
		}
	}
	return "UNBRIDGED"
}
