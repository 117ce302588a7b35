package call

import (
	"strings"
	"testing"
	"time"
)

func TestMask(t *testing.T) {
	for s, want := range map[string]string{
		"":                              "",
		"+12125550110":                  "…10",
		"(212) 555-0110":                "…10",
		"Dana Roe":                      "Dana Roe",
		"Ann (8648)":                    "Ann (8648)",
		"0019":                          "0019",
		"555 0110":                      "…10",
		"Dana +44 20 7946 0018 at Acme": "Dana …18 at Acme",
		"Zoë 555 0110":                  "Zoë …10",
		"24/7 desk":                     "24/7 desk",
		"123456":                        "123456",
		"a1b2c3d4e5f6a7":                "a1b2c3d4e5f6a7",
	} {
		if got := Mask(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// No outside number is left in anything a masked call tells, and all else is as it was.
func TestMaskedCall(t *testing.T) {
	for name, s := range scripts(t) {
		for i := range s.events {
			s.events[i].Meta.DialString = "+442079460018"
		}
		c := fold(t, s, s.events)
		m := c.Masked()
		text := dump(m)
		for _, n := range []string{"2125550110", "8005550120", "442079460018", "2015550101"} {
			if strings.Contains(text, n) {
				t.Errorf("%s: %s is still there", name, n)
			}
		}
		if m.Outcome != c.Outcome || m.Summary().PhasesMs != c.Summary().PhasesMs || len(m.Story()) != len(c.Story()) || m.State != c.State {
			t.Errorf("%s: masking changed more than numbers", name)
		}
		if strings.Contains(dump(c), "…10") || len(Mask(c.From.Number)) > 5 && strings.HasPrefix(c.From.Number, "+") {
			t.Errorf("%s: the call itself was masked", name)
		}
		if err := lawOfLanes(m, m.LastAt.Add(time.Second)); err != nil {
			t.Error(err)
		}
	}
}
