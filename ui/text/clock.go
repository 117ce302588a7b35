package text

import (
	"fmt"
	"strconv"
	"time"

	"ringside/store/call"
)

// Clock writes a duration as m:ss, from an hour on as h:mm:ss. Parts of a second are dropped, as a
// clock does; a negative duration is 0:00.
func Clock(d time.Duration) string {
	s := max(0, int64(d/time.Second))
	if h := s / 3600; h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, s/60%60, s%60)
	}
	return string(appendClock(make([]byte, 0, 5), s))
}

func appendClock(b []byte, s int64) []byte {
	b = strconv.AppendInt(b, s/60, 10)
	return append(b, ':', byte('0'+s%60/10), byte('0'+s%10))
}

// Offset writes how long after the beginning something happened, from milliseconds: +m:ss.
func Offset(ms int64) string { return "+" + Clock(time.Duration(ms)*time.Millisecond) }

// Figure writes a duration for reading rather than for watching, as the story of a call does:
// "3.4 s", "44 s", "6:20". A negative duration is "0.0 s".
func Figure(d time.Duration) string { return call.Seconds(max(0, d.Milliseconds())) }

// Ago writes how long ago something was, in the coarsest words that still help: "just now",
// "40 s ago", "12 min ago", "3 h ago", "2 d ago".
func Ago(d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	}
	return fmt.Sprintf("%d d ago", d/(24*time.Hour))
}
