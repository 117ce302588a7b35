// Package csvfile is a source of contacts in a CSV file, as address books and spreadsheets export
// them.
//
// The first row names the columns, in any case and order:
//
//	name, company, tier, title, email, url, notes, id    the parts of a contact
//	next, next at, next url                              its next appointment
//	ticket id, ticket title, ticket state, ticket url    its open ticket
//	number, phone, mobile, tel, telephone, fax, cell     its numbers; also "Work Phone", "phone 2";
//	                                                     extension, where no other column has numbers
//	anything else, such as tickets                       a field of the contact, under that name
//
// A cell may hold several numbers, separated by ";" or "|". Commas, semicolons and tabs are told
// apart by themselves as separators of columns; a byte order mark, CRLF, rows shorter or longer than
// the first, UTF-16 and Windows-1252 are understood. Rows that cannot be used are skipped and listed
// in Report.
package csvfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
)

// Bounds on a file.
const (
	MaxBytes    = 256 << 20 // of the file
	MaxRows     = 2_000_000
	maxProblems = 100 // that a Report lists; the others are counted
)

// reloadGrace is how long a look-up waits for a changed file. What takes longer than that is
// answered from the contacts of before: the caller is ringing.
const reloadGrace = 20 * time.Millisecond

// Source is a CSV file as a lookup.Source. Its methods may be called from any goroutine. Close it.
type Source struct {
	name   string
	region string
	open   func() (fs.File, error) // nil when there is nothing to read again
	wg     sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	current  stamp         // of the file last read, well or not
	reading  chan struct{} // closed when the reading under way has ended; nil when there is none
	contacts *book.Book
	report   Report
}

// stamp tells one state of a file from another.
type stamp struct {
	mtime time.Time
	size  int64
}

// Open reads the contacts of a file. Numbers without a country code are read as written in region
// (ISO 3166, "US"). The file is read again when a look-up finds that its time or size has changed.
func Open(path, region string) (*Source, error) {
	return start(filepath.Base(path), region, func() (fs.File, error) { return os.Open(path) })
}

// FromFS reads the contacts of a file in a file system, for contacts built into the program.
func FromFS(fsys fs.FS, path, region string) (*Source, error) {
	return start(filepath.Base(path), region, func() (fs.File, error) { return fsys.Open(path) })
}

// FromReader reads the contacts of r, once. Name is what the trail calls the source.
func FromReader(name string, r io.Reader, region string) (*Source, error) {
	s := &Source{name: name, region: region}
	ix, rep, err := read(r, region)
	if err != nil {
		return nil, s.wrap(err)
	}
	s.contacts, s.report = ix, rep
	return s, nil
}

func start(name, region string, open func() (fs.File, error)) (*Source, error) {
	s := &Source{name: name, region: region, open: open}
	f, now, err := s.stat()
	if err != nil {
		return nil, s.wrap(err)
	}
	defer f.Close()
	if s.contacts, s.report, err = read(f, region); err != nil {
		return nil, s.wrap(err)
	}
	s.current = now
	return s, nil
}

// Name gives the base name of the file.
func (s *Source) Name() string { return s.name }

// Report tells what the last reading of the file brought.
func (s *Source) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	rep := s.report
	rep.Problems = slices.Clone(rep.Problems)
	return rep
}

// Close waits until the file is no longer being read. Contacts are still found afterwards, those
// of the last reading.
func (s *Source) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wg.Wait()
	return nil
}

// Lookup gives the contacts that have the number, in the order of the file. A changed file is read
// again first; when that fails or takes long, the contacts of before are given, and Report says
// why it failed.
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
	ix := s.contacts
	s.mu.Unlock()
	return ix.Find(n), nil
}

// refresh begins to read the file if it is not the one that was read, and gives a channel that is
// closed at the end of that; nil when there is nothing to wait for.
func (s *Source) refresh() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil || s.closed || s.reading != nil {
		return s.reading
	}
	f, now, err := s.stat()
	if err != nil {
		s.current = stamp{} // whatever comes back is new
		s.report.Stale = s.wrap(err)
		return nil
	}
	if now == s.current {
		_ = f.Close() // read only
		return nil
	}
	s.current = now
	reading := make(chan struct{})
	s.reading = reading
	s.wg.Go(func() {
		defer close(reading)
		defer f.Close()
		ix, rep, err := read(f, s.region)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reading = nil
		if err != nil {
			s.report.Stale = s.wrap(err)
			return
		}
		s.contacts, s.report = ix, rep
	})
	return reading
}

// stat opens the file and tells its state; both are of the same file, whatever is renamed
// meanwhile.
func (s *Source) stat() (fs.File, stamp, error) {
	f, err := s.open()
	if err != nil {
		return nil, stamp{}, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errFolder
	}
	if err != nil {
		_ = f.Close() // read only
		return nil, stamp{}, err
	}
	return f, stamp{info.ModTime(), info.Size()}, nil
}

func (s *Source) wrap(err error) error {
	// The path error's own text repeats the name and the system call.
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err
	}
	return &Error{File: s.name, Err: err}
}

// Error says that the contacts of a file could not be read.
type Error struct {
	File string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("reading contacts from %s: %v", e.File, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return "check csv in [contacts] of the config; a path there is taken from the folder of the config file"
	case errors.Is(e.Err, fs.ErrPermission):
		return "make the file readable for you"
	case errors.Is(e.Err, errFolder):
		return "name the file in it"
	case errors.Is(e.Err, errNoHeader), errors.Is(e.Err, errNoNumber):
		return "the first row must name the columns, for example: name,company,phone,tier,notes"
	}
	return "export the contacts as CSV again, in UTF-8"
}
