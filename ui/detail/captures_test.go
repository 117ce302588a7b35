package detail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/wire"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

// captured gives the reports of real calls, which lie outside the project, by name.
func captured(t *testing.T) map[string]*call.Report {
	t.Helper()
	files, err := filepath.Glob("../../../shared/captures/report_*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*call.Report{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.NewDecoder().Report(b)
		if err != nil || len(r.Events) == 0 {
			continue // the answers of other requests lie beside them
		}
		r.Raw = b
		r.Fold()
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = &r
	}
	if len(out) == 0 {
		t.Skip("no recorded calls: ../shared/captures is not here")
	}
	return out
}

// every gives a view each of the ways in which a reader may have it.
func every(p *Pane, k Kind, do func(what string)) {
	p.SetKind(k)
	do("opened")
	for _, a := range []action.Action{
		action.Bottom, action.Top, action.PageDown, action.Right, action.Right, action.Down, action.ZoomIn, action.ZoomIn,
		action.ZoomIn, action.Right, action.Left, action.Up, action.Left, action.Bottom, action.ZoomOut, action.PageUp, action.ZoomFit,
	} {
		p.Do(a)
		do(string(a))
	}
}

// Every recorded call is told in every view, at every size, live (as of its last state but one) and
// ended.
func TestRecordedCalls(t *testing.T) {
	for name, r := range captured(t) {
		b := call.NewBoard(call.Options{})
		for _, e := range r.Events[:len(r.Events)-1] {
			b.Apply(e)
		}
		live := b.Get(r.ID)
		for _, size := range [][2]int{{80, 20}, {120, 36}, {200, 46}} {
			w, h := size[0], size[1]
			for k := range numKinds {
				p := open(w, h, nil, r, nil)
				p.SetNow(r.Ended.Add(time.Minute))
				every(p, k, func(what string) {
					uitest.Exact(t, fmt.Sprintf("%s %s at %dx%d after %s", name, k, w, h, what), p.View(), w, h)
				})
				p = open(w, h, live, nil, nil)
				p.SetTheme(theme.Dark())
				every(p, k, func(what string) {
					uitest.Exact(t, fmt.Sprintf("%s, live, %s at %dx%d after %s", name, k, w, h, what), p.View(), w, h)
				})
			}
		}
	}
}

// What the lanes draw for the party from whom a call is seen adds up to its length and to its
// phases, to the millisecond.
func TestRecordedLanesAddUp(t *testing.T) {
	for name, r := range captured(t) {
		p := open(120, 36, nil, r, nil)
		p.SetKind(Lanes)
		p.View()
		l := p.faces[Lanes].(*lanesFace)
		var sum int64
		var phases [call.NumPhases]int64
		for _, s := range l.rows[0].Spans {
			sum += s.ToMs - s.FromMs
			phases[s.Phase] += s.ToMs - s.FromMs
		}
		// The last two states of a call are one millisecond apart at most, or the caller has left before.
		gone := r.Call.Total(p.now).Milliseconds() - l.rows[0].Spans[len(l.rows[0].Spans)-1].ToMs
		if sum+gone != r.Call.Total(p.now).Milliseconds() || gone < 0 || l.end != sum+gone {
			t.Errorf("%s: the first lane has %d ms and ends %d ms early, the call has %d", name, sum, gone, r.Call.Total(p.now).Milliseconds())
		}
		for ph := range call.Phase(call.NumPhases) {
			if want := r.Call.PhaseTime(ph, p.now).Milliseconds(); ph != call.PhaseClosing && phases[ph] != want {
				t.Errorf("%s: %d ms of %s in the lane, %d in the call", name, phases[ph], ph, want)
			}
		}
	}
}

// The raw view of a recorded report says all of it: unfolded, each of its values has a line.
func TestRecordedRawIsWhole(t *testing.T) {
	for name, r := range captured(t) {
		p := open(120, 36, nil, r, nil)
		p.SetKind(Raw)
		p.View()
		p.Do(action.ZoomIn)
		f := p.faces[Raw].(*rawFace)
		if len(f.rows) != len(f.tree.nodes) || f.ours {
			t.Errorf("%s: %d lines for %d values", name, len(f.rows), len(f.tree.nodes))
		}
		for _, seq := range []int{1, r.Call.NumStates} {
			if n := p.SetSearch(fmt.Sprintf("%d", seq)); n == 0 {
				t.Errorf("%s: state %d is not found in it", name, seq)
			}
		}
	}
}
