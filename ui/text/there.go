package text

import (
	"strings"
	"time"
)

// farApart is how far apart the times of a number's zones may be and still say something.
const farApart = 4 * time.Hour

// There says what time it is in one of the zones, names of the IANA database: "New York time 09:32";
// where they differ, "~ 08:32 to 09:32 there", and nothing where that would be half the world. The
// weekday is added where it is not the desk's.
func There(zones []string, now time.Time) string {
	var first, last time.Time
	name := ""
	for _, z := range zones {
		loc, err := time.LoadLocation(z)
		if err != nil {
			return ""
		}
		t := now.In(loc)
		if name == "" {
			name, first, last = z, t, t
		}
		if offset(t) < offset(first) {
			first = t
		}
		if offset(t) > offset(last) {
			last = t
		}
	}
	switch spread := time.Duration(offset(last)-offset(first)) * time.Second; {
	case name == "":
		return ""
	case spread == 0:
		return city(name) + " time " + timeOfDay(first, now)
	case spread > farApart:
		return ""
	}
	return "~ " + timeOfDay(first, now) + " to " + timeOfDay(last, now) + " there"
}

func offset(t time.Time) int { _, s := t.Zone(); return s }

// timeOfDay writes a time of day, with the weekday where it is not that of now.
func timeOfDay(t, now time.Time) string {
	if t.YearDay() != now.YearDay() {
		return t.Format("Mon 15:04")
	}
	return t.Format("15:04")
}

// city gives the place that a zone is named for: "New York" of "America/New_York".
func city(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}
