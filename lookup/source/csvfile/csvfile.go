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
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ringside/lookup/source/book"
)

// Bounds on a file.
const (
	MaxBytes = 256 << 20 // of the file
	MaxRows  = 2_000_000
)

// Source is a CSV file as a lookup.Source. Its methods may be called from any goroutine. Close it.
type Source struct {
	*book.Kept
	name string
}

// Open reads the contacts of a file. Numbers without a country code are read as written in region
// (ISO 3166, "US"). The file is read again when a look-up finds that its time or size has changed.
func Open(path, region string) (*Source, error) {
	return start(filepath.Base(path), region, func() (fs.File, error) { return os.Open(path) })
}

func start(name, region string, open func() (fs.File, error)) (*Source, error) {
	kept, err := book.Keep(0, func(before string) (book.Reading, error) {
		r, err := again(before, region, open)
		if err != nil {
			return r, wrap(name, err)
		}
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return &Source{kept, name}, nil
}

// Name gives the base name of the file.
func (s *Source) Name() string { return s.name }

// again reads the file if it is not the one that was read before.
func again(before, region string, open func() (fs.File, error)) (book.Reading, error) {
	f, stamp, err := stat(open)
	if err != nil {
		return book.Reading{}, err // whatever comes back is new
	}
	defer f.Close()
	r := book.Reading{Stamp: stamp}
	if stamp != before {
		r.Book, r.Report, err = read(f, region)
	}
	return r, err
}

// stat opens the file and gives a stamp of its state; both are of the same file, whatever is
// renamed meanwhile.
func stat(open func() (fs.File, error)) (f fs.File, stamp string, err error) {
	if f, err = open(); err != nil {
		return nil, "", err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errFolder
	}
	if err != nil {
		_ = f.Close() // read only
		return nil, "", err
	}
	return f, fmt.Sprint(info.ModTime().UnixNano(), info.Size()), nil
}

func wrap(name string, err error) error {
	// The path error's own text repeats the name and the system call.
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err
	}
	return &Error{File: name, Err: err}
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
