package text

import (
	"strings"

	"ringside/store/call"
)

// seen is how many digits of a veiled number can still be read, so that people tell callers apart.
const seen = 2

// Veil writes a picture, which may be styled, with a sign in place of the digits of its telephone
// numbers, all but the last two; of a number that was cut, none is left. The sign is one cell wide, so
// that every line keeps its width. Links lose the address behind them: it may hold a number, too.
func Veil(picture, sign string) string {
	lines := strings.Split(picture, "\n")
	for i, l := range lines {
		lines[i] = veilLine(l, sign)
	}
	return strings.Join(lines, "\n")
}

func veilLine(line, sign string) string {
	plain, at, links := bare(line)
	found := call.Numbers(plain)
	if len(found) == 0 && !links {
		return line
	}
	hide := map[int]bool{} // bytes of the line
	for _, n := range found {
		left := seen
		if n.Cut {
			left = 0
		}
		for i := n.To - 1; i >= n.From; i-- {
			if c := plain[i]; c < '0' || c > '9' {
				continue
			}
			if left--; left < 0 {
				hide[at[i]] = true
			}
		}
	}
	var b strings.Builder
	b.Grow(len(line) + 2*len(hide))
	for i := 0; i < len(line); {
		n := escape(line[i:])
		switch {
		case n > 0 && strings.HasPrefix(line[i:], "\x1b]8;"):
			b.WriteString("\x1b]8;;\x1b\\")
		case n > 0:
			b.WriteString(line[i : i+n])
		case hide[i]:
			b.WriteString(sign)
			n = 1
		default:
			b.WriteByte(line[i])
			n = 1
		}
		i += n
	}
	return b.String()
}

// bare gives a line without its escape sequences, where in the line each byte of that stands, and
// whether there is a link in it.
func bare(line string) (plain string, at []int, links bool) {
	out := make([]byte, 0, len(line))
	at = make([]int, 0, len(line))
	for i := 0; i < len(line); {
		if n := escape(line[i:]); n > 0 {
			links = links || strings.HasPrefix(line[i:], "\x1b]8;")
			i += n
			continue
		}
		out, at = append(out, line[i]), append(at, i)
		i++
	}
	return string(out), at, links
}

// escape gives the length of the escape sequence that s begins with, 0 when it begins with none.
func escape(s string) int {
	if len(s) < 2 || s[0] != 0x1b {
		return 0
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
		}
		return len(s)
	case ']':
		for i := 2; i < len(s); i++ {
			switch {
			case s[i] == 0x07:
				return i + 1
			case s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\':
				return i + 2
			}
		}
		return len(s)
	}
	return 2
}
