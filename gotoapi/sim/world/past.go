package world

import (
	"encoding/binary"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
	"time"
)

const (
	maxPastDays   = 3650
	maxPastPerDay = 3500 // a day of the past is lived through at once
	keptDays      = 4    // days of the past that are remembered
)

// past is what happened before the world began: finished calls, day by day. A day is lived through
// when somebody asks for it, and forgotten when others have been asked for since; the ids of its calls
// tell which day that is, so that it can be had again. A nil past has no calls.
type past struct {
	w     *World
	zone  *time.Location
	first int        // oldest day
	last  int        // the day of the world's start, told up to end
	end   int64      // Unix ms; what was not over and reported by then is not told
	days  []*pastDay // those remembered, the one asked for last at the end
	lived int        // days lived through so far, again included
}

// newPast prepares the past of a world before its traffic begins; nil when none is wanted.
func newPast(w *World) *past {
	if w.cfg.PastDays == 0 {
		return nil
	}
	zone, err := time.LoadLocation(w.account.TimeZone)
	if err != nil {
		zone = time.FixedZone("", -5*3600) // a machine without a table of time zones
	}
	last := dayNumber(w.cfg.Start.In(zone))
	return &past{w: w, zone: zone, first: last - w.cfg.PastDays, last: last, end: w.now}
}

// dayNumber counts the days from 1970-01-01 to the date that t shows in its zone.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// at is an hour of a day, in the account's zone.
func (p *past) at(day, hour int) time.Time {
	y, m, d := time.Unix(int64(day)*86400, 0).UTC().Date()
	return time.Date(y, m, d, hour, 0, 0, 0, p.zone)
}

// day gives a day of the past.
func (p *past) day(no int) *pastDay {
	for i, d := range p.days {
		if d.no == no {
			p.days = append(slices.Delete(p.days, i, i+1), d)
			return d
		}
	}
	d := p.live(no)
	p.lived++
	if len(p.days) == keptDays {
		p.days = slices.Delete(p.days, 0, 1)
	}
	p.days = append(p.days, d)
	return d
}

// told says whether a call is known to have happened.
func (p *past) told(c *call) bool { return c.endedAt+c.reportMS <= p.end }

// newest goes through the calls created in [from, to), newest first.
func (p *past) newest(from, to time.Time) iter.Seq[*call] {
	return func(yield func(*call) bool) {
		if p == nil || !from.Before(to) {
			return
		}
		first := max(p.first, dayNumber(from.In(p.zone)))
		for no := min(p.last, dayNumber(to.Add(-1).In(p.zone))); no >= first; no-- {
			for _, c := range slices.Backward(p.day(no).calls) {
				at := time.UnixMilli(c.created)
				if !at.Before(from) && at.Before(to) && p.told(c) && !yield(c) {
					return
				}
			}
		}
	}
}

// find gives the finished call with an id, nil when there is none.
func (p *past) find(id string) *call {
	d := p.dayOf(id)
	if d == nil || d.byID[id] == nil || !p.told(d.byID[id]) {
		return nil
	}
	return d.byID[id]
}

// dayOf gives the day that an id of the past belongs to, nil when it is no such id.
func (p *past) dayOf(id string) *pastDay {
	if p == nil {
		return nil
	}
	no, ok := unmarkDay(id, p.w.cfg.Seed)
	if !ok || no < p.first || no > p.last {
		return nil
	}
	return p.day(no)
}

// mark puts the number of the day into an id that is made in the past; other ids stay as they are.
func (w *World) mark(id string) string {
	if w.day == nil {
		return id
	}
	return markDay(id, w.day.no, w.day.seed)
}

// markDay writes a day's number into the last 32 bits of a UUID, mixed with all the others so that it
// looks like chance, and with a check, so that other ids are told from it.
func markDay(id string, day int, seed uint64) string {
	b, ok := uuidBytes(id)
	if !ok {
		return id
	}
	mask := dayMask(b, seed)
	binary.BigEndian.PutUint32(b[12:], mask^(uint32(day)&0xffff<<16|dayCheck(day, seed)))
	return formatUUID(binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), b[6]>>4)
}

// unmarkDay reads what markDay wrote; false for an id that it did not make.
func unmarkDay(id string, seed uint64) (int, bool) {
	b, ok := uuidBytes(id)
	if !ok {
		return 0, false
	}
	v := binary.BigEndian.Uint32(b[12:]) ^ dayMask(b, seed)
	day := int(v >> 16)
	return day, v&0xffff == dayCheck(day, seed)
}

func dayMask(b []byte, seed uint64) uint32 {
	return uint32(mix(binary.BigEndian.Uint64(b) ^ mix(seed^uint64(binary.BigEndian.Uint32(b[8:])))))
}

func dayCheck(day int, seed uint64) uint32 { return uint32(mix(seed^mix(uint64(day)))) & 0xffff }

func uuidBytes(id string) ([]byte, bool) {
	if len(id) != 36 {
		return nil, false
	}
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return b, err == nil && len(b) == 16
}
