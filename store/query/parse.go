package query

import (
	"strings"
	"unicode"
)

// Bounds on a query.
const (
	MaxText  = 4096 // characters of a query
	maxDepth = 64   // parentheses within each other
)

// Parse reads a query. An error is an *Error; the query that comes with it has only its Text.
func Parse(text string, o Options) (Query, error) {
	q, wrong := ParseLoose(text, o)
	if wrong != nil {
		return Query{Text: text}, wrong
	}
	return q, nil
}

// ParseLoose reads a query that is being typed: what is not complete, or wrong, is left out, and
// the query matches by the rest. The error is the first of those that Parse would find; nil when
// there is none.
func ParseLoose(text string, o Options) (Query, *Error) {
	p := parser{src: []rune(text), o: o, text: text}
	if len(p.src) > MaxText {
		p.fail(MaxText, 1, "the query is too long", "at most 4096 characters")
		p.src = p.src[:MaxText]
	}
	q := Query{Text: text, Root: p.or()}
	for p.pos < len(p.src) { // only a ")" that opens nowhere ends a query early
		p.fail(p.pos, 1, "this ) closes nothing", "( before it, or quotes around it")
		p.pos++
		if more := p.or(); more != nil {
			q.Root = join[And](q.Root, more)
		}
	}
	return q, p.wrong
}

// parser reads from left to right. It goes on after an error, so that a query that is wrong in one
// place still says what its other places mean.
type parser struct {
	text  string
	src   []rune
	pos   int
	depth int
	o     Options
	wrong *Error // the first
}

func (p *parser) fail(col, n int, msg, want string) {
	if p.wrong == nil {
		p.wrong = &Error{Text: p.text, Col: col, Len: max(1, n), Msg: msg, Want: want}
	}
}

// peek gives the character n places on, 0 behind the end.
func (p *parser) peek(n int) rune {
	if i := p.pos + n; i < len(p.src) {
		return p.src[i]
	}
	return 0
}

func (p *parser) blanks() {
	for p.pos < len(p.src) && unicode.IsSpace(p.src[p.pos]) {
		p.pos++
	}
}

// stops reports whether a word ends before r.
func stops(r rune) bool {
	return r == 0 || r == '(' || r == ')' || r == '|' || unicode.IsSpace(r)
}

// word gives the bare word that begins here, without taking it.
func (p *parser) word() string {
	end := p.pos
	for end < len(p.src) && !stops(p.src[end]) {
		end++
	}
	return string(p.src[p.pos:end])
}

// isOr gives the length of the "or" or "|" that stands here, 0 for none.
func (p *parser) isOr() int {
	switch {
	case p.peek(0) == '|' && p.peek(1) == '|':
		return 2
	case p.peek(0) == '|':
		return 1
	case strings.EqualFold(p.word(), "or"):
		return 2
	}
	return 0
}

// or reads parts joined by "or", up to a closing parenthesis or the end. It is nil where there are
// none.
func (p *parser) or() Node {
	var parts Or
	for first := true; ; first = false {
		part, any := p.and()
		if part != nil {
			parts = append(parts, part)
		}
		n := p.isOr()
		switch {
		case n == 0 && !any && !first:
			p.fail(max(0, p.pos-1), 1, "something is missing after or", `a word or field:value; quotes make it a word: "or"`)
		case n > 0 && !any:
			p.fail(p.pos, n, "something is missing before or", `a word or field:value; quotes make it a word: "or"`)
		}
		if n == 0 {
			return join[Or](parts...)
		}
		p.pos += n
	}
}

// join makes one And or Or of parts, those within parts of its own kind among them: nil of none, and
// one alone stays what it is. A part that is nil is left out.
func join[L interface {
	And | Or
	Node
}](parts ...Node) Node {
	var flat L
	for _, n := range parts {
		if more, ok := n.(L); ok {
			flat = append(flat, more...)
		} else if n != nil {
			flat = append(flat, n)
		}
	}
	switch len(flat) {
	case 0:
		return nil
	case 1:
		return flat[0]
	}
	return flat
}

// and reads parts that stand beside each other; any tells whether something stands here at all.
func (p *parser) and() (n Node, any bool) {
	var parts []Node
	for ; ; any = true {
		p.blanks()
		if r := p.peek(0); r == 0 && p.pos >= len(p.src) || r == ')' || p.isOr() > 0 {
			return join[And](parts...), any
		}
		if strings.EqualFold(p.word(), "and") {
			p.conjunction(any)
		} else if n := p.part(); n != nil {
			parts = append(parts, n)
		}
	}
}

// conjunction takes an "and", which says what standing beside each other says.
func (p *parser) conjunction(before bool) {
	at := p.pos
	p.pos += len("and")
	p.blanks()
	after := p.pos < len(p.src) && p.peek(0) != ')' && p.isOr() == 0
	if !before || !after {
		p.fail(at, len("and"), "and stands between two parts", `a part on both sides; quotes make it a word: "and"`)
	}
}

// part reads one part. It always takes something, and gives nil for what cannot be read.
func (p *parser) part() Node {
	if p.depth == maxDepth {
		p.fail(p.pos, 1, "too deep within parentheses", "at most 64 within each other")
		p.pos = len(p.src)
		return nil
	}
	p.depth++
	defer func() { p.depth-- }()
	switch r := p.peek(0); {
	case r == '(':
		return p.group()
	case r == '-':
		return p.not(1)
	case p.word() == "NOT":
		return p.not(len("NOT"))
	case r == '~':
		return p.fuzzy()
	case r == '"':
		at := p.pos
		return p.quotedWord(at, p.quoted())
	}
	return p.termOrWord()
}

func (p *parser) group() Node {
	at := p.pos
	p.pos++
	n := p.or()
	if p.peek(0) != ')' {
		p.fail(at, 1, "this ( is not closed", "a )")
		return n
	}
	p.pos++
	if n == nil {
		p.fail(at, p.pos-at, "nothing stands in the parentheses", "a word or field:value")
	}
	return n
}

func (p *parser) not(n int) Node {
	at := p.pos
	p.pos += n
	if n > 1 {
		p.blanks()
	}
	if r := p.peek(0); r == 0 || r == ')' || r == '|' || unicode.IsSpace(r) {
		p.fail(at, n, "nothing is left out here", `a word or field:value right behind the -; quotes make it a text: "-"`)
		return nil
	}
	part := p.part()
	if part == nil {
		return nil
	}
	return Not{part}
}

func (p *parser) fuzzy() Node {
	at := p.pos
	p.pos++
	var s string
	if p.peek(0) == '"' {
		s = p.quoted()
	} else {
		s = p.word()
		p.pos += len([]rune(s))
	}
	if s = strings.ReplaceAll(Fold(s), " ", ""); s == "" {
		p.fail(at, 1, "a word is missing behind ~", "letters in their order: ~anle finds Ann Lee")
		return nil
	}
	return Word{Text: s, Fuzzy: true}
}

// quotedWord makes a word of a quoted text.
func (p *parser) quotedWord(at int, s string) Node {
	s = Fold(s)
	if s == "" {
		p.fail(at, p.pos-at, "nothing stands in the quotes", "a text")
		return nil
	}
	return Word{Text: s, Digits: digitsOf(s, p.o.Region)}
}

// quoted takes a text in quotes. A backslash before a quote or a backslash makes it an ordinary
// character.
func (p *parser) quoted() string {
	at := p.pos
	p.pos++
	var b strings.Builder
	for p.pos < len(p.src) {
		r := p.src[p.pos]
		p.pos++
		switch {
		case r == '"':
			return b.String()
		case r == '\\' && (p.peek(0) == '"' || p.peek(0) == '\\'):
			r = p.src[p.pos]
			p.pos++
		}
		b.WriteRune(r)
	}
	p.fail(at, 1, "these quotes are not closed", `a " at the end of the text`)
	return b.String()
}
