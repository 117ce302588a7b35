// Package pop shows the caller card: who rings, as far as is known, where it comes from, and what
// happened with them before.
//
// The card is never modal and takes no key by itself: it is drawn beside the desk, or as a strip of
// two or three lines where there is no room beside it. It comes up with the first ring and fills as
// answers come. What it wants done it says in messages: DecideMsg, action.Copy, action.Refused.
package pop

import (
	"strings"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Pane is the caller card. New makes one.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	call    *call.Call
	result  lookup.Result
	history []*call.Call
	others  int // further calls that ring me beside the one shown

	// What the archive knows of the caller; dropped as soon as the card is another caller's.
	caller string        // the normal form of the caller's number, else the id of the call
	rows   []archive.Row // their earlier calls; nil: not asked yet
	debt   *archive.Debt
	items  []archive.Item // notes, tags and decisions
	picked *archive.Item  // the decision made here, until it comes back among items

	region  string // ISO 3166 country that numbers without a country code are in
	create  string // template of the page that makes a contact
	trail   bool   // which sources were asked is shown
	local   string // the caller's local time, said
	localOf localKey
}

// New makes an empty card in the looks of th.
func New(th *theme.Theme) *Pane { return &Pane{th: th} }

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th }

// SetSize sets the room of View in cells.
func (p *Pane) SetSize(w, h int) { p.w, p.h = w, h }

// SetNow sets the present moment. Its location is the zone that times are written in.
func (p *Pane) SetNow(now time.Time) {
	p.now = now
	p.setLocal()
}

// SetRegion sets the ISO 3166 country ("US") that numbers without a country code are in, as for the
// look-ups (number.Parse).
func (p *Pane) SetRegion(region string) { p.region = region }

// SetData sets whose card it is: the call (nil for none), what the look-up of its outside party
// has brought so far, and the finished calls of this run with the same party, newest first. When the
// caller is another one than before, what SetHistory, SetDebt and SetItems have set is dropped:
// nobody is shown another's past.
func (p *Pane) SetData(c *call.Call, r lookup.Result, history []*call.Call) {
	p.call, p.result, p.history = c, r, history
	if key := p.callerKey(); key != p.caller {
		p.caller, p.rows, p.debt, p.items, p.picked = key, nil, nil, nil, nil
		p.trail = false
	}
	p.setLocal()
}

// SetHistory sets the finished calls with the caller that the archive has, newest first; the call
// shown may be among them. Until it is called, the card shows the calls of this run.
func (p *Pane) SetHistory(rows []archive.Row) {
	if rows == nil {
		rows = []archive.Row{}
	}
	p.rows = rows
}

// SetDebt sets that the caller is owed a call back; nil: they are not.
func (p *Pane) SetDebt(d *archive.Debt) { p.debt = d }

// SetItems sets the notes and tags of the caller, and the decision which of several contacts they
// are (archive.Decision); other kinds are passed over.
func (p *Pane) SetItems(items []archive.Item) {
	p.items = items
	if p.picked == nil {
		return
	}
	for _, it := range items {
		if it.Kind == archive.Decision && !it.At.Before(p.picked.At) {
			p.picked = nil // it has been kept
			return
		}
	}
}

// SetOthers sets how many more calls ring me than the one shown.
func (p *Pane) SetOthers(n int) { p.others = n }

// ID gives the conversation whose card is shown, "" when none is.
func (p *Pane) ID() string {
	if p.call == nil {
		return ""
	}
	return p.call.ID
}

// Caller gives whose card it is: the normal form of the number (the first of number.Number.Keys),
// else the id of the call; "" when there is none. What was asked of an archive for one caller must
// not be set when the card is another's.
func (p *Pane) Caller() string { return p.caller }

func (p *Pane) callerKey() string {
	if p.call == nil {
		return ""
	}
	if keys := p.number().Keys(); len(keys) > 0 {
		return keys[0]
	}
	return p.call.ID
}

// number gives the caller's number, as the look-up has read it where it has.
func (p *Pane) number() number.Number {
	raw := p.call.Outsider().Number
	if p.region == "" && raw != "" && p.result.Number.Raw == raw {
		return p.result.Number
	}
	return number.Parse(raw, p.region)
}

// View gives exactly h lines of w cells: a rule at the left, the card beside it.
func (p *Pane) View() string {
	const gutter = 2
	if p.w <= gutter+8 {
		return text.Block(nil, p.w, p.h)
	}
	rule := p.th.Border
	if p.rings() {
		rule = p.th.Accent
	}
	bar := rule.Render(p.rule()) + " "
	lines := make([]string, p.h)
	body := p.body(p.w-gutter, p.h)
	for i := range lines {
		lines[i] = bar
		if i < len(body) {
			lines[i] += body[i]
		}
	}
	return p.ascii(text.Block(lines, p.w, p.h))
}

// rule is heavier while the phone rings, so that the card is seen without colour too.
func (p *Pane) rule() string {
	if p.rings() && p.th.Signs.V != "|" {
		return "┃"
	}
	return p.th.Signs.V
}

func (p *Pane) rings() bool { return p.call != nil && p.call.Rings }

func (p *Pane) ascii(s string) string {
	if e := p.th.Signs.Ellipsis; e != text.Ellipsis {
		return strings.ReplaceAll(s, text.Ellipsis, e)
	}
	return s
}
