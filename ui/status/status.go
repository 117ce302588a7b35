package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Bar is the header line. The zero value is not ready; New makes one.
type Bar struct {
	th       *theme.Theme
	w        int
	now      time.Time
	title    string // account
	demo     bool
	readOnly bool
	link     Link
	heard    time.Time
	counts   call.Counts
	today    *archive.Totals // of the archive; nil when it cannot tell
	health   call.Health
	known    bool // a view has come
	limits   [2]time.Duration
	alarms   [3]int // red, amber, not acknowledged
}

// New makes the header; title names the account, demo marks a simulation, amber and red are the
// thresholds of the longest wait.
func New(th *theme.Theme, title string, demo bool, amber, red time.Duration) *Bar {
	return &Bar{th: th, title: call.Clean(title), demo: demo, limits: [2]time.Duration{amber, red}}
}

// SetTheme changes the looks.
func (b *Bar) SetTheme(th *theme.Theme) { b.th = th }

// SetSize sets the width in cells; the header is one line high.
func (b *Bar) SetSize(w int) { b.w = w }

// SetNow sets the present moment.
func (b *Bar) SetNow(now time.Time) { b.now = now }

// SetReadOnly marks a desk at which nothing is done to calls.
func (b *Bar) SetReadOnly(yes bool) { b.readOnly = yes }

// SetLink sets how the stream is, as of the present moment.
func (b *Bar) SetLink(l Link) { b.link, b.heard = l, b.now }

// Link gives how the stream is.
func (b *Bar) Link() Link { return b.link }

// SetData takes the figures of a newer view.
func (b *Bar) SetData(c call.Counts, h call.Health) { b.counts, b.health, b.known = c, h, true }

// SetToday sets what the archive has counted since midnight; nil goes back to what this run has seen.
func (b *Bar) SetToday(t *archive.Totals) { b.today = t }

// SetAlarms sets how many alarms are up: red, amber, and how many of both nobody has acknowledged.
func (b *Bar) SetAlarms(red, amber, open int) { b.alarms = [3]int{red, amber, open} }

// alarmed gives the mark of the alarms that are up, and the shorter one; "" when none is.
func (b *Bar) alarmed() (long, short string, style theme.Style) {
	red, amber, open := b.alarms[0], b.alarms[1], b.alarms[2]
	th := b.th
	switch {
	case red+amber == 0:
		return "", "", style
	case red == 0:
		long, style = fmt.Sprintf("%s %d amber", th.Signs.Alarm, amber), th.Warn
		short = long
	default:
		short, style = fmt.Sprintf("%s %d red", th.Signs.Alarm, red), th.Bad
		if long = short; amber > 0 {
			long += fmt.Sprintf(" %d amber", amber)
		}
	}
	if open == 0 {
		style = th.Faint
		long += " " + th.Signs.Good
		short += " " + th.Signs.Good
	}
	return long, short, style
}

// figured gives the figures to show: those of today are the archive's where it has counted more.
func (b *Bar) figured() call.Counts {
	c := b.counts
	if b.today == nil {
		return c
	}
	c.Answered, c.Missed = b.today.Answered, b.today.Lost
	for i, n := range b.today.Hours {
		c.Hours[i] = max(c.Hours[i], n)
	}
	return c
}

// part is one piece of the header; the one with the lowest keep is left out first.
type part struct {
	text  string
	style theme.Style
	keep  int
	left  bool
	bare  bool   // no dot before it; of the right ones
	joins bool   // a dot before it; of the left ones
	short string // taken instead before the part is left out
	after int    // what keep is for the short form
}

// View draws the header, exactly w cells.
func (b *Bar) View() string {
	parts := b.parts()
	for b.width(parts) > b.w {
		if !b.shorten(&parts) {
			break
		}
	}
	var left, right strings.Builder
	left.WriteString(" ")
	dot := " " + b.th.Faint.Render(b.th.Signs.Dot) + " "
	for i, p := range parts {
		switch {
		case p.left && p.joins && i > 0:
			left.WriteString(dot + p.style.Render(p.text))
		case p.left && i > 0:
			left.WriteString("  ")
			fallthrough
		case p.left:
			left.WriteString(p.style.Render(p.text))
		default:
			switch {
			case right.Len() == 0:
			case p.bare:
				right.WriteString(" ")
			default:
				right.WriteString(dot)
			}
			right.WriteString(p.style.Render(p.text))
		}
	}
	l, r := left.String(), right.String()
	if text.Width(l)+text.Width(r)+1 > b.w {
		return text.Fit(l, b.w)
	}
	return l + text.Spaces(b.w-text.Width(l)-text.Width(r)-1) + r + " "
}

// shorten takes the least needed part that is still long, or leaves the least needed one out. It
// reports whether there was one.
func (b *Bar) shorten(parts *[]part) bool {
	ps := *parts
	worst := -1
	for i, p := range ps {
		if worst < 0 || p.keep < ps[worst].keep {
			worst = i
		}
	}
	if worst < 0 || len(ps) == 1 {
		return false
	}
	if p := &ps[worst]; p.short != "" && p.short != p.text {
		p.text, p.short = p.short, ""
		p.keep = max(p.keep+1, p.after)
		return true
	}
	*parts = slices.Delete(ps, worst, worst+1)
	return true
}

func (b *Bar) width(parts []part) int {
	n, left, right := 2, 0, 0
	for _, p := range parts {
		n += text.Width(p.text)
		if p.left {
			left++
			if p.joins {
				n++ // a dot between blanks is one cell more than the blanks
			}
		} else {
			right++
		}
	}
	return n + 2*max(0, left-1) + 3*max(0, right-1) + min(2, 2*right)
}

func (b *Bar) parts() []part {
	th := b.th
	parts := []part{{text: "ringside", style: th.Brand, keep: 12, left: true}}
	add := func(keep int, style theme.Style, long, short string) {
		if long != "" {
			parts = append(parts, part{text: long, style: style, keep: keep, left: true, short: short, after: keep + 1})
		}
	}
	if b.demo {
		add(17, th.Mark, "demo", "")
	}
	if b.readOnly {
		add(17, th.Mark, "read only", "")
	}
	sign, style := th.Signs.Down, th.Warn
	switch b.link.State {
	case Live, Replay:
		sign, style = th.Signs.Live, th.Good
	case Down:
		sign, style = th.Signs.Bad, th.Bad
	}
	long, short := b.link.words(b.silent(), b.past(), b.now)
	add(11, style, sign+" "+long, sign+" "+short)
	last := &parts[len(parts)-1]
	if last.after = 17; last.short == last.text { // as short as it can be
		last.keep = last.after
	}
	if mark, less, look := b.alarmed(); mark != "" {
		add(14, look, mark, less)
		parts[len(parts)-1].after = 18
	}
	gaps := max(b.link.Gaps, b.health.Gaps)
	join := func() { parts[len(parts)-1].joins = true }
	if healed := max(b.link.Healed, b.health.Healed); b.known {
		add(1, th.Faint, fmt.Sprintf("healed %d", healed), "")
		join()
	}
	switch {
	case gaps > 0:
		add(15, th.Mark, fmt.Sprintf("%s gaps %d", th.Signs.Gap, gaps), "")
		join()
	case b.known:
		add(2, th.Faint, "gaps 0", "")
		join()
	}
	if since := b.link.liveSince(b.now); since != "" {
		add(0, th.Faint, since, "")
		join()
	}
	add(3, th.Text, b.title, "")
	if !b.now.IsZero() {
		add(6, th.Faint, b.now.Format("15:04:05"), b.now.Format("15:04"))
	}
	return append(parts, b.figures()...)
}

// LinkWords says how the link is, at the present moment.
func (b *Bar) LinkWords() string {
	long, _ := b.link.words(b.silent(), b.past(), b.now)
	return long
}

// past gives how long ago the link said how it is.
func (b *Bar) past() time.Duration {
	if b.heard.IsZero() {
		return 0
	}
	return max(0, b.now.Sub(b.heard))
}

// silent gives how long nothing has been heard, by the link's word or by the newest event.
func (b *Bar) silent() time.Duration {
	age := b.link.Age + b.past()
	if last := b.health.LastEvent; !last.IsZero() {
		age = min(age, max(0, b.now.Sub(last)))
	}
	return age
}

func (b *Bar) figures() []part {
	th, c := b.th, b.figured()
	if !b.known {
		return []part{{text: "waiting for the first call", style: th.Faint, keep: 4}}
	}
	parts := []part{{text: plural(c.Up, "call"), style: th.Text, keep: 13}}
	ring := th.Faint
	if c.Ringing > 0 {
		ring = th.State(call.StateRinging)
	}
	parts = append(parts, part{text: fmt.Sprintf("%d ringing", c.Ringing), style: ring, keep: 16})
	parts = append(parts, b.waiting())
	parts = append(parts, part{text: fmt.Sprintf("%d answered", c.Answered), style: th.Faint, keep: 4})
	missed := part{text: fmt.Sprintf("%d missed", c.Missed), style: th.Faint, keep: 8}
	if c.Missed > 0 {
		missed.style = th.Text
		missed.short, missed.keep, missed.after = missed.text, 5, 8
		missed.text += fmt.Sprintf(" (%.0f%%)", 100*c.MissedShare())
	}
	parts = append(parts, missed)
	if s := Spark(c.Hours[:], th.Signs.Spark); s != "" {
		parts = append(parts, part{text: s, style: th.Accent, keep: 0, bare: true})
	}
	return parts
}

func (b *Bar) waiting() part {
	c := b.counts
	p := part{text: fmt.Sprintf("%d waiting", c.Waiting), style: b.th.Faint, keep: 16}
	if c.Waiting == 0 {
		return p
	}
	p.style = b.th.Text
	if c.LongestSince.IsZero() || b.now.IsZero() {
		return p
	}
	d := max(0, b.now.Sub(c.LongestSince))
	sign := ""
	switch {
	case b.limits[1] > 0 && d >= b.limits[1]:
		sign, p.style = b.th.Signs.Alert+" ", b.th.Bad
	case b.limits[0] > 0 && d >= b.limits[0]:
		sign, p.style = b.th.Signs.Warn+" ", b.th.Warn
	}
	p.short = sign + p.text + " " + text.Clock(d)
	p.text = sign + p.text + ", longest " + text.Clock(d)
	p.keep, p.after = 5, 16
	return p
}

// Spark draws figures as a row of bars, from the first that is not 0 on; "" when all are 0. A
// figure above 0 is never drawn as the empty bar.
func Spark(v []int, bars [8]string) string {
	most, from := 0, -1
	for i, n := range v {
		most = max(most, n)
		if n > 0 && from < 0 {
			from = i
		}
	}
	if from < 0 {
		return ""
	}
	var b strings.Builder
	for _, n := range v[from:] {
		at := 0
		if n > 0 {
			at = max(1, (n*7+most/2)/most)
		}
		b.WriteString(bars[min(at, 7)])
	}
	return b.String()
}
