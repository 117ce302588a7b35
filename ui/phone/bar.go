package phone

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// run is a text in one style.
type run struct {
	text  string
	style theme.Style
}

// piece is a part of a line that is shown whole or not at all; the one with the lowest keep goes first. One that
// may be cut is a sentence, whose first clauses tell enough; short says it in a few words where none has room.
type piece struct {
	runs  []run
	keep  int
	cut   bool
	short string
	right bool
	act   action.Action
}

func (p piece) width() int {
	n := 0
	for _, r := range p.runs {
		n += text.Width(r.text)
	}
	return n
}

// View draws the bar: exactly as many lines of w cells as there is room for.
func (b *Bar) View() string {
	b.spans = nil
	if b.w <= 0 || b.h <= 0 || b.Lines() == 0 {
		return ""
	}
	c, ok := b.shown()
	switch {
	case !ok:
		why, _ := Unready(b.view.Line)
		return b.line([]piece{{runs: []run{{b.th.Signs.Warn + " " + why.Text, b.th.Warn}}, keep: 2, cut: true}, {runs: []run{{why.Hint, b.th.Faint}}}})
	case b.h == 1:
		return b.line(append(b.call(c, true), b.actions(c)...))
	}
	return b.line(b.call(c, false)) + "\n" + b.line(append(b.actions(c), b.beside(c)...))
}

// shown gives the call of the first line: the one in focus, else one that has just ended.
func (b *Bar) shown() (phone.Call, bool) {
	if c, ok := Focused(b.view); ok {
		return c, true
	}
	if n := len(b.view.Calls); n > 0 {
		return b.view.Calls[n-1], true
	}
	return phone.Call{}, false
}

// gap is how many cells stand between two pieces.
const gap = 2

// fitting gives the pieces that there is room for, those that matter most first to be let in.
func (b *Bar) fitting(ps []piece) []piece {
	const tells = 16 // cells of a sentence that are worth to be shown
	order := make([]int, 0, len(ps))
	for i, p := range ps {
		if p.width() > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, k int) int { return ps[k].keep - ps[i].keep })
	left := b.w - 1
	in := order[:0]
	for n, i := range order {
		need := ps[i].width() + gap
		if room := left - gap; need > left && ps[i].cut && room >= tells {
			r := ps[i].runs[0]
			ps[i].runs = []run{{ps[i].wording(r.text, room), r.style}}
			need = ps[i].width() + gap
		}
		if n > 0 && need > left {
			continue
		}
		left -= need
		in = append(in, i)
	}
	slices.Sort(in)
	kept := make([]piece, len(in))
	for n, i := range in {
		kept[n] = ps[i]
	}
	return kept
}

// wording gives what a sentence says in so many cells.
func (p piece) wording(s string, room int) string {
	for _, s := range [...]string{s, strings.TrimPrefix(s, "there is ")} {
		if c := text.Clause(s, room); c != "" {
			return c
		}
	}
	if p.short != "" && text.Width(p.short) <= room {
		return p.short
	}
	return text.Cut(s, room)
}

// line puts pieces on the ground of the bar, in exactly w cells: those at the right at its end.
func (b *Bar) line(ps []piece) string {
	kept := b.fitting(ps)
	ground := b.th.Bar
	var left, right strings.Builder
	left.WriteString(ground.Render(" "))
	at, rw := 1, 0
	for _, p := range kept {
		to := &left
		if p.right {
			to, rw = &right, rw+p.width()+gap
		} else if at > 1 {
			left.WriteString(ground.Render(text.Spaces(gap)))
			at += gap
		}
		for _, r := range p.runs {
			to.WriteString(r.style.On(ground).Render(r.text))
		}
		if p.right {
			right.WriteString(ground.Render(text.Spaces(gap)))
			continue
		}
		if p.act != action.None {
			b.spans = append(b.spans, span{at, at + p.width(), p.act})
		}
		at += p.width()
	}
	if at+rw > b.w {
		return text.Fit(left.String(), b.w)
	}
	return left.String() + ground.Render(text.Spaces(b.w-at-rw)) + right.String()
}

// call draws a call: what it does, with whom, for how long, and how it sounds. Short leaves out what
// a single line has no room for.
func (b *Bar) call(c phone.Call, short bool) []piece {
	th := b.th
	name, about := b.party(c)
	name = text.Cut(name, max(12, b.w/3))
	ps := []piece{{runs: b.badge(c), keep: 100}, {runs: []run{{name, th.Strong}}, keep: 99}}
	if c.Muted && c.State == phone.Talking {
		ps = append(ps[:1:1], piece{runs: []run{{" MUTED ", th.Banner}}, keep: 98}, ps[1])
	}
	if !short {
		ps = append(ps, piece{runs: []run{{about, th.Text}}, keep: 20})
		if n := b.number(c.Number); n != name {
			ps = append(ps, piece{runs: []run{{n, th.Text}}, keep: 40})
		}
	}
	add := func(keep int, s string, style theme.Style) {
		ps = append(ps, piece{runs: []run{{s, style}}, keep: keep, right: true})
	}
	switch c.State {
	case phone.Ended:
		ps = append(ps, piece{runs: []run{{call.Clean(c.Why), th.Text}}, keep: 60, cut: true, right: true})
		if !c.Answered.IsZero() {
			add(30, text.Clock(c.Ended.Sub(c.Answered)), th.Faint)
		}
	case phone.Ringing:
		ps = append(ps, b.countdown(c, short))
	case phone.Talking:
		ps = append(ps, b.sound(c, short)...)
		add(90, text.Clock(b.now.Sub(c.Answered)), th.Strong)
	default:
		if !b.view.Sound.On {
			ps = append(ps, b.silence())
		}
		add(90, text.Clock(b.now.Sub(c.Began)), th.Text)
	}
	if c.Why != "" && c.State != phone.Ended { // something failed, and the call is still there
		ps = append(ps, piece{runs: []run{{th.Signs.Warn + " " + call.Clean(c.Why), th.Warn}}, keep: 70, cut: true})
	}
	return ps
}

// party gives who is at the far end, by the contacts first, and the company beside the name.
func (b *Bar) party(c phone.Call) (name, about string) {
	p := Party(c)
	if name, about = b.who(p); name != "" {
		return name, about
	}
	if name = call.Clean(p.Name); name != "" {
		return name, ""
	}
	if name = b.number(p.Number); name != "" {
		return name, ""
	}
	return text.Unknown, ""
}

// badge says what the call does.
func (b *Bar) badge(c phone.Call) []run {
	th := b.th
	word := func(sign, s string, style theme.Style) []run { return []run{{sign + " " + s, style}} }
	switch {
	case c.Moves != "" && c.Open():
		return word(th.Sign(call.StateTransferring), "transferring to "+call.Clean(c.Moves), th.Hold)
	case c.Held && c.State == phone.Talking:
		return word(th.Sign(call.StateOnHold), "on hold", th.Hold)
	}
	switch c.State {
	case phone.Ringing:
		return []run{{" " + th.Signs.Phone + " RINGING YOU ", th.Ring}}
	case phone.Answering:
		return word(th.Sign(call.StateRinging), "answering", th.Accent)
	case phone.Dialling:
		return word(th.Sign(call.StateStarting), "dialling", th.Accent)
	case phone.Calling:
		return word(th.Sign(call.StateRinging), "ringing", th.Accent)
	case phone.Talking:
		return word(th.Sign(call.StateTalking), "talking", th.Good)
	case phone.Ended:
		return word(th.Sign(call.StateEnded), "ended", th.Text)
	}
	return word("?", call.Clean(string(c.State)), th.Text)
}

// countdown says how long a call will ring yet.
func (b *Bar) countdown(c phone.Call, short bool) piece {
	left, share, ok := Left(c, b.now)
	if !ok {
		return piece{runs: []run{{text.Clock(b.now.Sub(c.Began)), b.th.Text}}, keep: 90, right: true}
	}
	style := b.th.Accent
	if share < 1.0/3 {
		style = b.th.Warn
	}
	p := piece{runs: []run{{Seconds(left), style}}, keep: 90, right: true}
	if !short {
		full, empty := b.gauge(share, 10)
		p.runs = append(p.runs, run{" " + full, style}, run{empty, b.th.Faint})
	}
	return p
}

// gauge divides n cells by a share from 0 to 1.
func (b *Bar) gauge(share float64, n int) (full, empty string) {
	k := max(0, min(n, int(math.Ceil(share*float64(n)-1e-9))))
	return strings.Repeat(b.th.Signs.Full, k), strings.Repeat(b.th.Signs.Empty, n-k)
}

// sound says how well the sound travels, and draws how loud both directions are.
func (b *Bar) sound(c phone.Call, short bool) []piece {
	th := b.th
	switch {
	case !b.view.Sound.On:
		return []piece{b.silence()}
	case c.Held:
		return nil // nothing of ours goes there, and nothing of theirs is heard
	}
	var ps []piece
	if !short {
		const cells = 6
		in, noIn := b.gauge(Loudness(c.Level.In), cells)
		out, noOut := b.gauge(Loudness(c.Level.Out), cells)
		ps = append(ps, piece{keep: 30, right: true, runs: []run{
			{"hear ", th.Faint}, {in, th.Good}, {noIn, th.Faint}, {"  speak ", th.Faint}, {out, th.Good}, {noOut, th.Faint},
		}})
	}
	if s := c.Quality.Words(); s != "" && !(c.Quality.NoPath && c.Why != "") {
		style := th.Good
		switch {
		case c.Quality.Silent, c.Quality.NoPath, strings.HasPrefix(s, "poor"):
			s, style = th.Signs.Warn+" "+s, th.Bad
		case strings.HasPrefix(s, "fair"):
			style = th.Warn
		}
		ps = append(ps, piece{runs: []run{{s, style}}, keep: 50, right: true})
	}
	return ps
}

// silence says that this desk hears and says nothing.
func (b *Bar) silence() piece {
	return piece{runs: []run{{b.th.Signs.Warn + " control without sound", b.th.Warn}}, keep: 55, right: true}
}

// Loudness gives the share of a level bar that a peak from 0 to 1 fills: decibels, as ears judge it. 42 dB
// under full scale is nothing.
func Loudness(peak float64) float64 {
	const floor = 42
	if peak <= 0 {
		return 0
	}
	return max(0, min(1, 1+20*math.Log10(peak)/floor))
}

// actions draws the keys that act on a call now.
func (b *Bar) actions(c phone.Call) []piece {
	th := b.th
	var ps []piece
	key := func(keep int, a action.Action, does string) {
		if k := b.keys(a); k != "" {
			ps = append(ps, piece{runs: []run{{k, th.Key}, {" " + does, th.Text}}, keep: keep, act: a})
		}
	}
	if b.keypad {
		return []piece{
			{runs: []run{{" KEYPAD ", th.Banner}}, keep: 100},
			{runs: []run{{"0-9 * #", th.Key}, {" are tones", th.Text}}, keep: 99},
			{runs: []run{{"Esc", th.Key}, {" ends it", th.Text}}, keep: 98},
		}
	}
	other, more := Other(b.view)
	if rings := Ringing(b.view); len(rings) > 0 && c.State != phone.Ringing {
		name, _ := b.party(rings[0])
		key(97, action.Answer, "answer "+text.Cut(name, 20))
		key(60, action.Voicemail, "voicemail")
	}
	switch c.State {
	case phone.Ringing:
		key(99, action.Answer, "answer")
		key(98, action.HangUp, "reject")
		key(96, action.Voicemail, "voicemail")
	case phone.Answering, phone.Dialling, phone.Calling:
		key(98, action.HangUp, "hang up")
	case phone.Talking:
		hold, mute := "hold", "mute"
		if c.Held {
			hold = "take back"
		}
		if c.Muted {
			mute = "unmute"
		}
		key(90, action.Hold, hold)
		key(80, action.Mute, mute)
		if !c.Held {
			key(40, action.Keypad, "keypad")
		}
		if more && Consults(c, other) {
			key(88, action.Transfer, "connect them")
		} else {
			key(70, action.Transfer, "transfer")
		}
		if more && other.State == phone.Talking {
			key(75, action.Swap, "swap")
			if !c.Joined {
				key(50, action.Merge, "join all")
			}
		}
		key(98, action.HangUp, "hang up")
	case phone.Ended:
		key(50, action.Dial, "dial")
	}
	if more && other.State == phone.Ringing {
		key(30, action.Swap, "turn to it")
	}
	return ps
}

// beside says, at the right of the keys, what else there is: further calls, tones sent, what to do.
func (b *Bar) beside(c phone.Call) []piece {
	th := b.th
	var ps []piece
	add := func(keep int, s string, style theme.Style) {
		ps = append(ps, piece{runs: []run{{s, style}}, keep: keep, right: true})
	}
	if c.Tones != "" && (c.State == phone.Talking || b.keypad) {
		add(35, "tones sent "+tail(call.Clean(c.Tones), 12, th.Signs.Ellipsis), th.Text)
	}
	others := 0
	for _, o := range Open(b.view) {
		if o.ID == c.ID {
			continue
		}
		if others++; others > 2 {
			continue
		}
		add(125-40*others, b.other(o), th.Strong)
	}
	if others > 2 {
		add(45, fmt.Sprintf("and %d more", others-2), th.Text)
	}
	if s := b.gone(c); s != "" {
		add(67, s, th.Text)
	}
	say := func(keep int, s, short string, style theme.Style) {
		ps = append(ps, piece{runs: []run{{s, style}}, keep: keep, cut: true, short: short, right: true})
	}
	sound := b.view.Sound
	switch hint, why := call.Clean(c.Hint), call.Clean(sound.Why); {
	case hint != "":
		say(65, hint, "", th.Text)
	case c.State == phone.Ringing && !sound.On:
		say(65, "no sound here: take it on your desk phone", "no sound here", th.Warn)
	case c.Open() && why != "":
		short := "no sound here"
		if sound.On {
			why, short = th.Signs.Warn+" "+why, th.Signs.Warn+" sound is missing"
		}
		say(35, why, short, th.Warn)
	}
	return ps
}

// gone says how a further call has just ended, the last one; what the person has done themselves is not said.
func (b *Bar) gone(at phone.Call) string {
	for _, c := range slices.Backward(b.view.Calls) {
		if c.Open() || c.ID == at.ID {
			continue
		}
		if c.Why == "" || strings.HasPrefix(c.Why, "you ") {
			return ""
		}
		name, _ := b.party(c)
		return text.Cut(name, 24) + ": " + call.Clean(c.Why)
	}
	return ""
}

// other says what a further call does.
func (b *Bar) other(c phone.Call) string {
	name, _ := b.party(c)
	name = text.Cut(name, 24)
	left, _, timed := Left(c, b.now)
	switch {
	case c.State == phone.Ringing && timed:
		return "also ringing: " + name + " " + Seconds(left)
	case c.State == phone.Ringing:
		return "also ringing: " + name + " " + text.Clock(b.now.Sub(c.Began))
	case c.Joined:
		return "joined: " + name + " " + text.Clock(b.now.Sub(c.Answered))
	case c.State == phone.Talking && c.Held:
		return "on hold: " + name + " " + text.Clock(b.now.Sub(c.Answered))
	case c.State == phone.Talking:
		return "and with " + name + " " + text.Clock(b.now.Sub(c.Answered))
	}
	return "also " + string(c.State) + ": " + name
}

// tail gives the last n characters of s.
func tail(s string, n int, ellipsis string) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return ellipsis + string(r[len(r)-n:])
}
