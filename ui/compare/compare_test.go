package compare

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ringside/gotoapi/wire"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

func pane(w, h int, a, b Side) *Pane {
	p := New(theme.Mono())
	p.SetNow(begun.Add(time.Hour))
	p.SetSize(w, h)
	p.SetData(a, b)
	return p
}

func both() (Side, Side) {
	return Side{Call: takenCall(), Report: takenReport(), Tags: []string{"vip", "billing"}, Notes: 2}, Side{Call: lostCall(), Tags: []string{"vip"}}
}

// rows gives the drawn text by member: the values left and right, and whether it is marked.
type drawn struct {
	left, right []string
	marked      bool
}

func members(t *testing.T, p *Pane) map[string]drawn {
	t.Helper()
	out := map[string]drawn{}
	name := ""
	for _, l := range strings.Split(ansi.Strip(p.View()), "\n") {
		cells := []rune(l)
		cut := signW + nameW + valueW(p.w)
		if len(cells) < cut+ruleW || string(cells[cut+1]) != p.th.Signs.V {
			name = ""
			continue
		}
		if n := strings.TrimSpace(string(cells[signW : signW+nameW])); n != "" {
			name = n
		}
		d := out[name]
		d.marked = d.marked || strings.HasPrefix(l, p.th.Signs.Differs)
		for i, v := range []string{string(cells[signW+nameW : cut]), string(cells[cut+ruleW:])} {
			if v = strings.TrimSpace(v); v != "" && i == 0 {
				d.left = append(d.left, v)
			} else if v != "" {
				d.right = append(d.right, v)
			}
		}
		out[name] = d
	}
	return out
}

func TestMembers(t *testing.T) {
	a, b := both()
	got := members(t, pane(160, 200, a, b))
	for name, want := range map[string]drawn{
		"outcome":    {[]string{"answered"}, []string{"voicemail"}, true},
		"direction":  {[]string{"inbound"}, []string{"inbound"}, false},
		"from":       {[]string{"Dana Roe +1 212 555 0110"}, []string{"Lee Park +44 20 7946 0018"}, true},
		"queue":      {[]string{"Support"}, []string{"Support"}, false},
		"began":      {[]string{"Wed 30 Sep 2026 18:38:14"}, []string{"Wed 30 Sep 2026 18:38:14"}, false},
		"ended":      {[]string{"Wed 30 Sep 2026 18:44:34"}, []string{"Wed 30 Sep 2026 18:39:52"}, false},
		"menu":       {[]string{"21.9 s"}, []string{"12.4 s  -9.5 s"}, true},
		"hold":       {[]string{"3.0 s"}, []string{"—"}, true}, // a phase it never had is no 0.0 s
		"total":      {[]string{"6:20"}, []string{"1:38  -4:42"}, true},
		"talked":     {[]string{"Ann Bell (8648) at +0:29 for 38.2 s", "Bo Chen (0019), from the queue at +1:32 for 4:47"}, []string{"—"}, true},
		"holds":      {[]string{"by Ann Bell at +1:08 for 3.0 s"}, []string{"—"}, true},
		"transfers":  {[]string{"blind by Ann Bell to 1102 at +1:11"}, []string{"—"}, true},
		"left first": {[]string{"Bo Chen (0019) (inferred)"}, []string{"Lee Park +44 20 7946 0018 (inferred)"}, true},
		"mailbox":    {[]string{"—"}, []string{"success, a message of 34.0 s"}, true},
		"states":     {[]string{"14"}, []string{"8"}, true},
		"recorded":   {[]string{"no"}, []string{"no"}, false},
		"tags":       {[]string{"billing, vip"}, []string{"vip"}, true},
		"notes":      {[]string{"2 notes"}, []string{"—"}, true},
		"report":     {[]string{"here"}, []string{"not here"}, false},
		"queues":     {[]string{"Support, answered, waited 21.4 s"}, []string{"—"}, false},
		"wrap-up":    {[]string{"Bo Chen (0019) 7.8 s"}, []string{"—"}, false},
		"about":      {[]string{"invoice, upgrade"}, []string{"—"}, false},
	} {
		if d, ok := got[name]; !ok || fmt.Sprint(d) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", name, d, want)
		}
	}
	for _, name := range []string{"dialled", "goes with", "gaps", "doubts", "recordings"} { // neither has it
		if d, ok := got[name]; ok {
			t.Errorf("%s: %v", name, d)
		}
	}
	if rung := got["rung"]; !rung.marked || len(rung.left) != 2 || len(rung.right) != 1 {
		t.Errorf("rung: %v", rung)
	}
}

// A call differs from itself in nothing; what differs one way round differs the other way round,
// with the values and the difference of the figures turned.
func TestLaws(t *testing.T) {
	a, b := both()
	late, gap := Side{Call: folded("late", taken(), 14, 0, 1)}, Side{Call: folded("gap", taken(), 14, 4)}
	all := []Side{a, b, late, gap, {Report: takenReport()}}
	for i, x := range all {
		for name, d := range members(t, pane(160, 300, x, x)) {
			if d.marked || fmt.Sprint(d.left) != fmt.Sprint(d.right) {
				t.Errorf("%d with itself: %s is marked or not alike: %v", i, name, d)
			}
		}
		for j, y := range all {
			there, back := members(t, pane(160, 300, x, y)), members(t, pane(160, 300, y, x))
			if len(there) != len(back) {
				t.Errorf("%d and %d: %d members, the other way round %d", i, j, len(there), len(back))
			}
			for name, d := range there {
				if e := back[name]; e.marked != d.marked || figureOf(d.left) != figureOf(e.right) || figureOf(d.right) != figureOf(e.left) {
					t.Errorf("%d and %d: %s: %v, the other way round %v", i, j, name, d, e)
				}
			}
		}
	}
}

// figureOf is a value without the difference behind it.
func figureOf(v []string) string {
	if len(v) != 1 {
		return fmt.Sprint(v)
	}
	s, _, _ := strings.Cut(v[0], "  ")
	return s
}

// Who subtracts the figures gets the difference that is shown.
func TestFiguresAddUp(t *testing.T) {
	of := func(d time.Duration) account {
		return account{Call: &call.Call{Created: begun, Ended: begun.Add(d), State: call.StateEnded}}
	}
	total := func(x account) time.Duration { return x.Total(x.now) }
	for _, r := range []struct {
		a, b time.Duration
		want string
	}{
		{38_149 * time.Millisecond, 18_151 * time.Millisecond, "-19.9 s"}, // 38.1 s and 18.2 s
		{249 * time.Millisecond, 651 * time.Millisecond, "+0.5 s"},
		{59_949 * time.Millisecond, 59_951 * time.Millisecond, "-0.9 s"}, // 59.9 s and 0:59
		{62_900 * time.Millisecond, 59_900 * time.Millisecond, "-2.1 s"}, // 1:02 and 59.9 s
		{380 * time.Second, 98 * time.Second, "-4:42"},
		{2 * time.Second, 2 * time.Second, ""},
	} {
		if f := figure("total", total, of(r.a), of(r.b)); f.delta != r.want || f.differs != (r.want != "") {
			t.Errorf("%v and %v: %q and %q, difference %q, want %q", r.a, r.b, f.vals[0], f.vals[1], f.delta, r.want)
		}
	}
}

func TestDoubtsAreSaid(t *testing.T) {
	p := pane(120, 100, Side{Call: folded("late", taken(), 14, 0, 1)}, Side{Call: folded("gap", taken(), 14, 4)})
	got := members(t, p)
	for name, want := range map[string]drawn{
		"gaps":     {[]string{"missing 1–2"}, []string{"missing 5"}, true},
		"doubts":   {[]string{"joined late"}, []string{"gap"}, true},
		"not seen": {[]string{"22.0 s"}, []string{"—"}, true},
		"setup":    {[]string{"—"}, []string{"0.1 s"}, true},
		"menu":     {[]string{"—"}, []string{"21.9 s"}, true},
	} {
		if d := got[name]; fmt.Sprint(d) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", name, d, want)
		}
	}
}

// The bars have one scale: their lengths are to each other as the calls are, and a phase that the
// call had is seen.
func TestBarsHaveOneScale(t *testing.T) {
	a, b := both()
	for _, w := range []int{60, 80, 120, 200} {
		p := pane(w, 40, a, b)
		room := w - signW - nameW - 8
		var bars []string
		for _, l := range strings.Split(ansi.Strip(p.View()), "\n") {
			if strings.HasPrefix(l, "  left ") || strings.HasPrefix(l, "  right ") {
				bars = append(bars, strings.TrimRight(string([]rune(l)[signW+nameW:w-8]), " "))
			}
		}
		if len(bars) != 2 {
			t.Fatalf("%d bars", len(bars))
		}
		want := int(98217*int64(room)/380616) + 1
		if n, m := len([]rune(bars[0])), len([]rune(bars[1])); n != room || m < want-1 || m > want {
			t.Errorf("%d columns: bars of %d and %d cells, want %d and %d", w, n, m, room, want)
		}
		for _, ph := range []call.Phase{call.PhaseMenu, call.PhaseRing, call.PhaseTalk, call.PhaseHold, call.PhaseWait} {
			if !strings.Contains(bars[0], p.th.PhaseMark(ph)) {
				t.Errorf("%d columns: %s is not in %q", w, ph, bars[0])
			}
		}
	}
}

func TestLiveCallGrows(t *testing.T) {
	up := folded("up", taken(), 5)
	p := New(theme.Mono())
	p.SetSize(120, 60)
	p.SetNow(begun.Add(40 * time.Second))
	p.SetData(Side{Call: up}, Side{Call: lostCall()})
	first := members(t, p)["talk"].left
	p.SetNow(begun.Add(50 * time.Second))
	second := members(t, p)["talk"].left
	if fmt.Sprint(first, second) != "[10.2 s] [20.2 s]" {
		t.Errorf("talk %v, ten seconds later %v", first, second)
	}
}

func TestScrolling(t *testing.T) {
	a, b := both()
	p := pane(80, 12, a, b)
	view := func() string { return ansi.Strip(p.View()) }
	top := view()
	if !strings.Contains(top, "Dana Roe → ") || !strings.Contains(top, " more") {
		t.Errorf("the title or what is below is not said:\n%s", top)
	}
	p.Do(action.Bottom)
	end := view()
	if !strings.Contains(end, "about") || !strings.Contains(end, "Dana Roe → ") || strings.Contains(end, "↓") {
		t.Errorf("not the end:\n%s", end)
	}
	p.Do(action.Down)
	if view() != end {
		t.Error("it scrolls past its end")
	}
	p.SetData(a, Side{Call: b.Call, Tags: []string{"new"}}) // the same two: the place is kept
	if p.top == 0 {
		t.Error("a new tag lost the place")
	}
	p.Do(action.Top)
	p.Scroll(3)
	p.Do(action.Up)
	if p.top != 2 {
		t.Errorf("top is %d", p.top)
	}
	p.SetData(b, a)
	if p.top != 0 || p.IDs() != [2]string{"c0ffee00-lost", "c0ffee00-taken"} {
		t.Errorf("top %d of %v", p.top, p.IDs())
	}
	if r, ok := p.Do(action.Take)().(action.Refused); !ok || !strings.Contains(r.Why, "Esc") {
		t.Error("what it cannot do is not refused")
	}
}

func TestViewIsExact(t *testing.T) {
	var sides []Side
	for _, s := range []string{"\x1b[2J\x1b[31mred", "\u202eright", "שלום مرحبا", strings.Repeat("幅", 200), "a\nb\tc", "👩🏽‍💻 e\u0301", "\xff"} {
		c := *takenCall()
		c.From, c.To, c.Queue, c.Path, c.DialString, c.ID = call.Party{Name: s, Number: s}, call.Party{Number: s}, s, []string{s, s}, s, s
		c.Answered = []call.Answer{{Name: s, Number: s}}
		c.Rung = []call.Ring{{Name: s, Device: s}}
		c.Holds, c.Transfers, c.LeftFirst = []call.Hold{{By: s}}, []call.Transfer{{Kind: s, By: s, To: s}}, s
		r := takenReport()
		r.Call, r.Queues[0].Name, r.Queues[0].Left, r.AI.Sentiment, r.AI.Topics = &c, s, s, s, []string{s}
		sides = append(sides, Side{Call: &c, Report: r, Tags: []string{s}})
	}
	sides = append(sides, Side{})
	for i, x := range sides {
		y := sides[(i+1)%len(sides)]
		for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
			for _, w := range []int{0, 1, 20, least - 1, least, 40, 79, 80, 81, 120, 200} {
				for _, h := range []int{0, 1, 3, 7, 8, 24, 60} {
					p := pane(w, h, x, y)
					p.SetTheme(th)
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
		name string
		th   *theme.Theme
	}{
		{80, 24, "mono", theme.Mono()}, {120, 40, "dark", theme.Dark()}, {200, 50, "light", theme.Light()}, {80, 60, "ascii", theme.Mono().WithASCII()},
	} {
		name := fmt.Sprintf("compare-%dx%d-%s", tt.w, tt.h, tt.name)
		t.Run(name, func(t *testing.T) {
			a, b := both()
			p := pane(tt.w, tt.h, a, b)
			p.SetTheme(tt.th)
			uitest.Golden(t, name, uitest.Screen(p.View(), tt.w, tt.h))
		})
	}
	t.Run("none", func(t *testing.T) {
		p := New(theme.Mono())
		p.SetSize(60, 4)
		uitest.Golden(t, "compare-none-60x4-mono", uitest.Screen(p.View(), 60, 4))
	})
}

func BenchmarkFrame(b *testing.B) {
	x, y := both()
	p := pane(120, 40, x, y)
	b.Run("still", func(b *testing.B) {
		for b.Loop() {
			_ = p.View()
		}
	})
	b.Run("built", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.SetSize(120+i%2, 40)
			_ = p.View()
		}
	})
}

// Every two recorded calls can be compared, at every size, and each is like itself.
func TestRecordedCalls(t *testing.T) {
	files, err := filepath.Glob("../../../shared/captures/report_*.json")
	if err != nil {
		t.Fatal(err)
	}
	var sides []Side
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.NewDecoder().Report(b)
		if err != nil || len(r.Events) == 0 {
			continue // the answers of other requests lie beside them
		}
		r.Fold()
		sides = append(sides, Side{Report: &r})
	}
	if len(sides) == 0 {
		t.Skip("no recorded calls: ../shared/captures is not here")
	}
	for i, x := range sides {
		for j, y := range sides {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
				uitest.Exact(t, x.call().ID+" and "+y.call().ID, pane(size[0], size[1], x, y).View(), size[0], size[1])
			}
			marked := 0
			for _, d := range members(t, pane(160, 300, x, y)) {
				if d.marked {
					marked++
				}
			}
			if (marked > 0) != (i != j) {
				t.Errorf("%s and %s: %d members differ", x.call().ID, y.call().ID, marked)
			}
		}
	}
	t.Logf("%d recorded calls, each with each", len(sides))
}
