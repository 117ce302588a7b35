package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// dial is a number after everything that only decorates it is gone.
type dial struct {
	digits string
	plus   bool // began with "+": a country code comes first
	code   bool // has a star or hash: a feature code
	sub    string
}

// unwrap takes a number out of what systems put around it: a display name, a URI scheme, a SIP
// host, URI parameters. The second answer is the extension of an ";ext=" parameter (RFC 3966).
func unwrap(raw string) (s, sub string) {
	s = strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		if j := strings.IndexByte(s[i:], '>'); j > 0 {
			s = s[i+1 : i+j]
		}
	}
	s, uri := scheme(s)
	if i := strings.IndexByte(s, '?'); uri && i >= 0 {
		s = s[:i]
	}
	s, sub, context := parameters(s)
	if i := strings.IndexByte(s, '@'); i >= 0 {
		s = s[:i]
		var more string
		s, more, context = parameters(s)
		if sub == "" {
			sub = more
		}
		if i := strings.IndexByte(s, ':'); i >= 0 {
			s = s[:i] // a SIP user may carry a password
		}
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "%2B", "+"), "%2b", "+")
	s = strings.TrimSpace(strings.ReplaceAll(s, "%20", " "))
	if strings.HasPrefix(context, "+") && !strings.HasPrefix(s, "+") && s != "" {
		s = context + s
	}
	return s, sub
}

// scheme cuts a URI scheme that carries a number.
func scheme(s string) (string, bool) {
	for _, p := range [...]string{"tel:", "sip:", "sips:", "callto:"} {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return strings.TrimPrefix(s[len(p):], "//"), true
		}
	}
	return s, false
}

// parameters cuts URI parameters and gives the two that matter: ext and phone-context.
func parameters(s string) (rest, sub, context string) {
	rest, list, _ := strings.Cut(s, ";")
	for list != "" {
		var one string
		one, list, _ = strings.Cut(list, ";")
		// In a SIP URI the user's parameters stand before the host.
		name, value, _ := strings.Cut(one, "=")
		value, host, at := strings.Cut(value, "@")
		if at && !strings.Contains(rest, "@") {
			rest += "@" + host
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "ext":
			sub = onlyDigits(value)
		case "phone-context":
			context = strings.TrimSpace(value)
		}
	}
	return rest, sub, context
}

// withheld knows the words that systems give instead of a hidden number. "Anonymous" is GoTo's
// own (recorded traffic); the others are the usual ones of carriers and SIP (RFC 3323).
func withheld(s string) bool {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
		} else if unicode.IsDigit(r) || r == '+' {
			return false
		}
	}
	switch b.String() {
	case "anonymous", "restricted", "unavailable", "private", "withheld", "blocked", "unknown",
		"hidden", "none", "nocallerid", "callerunknown", "unknowncaller", "unknownnumber",
		"privatenumber", "privatecaller", "numberwithheld", "numberunavailable", "idwithheld",
		"calleridblocked", "callerwithheldid", "restrictednumber", "outofarea", "notavailable", "na",
		"anonymouscaller", "blockedcaller", "blockednumber", "unavailablenumber", "hiddennumber":
		return true
	}
	return false
}

// keypadWord knows the words above as carriers spell them on the keypad, behind a "+".
func keypadWord(digits string) bool {
	switch digits {
	case "266696687", "2562533", "8656696", "7378742833", "86282452253":
		return true // anonymous, blocked, unknown, restricted, unavailable
	}
	return false
}

// dialled reads the digits of an unwrapped text. It fails on anything that a number does not have.
func dialled(s string) (dial, bool) {
	s, sub := extension(s)
	d := dial{sub: sub}
	var b strings.Builder
	var letters, digits int
	for _, r := range s {
		c, ok := digit(r)
		switch {
		case ok:
			b.WriteByte(c)
			digits++
		case r == '*' || r == '#':
			d.code = true
			b.WriteByte(byte(r))
		case plus(r) && d.code: // *31*+44…: the code rules, the plus adds nothing to compare
		case plus(r):
			if digits > 0 || letters > 0 || d.code {
				return d, false
			}
			d.plus = true
		case separator(r) || invisible(r):
		case asciiLetter(r) && digits >= 3:
			letters++
			b.WriteByte(keypad(byte(r)))
		default:
			return d, false
		}
	}
	d.digits = b.String()
	if letters > 0 {
		return d, d.vanity(letters)
	}
	if d.code && (d.plus || len(d.digits) > maxDigits+8) {
		return d, false
	}
	if d.plus || strings.Contains(s, "(0)") {
		d.trunk(s)
	}
	return d, true
}

// vanity accepts letters only where a number is sold by its letters, behind a toll-free code;
// everywhere else letters mean a name. Letters past the last dialled digit are dropped.
func (d *dial) vanity(letters int) bool {
	t := strings.TrimPrefix(d.digits, "1")
	if d.code || letters < 3 || len(t) < 10 || !tollFree(t[:3]) {
		return false
	}
	d.digits, d.plus = "1"+t[:10], true
	return true
}

// trunk drops the "(0)" that business cards put behind a country code: +44 (0)20 7946 0018.
func (d *dial) trunk(s string) {
	i := strings.Index(s, "(0)")
	if i < 0 {
		return
	}
	before := onlyDigits(s[:i])
	if !d.plus && !strings.HasPrefix(before, "00") || before == "" {
		return
	}
	d.digits = before + onlyDigits(s[i+3:])
}

// extension cuts the extension behind a telephone number: "x12", "ext. 12", "poste 12", "#12", ",12".
func extension(s string) (rest, sub string) {
	low := strings.ToLower(s)
	for _, mark := range [...]string{"extension", "extn", "ext", "poste", "x", "#", ",", "p", "w"} {
		i := strings.LastIndex(low, mark)
		if i <= 0 || len(low) != len(s) || len(onlyDigits(s[:i])) < minPhone {
			continue
		}
		tail := strings.Trim(s[i+len(mark):], " .:#,-\u00a0")
		if tail == "" || len(tail) > 10 || onlyDigits(tail) != tail {
			continue
		}
		if head := strings.TrimRight(s[:i], " ,.;(-"); !strings.ContainsAny(head, "*#") {
			return head, tail
		}
	}
	return s, ""
}

func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if c, ok := digit(r); ok {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// digit reads a decimal digit of any script that telephone numbers are written in.
func digit(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', 0x0660, 0x06F0, 0x0966, 0xFF10} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
		if r < 0x80 {
			break
		}
	}
	return 0, false
}

func plus(r rune) bool { return r == '+' || r == '＋' || r == '﹢' }

func separator(r rune) bool {
	switch r {
	case ' ', '-', '.', '(', ')', '/', '[', ']', '_', '~', '\'', '\t', '·', '•', '\u2212', '．', '－', '（', '）':
		return true
	}
	return r >= 0x2010 && r <= 0x2015 || unicode.IsSpace(r)
}

// invisible characters come with numbers copied from web pages and address books.
func invisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

func asciiLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// keypad gives the digit a letter stands on (ITU-T E.161).
func keypad(c byte) byte { return "22233344455566677778889999"[(c|0x20)-'a'] }

// upper2 gives a region code in capitals, or "" where it is none.
func upper2(region string) string {
	if len(region) != 2 {
		return ""
	}
	return strings.ToUpper(region)
}

// printable keeps what may be shown of a text from outside, at most max runes.
func printable(s string, max int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == max {
			break
		}
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			continue
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}
