// Package prompt is the line in which text is typed. It is the one pane that takes keys itself.
package prompt

import (
	"cmp"
	"strings"
	"unicode/utf8"

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
	limit int

	before []string // what was typed here earlier, oldest first
	at     int      // which of them is shown; len(before) for what is being typed
	typed  string   // what was being typed when an earlier text was fetched
	fresh  bool     // nothing was typed yet, and what is typed first replaces the text

	offers offers
}

// Line says what is asked for.
type Line struct {
	Label  string   // stands before the text
	Value  string   // the text to begin with
	Before []string // what was typed here earlier, oldest first: up and down fetch it
	Max    int      // bytes of the text; 0 is call.MaxText

	// Replace has the first letter typed take the place of Value, which is drawn as selected.
	Replace bool

	Complete Completer // what Tab and shift+Tab go through; nil: nothing
	Offer    bool      // the ways to go on are shown before anything is typed
}

// New makes a closed prompt.
func New(th *theme.Theme) *Prompt { return &Prompt{th: th} }

// SetTheme changes the looks.
func (p *Prompt) SetTheme(th *theme.Theme) { p.th = th }

// Open begins with a text.
func (p *Prompt) Open(l Line) tea.Cmd {
	p.limit = cmp.Or(l.Max, call.MaxText)
	p.in = textinput.New()
	p.in.Prompt = ""
	p.in.CharLimit = p.limit
	p.in.SetVirtualCursor(false) // the terminal's own, so that nothing has to blink by messages
	p.in.SetValue(l.Value)
	p.in.CursorEnd()
	p.label, p.was, p.open = call.Clean(l.Label)+" ", l.Value, true
	p.before, p.at, p.typed = l.Before, len(l.Before), ""
	p.fresh = l.Replace && l.Value != ""
	p.offers.complete, p.offers.ready = l.Complete, l.Offer
	p.offer()
	return p.in.Focus()
}

// Active reports whether keys belong to the prompt.
func (p *Prompt) Active() bool { return p.open }

// Label gives what stands before the text.
func (p *Prompt) Label() string { return p.label }

// Accept closes it and keeps the text.
func (p *Prompt) Accept() { p.open = false }

// Cancel closes it and gives the text from before.
func (p *Prompt) Cancel() string {
	p.open = false
	return p.was
}

// Value gives the text, clean.
func (p *Prompt) Value() string {
	s := text.Clean(p.in.Value())
	for len(s) > p.limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// Update takes a key or a paste.
func (p *Prompt) Update(msg tea.Msg) tea.Cmd {
	p.replace(msg)
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "ctrl+p":
			p.fetch(-1)
			return nil
		case "down", "ctrl+n":
			p.fetch(1)
			return nil
		case "tab":
			p.choose(1)
			return nil
		case "shift+tab":
			p.choose(-1)
			return nil
		}
	}
	var cmd tea.Cmd
	p.in, cmd = p.in.Update(msg)
	p.clean()
	p.offer()
	return cmd
}

// replace takes the text to begin with away when something is typed or pasted over it, or deleted; any
// other key keeps it.
func (p *Prompt) replace(msg tea.Msg) {
	if !p.fresh {
		return
	}
	p.fresh = false
	switch msg := msg.(type) {
	case tea.PasteMsg:
		p.in.SetValue("")
	case tea.KeyPressMsg:
		if msg.Text != "" || msg.Code == tea.KeyBackspace || msg.Code == tea.KeyDelete {
			p.in.SetValue("")
		}
	}
}

// fetch brings an earlier text back, or goes on to a later one and at last to what was being typed.
func (p *Prompt) fetch(by int) {
	to := p.at + by
	if to < 0 || to > len(p.before) {
		return
	}
	if p.at == len(p.before) {
		p.typed = p.in.Value()
	}
	p.at = to
	s := p.typed
	if to < len(p.before) {
		s = p.before[to]
	}
	p.in.SetValue(s)
	p.in.CursorEnd()
	p.offer()
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
	lw := p.labelRoom(w)
	room := w - lw - 1 // a cell for the cursor behind the text
	if room < 1 {
		return "", 0
	}
	typed, at, from := p.shown(room)
	shown := text.Cut(string(typed[from:]), room)
	cursor = lw + text.Width(string(typed[from:at]))
	look := p.th.Input
	if p.fresh {
		look = look.On(p.th.RowSelected)
	}
	return p.th.Match.Render(text.Cut(p.label, lw)) + look.Render(shown), cursor
}

// labelRoom is the width of the label in w cells: a long one leaves room to type in.
func (p *Prompt) labelRoom(w int) int { return min(text.Width(p.label), max(2, w-20)) }

// shown gives the text, where the cursor stands in it, and the first character in sight.
func (p *Prompt) shown(room int) (typed []rune, at, from int) {
	typed = []rune(p.in.Value())
	at = min(p.in.Position(), len(typed))
	for from < at && text.Width(string(typed[from:at])) > room {
		from++
	}
	return typed, at, from
}

// Column gives the column at which character i of Value is drawn in w cells, its left end when it
// is out of sight.
func (p *Prompt) Column(w, i int) int {
	lw := p.labelRoom(w)
	room := w - lw - 1
	if room < 1 {
		return 0
	}
	typed, _, from := p.shown(room)
	i += len(typed) - len([]rune(strings.TrimLeft(string(typed), " "))) // Value has no blanks at its front
	i = max(from, min(i, len(typed)))
	return lw + min(room, text.Width(string(typed[from:i])))
}
