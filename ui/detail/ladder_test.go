package detail

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// rungs makes a pane that shows the ladder of a call.
func rungs(w, h int, c *call.Call) (*Pane, *ladderFace) {
	p := open(w, h, c, nil, nil)
	p.Do(action.ViewLadder)
	p.View()
	return p, p.faces[Ladder].(*ladderFace)
}

// words is a view with its blanks folded.
func words(p *Pane) string { return strings.Join(strings.Fields(plain(p)), " ") }

func TestLadderTells(t *testing.T) {
	p, l := rungs(120, 40, folded(15))
	got := words(p)
	for _, want := range []string{"Dana Roe", "Ann Bell", "Support", "Bo Chen", "rings", "answers after 7.8 s", "puts on hold", "blind transfer to 1102", "enters the queue", "ended: answered", "21.1 s"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, plain(p))
		}
	}
	// each step can be selected, and then tells its state and its time exactly
	for i, s := range l.ladder.Steps {
		got := words(p)
		for _, want := range []string{fmt.Sprintf("Step %d of %d", i+1, len(l.ladder.Steps)), "at " + stamp(s.AtMs), fmt.Sprintf("shown by state %d", s.Seq)} {
			if !strings.Contains(got, want) {
				t.Errorf("step %d, %+v, does not say %q:\n%s", i+1, s, want, plain(p))
			}
		}
		p.Do(action.Down)
	}
	if !strings.Contains(got, "~") || !strings.Contains(words(p), "Step 12 of 12") {
		t.Errorf("past the last one:\n%s", plain(p))
	}
}

func TestLadderMarksGaps(t *testing.T) {
	p, l := rungs(100, 40, folded(15, 6, 7))
	at := -1
	for i, s := range l.ladder.Steps {
		if s.Kind == call.StepMissing {
			at = i
		}
	}
	if at < 0 || !strings.Contains(plain(p), "states 6–7 are missing") {
		t.Fatalf("the gap is not told:\n%s", plain(p))
	}
	p.Do(action.Top)
	for range at {
		p.Do(action.Down)
	}
	if got := words(p); !strings.Contains(got, "no state tells what happened here") {
		t.Errorf("the gap is selected and says:\n%s", plain(p))
	}
}

// Of more columns than fit the first always stays, and where an arrow leads out of sight it says to
// whom.
func TestLadderScrolls(t *testing.T) {
	p, l := rungs(80, 24, bigCall(300, 40, 3*time.Hour, 300))
	if g := l.grid(); g.cols >= len(l.ladder.Columns) || g.cols < 3 {
		t.Fatalf("%d of %d columns in sight at 80 cells", g.cols, len(l.ladder.Columns))
	}
	for range l.ladder.Steps {
		lines := strings.Split(plain(p), "\n")
		if !strings.Contains(lines[titleLines], "Dana Roe") {
			t.Fatalf("the heads do not begin with who called:\n%s", plain(p))
		}
		s := l.ladder.Steps[l.sel]
		for _, line := range lines[titleLines+headLines : 20] {
			if !strings.HasPrefix(line, p.th.Signs.Marker) {
				continue
			}
			if said, _, _ := strings.Cut(s.Text, " after"); !strings.Contains(line, said) {
				t.Fatalf("step %d, %q, is the line %q", l.sel+1, s.Text, line)
			}
		}
		g := l.grid()
		near, far := min(s.From, s.To), max(s.From, s.To)
		both := near == 0 || far-near < g.cols-1 // else only the far one finds room beside the first column
		for _, col := range [2]int{near, far} {
			if at := g.pos(col, l.col); (at < 0 || at >= g.cols) && (col == far || both) {
				t.Fatalf("step %d goes from column %d to %d, in sight are %d from %d", l.sel+1, s.From, s.To, g.cols, l.col)
			}
		}
		p.Do(action.Down)
	}
	p.Do(action.Top)
	for p.Do(action.Right) == nil {
		uitest.Exact(t, "scrolled", p.View(), 80, 24)
	}
	if got := words(p); !strings.Contains(got, "Agent 38") || !strings.Contains(got, "Agent 00 puts on hold") {
		t.Errorf("at the right end:\n%s", plain(p))
	}
	for p.Do(action.Left) == nil {
		uitest.Exact(t, "scrolled back", p.View(), 80, 24)
	}
	if l.col != 0 {
		t.Errorf("back at column %d", l.col)
	}
}

// Every column has one place, in sight or out of it, and a place in sight has its column.
func TestGridPlaces(t *testing.T) {
	for cols := 1; cols < 6; cols++ {
		g := grid{margin: 18, w: 12, cols: cols}
		for n := cols; n < 12; n++ {
			for scrolled := 0; scrolled <= n-cols; scrolled++ {
				seen := map[int]bool{}
				for c := range n {
					if at := g.pos(c, scrolled); at >= 0 && at < cols {
						if seen[at] || g.col(at, scrolled) != c {
							t.Errorf("%d of %d columns, scrolled by %d: column %d is at %d, where %d is", cols, n, scrolled, c, at, g.col(at, scrolled))
						}
						seen[at] = true
					}
				}
				if len(seen) != cols {
					t.Errorf("%d of %d columns, scrolled by %d: %d in sight", cols, n, scrolled, len(seen))
				}
			}
		}
	}
}

// The newest step of a call that goes on stays selected, unless another was chosen.
func TestLiveLadderGrows(t *testing.T) {
	p, l := rungs(100, 30, folded(6))
	for n := 7; n < 15; n++ {
		p.SetData(folded(n), nil, nil)
		p.View()
		if l.sel != len(l.ladder.Steps)-1 {
			t.Errorf("with %d states step %d of %d is selected", n, l.sel+1, len(l.ladder.Steps))
		}
	}
	p.Do(action.Up)
	at := l.sel
	p.SetData(folded(15), nil, nil)
	p.View()
	if l.sel != at {
		t.Errorf("step %d was chosen, %d is selected", at+1, l.sel+1)
	}
}
