package table

import (
	"testing"
	"time"

	"ringside/ui/theme"
)

func TestCells(t *testing.T) {
	th := theme.Dark()
	for _, r := range []struct{ got, want Cell }{
		{Party(th, "Dana Roe", "+1 212", "nobody"), Cell{Text: "Dana Roe", Style: th.Row, More: "+1 212", MoreStyle: th.Faint}},
		{Party(th, "Dana Roe", "", "nobody"), Cell{Text: "Dana Roe", Style: th.Row, MoreStyle: th.Faint}},
		{Party(th, "", "+1 212", "nobody"), Cell{Text: "+1 212", Style: th.Row}},
		{Party(th, "", "", "nobody"), Cell{Text: "nobody", Style: th.Faint}},
		{Words(th, "Support"), Cell{Text: "Support", Style: th.Row}},
		{Words(th, ""), Cell{Text: "—", Style: th.Faint}},
		{Length(th, 0), Cell{Text: "—", Style: th.Faint}},
		{Length(th, -time.Second), Cell{Text: "—", Style: th.Faint}},
		{Length(th, time.Millisecond), Cell{Text: "0:00", Style: th.Row}},
		{Length(th, 61*time.Second), Cell{Text: "1:01", Style: th.Row}},
	} {
		if r.got != r.want {
			t.Errorf("got %+v, want %+v", r.got, r.want)
		}
	}
}

// A threshold counts from itself on, red before amber; 0 is none.
func TestJudge(t *testing.T) {
	th := theme.Dark()
	const amber, red = 10 * time.Second, 20 * time.Second
	for _, r := range []struct {
		d, amber, red time.Duration
		want          Cell
	}{
		{amber - 1, amber, red, Cell{Text: "x", Style: th.Row}},
		{amber, amber, red, Cell{Text: "! x", Style: th.Warn}},
		{red - 1, amber, red, Cell{Text: "! x", Style: th.Warn}},
		{red, amber, red, Cell{Text: "!! x", Style: th.Bad}},
		{red, amber, 0, Cell{Text: "! x", Style: th.Warn}},
		{red, 0, 0, Cell{Text: "x", Style: th.Row}},
		{amber, 0, red, Cell{Text: "x", Style: th.Row}},
	} {
		if got := Judged(th, "x", r.d, r.amber, r.red); got != r.want {
			t.Errorf("%v against %v and %v: %+v, want %+v", r.d, r.amber, r.red, got, r.want)
		}
	}
}
