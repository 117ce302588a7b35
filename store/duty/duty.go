// Package duty says what somebody at the desk may do and see: by their role, by a switch that makes
// the desk read-only, and by the queues that are theirs.
//
// It is the one place that decides. Keys, commands and the palette all ask May.
package duty

import (
	"fmt"
	"slices"
	"strings"

	"ringside/store/call"
)

// Role is what somebody is at the desk.
type Role string

// The roles. The empty one is Supervisor: a desk of one's own has no roles.
const (
	Viewer     Role = "viewer"     // looks, and does nothing
	Agent      Role = "agent"      // acts on their own calls
	Supervisor Role = "supervisor" // acts on all
)

// Act is something that not everybody may do.
type Act string

// The acts.
const (
	Dial        Act = "dial"        // call a number
	Answer      Act = "answer"      // take a call that rings
	Reject      Act = "reject"      // refuse one, or send it to voicemail
	Control     Act = "control"     // hold, mute, transfer, end
	Pop         Act = "pop"         // open a page or program for a call
	Note        Act = "note"        // notes, tags, claims, which contact it is
	Settle      Act = "settle"      // say that an owed caller is seen to
	Export      Act = "export"      // copy or save calls, records, numbers
	ExportAll   Act = "export-all"  // many calls at once
	Unmask      Act = "unmask"      // show numbers that the configuration masks
	Acknowledge Act = "acknowledge" // acknowledge or snooze an alarm
	Forget      Act = "forget"      // purge a caller
	People      Act = "people"      // figures of single persons
)

// may says what a role may do to whom.
type may uint8

const (
	never may = iota
	own       // to their own calls
	all
)

// rule is one act: what it is called, what an agent may and whether it changes anything.
type rule struct {
	verb    string // "dial": completes "a viewer does not …"
	agent   may
	changes bool // a call, a note, a page: not on a read-only desk
}

func rules() map[Act]rule {
	return map[Act]rule{
		Dial:        {"dial", all, true},
		Answer:      {"answer calls", own, true},
		Reject:      {"reject calls", own, true},
		Control:     {"control calls", own, true},
		Pop:         {"open pops", own, true},
		Note:        {"write notes", own, true},
		Settle:      {"settle what is owed", own, true},
		Export:      {"copy or save calls", own, false},
		ExportAll:   {"export lists of calls", never, false},
		Unmask:      {"unmask numbers", never, false},
		Acknowledge: {"acknowledge alarms", never, true},
		Forget:      {"purge callers", never, true},
		People:      {"see the figures of others", own, false},
	}
}

// Desk is what one desk is for. The zero one is a supervisor's, for all queues.
type Desk struct {
	Role     Role
	ReadOnly bool
	Queues   []string // by name; empty: all
}

// Refusal is the error of an act that is not allowed.
type Refusal struct {
	Act  Act
	What string // one line
	Help string // what would help
}

func (r *Refusal) Error() string { return r.What }

// Hint says what to do.
func (r *Refusal) Hint() string { return r.Help }

// May reports whether an act is allowed, mine saying whether it is about a call or caller of one's
// own: nil, or why not.
func (d Desk) May(a Act, mine bool) error {
	r, known := rules()[a]
	if !known {
		return &Refusal{a, fmt.Sprintf("nobody may %s", a), ""}
	}
	if d.ReadOnly && r.changes {
		return &Refusal{a, "this desk is read-only: it does not " + r.verb, "leave --read-only and [desk] read_only away"}
	}
	const help = "[desk] role in the configuration says what you are"
	switch d.Role {
	case Viewer:
		return &Refusal{a, "a viewer does not " + r.verb, help}
	case Agent:
		switch {
		case r.agent == never:
			return &Refusal{a, "an agent does not " + r.verb, help}
		case r.agent == own && !mine:
			return &Refusal{a, "an agent does not " + r.verb + " of others", help}
		}
	}
	return nil
}

// Limited reports whether there are queues that the desk does not see.
func (d Desk) Limited() bool { return len(d.Queues) > 0 }

// SeesQueue reports whether the desk sees what is in a queue.
func (d Desk) SeesQueue(name string) bool {
	return len(d.Queues) == 0 || slices.ContainsFunc(d.Queues, func(q string) bool {
		return strings.EqualFold(strings.TrimSpace(q), strings.TrimSpace(name))
	})
}

// Sees reports whether the desk sees a call: one that is or was in one of its queues, or my own.
func (d Desk) Sees(c *call.Call, me map[string]bool) bool {
	return len(d.Queues) == 0 || d.seesPath(c.Queue, c.Path) || Mine(c, me)
}

// SeesSummary is Sees for a finished call as a list has it. Whose it was is not known of it.
func (d Desk) SeesSummary(s *call.Summary) bool { return d.seesPath(s.Queue, s.Path) }

func (d Desk) seesPath(queue string, path []string) bool {
	return queue != "" && d.SeesQueue(queue) || len(d.Queues) > 0 && slices.ContainsFunc(path, d.SeesQueue)
}

// Mine reports whether one of my lines, by their ids, takes or took part in a call.
func Mine(c *call.Call, me map[string]bool) bool {
	if c == nil {
		return false
	}
	return c.Rings || slices.ContainsFunc(c.People, func(p call.Participant) bool { return p.LineID != "" && me[p.LineID] })
}
