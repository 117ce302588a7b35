package query

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes a text comparable: small letters, no accents ("Søren" is "soren"), wide and other
// forms of a letter as the plain one, what cannot be seen left out, blanks as one and none at the
// ends. Folding twice changes nothing. A text of small ASCII letters comes back as it is, without
// an allocation.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	return string(AppendFold(make([]byte, 0, len(s)), s))
}

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	f := folder{dst: dst, start: len(dst)}
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			f.runes(s[i:])
			break
		}
		f.ascii(s[i])
	}
	return f.dst
}

// folded reports whether s is ASCII that Fold leaves alone.
func folded(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			if i == 0 || i == len(s)-1 || s[i-1] == ' ' {
				return false
			}
		case c < ' ' || c >= 0x7f || 'A' <= c && c <= 'Z':
			return false
		}
	}
	return true
}

// folder appends folded text.
type folder struct {
	dst   []byte
	start int  // where the text begins
	blank bool // one is due before the next character
}

func (f *folder) ascii(c byte) {
	switch {
	case c == ' ' || c >= '\t' && c <= '\r':
		f.blank = len(f.dst) > f.start
		return
	case c < ' ' || c == 0x7f:
		return
	case 'A' <= c && c <= 'Z':
		c |= 0x20
	}
	f.space()
	f.dst = append(f.dst, c)
}

func (f *folder) space() {
	if f.blank {
		f.dst = append(f.dst, ' ')
	}
	f.blank = false
}

// runes appends a text that need not be ASCII. It takes letters apart one by one, which needs no
// more of the norm package than its tables: its iterator has come to no end on broken UTF-8 before
// (GO-2026-5970), and the order of marks matters little where accents are left out.
func (f *folder) runes(s string) {
	for i, r := range s {
		switch {
		case r <= unicode.MaxASCII:
			f.ascii(byte(r))
			continue
		case r >= hangulFirst && r <= hangulLast:
			f.hangul(r - hangulFirst)
			continue
		case r != utf8.RuneError:
			if parts := norm.NFKD.PropertiesString(s[i:]).Decomposition(); parts != nil {
				for len(parts) > 0 {
					part, n := utf8.DecodeRune(parts)
					parts = parts[n:]
					f.rune(part)
				}
				continue
			}
		}
		f.rune(r)
	}
}

// rune appends a character that has been taken apart.
func (f *folder) rune(r rune) {
	switch {
	case r <= unicode.MaxASCII:
		f.ascii(byte(r))
		return
	case unicode.IsSpace(r):
		f.blank = len(f.dst) > f.start
		return
	case dropped(r):
		return
	}
	f.space()
	r = unicode.ToLower(r)
	if plain := spelled(r); plain != "" {
		f.dst = append(f.dst, plain...)
		return
	}
	f.dst = utf8.AppendRune(f.dst, r)
}

// The syllables of Korean, which are taken apart by arithmetic (Unicode, 3.12).
const (
	hangulFirst, hangulLast = 0xAC00, 0xD7A3
	leadFirst, vowelFirst   = 0x1100, 0x1161
	tailFirst               = 0x11A7 // which itself is none
	numVowels, numTails     = 21, 28
)

// hangul appends the letters of syllable n.
func (f *folder) hangul(n rune) {
	f.space()
	f.dst = utf8.AppendRune(f.dst, leadFirst+n/(numVowels*numTails))
	f.dst = utf8.AppendRune(f.dst, vowelFirst+n/numTails%numVowels)
	if n%numTails > 0 {
		f.dst = utf8.AppendRune(f.dst, tailFirst+n%numTails)
	}
}

// dropped tells what a search does not look at: accents of the alphabets, the vowel points of
// Hebrew and Arabic, and what cannot be seen. Marks of other scripts make another letter, and stay.
func dropped(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036F, r >= 0x0591 && r <= 0x05C7 && unicode.Is(unicode.Mn, r), r >= 0x064B && r <= 0x065F, r == 0x0670, r == 0x0640:
		return true
	case r >= 0xFE00 && r <= 0xFE0F:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}

// spelled gives the usual spelling of the letters that Unicode does not take apart; "" for others.
func spelled(r rune) string {
	switch r {
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'þ':
		return "th"
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	}
	return ""
}
