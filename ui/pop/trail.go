package pop

import (
	"errors"
	"fmt"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/text"
)

// asked shows which sources were asked, with what number, how long they took and what came.
func (p *Pane) asked(k *card) {
	k.gap()
	steps := p.result.Trail
	same := sameAsked(steps)
	head := "sources asked"
	if same != "" {
		head += " for " + same
	}
	if p.result.Cached {
		head += ", earlier"
	}
	k.para(head, 2, p.th.Label)
	if len(steps) == 0 {
		said := "none is set up"
		if !p.result.Done {
			said = "none has answered yet"
		}
		k.para(said, 1, p.th.Faint)
		return
	}
	for _, s := range steps {
		p.step(k, s, same == "")
	}
	if !p.result.Done {
		k.para("others have not answered yet"+text.Ellipsis, 1, p.th.Faint)
	}
}

// step is one source's line, and below it what went wrong.
func (p *Pane) step(k *card, s lookup.Step, number bool) {
	style, sign := p.th.Text, p.th.Signs.Good
	said := count(s.Found, "contact", "contacts")
	switch {
	case errors.Is(s.Err, lookup.ErrNotAsked) && s.Found == 0:
		style, sign, said = p.th.Warn, p.th.Signs.Dash, "not asked"
	case s.Err != nil && s.Found == 0:
		style, sign, said = p.th.Warn, p.th.Signs.Bad, "failed"
	case s.Err != nil:
		style, sign = p.th.Warn, p.th.Signs.Warn
	case s.Found == 0:
		style, sign, said = p.th.Faint, p.th.Signs.Dash, "nobody"
	}
	left := sign + " " + text.Join(p.dot(), call.Clean(s.Source), said)
	took := took(s.Took)
	if s.Age > 0 {
		took = "kept, " + text.Ago(s.Age)
	}
	k.add(text.Ends(style.Render(text.Cut(left, max(1, k.w-text.Width(took)-1))), p.th.Faint.Render(took), k.w))
	if number && s.Asked != "" {
		k.para("  asked for "+call.Clean(s.Asked), 1, p.th.Faint)
	}
	if s.Err != nil {
		k.para("  "+text.Clean(s.Err.Error()), 3, p.th.Warn)
	}
}

// sameAsked gives the number that all sources were asked for, "" when they were asked for several.
func sameAsked(steps []lookup.Step) string {
	same := ""
	for i, s := range steps {
		if i > 0 && s.Asked != same {
			return ""
		}
		same = s.Asked
	}
	return call.Clean(same)
}

// took writes how long a source took: "0.4 ms", "38 ms", "1.2 s".
func took(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// failures counts the sources that gave no full answer. That a source has nothing to ask by when
// an extension calls is none.
func (p *Pane) failures() int {
	n := 0
	for _, s := range p.result.Trail {
		if p.failed(s) {
			n++
		}
	}
	return n
}

func (p *Pane) failed(s lookup.Step) bool {
	var rest *lookup.RestError
	internal := p.number().Kind != number.Phone && errors.Is(s.Err, lookup.ErrNotAsked) && !errors.As(s.Err, &rest)
	return s.Err != nil && !internal
}

// trouble is what the first source that failed says, in few words.
func (p *Pane) trouble() string {
	for _, s := range p.result.Trail {
		if p.failed(s) {
			return call.Clean(s.Source) + ": " + text.Clean(s.Err.Error())
		}
	}
	return ""
}
