package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is a small deliberate bug.
type mutant struct{ name, file, is, bug string }

func mutants(t *testing.T) []mutant {
	t.Helper()
	text, err := os.ReadFile("testdata/mutants.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []mutant
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n")[1:] { // the first one explains
		lines := strings.Split(block, "\n")
		if len(lines) != 4 {
			t.Fatalf("a mutant is four lines, not %q", block)
		}
		out = append(out, mutant{lines[0], lines[1], lines[2], lines[3]})
	}
	return out
}

// source gives the file of a mutant with the bug in it; the line has to stand there once.
func (m mutant) source() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return nil, err
	}
	lines, at := strings.Split(string(text), "\n"), -1
	for i, l := range lines {
		if l == m.is && at >= 0 {
			return nil, fmt.Errorf("%s has the line twice: %s", m.file, m.is)
		}
		if l == m.is {
			at = i
		}
	}
	if at < 0 || m.bug == m.is {
		return nil, fmt.Errorf("%s has no line to change: %s", m.file, m.is)
	}
	lines[at] = m.bug
	return []byte(strings.Join(lines, "\n")), nil
}

// The list of mutants is up to date with the code.
func TestMutantsAreOfThisCode(t *testing.T) {
	all := mutants(t)
	for _, m := range all {
		if _, err := m.source(); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
	if len(all) < 40 {
		t.Errorf("%d mutants", len(all))
	}
}

// Every mutant is killed: with its bug in place the tests of its room fail, and they fail as tests, not
// because the program can no longer be built.
func TestMutantsAreKilled(t *testing.T) {
	proof(t, "mutants")
	alive := 0
	for _, m := range mutants(t) {
		text, err := m.source()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		bad, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
		file, err := filepath.Abs(filepath.Join(root, m.file))
		if err != nil {
			t.Fatal(err)
		}
		list, err := json.Marshal(map[string]map[string]string{"Replace": {file: bad}})
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{bad: text, overlay: list} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		room := "./" + filepath.ToSlash(filepath.Dir(m.file))
		cmd := exec.CommandContext(t.Context(), "go", "test", "-failfast", "-timeout", "3m", "-overlay", overlay, room)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		switch {
		case strings.Contains(string(out), "[build failed]"):
			t.Errorf("%s: cannot be built\n%s", m.name, out)
		case err == nil:
			alive++
			t.Errorf("alive: %s (%s: %s)", m.name, m.file, strings.TrimSpace(m.bug))
		default:
			t.Logf("killed: %s", m.name)
		}
	}
	t.Logf("%d mutants, %d alive", len(mutants(t)), alive)
}
