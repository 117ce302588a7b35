package export

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringside/gotoapi/wire"
)

// The recorded calls in every form: nothing is lost on the way, and every line keeps to its width.
func TestRecordedCalls(t *testing.T) {
	files, err := filepath.Glob("../../../shared/captures/report_*.json")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.NewDecoder().Report(b)
		if err != nil || len(r.Events) == 0 {
			continue // the answers of other requests lie beside them
		}
		c := r.Fold()
		told++
		for _, f := range Formats() {
			got := export(t, f, c, &r, Options{Region: "US"})
			t.Logf("%s\n%s", filepath.Base(file), got)
			for line := range strings.SplitSeq(got, "\n") {
				if (f == Story || f == Lanes || f == Ladder) && cells(line) > 100 {
					t.Errorf("%s as %s: %d cells: %s", file, f, cells(line), line)
				}
			}
			for _, a := range c.Answered {
				if n := or(a.Extension, a.Number); !strings.Contains(strings.ReplaceAll(got, " ", ""), n) {
					t.Errorf("%s as %s does not name %s, who answered", file, f, n)
				}
			}
		}
	}
	if told == 0 {
		t.Skip("no recorded calls: ../shared/captures is not here")
	}
}
