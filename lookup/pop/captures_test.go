package pop

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Recorded calls, played to the line that each of them rang: every moment that the fold tells of
// opens a page, and every parameter that GoTo fills is filled.
func TestRecordedCalls(t *testing.T) {
	paths, err := filepath.Glob("../../../shared/captures/report_*.json")
	if err != nil {
		t.Fatal(err)
	}
	r := compiled(t, Spec{Rules: []RuleSpec{
		{Name: "in", On: []string{"ringing"}, Direction: []string{"inbound"}, Open: []string{"https://crm.example.com/?from=$caller_e164$&to=$called$&ext=$number$&w=$wait$"}},
		{Name: "rest", On: []string{"ringing", "answered", "ended"}, Open: []string{"https://crm.example.com/?with=$outside$&ext=$number$&o=$outcome$"}},
	}})
	calls, pops := 0, 0
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := wire.NewDecoder().Report(b)
		if err != nil || len(rep.Events) == 0 {
			continue // the answers of other requests lie beside them
		}
		calls++
		lines := map[string]string{} // ids of lines, and their extensions
		for _, p := range rep.Fold().People {
			if p.LineID != "" {
				lines[p.LineID] = p.Extension
			}
		}
		for line, extension := range lines {
			board := call.NewBoard(call.Options{MyLines: []string{line}})
			var moments []Moment
			for _, e := range rep.Events {
				for _, x := range board.Apply(e) {
					if x.Kind != call.PopMoment {
						continue
					}
					m := MomentOf(x.Moment)
					if slices.Contains(moments, m) {
						t.Errorf("%s: %s is told of twice", filepath.Base(path), m)
					}
					moments = append(moments, m)
					got := r.Test(Trial{Call: board.Get(rep.ID), User: User{Lines: []string{line}}, Chosen: -1, Moments: []Moment{m}, At: e.Snapshot.At})[0]
					pops++
					if got.Result != Tried || !strings.Contains(got.Targets[0].URL, "ext="+extension) {
						t.Errorf("%s: line %s at %s:\n%s", filepath.Base(path), extension, m, got.Text())
					}
					for _, v := range got.Targets[0].Values {
						if v.Value == "" && v.Variable != "$outcome$" && v.Variable != "$wait$" {
							t.Errorf("%s: line %s at %s: %s is empty", filepath.Base(path), extension, m, v.Variable)
						}
					}
				}
			}
		}
	}
	if calls == 0 {
		t.Skip("no recorded calls: ../shared/captures is not here")
	}
	if pops < calls {
		t.Errorf("%d calls, %d pops", calls, pops)
	}
	t.Logf("%d calls, %d pops", calls, pops)
}
