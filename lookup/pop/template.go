package pop

import (
	"strings"
	"unicode/utf8"

	"ringside/store/call"
)

// Bounds on what the configuration may hold.
const (
	maxTemplate  = 2048 // bytes of one template
	maxName      = 64   // bytes of a variable's name
	maxRules     = 64
	maxTargets   = 8 // of one rule
	maxArguments = 64
)

// part is a piece of a template: fixed text, or a variable.
type part struct {
	text     string // fixed text, doubled dollars undone
	variable *variable
}

// names are the variables that templates may use.
type names struct {
	parameters map[string]bool   // keys of custom parameters
	sip        map[string]string // what the configuration maps headers to: small letters -> variable
	only       []string          // where it is not nil: these alone, and nothing of a call
}

// scan takes a template apart. A variable is $name$ or [sip.Header-Name]; $$ is a dollar.
func scan(text string, n *names) ([]part, *Error) {
	if err := readable(text); err != nil {
		return nil, err
	}
	var out []part
	var fixed strings.Builder
	add := func(v *variable) {
		if fixed.Len() > 0 {
			out = append(out, part{text: fixed.String()})
			fixed.Reset()
		}
		out = append(out, part{variable: v})
	}
	for rest := text; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "$$"):
			fixed.WriteByte('$')
			rest = rest[2:]
		case rest[0] == '$':
			name, after, ok := strings.Cut(rest[1:], "$")
			if !ok || !nameLike(name) {
				return nil, wrong("a variable is written $caller$, a dollar $$", "%s begins no variable", quoted(cut(rest, 20)))
			}
			v, err := n.find(name)
			if err != nil {
				return nil, err
			}
			add(v)
			rest = after
		case len(rest) > 4 && strings.EqualFold(rest[:5], "[sip."):
			name, after, ok := strings.Cut(rest[5:], "]")
			if !ok || !headerLike(name) {
				return nil, wrong("a header is written [sip.From]", "%s names no SIP header", quoted(cut(rest, 20)))
			}
			v, err := n.header(name)
			if err != nil {
				return nil, err
			}
			add(v)
			rest = after
		default:
			fixed.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if fixed.Len() > 0 {
		out = append(out, part{text: fixed.String()})
	}
	return out, nil
}

// readable refuses templates that are empty, too long, or hold what cannot be seen.
func readable(text string) *Error {
	switch {
	case strings.TrimSpace(text) == "":
		return wrong("write an address such as https://crm.example.com?phone=$caller$", "is empty")
	case len(text) > maxTemplate:
		return wrong("at most 2048 characters", "is too long")
	case !utf8.ValidString(text) || invisible(text):
		return wrong("take them out", "%s has characters that cannot be seen", quoted(cut(text, 40)))
	}
	return nil
}

// invisible tells whether a text holds what call.Clean takes out, blanks aside.
func invisible(text string) bool {
	for _, r := range text {
		if r != ' ' && call.Clean(string(r)) != string(r) {
			return true
		}
	}
	return false
}

// nameLike tells whether a text may be a variable's name; what follows "crm." is a source's word
// for a field and may have blanks.
func nameLike(name string) bool {
	field, crm := strings.CutPrefix(name, "crm.")
	if field == "" || len(field) > maxName {
		return false
	}
	for _, r := range field {
		switch {
		case r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		case crm && (r == ' ' || r > 0x7f):
		default:
			return false
		}
	}
	return true
}

// headerLike tells whether a text may be the name of a SIP header (RFC 3261 25.1, token, the part
// that is in use).
func headerLike(name string) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for _, r := range name {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// cut gives the beginning of a text, at most n bytes of it, in whole letters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// plain gives the text of a template without variables; ok is false when it has some.
func plain(parts []part) (text string, ok bool) {
	for _, p := range parts {
		if p.variable != nil {
			return "", false
		}
		text += p.text
	}
	return text, true
}
