package number

import "testing"

func TestEmergency(t *testing.T) {
	for _, tt := range []struct {
		raw, region string
		want        bool
	}{
		{"911", "US", true}, {"9-1-1", "us", true}, {"9 911", "US", true}, {"112", "US", true}, {"911", "", true},
		{"999", "GB", true}, {"112", "GB", true}, {"999", "US", false}, {"911", "GB", false}, {"000", "AU", true},
		{"911", "JM", true}, {"112", "XX", true}, {"18", "FR", true}, {"9112", "US", false}, {"1911", "US", false},
		{"+1 212 555 0911", "US", false}, {"*911", "US", false}, {"", "US", false}, {"tel:911", "US", true},
		{"10111", "ZA", true}, {"9911", "GB", false},
	} {
		if got := Parse(tt.raw, tt.region).Emergency(tt.region); got != tt.want {
			t.Errorf("%q in %q: %v, want %v", tt.raw, tt.region, got, tt.want)
		}
	}
}
