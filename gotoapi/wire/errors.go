package wire

import (
	"errors"
	"fmt"
	"strings"

	"ringside/store/call"
)

// What can be wrong with a document as a whole. An Error wraps one of them.
var (
	// ErrNotJSON: the bytes are not one JSON value.
	ErrNotJSON = errors.New("not JSON")
	// ErrCut: the bytes end in the middle of a JSON value. Such an error is ErrNotJSON as well.
	ErrCut = fmt.Errorf("ends in the middle: %w", ErrNotJSON)
	// ErrTooBig: longer than the Decoder's limit; nothing of it was read.
	ErrTooBig = errors.New("too big")
	// ErrTooDeep: JSON, but nested deeper than MaxDepth.
	ErrTooDeep = errors.New("nested too deep")
	// ErrShape: JSON, but not the document that was asked for.
	ErrShape = errors.New("not a document of the expected kind")
	// ErrNoCall: it tells of a call without saying of which one.
	ErrNoCall = errors.New("no conversationSpaceId")
)

// Error tells what is wrong with a document, and where. Its text never shows long runs of digits or
// key-like characters, so that numbers and secrets stay out of logs.
type Error struct {
	What    string // "frame", "report", "states page", …
	Err     error  // one of the Err… values of this package
	Offset  int    // bytes from the start of the document
	Excerpt string // what stands around Offset: bounded, cleaned and masked; may be empty
}

// Error gives one line for a person.
func (e *Error) Error() string {
	if e.Excerpt == "" {
		return fmt.Sprintf("decoding %s: %v (byte %d)", e.What, e.Err, e.Offset)
	}
	return fmt.Sprintf("decoding %s: %v (byte %d, near `%s`)", e.What, e.Err, e.Offset, e.Excerpt)
}

// Unwrap gives the reason, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

const (
	excerptBefore = 24 // bytes shown in front of the place
	excerptAfter  = 24 // and behind it
	maxDigits     = 5  // longest run of digits shown; telephone numbers are longer
	maxRun        = 20 // longest run of key-like characters shown
)

func excerpt(b []byte, at int) string {
	from, to := max(0, at-excerptBefore), min(len(b), at+excerptAfter)
	if from >= to {
		return ""
	}
	s := call.Clean(string(b[from:to]))
	s = maskRuns(s, maxDigits, func(c byte) bool { return c >= '0' && c <= '9' })
	return maskRuns(s, maxRun, func(c byte) bool {
		return c == '_' || c == '-' || c == '.' || c == '/' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	})
}

// maskRuns puts "#" for every run of more than limit bytes that in accepts.
func maskRuns(s string, limit int, in func(byte) bool) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && in(s[j]) {
			j++
		}
		switch {
		case j == i:
			out.WriteByte(s[i])
			i++
			continue
		case j-i > limit:
			out.WriteByte('#')
		default:
			out.WriteString(s[i:j])
		}
		i = j
	}
	return out.String()
}
