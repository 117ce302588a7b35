package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ringside/lookup/number"
	"ringside/store/call"
)

// Extra is what the desk knows of a call beside what the service tells.
type Extra struct {
	From, To    string   // names of the contacts who call and are called, where a look-up found them
	Tags, Notes []string // of the call and of its caller
	Region      string   // as Options.Region
}

// Texts are the texts and numbers of a call, folded, in a form that is quick to search. They are
// built once and asked many times. The zero Texts are those of nobody.
type Texts struct {
	text   string            // every text between two line ends
	texts  [numSections]part // where in text each section stands, line ends included
	digits string            // the digits of every number, likewise
	tels   [numSections]part // and where those of a section stand
	keys   []string          // the normal forms of the outside number
	hidden bool              // it is withheld
	out    section           // the section of the outside party
}

// section is a group of texts that a field asks about.
type section uint8

const (
	secFrom section = iota
	secTo
	secQueue
	secPath
	secAgent
	secTag
	secNote
	secOther // what is shown and no field asks about
	numSections
)

// part is a stretch of a text.
type part struct{ from, to int }

func (p part) of(s string) string { return s[p.from:p.to] }

// builder builds Texts, section by section.
type builder struct {
	text, digits []byte
	region       string
	t            Texts
}

func newBuilder(region string) *builder {
	return &builder{text: append(make([]byte, 0, 320), '\n'), digits: append(make([]byte, 0, 80), '\n'), region: region}
}

// section begins the next section; it ends where another begins.
func (b *builder) section(s section, fill func()) {
	x, d := len(b.text)-1, len(b.digits)-1
	fill()
	b.t.texts[s], b.t.tels[s] = part{x, len(b.text)}, part{d, len(b.digits)}
}

// add adds texts.
func (b *builder) add(texts ...string) {
	for _, s := range texts {
		n := len(b.text)
		if b.text = AppendFold(b.text, s); len(b.text) > n {
			b.text = append(b.text, '\n')
		}
	}
}

// number adds a number, as it came and as digits.
func (b *builder) number(raw string) number.Number {
	if raw == "" {
		return number.Number{}
	}
	n := number.Parse(raw, b.region)
	b.add(raw)
	switch n.Kind {
	case number.Withheld:
		b.add(n.Display())
	case number.Phone, number.Extension, number.FeatureCode:
		b.digits = append(append(b.digits, n.Digits...), '\n')
	}
	return n
}

// party adds a party; name is the contact's, where one is known.
func (b *builder) party(p call.Party, name string) number.Number {
	b.add(name)
	if p.Name != name && p.Name != p.Number {
		b.add(p.Name)
	}
	return b.number(p.Number)
}

// people are who talked and who was rung, each once.
func (b *builder) people(answered []call.Answer, rung []call.Ring) {
	type person struct{ name, extension, number string }
	seen := make([]person, 0, 8) // mostly enough, and on the stack
	add := func(p person) {
		if slices.Contains(seen, p) {
			return
		}
		seen = append(seen, p)
		b.add(p.name)
		b.number(p.extension)
		b.number(p.number)
	}
	for i := range answered {
		add(person{answered[i].Name, answered[i].Extension, answered[i].Number})
	}
	for i := range rung {
		add(person{rung[i].Name, rung[i].Extension, rung[i].Number})
	}
}

// parties adds both ends; outbound tells which of them is outside.
func (b *builder) parties(from, to call.Party, outbound bool, x *Extra) {
	var a, z number.Number
	b.section(secFrom, func() { a = b.party(from, x.From) })
	b.section(secTo, func() { z = b.party(to, x.To) })
	if outbound {
		a, b.t.out = z, secTo
	}
	b.t.keys, b.t.hidden = a.Keys(), a.Kind == number.Withheld
}

func (b *builder) extra(x *Extra) {
	b.section(secTag, func() { b.add(x.Tags...) })
	b.section(secNote, func() { b.add(x.Notes...) })
}

func (b *builder) done() *Texts {
	b.t.text, b.t.digits = string(b.text), string(b.digits)
	return &b.t
}

// textsOf gives the texts of a call as they are shown.
func textsOf(c *call.Call, x *Extra) *Texts {
	b := newBuilder(x.Region)
	b.parties(c.From, c.To, c.Direction == call.Outbound, x)
	b.section(secQueue, func() {
		b.add(c.Queue)
		for i := range c.Systems {
			if s := &c.Systems[i]; s.Kind == call.Queue && s.QueueName != c.Queue {
				b.add(s.QueueName)
			}
		}
	})
	b.section(secPath, func() { b.add(c.Path...) })
	b.section(secAgent, func() { b.people(c.Answered, c.Rung) })
	b.extra(x)
	b.section(secOther, func() {
		b.add(stateText(c.State, c.Outcome), c.Direction.String(), c.With)
		if c.Live() {
			b.add(c.Who)
		}
		if c.Rings {
			b.add("ringing you")
		}
		if c.Stale {
			b.add("stale")
		}
		b.marks(len(c.Gaps) > 0, c.JoinedLate)
	})
	return b.done()
}

// summaryTexts gives the texts of a finished call as they are shown.
func summaryTexts(s *call.Summary, x *Extra) *Texts {
	b := newBuilder(x.Region)
	b.parties(s.From, s.To, s.Direction == call.Outbound, x)
	b.section(secQueue, func() { b.add(s.Queue) })
	b.section(secPath, func() { b.add(s.Path...) })
	b.section(secAgent, func() { b.people(s.Answered, s.Rung) })
	b.extra(x)
	b.section(secOther, func() {
		b.add(stateText(call.StateEnded, s.Outcome), s.Direction.String())
		b.marks(s.Gaps > 0, s.JoinedLate)
	})
	return b.done()
}

// stateText is the word for what a call does, or how it ended.
func stateText(s call.State, o call.Outcome) string {
	if s == call.StateEnded && o != call.NoOutcome {
		return o.String()
	}
	return s.String()
}

func (b *builder) marks(gap, late bool) {
	if gap {
		b.add("gap")
	}
	if late {
		b.add("joined late")
	}
}

// hasWord reports whether the word stands somewhere.
func (t *Texts) hasWord(w *Word) bool {
	if w.Fuzzy {
		return fuzzy(t.text, w.Text)
	}
	return strings.Contains(t.text, w.Text) || w.Digits != "" && hasDigits(t.digits, w.Digits, w.Begins())
}

func hasDigits(all, digits string, begins bool) bool {
	if !begins {
		return strings.Contains(all, digits)
	}
	for {
		i := strings.Index(all, digits)
		if i < 0 {
			return false
		}
		if i > 0 && all[i-1] == '\n' {
			return true
		}
		all = all[i+1:] // what it goes on with is a digit, not a beginning
	}
}

// hasLine reports whether one of the texts is s and nothing else.
func hasLine(texts, s string) bool {
	for s != "" {
		i := strings.Index(texts, s)
		if i < 0 {
			return false
		}
		if end := i + len(s); i > 0 && texts[i-1] == '\n' && end < len(texts) && texts[end] == '\n' {
			return true
		}
		texts = texts[i+1:]
	}
	return false
}

// fuzzy reports whether the letters of s stand in one of the texts in their order.
func fuzzy(texts, s string) bool {
	for {
		i := strings.Index(texts, firstLetter(s))
		if i < 0 {
			return false
		}
		line, rest, _ := strings.Cut(texts[i:], "\n")
		if inOrderWithin(line, s) {
			return true
		}
		texts = rest
	}
}

func firstLetter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

func inOrderWithin(line, s string) bool {
	for s != "" {
		letter := firstLetter(s)
		i := strings.Index(line, letter)
		if i < 0 {
			return false
		}
		line, s = line[i+len(letter):], s[len(letter):]
	}
	return true
}

// has answers the terms about texts and parties.
func (t *Texts) has(s section, m *Term) bool {
	texts, digits := t.texts[s].of(t.text), t.tels[s].of(t.digits)
	if m.Op == Is {
		return hasLine(texts, m.Text) || m.Digits != "" && hasLine(digits, m.Digits)
	}
	return strings.Contains(texts, m.Text) || m.Digits != "" && hasDigits(digits, m.Digits, m.Begins())
}

// outside answers the terms about the outside number.
func (t *Texts) outside(m *Term) bool {
	if m.Keys == nil && m.Digits == "" {
		return t.hidden
	}
	for _, k := range m.Keys {
		if slices.Contains(t.keys, k) {
			return true
		}
	}
	if m.Op == Is && m.Keys != nil || m.Digits == "" {
		return false
	}
	digits := t.tels[t.out].of(t.digits)
	if m.Op == Is {
		return hasLine(digits, m.Digits)
	}
	return hasDigits(digits, m.Digits, m.Begins())
}
