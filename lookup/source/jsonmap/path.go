package jsonmap

import (
	"fmt"
	"strconv"
	"strings"
)

// Path leads from a value to those inside it: "results[0].owner.name", "phones[*].number", with
// names that hold dots or brackets in quotes: attributes["tel.no"]. The empty path is the value
// itself.
type Path []step

// step is one of: a name, an index from 0, all of a list.
type step struct {
	name  string
	index int
	kind  byte // '.' by name, '#' by index, '*' all
}

// ParsePath reads a path. A leading "$" or "$." (JSONPath) is allowed.
func ParsePath(s string) (Path, error) {
	var p Path
	bad := func() (Path, error) {
		return nil, fmt.Errorf("%q is no path: write names with dots between them and [0] or [*] for lists", s)
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(s, "$"), ".")
	for rest != "" {
		if rest[0] != '[' {
			end := strings.IndexAny(rest, ".[]")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return bad()
			}
			p = append(p, step{kind: '.', name: rest[:end]})
			rest = rest[end:]
		} else {
			one, after, ok := bracket(rest)
			if !ok {
				return bad()
			}
			p = append(p, one)
			rest = after
		}
		if strings.HasPrefix(rest, ".") {
			if rest = rest[1:]; rest == "" || rest[0] == '[' {
				return bad()
			}
		} else if rest != "" && rest[0] != '[' {
			return bad()
		}
	}
	return p, nil
}

// bracket reads "[0]", "[*]" or a name in quotes.
func bracket(s string) (one step, rest string, ok bool) {
	if strings.HasPrefix(s, `["`) {
		name, rest, found := strings.Cut(s[2:], `"]`)
		return step{kind: '.', name: name}, rest, found
	}
	in, rest, found := strings.Cut(s[1:], "]")
	if in == "*" {
		return step{kind: '*'}, rest, found
	}
	i, err := strconv.Atoi(in)
	return step{kind: '#', index: i}, rest, found && err == nil && i >= 0
}

// All gives the values a path leads to, in order; none where it leads nowhere.
func (p Path) All(v any) []any {
	now := []any{v}
	for _, s := range p {
		var next []any
		for _, v := range now {
			next = append(next, s.from(v)...)
		}
		now = next
	}
	return now
}

func (s step) from(v any) []any {
	switch v := v.(type) {
	case *Object:
		if s.kind == '.' {
			if m, ok := v.Values[s.name]; ok {
				return []any{m}
			}
		}
	case []any:
		switch {
		case s.kind == '*':
			return v
		case s.kind == '#' && s.index < len(v):
			return v[s.index : s.index+1]
		}
	}
	return nil
}

// Text gives the first text that a path leads to, "" where there is none.
func (p Path) Text(v any) string {
	for _, one := range p.All(v) {
		if t := Text(one); t != "" {
			return t
		}
	}
	return ""
}
