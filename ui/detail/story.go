package detail

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// story tells the call in sentences, each with the time at which it happened. What is inferred is
// marked so.
func (p *Pane) story(d *doc, c *call.Call) {
	d.section("Story")
	if p.told != c { // telling it folds every state again, and a call that is published never changes
		p.told, p.sentences = c, c.Story()
	}
	sentences := p.sentences
	if len(sentences) == 0 {
		d.add(p.th.Faint.Render(text.Cut("nothing has been heard of this call yet", d.w)))
		return
	}
	times := 0
	for _, s := range sentences {
		times = max(times, text.Width(text.Offset(s.AtMs)))
	}
	shown := spelling(c)
	for _, s := range sentences {
		s.Text = shown.Replace(text.Clean(s.Text))
		p.sentence(d, s, times)
	}
}

// spelling writes the numbers and telephones of a call as they are written elsewhere on the screen.
func spelling(c *call.Call) *strings.Replacer {
	var pairs []string
	for _, m := range c.People {
		for _, n := range []string{m.Number, m.Outside.Number} {
			if strings.HasPrefix(n, "+") {
				pairs = append(pairs, n, text.Number(n))
			}
		}
		if len(m.Device) > 3 {
			pairs = append(pairs, m.Device, "the "+device(m.Device))
		}
	}
	return strings.NewReplacer(pairs...)
}

// sentence adds one line of the story; times is the width of the column of times.
func (p *Pane) sentence(d *doc, s call.Sentence, times int) {
	sign, signLook := storySign(p.th, s.Sign)
	look := p.th.Text
	if s.Weak {
		sign, signLook, look = p.th.Signs.Inferred, p.th.Mark, p.th.Mark
	}
	said := s.Text
	room := d.w - times - 4
	if room < 8 { // no room beside the time
		d.para("", text.Offset(s.AtMs)+" "+said, look.Render)
		return
	}
	for i, l := range text.Wrap(said, room) {
		if i == 0 {
			d.add(p.th.Faint.Render(text.Right(text.Offset(s.AtMs), times)) + "  " + signLook.Render(text.Fit(sign, 1)) + " " + look.Render(l))
			continue
		}
		d.add(text.Spaces(times+4) + look.Render(l))
	}
}

// storySign gives the sign of a sentence as the theme draws it, in the look of what it tells of.
func storySign(th *theme.Theme, sign string) (string, theme.Style) {
	of := func(s call.State) (string, theme.Style) { return th.Sign(s), th.State(s) }
	switch sign {
	case "☎":
		return th.Signs.Phone, th.Accent
	case "◌":
		return of(call.StateRinging)
	case "◔":
		return of(call.StateWaiting)
	case "≡", "☰":
		return of(call.StateInMenu)
	case "●":
		return of(call.StateTalking)
	case "‖":
		return of(call.StateOnHold)
	case "⇄":
		return of(call.StateTransferring)
	case "✉":
		return of(call.StateVoicemail)
	case "×":
		return of(call.StateEnded)
	}
	if ascii(th) || sign == "" {
		return th.Signs.Dot, th.Faint
	}
	return sign, th.Faint
}

// reported shows what the service's own report adds to the states, or why it is not there.
func (p *Pane) reported(d *doc, c *call.Call) {
	d.section("Report")
	r := p.report
	switch {
	case r != nil:
	case p.why != "":
		d.para(p.th.Signs.Warn, text.Clean(p.why), p.th.Warn.Render)
		return
	case c.Live():
		d.para("", "GoTo writes it when the call has ended", p.th.Faint.Render)
		return
	default:
		d.para("", "waiting for the report"+p.th.Signs.Ellipsis+" GoTo sends it some seconds after the end", p.th.Faint.Render)
		return
	}
	n := len(d.lines)
	p.reportQueues(d, r)
	p.reportPeople(d, r)
	p.reportBoxes(d, c, r)
	p.reportAI(d, r)
	if len(d.lines) == n {
		d.para("", "it adds nothing to the states", p.th.Faint.Render)
	}
}

func (p *Pane) reportQueues(d *doc, r *call.Report) {
	for _, q := range r.Queues {
		said := fmt.Sprintf("%s, waited %s as GoTo counts", text.Person(q.Name, q.Extension, ""), text.Figure(q.Wait))
		if q.Left != "" {
			said += ", left: " + strings.ToLower(call.Clean(q.Left))
		}
		if q.CallbackOffered {
			said += ", a callback was offered"
		}
		p.fact(d, "queue", said)
	}
}

func (p *Pane) reportPeople(d *doc, r *call.Report) {
	for _, m := range r.People {
		if m.Agent {
			p.fact(d, "wrap-up", text.Member(m.Participant)+" "+text.Figure(m.WrapUp))
		}
	}
	if who := hungUp(r); who != "" {
		p.fact(d, "hung up", who+" (inferred by GoTo)")
	}
}

func hungUp(r *call.Report) string {
	if r.HangupBy == "" {
		return ""
	}
	for _, m := range r.People {
		if m.ID == r.HangupBy {
			return text.Member(m.Participant)
		}
	}
	return ""
}

func (p *Pane) reportBoxes(d *doc, c *call.Call, r *call.Report) {
	for _, m := range r.Mailboxes {
		said := text.Join(", ", text.Number(m.Number), call.Clean(m.Folder))
		switch m.Result {
		case "SUCCESS":
			said = text.Join(", ", said, "message of "+text.Clock(m.Message))
		case "FAILED":
			said = text.Join(", ", said, "no message was left")
		default:
			said = text.Join(", ", said, strings.ToLower(call.Clean(m.Result)))
		}
		p.fact(d, "voicemail", said)
	}
	for _, a := range r.Actions {
		said := actionWords(a)
		if !a.At.IsZero() {
			said = p.when(c, a.At) + " " + said
		}
		p.fact(d, "after", said)
	}
}

// when is the time of day of something after the call, with the day when it is another one.
func (p *Pane) when(c *call.Call, t time.Time) string {
	t = t.In(p.now.Location())
	if t.YearDay() == c.Created.In(p.now.Location()).YearDay() {
		return t.Format("15:04:05")
	}
	return t.Format("2 Jan 15:04")
}

func actionWords(a call.ReportAction) string {
	var said string
	switch a.Kind {
	case "VOICEMAIL_NEW":
		said = "voicemail left"
	case "VOICEMAIL_DELETED":
		said = "voicemail deleted"
	case "INFO_CAPTURE":
		said = "caller's details taken"
	default:
		said = strings.ToLower(strings.ReplaceAll(call.Clean(a.Kind), "_", " "))
	}
	if a.Len > 0 {
		said += " of " + text.Clock(a.Len)
	}
	if who := text.Party(a.By); who != text.Unknown {
		said += " by " + who
	}
	if ext := call.Clean(a.For); ext != "" {
		said += " for " + ext
	}
	return said
}

func (p *Pane) reportAI(d *doc, r *call.Report) {
	ai := r.AI
	if ai.Summary == "" && ai.Sentiment == "" && len(ai.Topics) == 0 {
		return
	}
	parts := append([]string{strings.ToLower(call.Clean(ai.Sentiment))}, cleaned(ai.Topics)...)
	if said := text.Join(" "+p.th.Signs.Dot+" ", parts...); said != "" {
		p.fact(d, "AI says", said)
	}
	if ai.Summary != "" {
		p.fact(d, "AI summary", text.Clean(ai.Summary))
	}
}
