package detail

import (
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// cell is one piece of a row: how wide (0 takes what is left), where it stands and how it looks.
type cell struct {
	text  string
	w     int
	right bool
	style theme.Style

	more     string // follows the text where both fit whole
	moreLook theme.Style
}

// row puts cells side by side with two blanks between. The one without a width takes the rest.
func row(w int, cells ...cell) string {
	rest := w - 2*(len(cells)-1)
	for _, c := range cells {
		rest -= c.w
	}
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		n := c.w
		if n == 0 {
			n = max(rest, 1)
		}
		c.write(&b, n)
	}
	return b.String()
}

func (c cell) write(b *strings.Builder, w int) {
	used := text.Width(c.text)
	switch {
	case c.right:
		b.WriteString(c.style.Render(text.Right(c.text, w)))
	case c.more != "" && used+1+text.Width(c.more) <= w:
		b.WriteString(c.style.Render(c.text) + " " + c.moreLook.Render(text.Fit(c.more, w-used-1)))
	default:
		b.WriteString(c.style.Render(text.Fit(c.text, w)))
	}
}

// people lists everybody who was in the call and what each does now.
func (p *Pane) people(d *doc, c *call.Call) {
	if len(c.People) == 0 || len(c.Legs) < len(c.People) {
		return
	}
	d.section("People", heads(d.w, "from", "for")...)
	th := p.th
	for _, i := range c.Roster() {
		leg, who := c.Legs[i], text.Member(c.People[i])
		look := th.Text
		if leg.Status == call.StatusGone {
			look = th.Faint
		}
		cells := []cell{
			status(th, c, leg, firstW(d.w)),
			{text: who, style: look},
		}
		cells = particulars(d.w, th, cells, call.Telephone(c.People[i].Device), p.joined(c, leg))
		d.add(row(d.w, append(cells, cell{text: legClock(c, leg, p.now), w: figureW, right: true, style: look})...))
	}
}

// firstW is the width of the first column: sign and word.
func firstW(w int) int {
	if w >= 76 {
		return 18
	}
	return 12
}

// heads are the headings of the figures that a row of w cells has room for.
func heads(w int, from, length string) []string {
	if w < roomy {
		return []string{length}
	}
	return []string{from, length}
}

// From roomy on a row says when, from spacious on it says on which telephone too.
const roomy, spacious = 56, 68

// particulars adds to a row that ends with somebody's name the telephone and the time. Without a
// column of its own the end of the telephone's name follows the person's: enough to tell two
// telephones of one person apart.
func particulars(w int, th *theme.Theme, cells []cell, device, when string) []cell {
	if w >= spacious {
		cells = append(cells, cell{text: device, w: 12, style: th.Faint})
	} else {
		who := &cells[len(cells)-1]
		who.more, who.moreLook = device[strings.LastIndexByte(device, ' ')+1:], th.Faint
	}
	if w >= roomy {
		cells = append(cells, cell{text: when, w: figureW, right: true, style: th.Faint})
	}
	return cells
}

// status is the sign and word of what a leg does. The service says one thing of menus, queues and
// mailboxes; which of them it is, the call knows. A word of the service that is not known is shown
// as it came.
func status(th *theme.Theme, c *call.Call, l call.Leg, w int) cell {
	sign, word, style := th.StatusSign(l.Status), l.Status.String(), statusStyle(th, l.Status)
	switch {
	case l.Status == call.StatusOther && l.StatusText != "":
		word = strings.ToLower(call.Clean(l.StatusText))
	case l.Status == call.StatusGone:
		word = "left"
	case l.Status == call.StatusInMenu && c.Phase == call.PhaseWait:
		sign, word, style = th.Sign(call.StateWaiting), "in queue", th.State(call.StateWaiting)
	case l.Status == call.StatusInMenu && c.Phase == call.PhaseVoicemail:
		sign, word, style = th.Sign(call.StateVoicemail), "voicemail", th.State(call.StateVoicemail)
	}
	return cell{text: sign + " " + word, w: w, style: style}
}

func statusStyle(th *theme.Theme, s call.Status) theme.Style {
	switch s {
	case call.StatusRinging:
		return th.State(call.StateRinging)
	case call.StatusConnected:
		return th.State(call.StateTalking)
	case call.StatusOnHold, call.StatusBlind, call.StatusWarm, call.StatusParked:
		return th.Hold
	case call.StatusOther:
		return th.Mark
	}
	return th.Faint
}

// legClock is how long a leg has done what it does; of one that has left, how long it was there.
func legClock(c *call.Call, l call.Leg, now time.Time) string {
	switch {
	case !l.Left.IsZero() && !l.Joined.IsZero():
		return text.Clock(l.Left.Sub(l.Joined))
	case !c.Live() || l.Since.IsZero():
		return ""
	}
	return text.Clock(now.Sub(l.Since.Time()))
}

// joined is when a leg came into the call, counted from its beginning. Of those who were there
// when we joined late, only that they came before is known.
func (p *Pane) joined(c *call.Call, l call.Leg) string {
	if l.Joined.IsZero() {
		return ""
	}
	at := text.Offset(l.Joined.Time().Sub(c.Created).Milliseconds())
	if !c.JoinedLate {
		return at
	}
	for _, other := range c.Legs {
		if !other.Joined.IsZero() && other.Joined < l.Joined {
			return at
		}
	}
	return p.th.Signs.Inferred + at
}

// rang lists each telephone that was rung, for how long and whether it answered.
func (p *Pane) rang(d *doc, c *call.Call) {
	if len(c.Rung) == 0 {
		return
	}
	d.section("Rung", heads(d.w, "at", "for")...)
	th := p.th
	for _, r := range c.Rung {
		sign, word, style := th.Signs.Bad, "no answer", th.Faint
		length := text.Figure(ms(r.RingMs))
		switch {
		case r.Answered:
			sign, word, style = th.Signs.Good, "answered", th.Good
		case r.RingMs < 0:
			sign, word, style = th.Sign(call.StateRinging), "ringing", th.State(call.StateRinging)
			length = text.Clock(p.now.Sub(c.Created) - ms(r.AtMs))
		}
		cells := []cell{{text: sign + " " + word, w: firstW(d.w), style: style}, {text: text.Person(r.Name, r.Extension, r.Number), style: th.Text}}
		cells = particulars(d.w, th, cells, call.Telephone(r.Device), text.Offset(r.AtMs))
		d.add(row(d.w, append(cells, cell{text: length, w: figureW, right: true, style: th.Text})...))
	}
}

// moves lists holds and transfers in the order in which they happened.
func (p *Pane) moves(d *doc, c *call.Call) {
	if len(c.Holds)+len(c.Transfers) == 0 {
		return
	}
	d.section("Holds and transfers", "at", "for")
	th := p.th
	line := func(sign, what string, at int64, length string) {
		d.add(row(d.w, cell{text: sign + " " + what, style: th.Text},
			cell{text: text.Offset(at), w: figureW, right: true, style: th.Faint},
			cell{text: length, w: figureW, right: true, style: th.Text}))
	}
	h, t := c.Holds, c.Transfers
	for len(h)+len(t) > 0 {
		if len(t) == 0 || len(h) > 0 && h[0].AtMs <= t[0].AtMs {
			length := text.Figure(ms(h[0].Ms))
			if h[0].Ms < 0 {
				length = text.Clock(p.now.Sub(c.Created) - ms(h[0].AtMs))
			}
			line(th.Sign(call.StateOnHold), "on hold"+by(c, h[0].By), h[0].AtMs, length)
			h = h[1:]
			continue
		}
		what := text.Join(" ", call.Clean(t[0].Kind), "transfer") + by(c, t[0].By)
		if to := text.Who(c, t[0].To); to != "" {
			what += " to " + to
		}
		line(th.Sign(call.StateTransferring), what, t[0].AtMs, "")
		t = t[1:]
	}
}

func by(c *call.Call, who string) string {
	if who = text.Who(c, who); who != "" {
		return " by " + who
	}
	return ""
}
