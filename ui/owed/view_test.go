package owed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func TestNobody(t *testing.T) {
	p := New(theme.Mono(), DefaultLimits(), nil)
	p.SetSize(90, 10)
	said(t, ansi.Strip(p.View()), "looking who is owed a call…")
	p.SetWhy("nothing is kept:\x1b[2J the disk is full")
	said(t, ansi.Strip(p.View()), "nothing is kept:[2J the disk is full")
	p.SetData(nil)
	said(t, ansi.Strip(p.View()), "Nobody is waiting for a call back.", "comes here")
	p.SetData([]archive.Debt{debt(1)})
	p.SetFilter("xyz")
	said(t, ansi.Strip(p.View()), `none of 1 owed`, `"xyz"`, "Esc clears")
	p.SetFilter("")
	p.SetWhy("the disk is full")
	said(t, ansi.Strip(p.View()), "as it was: the disk is full", "Caller 1")
}

func TestSummary(t *testing.T) {
	ds := []archive.Debt{debt(130), debt(5), debt(6), debt(7)}
	ds[1].Claimed, ds[2].Claimed = "Ann", "Bo"
	p := pane(100, 10, ds...)
	if got, want := ansi.Strip(p.Summary()), "4 owed · oldest !! 2 h 10 · 2 taken"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.SetTheme(theme.Mono().WithASCII())
	if got, want := ansi.Strip(p.Summary()), "4 owed | oldest !! 2 h 10 | 2 taken"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNamesDoNotPileUp(t *testing.T) {
	d := debt(1)
	p := pane(100, 10, d)
	p.SetNames(map[string]string{d.Key: "Dana Roe"})
	for n := range 5000 {
		p.SetNames(map[string]string{fmt.Sprint("key ", n): "somebody"})
	}
	p.SetData([]archive.Debt{d})
	if len(p.names) != 1 || p.names[d.Key] != "Dana Roe" {
		t.Errorf("%d names are kept", len(p.names))
	}
}

func TestViewIsExact(t *testing.T) {
	var ds []archive.Debt
	for i, s := range []string{"\x1b[2J\x1b[31mred", "\u202eright", "שלום مرحبا", strings.Repeat("幅", 200), "a\nb\tc", "👩🏽‍💻 e\u0301", "\xff"} {
		d := debt(i)
		d.Name, d.Number, d.Key, d.Queue, d.Claimed, d.TriedBy, d.Tries, d.TriedAt = s, s, s, s, s, s, 9, noon
		d.To, d.Outcome = call.Party{Name: s, Number: s}, call.AbandonedQueue
		ds = append(ds, d)
	}
	up := map[string]*call.Call{ds[0].Key: {State: call.StateTalking, With: ds[0].Name}}
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		for _, w := range []int{0, 1, 11, 12, 40, 79, 80, 81, 100, 120, 160, 200} {
			for _, h := range []int{0, 1, 2, 3, 4, 9, 24} {
				for _, filter := range []string{"", "none " + ds[0].Name} {
					p := pane(w, h, ds...)
					p.SetTheme(th)
					p.SetLive(up)
					p.SetFilter(filter)
					p.Do(action.Down)
					uitest.Exact(t, th.Name, p.View(), w, h)
				}
			}
		}
	}
}

// story is a morning's debts, one of each kind.
func story() []archive.Debt {
	ds := []archive.Debt{debt(130), debt(64), debt(45), debt(31), debt(12), debt(3), debt(1)}
	name := []string{"Dana Roe", "Lee Park", "", "Ines Álvarez de Toledo y Beaumont", "Sam Ito", "Kim Oh", "Max Roth"}
	for i := range ds {
		ds[i].Name = name[i]
	}
	ds[0].Outcome, ds[0].Queue, ds[0].WaitMs, ds[0].Tries, ds[0].TriedAt, ds[0].TriedBy = call.AbandonedQueue, "Support", 48_210, 2, noon.Add(-12*time.Minute), "Bo"
	ds[1].Outcome, ds[1].VoicemailMs, ds[1].Message, ds[1].Claimed, ds[1].ClaimedAt = call.VoicemailLeft, 34_000, true, "Ann Bell", noon.Add(-4*time.Minute)
	ds[2].Number, ds[2].Key, ds[2].Outcome = "+442079460018", "+442079460018", call.AbandonedMenu
	ds[3].Outcome, ds[3].Queue, ds[3].WaitMs = call.AbandonedQueue, "Tier 2", 121_000
	ds[4].VoicemailMs, ds[4].Calls = 5642, []string{"a", "b", "c"}
	return ds
}

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		name string
		th   *theme.Theme
	}{
		{80, 24, "mono", theme.Mono()}, {120, 12, "dark", theme.Dark()}, {200, 14, "light", theme.Light()}, {80, 12, "ascii", theme.Mono().WithASCII()},
	} {
		name := fmt.Sprintf("owed-%dx%d-%s", tt.w, tt.h, tt.name)
		t.Run(name, func(t *testing.T) {
			p := pane(tt.w, tt.h, story()...)
			p.SetTheme(tt.th)
			p.SetLive(map[string]*call.Call{debt(12).Key: {State: call.StateTalking, With: "Ann Bell"}})
			p.SetNames(map[string]string{debt(1).Key: "Max Roth, Acme"})
			p.Do(action.Down)
			p.Do(action.Down)
			uitest.Golden(t, name, uitest.Screen(p.View(), tt.w, tt.h))
		})
	}
	for _, name := range []string{"owed-nobody-80x8-dark", "owed-looking-40x8-mono"} {
		t.Run(name, func(t *testing.T) {
			w, h := 80, 8
			p := New(theme.Dark(), DefaultLimits(), nil)
			if strings.Contains(name, "looking") {
				w, p.th = 40, theme.Mono()
			} else {
				p.SetData(nil)
			}
			p.SetSize(w, h)
			uitest.Golden(t, name, uitest.Screen(p.View(), w, h))
		})
	}
}

// counted counts the rows a table asks for.
type counted struct {
	*Pane
	rows int
}

func (c *counted) Row(i int, slots []table.Slot, row *table.Row) {
	c.rows++
	c.Pane.Row(i, slots, row)
}

// A frame of 10,000 debts does no more than one of 30: it draws the rows in sight, and makes as
// much garbage.
func TestFrameCostFollowsRowsInSight(t *testing.T) {
	cost := func(n int) (rows int, allocs float64) {
		ds := many(n)
		for i := range ds { // the same rows at the top, however many follow
			ds[i].Since, ds[i].Name = noon.Add(-time.Hour), "Dana Roe"
		}
		p := pane(160, 24, ds...)
		up := map[string]*call.Call{}
		for i := range ds {
			up[ds[i].Key] = &call.Call{State: call.StateTalking}
		}
		p.SetLive(up)
		c := &counted{Pane: p}
		p.table = table.New(p.th, c, columns())
		p.SetSize(160, 24)
		p.table.SetSize(160, 23)
		p.Do(action.Top)
		p.View()
		rows = c.rows
		return rows, testing.AllocsPerRun(5, func() { p.SetNow(p.now.Add(time.Second)); p.View() })
	}
	few, garbage := cost(30)
	all, more := cost(10_000)
	if few != 22 || all != few {
		t.Errorf("%d rows are drawn of 30, %d of 10,000", few, all)
	}
	if more > garbage*1.05 {
		t.Errorf("%.0f allocations a frame of 10,000, %.0f of 30", more, garbage)
	}
}

func many(n int) []archive.Debt {
	ds := make([]archive.Debt, n)
	for i := range ds {
		ds[i] = debt(10 + i*7919%n)
		ds[i].Key = fmt.Sprintf("+1212%07d", i)
		ds[i].Number = ds[i].Key
	}
	return ds
}

func BenchmarkSetData(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ds := many(n)
			p := pane(160, 40)
			for b.Loop() {
				p.SetData(ds)
			}
		})
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := pane(160, 40, many(n)...)
			p.Do(action.Bottom)
			for b.Loop() {
				p.SetNow(p.now.Add(time.Second))
				_ = p.View()
			}
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	p := pane(160, 40, many(10_000)...)
	ds := many(10_000)
	b.Run("first letter", func(b *testing.B) { // every text is made
		for b.Loop() {
			p.SetFilter("")
			p.SetData(ds)
			p.SetFilter("c")
		}
	})
	b.Run("typing", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.SetFilter([]string{"caller 1", "caller 12"}[i%2])
		}
	})
}
