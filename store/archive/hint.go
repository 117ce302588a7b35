package archive

import "errors"

// Hint says what to do about an error of an archive at where, a path or "": what the error itself
// says, where it has a Hint of its own, else what its kind asks for. "" is that nothing is known.
func Hint(err error, where string) string {
	var own interface{ Hint() string }
	if errors.As(err, &own) && own.Hint() != "" {
		return own.Hint()
	}
	if where == "" {
		where = "the archive"
	}
	switch {
	case errors.Is(err, ErrFull):
		return "make room on the disk of " + where
	case errors.Is(err, ErrReadOnly):
		return "make " + where + " and its folder writable, or name another file in [archive]"
	case errors.Is(err, ErrDamaged):
		return "move " + where + " away, with the files beside it, and put a backup in its place; without one the calls are fetched again"
	case errors.Is(err, ErrNewer):
		return "use the newer version of ringside, or name another file in [archive]"
	}
	return ""
}
