package reports

import (
	"fmt"
	"strings"
	"testing"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func TestViewIsExact(t *testing.T) {
	evil := []string{"\x1b[2J\x1b[31mred", "\u202eright", "שלום مرحبا", strings.Repeat("幅", 200), "a\nb\tc", "👩🏽‍💻 e\u0301", "\xff"}
	src := &past{}
	for i, s := range evil {
		r := row(i)
		r.From, r.To, r.Queue = call.Party{Name: s, Number: s}, call.Party{Number: s}, s
		r.Answered, r.Tags = []call.Answer{{Name: s}}, []string{s}
		src.rows = append(src.rows, r)
	}
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		for _, w := range []int{1, 10, 40, 79, 80, 81, 100, 120, 160, 200} {
			for _, h := range []int{1, 2, 3, 9, 24} {
				for _, filter := range []string{"", "none " + evil[0]} {
					p := list(t, w, h, src)
					p.SetTheme(th)
					answer(t, p, p.SetFilter(filter))
					p.Do(action.Down)
					uitest.Exact(t, th.Name, p.View(), w, h)
				}
			}
		}
	}
}

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		th   *theme.Theme
	}{{80, 24, theme.Mono()}, {120, 12, theme.Dark()}, {200, 12, theme.Light()}} {
		name := fmt.Sprintf("reports-%dx%d-%s", tt.w, tt.h, tt.th.Name)
		t.Run(name, func(t *testing.T) {
			src := &past{rows: rows(0, 9)}
			src.rows[8].JoinedLate, src.rows[5].From = true, call.Party{Number: "+442079460018"}
			src.rows[4].Tags, src.rows[4].Notes, src.rows[3].Notes = []string{"refund", "vip"}, 1, 1
			src.rows[7].Reported, src.rows[1].Created = noon, noon.AddDate(0, -3, 0)
			p := list(t, tt.w, tt.h, src)
			p.SetTheme(tt.th)
			p.SetReport("c-00006", Failed)
			p.Do(action.Down)
			p.Do(action.Mark)
			p.Do(action.Down)
			uitest.Golden(t, name, uitest.Screen(p.View(), tt.w, tt.h))
		})
	}
}
