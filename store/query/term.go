package query

import (
	"cmp"
	"strings"
	"unicode"

	"ringside/lookup/number"
	"ringside/store/call"
)

// termOrWord reads field:value, a property or a bare word.
func (p *parser) termOrWord() Node {
	at := p.pos
	if n := p.operator(0); n > 0 && p.peek(0) != ':' {
		op := string(p.src[at : at+n])
		p.pos += n
		p.values() // left out with it
		p.fail(at, n, "a field is missing before "+op, `one of wait, ring, talk, hold, total, clock, …; quotes make it a text: "`+op+`"`)
		return nil
	}
	if name, n := p.field(); n > 0 {
		p.pos += len([]rune(name))
		return p.term(at, name, n)
	}
	w := p.word()
	p.pos += len([]rune(w))
	s := Fold(w)
	if f, ok := fieldNamed(s); ok && f.Type.compares() {
		// "wait > 45s": nobody looks for a ">"
		back := p.pos
		p.blanks()
		if n := p.operator(0); n > 0 && p.peek(0) != ':' {
			opAt := p.pos
			p.pos += n
			p.blanks()
			return p.compared(at, opAt, f, string(p.src[opAt:opAt+n]))
		}
		p.pos = back
	}
	if n, ok := property(s, p.o); ok {
		return n
	}
	if s == "" {
		p.fail(at, p.pos-at, "nothing can be seen here", "a word")
		p.pos = max(p.pos, at+1)
		return nil
	}
	return Word{Text: s, Digits: digitsOf(s, p.o.Region)}
}

// operator gives the length of the operator n characters on, 0 for none.
func (p *parser) operator(n int) int {
	switch r := p.peek(n); r {
	case ':', '=':
		return 1
	case '<', '>':
		if p.peek(n+1) == '=' {
			return 2
		}
		return 1
	case '!':
		if p.peek(n+1) == '=' {
			return 2
		}
	}
	return 0
}

// field gives the name of the field that begins here, and the length of the operator behind it; 0
// when no field begins here.
func (p *parser) field() (name string, op int) {
	n := 0
	for r := p.peek(0); unicode.IsLetter(r) || n > 0 && (unicode.IsDigit(r) || r == '_'); r = p.peek(n) {
		n++
	}
	if n == 0 {
		return "", 0
	}
	return string(p.src[p.pos : p.pos+n]), p.operator(n)
}

// term reads the operator, of n characters, and the values behind the name of a field.
func (p *parser) term(at int, name string, n int) Node {
	opAt := p.pos
	p.pos += n
	f, ok := fieldNamed(Fold(name))
	if !ok {
		p.values()
		p.fail(at, len([]rune(name)), "there is no field "+clip(name), nearest(Fold(name))+"; in quotes it is a text")
		return nil
	}
	return p.compared(at, opAt, f, string(p.src[opAt:opAt+n]))
}

// compared reads the values that a field is compared with: any of them, when there are several.
func (p *parser) compared(at, opAt int, f Info, sign string) Node {
	op, not := opOf(sign)
	vs := p.values()
	switch {
	case op != Has && op != Is && (!f.Type.compares() || f.op != 0):
		p.fail(opAt, len(sign), f.Name+" cannot be compared with "+sign, f.Name+": or "+f.Name+"=")
		return nil
	case len(vs) == 0:
		end := opAt + len(sign)
		p.fail(at, end-at, "a value is missing after "+string(p.src[at:end]), wants(f))
		return nil
	}
	var parts Or
	for _, v := range vs {
		if n, ok := p.value(f, cmp.Or(f.op, op), v); ok {
			parts = append(parts, n)
		}
	}
	n := join[Or](parts...)
	if n != nil && not {
		return Not{n}
	}
	return n
}

// opOf reads an operator; not is that of "!=".
func opOf(sign string) (op Op, not bool) {
	switch sign {
	case "=":
		return Is, false
	case "!=":
		return Is, true
	case "<":
		return Less, false
	case "<=":
		return AtMost, false
	case ">":
		return More, false
	case ">=":
		return AtLeast, false
	}
	return Has, false
}

// rawValue is a value as written.
type rawValue struct {
	text   string
	at, to int
}

// values takes a list of values: texts in quotes or bare, a comma or | between two. A value that
// is missing within the list is an error.
func (p *parser) values() []rawValue {
	var out []rawValue
	for {
		v := rawValue{at: p.pos}
		if p.peek(0) == '"' {
			v.text = p.quoted()
		} else {
			for !stops(p.peek(0)) && p.peek(0) != ',' {
				p.pos++
			}
			v.text = string(p.src[v.at:p.pos])
		}
		v.to = p.pos
		more := p.peek(0) == ',' || p.peek(0) == '|' && v.to > v.at && !unicode.IsSpace(p.peek(1)) && p.peek(1) != '|' && p.peek(1) != 0
		switch {
		case v.to > v.at:
			out = append(out, v)
		case more || len(out) > 0:
			p.fail(p.pos, 1, "a value is missing in the list", `values with a comma between two: waiting,ringing; a comma in a text stands in quotes`)
		}
		if !more {
			return out
		}
		p.pos++
	}
}

// value makes the term of one value.
func (p *parser) value(f Info, op Op, v rawValue) (Node, bool) {
	s := Fold(v.text)
	wrong := func(msg, want string) (Node, bool) {
		p.fail(v.at, v.to-v.at, msg, want)
		return nil, false
	}
	if s == "" {
		return wrong("nothing stands in the quotes", wants(f))
	}
	t := Term{Field: f.Field, Op: op, Text: s}
	switch f.Type {
	case PartyValue:
		t.Digits = p.digits(s, op)
	case NumberValue:
		n := number.Parse(s, p.o.Region)
		t.Keys, t.Digits = n.Keys(), p.digits(s, op)
		if n.Kind == number.Withheld {
			t.Text, t.Digits = n.Display(), ""
		} else if t.Digits == "" && t.Keys == nil {
			return wrong(clip(v.text)+" is no number", wants(f))
		}
	case WordValue:
		w, ok := valueNamed(f.Field, s)
		if !ok {
			return wrong("there is no "+f.Name+" "+clip(v.text), nearestValue(f.Field, s))
		}
		t = w.term(f.Field, op)
	case DurationValue:
		ms, ok := readDuration(s)
		if !ok {
			return wrong(clip(v.text)+" is no duration", wants(f))
		}
		t.Text, t.Ms = "", ms
	case TimeValue:
		w, ok := readTime(s, p.o.Now)
		if !ok {
			return wrong(clip(v.text)+" is no time", wants(f))
		}
		t.Text, t.From, t.To = w.text, w.from, w.to
		if w.ago && (op == Has || op == Is) {
			t.Op = AtLeast // "at:-2h" is in the last two hours
		}
	}
	return t, true
}

// digits gives the digits of a value; those of the whole number for what has to be it.
func (p *parser) digits(s string, op Op) string {
	d := digitsOf(s, p.o.Region)
	if op == Is && d != "" {
		if n := number.Parse(s, p.o.Region); n.E164 != "" {
			return n.Digits
		}
	}
	return d
}

// wholeNumber is how many digits a number has at least that may have its country or trunk prefix.
const wholeNumber = 7

// digitsOf gives the digits of a folded text that is a number or part of one, as they stand within
// the digits of number.Number; "" for other texts.
func digitsOf(s, region string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" -.()/", r):
		default:
			return ""
		}
	}
	raw := b.String()
	if len(raw) < wholeNumber {
		return raw
	}
	n := number.Parse(s, region)
	switch {
	case n.E164 == "" || strings.Contains(n.Digits, raw):
		return raw
	case s[0] != '+' && strings.HasSuffix(raw, n.National):
		return n.National
	}
	return n.Digits
}

// wants says what values a field takes.
func wants(f Info) string {
	if f.Type != WordValue {
		return f.Type.wants()
	}
	return "one of " + strings.Join(valueNames(f.Field), ", ")
}

func valueNames(f Field) []string {
	var out []string
	for _, v := range valuesOf(f) {
		out = append(out, v.name)
	}
	return out
}

// clip makes a piece of a query fit into an error.
func clip(s string) string {
	const most = 32
	s = call.Clean(s)
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return `"` + s + `"`
}
