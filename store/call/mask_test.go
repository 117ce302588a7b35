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

		"12345678-1234-5678-9012-345678901234 rang": "12345678-1234-5678-9012-345678901234 rang",
		"2026-11-29T02:15:02.123Z":                  "2026-11-29T02:15:02.123Z",
		"calls-20261129-021502.csv":                 "calls-20261129-021502.csv",
		"call +12125550110 0:48":                    "call …10 0:48",
		"+1 212 555 0110  3 calls":                  "…10  3 calls",
		"from 192.168.100.200:12021":                "from 192.168.100.200:12021",
		"1.212.555.0110":                            "…10",
		"1764382502123 ms":                          "1764382502123 ms",
		"phone=%2B12125550110&id=7":                 "phone=%2B…10&id=7",
		"2125550110, 2125550111":                    "…10, …11",
		"00442079460018":                            "…18",
	} {
		if got := Mask(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// A number that was cut is found by less of it.
func TestNumbersThatAreCut(t *testing.T) {
	for s, want := range map[string]int{
		"+1 212 5…": 1, "+4…": 1, "212…": 1, "212~": 1, "21…": 0, "+1212": 0, "x12 of 345": 0, "a …": 0, "+1 212 555 0110 · +44 20…": 2, "…": 0, "+": 0, "(": 0,
	} {
		if got := Numbers(s); len(got) != want {
			t.Errorf("%q: %v, want %d", s, got, want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add("Dana +1 (212) 555-0110 2026-11-29 1…")
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, n := range Numbers(s) {
			if n.From < at || n.To <= n.From || n.To > len(s) || !isDigit(s[n.To-1]) {
				t.Fatalf("%q: %+v", s, Numbers(s))
			}
			at = n.To
		}
	})
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
