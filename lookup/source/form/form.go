// Package form gives the spellings of a number that a source may be asked by, and templates that
// they are put into.
package form

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
)

// Form is one number in all its spellings. A spelling that the number does not have is "": an
// extension has no E164, a number of unknown country neither.
type Form struct {
	Number   string // E164 where there is one, else Digits: "+12125550110", "1102"
	E164     string // "+12125550110"
	Digits   string // "12125550110"; as dialled where the country is not known
	National string // "2125550110"
	Code     string // "1"
	Last7    string // the last digits of National, all of them where there are no more: "5550110"
	Last9    string
	Last10   string
}

// Of gives the numbers that a caller's number may mean, the most certain first: sources are asked
// for each until one has a contact (number.Number.Keys says why there may be several).
func Of(n number.Number, region string) []Form {
	var out []Form
	for _, key := range n.Keys() {
		k := number.Parse(key, region)
		f := Form{Number: key, E164: k.E164, Digits: k.Digits, National: k.National, Code: k.Code}
		f.Last7, f.Last9, f.Last10 = last(k.National, 7), last(k.National, 9), last(k.National, 10)
		out = append(out, f)
	}
	return out
}

// Phones is Of for sources that know the outside world: telephone numbers only. Extensions and
// feature codes are nobody's number there, and would match the end of a stranger's; they give an
// error that is lookup.ErrNotAsked.
func Phones(n number.Number, region string) ([]Form, error) {
	if n.Kind != number.Phone {
		return nil, fmt.Errorf("%w: this is no telephone number but of the kind %s", lookup.ErrNotAsked, n.Kind)
	}
	return Of(n, region), nil
}

// Ask asks by one form after the other until somebody is found or something fails. Forms without
// the spelling that ask wants (Template.Fill) are passed over; when all are, that is the error.
func Ask[T any](forms []Form, ask func(Form) ([]T, error)) ([]T, error) {
	var lacking error
	asked := false
	for _, f := range forms {
		found, err := ask(f)
		if lack := (lackError{}); errors.As(err, &lack) {
			lacking = err
			continue
		}
		if err != nil || len(found) > 0 {
			return found, err
		}
		asked = true
	}
	if asked {
		return nil, nil
	}
	return nil, lacking
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }

// Names are the names of the spellings in templates and queries.
func Names() []string {
	return []string{"number", "e164", "digits", "national", "code", "last7", "last9", "last10"}
}

// Get gives a spelling by its name; "" where the number does not have it or there is no such name.
func (f Form) Get(name string) string {
	switch name {
	case "number":
		return f.Number
	case "e164":
		return f.E164
	case "digits":
		return f.Digits
	case "national":
		return f.National
	case "code":
		return f.Code
	case "last7":
		return f.Last7
	case "last9":
		return f.Last9
	case "last10":
		return f.Last10
	}
	return ""
}

// Template is a text with places for spellings in braces: "https://crm.example.com/?tel={digits}".
type Template struct{ parts []piece }

// piece is a text as it is, or a place.
type piece struct{ text, place string }

// Parse reads a template. A brace that opens no known place is an error.
func Parse(s string) (Template, error) {
	var t Template
	for s != "" {
		open := strings.IndexAny(s, "{}")
		if open < 0 {
			t.parts = append(t.parts, piece{text: s})
			break
		}
		if open > 0 {
			t.parts = append(t.parts, piece{text: s[:open]})
		}
		end := strings.IndexByte(s[open:], '}')
		if s[open] == '}' || end < 0 {
			return Template{}, fmt.Errorf("a brace in %q has no partner", s)
		}
		name := s[open+1 : open+end]
		if !slices.Contains(Names(), name) {
			return Template{}, fmt.Errorf("{%s} is no form of a number; there are {%s}", name, strings.Join(Names(), "}, {"))
		}
		t.parts = append(t.parts, piece{place: name})
		s = s[open+end+1:]
	}
	return t, nil
}

// Places counts the places in a template.
func (t Template) Places() int {
	n := 0
	for _, p := range t.parts {
		if p.place != "" {
			n++
		}
	}
	return n
}

// Fill gives the text with the spellings of f, each run through encode. A number that does not
// have one of them gives an error that is lookup.ErrNotAsked.
func (t Template) Fill(f Form, encode func(string) string) (string, error) {
	var b strings.Builder
	for _, p := range t.parts {
		if p.place == "" {
			b.WriteString(p.text)
			continue
		}
		v := f.Get(p.place)
		if v == "" {
			return "", lackError{p.place}
		}
		b.WriteString(encode(v))
	}
	return b.String(), nil
}

// lackError says that a number does not have a spelling.
type lackError struct{ place string }

func (e lackError) Error() string {
	return fmt.Sprintf("%v: the number has no {%s}", lookup.ErrNotAsked, e.place)
}

func (e lackError) Unwrap() error { return lookup.ErrNotAsked }

// URL encodes a spelling for any place of a URL: everything but letters and digits is written in
// percent, "+" too, which is a blank in a query and itself in a path.
func URL(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
