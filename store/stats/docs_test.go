package stats_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"ringside/store/stats"
)

var update = flag.Bool("update", false, "write the formulas into docs/stats.md")

const document = "../../docs/stats.md"

// The document has the formulas of the code, word for word.
func TestTheDocumentHasTheFormulas(t *testing.T) {
	b, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), "-update -->\n")
	_, tail, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatal("the marks of the formulas are gone")
	}
	var w strings.Builder
	w.WriteString(head + "-update -->\n| number | name in scripts | unit | formula |\n|---|---|---|---|\n")
	for _, e := range stats.Explain(stats.Options{}) {
		fmt.Fprintf(&w, "| %s | `%s` | %s | %s |\n", e.Title, e.Name, e.Unit, e.Formula)
	}
	w.WriteString("<!-- end -->" + tail)
	if *update {
		if err := os.WriteFile(document, []byte(w.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if w.String() != string(b) {
		t.Error("docs/stats.md is not what the code says: go test ./store/stats -run TestTheDocument -update")
	}
}

// Names are stable, each means one number, and the numbers of the day stand at their place.
func TestEachNameIsOneNumber(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range stats.IDs() {
		name := id.String()
		if back, ok := stats.ByName(name); !ok || back != id || seen[name] {
			t.Errorf("%q is %d and %d", name, id, back)
		}
		seen[name] = true
	}
	if _, ok := stats.ByName("nonsense"); ok || len(seen) < 30 {
		t.Errorf("%d names", len(seen))
	}
}
