package detail

import (
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// laned makes a pane that shows the lanes of a call.
func laned(w, h int, c *call.Call) (*Pane, *lanesFace) {
	p := open(w, h, c, nil, nil)
	p.Do(action.ViewLanes)
	p.View()
	return p, p.faces[Lanes].(*lanesFace)
}

// lawOfBars says what holds of every bar: cells show what lies in them, and each span of the window
// is shown or counted.
func lawOfBars(t *testing.T, spans []call.Span, s scale) {
	t.Helper()
	cells := barCells(spans, s)
	seen := map[int]bool{}
	hidden, inside := 0, 0
	for i, c := range cells {
		hidden += c.hides
		if c.span < 0 {
			continue
		}
		seen[c.span] = true
		if sp := spans[c.span]; sp.FromMs >= s.end(i) || sp.ToMs < s.start(i) {
			t.Fatalf("cell %d, %d to %d ms, shows %+v", i, s.start(i), s.end(i), sp)
		}
	}
	for k, sp := range spans {
		if _, _, ok := s.cells(sp); ok {
			inside++
		} else if seen[k] {
			t.Fatalf("%+v is outside of %+v and shown", sp, s)
		}
	}
	if inside != len(seen)+hidden {
		t.Fatalf("%d spans in %+v, %d shown and %d counted as hidden", inside, s, len(seen), hidden)
	}
}

func FuzzBars(f *testing.F) {
	f.Add([]byte{10, 200, 3, 0, 90}, uint16(0), uint16(300), uint8(40))
	f.Add([]byte{1, 1, 1, 1, 1, 1, 1, 1, 250}, uint16(3), uint16(9), uint8(100))
	f.Add([]byte{0, 0, 255}, uint16(0), uint16(1), uint8(0))
	f.Fuzz(func(t *testing.T, lengths []byte, from, span uint16, n uint8) {
		var spans []call.Span
		at := int64(0)
		for i, b := range lengths {
			sp := call.Span{FromMs: at, ToMs: at + int64(b), Phase: call.Phase(i % call.NumPhases)}
			at = sp.ToMs + int64(b%3)
			if b > 0 {
				spans = append(spans, sp)
			}
		}
		s := scale{int64(from), int64(from) + int64(span) + 1, int(n)%200 + 1}
		lawOfBars(t, spans, s)
		for i := range s.n { // a cell holds its own beginning, unless cells share a millisecond
			if s.start(i) < s.start(i+1) && s.cell(s.start(i)) != i {
				t.Fatalf("%d ms is in cell %d of %+v, not in %d", s.start(i), s.cell(s.start(i)), s, i)
			}
		}
	})
}

// However far the zoom is out, what is short is there, and where something is not it is counted.
func TestShortSpansStay(t *testing.T) {
	for _, w := range []int{30, 80, 120, 200} {
		p, l := laned(w, 60, bigCall(300, 40, 3*time.Hour, 300))
		for range 12 {
			s := l.scale()
			for i := range l.rows {
				lawOfBars(t, l.rows[i].Spans, s)
			}
			p.Do(action.ZoomIn)
		}
	}
	// A hold of 3 s in a call of 3 h, alone in its cell with much talk, is what the cell shows.
	spans := []call.Span{{FromMs: 0, ToMs: 5_000_000, Phase: call.PhaseTalk}, {FromMs: 5_000_000, ToMs: 5_003_000, Phase: call.PhaseHold}, {FromMs: 5_003_000, ToMs: 10_800_000, Phase: call.PhaseTalk}}
	s := scale{0, 10_800_000, 50}
	c := barCells(spans, s)[s.cell(5_001_000)]
	if c.span != 1 || c.hides != 0 {
		t.Errorf("the cell shows %+v", c)
	}
}

// The panel tells what each does at the cursor, since when and how long: to the millisecond.
func TestLanesSayExactTimes(t *testing.T) {
	p, l := laned(100, 24, folded(15))
	l.move(68_500)
	got := strings.Join(strings.Fields(plain(p)), " ")
	for _, want := range []string{
		"At 1:08.500", "18:39:22.689",
		"on hold by Ann Bell 1:08.013 → 1:11.000 2.987 s",
		"holding 1:08.013 → 1:11.000 2.987 s",
		"Support joins at 1:11.175", "Bo Chen (0019) joins at 1:11.476", "Dial plan left at 0:29.780",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("at 1:08.500 it does not say %q:\n%s", want, plain(p))
		}
	}
}

func TestLanesCursor(t *testing.T) {
	p, l := laned(100, 24, folded(15))
	if l.cur != 29_780 {
		t.Errorf("the cursor begins at %d ms, the first answer is at 29780", l.cur)
	}
	p.Do(action.Top)
	for n := 0; l.cur < l.end; n++ { // right comes to the end, and lands on each change that a cell shows
		was := l.cur
		p.Do(action.Right)
		if l.cur <= was || n > 1000 {
			t.Fatalf("right went from %d to %d ms", was, l.cur)
		}
	}
	p.Do(action.Right)
	if l.cur != l.end {
		t.Errorf("right of the end is %d", l.cur)
	}
	for n := 0; l.cur > 0; n++ {
		was := l.cur
		p.Do(action.Left)
		if l.cur >= was || n > 1000 {
			t.Fatalf("left went from %d to %d ms", was, l.cur)
		}
	}
	// next and previous stand on the changes of the lane, exactly
	var at []int64
	for range 40 {
		p.Do(action.NextFound)
		at = append(at, l.cur)
	}
	want := []int64{130, 21996, 29780, 68013, 71000, 71002, 71175, 92591, 380564, 380616}
	for i, ms := range want {
		if at[i] != ms {
			t.Fatalf("the changes of the caller's lane are %v, want %v", at[:len(want)], want)
		}
	}
	for i := len(want) - 2; i >= 0; i-- {
		if p.Do(action.PrevFound); l.cur != want[i] {
			t.Fatalf("back to %d, want %d", l.cur, want[i])
		}
	}
	p.Do(action.Down)
	p.Do(action.Down)
	if got := l.rows[l.sel].label; got != "Ann Bell (8648)" {
		t.Errorf("two down is %q", got)
	}
}

// Zooming keeps the cursor where it is, and comes down to single milliseconds and back to the whole.
func TestLanesZoom(t *testing.T) {
	p, l := laned(100, 24, folded(15))
	l.move(71_002)
	for range 40 {
		p.Do(action.ZoomIn)
		if from, to := l.window(); l.cur != 71_002 || from > l.cur || to <= l.cur {
			t.Fatalf("the cursor is at %d in %d to %d", l.cur, from, to)
		}
	}
	if s := l.scale(); s.to-s.from > int64(s.n) {
		t.Errorf("at its closest it shows %d ms in %d cells", s.to-s.from, s.n)
	}
	was := l.cur
	p.Do(action.Right)
	if l.cur != was+1 {
		t.Errorf("zoomed in, right goes from %d to %d ms", was, l.cur)
	}
	uitest.Exact(t, "zoomed in", p.View(), 100, 24)
	for range 40 {
		p.Do(action.ZoomOut)
	}
	if from, to := l.window(); from != 0 || to != l.end {
		t.Errorf("zoomed out it shows %d to %d of %d", from, to, l.end)
	}
	p.Do(action.ZoomIn)
	p.Do(action.ZoomFit)
	if l.span != 0 {
		t.Error("fit does not show the whole call")
	}
	// the window follows the cursor
	for range 4 {
		p.Do(action.ZoomIn)
	}
	for _, a := range []action.Action{action.Bottom, action.Top, action.PageDown, action.PageDown, action.PageUp, action.Bottom} {
		p.Do(a)
		if from, to := l.window(); l.cur < from || l.cur > to || from < 0 || to > l.end {
			t.Errorf("after %s the cursor is at %d, in sight is %d to %d", a, l.cur, from, to)
		}
	}
}

// A call that goes on grows at the right edge: the cursor stays there unless it was moved away.
func TestLiveLanesGrow(t *testing.T) {
	c := folded(12)
	p, l := laned(100, 24, c)
	for i := range 5 {
		p.SetNow(c.LastAt.Add(time.Duration(60+i) * time.Second))
		p.View()
		if want := c.Total(p.now).Milliseconds(); l.end != want || l.cur != want {
			t.Fatalf("the lanes end at %d, the cursor is at %d, the call at %d", l.end, l.cur, want)
		}
	}
	p.Do(action.ZoomIn)
	p.SetNow(c.LastAt.Add(90 * time.Second))
	p.View()
	if _, to := l.window(); to != l.end || l.cur != l.end {
		t.Errorf("zoomed in, the window ends at %d, the cursor is at %d, the call at %d", to, l.cur, l.end)
	}
	p.Do(action.Left)
	at := l.cur
	from, _ := l.window()
	p.SetNow(c.LastAt.Add(120 * time.Second))
	p.View()
	if now, _ := l.window(); l.cur != at || now != from {
		t.Errorf("the cursor was left at %d and is at %d; the window began at %d and begins at %d", at, l.cur, from, now)
	}
	p.SetData(folded(13), nil, nil)
	p.View()
	if l.cur != at {
		t.Errorf("a new state moved the cursor to %d", l.cur)
	}
}

// Of many lanes those in sight scroll, the names stay beside them, and the panel keeps to who does
// something.
func TestManyLanes(t *testing.T) {
	p, l := laned(80, 20, bigCall(300, 40, 3*time.Hour, 300))
	for i := range l.rows {
		if l.sel != i {
			t.Fatalf("after %d down it is lane %d", i, l.sel)
		}
		got := plain(p)
		if n := strings.Count(got, p.th.Signs.Marker); n != 2 { // its lane and its line of the panel
			t.Fatalf("lane %d is marked %d times:\n%s", i, n, got)
		}
		p.Do(action.Down)
	}
	l.sel, l.cur = 0, 2_200_000
	talks := ""
	for i := range l.rows[2:] {
		if k := l.spanAt(l.rows[2+i].Spans); k >= 0 {
			talks = l.rows[2+i].label
		}
	}
	_, panel, _ := strings.Cut(plain(p), "At ")
	if talks == "" || !strings.Contains(panel, talks) {
		t.Errorf("%q does something at the cursor, and the panel leaves it out:\n%s", talks, panel)
	}
}

func TestTicks(t *testing.T) {
	for _, s := range []scale{{0, 380_616, 50}, {0, 10_800_000, 50}, {0, 40, 120}, {71_000, 71_180, 90}, {0, 1, 10}, {0, 90 * 24 * 3600e3, 48}, {5, 6, 1}} {
		ticks := ticksOf(s)
		for i, k := range ticks {
			if k.cell < 0 || k.cell >= s.n {
				t.Errorf("%+v: tick in cell %d", s, k.cell)
			}
			if i > 0 && k.cell-ticks[i-1].cell < len(ticks[i-1].label)+1 {
				t.Errorf("%+v: %q and %q stand %d cells apart", s, ticks[i-1].label, k.label, k.cell-ticks[i-1].cell)
			}
			if i > 0 && k.label == ticks[i-1].label {
				t.Errorf("%+v: %q twice", s, k.label)
			}
		}
		if s.n >= 48 && len(ticks) < 2 {
			t.Errorf("%+v has %d ticks", s, len(ticks))
		}
	}
}

// States that are missing are marked above the lanes, and what spans them is marked as not all seen.
func TestLanesMarkGaps(t *testing.T) {
	p, l := laned(100, 24, folded(15, 6, 7))
	l.move(60_000)
	got := plain(p)
	if !strings.Contains(got, p.th.Signs.Gap) || !strings.Contains(got, "not all seen") {
		t.Errorf("the gap is not marked:\n%s", got)
	}
	p, _ = laned(100, 24, folded(15))
	if got := plain(p); strings.Contains(got, p.th.Signs.Gap) || strings.Contains(got, "not all seen") {
		t.Errorf("a gap is marked where there is none:\n%s", got)
	}
}
