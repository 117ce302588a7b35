package hours

import (
	"testing"
	"time"
)

// Hours are those of the wall clock, over midnight and over the change to summer time.
func TestHours(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		days, hours []string
		at          string
		holds       bool
	}{
		{nil, []string{"09:00-17:30"}, "2026-11-02 09:00", true},
		{nil, []string{"09:00-17:30"}, "2026-11-02 08:59", false},
		{nil, []string{"09:00-17:30"}, "2026-11-02 17:29", true},
		{nil, []string{"09:00-17:30"}, "2026-11-02 17:30", false},
		{nil, []string{"8-12", "13-17"}, "2026-11-02 12:30", false},
		{nil, []string{"8-12", "13-17"}, "2026-11-02 13:30", true},
		{nil, []string{"18:00-24:00"}, "2026-11-02 23:59", true},
		{nil, []string{"0-6"}, "2026-11-02 00:00", true},
		{[]string{"fri"}, []string{"22:00-06:00"}, "2026-11-06 23:00", true},  // Friday
		{[]string{"fri"}, []string{"22:00-06:00"}, "2026-11-07 05:59", true},  // the night that began on Friday
		{[]string{"fri"}, []string{"22:00-06:00"}, "2026-11-06 05:59", false}, // the one that began on Thursday
		{[]string{"fri"}, []string{"22:00-06:00"}, "2026-11-07 06:00", false},
		{[]string{"Mon-Fri"}, nil, "2026-11-07 12:00", false},
		{[]string{"saturday", "SUN"}, nil, "2026-11-07 12:00", true},
		{[]string{"sat-sun"}, nil, "2026-11-08 12:00", true},
		{nil, []string{"09:00–10:00"}, "2026-03-08 09:30", true}, // the day on which 2:30 does not exist
		{nil, []string{"1-2"}, "2026-11-01 01:30", true},         // the hour that is there twice
	} {
		h, wrong := Parse(tt.days, tt.hours, "America/New_York", time.UTC)
		if wrong != nil {
			t.Fatal(wrong)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, ny)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Hold(at.UTC()); got != tt.holds {
			t.Errorf("%v %v at %s: %v", tt.days, tt.hours, tt.at, got)
		}
	}
}

// The end of the hours is the first minute outside them, in summer and winter time.
func TestEnds(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		days, hours []string
		at, ends    string
	}{
		{nil, []string{"22:00-06:00"}, "2026-11-03 23:30", "2026-11-04 06:00"},
		{nil, []string{"22:00-06:00"}, "2026-11-04 06:00", "2026-11-04 06:00"},
		{nil, []string{"22:00-06:00"}, "2026-03-07 23:30", "2026-03-08 06:00"},
		{[]string{"sat-sun"}, nil, "2026-11-07 12:00", "2026-11-09 00:00"},
		{nil, []string{"8-12", "12-13"}, "2026-11-02 09:00", "2026-11-02 13:00"},
		{nil, nil, "2026-11-02 09:00", "2026-11-09 09:00"},
	} {
		h, wrong := Parse(tt.days, tt.hours, "", ny)
		if wrong != nil {
			t.Fatal(wrong)
		}
		at, _ := time.ParseInLocation("2006-01-02 15:04", tt.at, ny)
		if got := h.Ends(at).Format("2006-01-02 15:04"); got != tt.ends {
			t.Errorf("%v %v from %s: %s, want %s", tt.days, tt.hours, tt.at, got, tt.ends)
		}
	}
}
