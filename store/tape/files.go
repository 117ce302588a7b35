package tape

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is what an output needs of an *os.File.
type file interface {
	io.Writer
	Truncate(size int64) error
	Sync() error
	Close() error
}

// createFile makes a file that was not there, for its owner alone.
func createFile(name string) (file, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// output is a file being written.
type output struct {
	name  string
	begun time.Time
	file  file
	buf   *bufio.Writer
	zip   *gzip.Writer
	size  int64 // bytes that the file has taken
	kept  int64 // bytes of it that a flush made safe
	told  int64 // of kept, that settled has given
}

func newOutput(name string, f file, now time.Time) *output {
	o := &output{name: name, begun: now, file: f}
	o.buf = bufio.NewWriterSize(counted{o}, 64<<10) // package flate writes in pieces of some hundred bytes
	o.zip = gzip.NewWriter(o.buf)
	return o
}

// counted counts what the file takes.
type counted struct{ o *output }

func (c counted) Write(b []byte) (int, error) {
	n, err := c.o.file.Write(b)
	c.o.size += int64(n)
	return n, err
}

func (o *output) write(line []byte) error {
	_, err := o.zip.Write(line)
	return err
}

// flush hands all that was written to the system, in a form that can be unpacked without the rest.
func (o *output) flush() error {
	if err := errors.Join(o.zip.Flush(), o.buf.Flush()); err != nil {
		return err
	}
	o.kept = o.size
	return nil
}

// close ends the file properly.
func (o *output) close() error {
	err := errors.Join(o.zip.Close(), o.buf.Flush())
	if err != nil {
		o.giveUp()
		return err
	}
	o.kept = o.size
	return errors.Join(o.file.Sync(), o.file.Close())
}

// giveUp ends a file that takes no more: what was flushed stays, and a file without any goes.
func (o *output) giveUp() {
	_ = o.file.Truncate(o.kept) // where that fails, too, a replay reads up to the cut
	_ = o.file.Close()
	if o.kept == 0 {
		_ = os.Remove(o.name) // an empty file does no harm
	}
}

// settled gives how many bytes have become safe since it was asked last.
func (o *output) settled() int64 {
	n := o.kept - o.told
	o.told = o.kept
	return n
}

// set is the files of a recording.
type set struct {
	first  string // of a single file: its name; of a folder: the folder with a separator
	folder bool
	files  []finished // that makeRoom may remove, oldest first
	begun  int        // files of a single name begun so far
	keep   int64      // bytes of all together
	each   int64      // bytes of one
}

// finished is a file that is written no more.
type finished struct {
	name string
	size int64
}

const (
	prefix = "ringside-"
	suffix = ".jsonl.gz"
	stamp  = "20060102-150405"
)

// newSet finds out what a path is, makes its folder, and finds the files of earlier recordings.
func newSet(path string, keep, each int64) (*set, error) {
	if path == "" {
		return nil, errors.New("recording: no file or folder is named")
	}
	s := &set{first: path, keep: keep, each: each}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir(), os.IsPathSeparator(path[len(path)-1]):
		s.folder = true
		s.first = filepath.Clean(path) + string(filepath.Separator)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of recordings: %w", err)
		}
		s.find()
	case err == nil:
		return nil, fmt.Errorf("recording to %s: %w", path, fs.ErrExist)
	}
	return s, nil
}

// find lists the recordings of a folder, oldest first.
func (s *set) find() {
	entries, err := os.ReadDir(s.first)
	if err != nil {
		return // what cannot be listed cannot be removed either; writing will tell
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, suffix) {
			continue
		}
		if info, err := e.Info(); err == nil {
			s.files = append(s.files, finished{s.first + name, info.Size()})
		}
	}
	slices.SortFunc(s.files, func(a, b finished) int { return strings.Compare(a.name, b.name) })
}

// makeRoom removes the oldest files until another one has room, and tells how many.
func (s *set) makeRoom() int {
	total := s.each
	for _, f := range s.files {
		total += f.size
	}
	removed := 0
	for len(s.files) > 0 && total > s.keep {
		oldest := s.files[0]
		if err := os.Remove(oldest.name); err == nil {
			removed++
		}
		total -= oldest.size
		s.files = s.files[1:]
	}
	return removed
}

func (s *set) add(o *output) { s.files = append(s.files, finished{o.name, o.kept}) }

// over tells whether another file is due: this one is full, or it is of another day than now.
func (s *set) over(o *output, now time.Time) bool {
	return o.size >= s.each || s.folder && day(o.begun) != day(now)
}

func day(t time.Time) [3]int {
	y, m, d := t.Local().Date()
	return [3]int{y, int(m), d}
}

// maxTaken is how many names are tried before a folder is taken to be out of its mind.
const maxTaken = 1000

// next begins a file.
func (s *set) next(now time.Time, create func(string) (file, error)) (*output, error) {
	for n := range maxTaken {
		name := s.name(now, n+1)
		f, err := create(name)
		switch {
		case errors.Is(err, fs.ErrExist) && name != s.first:
			continue // another program's, or begun in this very second
		case err != nil:
			return nil, err
		}
		s.begun++
		return newOutput(name, f, now), nil
	}
	return nil, fmt.Errorf("every name beside %s is taken", s.first)
}

// name gives the n-th name to try. In a folder it tells when the file was begun; the second piece
// of a single file has a 2 in its name.
func (s *set) name(now time.Time, n int) string {
	if s.folder {
		return s.first + prefix + now.Local().Format(stamp) + nth(n) + suffix
	}
	if n += s.begun; n == 1 {
		return s.first
	}
	dir, base := filepath.Split(s.first)
	stem, ext, dot := strings.Cut(base, ".")
	if dot {
		ext = "." + ext
	}
	return dir + stem + nth(n) + ext
}

func nth(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("-%d", n)
}
