package tape

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// unpacked gives what of a file can be unpacked, and the error that ends it.
func unpacked(t *testing.T, name string) (string, error) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(z)
	return string(b), err
}

// whole gives the content of a file that must have its end.
func whole(t *testing.T, name string) string {
	t.Helper()
	s, err := unpacked(t, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// running runs a Recorder beside a test; stop ends it.
func running(t *testing.T, o Options) (r *Recorder, stop func() error) {
	t.Helper()
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	var once sync.Once
	stop = func() (err error) {
		once.Do(func() { cancel(); err = <-done })
		return err
	}
	t.Cleanup(func() { stop() })
	return r, stop
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestMessagesAreLines(t *testing.T) {
	name := filepath.Join(t.TempDir(), "calls.jsonl.gz")
	r, stop := running(t, Options{Path: name})
	b := []byte(`{"a":1}`)
	r.Put(b)
	copy(b, "xxxxxxx") // the message is not kept
	r.Put([]byte("{\n  \"b\": \"two\\nlines\"\r\n}\n"))
	r.Put([]byte("  \n"))
	r.Put([]byte(`{"cut": "of`))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	want := "{\"a\":1}\n{   \"b\": \"two\\nlines\"  } \n{\"cut\": \"of\n"
	if got := whole(t, name); got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
	s := r.Stats()
	if s.Messages != 3 || s.Lost != 0 || s.Files != 1 || s.Bytes != int64(len(want)) || s.Path != name {
		t.Errorf("%+v", s)
	}
	info, err := os.Stat(name)
	if err != nil || info.Size() != s.Packed || info.Mode().Perm() != 0o600 {
		t.Errorf("%v bytes, mode %v, %v; counted %d", info.Size(), info.Mode(), err, s.Packed)
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Path: there}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	for _, path := range []string{"", filepath.Join(dir, "no", "such", "folder.gz"), filepath.Join(there, "below") + "/"} {
		if _, err := Open(Options{Path: path}); err == nil {
			t.Errorf("%q: no error", path)
		}
	}
	if b, _ := os.ReadFile(there); string(b) != "x" {
		t.Errorf("the file that was there: %q", b)
	}
}

// A program that is killed leaves a file that can be read up to its last second.
func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "calls.gz")
		r, _ := running(t, Options{Path: name})
		want := ""
		for i := range 20 {
			line := fmt.Sprintf(`{"n":%d}`, i)
			r.Put([]byte(line))
			want += line + "\n"
			time.Sleep(flushEvery + time.Millisecond)
			got, err := unpacked(t, name)
			if got != want || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("after %d seconds the file says %q, %v", i+1, got, err)
			}
		}
	})
}

// disk is a disk with room for so many bytes.
type disk struct {
	mu   sync.Mutex
	room int
	made int
}

func (d *disk) create(name string) (file, error) {
	f, err := createFile(name)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made++
	return &limited{file: f, disk: d}, nil
}

func (d *disk) grow(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room += n
}

type limited struct {
	file
	disk *disk
}

func (l *limited) Write(b []byte) (int, error) {
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	n := min(len(b), l.disk.room)
	l.disk.room -= n
	if _, err := l.file.Write(b[:n]); err != nil {
		return 0, err
	}
	if n < len(b) {
		return n, &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return n, nil
}

// A full disk pauses the recording, is told once, and the recording goes on when there is room.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/"
		d := &disk{room: 400}
		var notices []Notice
		r, stop := running(t, Options{Path: dir, create: d.create, Notice: func(n Notice) { notices = append(notices, n) }})
		put := func(from, n int) {
			for i := range n {
				r.Put([]byte(fmt.Sprintf(`{"n":%d,"noise":"%x"}`, from+i, (from+i)*7919)))
				time.Sleep(time.Second)
			}
		}
		put(0, 90) // between two tries, which come after 5, 10, 20 and 40 s
		synctest.Wait()
		full := r.Stats()
		if len(notices) != 1 || !errors.Is(notices[0].Err, syscall.ENOSPC) || strings.Contains(notices[0].Err.Error(), "ringside-") {
			t.Fatalf("notices %v", notices)
		}
		if full.Lost == 0 || full.Messages == 0 || full.Messages+full.Lost != 90 || full.Path != "" {
			t.Fatalf("%+v", full)
		}
		if d.made < 3 || d.made > 10 {
			t.Errorf("tried with %d files", d.made)
		}
		if got := names(t, dir); len(got) != 1 {
			t.Errorf("files of failed tries stay: %v", got)
		}
		d.grow(1 << 20)
		put(90, 110)
		synctest.Wait()
		s := r.Stats()
		if len(notices) != 2 || notices[1].Err != nil || notices[1].Lost != s.Lost {
			t.Errorf("notices %v, %+v", notices, s)
		}
		if s.Messages+s.Lost != 200 || s.Lost-full.Lost > 60 {
			t.Errorf("%+v, then %+v", full, s)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		files := names(t, dir)
		if len(files) != 2 {
			t.Fatalf("files %v", files)
		}
		first, err := unpacked(t, dir+files[0])
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasSuffix(first, "}\n") {
			t.Errorf("the first file ends with %q, %v", first[max(0, len(first)-20):], err)
		}
		lines := strings.Count(first, "\n") + strings.Count(whole(t, dir+files[1]), "\n")
		if uint64(lines) != s.Messages {
			t.Errorf("%d messages in the files, %d counted", lines, s.Messages)
		}
	})
}

func TestDiskFullToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		r, stop := running(t, Options{Path: t.TempDir() + "/", create: d.create})
		r.Put([]byte(`{"n":1}`))
		time.Sleep(3 * time.Second)
		if err := stop(); err == nil || !strings.Contains(err.Error(), "1 messages are missing") {
			t.Errorf("stopped with %v", err)
		}
	})
}

// A disk that hangs does not hold up who puts: what is too much is counted as lost.
func TestPutNeverWaits(t *testing.T) {
	r, err := Open(Options{Path: filepath.Join(t.TempDir(), "x.gz")})
	if err != nil {
		t.Fatal(err)
	}
	big := bytes.Repeat([]byte("x"), 1<<20)
	for range 40 { // Run has not begun
		r.Put(big)
	}
	if s := r.Stats(); s.Lost < 8 || s.Lost > 9 {
		t.Errorf("%+v", s)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if s := r.Stats(); s.Messages+s.Lost != 40 {
		t.Errorf("%+v", s)
	}
}

// noise is a message that does not pack well.
func noise(i, size int) []byte {
	var b strings.Builder
	x := uint64(i)*2654435761 + 1
	for b.Len() < size {
		x = x*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&b, "%016x", x)
	}
	return []byte(fmt.Sprintf(`{"n":%d,"x":"%s"}`, i, b.String()))
}

func sizes(t *testing.T, dir string) (sum int64) {
	t.Helper()
	for _, n := range names(t, dir) {
		info, err := os.Stat(filepath.Join(dir, n))
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}

func TestRotationBySizeIsBounded(t *testing.T) {
	for kind, name := range map[string]string{"folder": "", "file": "calls.jsonl.gz"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				const keep, each = 100_000, 20_000
				r, stop := running(t, Options{Path: dir + "/" + name, KeepBytes: keep, FileBytes: each})
				most := int64(0)
				for i := range 600 {
					r.Put(noise(i, 1000))
					time.Sleep(time.Second)
					synctest.Wait()
					most = max(most, sizes(t, dir))
				}
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				s := r.Stats()
				if most > keep+2000 || most < keep*7/10 {
					t.Errorf("at most %d bytes on the disk, the bound is %d", most, keep)
				}
				if s.Messages != 600 || s.Files < 10 || s.Removed < 5 || len(names(t, dir)) != s.Files-s.Removed {
					t.Errorf("%+v, files %v", s, names(t, dir))
				}
				last := whole(t, s.Path)
				if !strings.Contains(last, `{"n":599,`) {
					t.Errorf("the last message is not in the last file")
				}
				total := 0
				for _, n := range names(t, dir) {
					total += strings.Count(whole(t, filepath.Join(dir, n)), "\n")
				}
				if total < 100 || total > 300 {
					t.Errorf("%d messages kept", total)
				}
			})
		})
	}
}

func TestPiecesOfAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "calls-3.jsonl.gz"), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		r, stop := running(t, Options{Path: filepath.Join(dir, "calls.jsonl.gz"), FileBytes: 3000})
		for i := range 4 {
			r.Put(noise(i, 8000))
			time.Sleep(2 * time.Second)
		}
		stop()
		want := []string{"calls-2.jsonl.gz", "calls-3.jsonl.gz", "calls-4.jsonl.gz", "calls-5.jsonl.gz", "calls-6.jsonl.gz", "calls.jsonl.gz"}
		if d := cmp.Diff(want, names(t, dir)); d != "" {
			t.Error(d)
		}
		if b, _ := os.ReadFile(filepath.Join(dir, "calls-3.jsonl.gz")); string(b) != "mine" {
			t.Error("somebody else's file was written over")
		}
	})
}

func TestAFolderHasFilesForEachDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		r, stop := running(t, Options{Path: dir})
		for range 3 * 24 {
			r.Put([]byte(`{"a":1}`))
			time.Sleep(time.Hour)
		}
		stop()
		got := names(t, dir)
		if len(got) != 3 && len(got) != 4 { // the first day begins at an hour of the machine's time zone
			t.Fatalf("files %v", got)
		}
		lines := 0
		for _, n := range got {
			lines += strings.Count(whole(t, filepath.Join(dir, n)), "\n")
		}
		if lines != 3*24 || !strings.HasPrefix(got[1], "ringside-2000010") {
			t.Errorf("%d messages in %v", lines, got)
		}
	})
}

// What earlier recordings left in a folder counts, and goes first; what is not ours stays.
func TestFolderKeepsItsBoundOverRestarts(t *testing.T) {
	dir := t.TempDir()
	old := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 40_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old("ringside-20010101-000000.jsonl.gz")
	old("ringside-20010102-000000.jsonl.gz")
	old("ringside-20010103-000000.jsonl.gz")
	old("notes.txt")
	r, stop := running(t, Options{Path: dir, KeepBytes: 100_000, FileBytes: 10_000})
	stop()
	got := names(t, dir)
	if len(got) != 4 || got[0] != "notes.txt" || got[1] != "ringside-20010102-000000.jsonl.gz" || r.Stats().Removed != 1 {
		t.Errorf("%v, %+v", got, r.Stats())
	}
	again, stop := running(t, Options{Path: dir})
	stop()
	if again.Stats().Path == r.Stats().Path {
		t.Error("two recordings of one second share a file")
	}
}
