package tape

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
	"strings"
	"unicode"
)

// shortest is how many digits make a telephone number; what has fewer is an extension or a service
// number, and stays.
const shortest = 7

// disguise replaces numbers and names. The key lives as long as the recording and is written
// nowhere: afterwards nobody can tell a number from its mask, not by trying all numbers either.
type disguise struct {
	mac   hash.Hash // keyed
	known map[string]string
}

// maxKnown bounds the memory of what was replaced; what is forgotten is worked out again.
const maxKnown = 20_000

func newDisguise() (disguise, error) {
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return disguise{}, err
	}
	return disguise{mac: hmac.New(sha256.New, key), known: map[string]string{}}, nil
}

// remember gives what was worked out for a text before, or works it out. what keeps apart the uses.
func (d disguise) remember(what byte, s string, work func() string) string {
	k := string(what) + s
	if v, ok := d.known[k]; ok {
		return v
	}
	if len(d.known) >= maxKnown {
		clear(d.known)
	}
	v := work()
	d.known[k] = v
	return v
}

// keyed gives a number that nobody can foresee without the key, the same for the same question.
func (d disguise) keyed(what string, round byte, text string) uint64 {
	return binary.BigEndian.Uint64(d.sum(what, round, text))
}

func (d disguise) sum(what string, round byte, text string) []byte {
	d.mac.Reset()
	d.mac.Write([]byte(what))
	d.mac.Write([]byte{0, round})
	d.mac.Write([]byte(text))
	return d.mac.Sum(nil)
}

// dialable tells whether a text looks like a telephone number.
func dialable(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("+-(). /", r), r == '\u00a0':
		default:
			return false
		}
	}
	return digits >= shortest
}

// number gives another number of as many digits, its blanks and signs in the same places. Numbers
// that end alike in nine digits or more do so afterwards: +1 212 555 0110 and 2125550110 are one
// number before and after. Different numbers stay different.
func (d disguise) number(s string) string {
	var digits strings.Builder
	strange := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r > unicode.MaxASCII && r != '\u00a0', r|0x20 >= 'a' && r|0x20 <= 'z':
			strange = true
		}
	}
	old := digits.String()
	switch {
	case strange && len(old) < shortest:
		return d.name(s) // a word instead of a number, or a SIP address
	case len(old) < shortest && !strings.Contains(s, "+"), old == "":
		return s
	}
	fresh := d.remember('#', old, func() string { return d.digits(old) })
	if strange {
		return fresh
	}
	out, next := []byte(s), 0
	for i, c := range out {
		if c >= '0' && c <= '9' {
			out[i] = fresh[next]
			next++
		}
	}
	return string(out)
}

// compared is how many of a number's last digits make two numbers the same, written with a country
// code or without.
const compared = 9

// digits is a permutation of all numbers of one length. The last digits are exchanged as a whole;
// each one in front of them by what stands behind it.
func (d disguise) digits(s string) string {
	cut := max(len(s)-compared, 0)
	out := []byte(s[:cut] + d.shuffle(s[cut:]))
	for i := range cut {
		out[i] = '0' + byte((uint64(s[i]-'0')+d.keyed("front", 0, s[i+1:])%10)%10)
	}
	return string(out)
}

// rounds of the exchange of two halves (a Feistel network over decimal digits, as in NIST SP
// 800-38G, FF1).
const rounds = 10

// shuffle exchanges up to 18 digits for as many others, no two for the same.
func (d disguise) shuffle(s string) string {
	if len(s) == 1 {
		return string('0' + byte((uint64(s[0]-'0')+d.keyed("one", 0, "")%10)%10))
	}
	a, b := s[:len(s)/2], s[len(s)/2:]
	for i := range byte(rounds) {
		a, b = b, add(a, d.keyed("half", i, b))
	}
	return a + b
}

// add adds n to a decimal number of fixed length, without carry beyond it.
func add(digits string, n uint64) string {
	out := []byte(digits)
	n %= 1_000_000_000_000_000_000
	for i := len(out) - 1; i >= 0; i-- {
		n += uint64(out[i] - '0')
		out[i] = '0' + byte(n%10)
		n /= 10
	}
	return string(out)
}

// name gives the same other name for the same name, however it is spaced and capitalized. Words
// that stand for no name stay.
func (d disguise) name(s string) string {
	norm := strings.ToLower(strings.Join(strings.Fields(s), " "))
	switch norm {
	case "", "anonymous", "unknown", "unavailable", "private", "restricted", "withheld", "blocked":
		return s
	}
	return d.remember('n', norm, func() string {
		return "Caller " + base32.StdEncoding.EncodeToString(d.sum("name", 0, norm))[:6]
	})
}
