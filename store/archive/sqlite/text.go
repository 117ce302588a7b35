package sqlite

import (
	"slices"
	"unicode/utf8"

	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/store/query"
)

// shown are the texts of a call that a search looks at, as query.SummarySubject has them, but for
// those that are the same for many (outcome, direction, marks) and for tags and notes, which change.
// Every text stands between two line ends. The digits of a number stand on a line of their own, in
// characters that no folded text has (digitMark), so that one column serves both.
type shown struct {
	text   string
	at     [numSections]int // where each section begins, with the line end before it; 1 is the first character
	queues []string         // it came through, not folded
	keys   []string         // normal forms of the outside number
	others []string         // and of all other numbers
	hidden bool             // the outside number is withheld
}

type part int

const (
	secFrom part = iota
	secTo
	secQueue
	secPath
	secAgent
	secRest
	numSections
)

// digitMark is what is added to the digits of numbers: they become control characters.
const digitMark = 0x10 - '0'

// marked gives digits as they stand in text.
func marked(digits string) string {
	b := []byte(digits)
	for i, c := range b {
		if c >= '0' && c <= '9' {
			b[i] = byte(int(c) + digitMark)
		}
	}
	return string(b)
}

type textBuilder struct {
	region string
	text   []byte
	out    shown
}

func showing(c *call.Call, s *call.Summary, region string) shown {
	b := textBuilder{region: region, text: append(make([]byte, 0, 320), '\n')}
	b.section(secFrom)
	from := b.party(s.From)
	b.section(secTo)
	to := b.party(s.To)
	outsider := from
	if s.Direction == call.Outbound {
		outsider = to
	}
	b.out.keys, b.out.hidden = outsider.Keys(), outsider.Kind == number.Withheld
	b.section(secQueue)
	b.out.queues = queuesOf(c, s)
	for _, q := range b.out.queues {
		b.add(q)
	}
	b.section(secPath)
	for _, p := range s.Path {
		b.add(p)
	}
	b.section(secAgent)
	b.people(s)
	b.section(secRest)
	b.elsewhere(c)
	b.out.text = string(b.text)
	return b.out
}

// queuesOf gives the queues a call came through, the last one first.
func queuesOf(c *call.Call, s *call.Summary) []string {
	var out []string
	add := func(q string) {
		if q != "" && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	add(s.Queue)
	for i := range c.Systems {
		if c.Systems[i].Kind == call.Queue {
			add(c.Systems[i].QueueName)
		}
	}
	return out
}

func (b *textBuilder) section(s part) { b.out.at[s] = utf8.RuneCount(b.text) }

func (b *textBuilder) add(s string) {
	n := len(b.text)
	if b.text = query.AppendFold(b.text, s); len(b.text) > n {
		b.text = append(b.text, '\n')
	}
}

func (b *textBuilder) party(p call.Party) number.Number {
	if p.Name != p.Number {
		b.add(p.Name)
	}
	return b.number(p.Number)
}

func (b *textBuilder) number(raw string) number.Number {
	if raw == "" {
		return number.Number{}
	}
	n := number.Parse(raw, b.region)
	b.add(raw)
	switch n.Kind {
	case number.Withheld:
		b.add(n.Display())
	case number.Phone, number.Extension, number.FeatureCode:
		b.text = append(append(b.text, marked(n.Digits)...), '\n')
	}
	return n
}

// elsewhere notes the numbers of a call that no list shows. The account's own are nobody's.
func (b *textBuilder) elsewhere(c *call.Call) {
	b.others(number.Parse(c.DialString, b.region))
	for i := range c.People {
		b.others(number.Parse(c.People[i].Outside.Number, b.region))
	}
	for i := range c.Transfers {
		b.others(number.Parse(c.Transfers[i].To, b.region))
	}
}

// others notes the keys of numbers that are not the outside party's. Extensions are nobody's who
// could ask for them.
func (b *textBuilder) others(n number.Number) {
	if n.Kind == number.Phone {
		for _, k := range n.Keys() {
			if !slices.Contains(b.out.others, k) && !slices.Contains(b.out.keys, k) {
				b.out.others = append(b.out.others, k)
			}
		}
	}
}

// people adds who talked and who was rung, each once.
func (b *textBuilder) people(s *call.Summary) {
	type person struct{ name, extension, number string }
	var seen []person
	add := func(p person) {
		if slices.Contains(seen, p) {
			return
		}
		seen = append(seen, p)
		b.add(p.name)
		b.number(p.extension)
		b.others(b.number(p.number))
	}
	for i := range s.Answered {
		add(person{s.Answered[i].Name, s.Answered[i].Extension, s.Answered[i].Number})
	}
	for i := range s.Rung {
		add(person{s.Rung[i].Name, s.Rung[i].Extension, s.Rung[i].Number})
	}
}

// keysOf gives the normal forms of a number; for what is no number, its folded text is the only one,
// so that it can still be asked for.
func keysOf(raw, region string) []string {
	if keys := number.Parse(raw, region).Keys(); len(keys) > 0 {
		return keys
	}
	if f := query.Fold(raw); f != "" {
		return []string{"~" + f}
	}
	return nil
}
