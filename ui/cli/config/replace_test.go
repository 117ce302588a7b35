package config

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestReplacePrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state-%41.json")
	if err := os.WriteFile(path, []byte("old, and open to all"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"new", "", "newer"} {
		if err := ReplacePrivate(t.Context(), path, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%q, %v", got, err)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	// A folder in the place of the file: nothing is left of the attempt.
	full := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := ReplacePrivate(t.Context(), full, []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
	if err := ReplacePrivate(t.Context(), filepath.Join(dir, "missing", "x"), nil); err == nil {
		t.Error("no folder, no error")
	}
}
