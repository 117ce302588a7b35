package call

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText bounds a text from outside, in bytes: names and numbers on a telephone are short.
const MaxText = 256

// Clean makes a text from outside safe to draw, log and export: control characters (C0, C1, DEL,
// ESC), bidirectional overrides and isolates, zero-width and line separators are dropped, broken
// UTF-8 is replaced, blanks are folded and the text is cut at MaxText bytes. A clean text is
// returned as it is, without an allocation.
func Clean(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	space := true // no leading blanks
	for _, r := range s {
		if b.Len()+utf8.RuneLen(r) > MaxText {
			break
		}
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == ' ' || r == 0x2028 || r == 0x2029:
			if !space {
				b.WriteByte(' ')
			}
			space = true
		case hidden(r):
		default:
			b.WriteRune(r) // a broken byte comes out of range as U+FFFD
			space = false
		}
	}
	return strings.TrimRight(b.String(), " ")
}

func clean(s string) bool {
	if len(s) > MaxText {
		return false
	}
	space := true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' && space:
			return false
		case c < 0x20 || c >= 0x7f:
			return false
		default:
			space = c == ' '
		}
	}
	return s == "" || !space
}

func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true // zero-width, marks, overrides, isolates
	case r == 0x061C || r == 0xFEFF || r == 0x180E:
		return true
	case r >= 0xE0000 && r <= 0xE007F: // tags
		return true
	case r >= 0xFE00 && r <= 0xFE0F: // variation selectors change the width of what stands before
		return true
	}
	return false
}
