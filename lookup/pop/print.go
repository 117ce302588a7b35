package pop

import (
	"cmp"
	"fmt"
	"strings"

	"ringside/store/call"
)

// Text writes the trace for people, some lines of plain text that end with a line end.
func (t Trace) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s", t.At.Format("2006-01-02 15:04:05"), t.Moment)
	if t.User != "" {
		fmt.Fprintf(&b, " for %s", t.User)
	}
	fmt.Fprintf(&b, ": %s\n", t.headline())
	fmt.Fprintf(&b, "  call %s, %s, from %s to %s\n", t.Call, t.Direction, person(t.From), person(t.To))
	for _, r := range t.Rules {
		r.print(&b)
	}
	if t.Lookup != nil {
		t.Lookup.print(&b)
	}
	for _, g := range t.Targets {
		g.print(&b)
	}
	if t.Cut {
		b.WriteString("  … this trace was too long to be kept whole\n")
	}
	return b.String()
}

// headline is what became of the pop, in one line.
func (t Trace) headline() string {
	s := string(t.Result)
	if t.Result == Tried {
		s = "would open"
	}
	if t.Rule != "" && t.Result != Nothing {
		s += fmt.Sprintf(" by rule %q", t.Rule)
	}
	if t.Why != "" {
		s += ": " + t.Why
	}
	return s
}

func person(p call.Party) string {
	switch {
	case p.Name != "" && p.Number != "":
		return p.Name + " <" + p.Number + ">"
	case p.Name+p.Number == "":
		return "nobody known"
	}
	return p.Name + p.Number
}

func (r RuleTrace) print(b *strings.Builder) {
	word := "no"
	if r.Matched {
		word = "yes"
	}
	fmt.Fprintf(b, "  rule %q: %s\n", r.Name, word)
	for _, c := range r.Checks {
		word := "no "
		if c.Holds {
			word = "yes"
		}
		fmt.Fprintf(b, "    %s %-9s wants %s, is %s\n", word, c.What, c.Want, c.Have)
	}
}

func (l *LookupTrace) print(b *strings.Builder) {
	fmt.Fprintf(b, "  look-up of %s: %s", cmp.Or(l.Number, "no number"), count(len(l.Contacts), "contact"))
	switch {
	case l.Cached:
		b.WriteString(", from memory")
	case l.WaitedMs > 0:
		fmt.Fprintf(b, " after %d ms", l.WaitedMs)
	}
	if !l.Done && len(l.Steps)+len(l.Contacts) > 0 {
		b.WriteString(", not all sources had answered")
	}
	b.WriteByte('\n')
	for _, s := range l.Steps {
		fmt.Fprintf(b, "    %s asked for %s: ", s.Source, s.Asked)
		if s.Err != "" {
			fmt.Fprintf(b, "%s, after %d ms\n", s.Err, s.Ms)
			continue
		}
		fmt.Fprintf(b, "%d in %d ms\n", s.Found, s.Ms)
	}
	for _, c := range l.Contacts {
		word := "found"
		if c == l.Used {
			word = "used "
		}
		fmt.Fprintf(b, "    %s %s\n", word, c)
	}
}

func (g Target) print(b *strings.Builder) {
	fmt.Fprintf(b, "  %s %s\n", g.Kind, strings.Join(g.Template, " "))
	for _, v := range g.Values {
		fmt.Fprintf(b, "    %s in %s: %q", v.Variable, v.Place, v.Value)
		if v.Encoded != v.Value {
			fmt.Fprintf(b, " -> %s", v.Encoded)
		}
		if v.Note != "" {
			fmt.Fprintf(b, " (%s)", v.Note)
		}
		b.WriteByte('\n')
	}
	if g.URL != "" {
		fmt.Fprintf(b, "    = %s\n", g.URL)
	}
	for i, a := range g.Argv {
		fmt.Fprintf(b, "    argv[%d] %q\n", i, a)
	}
	if g.Result == Tried {
		return
	}
	fmt.Fprintf(b, "    %s", g.Result)
	if g.Ms > 0 {
		fmt.Fprintf(b, " after %d ms", g.Ms)
	}
	if g.Why != "" {
		b.WriteString(": " + g.Why)
	}
	b.WriteByte('\n')
	if g.Output != "" {
		fmt.Fprintf(b, "    wrote %q\n", g.Output)
	}
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
