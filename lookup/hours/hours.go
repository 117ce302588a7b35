// Package hours tells whether a moment lies in times of a week, such as "mon-fri 09:00-17:30", by the
// clock on the wall of a time zone. It is pure: the moment is handed in.
package hours

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no list of time zones
)

// Hours are times of a week. They are never changed and may be used by several goroutines.
type Hours struct {
	zone  *time.Location
	days  [7]bool // by time.Weekday
	spans []span  // none is the whole day
}

// span is a part of a day in minutes after midnight; one that ends before it begins goes on into
// the next day and belongs to the day it began.
type span struct{ from, to int }

// Error says what is wrong with a text, and what to do about it.
type Error struct {
	Key  string // "days", "hours" or "zone"
	What string
	Fix  string
}

// Error implements error.
func (e *Error) Error() string { return e.What }

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }

func wrong(fix, what, text string) *Error {
	const most = 60
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return &Error{What: fmt.Sprintf(what, text), Fix: fix}
}

func (e *Error) in(key string) *Error {
	e.Key = key
	return e
}

// Parse reads days ("mon-fri", "sat"), spans ("09:00-17:30") and a time zone; an empty zone is home.
// No days are every day, no spans the whole day.
func Parse(days, spans []string, zone string, home *time.Location) (*Hours, *Error) {
	h := &Hours{zone: home}
	if zone != "" {
		z, err := time.LoadLocation(zone)
		if err != nil || strings.EqualFold(zone, "local") {
			return nil, wrong(`write it as "America/New_York"`, "%q is no time zone", zone).in("zone")
		}
		h.zone = z
	}
	for _, d := range days {
		if err := h.day(d); err != nil {
			return nil, err.in("days")
		}
	}
	if len(days) == 0 {
		h.days = [7]bool{true, true, true, true, true, true, true}
	}
	for _, s := range spans {
		one, err := parseSpan(s)
		if err != nil {
			return nil, err.in("hours")
		}
		h.spans = append(h.spans, one)
	}
	return h, nil
}

func (h *Hours) day(text string) *Error {
	first, last, several := strings.Cut(text, "-")
	from, to := weekday(first), weekday(last)
	if !several {
		to = from
	}
	if from < 0 || to < 0 {
		return wrong(`write "mon-fri", "sat" or "sunday"`, "%q is no day of the week", text)
	}
	for d := from; ; d = (d + 1) % 7 {
		h.days[d] = true
		if d == to {
			return nil
		}
	}
}

// weekday reads a day of the week by its name or its first letters, two at least; -1 is none.
func weekday(s string) int {
	s = strings.ToLower(strings.TrimSpace(s))
	for d := range 7 {
		if len(s) > 1 && strings.HasPrefix(strings.ToLower(time.Weekday(d).String()), s) {
			return d
		}
	}
	return -1
}

func parseSpan(text string) (span, *Error) {
	a, b, ok := strings.Cut(strings.ReplaceAll(text, "–", "-"), "-")
	from, to := clock(a), clock(b)
	if !ok || from < 0 || to < 0 || from == 24*60 {
		return span{}, wrong(`write "09:00-17:30", "22:00-06:00" or "9-17"`, "%q are no hours", text)
	}
	if from == to {
		return span{}, wrong("leave hours out for the whole day", "%q is no time at all", text)
	}
	return span{from, to}, nil
}

// clock reads "9", "09:30" or "24:00" as minutes after midnight; -1 is no time.
func clock(s string) int {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	hour, err := strconv.Atoi(h)
	minute := 0
	if ok && err == nil {
		if len(m) != 2 {
			return -1
		}
		minute, err = strconv.Atoi(m)
	}
	if err != nil || len(h) > 2 || h[0] < '0' || h[0] > '9' || ok && (m[0] < '0' || m[0] > '9') || minute > 59 || hour > 24 || hour == 24 && minute > 0 {
		return -1
	}
	return hour*60 + minute
}

// Hold tells whether t lies in the hours, by the clock on the wall of the zone.
func (h *Hours) Hold(t time.Time) bool {
	t = t.In(h.zone)
	today, yesterday := h.days[t.Weekday()], h.days[(t.Weekday()+6)%7]
	if len(h.spans) == 0 {
		return today
	}
	now := t.Hour()*60 + t.Minute()
	return slices.ContainsFunc(h.spans, func(s span) bool {
		if s.from < s.to {
			return today && s.from <= now && now < s.to
		}
		return today && s.from <= now || yesterday && now < s.to
	})
}

// Ends gives the first moment from t on, to the minute, that lies outside the hours: t itself where it
// does not lie in them, and a week later where they never end.
func (h *Hours) Ends(t time.Time) time.Time {
	const week = 7 * 24 * time.Hour
	if !h.Hold(t) {
		return t
	}
	for at := t.Truncate(time.Minute).Add(time.Minute); at.Sub(t) < week; at = at.Add(time.Minute) {
		if !h.Hold(at) {
			return at
		}
	}
	return t.Add(week)
}

// Reads writes a time as the hours see it.
func (h *Hours) Reads(t time.Time) string {
	t = t.In(h.zone)
	return fmt.Sprintf("%s (%s)", t.Format("Mon 15:04"), h.zone)
}
