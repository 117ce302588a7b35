package table

import (
	"time"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// Party is the cell of somebody: the name and, where there is room for all of it, the number
// beside it; without a name the number alone. nobody is said when there is neither.
func Party(th *theme.Theme, name, number, nobody string) Cell {
	switch {
	case name == "" && number == "":
		return Cell{Text: nobody, Style: th.Faint}
	case name == "":
		return Cell{Text: number, Style: th.Row}
	}
	return Cell{Text: name, Style: th.Row, More: number, MoreStyle: th.Faint}
}

// Words is a cell of text, a dash when there is none.
func Words(th *theme.Theme, s string) Cell {
	if s == "" {
		return Cell{Text: th.Signs.Dash, Style: th.Faint}
	}
	return Cell{Text: s, Style: th.Row}
}

// Length is a cell of a duration, a dash for what never was.
func Length(th *theme.Theme, d time.Duration) Cell {
	if d <= 0 {
		return Words(th, "")
	}
	return Words(th, text.Clock(d))
}

// Judge gives the sign and the look of a duration against its thresholds: "!" from amber on, "!!"
// from red on, "" below. A threshold of 0 is none.
func Judge(th *theme.Theme, d, amber, red time.Duration) (sign string, look theme.Style) {
	switch {
	case red > 0 && d >= red:
		return th.Signs.Alert, th.Bad
	case amber > 0 && d >= amber:
		return th.Signs.Warn, th.Warn
	}
	return "", th.Row
}

// Judged is the cell of a duration written as words, with the sign of Judge before it.
func Judged(th *theme.Theme, words string, d, amber, red time.Duration) Cell {
	sign, look := Judge(th, d, amber, red)
	return Cell{Text: text.Join(" ", sign, words), Style: look}
}
