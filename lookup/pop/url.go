package pop

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// place is where in an address, or in a program's arguments, a variable stands.
type place string

const (
	inPath     place = "path"
	inQuery    place = "query"
	inFragment place = "fragment"
	inOpaque   place = "address" // behind the colon of salesforce:…, tel:…
	inArgument place = "argument"
)

// never are schemes that run something or read files. They are refused, also when the
// configuration names them.
func never() []string {
	return []string{
		"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "jar", "res", "mhtml",
		"shell", "search", "search-ms", "ms-msdt", "ms-appinstaller", "ms-officecmd", "ms-search", "ssh", "telnet", "x-man-page",
	}
}

// schemes are the schemes that addresses may have.
type schemes map[string]bool

// allowSchemes takes the schemes that the configuration names beside http and https.
func allowSchemes(named []string) (schemes, *Error) {
	out := schemes{"http": true, "https": true}
	for _, s := range named {
		s = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(s), "//"), ":"))
		switch {
		case !schemeLike(s):
			return nil, wrong(`write it as "salesforce"`, "%s is no scheme", quoted(s))
		case slices.Contains(never(), s):
			return nil, wrong("take it out: it runs programs or reads files", "the scheme %s: is never opened", s)
		}
		out[s] = true
	}
	return out, nil
}

// schemeLike tells whether a text is a URI scheme of at least two letters (RFC 3986 3.1): one
// letter is a Windows drive.
func schemeLike(s string) bool {
	if len(s) < 2 || len(s) > 32 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// schemeOf gives the scheme that a template begins with, in small letters, "" for none.
func schemeOf(text string) string {
	s, _, ok := strings.Cut(text, ":")
	if s = strings.ToLower(s); !ok || !schemeLike(s) {
		return ""
	}
	return s
}

// address is a template of a URL.
type address struct {
	written  string
	scheme   string
	parts    []part
	places   []place // of parts that are variables
	holds    []bool  // by segment of the path: there is a variable in it
	hasHost  bool
	keepPlus bool // "+" stands for itself behind the colon of tel: and its like
}

// maxAddress bounds a finished address: what browsers and the systems' openers surely take.
const maxAddress = 8000

// parseAddress compiles a template of a URL.
func parseAddress(text string, n *names, allowed schemes) (*address, *Error) {
	a := &address{written: text, scheme: schemeOf(text)}
	if err := readable(text); err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(never(), a.scheme):
		return nil, wrong("use an https address", "the scheme %s: is never opened", a.scheme)
	case a.scheme == "":
		return nil, wrong("write the whole address: https://crm.example.com/…, or the whole path of an application",
			"%s is neither an address nor the whole path of an application", quoted(text))
	case !allowed[a.scheme]:
		fix := "name it in schemes of [pops] if it is to be opened"
		if near := nearest(a.scheme, []string{"https", "http"}); near != "" {
			fix = "did you mean " + near + ":?"
		}
		return nil, wrong(fix, "the scheme %s: is not allowed", a.scheme)
	}
	parts, err := scan(text[len(a.scheme)+1:], n)
	if err != nil {
		return nil, err
	}
	a.parts, a.places = parts, make([]place, len(parts))
	a.keepPlus = slices.Contains([]string{"tel", "callto", "sip", "sips", "sms"}, a.scheme)
	if err := a.locate(); err != nil {
		return nil, err
	}
	return a, a.sound()
}

// locate finds where the variables stand, and refuses those that would name a host.
func (a *address) locate() *Error {
	at := inOpaque
	rest := ""
	if p := a.parts[0]; p.variable == nil {
		rest = p.text
	}
	host := strings.HasPrefix(rest, "//")
	a.hasHost = host
	switch {
	case !host && (a.scheme == "http" || a.scheme == "https"):
		return wrong("write "+a.scheme+"://host/…", "%s has no host", quoted(a.written))
	case !host && strings.HasPrefix(rest, "/"):
		at = inPath
	}
	segment := -1
	for i, p := range a.parts {
		if p.variable != nil {
			if host {
				return wrong("write the host out, and end it with a slash: values never say where to go",
					"%s stands in the host of %s", p.variable.written, quoted(a.written))
			}
			a.places[i] = at
			if at == inPath {
				a.holds[segment] = true
			}
			continue
		}
		text := p.text
		if i == 0 && host {
			text = text[2:]
		}
		for j := range len(text) {
			switch c := text[j]; {
			case c == '#' && at != inFragment:
				at, host = inFragment, false
			case c == '?' && at != inFragment && at != inQuery:
				at, host = inQuery, false
			case c == '/' && (host || at == inPath):
				segment++
				a.holds = append(a.holds, false)
				at, host = inPath, false
			case host && c == '@':
				return wrong("take user and password out", "%s has a user before its host", quoted(a.written))
			}
		}
	}
	return nil
}

// sound checks the fixed text of an address: by characters, and by having it read.
func (a *address) sound() *Error {
	sample := a.scheme + ":"
	for _, p := range a.parts {
		if p.variable != nil {
			sample += "x"
			continue
		}
		for i := 0; i < len(p.text); i++ {
			c := p.text[i]
			if c == '%' {
				if len(p.text) < i+3 || !isHex(p.text[i+1]) || !isHex(p.text[i+2]) {
					return wrong("a percent sign is written %25", "%s has a %% that encodes nothing", quoted(a.written))
				}
				continue
			}
			if !unreserved(c) && strings.IndexByte("-._~:/?#[]@!$&'()*+,;=", c) < 0 {
				r := []rune(p.text[i:])[0]
				return wrong("write it as "+encode(string(r), false), "%s has %q, which no address may hold", quoted(a.written), r)
			}
		}
		sample += p.text
	}
	u, err := url.Parse(sample)
	if err != nil {
		return &Error{What: quoted(a.written) + " is no address", Fix: "write it as https://crm.example.com/path?key=$caller$", Err: err}
	}
	if !a.hasHost {
		return nil
	}
	name := u.Hostname()
	if name == "" && (a.scheme == "http" || a.scheme == "https") {
		return wrong("write "+a.scheme+"://host/…", "%s has no host", quoted(a.written))
	}
	if strings.ContainsFunc(name, func(r rune) bool {
		return r > 0x7f || !unreserved(byte(r)) && r != ':' || r == '~'
	}) {
		return wrong("write the host as letters, digits, dots and hyphens", "%s has the host %s", quoted(a.written), quoted(name))
	}
	return nil
}

// render fills an address. The error is for a person.
func (a *address) render(f *facts) (string, []Filled, error) {
	var b strings.Builder
	var filled []Filled
	b.WriteString(a.scheme + ":")
	for i, p := range a.parts {
		if p.variable == nil {
			b.WriteString(p.text)
			continue
		}
		value, note := p.variable.value(f)
		enc := encode(value, a.keepPlus && a.places[i] == inOpaque)
		b.WriteString(enc)
		filled = append(filled, Filled{Variable: p.variable.written, Place: string(a.places[i]), Value: value, Encoded: enc, Note: note})
	}
	s := b.String()
	if len(s) > maxAddress {
		return "", filled, errors.New("the address is too long")
	}
	rest, start := s[len(a.scheme)+1:], 0 // of the path
	switch {
	case a.hasHost:
		start = strings.IndexAny(rest[2:], "/?#") + 2
		if start < 2 || rest[start] != '/' {
			return s, filled, nil
		}
	case strings.HasPrefix(rest, "//"):
		return "", filled, errors.New("an empty value would make a host of what follows it")
	case !strings.HasPrefix(rest, "/"):
		return s, filled, nil
	}
	path := rest[start:]
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	if a.climbs(path) {
		return "", filled, errors.New("a value of dots would lead to another page")
	}
	return s, filled, nil
}

// climbs tells whether a path has a segment "." or ".." that a value made: browsers take those
// away together with what stands before them, encoded or not.
func (a *address) climbs(path string) bool {
	for i, seg := range strings.Split(path, "/")[1:] {
		if i < len(a.holds) && a.holds[i] {
			if plain, err := url.PathUnescape(seg); err == nil && (plain == "." || plain == "..") {
				return true
			}
		}
	}
	return false
}

// encode writes a value so that it is one word wherever it stands in an address: everything but
// letters, digits and "-._~" as percent and two digits (RFC 3986 2.1), blanks as %20.
func encode(value string, keepPlus bool) string {
	s := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	if keepPlus {
		s = strings.ReplaceAll(s, "%2B", "+")
	}
	return s
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
