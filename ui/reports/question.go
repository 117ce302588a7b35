package reports

import (
	"cmp"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/text"
)

// scope is which calls are searched at all.
type scope uint8

const (
	everything scope = iota
	today
	thisCaller
	thisQueue
	numScopes
)

// question is what is asked of the past.
type question struct {
	text   string // the filter as typed
	query  query.Query
	scope  scope
	day    time.Time // midnight that today began at
	caller call.Party
	queue  string
	by     archive.Column
	up     bool // smallest, or oldest, first
}

func (q *question) search() archive.Search {
	s := archive.Search{Query: q.query, By: q.by, Ascending: q.up}
	switch q.scope {
	case today:
		s.Since = q.day
	case thisCaller:
		s.Caller = q.caller.Number
	case thisQueue:
		s.Queue = q.queue
	}
	return s
}

// narrow reports whether it leaves calls out.
func (q *question) narrow() bool { return q.text != "" || q.scope != everything }

// words says the scope: "today", "queue Support"; "" for all.
func (q *question) words() string {
	switch q.scope {
	case today:
		return "today"
	case thisCaller:
		return "caller " + text.PartyShort(q.caller)
	case thisQueue:
		return "queue " + call.Clean(q.queue)
	}
	return ""
}

// next moves the scope on. row is the call whose caller and queue are meant, nil for none; what it
// does not have is left out.
func (q *question) next(row *archive.Row, midnight time.Time) {
	for {
		q.scope = (q.scope + 1) % numScopes
		switch {
		case q.scope == thisCaller && row != nil && row.Outsider().Number != "":
			q.caller = row.Outsider()
		case q.scope == thisQueue && row != nil && row.Queue != "":
			q.queue = row.Queue
		case q.scope == today:
			q.day = midnight
		case q.scope != everything:
			continue
		}
		return
	}
}

// numSortable is how many columns the list can be sorted by, from the left.
const numSortable = 4

// heading gives the heading each order is marked at.
func heading(by archive.Column) string {
	switch by {
	case archive.ByWait:
		return colWait
	case archive.ByTalk:
		return colTalk
	case archive.ByTotal:
		return colTotal
	}
	return colBegan
}

// sortBy moves n columns on; what is largest, or newest, comes first then.
func (q *question) sortBy(n int) {
	q.by, q.up = archive.Column((int(q.by)+n+numSortable)%numSortable), false
}

// value gives what a row is ordered by, as an archive's cursors have it.
func value(s *call.Summary, by archive.Column) int64 {
	switch by {
	case archive.ByWait:
		return s.PhasesMs[call.PhaseWait]
	case archive.ByTalk:
		return s.PhasesMs[call.PhaseTalk]
	case archive.ByTotal:
		return s.TotalMs
	}
	return s.Created.UnixMilli()
}

// compare tells which of two rows comes first in an order: below zero is a. Where the column says
// nothing the newest comes first.
func compare(a, b archive.Cursor, by archive.Column, ascending bool) int {
	value, row := cmp.Compare(b.Value, a.Value), cmp.Compare(b.Row, a.Row)
	if ascending {
		value = -value
	}
	if ascending && by == archive.ByTime {
		row = -row
	}
	return cmp.Or(value, row)
}

func midnight(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
}
