package number

import (
	"slices"
	"strings"
	"time"
)

// Zones gives the time zones that the number may be at home in, as names of the IANA database, the
// likeliest first. One is what the number says; several are as far as it says anything; none is
// given for what is no telephone number, has no country, or belongs to no place (toll-free numbers
// of the North American plan). A number that may mean two (Second) has the zones of both.
//
// A number tells where it was given out. Its owner may have moved, or be travelling, with it.
func (n Number) Zones() []string {
	if n.E164 == "" {
		return nil
	}
	zones := zonesOf(n.Code, n.National)
	if rest, ok := strings.CutPrefix(n.Second, "+1"); ok {
		for _, z := range zonesOf("1", rest) {
			if !slices.Contains(zones, z) {
				zones = append(zones, z)
			}
		}
	}
	return zones
}

// LocalTime gives the time that it is now in the likeliest of the number's Zones, and the name of
// that zone. sure is true where all of them have the same time now: in winter, all of Arizona has.
// Where no zone is known, zone is "" and at is now as it came.
//
// The zones are looked up in the system's database, or in the program's own (time/tzdata), each
// time: keep what comes of it while a number is on the screen.
func (n Number) LocalTime(now time.Time) (at time.Time, zone string, sure bool) {
	at, sure = now, true
	for _, name := range n.Zones() {
		loc, err := time.LoadLocation(name)
		if err != nil { // the database is older than the table
			sure = false
			continue
		}
		t := now.In(loc)
		if zone == "" {
			at, zone = t, name
			continue
		}
		_, a := at.Zone()
		_, b := t.Zone()
		sure = sure && a == b
	}
	return at, zone, sure && zone != ""
}

// zonesOf gives the zones of a number by its country calling code and national number.
func zonesOf(code, national string) []string {
	if code == "1" {
		if zones := areaZones(national[:3]); zones != nil {
			return zones
		}
	}
	country := countryOf(code, national)
	if country == "" {
		return nil
	}
	if zone := regionalZone(country, national); zone != "" {
		return []string{zone}
	}
	if zones := strings.Fields(cell(countryZones, country)); len(zones) > 0 {
		return zones
	}
	return nil
}

// areaZones gives the zones of an area code of the United States and Canada; nil for others.
func areaZones(area string) []string {
	i := strings.Index(nanpZones, " "+area+" ")
	if i < 0 {
		return nil
	}
	names, _, _ := strings.Cut(nanpZones[strings.LastIndexByte(nanpZones[:i+1], '|')+1:], " ")
	zones := strings.Split(names, "+")
	for i, z := range zones {
		if !strings.Contains(z, "/") {
			zones[i] = "America/" + z
		}
	}
	return zones
}

// regionalZone gives the zone of a part of a country by the first digits of the national number;
// "" where they do not say.
func regionalZone(country, national string) string {
	words := strings.Fields(cell(regionZones, country))
	best, zone := 0, ""
	for i := 0; i+1 < len(words); i += 2 {
		if n := beginning(words[i+1], national); n > best {
			best, zone = n, words[i]
		}
	}
	return zone
}

// cell gives what stands behind a key in a table of rows "|key what stands|"; "" where there is none.
func cell(table, key string) string {
	_, row, ok := strings.Cut(table, "|"+key+" ")
	if !ok {
		return ""
	}
	row, _, _ = strings.Cut(row, "|")
	return row
}

// beginning gives how many digits the longest of the patterns has that digits begin with; -1 where
// none fits. Patterns are separated by commas; a class in brackets stands for one digit of it.
func beginning(patterns, digits string) int {
	best := -1
	for {
		one, rest, more := strings.Cut(patterns, ",")
		if n := begins(one, digits); n > best {
			best = n
		}
		if !more {
			return best
		}
		patterns = rest
	}
}

// begins gives how many digits a pattern takes of digits, -1 where it does not fit.
func begins(pattern, digits string) int {
	n := 0
	for ; pattern != ""; n++ {
		if n == len(digits) {
			return -1
		}
		class := pattern[:1]
		if class == "[" {
			end := strings.IndexByte(pattern, ']')
			class, pattern = pattern[1:end], pattern[end:]
		}
		pattern = pattern[1:]
		if !inClass(class, digits[n]) {
			return -1
		}
	}
	return n
}

// inClass tells whether a digit stands in a class such as "02-57".
func inClass(class string, d byte) bool {
	for i := 0; i < len(class); i++ {
		if i+2 < len(class) && class[i+1] == '-' {
			if class[i] <= d && d <= class[i+2] {
				return true
			}
			i += 2
		} else if class[i] == d {
			return true
		}
	}
	return false
}
