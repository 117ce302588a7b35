package sqlite

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"ringside/store/archive"
)

// failure is an error with a word on what to do about it.
type failure struct {
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// Hint says what to do.
func (f *failure) Hint() string { return f.hint }

const (
	codeReadOnly = lib.SQLITE_READONLY
	codeCantOpen = lib.SQLITE_CANTOPEN
	codeBusy     = lib.SQLITE_BUSY
)

// codeOf gives the primary result code of SQLite in an error; 0 when there is none.
func codeOf(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// readOnlyDisk tells a disk that is mounted for reading.
func readOnlyDisk(err error) bool { return errors.Is(err, syscall.EROFS) }

// explain says what failed, which of the archive's errors it is, and what to do.
func (s *store) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	what, hint := classOf(err), ""
	if what != nil && !errors.Is(err, what) {
		err = fmt.Errorf("%w: %w", what, err)
	}
	err = fmt.Errorf("%s: %w", doing, err)
	where := "the archive"
	if s.path != "" {
		where = s.path
	}
	switch {
	case errors.Is(err, archive.ErrFull):
		hint = "make room on the disk of " + where + "; nothing is lost, and what could not be kept is fetched again"
	case errors.Is(err, archive.ErrReadOnly):
		hint = "make " + where + " and its folder writable, or name another file: archive.file in the config"
	case errors.Is(err, archive.ErrDamaged):
		hint = "move " + where + " away, with the files beside it, and put a backup in its place; without one the calls are fetched again"
	case errors.Is(err, archive.ErrNewer):
		hint = "use the newer version of ringside, or name another file: archive.file in the config"
	case codeOf(err) == codeBusy:
		hint = "another program holds " + where + " for long; end it, or try again"
	}
	if hint == "" {
		return err
	}
	return &failure{err: err, hint: hint}
}

// classOf gives the error of package archive that a failure is an instance of; nil for none.
func classOf(err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return archive.ErrFull
	}
	switch codeOf(err) {
	case lib.SQLITE_FULL:
		return archive.ErrFull
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return archive.ErrDamaged
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return archive.ErrReadOnly
	}
	return nil
}
