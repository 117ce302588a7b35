package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"ringside/store/call"
)

// build makes a theme of a palette.
func build(name string, p palette) *Theme {
	fg := func(c color.Color) Style { return styleOf(lipgloss.NewStyle().Foreground(c)) }
	bold := func(c color.Color) Style { return styleOf(lipgloss.NewStyle().Foreground(c).Bold(true)) }
	block := func(f, b color.Color) Style {
		return styleOf(lipgloss.NewStyle().Foreground(f).Background(b).Bold(true))
	}
	t := &Theme{
		Name: name, Light: p.light,
		Text: fg(p.text), Strong: bold(p.strong), Faint: fg(p.faint), Accent: fg(p.accent),
		Good: fg(p.good), Warn: bold(p.warn), Bad: bold(p.bad), Hold: fg(p.hold),
		Brand: bold(p.accent), Header: fg(p.text), Tab: fg(p.faint), TabActive: block(p.strong, p.selected),
		Column: fg(p.faint), ColumnBy: bold(p.accent), Border: fg(p.line),
		Key: bold(p.accent), KeyHelp: fg(p.faint), Banner: block(p.ink, p.warn), Alert: block(p.ink, p.bad), Match: bold(p.accent),
		Input: bold(p.strong), Title: bold(p.strong), Label: fg(p.faint),
		Row: fg(p.text), RowSelected: block(p.strong, p.selected), RowDim: fg(p.faint), Mark: fg(p.warn),
		Bar:  styleOf(lipgloss.NewStyle().Foreground(p.text).Background(p.selected)),
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
		Key: bold, KeyHelp: plain, Banner: block, Alert: block, Match: bold,
		Input: bold, Title: bold, Label: plain,
		Row: plain, RowSelected: reverse, RowDim: plain, Mark: under, Bar: reverse,
		Card: plain, Ring: block,
		Signs: unicodeSigns(),
	}
	t.states[call.StateRinging] = bold
	return t
}
