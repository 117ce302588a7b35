package wire

import (
	"hash/maphash"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ringside/store/call"
)

// unescape appends what raw says, a string's inside whose escapes have been checked. Half of a
// surrogate pair comes out as U+FFFD, as encoding/json has it.
func unescape(to, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			to = append(to, raw[i])
			i++
			continue
		}
		if raw[i+1] != 'u' {
			to = append(to, short(raw[i+1]))
			i += 2
			continue
		}
		r := unit(raw[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(raw)-i >= 6 && raw[i] == '\\' && raw[i+1] == 'u' {
				pair = utf16.DecodeRune(r, unit(raw[i+2:]))
			}
			if r = pair; r != utf8.RuneError {
				i += 6
			}
		}
		to = utf8.AppendRune(to, r)
	}
	return to
}

func short(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unit gives the UTF-16 unit of four hexadecimal digits.
func unit(h []byte) rune {
	return rune(hex(h[0])<<12 | hex(h[1])<<8 | hex(h[2])<<4 | hex(h[3]))
}

// hex gives a hexadecimal digit's value, -1 for another byte.
func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

const (
	internFirst  = 128  // slots of an answer that says little; each is a power of two
	internSlots  = 4096 // of what says more
	internLength = 64   // longest text kept, in bytes
)

// interner keeps the texts seen last, cleaned: the ids, names, numbers and models of a call come
// again in each of its states. A slot holds one text, a newcomer with the same hash takes its
// place, so whatever comes in, it never holds more than internSlots texts of internLength bytes.
// The hash is seeded, so that nobody outside can choose texts that drive each other out.
type interner struct {
	seed  maphash.Seed
	slots []internSlot
	news  int // texts that were not there, while the slots are few
}

type internSlot struct{ said, clean string }

func newInterner() interner {
	return interner{seed: maphash.MakeSeed(), slots: make([]internSlot, internFirst)}
}

// get gives the clean text for what a string said.
func (t *interner) get(said []byte) string {
	if len(said) == 0 {
		return ""
	}
	if len(said) > internLength {
		return call.Clean(string(said))
	}
	slot := &t.slots[maphash.Bytes(t.seed, said)&uint64(len(t.slots)-1)]
	if slot.said != string(said) {
		if t.news++; t.news > internFirst && len(t.slots) < internSlots {
			t.slots = make([]internSlot, internSlots)
			return t.get(said)
		}
		text := string(said)
		*slot = internSlot{said: text, clean: call.Clean(text)}
	}
	return slot.clean
}

// maxProse bounds a text of several sentences, in bytes.
const maxProse = 8192

// prose cleans a text that may be longer than a name: word by word, blanks folded.
func prose(said []byte) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(string(said)) {
		word = call.Clean(word)
		if out.Len()+1+len(word) > maxProse {
			break
		}
		if out.Len() > 0 && word != "" {
			out.WriteByte(' ')
		}
		out.WriteString(word)
	}
	return out.String()
}
