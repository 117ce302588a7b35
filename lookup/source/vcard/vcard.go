// Package vcard is a source of contacts in vCard files (RFC 2426 and 6350), one or a folder of
// them, as address books export and synchronise them.
//
// FN, N, ORG, TITLE, EMAIL, URL, NOTE, UID, TEL, CATEGORIES, NICKNAME and X-TIER are read. What
// cannot be used is skipped and listed in Report with its file and line.
package vcard

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringside/lookup/source/book"
)

// Bounds on a folder.
const (
	MaxBytes = 256 << 20 // of all files together
	MaxFiles = 100_000
)

// lookAgain is how often a folder is looked through for changes.
const lookAgain = time.Second

// Source is vCard files as a lookup.Source. Its methods may be called from any goroutine. Close it.
type Source struct {
	*book.Kept
	name, path, region string
}

// Open reads the contacts of a file, or of all .vcf files in a folder and the folders in it.
// Numbers without a country code are read as written in region (ISO 3166, "US"). Changed files are
// read again.
func Open(name, path, region string) (*Source, error) {
	s := &Source{name: name, path: path, region: region}
	kept, err := book.Keep(lookAgain, s.read)
	if err != nil {
		return nil, err
	}
	s.Kept = kept
	return s, nil
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.name }

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

// read reads all files if any has changed. The stamp is of before the reading: what changes
// meanwhile is read again. After an error there is none: it may be mended without a change.
func (s *Source) read(before string) (book.Reading, error) {
	stamp, paths, err := s.files()
	if err != nil {
		return book.Reading{}, s.wrap(err)
	}
	if stamp == before {
		return book.Reading{}, nil
	}
	r := book.Reading{Book: book.New(s.region), Stamp: stamp}
	for _, path := range paths {
		data, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) && path != s.path {
			continue
		}
		if err != nil {
			return book.Reading{}, s.wrap(err)
		}
		name, err := filepath.Rel(s.path, path)
		if err != nil || name == "." {
			name = filepath.Base(path)
		}
		Read(r.Book, &r.Report, name, data, s.region)
	}
	return r, nil
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
