package stats

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"weak"

	"ringside/store/call"
)

// Entry is a call as the numbers see it. It is never changed; a call that changes gets a new one.
type Entry struct {
	call.Summary
	// Reported: the service's report of the finished call says so.
	Reported bool
	// Stale: nothing has been heard of it for long, and it may be over.
	Stale bool

	today bool // it began today
	hour  int8 // of the day, in the fold's zone, when it began today

	// Parts are who was rung for it or took it, the one who was rung first in front.
	Parts []Part

	live   *call.Call              // as the board gave it, while it is up
	ended  weak.Pointer[call.Call] // as the board gave it once it had ended: it is known again, and not kept
	counts uint64                  // a bit for each number of the floor and its queue that counts it
	spots  []*spot
	legs   []leg // what people at our end do in it now
}

// Part is what one person did in a call. Two telephones of one extension are one person.
type Part struct {
	Key       string // extension, or name
	Name      string
	Extension string

	Rings  int   // how often they were rung
	Let    int   // how often nobody took the call while it rang there, and it stopped
	Beaten int   // how often somebody else was faster
	AtMs   int64 // when it rang first; -1 when it did not
	RingMs int64 // how long it rang in all; what still rings is left out
	Open   bool  // it rings there now
	Won    bool  // they took it when it rang

	Talked bool  // they took it, or began it and were answered
	Dialed bool  // they began it
	TalkMs int64 // of talk, hold left out
	LastMs int64 // when they were done with it, after the call's beginning; -1 while they are in it
}

// newEntry makes an entry of a call of the board.
func (f *Fold) newEntry(c *call.Call, was *Entry) *Entry {
	e := &Entry{Summary: c.Summary(), Stale: c.Stale}
	if c.Live() {
		e.live = c
	} else {
		e.ended = weak.Make(c)
	}
	parts := f.parts.of(&e.Summary, c.Live())
	if e.live != nil {
		for i := range parts {
			if p := &parts[i]; p.Talked || p.Dialed {
				p.LastMs = p.left(c)
			}
		}
	}
	e.Parts = kept(parts, was)
	return e
}

func (f *Fold) pastEntry(p *Past, was *Entry) *Entry {
	return &Entry{Summary: p.Summary, Reported: p.Reported, Parts: kept(f.parts.of(&p.Summary, false), was)}
}

// kept gives parts to keep: those of the entry before, where nothing is new.
func kept(parts []Part, was *Entry) []Part {
	switch {
	case len(parts) == 0:
		return nil
	case was != nil && slices.Equal(parts, was.Parts):
		return was.Parts
	}
	return slices.Clone(parts)
}

// is reports whether the entry was made of c.
func (e *Entry) is(c *call.Call) bool {
	return e.live == c || e.live == nil && !c.Live() && e.ended == weak.Make(c)
}

// Call gives the call while it is up, nil when it has ended.
func (e *Entry) Call() *call.Call { return e.live }

// Up reports whether the call is up.
func (e *Entry) Up() bool { return e.live != nil }

// State gives what the call does now.
func (e *Entry) State() call.State {
	if e.live != nil {
		return e.live.State
	}
	return call.StateEnded
}

// Doubtful reports whether something of the call is missing, so that it may be counted wrongly.
func (e *Entry) Doubtful() bool { return e.Gaps > 0 || e.JoinedLate || e.Stale }

// Served reports whether the call came in: from outside, or from an extension to a queue.
func (e *Entry) Served() bool {
	return e.Direction == call.Inbound || e.Direction == call.Internal && e.Queue != ""
}

// Taken reports whether a person or an outside number answered it.
func (e *Entry) Taken() bool { return len(e.Answered) > 0 }

// AnswerTime gives how long it took to answer: from the first ring or the queue entry, whichever was
// first, to the first answer; ok is false where that is not known or nobody answered.
func (e *Entry) AnswerTime() (d time.Duration, ok bool) {
	if e.OfferMs < 0 || e.AnswerMs < 0 || e.JoinedLate || !e.Taken() {
		return 0, false
	}
	return max(0, time.Duration(e.AnswerMs-e.OfferMs)*time.Millisecond), true
}

// WaitMs gives how long the caller waited in queues until now, in milliseconds.
func (e *Entry) WaitMs(now time.Time) int64 {
	if e.live != nil {
		return e.live.Wait(now).Milliseconds()
	}
	return e.PhasesMs[call.PhaseWait]
}

// waits reports whether the caller waits in a queue now.
func (e *Entry) waits() bool { return e.live != nil && e.live.Phase == call.PhaseWait }

// waitsSince gives since when the caller waits: what they waited in an earlier queue counts too.
func (e *Entry) waitsSince() time.Time {
	return e.live.LastAt.Add(-e.live.Wait(e.live.LastAt))
}

// Key gives the name under which a person at our end is counted: the extension, or the name where
// there is none.
func Key(extension, name string) string { return cmp.Or(extension, name) }

// parting works out what each person did in a call, in room that is used again.
type parting struct {
	parts []Part
	rings []ringing // beside parts: the last time each was rung
}

// of gives the parts of a call, until the next is worked out.
func (w *parting) of(s *call.Summary, up bool) []Part {
	w.parts, w.rings = w.parts[:0], w.rings[:0]
	for i := range s.Rung {
		if r := &s.Rung[i]; r.Number == "" && Key(r.Extension, r.Name) != "" {
			k := w.who(r.Extension, r.Name)
			w.parts[k].rang(s, r, &w.rings[k])
		}
	}
	for i := range w.parts {
		w.parts[i].settle(s, &w.rings[i])
	}
	for i := range s.Answered {
		a := &s.Answered[i]
		if a.Number != "" || Key(a.Extension, a.Name) == "" {
			continue
		}
		p := &w.parts[w.who(a.Extension, a.Name)]
		p.Talked = true
		p.TalkMs += a.TalkMs
		end := s.TotalMs
		if i+1 < len(s.Answered) && s.Transfers > 0 {
			end = s.Answered[i+1].AtMs
		}
		p.LastMs = max(p.LastMs, end)
	}
	if s.Direction != call.Inbound && Key(s.From.Number, s.From.Name) != "" {
		p := &w.parts[w.who(s.From.Number, s.From.Name)]
		p.Dialed, p.LastMs = true, s.TotalMs
		if len(s.Answered) > 0 {
			p.Talked = true
			p.TalkMs += s.PhasesMs[call.PhaseTalk]
		}
	}
	if up {
		for i := range w.parts {
			w.parts[i].LastMs = -1
		}
	}
	return w.parts
}

// who gives the place of a person among the parts.
func (w *parting) who(ext, name string) int {
	key := Key(ext, name)
	for i := range w.parts {
		if p := &w.parts[i]; p.Key == key {
			p.Name = cmp.Or(p.Name, name)
			return i
		}
	}
	w.parts = append(w.parts, Part{Key: key, Name: name, Extension: ext, AtMs: -1, LastMs: -1})
	w.rings = append(w.rings, ringing{})
	return len(w.parts) - 1
}

// together is how far apart two telephones of one person may begin to ring and be one ringing, and
// how long after an answer the others may stop; in milliseconds.
const together = 1000

// ringing is one time a person was rung, on however many telephones.
type ringing struct {
	from, to             int64
	some, open, answered bool
}

// rang takes in that one telephone rang.
func (p *Part) rang(s *call.Summary, r *call.Ring, g *ringing) {
	if !g.some || r.AtMs-g.from > together {
		p.settle(s, g)
		*g = ringing{from: r.AtMs, to: r.AtMs, some: true}
	}
	g.to = max(g.to, r.AtMs+r.RingMs)
	g.open, g.answered = g.open || r.RingMs < 0, g.answered || r.Answered
}

// settle says what became of a ringing.
func (p *Part) settle(s *call.Summary, g *ringing) {
	if !g.some {
		return
	}
	if p.AtMs < 0 {
		p.AtMs = g.from
	}
	p.Rings++
	p.RingMs += g.to - g.from
	switch {
	case g.answered:
		p.Won = true
	case g.open:
		p.Open = true
	case beaten(s, g):
		p.Beaten++
	default:
		p.Let++
	}
}

// beaten reports whether somebody took the call while a telephone rang, or just as it stopped.
func beaten(s *call.Summary, g *ringing) bool {
	return slices.ContainsFunc(s.Answered, func(a call.Answer) bool { return a.AtMs >= g.from && a.AtMs <= g.to+together })
}

// left gives when a person was done with a call that is up, in ms after its beginning; -1 while they
// are in it.
func (p *Part) left(c *call.Call) int64 {
	last := int64(-1)
	for i := range c.People {
		q := &c.People[i]
		if q.Kind == call.NumberLeg || Key(q.Extension, q.Name) != p.Key {
			continue
		}
		l := &c.Legs[i]
		switch {
		case l.Status == call.StatusGone && !l.Left.IsZero():
			last = max(last, l.Left.Time().Sub(c.Created).Milliseconds())
		case l.Status == call.StatusDisconnecting:
			last = max(last, l.Since.Time().Sub(c.Created).Milliseconds())
		case !l.Joined.IsZero():
			return -1
		}
	}
	return last
}

// Race gives who was rung for the call, in the order in which they were; of those who began together,
// by name.
func (e *Entry) Race() []Part {
	out := slices.DeleteFunc(slices.Clone(e.Parts), func(p Part) bool { return p.Rings == 0 })
	slices.SortStableFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.AtMs, b.AtMs), strings.Compare(a.Name, b.Name))
	})
	return out
}
