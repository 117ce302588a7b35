package uitest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// updating reads the flag -update, which a test binary that uses Golden has.
func updating() bool {
	f := flag.Lookup("update")
	if f == nil {
		return false
	}
	on, ok := f.Value.(flag.Getter).Get().(bool)
	return ok && on
}

// Golden compares a screen with testdata/NAME.golden, cells by cells: text and style runs. With
// -update the file is written instead; read the difference before you keep it. A test package that
// wants -update declares the flag: var _ = flag.Bool("update", false, "write golden files").
func Golden(t *testing.T, name string, c *Cells) {
	t.Helper()
	if err := c.Err(); err != nil {
		t.Error(err)
	}
	path := filepath.Join("testdata", name+".golden")
	got := c.String()
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
