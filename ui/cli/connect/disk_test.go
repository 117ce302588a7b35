package connect

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/archive"
	"ringside/store/archive/sqlite"
)

// mounted gives a small disk of its own, where a test may have one.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if raceDetector {
		t.Skip("SQLite takes long under the race detector; this runs without it")
	}
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a disk of its own takes Linux and root")
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// The same on a real disk of 32 megabytes.
func TestRealDiskFillsUp(t *testing.T) {
	dir := mounted(t, "size=32m")
	fillsUp(t, func(t *testing.T) disk {
		a, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "calls.db")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Check(context.Background()); err != nil {
				t.Error(err)
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		c := &counted{Archive: a}
		ballast := filepath.Join(dir, "ballast")
		return disk{
			archive: c,
			fill: func() {
				for size := 1 << 20; size > 0; size /= 2 { // to the last byte
					f, err := os.OpenFile(ballast, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
					if err != nil {
						t.Fatal(err)
					}
					for err == nil {
						_, err = f.Write(make([]byte, size))
					}
					_ = f.Close() // it is full, as was wanted
				}
			},
			free: func() {
				if err := os.Remove(ballast); err != nil {
					t.Fatal(err)
				}
			},
			struck: c.failed,
		}
	})
}

// counted counts the writes that an archive does not take.
type counted struct {
	archive.Archive
	mu sync.Mutex
	n  int
}

func (c *counted) Put(ctx context.Context, b archive.Batch) error {
	err := c.Archive.Put(ctx, b)
	if err != nil {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
	}
	return err
}

func (c *counted) failed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// A place that cannot be written to: the desk goes on live and says so.
func TestReadOnlyPlace(t *testing.T) {
	dir := t.TempDir()
	if runtime.GOOS == "windows" {
		t.Skip("folders have no read-only bit on Windows")
	}
	root := os.Geteuid() == 0
	if root {
		dir = mounted(t, "size=16m")
	}
	path := filepath.Join(dir, "calls.db")
	a, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if root {
		if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
			t.Fatalf("remount: %v: %s", err, out)
		}
	} else {
		if err := errors.Join(os.Chmod(path, 0o400), os.Chmod(dir, 0o500)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // or it could not be cleared away
	}
	synctest.Test(t, func(t *testing.T) {
		a, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		b := farBench(t, sim.Config{World: world.Config{Seed: 19}})
		defer b.far.Close()
		k := b.keep(a, PastOptions{})
		time.Sleep(10 * time.Minute)
		k.goesOn(time.Minute)
		if st := k.past.State(); !errors.Is(st.Err, archive.ErrReadOnly) {
			t.Errorf("%+v", st)
		}
		states, progress := k.told()
		if len(states) == 0 || len(progress) == 0 || progress[len(progress)-1].Err == nil {
			t.Errorf("told %+v and %+v", states, progress)
		}
		b.stop()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
}
