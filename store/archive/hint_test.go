package archive

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type withHint struct{ error }

func (withHint) Hint() string    { return "end the other program" }
func (w withHint) Unwrap() error { return w.error }

func TestHint(t *testing.T) {
	for _, c := range []struct {
		err         error
		where, want string
	}{
		{ErrFull, "", "make room on the disk of the archive"},
		{fmt.Errorf("writing: %w", ErrFull), "/home/x.db", "make room on the disk of /home/x.db"},
		{errors.Join(ErrReadOnly, errors.New("denied")), "/home/x.db", "make /home/x.db and its folder writable"},
		{ErrDamaged, "", "put a backup in its place"},
		{ErrNewer, "", "use the newer version"},
		{fmt.Errorf("writing: %w", hintedAt(ErrFull)), "", "end the other program"}, // it knows better
		{hintedAt(errors.New("busy")), "", "end the other program"},
	} {
		if got := Hint(c.err, c.where); !strings.Contains(got, c.want) {
			t.Errorf("%v at %q: %q, want %q", c.err, c.where, got, c.want)
		}
	}
	if got := Hint(errors.New("disk I/O error"), "x"); got != "" {
		t.Errorf("of what is not known: %q", got)
	}
}

func hintedAt(err error) error { return withHint{err} }
