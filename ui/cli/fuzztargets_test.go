package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	maxCorpus = 20   // inputs kept of one target
	maxInput  = 4000 // bytes of one of them
)

// fuzzTargets gives the fuzz targets of the code as .ci/prove names them: ./store/call:FuzzFold.
func fuzzTargets(t *testing.T) []string {
	t.Helper()
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, found := range target.FindAllSubmatch(text, -1) {
			out = append(out, "./"+filepath.ToSlash(dir)+":"+string(found[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// The long proof fuzzes every target there is.
func TestEveryFuzzTargetIsProved(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, ".ci", "prove"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "<<'TARGETS'\n")
	list, _, ok := strings.Cut(list, "\nTARGETS\n")
	if !ok {
		t.Fatal(".ci/prove has no list of fuzz targets")
	}
	if d := cmp.Diff(fuzzTargets(t), strings.Split(list, "\n")); d != "" {
		t.Errorf("the targets of .ci/prove are not those of the code: -code +list\n%s", d)
	}
}

// The inputs that are kept are few and small, and each belongs to a target that there is: go test
// replays no others.
func TestFuzzCorporaAreReplayed(t *testing.T) {
	targets, kept := fuzzTargets(t), map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		dir := filepath.Dir(path)
		if err != nil || d.IsDir() || !strings.HasSuffix(filepath.Dir(dir), filepath.Join("testdata", "fuzz")) {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(filepath.Dir(filepath.Dir(dir))))
		if err != nil {
			return err
		}
		kept["./"+filepath.ToSlash(pkg)+":"+filepath.Base(dir)]++
		if info, err := d.Info(); err != nil || info.Size() > maxInput {
			t.Errorf("%s is too large for an input that is kept: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range kept {
		if !slices.Contains(targets, name) || n > maxCorpus {
			t.Errorf("%s: %d inputs; at most %d are kept, of targets that there are", name, n, maxCorpus)
		}
	}
	if len(kept) < 20 {
		t.Errorf("only %d targets have inputs that are kept", len(kept))
	}
}
