package pop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no list of time zones
)

// hours are times of a week in which a rule holds.
type hours struct {
	zone  *time.Location
	days  [7]bool // by time.Weekday
	spans []span  // none is the whole day
}

// span is a part of a day in minutes after midnight; one that ends before it begins goes on into
// the next day and belongs to the day it began.
type span struct{ from, to int }

// parseHours reads days ("mon-fri", "sat"), spans ("09:00-17:30") and a time zone; an empty zone
// is home.
func parseHours(days, spans []string, zone string, home *time.Location) (*hours, *Error) {
	h := &hours{zone: home}
	if zone != "" {
		z, err := time.LoadLocation(zone)
		if err != nil || strings.EqualFold(zone, "local") {
			return nil, wrong(`write it as "America/New_York"`, "%s is no time zone", quoted(zone)).in("", "zone")
		}
		h.zone = z
	}
	for _, d := range days {
		if err := h.day(d); err != nil {
			return nil, err.in("", "days")
		}
	}
	if len(days) == 0 {
		h.days = [7]bool{true, true, true, true, true, true, true}
	}
	for _, s := range spans {
		one, err := parseSpan(s)
		if err != nil {
			return nil, err.in("", "hours")
		}
		h.spans = append(h.spans, one)
	}
	return h, nil
}

func (h *hours) day(text string) *Error {
	first, last, several := strings.Cut(text, "-")
	from, to := weekday(first), weekday(last)
	if !several {
		to = from
	}
	if from < 0 || to < 0 {
		return wrong(`write "mon-fri", "sat" or "sunday"`, "%s is no day of the week", quoted(text))
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
		return span{}, wrong(`write "09:00-17:30", "22:00-06:00" or "9-17"`, "%s are no hours", quoted(text))
	}
	if from == to {
		return span{}, wrong("leave hours out for the whole day", "%s is no time at all", quoted(text))
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

// hold tells whether t lies in the hours, by the clock on the wall of the zone.
func (h *hours) hold(t time.Time) bool {
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

// reads writes a time as the hours see it.
func (h *hours) reads(t time.Time) string {
	t = t.In(h.zone)
	return fmt.Sprintf("%s (%s)", t.Format("Mon 15:04"), h.zone)
}
