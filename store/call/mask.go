package call

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A number has at least so many digits to be masked, extensions and keys stay; and at most so many
// (ITU-T E.164).
const (
	maskFrom   = 7
	maskDigits = 15
	cutFrom    = 3 // of one whose end is not there
)

// Mask writes a text with its telephone numbers reduced to their last two digits: "+12125550110"
// and "(212) 555-0110" become "…10". What has fewer than seven digits, as an extension, stays, and so
// do ids, dates and addresses of machines.
func Mask(s string) string {
	if countDigits(s) < maskFrom {
		return s
	}
	var b strings.Builder
	done := 0
	for _, n := range Numbers(s) {
		b.WriteString(s[done:n.From])
		b.WriteString("…" + lastDigits(s[n.From:n.To], 2))
		done = n.To
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// lastDigits gives the last n digits of a text.
func lastDigits(s string, n int) string {
	out := make([]byte, 0, n)
	for i := len(s) - 1; i >= 0 && len(out) < n; i-- {
		if isDigit(s[i]) {
			out = append(out, s[i])
		}
	}
	slices.Reverse(out)
	return string(out)
}

// Found is where something stands in a text, in bytes; Cut means that its end is not there.
type Found struct {
	From, To int
	Cut      bool
}

// Numbers gives where telephone numbers stand in a text. One that an ellipsis has cut is found from
// three digits on, or by its plus alone. Ids (UUIDs), dates and addresses of machines are none.
func Numbers(s string) []Found {
	var out []Found
	for i := 0; i < len(s); {
		if n := noNumber(s, i); n > 0 {
			i += n
			continue
		}
		if c := s[i]; !isDigit(c) && c != '+' && c != '(' {
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			continue
		}
		n, digits := numberAt(s[i:])
		switch {
		case i > 1 && s[i-1] == ':' && isDigit(s[i-2]): // the minutes or seconds of a clock
			for n = 0; i+n < len(s) && isDigit(s[i+n]); n++ {
			}
		case digits >= maskFrom && !isStamp(s[i:i+n]):
			out = append(out, Found{From: i, To: i + n, Cut: cutAt(s, i+n)})
		case digits > 0 && cutAt(s, i+n) && (s[i] == '+' || digits >= cutFrom):
			out = append(out, Found{From: i, To: i + n, Cut: true})
		}
		i += max(n, 1)
	}
	return out
}

// cutAt reports whether a text was cut at i, by an ellipsis or by what stands for it in ASCII.
func cutAt(s string, i int) bool {
	return strings.HasPrefix(s[i:], "…") || strings.HasPrefix(s[i:], "~")
}

// numberAt gives the length of the number that s begins with, and how many digits it has: groups of
// digits with a separator between them, two where one is a bracket. A group that a colon follows
// begins a clock beside the number.
func numberAt(s string) (n, digits int) {
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && strings.IndexByte("+(). -/", s[i]) >= 0 {
			i++
		}
		gap, group := s[from:i], i
		if n > 0 && i < len(s) && noNumber(s, i) > 0 {
			return n, digits
		}
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		switch {
		case i == group, len(gap) > 2, gap == "  ", digits+i-group > maskDigits:
			return n, digits
		case n > 0 && i < len(s) && s[i] == ':':
			return n, digits
		}
		n, digits = i, digits+i-group
	}
	return n, digits
}

// noNumber gives the length of something at i that looks like a number without being one: an id
// (UUID), a date (2026-11-29), a stamp (20261129-021502), an address (192.168.100.200).
func noNumber(s string, i int) int {
	const id = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	rest := s[i:]
	switch {
	case !isHex(s[i]):
		return 0
	case shaped(rest, id):
		return len(id)
	case i > 0 && isDigit(s[i-1]):
		return 0
	}
	for _, shape := range [...]string{"dddd-dd-dd", "dddddddd-dddddd"} {
		if shaped(rest, shape) && isDay(strings.ReplaceAll(rest[:len(shape)], "-", "")) {
			return len(shape)
		}
	}
	return dotted(rest)
}

// shaped reports whether s begins with a shape, x being a hexadecimal digit and d a decimal one, and
// does not go on with digits.
func shaped(s, shape string) bool {
	if len(s) < len(shape) || len(s) > len(shape) && isDigit(s[len(shape)]) {
		return false
	}
	for i := range len(shape) {
		switch c := s[i]; shape[i] {
		case 'x':
			if !isHex(c) {
				return false
			}
		case 'd':
			if !isDigit(c) {
				return false
			}
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}

// isDay reports whether digits may begin with a day of these centuries: 20261129.
func isDay(digits string) bool {
	return (digits[:2] == "19" || digits[:2] == "20") && digits[4:6] >= "01" && digits[4:6] <= "12" && digits[6:8] >= "01" && digits[6:8] <= "31"
}

// dotted gives the length of the IPv4 address that s begins with, 0 when it begins with none.
func dotted(s string) int {
	n := 0
	for part := range 4 {
		from := n
		for n < len(s) && n-from < 3 && isDigit(s[n]) {
			n++
		}
		if n == from || part == 3 && n < len(s) && (isDigit(s[n]) || s[n] == '.') {
			return 0
		}
		if part < 3 {
			if n == len(s) || s[n] != '.' {
				return 0
			}
			n++
		}
	}
	return n
}

// isStamp reports whether digits are milliseconds since 1970, of these decades: no number of
// thirteen digits begins so.
func isStamp(s string) bool {
	return len(s) == 13 && countDigits(s) == 13 && s[0] == '1' && s[1] >= '5'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

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
	d.history.ends = slices.Clone(c.history.ends)
	for i := range d.history.ends {
		e := &d.history.ends[i]
		maskAll(&e.Extension, &e.Name, &e.Number)
	}
	if d.history.count == 0 { // told by its ends alone
		maskAll(&d.From.Name, &d.From.Number, &d.To.Name, &d.To.Number, &d.Who, &d.With)
		return &d
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
