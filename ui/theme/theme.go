// Package theme holds every look of the screen: colours, attributes and signs, by what they mean.
//
// No other package makes a style. A meaning is never carried by colour alone: every state, outcome
// and warning has a sign and a word beside its style, and the Mono theme has no colour at all.
package theme

import "ringside/store/call"

// Theme is one set of looks. It is never changed once made; panes share a pointer to it.
type Theme struct {
	Name  string
	ASCII bool // signs of ASCII alone
	Light bool // made for light terminals

	// Text.
	Text   Style // what is read
	Strong Style // what is read first
	Faint  Style // what may be overlooked: units, separators, rest
	Accent Style // the one accent: what is here and now

	// Judgement. Always beside a sign or a word.
	Good Style
	Warn Style
	Bad  Style
	Hold Style // neither good nor bad: on hold, parked, being moved

	// The frame.
	Brand     Style
	Header    Style
	Tab       Style
	TabActive Style
	Column    Style // headings of a table
	ColumnBy  Style // the heading it is sorted by
	Border    Style
	Key       Style // a key in help and footer
	KeyHelp   Style // what it does
	Banner    Style // paused, order held: a state of the screen itself
	Alert     Style // a red alarm, the link lost
	Match     Style // the filter in force
	Input     Style // what is being typed
	Title     Style // title of a pane or card
	Label     Style // name of a field; its value is Text

	// Rows.
	Row         Style
	RowSelected Style // a ground: put cell styles On it
	RowDim      Style // ended rows
	Mark        Style // joined late, gap, stale, inferred: not fully known

	// The telephone.
	Bar Style // a ground: put the styles of the call bar On it

	// The card.
	Card Style
	Ring Style // title of a card that rings you

	Signs Signs

	states   [call.StateEnded + 1]Style
	outcomes [call.NotConnected + 1]Style
	phases   [call.NumPhases]Style
}

// State gives the look of a state.
func (t *Theme) State(s call.State) Style {
	if int(s) < len(t.states) {
		return t.states[s]
	}
	return t.Text
}

// Outcome gives the look of an outcome.
func (t *Theme) Outcome(o call.Outcome) Style {
	if int(o) < len(t.outcomes) {
		return t.outcomes[o]
	}
	return t.Text
}

// Phase gives the look of a phase.
func (t *Theme) Phase(p call.Phase) Style {
	if int(p) < len(t.phases) {
		return t.phases[p]
	}
	return t.Text
}

// PhaseMark gives what the part of a phase is filled with in a bar, one cell wide, so that the
// parts can be told apart without colour.
func (t *Theme) PhaseMark(p call.Phase) string {
	if int(p) < len(t.Signs.Phases) {
		return t.Signs.Phases[p]
	}
	return t.Signs.Empty
}

// Sign gives the sign of a state, one cell wide.
func (t *Theme) Sign(s call.State) string {
	if int(s) < len(t.Signs.States) {
		return t.Signs.States[s]
	}
	return "?"
}

// OutcomeSign gives the sign of an outcome, one cell wide.
func (t *Theme) OutcomeSign(o call.Outcome) string {
	if int(o) < len(t.Signs.Outcomes) {
		return t.Signs.Outcomes[o]
	}
	return "?"
}

// StatusSign gives the sign of what one participant does, one cell wide.
func (t *Theme) StatusSign(s call.Status) string {
	if int(s) < len(t.Signs.Statuses) {
		return t.Signs.Statuses[s]
	}
	return "?"
}

// WithASCII gives the theme with signs of ASCII alone.
func (t *Theme) WithASCII() *Theme {
	c := *t
	c.Signs, c.ASCII = asciiSigns(), true
	return &c
}
