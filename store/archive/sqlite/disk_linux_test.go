package sqlite

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringside/store/archive"
)

// asNobody runs the present test once more, as somebody for whom modes count.
func asNobody(t *testing.T, exe, path string) string {
	t.Helper()
	cmd := exec.Command(exe, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = []string{archiveEnv + "=" + path, "HOME=/", "TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("as nobody: %v", err)
	}
	return string(out)
}

// reachable lets others into the folder of a test.
func reachable(t *testing.T, dir string) {
	for _, p := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// reachableTest gives a copy of this test program that others may run.
func reachableTest(t *testing.T) string {
	t.Helper()
	exe, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	reachable(t, dir)
	own := filepath.Join(dir, "sqlite.test")
	if err := os.WriteFile(own, exe, 0o755); err != nil {
		t.Fatal(err)
	}
	return own
}

const archiveEnv = "RINGSIDE_TEST_ARCHIVE"

// An archive in a place that cannot be written to is read; what writes says so.
func TestReadOnly(t *testing.T) {
	if path := os.Getenv(archiveEnv); path != "" {
		readOnly(t, path)
		return
	}
	if os.Getuid() != 0 {
		t.Skip("needs root, to become somebody who may not write")
	}
	exe := reachableTest(t)
	for _, c := range []struct {
		name      string
		dir, file os.FileMode
		inUse     bool
	}{
		{name: "folder and file", dir: 0o555, file: 0o444},
		{name: "folder", dir: 0o555, file: 0o666},
		{name: "file", dir: 0o777, file: 0o444},
		{name: "while it is in use", dir: 0o555, file: 0o444, inUse: true},
	} {
		top := t.TempDir()
		dir := filepath.Join(top, "archive")
		path := filepath.Join(dir, "calls.db")
		a := open(t, path)
		if err := a.Put(t.Context(), archive.Batch{Calls: calls(7, 60)}); err != nil {
			t.Fatal(err)
		}
		if !c.inUse {
			a.Close()
		}
		reachable(t, top)
		files, _ := filepath.Glob(path + "*")
		for _, f := range files {
			os.Chmod(f, c.file)
		}
		os.Chmod(dir, c.dir)
		if out := asNobody(t, exe, path); !strings.Contains(out, "--- PASS: "+t.Name()) {
			t.Errorf("%s: %s", c.name, out)
		}
		os.Chmod(dir, 0o755)
	}
}

// readOnly is what nobody sees of an archive that is not to be written to.
func readOnly(t *testing.T, path string) {
	a := open(t, path)
	p, err := a.Find(t.Context(), archive.Search{Limit: 100})
	if err != nil || len(p.Rows) != 60 {
		t.Fatalf("%d rows, %v", len(p.Rows), err)
	}
	if _, err := a.Get(t.Context(), p.Rows[0].ID); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"Put":   a.Put(t.Context(), archive.Batch{Calls: calls(8, 1)}),
		"Mark":  a.Mark(t.Context(), "x", "y"),
		"Purge": func() error { _, err := a.Purge(t.Context(), "+12125550110"); return err }(),
		"Prune": func() error {
			_, err := a.Prune(t.Context(), archive.Retention{Calls: time.Hour}, time.Now())
			return err
		}(),
	} {
		if !errors.Is(err, archive.ErrReadOnly) || advice(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
	none, err := Open(t.Context(), Options{Path: filepath.Join(filepath.Dir(path), "none", "x.db")})
	if info, _ := os.Stat(filepath.Dir(path)); none != nil && info.Mode().Perm() != 0o777 {
		t.Errorf("a new one was made: %v", err)
	} else if none == nil && !errors.Is(err, archive.ErrReadOnly) {
		t.Errorf("a new one: %v", err)
	}
}

// A full disk: what does not fit is refused as a whole and said to be for want of room; what was
// there stays; when there is room again all goes on.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "calls.db")
	room := func(more string) {
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", more, "none", dir).CombinedOutput(); err != nil {
			t.Skipf("needs to mount a small disk: %v: %s", err, out)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("needs root, to mount a small disk")
	}
	room("size=3m,mode=700")
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	a := open(t, path)
	t.Cleanup(func() { a.Close() })
	cs := calls(9, 6000)
	kept, full := 0, 0
	for i := 0; i < len(cs); i += 50 {
		err := a.Put(t.Context(), archive.Batch{Calls: cs[i : i+50]})
		if err == nil {
			kept += 50
			continue
		}
		if !errors.Is(err, archive.ErrFull) || !strings.Contains(advice(err), "room") {
			t.Fatalf("after %d: %v", kept, err)
		}
		if full++; full > 3 {
			break
		}
	}
	if full == 0 || kept == 0 {
		t.Fatalf("%d calls were kept, the disk was full %d times", kept, full)
	}
	if n, err := a.Count(t.Context(), archive.Search{Query: asked(t, "")}, 0); n != kept || err != nil {
		t.Errorf("%d of %d calls, %v", n, kept, err)
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if err := a.Put(t.Context(), archive.Batch{Calls: cs}); err != nil {
		t.Error(err)
	}
	a.Close()
	a = open(t, path)
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != len(cs) || err != nil {
		t.Errorf("%d of %d calls, %v", n, len(cs), err)
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
	a.Close()
}
