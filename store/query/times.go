package query

import (
	"strconv"
	"strings"
	"time"
)

// maxDuration bounds a duration, in milliseconds: ten years.
const maxDuration = 10 * 366 * 24 * 3600 * 1000

// readDuration reads 45s, 1m30s, 1h30, 1.5h, 1:30, 1:02:03 or seconds, in milliseconds. The text
// is folded.
func readDuration(s string) (ms int64, ok bool) {
	s = strings.ReplaceAll(s, " ", "")
	if strings.Contains(s, ":") {
		return readClock(s)
	}
	if s == "" {
		return 0, false
	}
	next := int64(1000) // what a number without a unit counts
	for s != "" {
		n := len(s) - len(strings.TrimLeft(s, "0123456789."))
		num, err := strconv.ParseFloat(s[:n], 64)
		if n == 0 || err != nil {
			return 0, false
		}
		s = s[n:]
		n = len(s) - len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz"))
		unit := next
		if n > 0 {
			unit = unitMs(s[:n])
		}
		if unit == 0 {
			return 0, false
		}
		s = s[n:]
		next = below(unit)
		if num > maxDuration {
			return 0, false
		}
		if ms += int64(num*float64(unit) + 0.5); ms > maxDuration {
			return 0, false
		}
	}
	return ms, true
}

// unitMs gives the milliseconds of a unit; 0 where it is none.
func unitMs(unit string) int64 {
	switch unit {
	case "ms":
		return 1
	case "s", "sec", "secs", "second", "seconds":
		return 1000
	case "m", "min", "mins", "minute", "minutes":
		return 60_000
	case "h", "hr", "hrs", "hour", "hours":
		return 3_600_000
	case "d", "day", "days":
		return 24 * 3_600_000
	case "w", "week", "weeks":
		return 7 * 24 * 3_600_000
	}
	return 0
}

// below gives what a number behind that unit counts when it has none: 1h30 is 1h30m.
func below(unit int64) int64 {
	switch unit {
	case 3_600_000:
		return 60_000
	case 60_000:
		return 1000
	}
	return 0
}

// readClock reads 1:30 and 1:02:03.
func readClock(s string) (ms int64, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil || i > 0 && (len(p) != 2 || n > 59) {
			return 0, false
		}
		ms = ms*60 + int64(n)
	}
	ms *= 1000
	return ms, ms <= maxDuration
}

// writeDuration is the inverse of readDuration.
func writeDuration(ms int64) string {
	if ms == 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range [...]struct {
		ms   int64
		name string
	}{{3_600_000, "h"}, {60_000, "m"}, {1000, "s"}, {1, "ms"}} {
		if n := ms / u.ms; n > 0 {
			b.WriteString(strconv.FormatInt(n, 10) + u.name)
		}
		ms %= u.ms
	}
	return b.String()
}

// span is what the text of a time stands for.
type span struct {
	from, to time.Time // to not included
	text     string    // as it is written again
	ago      bool      // so long before now
}

// readTime reads a time, in the zone of now: 2026-11-20, 2026-11, 2026-11-20T14:00, 14:00, today,
// yesterday, monday (the last one, today included), thisweek, lastmonth, -2h. The text is folded.
func readTime(s string, now time.Time) (span, bool) {
	if from, to, ok := namedDay(s, now); ok {
		return span{from: from, to: to, text: s}, true
	}
	if from, to, ok := readDate(s, now.Location()); ok {
		return span{from: from, to: to, text: s}, true
	}
	for _, f := range [...]struct {
		layout string
		long   time.Duration
	}{{"15:04", time.Minute}, {"15:04:05", time.Second}} {
		if t, err := time.Parse(f.layout, s); err == nil {
			from := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, now.Location())
			return span{from: from, to: from.Add(f.long), text: s}, true
		}
	}
	back, minus := strings.CutPrefix(s, "-")
	ms, ok := readDuration(back)
	if !ok || !minus && !strings.ContainsAny(back, "smhdw") {
		return span{}, false
	}
	from := now.Add(-time.Duration(ms) * time.Millisecond)
	return span{from: from, to: from.Add(time.Millisecond), text: "-" + strings.ReplaceAll(back, " ", ""), ago: true}, true
}

func readDate(s string, in *time.Location) (from, to time.Time, ok bool) {
	if len(s) < len("2006-01") || s[4] != '-' {
		return from, to, false
	}
	if t, err := time.ParseInLocation("2006-01-02", s, in); err == nil {
		return t, t.AddDate(0, 0, 1), true
	}
	if t, err := time.ParseInLocation("2006-01", s, in); err == nil {
		return t, t.AddDate(0, 1, 0), true
	}
	s = strings.ToUpper(strings.Replace(s, " ", "T", 1))
	for _, f := range [...]struct {
		layout string
		long   time.Duration
	}{
		{"2006-01-02T15:04", time.Minute}, {"2006-01-02T15:04Z07:00", time.Minute},
		{"2006-01-02T15:04:05", time.Second}, {"2006-01-02T15:04:05Z07:00", time.Second},
	} {
		if t, err := time.ParseInLocation(f.layout, s, in); err == nil {
			long := f.long
			if t.Nanosecond() > 0 {
				long = time.Millisecond
			}
			return t, t.Add(long), true
		}
	}
	return from, to, false
}

// namedDay reads the days, weeks and months that have names. A week begins on Monday.
func namedDay(s string, now time.Time) (from, to time.Time, ok bool) {
	day := func(n int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, now.Location())
	}
	month := func(n int) time.Time {
		return time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, now.Location())
	}
	monday := -(int(now.Weekday()) + 6) % 7
	switch s {
	case "now":
		return now, now.Add(time.Millisecond), true
	case "today":
		return day(0), day(1), true
	case "yesterday":
		return day(-1), day(0), true
	case "thisweek", "this week", "week":
		return day(monday), day(monday + 7), true
	case "lastweek", "last week":
		return day(monday - 7), day(monday), true
	case "thismonth", "this month", "month":
		return month(0), month(1), true
	case "lastmonth", "last month":
		return month(-1), month(0), true
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); s == name || s == name[:3] {
			n := -(int(now.Weekday()-d) + 7) % 7
			return day(n), day(n + 1), true
		}
	}
	return from, to, false
}

// Relative reports whether the query means something else as time goes by ("today", "-2h"): it has
// to be parsed again then.
func (q Query) Relative() bool {
	relative := false
	walk(q.Root, func(n Node) {
		if t, ok := n.(Term); ok && t.Field == At {
			_, _, dated := readDate(t.Text, time.UTC)
			relative = relative || !dated
		}
	})
	return relative
}

// walk visits all parts of a tree.
func walk(n Node, visit func(Node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case And:
		for _, p := range n {
			walk(p, visit)
		}
	case Or:
		for _, p := range n {
			walk(p, visit)
		}
	case Not:
		walk(n.Part, visit)
	}
}
