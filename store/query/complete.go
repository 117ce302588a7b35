package query

import (
	"cmp"
	"slices"
	"strings"

	"ringside/store/call"
)

// Candidates are the names that values can be completed to, the best first.
type Candidates struct {
	Queues, Agents, Paths, Tags []string
	Max                         int // how many completions at most; 0 is 12
}

// Completion is one way to go on.
type Completion struct {
	From, To int    // the characters of the query that Insert takes the place of
	Insert   string // quotes included where the value needs them
	Help     string // one line
}

// Complete gives the ways to go on at col, counted in characters: fields and properties for a word,
// words and names for a value. What begins like what is typed comes before what contains it.
// Within quotes that stand by themselves there is nothing to complete.
func Complete(text string, col int, c Candidates) []Completion {
	p := parser{src: []rune(text)}
	col = min(max(col, 0), len(p.src))
	for {
		for p.pos < col && (stops(p.peek(0)) || p.peek(0) == '-') {
			p.pos++
		}
		at := p.pos
		if at >= col {
			if !stops(p.peek(0)) {
				return nil // before a word that stands there
			}
			return c.word("", col, col)
		}
		if p.peek(0) == '~' || p.peek(0) == '"' {
			if p.peek(0) == '~' {
				p.pos++
			}
			if p.peek(0) == '"' {
				p.quoted()
			} else {
				p.pos = p.wordEnd()
			}
			if col <= p.pos {
				return nil
			}
			continue
		}
		if name, n := p.field(); n > 0 && col >= at+len([]rune(name))+n {
			p.pos += len([]rune(name)) + n
			sign := string(p.src[p.pos-n : p.pos])
			if vs := p.values(); col <= p.pos {
				return c.valueAt(&p, name, sign, vs, col)
			}
			continue
		} else if n > 0 && col <= at+len([]rune(name)) {
			return c.field(string(p.src[at:col]), at, at+len([]rune(name)))
		}
		end := p.wordEnd()
		if col <= end {
			return c.word(string(p.src[at:col]), at, end)
		}
		p.pos = end
	}
}

// wordEnd gives where the bare word that begins here ends.
func (p *parser) wordEnd() int { return p.pos + len([]rune(p.word())) }

// found is a completion and how well it fits: 0 begins like what is typed, 1 does so by another
// name or contains it.
type found struct {
	Completion
	rank int
}

// best puts what fits best first.
func (c Candidates) best(all []found) []Completion {
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]Completion, 0, len(all))
	for _, f := range all {
		if !slices.ContainsFunc(out, func(o Completion) bool { return o.Insert == f.Insert }) {
			out = append(out, f.Completion)
		}
	}
	return out[:min(len(out), cmp.Or(max(0, c.Max), 12))]
}

// fits tells how well a name fits what is typed, -1 for not at all. Both are folded.
func fits(name, typed string) int {
	switch {
	case strings.HasPrefix(name, typed):
		return 0
	case strings.Contains(name, typed):
		return 1
	}
	return -1
}

// fields gives the fields that a word may become; sign tells whether the operator is inserted, too.
func (c Candidates) fields(typed string, from, to int, sign bool) []found {
	var out []found
	typed = Fold(typed)
	for _, f := range Fields() {
		insert := f.Name
		if sign {
			insert += sample(f)
		}
		switch {
		case strings.HasPrefix(f.Name, typed):
			out = append(out, found{Completion{from, to, insert, f.Help}, 0})
		case slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.HasPrefix(a, typed) }):
			out = append(out, found{Completion{from, to, insert, f.Help}, 1})
		}
	}
	return out
}

// sample gives the operator a field is mostly used with.
func sample(f Info) string {
	if f.Type == DurationValue {
		return ">"
	}
	return ":"
}

// field completes the name of a field that has its operator already.
func (c Candidates) field(typed string, from, to int) []Completion {
	return c.best(c.fields(typed, from, to, false))
}

// word completes a word: to a field, a property, or a name of which it is a part.
func (c Candidates) word(typed string, from, to int) []Completion {
	out := c.fields(typed, from, to, true)
	typed = Fold(typed)
	add := func(insert, help string) {
		if strings.HasPrefix(insert, typed) {
			out = append(out, found{Completion{from, to, insert, help}, 0})
		}
	}
	for _, f := range [...]Field{Flag, Dir} {
		for _, v := range valuesOf(f) {
			add(v.name, v.help)
		}
	}
	for _, t := range times() {
		if _, ok := property(t[0], Options{}); ok {
			add(t[0], t[1])
		}
	}
	if len(typed) < 2 { // everybody has an "a"
		return c.best(out)
	}
	for _, f := range [...]Field{QueueName, Agent, PathName, Tag} {
		name, _ := nameOf(f)
		for _, v := range c.names(f) {
			if rank := fits(Fold(v), typed); rank >= 0 {
				out = append(out, found{Completion{from, to, name + ":" + Quote(call.Clean(v)), name}, 2 + rank})
			}
		}
	}
	return c.best(out)
}

// names gives the names that a field may have.
func (c Candidates) names(f Field) []string {
	switch f {
	case QueueName:
		return c.Queues
	case Agent:
		return c.Agents
	case PathName:
		if len(c.Paths) > 0 {
			return c.Paths
		}
		return c.Queues
	case Tag:
		return c.Tags
	}
	return nil
}

// valueAt completes the value at col.
func (c Candidates) valueAt(p *parser, name, sign string, vs []rawValue, col int) []Completion {
	f, ok := fieldNamed(Fold(name))
	if !ok || (sign != ":" && sign != "=" && sign != "!=") && !f.Type.compares() {
		return nil
	}
	v := rawValue{at: col, to: col}
	for _, o := range vs {
		if o.at <= col && col <= o.to {
			v = o
		}
	}
	typed := Fold(strings.TrimPrefix(string(p.src[v.at:col]), `"`))
	var out []found
	add := func(insert, help string) {
		if rank := fits(Fold(insert), typed); rank >= 0 {
			out = append(out, found{Completion{v.at, v.to, insert, help}, rank})
		}
	}
	for _, w := range valuesOf(f.Field) {
		add(w.name, w.help)
	}
	for _, n := range c.names(f.Field) {
		n = call.Clean(n)
		if rank := fits(Fold(n), typed); rank >= 0 {
			out = append(out, found{Completion{v.at, v.to, Quote(n), f.Name}, rank})
		}
	}
	switch f.Type {
	case DurationValue:
		for _, d := range durations(typed) {
			add(d[0], d[1])
		}
	case TimeValue:
		for _, t := range times() {
			add(t[0], t[1])
		}
	}
	return c.best(out)
}

// durations gives what a duration may become.
func durations(typed string) [][2]string {
	if typed != "" && strings.Trim(typed, "0123456789") == "" {
		return [][2]string{{typed + "s", "seconds"}, {typed + "m", "minutes"}, {typed + "h", "hours"}}
	}
	return [][2]string{{"20s", "20 seconds"}, {"45s", "45 seconds"}, {"1m", "a minute"}, {"2m", "2 minutes"}, {"5m", "5 minutes"}, {"1h", "an hour"}}
}

// times gives what a time may be.
func times() [][2]string {
	return [][2]string{
		{"today", "since midnight"}, {"yesterday", "the day before"}, {"thisweek", "since Monday"}, {"lastweek", "Monday to Sunday before"},
		{"thismonth", "since the first"}, {"lastmonth", "the month before"}, {"-1h", "an hour ago"}, {"-24h", "24 hours ago"},
		{"-7d", "seven days ago"}, {"-30d", "thirty days ago"}, {"monday", "the last one, today included"}, {"tuesday", "the last one"}, {"wednesday", "the last one"},
		{"thursday", "the last one"}, {"friday", "the last one"}, {"saturday", "the last one"}, {"sunday", "the last one"},
	}
}
