package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// story tells the call in sentences, each with the time at which it happened. What is inferred is
// marked so. The conversations of one journey are one story, with times from its beginning.
func (p *Pane) story(d *doc, c *call.Call) {
	d.section("Story")
	if p.told != c { // telling it folds every state again, and a call that is published never changes
		p.told, p.chapters = c, p.tell(c)
	}
	times := 0
	for _, ch := range p.chapters {
		for _, s := range ch.Story {
			times = max(times, text.Width(text.Offset(s.AtMs)))
		}
	}
	if times == 0 {
		d.add(p.th.Faint.Render(text.Cut("nothing has been heard of this call yet", d.w)))
		return
	}
	for i, ch := range p.chapters {
		if len(p.chapters) > 1 {
			p.chapter(d, i, ch, c)
		}
		p.sentences(d, ch, c, times)
	}
}

// tell gives the story of a call, with those of its journey that are at hand.
func (p *Pane) tell(c *call.Call) []call.Chapter {
	all := []*call.Call{c}
	for _, o := range p.journey {
		if o != nil && o.ID != c.ID {
			all = append(all, o)
		}
	}
	if len(all) > 1 {
		if out := call.Journey(all); len(out) > 1 {
			return out
		}
	}
	return []call.Chapter{{Call: c, Story: c.Story()}}
}

// SetJourney sets the conversations that belong to the one shown, as far as they are at hand, in any
// order and with it or without it. Their stories are told as one.
func (p *Pane) SetJourney(calls []*call.Call) {
	if slices.Equal(calls, p.journey) {
		return
	}
	p.journey, p.told, p.stale = slices.Clone(calls), nil, true
}

// chapter heads one conversation of a journey.
func (p *Pane) chapter(d *doc, i int, ch call.Chapter, shown *call.Call) {
	if i > 0 {
		d.add("")
	}
	head := text.PartyShort(ch.Call.From) + " " + p.th.Signs.Arrow + " " + text.PartyShort(ch.Call.To)
	about := text.Clean(ch.Why)
	if ch.Call.ID == shown.ID {
		about = text.Join(", ", about, "this call")
	}
	d.para(p.th.Signs.Unfolded, text.Join(": ", head, about), p.th.Strong.Render)
}

// sentences tells one conversation, with what was said in it at its time.
func (p *Pane) sentences(d *doc, ch call.Chapter, shown *call.Call, times int) {
	spelt := spelling(ch.Call)
	var said []utterance
	if ch.Call.ID == shown.ID {
		said = p.uttered(ch.Call)
	}
	for i, s := range ch.Story {
		s.Text = spelt.Replace(text.Clean(s.Text))
		p.sentence(d, s, times)
		n := 0
		for n < len(said) && (i+1 == len(ch.Story) || said[n].atMs+ch.AtMs < ch.Story[i+1].AtMs) {
			p.utterance(d, said[n], ch.AtMs, times)
			n++
		}
		said = said[n:]
	}
}

// utterance adds what somebody said, under a bar of its own.
func (p *Pane) utterance(d *doc, u utterance, from int64, times int) {
	room := d.w - times - 4
	if room < 12 {
		d.para("", text.Join(": ", u.who, u.text), p.th.Faint.Render)
		return
	}
	bar := p.th.Accent.Render(p.th.Signs.V)
	for i, l := range text.Wrap(text.Join(": ", u.who, u.text), room) {
		at := text.Spaces(times)
		if i == 0 {
			at = text.Right(text.Offset(u.atMs+from), times)
		}
		look := p.th.Text.Render(l)
		if name := u.who + ":"; i == 0 && strings.HasPrefix(l, name) {
			look = p.th.Label.Render(name) + p.th.Text.Render(l[len(name):])
		}
		d.add(p.th.Faint.Render(at) + "  " + bar + " " + look)
	}
}

// spelling writes the numbers of a call as they are written elsewhere on the screen.
func spelling(c *call.Call) *strings.Replacer {
	var pairs []string
	for _, m := range c.People {
		for _, n := range []string{m.Number, m.Outside.Number} {
			if strings.HasPrefix(n, "+") {
				pairs = append(pairs, n, text.Number(n))
			}
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
	if th.ASCII || sign == "" {
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
	p.reportSound(d, c, r)
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
