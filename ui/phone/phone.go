// Package phone shows the telephone of the desk: a bar with its calls and the keys that act on them, and the
// list of those a call can be transferred to.
//
// The bar is never modal. It draws a phone.View that it is handed, and asks nobody; which call a key is
// about is Target's to say.
package phone

import (
	"time"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	"ringside/ui/theme"
)

// Bar is the call bar. New makes one.
type Bar struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	view   phone.View
	keypad bool
	carded bool                                  // the caller's card stands above the bar
	keys   func(action.Action) string            // the name of an action's key, "" where it has none
	who    func(call.Party) (name, about string) // the contact with a number; "" where none is known
	number func(string) string                   // writes a number for people
	spans  []span                                // where the keys stand in the last line drawn
}

// span is where a key stands in the line of keys.
type span struct {
	from, to int
	act      action.Action
}

// Words is what a bar takes from outside to write names, numbers and keys. Each may be nil.
type Words struct {
	Key    func(action.Action) string
	Who    func(call.Party) (name, about string)
	Number func(string) string
}

// New makes an empty bar in the looks of th.
func New(th *theme.Theme, w Words) *Bar {
	b := &Bar{th: th, keys: w.Key, who: w.Who, number: w.Number}
	if b.keys == nil {
		b.keys = func(action.Action) string { return "" }
	}
	if b.who == nil {
		b.who = func(call.Party) (string, string) { return "", "" }
	}
	if b.number == nil {
		b.number = call.Clean
	}
	return b
}

// SetTheme changes the looks.
func (b *Bar) SetTheme(th *theme.Theme) { b.th = th }

// SetSize sets the room in cells. The bar is drawn in one line or two.
func (b *Bar) SetSize(w, h int) { b.w, b.h = w, h }

// SetNow sets the present moment.
func (b *Bar) SetNow(now time.Time) { b.now = now }

// SetData sets how the telephone is.
func (b *Bar) SetData(v phone.View) { b.view = v }

// SetKeypad sets whether digits are sent as tones.
func (b *Bar) SetKeypad(on bool) { b.keypad = on }

// SetCarded sets whether the card of a ringing caller stands right above the bar, which then need not say all
// of it again.
func (b *Bar) SetCarded(yes bool) { b.carded = yes }

// Lines is how many lines the bar needs: none without a call or anything to say.
func (b *Bar) Lines() int {
	switch {
	case len(b.view.Calls) == 1 && b.carded && len(Ringing(b.view)) == 1 && b.view.Sound.On && b.view.Calls[0].Why == "":
		return 1
	case len(b.view.Calls) > 0:
		return 2
	case b.view.Line.State == phone.Lost:
		return 1
	}
	return 0
}

// Says reports whether the bar, in two lines, says that this has failed.
func (b *Bar) Says(why string) bool {
	c, ok := b.shown()
	return ok && b.h == 2 && c.Why != "" && call.Clean(c.Why) == call.Clean(why)
}

// ActionAt gives what a click in cell x of line y does; action.None where no key stands there.
func (b *Bar) ActionAt(x, y int) action.Action {
	if y != b.h-1 {
		return action.None
	}
	for _, s := range b.spans {
		if x >= s.from && x < s.to {
			return s.act
		}
	}
	return action.None
}
