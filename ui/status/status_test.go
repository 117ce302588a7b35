package status

import (
	"strings"
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var noon = time.Date(2026, 9, 24, 14, 32, 7, 0, time.UTC)

func bar() *Bar {
	b := New(theme.Mono(), "Acme Support", false, 84*time.Second, 120*time.Second)
	b.SetNow(noon)
	b.SetLink(Link{State: Live, Age: 100 * time.Millisecond, Since: time.Date(2026, 9, 24, 8, 2, 0, 0, time.UTC)})
	b.SetData(call.Counts{
		Up: 12, Ringing: 3, Waiting: 2, Answered: 214, Missed: 9, LongestSince: noon.Add(-48 * time.Second),
		Hours: [24]int{20: 1, 21: 3, 22: 8, 23: 4},
	}, call.Health{Healed: 3})
	return b
}

func line(b *Bar, w int) string {
	b.SetSize(w)
	return uitest.Screen(b.View(), w, 1).Line(0)
}

func TestHeaderAtWidths(t *testing.T) {
	for w, want := range map[int]string{
		180: " ringside  ● live 0.1s · healed 3 · gaps 0 · since 08:02  Acme Support  14:32:07                 12 calls · 3 ringing · 2 waiting, longest 0:48 · 214 answered · 9 missed (4%) ▂▄█▅",
		160: " ringside  ● live 0.1s · healed 3 · gaps 0  Acme Support  14:32:07           12 calls · 3 ringing · 2 waiting, longest 0:48 · 214 answered · 9 missed (4%) ▂▄█▅",
		120: " ringside  ● live 0.1s  14:32:07          12 calls · 3 ringing · 2 waiting, longest 0:48 · 214 answered · 9 missed (4%)",
		80:  " ringside  ● live 0.1s  14:32  12 calls · 3 ringing · 2 waiting 0:48 · 9 missed",
		50:  " ● live     12 calls · 3 ringing · 2 waiting 0:48",
	} {
		if got := line(bar(), w); got != want {
			t.Errorf("%d:\n got %q\nwant %q", w, got, want)
		}
	}
}

func TestHeaderIsExactAndKeepsWhatMatters(t *testing.T) {
	b := bar()
	for w := 1; w <= 200; w++ {
		b.SetSize(w)
		c := uitest.Screen(b.View(), w, 1)
		if err := c.Err(); err != nil {
			t.Fatal(err)
		}
		if got := c.Line(0); w >= 40 && (!strings.Contains(got, "3 ringing") || !strings.Contains(got, "2 waiting 0:48") && !strings.Contains(got, "longest 0:48")) {
			t.Errorf("%d: %q", w, got)
		}
	}
}

func TestWaitHasASign(t *testing.T) {
	b := bar()
	for s, want := range map[int]string{83: "· 2 waiting, longest 1:23", 84: "! 2 waiting, longest 1:24", 120: "!! 2 waiting, longest 2:00"} {
		b.SetData(call.Counts{Waiting: 2, LongestSince: noon.Add(-time.Duration(s) * time.Second)}, call.Health{})
		if got := line(b, 160); !strings.Contains(got, want) {
			t.Errorf("after %d s: %q", s, got)
		}
	}
}

func TestGapsAreNeverLeftOut(t *testing.T) {
	b := bar()
	b.SetData(call.Counts{Up: 12, Ringing: 3}, call.Health{Gaps: 2})
	for w := 45; w <= 160; w += 5 {
		if got := line(b, w); !strings.Contains(got, "gaps 2") {
			t.Errorf("%d: %q", w, got)
		}
	}
}

func TestLinkWords(t *testing.T) {
	for _, c := range []struct {
		link  Link
		later time.Duration
		want  string
	}{
		{Link{}, 0, "○ no link yet"},
		{Link{State: Connecting}, 0, "○ connecting"},
		{Link{State: Connecting, Try: 3, NextIn: 4 * time.Second}, time.Second, "○ connecting, try 3 in 3s"},
		{Link{State: Connecting, Try: 3, NextIn: 4 * time.Second}, 5 * time.Second, "○ connecting, try 3"},
		{Link{State: Live}, 0, "● live"},
		{Link{State: Live, Age: 200 * time.Millisecond}, 12 * time.Second, "● live 12s"},
		{Link{State: Live}, 3 * time.Minute, "● live"},
		{Link{State: Stale, Age: 40 * time.Second}, 2 * time.Second, "○ stale, silent for 42s"},
		{Link{State: Recovering, Gaps: 1}, 0, "○ recovering, 1 gap open"},
		{Link{State: Recovering, Gaps: 2}, 0, "○ recovering, 2 gaps open"},
		{Link{State: Down, Since: noon}, 70 * time.Second, "✗ down for 1:10"},
	} {
		b := New(theme.Mono(), "", false, 0, 0)
		b.SetNow(noon)
		b.SetLink(c.link)
		b.SetNow(noon.Add(c.later))
		got := line(b, 160)
		if _, rest, _ := strings.Cut(got, "ringside  "); !strings.HasPrefix(rest+"  ", c.want+"  ") && !strings.HasPrefix(rest, c.want+" · ") {
			t.Errorf("%+v after %v: %q, want %q", c.link, c.later, got, c.want)
		}
	}
}

func TestSinceWhenItIsLive(t *testing.T) {
	for _, c := range []struct {
		link Link
		want string
	}{
		{Link{State: Live, Since: noon.Add(-3 * time.Hour)}, "● live · since 11:32"},
		{Link{State: Live, Since: noon.Add(-26 * time.Hour)}, "● live · since Wed 12:32"},
		{Link{State: Live, Since: noon.Add(-time.Hour).In(time.FixedZone("far", 3600))}, "● live · since 13:32"},
		{Link{State: Recovering, Since: noon.Add(-time.Hour)}, "○ recovering"},
		{Link{State: Live}, "● live"},
	} {
		b := New(theme.Mono(), "", false, 0, 0)
		b.SetNow(noon)
		b.SetLink(c.link)
		if _, rest, _ := strings.Cut(line(b, 160), "ringside  "); !strings.HasPrefix(rest, c.want+"  ") {
			t.Errorf("%+v: %q, want %q", c.link, rest, c.want)
		}
	}
}

func TestDemoIsSaid(t *testing.T) {
	b := New(theme.Dark(), "Acme", true, 0, 0)
	for w := 40; w < 200; w += 10 {
		if got := line(b, w); !strings.Contains(got, "demo") {
			t.Errorf("%d: %q", w, got)
		}
	}
}

func TestSpark(t *testing.T) {
	bars := theme.Dark().Signs.Spark
	for _, c := range []struct {
		v    []int
		want string
	}{
		{[]int{0, 0, 0}, ""},
		{[]int{0, 0, 7}, "█"},
		{[]int{1, 0, 1000}, "▂▁█"},
		{[]int{4, 8}, "▅█"},
	} {
		if got := Spark(c.v, bars); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

// The figures of today are the archive's, as long as it can tell.
func TestToday(t *testing.T) {
	b := bar()
	totals := archive.Totals{Ended: 1000, Answered: 900, Lost: 100}
	totals.Hours[0], totals.Hours[23] = 50, 1
	b.SetToday(&totals)
	got := line(b, 180)
	if !strings.Contains(got, "900 answered · 100 missed (10%)") {
		t.Errorf("with the archive's figures: %q", got)
	}
	if h := b.figured().Hours; h[0] != 50 || h[23] != max(1, b.counts.Hours[23]) || b.counts.Hours[0] == 50 {
		t.Errorf("hours %v", h)
	}
	b.SetToday(nil)
	if got := line(b, 180); !strings.Contains(got, "214 answered · 9 missed (4%)") {
		t.Errorf("without them: %q", got)
	}
}
