package number

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // as the program has it: the zones of this machine may be older, or missing

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
)

var (
	winter = time.Date(2027, 1, 12, 14, 32, 7, 0, time.UTC)
	summer = time.Date(2027, 7, 12, 14, 32, 7, 0, time.UTC)
)

func TestZones(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want []string
	}{
		{"+12125550110", []string{"America/New_York"}},
		{"+15143334444", []string{"America/Toronto"}},
		{"+18505550110", []string{"America/Chicago", "America/New_York"}},
		{"+18085550110", []string{"Pacific/Honolulu"}},
		{"+16005550110", nil}, // Canada's numbers of no place
		{"+18005550110", nil},
		{"+18765550110", []string{"America/Jamaica"}},
		{"+442079460018", []string{"Europe/London"}},
		{"+441534960018", []string{"Europe/Jersey"}},
		{"+4989123456", []string{"Europe/Berlin"}},
		{"+34912345678", []string{"Europe/Madrid"}},
		{"+34922123456", []string{"Atlantic/Canary"}},
		{"+34612345678", []string{"Europe/Madrid", "Atlantic/Canary"}}, // a mobile number of either
		{"+351292123456", []string{"Atlantic/Azores"}},
		{"+61212345678", []string{"Australia/Sydney"}},
		{"+61889123456", []string{"Australia/Darwin"}},
		{"+61891234567", []string{"Australia/Perth"}},
		{"+5511987654321", []string{"America/Sao_Paulo"}},
		{"+5592987654321", []string{"America/Manaus"}},
		{"+525512345678", []string{"America/Mexico_City"}},
		{"+526641234567", []string{"America/Tijuana"}},
		{"+74951234567", []string{"Europe/Moscow"}},
		{"+74012123456", []string{"Europe/Kaliningrad"}},
		{"+78551234567", []string{"Europe/Moscow"}},
		{"+78512123456", []string{"Europe/Samara"}},
		{"+77012345678", []string{"Asia/Almaty"}},
		{"+870773111632", nil}, // a ship
		{"+5143334444", []string{"America/Lima", "America/Toronto"}},
		{"5550110", nil},
		{"1102", nil},
		{"*98", nil},
		{"Anonymous", nil},
		{"", nil},
	} {
		region := "GB"
		if tt.raw == "+5143334444" {
			region = "US"
		}
		if d := cmp.Diff(tt.want, Parse(tt.raw, region).Zones()); d != "" {
			t.Errorf("zones of %q: %s", tt.raw, d)
		}
	}
	if n := len(Parse("+79161234567", "").Zones()); n != 11 {
		t.Errorf("a Russian mobile number may be in %d zones, want all 11", n)
	}
}

func TestLocalTime(t *testing.T) {
	for _, tt := range []struct {
		raw        string
		now        time.Time
		want, zone string
		sure       bool
	}{
		{"+12125550110", winter, "09:32", "America/New_York", true},
		{"+12125550110", summer, "10:32", "America/New_York", true},
		{"+442079460018", summer, "15:32", "Europe/London", true},
		{"+919876543210", winter, "20:02", "Asia/Kolkata", true},
		{"+9779812345678", winter, "20:17", "Asia/Kathmandu", true},
		{"+19285550110", winter, "07:32", "America/Phoenix", true}, // all of Arizona
		{"+19285550110", summer, "07:32", "America/Phoenix", false},
		{"+61412345678", winter, "01:32", "Australia/Sydney", false},
		{"+18005550110", winter, "14:32", "", false},
		{"1102", winter, "14:32", "", false},
		{"Anonymous", winter, "14:32", "", false},
	} {
		at, zone, sure := Parse(tt.raw, "GB").LocalTime(tt.now)
		if got := at.Format("15:04"); got != tt.want || zone != tt.zone || sure != tt.sure || !at.Equal(tt.now) {
			t.Errorf("%s on %s: %s in %q, sure %v; want %s in %q, %v", tt.raw, tt.now.Format("2 January"), got, zone, sure, tt.want, tt.zone, tt.sure)
		}
	}
}

// TestZonesAreKnown: every zone of the tables is in the database, and every area code and country has
// one.
func TestZonesAreKnown(t *testing.T) {
	known := func(zone string) {
		if _, err := time.LoadLocation(zone); err != nil || !strings.Contains(zone, "/") {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
	for row := range strings.SplitSeq(strings.Trim(areas, "|"), "|") {
		f := strings.Fields(row)
		for _, area := range f[1:] {
			zones := areaZones(area)
			if ours := f[0] == "US" || f[0] == "CA"; ours != (zones != nil) && area != "600" {
				t.Errorf("area code %s of %s has the zones %q", area, f[0], zones)
			}
			for _, z := range zones {
				known(z)
			}
		}
		if f[0] != "US" && f[0] != "CA" && cell(countryZones, f[0]) == "" {
			t.Errorf("%s has no zone", f[0])
		}
	}
	for row := range strings.SplitSeq(strings.Trim(plans, "|"), "|") {
		if zones := strings.Fields(cell(countryZones, row[:2])); len(zones) == 0 {
			t.Errorf("%s has no zone", row[:2])
		}
	}
	for row := range strings.SplitSeq(strings.Trim(countryZones, "|"), "|") {
		for _, z := range strings.Fields(row)[1:] {
			known(z)
		}
	}
	for row := range strings.SplitSeq(strings.Trim(regionZones, "|"), "|") {
		f := strings.Fields(row)
		if len(f)%2 != 1 || cell(countryZones, f[0]) == "" {
			t.Errorf("row %q", row)
		}
		for i := 1; i < len(f); i += 2 {
			known(f[i])
		}
	}
}

// TestZonesOracle compares the area codes of North America with Google's library: where it names one
// zone, it must be among ours. Where the two are known to differ, the numbering plan says that ours
// is right.
func TestZonesOracle(t *testing.T) {
	wrong := map[string]string{
		"689": "Orlando, not Chicago", "474": "Saskatchewan has no summer time, Manitoba has",
		"867": "the territories are not in British Columbia",
	}
	compared := 0
	for row := range strings.SplitSeq(strings.Trim(areas, "|"), "|") {
		f := strings.Fields(row)
		for _, area := range f[1:] {
			if f[0] != "US" && f[0] != "CA" || wrong[area] != "" {
				continue
			}
			for _, exchange := range []string{"220", "225", "234", "242", "277", "330", "362", "376", "458", "462", "524", "555", "624", "645", "724", "762", "838", "926", "983"} {
				theirs, err := phonenumbers.GetTimezonesForPrefix("+1" + area + exchange)
				if err != nil || len(theirs) != 1 {
					continue
				}
				ours := Parse("+1"+area+exchange+"0110", "").Zones()
				compared++
				if !slices.ContainsFunc(ours, func(z string) bool { return sameTime(t, z, theirs[0]) }) {
					t.Errorf("+1 %s %s: ours %q, theirs %q", area, exchange, ours, theirs)
				}
			}
		}
	}
	if compared < 5000 {
		t.Errorf("only %d compared", compared)
	}
}

func sameTime(t *testing.T, a, b string) bool {
	x, err := time.LoadLocation(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := time.LoadLocation(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{winter, summer} {
		_, p := at.In(x).Zone()
		_, q := at.In(y).Zone()
		if p != q {
			return false
		}
	}
	return true
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		patterns, digits string
		want             int
	}{
		{"", "123", 0},
		{"12", "123", 2},
		{"1,12,2", "123", 2},
		{"[02-4]5", "35", 2},
		{"[02-4]5", "15", -1},
		{"1[0-9][79]", "119", 3},
		{"1234", "123", -1},
		{"2,3", "1", -1},
	} {
		if got := beginning(tt.patterns, tt.digits); got != tt.want {
			t.Errorf("beginning(%q, %q) = %d, want %d", tt.patterns, tt.digits, got, tt.want)
		}
	}
}
