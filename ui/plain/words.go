// Package plain tells the floor in sentences, for a screen reader or a slow line: one for each change of
// a call, in words that are read aloud as they stand, and a summary where there is too much to tell.
//
// It is pure: views and the present moment are handed in, lines come out.
package plain

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
)

// Namer says who a party is, "" for nobody that is known.
type Namer func(call.Party) string

func (n Namer) of(p call.Party) string {
	if s := n(p); s != "" {
		return s
	}
	return "an unknown caller"
}

// Span says a length of time in whole seconds, as it is read aloud: "1 minute 5 seconds".
func Span(d time.Duration) string {
	s := int(max(0, d) / time.Second)
	h, m, s := s/3600, s/60%60, s%60
	var parts []string
	if h >= 48 {
		return strings.TrimSuffix(Count(h/24, "day")+" "+Count(h%24, "hour"), " 0 hours")
	}
	add := func(n int, word string) {
		if n > 0 {
			parts = append(parts, Count(n, word))
		}
	}
	add(h, "hour")
	add(m, "minute")
	if h == 0 && (s > 0 || m == 0) {
		parts = append(parts, Count(s, "second"))
	}
	return strings.Join(parts, " ")
}

// Count says how many there are of something: "1 call", "3 calls".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// First gives a sentence with its first letter large.
func First(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// List says several things one after the other: "a, b and c".
func List(parts []string) string {
	switch n := len(parts); n {
	case 0:
		return ""
	case 1:
		return parts[0]
	default:
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
}

// with says who is at our end of a call: what the board writes as "Ann +2", or "Ann (2nd)" where she is rung
// for the second time, in words.
func with(s string) string {
	if at := strings.LastIndex(s, " +"); at > 0 {
		switch n := s[at+2:]; n {
		case "1":
			return s[:at] + " and 1 other"
		default:
			return s[:at] + " and " + n + " others"
		}
	}
	if at := strings.LastIndex(s, " ("); at > 0 && strings.HasSuffix(s, ")") {
		nth := s[at+2 : len(s)-1]
		if word, ok := map[string]string{"2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"}[nth]; ok {
			nth = word
		}
		return s[:at] + " for the " + nth + " time"
	}
	return s
}

// first gives the one who is named of those at our end.
func first(s string) string {
	for _, sep := range []string{" +", " ("} {
		if at := strings.LastIndex(s, sep); at > 0 {
			s = s[:at]
		}
	}
	return s
}

// same reports whether a call does what it did. That others are rung beside the one who is named, or that
// one again, is no news.
func same(was, c *call.Call) bool {
	if was.State != c.State || was.Queue != c.Queue {
		return false
	}
	if c.State == call.StateRinging {
		return first(was.Who) == first(c.Who) && first(was.With) == first(c.With)
	}
	return was.Who == c.Who && was.With == c.With
}

// through says which way a call took: " through Main and Support"; "" for none.
func through(path []string) string {
	if len(path) == 0 {
		return ""
	}
	names := make([]string, len(path))
	for i, p := range path {
		names[i] = call.Clean(p)
	}
	return " through " + List(names)
}

// in says in which queue: " in Support".
func in(queue string) string {
	if queue == "" {
		return ""
	}
	return " in " + call.Clean(queue)
}

// Sentence says what a call does now. was is how it was told of last, nil for a call that is new; "" is
// nothing that is worth a sentence.
func (n Namer) Sentence(was, c *call.Call) string {
	if was != nil && same(was, c) {
		return n.doubts(was, c)
	}
	s := n.does(was, c)
	if s == "" {
		return ""
	}
	s = First(s) + "."
	if d := n.doubts(was, c); d != "" {
		s += " " + d
	}
	return s
}

// doubts says what is not certain of a call and was not said before.
func (n Namer) doubts(was, c *call.Call) string {
	var said []string
	if was == nil && c.JoinedLate {
		said = append(said, "This call was joined late: its beginning is not known yet.")
	}
	if len(text.Gaps(c)) > 0 && (was == nil || len(text.Gaps(was)) == 0) {
		said = append(said, "There is a gap: some of what happened in the call of "+n.of(c.Outsider())+" is missing.")
	}
	if c.Stale && c.Live() && (was == nil || !was.Stale) {
		said = append(said, "The call of "+n.of(c.Outsider())+" is stale: nothing has been heard of it for long.")
	}
	return strings.Join(said, " ")
}

func (n Namer) does(was, c *call.Call) string {
	who, out := call.Clean(text.Who(c, c.Who)), n.of(c.Outsider())
	ours := call.Clean(with(c.With))
	switch c.State {
	case call.StateStarting:
		if c.Direction == call.Inbound {
			return "a call from " + out + " is starting"
		}
		return n.of(c.From) + " is starting a call to " + n.of(c.To)
	case call.StateInMenu:
		return out + " is in the menu" + menu(c)
	case call.StateWaiting:
		if was != nil && was.State == call.StateRinging {
			return out + " is waiting in " + who + " again"
		}
		return out + " is waiting in " + who
	case call.StateRinging:
		return n.rings(c, out, ours, who)
	case call.StateTalking:
		return n.talks(was, c, out, ours)
	case call.StateOnHold:
		if who != "" {
			return who + " puts " + out + " on hold"
		}
		return out + " is on hold"
	case call.StateTransferring:
		return out + " is transferring to " + someone(who)
	case call.StateVoicemail:
		return out + " is in voicemail"
	case call.StateParked:
		return out + " is parked"
	case call.StateEnded:
		return n.ended(c, out, ours)
	}
	return out + ": " + c.State.String()
}

func menu(c *call.Call) string {
	if len(c.Path) == 0 {
		return ""
	}
	return " " + call.Clean(c.Path[len(c.Path)-1])
}

func someone(who string) string {
	if who == "" {
		return "somebody"
	}
	return who
}

func (n Namer) rings(c *call.Call, out, ours, who string) string {
	rung := ours
	if rung == "" {
		rung = someone(who)
	}
	switch {
	case c.Rings:
		return out + " rings you" + in(c.Queue)
	case c.Direction == call.Outbound:
		return n.of(c.From) + " rings " + n.of(c.To)
	case c.Direction == call.Internal:
		return n.of(c.From) + " rings " + rung
	}
	return out + " rings " + rung + in(c.Queue)
}

func (n Namer) talks(was, c *call.Call, out, ours string) string {
	us := ours
	switch {
	case us == "":
		us = "somebody"
	case was != nil && was.State == call.StateOnHold:
		return us + " is talking with " + out + " again"
	case was != nil && was.AnswerMs < 0 && c.AnswerMs >= 0 && c.Direction == call.Inbound:
		return us + " answers " + out + " after " + Span(time.Duration(c.AnswerMs)*time.Millisecond) + " and is talking"
	}
	if c.Direction == call.Internal {
		return n.of(c.From) + " is talking with " + us
	}
	return us + " is talking with " + out
}

// ended says how a call ended.
func (n Namer) ended(c *call.Call, out, ours string) string {
	wait := c.Wait(c.Ended)
	us := ours
	switch c.Outcome {
	case call.Answered:
		if c.Direction == call.Internal {
			return "the call of " + n.of(c.From) + " and " + n.of(c.To) + " has ended, answered, after " + Span(c.Total(c.Ended))
		}
		if us != "" {
			us = " with " + us
		}
		return "the call of " + out + us + " has ended, answered, after " + Span(c.Total(c.Ended))
	case call.Missed:
		return "the call of " + out + " was missed: nobody took it in " + Span(c.Total(c.Ended))
	case call.AbandonedMenu:
		return out + " gave up in the menu after " + Span(c.Total(c.Ended)) + ": abandoned"
	case call.AbandonedQueue:
		return out + " gave up" + in(c.Queue) + " after " + Span(wait) + ": abandoned"
	case call.VoicemailLeft:
		return out + " left a voicemail"
	case call.Forwarded:
		return "the call of " + out + " was forwarded and has ended after " + Span(c.Total(c.Ended))
	case call.NotConnected:
		return "the call of " + n.of(c.From) + " to " + n.of(c.To) + " was not connected"
	}
	return "the call of " + out + " has ended after " + Span(c.Total(c.Ended))
}

// About says all of a call in one line: who, what it does, for how long.
func (n Namer) About(c *call.Call, now time.Time) string {
	s := First(n.of(c.Outsider()))
	if c.No > 0 {
		s = fmt.Sprintf("Call %d: %s", c.No, s)
	}
	s += ", " + n.now(c)
	if c.Live() {
		s += " for " + Span(c.Clock(now)) + ", " + Span(c.Total(now)) + " in all"
	} else if c.No > 0 {
		s += ", " + Span(c.Clock(now)) + " ago"
	}
	if t := through(c.Path); t != "" && c.State != call.StateInMenu {
		s += "," + t
	}
	if d := text.Doubts(c); len(d) > 0 {
		s += ", " + strings.Join(d, ", ")
	}
	return s + "."
}

// now says what a call does, as a part of a sentence.
func (n Namer) now(c *call.Call) string {
	who := with(call.Clean(c.With))
	switch c.State {
	case call.StateInMenu:
		return "in the menu" + menu(c)
	case call.StateRinging:
		if c.Rings {
			return "ringing you"
		}
		if who != "" {
			return "ringing " + who
		}
	case call.StateTalking:
		if who != "" {
			return "talking with " + who
		}
	case call.StateEnded:
		return "ended, " + text.Ended(c.Outcome, "", -1)
	}
	return text.State(c)
}
