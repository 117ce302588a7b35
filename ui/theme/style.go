package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Style is a look for plain text: colours and attributes, rendered once into the bytes that
// switch it on. The zero Style leaves text as it is.
type Style struct {
	on     string // the SGR sequence
	fg, bg color.Color
}

const off = "\x1b[m"

// probe stands for the text while a lipgloss style is turned into its SGR sequence.
const probe = "\u00b7"

func styleOf(l lipgloss.Style) Style {
	on, _, _ := strings.Cut(l.Render(probe), probe)
	s := Style{on: on}
	if _, none := l.GetForeground().(lipgloss.NoColor); !none {
		s.fg = l.GetForeground()
	}
	if _, none := l.GetBackground().(lipgloss.NoColor); !none {
		s.bg = l.GetBackground()
	}
	return s
}

// Render gives text in the style. The text must be plain: a reset inside it would end the style.
func (s Style) Render(text string) string {
	if s.on == "" || text == "" {
		return text
	}
	return s.on + text + off
}

// On gives the style as it looks on a ground, such as the selected row: what s says wins, the rest
// comes from the ground.
func (s Style) On(ground Style) Style {
	out := Style{on: ground.on + s.on, fg: s.fg, bg: s.bg}
	if out.fg == nil {
		out.fg = ground.fg
	}
	if out.bg == nil {
		out.bg = ground.bg
	}
	return out
}

// Plain reports whether the style changes nothing.
func (s Style) Plain() bool { return s.on == "" }

// Colors gives the foreground and the background; nil stands for the terminal's own.
func (s Style) Colors() (fg, bg color.Color) { return s.fg, s.bg }
