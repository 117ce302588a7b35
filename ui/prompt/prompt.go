// Package prompt is the line in which text is typed. It is the one pane that takes keys itself.
package prompt

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Prompt is a line of input. The zero value is closed; Open opens it.
type Prompt struct {
	th    *theme.Theme
	in    textinput.Model
	open  bool
	was   string // text before it was opened
	label string
}

// New makes a closed prompt.
func New(th *theme.Theme) *Prompt { return &Prompt{th: th} }

// SetTheme changes the looks.
func (p *Prompt) SetTheme(th *theme.Theme) { p.th = th }

// Open begins with a text; label stands before it.
func (p *Prompt) Open(label, value string) tea.Cmd {
	p.in = textinput.New()
	p.in.Prompt = ""
	p.in.CharLimit = call.MaxText
	p.in.SetVirtualCursor(false) // the terminal's own, so that nothing has to blink by messages
	p.in.SetValue(value)
	p.in.CursorEnd()
	p.label, p.was, p.open = label, value, true
	return p.in.Focus()
}

// Active reports whether keys belong to the prompt.
func (p *Prompt) Active() bool { return p.open }

// Accept closes it and keeps the text.
func (p *Prompt) Accept() { p.open = false }

// Cancel closes it and gives the text from before.
func (p *Prompt) Cancel() string {
	p.open = false
	return p.was
}

// Value gives the text, clean.
func (p *Prompt) Value() string { return call.Clean(p.in.Value()) }

// Update takes a key or a paste.
func (p *Prompt) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	p.in, cmd = p.in.Update(msg)
	p.clean()
	return cmd
}

// clean takes out what must not be drawn, letter by letter, so that a blank being typed stays.
func (p *Prompt) clean() {
	typed, at := []rune(p.in.Value()), p.in.Position()
	kept := make([]rune, 0, len(typed))
	for i, r := range typed {
		if r == ' ' || call.Clean(string(r)) != "" {
			kept = append(kept, r)
		} else if i < p.in.Position() {
			at--
		}
	}
	if len(kept) < len(typed) {
		p.in.SetValue(string(kept))
		p.in.SetCursor(at)
	}
}

// View draws label and text in at most w cells, the end of the text in sight, and gives the column
// of the cursor.
func (p *Prompt) View(w int) (line string, cursor int) {
	lw := text.Width(p.label)
	room := w - lw - 1 // a cell for the cursor behind the text
	if room < 1 {
		return "", 0
	}
	typed := []rune(p.in.Value())
	at := min(p.in.Position(), len(typed))
	from := 0
	for from < at && text.Width(string(typed[from:at])) > room {
		from++
	}
	shown := text.Cut(string(typed[from:]), room)
	cursor = lw + text.Width(string(typed[from:at]))
	return p.th.Match.Render(p.label) + p.th.Input.Render(shown), cursor
}
