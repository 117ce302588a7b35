package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"ringside/store/call"
)

// palette is the few colours a theme is made of. The ground is the terminal's own.
type palette struct {
	text, strong, faint, accent, good, warn, bad, hold color.Color
	line                                               color.Color // borders: decoration, not text
	selected                                           color.Color // ground of the selected row and tab
	ink                                                color.Color // text on an accent, warn or bad ground
}

// Dark is the theme for dark terminals.
func Dark() *Theme {
	return build("dark", palette{
		text: lipgloss.Color("#d3d9e6"), strong: lipgloss.Color("#f4f7fc"), faint: lipgloss.Color("#9ea8bf"),
		accent: lipgloss.Color("#6cbcff"), good: lipgloss.Color("#86d58f"), warn: lipgloss.Color("#f2b84b"),
		bad: lipgloss.Color("#ff8f96"), hold: lipgloss.Color("#c9b0ff"),
		line: lipgloss.Color("#4a5468"), selected: lipgloss.Color("#333846"), ink: lipgloss.Color("#0c111b"),
	})
}

// Light is the theme for light terminals.
func Light() *Theme {
	return build("light", palette{
		text: lipgloss.Color("#262626"), strong: lipgloss.Color("#070b12"), faint: lipgloss.Color("#515a69"),
		accent: lipgloss.Color("#07519c"), good: lipgloss.Color("#13602a"), warn: lipgloss.Color("#7a4700"),
		bad: lipgloss.Color("#a81c16"), hold: lipgloss.Color("#5f3596"),
		line: lipgloss.Color("#aab3c0"), selected: lipgloss.Color("#d9dfe8"), ink: lipgloss.Color("#ffffff"),
	})
}

func build(name string, p palette) *Theme {
	fg := func(c color.Color) Style { return styleOf(lipgloss.NewStyle().Foreground(c)) }
	bold := func(c color.Color) Style { return styleOf(lipgloss.NewStyle().Foreground(c).Bold(true)) }
	block := func(f, b color.Color) Style {
		return styleOf(lipgloss.NewStyle().Foreground(f).Background(b).Bold(true))
	}
	t := &Theme{
		Name: name,
		Text: fg(p.text), Strong: bold(p.strong), Faint: fg(p.faint), Accent: fg(p.accent),
		Good: fg(p.good), Warn: bold(p.warn), Bad: bold(p.bad), Hold: fg(p.hold),
		Brand: bold(p.accent), Header: fg(p.text), Tab: fg(p.faint), TabActive: block(p.strong, p.selected),
		Column: fg(p.faint), ColumnBy: bold(p.accent), Border: fg(p.line),
		Key: bold(p.accent), KeyHelp: fg(p.faint), Banner: block(p.ink, p.warn), Match: bold(p.accent),
		Input: bold(p.strong), Title: bold(p.strong), Label: fg(p.faint),
		Row: fg(p.text), RowSelected: block(p.strong, p.selected), RowDim: fg(p.faint), Mark: fg(p.warn),
		Card: fg(p.text), Ring: block(p.ink, p.accent),
		Signs: unicodeSigns(),
	}
	t.states = [...]Style{
		call.StateStarting: t.Faint, call.StateInMenu: t.Faint, call.StateWaiting: fg(p.warn),
		call.StateRinging: bold(p.accent), call.StateTalking: t.Good, call.StateOnHold: t.Hold,
		call.StateTransferring: t.Hold, call.StateVoicemail: t.Hold, call.StateParked: t.Hold,
		call.StateEnded: t.RowDim,
	}
	t.outcomes = [...]Style{
		call.NoOutcome: t.Text, call.Answered: t.RowDim, call.Missed: fg(p.bad),
		call.AbandonedMenu: fg(p.bad), call.AbandonedQueue: fg(p.bad), call.VoicemailLeft: t.Hold,
		call.Forwarded: t.RowDim, call.NotConnected: t.RowDim,
	}
	t.phases = [...]Style{
		call.PhaseSetup: t.Faint, call.PhaseMenu: t.Faint, call.PhaseWait: fg(p.warn),
		call.PhaseRing: t.Accent, call.PhaseTalk: t.Good, call.PhaseHold: t.Hold,
		call.PhaseTransfer: t.Hold, call.PhaseVoicemail: t.Hold, call.PhaseClosing: t.Faint,
	}
	return t
}

// Mono is the theme without colour: bold, underline and reverse alone.
func Mono() *Theme {
	plain := Style{}
	bold := styleOf(lipgloss.NewStyle().Bold(true))
	under := styleOf(lipgloss.NewStyle().Underline(true))
	strong := styleOf(lipgloss.NewStyle().Bold(true).Underline(true))
	reverse := styleOf(lipgloss.NewStyle().Reverse(true))
	block := styleOf(lipgloss.NewStyle().Reverse(true).Bold(true))
	t := &Theme{
		Name: "mono",
		Text: plain, Strong: bold, Faint: plain, Accent: bold,
		Good: plain, Warn: bold, Bad: strong, Hold: plain,
		Brand: bold, Header: plain, Tab: plain, TabActive: block,
		Column: under, ColumnBy: strong, Border: plain,
		Key: bold, KeyHelp: plain, Banner: block, Match: bold,
		Input: bold, Title: bold, Label: plain,
		Row: plain, RowSelected: reverse, RowDim: plain, Mark: under,
		Card: plain, Ring: block,
		Signs: unicodeSigns(),
	}
	t.states[call.StateRinging] = bold
	return t
}
