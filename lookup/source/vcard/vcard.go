// Package vcard is a source of contacts in vCard files (RFC 2426 and 6350), one or a folder of
// them, as address books export and synchronise them.
//
// FN, N, ORG, TITLE, EMAIL, URL, NOTE, UID, TEL, CATEGORIES, NICKNAME and X-TIER are read. What
// cannot be used is skipped and listed in Report with its file and line.
package vcard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
)

// Bounds on a folder.
const (
	MaxBytes = 256 << 20 // of all files together
	MaxFiles = 100_000
)

const (
	// reloadGrace is how long a look-up waits for changed files; what takes longer is answered
	// from the contacts of before: the caller is ringing.
	reloadGrace = 20 * time.Millisecond
	// lookAgain is how often a folder is looked through for changes.
	lookAgain = time.Second
)

// Source is vCard files as a lookup.Source. Its methods may be called from any goroutine. Close it.
type Source struct {
	name, path, region string
	wg                 sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	looked   time.Time     // when the files were last looked through
	current  string        // stamp of the files last read, well or not
	reading  chan struct{} // closed when the reading under way has ended; nil when there is none
	contacts *book.Book
	report   Report
}

// Open reads the contacts of a file, or of all .vcf files in a folder and the folders in it.
// Numbers without a country code are read as written in region (ISO 3166, "US"). Changed files are
// read again.
func Open(name, path, region string) (*Source, error) {
	s := &Source{name: name, path: path, region: region, looked: time.Now()}
	var err error
	if s.contacts, s.report, s.current, err = s.read(); err != nil {
		return nil, s.wrap(err)
	}
	return s, nil
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.name }

// Report tells what the last reading brought.
func (s *Source) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	rep := s.report
	rep.Problems = append([]Problem(nil), rep.Problems...)
	return rep
}

// Close waits until the files are no longer being read. Contacts are still found afterwards, those
// of the last reading.
func (s *Source) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wg.Wait()
	return nil
}

// Lookup gives the contacts that have the number. When files have changed they are read again
// first; when that fails or takes long, the contacts of before are given.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	if reading := s.refresh(); reading != nil {
		grace := time.NewTimer(reloadGrace)
		defer grace.Stop()
		select {
		case <-reading:
		case <-grace.C:
		case <-ctx.Done():
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	b := s.contacts
	s.mu.Unlock()
	return b.Find(n), nil
}

// refresh begins to look through the files, if that was not done a moment ago, and gives a channel
// that is closed at the end; nil when there is nothing to wait for.
func (s *Source) refresh() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.reading != nil || time.Since(s.looked) < lookAgain {
		return s.reading
	}
	s.looked = time.Now()
	before := s.current
	reading := make(chan struct{})
	s.reading = reading
	s.wg.Go(func() {
		defer close(reading)
		now, _, err := s.files()
		var b *book.Book
		var rep Report
		if err == nil && now != before {
			b, rep, now, err = s.read()
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reading = nil
		switch {
		case err != nil:
			s.current, s.report.Stale = "", s.wrap(err)
		case b != nil:
			s.current, s.contacts, s.report = now, b, rep
		}
	})
	return reading
}

// files lists the files, with a stamp that changes when any of them does.
func (s *Source) files() (stamp string, paths []string, err error) {
	var b strings.Builder
	total := int64(0)
	add := func(path string, info fs.FileInfo) error {
		paths = append(paths, path)
		total += info.Size()
		fmt.Fprintf(&b, "%s %d %d\n", path, info.ModTime().UnixNano(), info.Size())
		if total > MaxBytes {
			return fmt.Errorf("there are more than %d MB", MaxBytes>>20)
		}
		if len(paths) > MaxFiles {
			return fmt.Errorf("there are more than %d files", MaxFiles)
		}
		return nil
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return "", nil, err
	}
	if !info.IsDir() {
		err = add(s.path, info)
		return b.String(), paths, err
	}
	err = filepath.WalkDir(s.path, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.EqualFold(filepath.Ext(path), ".vcf") {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			return nil // gone since; a synchronising program is at work
		}
		if err != nil {
			return err
		}
		return add(path, info)
	})
	return b.String(), paths, err
}

// read reads all files. The stamp is of before the reading: what changes meanwhile is read again.
func (s *Source) read() (*book.Book, Report, string, error) {
	stamp, paths, err := s.files()
	if err != nil {
		return nil, Report{}, "", err
	}
	b := book.New(s.region)
	var rep Report
	for _, path := range paths {
		data, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) && path != s.path {
			continue
		}
		if err != nil {
			return nil, Report{}, "", err
		}
		name, err := filepath.Rel(s.path, path)
		if err != nil || name == "." {
			name = filepath.Base(path)
		}
		Read(b, &rep, name, data, s.region)
	}
	return b, rep, stamp, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxBytes))
}

func (s *Source) wrap(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = fmt.Errorf("%s: %w", filepath.Base(p.Path), p.Err)
	}
	return &Error{Source: s.name, Err: err}
}

// Error says that contacts could not be read.
type Error struct {
	Source string
	Err    error
}

// Error gives "reading contacts of family: …".
func (e *Error) Error() string { return fmt.Sprintf("reading contacts of %s: %v", e.Source, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return "check the path of this source; it starts in the folder of the config file"
	}
	return "make the files readable for you"
}
