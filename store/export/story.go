package export

import (
	"time"

	"ringside/store/call"
)

// chapters gives the stories of the journey; of a call that stands alone, its own.
func (p *page) chapters() []call.Chapter {
	out := call.Journey(append([]*call.Call{p.c}, p.journey...))
	if len(out) == 0 {
		return nil
	}
	for i := range out {
		if out[i].Call == p.c && p.r != nil {
			out[i].Story = p.c.StoryWith(p.r)
			for k := range out[i].Story {
				out[i].Story[k].AtMs += out[i].AtMs
			}
		}
	}
	return out
}

// told gives a sentence, marked when it is inferred. What tells of missing states says so itself.
func told(s call.Sentence) string {
	if s.Weak && s.Sign != "…" {
		return clean(s.Text) + " (inferred)"
	}
	return clean(s.Text)
}

// dayTime writes the time of day of a moment of a journey that began at begin.
func (p *page) dayTime(begin time.Time, ms int64) string {
	t := begin.Add(time.Duration(ms) * time.Millisecond).In(p.o.Zone)
	b := begin.In(p.o.Zone)
	if t.YearDay() != b.YearDay() || t.Year() != b.Year() {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("15:04:05")
}

func (p *page) story() {
	chapters := p.chapters()
	for i, ch := range chapters {
		if i > 0 {
			p.printf("\n")
		}
		if len(chapters) > 1 {
			p.hanging("", p.chapterTitle(ch))
		}
		for _, s := range ch.Story {
			p.hanging(p.dayTime(chapters[0].Call.Created, s.AtMs)+"  "+right(offset(s.AtMs), 10)+"  "+s.Sign+" ", told(s))
		}
	}
}

func (p *page) chapterTitle(ch call.Chapter) string {
	title := p.party(ch.Call.From) + " → " + p.party(ch.Call.To)
	if ch.Why != "" {
		title += ": " + clean(ch.Why)
	}
	if ch.Call != p.c {
		title += " (call " + clean(ch.Call.ID) + ")"
	}
	return title
}

// right puts a text at the end of w cells.
func right(s string, w int) string {
	for cells(s) < w {
		s = " " + s
	}
	return s
}
