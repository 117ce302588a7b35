package figures

import (
	"fmt"
	"strings"

	"ringside/store/call"
	"ringside/store/stats"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Explain tells what a number means, in at most h lines of w cells: its formula, its window, what is
// not certain, and how its calls are seen.
func Explain(th *theme.Theme, n stats.Number, w, h int) []string {
	title := " " + n.Title + " of " + n.Scope.String() + ": " + Value(th, n)
	if n.Scope.Kind == stats.OnFloor {
		title = " " + n.Title + ": " + Value(th, n)
	}
	rule := text.Cut(" "+call.Clean(title)+" ", w-4)
	lines := []string{th.Border.Render(th.Signs.H+th.Signs.H) + th.Title.Render(rule) + th.Border.Render(strings.Repeat(th.Signs.H, max(0, w-2-text.Width(rule))))}
	say := func(label, s string, look theme.Style) {
		for i, l := range text.Wrap(s, max(12, w-14)) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, " "+th.Label.Render(text.Fit(label, 11))+look.Render(l))
		}
	}
	say("is", n.Formula, th.Text)
	say("of", of(n), th.Text)
	if sure := n.Doubt.String(); sure != "" {
		say(th.Signs.Gap+" not sure", sure, th.Mark)
	} else {
		say("sure", "nothing is known to be missing", th.Faint)
	}
	say("Enter", fmt.Sprintf("opens %s", calls(n.Of)), th.Faint)
	if len(lines) > h {
		lines = lines[:h]
	}
	return lines
}

func of(n stats.Number) string {
	s := n.Window.String()
	if n.Unit != stats.Count {
		s = fmt.Sprintf("%s; %s", calls(n.Of), s)
	}
	return s
}

func calls(n int) string {
	switch n {
	case 0:
		return "no calls"
	case 1:
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

// Value writes a number for people, a dash of the theme where nothing is known.
func Value(th *theme.Theme, n stats.Number) string {
	if !n.Known {
		return th.Signs.Dash
	}
	return n.Text()
}

// Cell is the cell of a number.
func Cell(th *theme.Theme, n stats.Number) table.Cell {
	c := table.Cell{Text: Value(th, n), Style: th.Text}
	if !n.Known || n.Value == 0 {
		c.Style = th.Faint
	}
	return c
}

// Promise is the cell of a share that should be high: red under target, amber under amber.
func Promise(th *theme.Theme, n stats.Number, target, amber float64) table.Cell {
	c := Cell(th, n)
	switch {
	case !n.Known:
	case n.Value < target:
		c.Text, c.Style = th.Signs.Alert+" "+c.Text, th.Bad
	case n.Value < amber:
		c.Text, c.Style = th.Signs.Warn+" "+c.Text, th.Warn
	}
	return c
}

// Judged is the cell of a number that should be low: amber and red from thresholds on; 0 is never.
func Judged(th *theme.Theme, n stats.Number, amber, red float64) table.Cell {
	c := Cell(th, n)
	switch {
	case !n.Known:
	case red > 0 && n.Value >= red:
		c.Text, c.Style = th.Signs.Alert+" "+c.Text, th.Bad
	case amber > 0 && n.Value >= amber:
		c.Text, c.Style = th.Signs.Warn+" "+c.Text, th.Warn
	}
	return c
}
