package call

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maskFrom is how many digits a number has that is masked: extensions and keys stay.
const maskFrom = 7

// Mask writes a text with its telephone numbers reduced to their last two digits: "+12125550110"
// and "(212) 555-0110" become "…10". What has fewer than seven digits, as an extension, stays.
func Mask(s string) string {
	if countDigits(s) < maskFrom {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n, digits := numberAt(s[i:])
		if len(digits) >= maskFrom {
			b.WriteString("…" + digits[len(digits)-2:])
			i += n
			continue
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// numberAt gives the length of the number that s begins with, and its digits: a digit, plus or
// bracket, and all up to the last digit, with at most two separators in a row.
func numberAt(s string) (n int, digits string) {
	if c := s[0]; c != '+' && c != '(' && (c < '0' || c > '9') {
		return 0, ""
	}
	gap := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits += s[i : i+1]
			n, gap = i+1, 0
		case strings.IndexByte("+(). -/", c) >= 0 && gap < 2:
			gap++
		default:
			return n, digits
		}
	}
	return n, digits
}

func countDigits(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if '0' <= s[i] && s[i] <= '9' {
			n++
		}
	}
	return n
}

// Masked gives the call with Mask laid over every name and number in it: story, lanes, ladder and
// record of it are masked. Ids stay.
func (c *Call) Masked() *Call {
	d := *c
	d.Initiator, d.DialString = Mask(c.Initiator), Mask(c.DialString)
	d.People, d.Systems = slices.Clone(c.People), slices.Clone(c.Systems)
	for i := range d.People {
		p := &d.People[i]
		maskAll(&p.Name, &p.Extension, &p.Device, &p.Number, &p.Outside.Name, &p.Outside.Number)
	}
	for i := range d.Systems {
		maskAll(&d.Systems[i].QueueName, &d.Systems[i].Number)
	}
	d.history.moves = slices.Clone(c.history.moves)
	for i := range d.history.moves {
		m := &d.history.moves[i]
		for _, e := range [...]*Endpoint{&m.Initiator, &m.Transferrer, &m.Destination} {
			maskAll(&e.Extension, &e.Name, &e.Number)
		}
	}
	d.refold()
	if c.State == StateEnded && d.State != StateEnded {
		d.finishUnseen()
	}
	return &d
}

func maskAll(texts ...*string) {
	for _, t := range texts {
		*t = Mask(*t)
	}
}
