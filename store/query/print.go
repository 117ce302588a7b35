package query

import (
	"strings"
	"unicode"
)

// String writes the query in its canonical form: what Parse makes of it is the same query.
func (q Query) String() string {
	if q.Root == nil {
		return ""
	}
	return nodeString(q.Root)
}

// String writes the parts with blanks between them.
func (a And) String() string {
	out := make([]string, len(a))
	for i, n := range a {
		out[i] = nodeString(n)
		if !single(n) {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, " ")
}

// String writes the parts with "or" between them, or as a list of values.
func (o Or) String() string {
	if s, ok := o.list(); ok {
		return s
	}
	out := make([]string, len(o))
	for i, n := range o {
		out[i] = nodeString(n)
		if _, or := n.(Or); or {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, " or ")
}

// list writes terms that compare one field in one way: state:waiting,ringing.
func (o Or) list() (string, bool) {
	var b strings.Builder
	var first Term
	for i, n := range o {
		t, ok := n.(Term)
		if i == 0 && ok {
			first = t
			b.WriteString(t.String())
			continue
		}
		if !ok || t.Field != first.Field || t.Op != first.Op || t.Field == Flag {
			return "", false
		}
		b.WriteString("," + t.value())
	}
	return b.String(), len(o) > 1
}

// String writes the part with a "-" before it.
func (n Not) String() string {
	if !single(n.Part) {
		return "-(" + nodeString(n.Part) + ")"
	}
	return "-" + nodeString(n.Part)
}

// String writes the word, in quotes where it would be read as something else.
func (w Word) String() string {
	s := w.Text
	if strings.ContainsFunc(s, special) || strings.ContainsAny(s, ":=<>!") || s[0] == '-' || reserved(s) {
		s = quote(s)
	}
	if w.Fuzzy {
		return "~" + s
	}
	return s
}

// String writes field, operator and value.
func (t Term) String() string {
	if t.Field == Flag {
		return t.Text
	}
	name, _ := nameOf(t.Field)
	return name + t.Op.String() + t.value()
}

// String gives the sign of the operator.
func (o Op) String() string {
	switch o {
	case Is:
		return "="
	case Less:
		return "<"
	case AtMost:
		return "<="
	case More:
		return ">"
	case AtLeast:
		return ">="
	}
	return ":"
}

// value writes the value of a term.
func (t Term) value() string {
	if _, typ := nameOf(t.Field); typ == DurationValue {
		return writeDuration(t.Ms)
	}
	if t.Text == "" || strings.ContainsFunc(t.Text, special) || strings.ContainsAny(t.Text[:1], ":=<>!") || strings.Contains(t.Text, ",") {
		return quote(t.Text)
	}
	return t.Text
}

func nodeString(n Node) string {
	switch n := n.(type) {
	case And:
		return n.String()
	case Or:
		return n.String()
	case Not:
		return n.String()
	case Word:
		return n.String()
	case Term:
		return n.String()
	}
	return ""
}

// single reports whether a node is written without parentheses wherever it stands.
func single(n Node) bool {
	switch n := n.(type) {
	case And:
		return len(n) == 1 && single(n[0])
	case Or:
		_, list := n.list()
		return list || len(n) == 1 && single(n[0])
	}
	return true
}

// special reports whether r ends a bare word or means something within it.
func special(r rune) bool { return stops(r) || r == '"' || r == '\\' || r == '~' }

// reserved reports whether a bare word is more than a word.
func reserved(s string) bool {
	if s == "or" || s == "and" {
		return true
	}
	_, ok := property(s, Options{})
	return ok
}

func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r == '"' || r == '\\' {
			b.WriteByte('\\')
		}
		if unicode.IsSpace(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// Quote writes a text so that it stands for itself in a query, behind a field too: in quotes where
// it has to be.
func Quote(s string) string {
	if s == "" || strings.ContainsFunc(s, special) || strings.ContainsAny(s, ":=<>!,") || s[0] == '-' || s == "NOT" || reserved(Fold(s)) {
		return quote(s)
	}
	return s
}
