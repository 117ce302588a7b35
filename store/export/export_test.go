package export

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"ringside/store/call"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txtar")

func export(t testing.TB, f Format, c *call.Call, r *call.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Call(&b, f, c, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Each call of ../call/testdata in every form.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("../call/testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if name == "odd-words" {
			continue // words of the wire that are not known: nothing of them shows here
		}
		t.Run(name, func(t *testing.T) {
			golden(t, name, scripted(t, name), Options{Region: "US", Zone: time.FixedZone("EST", -5*3600)})
		})
	}
}

func golden(t *testing.T, name string, c *call.Call, o Options) {
	t.Helper()
	var got txtar.Archive
	for _, f := range Formats() {
		text := strings.ReplaceAll(export(t, f, c, nil, o), "\r\n", "␍\n")
		got.Files = append(got.Files, txtar.File{Name: string(f), Data: []byte(text)})
	}
	file := filepath.Join("testdata", name+".txtar")
	if *update {
		if err := os.WriteFile(file, txtar.Format(&got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("run with -update and read what it writes:", err)
	}
	if d := cmp.Diff(string(want), string(txtar.Format(&got))); d != "" {
		t.Error(d)
	}
}
