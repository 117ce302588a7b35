package detail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
)

// SetItems sets what people put beside the call and its caller: notes and tags, in any order. Items
// of other kinds are left out. They belong to the call that SetData has set.
func (p *Pane) SetItems(items []archive.Item) {
	items = slices.DeleteFunc(slices.Clone(items), func(i archive.Item) bool {
		return i.Kind != archive.Note && i.Kind != archive.Tag
	})
	slices.SortStableFunc(items, func(a, b archive.Item) int { return b.At.Compare(a.At) })
	if !slices.EqualFunc(items, p.items, func(a, b archive.Item) bool {
		return a.Key() == b.Key() && a.Text == b.Text && a.By == b.By && a.At.Equal(b.At) && a.Call == b.Call
	}) {
		p.items, p.stale = items, true
	}
}

// notes shows tags and notes, the newest first. Those of the caller stand by every call of theirs,
// and say so.
func (p *Pane) notes(d *doc) {
	if len(p.items) == 0 {
		return
	}
	d.section("Notes")
	var ofCall, ofCaller []string
	for _, i := range p.items {
		if i.Kind != archive.Tag {
			continue
		}
		if tag := "#" + call.Clean(i.Text); i.Call != "" {
			ofCall = append(ofCall, tag)
		} else {
			ofCaller = append(ofCaller, tag)
		}
	}
	if len(ofCall) > 0 {
		p.fact(d, "tags", strings.Join(ofCall, " "))
	}
	if len(ofCaller) > 0 {
		p.fact(d, "caller", strings.Join(ofCaller, " "))
	}
	for _, i := range p.items {
		if i.Kind == archive.Note {
			p.note(d, i)
		}
	}
}

func (p *Pane) note(d *doc, i archive.Item) {
	at := i.At.In(p.now.Location())
	when := at.Format("15:04")
	if y, m, day := p.now.Date(); at.Year() != y || at.Month() != m || at.Day() != day {
		when = at.Format("2 Jan")
	}
	of := ""
	if i.Call == "" {
		of = "of the caller"
	}
	said := text.Clean(i.Text)
	if by := text.Join(", ", call.Clean(i.By), of); by != "" {
		said += " (" + by + ")"
	}
	p.fact(d, when, said)
}

// transcript is what is known of one.
type transcript struct {
	said  []call.Utterance
	err   error
	there bool // it came, or it could not be had
}

// SetTranscript sets what was said in a recording, by the id of its transcript, or why that cannot
// be had. The pane asks for it by action.AskTranscript.
func (p *Pane) SetTranscript(id string, said []call.Utterance, err error) {
	if p.said == nil {
		p.said = map[string]transcript{}
	}
	p.said[id] = transcript{said: said, err: err, there: true}
	p.stale = true
}

// openSaid opens the transcripts in the story and asks for those that have not come.
func (p *Pane) openSaid(a action.Action) tea.Cmd {
	switch {
	case p.report == nil:
		return action.Refuse(a, "what was said comes with the report, when it was recorded")
	case len(p.report.Transcripts) == 0:
		return action.Refuse(a, "there is no transcript of this call")
	}
	var asks []tea.Cmd
	for _, t := range p.report.Transcripts {
		if known, ok := p.said[t.ID]; ok && known.err == nil {
			continue
		}
		if p.said == nil {
			p.said = map[string]transcript{}
		}
		p.said[t.ID] = transcript{}
		asks = append(asks, action.AskFor(t.ID))
	}
	if p.sayings && len(asks) == 0 {
		return action.Refuse(a, "the transcript is open already, in the story")
	}
	p.sayings, p.stale = true, true
	return tea.Batch(asks...)
}

// utterance is something said, with its time after the call's beginning.
type utterance struct {
	atMs int64
	who  string
	text string
}

// uttered gives all that was said in a call, in the order in which it was said. Two recordings of
// one talk hear the same words: they are told once.
func (p *Pane) uttered(c *call.Call) []utterance {
	if !p.sayings || p.report == nil {
		return nil
	}
	var out []utterance
	for _, t := range p.report.Transcripts {
		begin := t.At.Sub(c.Created).Milliseconds()
		for _, u := range p.said[t.ID].said {
			out = append(out, utterance{begin + u.FromMs, speaker(c, t.Participant, u.Heard), text.Clean(u.Text)})
		}
	}
	slices.SortStableFunc(out, func(a, b utterance) int { return cmp.Compare(a.atMs, b.atMs) })
	told := out[:0]
	for _, u := range out {
		if !slices.ContainsFunc(told[max(0, len(told)-4):], func(o utterance) bool {
			return o.text == u.text && o.who == u.who && u.atMs-o.atMs < twiceMs
		}) {
			told = append(told, u)
		}
	}
	return told
}

// twiceMs is how far apart two recordings may hear the same words.
const twiceMs = 1500

// speaker names who said something that the leg of a participant recorded. What the leg heard came
// from the other side.
func speaker(c *call.Call, participant string, heard bool) string {
	outside := text.PartyShort(c.Outsider())
	for _, m := range c.People {
		if m.ID != participant {
			continue
		}
		ours := m.Kind != call.NumberLeg
		switch {
		case !heard && ours:
			return cmp.Or(call.Clean(m.Name), call.Clean(m.Extension))
		case !heard:
			return text.PartyShort(m.Outside)
		case ours:
			return outside
		}
		return answerer(c)
	}
	return ""
}

// answerer names the one at our end of an outside party's talk, where it is one alone.
func answerer(c *call.Call) string {
	if len(c.Answered) == 1 {
		return cmp.Or(call.Clean(c.Answered[0].Name), call.Clean(c.Answered[0].Extension))
	}
	return "our end"
}

// reportSound lists recordings and transcripts.
func (p *Pane) reportSound(d *doc, c *call.Call, r *call.Report) {
	for _, rec := range r.Recordings {
		said := p.begins(c, rec)
		if rec.Transcribed {
			said += ", to be transcribed"
		}
		p.fact(d, "recording", said)
	}
	for _, rec := range r.Transcripts {
		t, asked := p.said[rec.ID]
		said := p.begins(c, rec) + ": "
		switch {
		case !asked:
			said += "right opens it in the story"
		case !t.there:
			said += "on its way" + p.th.Signs.Ellipsis
		case t.err != nil:
			said += "it cannot be had: " + text.Clean(t.err.Error())
		case len(t.said) == 0:
			said += "nothing was said"
		case !p.sayings:
			said += fmt.Sprintf("%d %s, closed", len(t.said), plural(len(t.said), "utterance", "utterances"))
		default:
			said += fmt.Sprintf("%d %s, in the story; left closes it", len(t.said), plural(len(t.said), "utterance", "utterances"))
		}
		p.fact(d, "transcript", said)
	}
}

// begins says when a recording begins and of whom it is.
func (p *Pane) begins(c *call.Call, rec call.Recording) string {
	at := "from " + text.Offset(max(0, rec.At.Sub(c.Created).Milliseconds()))
	if rec.At.IsZero() {
		at = "of unknown time"
	}
	for _, m := range c.People {
		if rec.Participant != "" && m.ID == rec.Participant {
			return at + ", at " + text.Member(m)
		}
	}
	return at
}
