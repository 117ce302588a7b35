package export

import (
	"fmt"
	"strings"

	"ringside/store/call"
)

// phaseSigns are the cells of a bar, by Phase.
const phaseSigns = "·mwr=h>v."

func phaseSign(p call.Phase) rune {
	for i, r := range []rune(phaseSigns) {
		if i == int(p) {
			return r
		}
	}
	return '?'
}

func (p *page) lanes() {
	lanes := p.c.Lanes(p.now())
	if len(lanes) == 0 {
		p.printf("no states\n")
		return
	}
	total := int64(1)
	label := 0
	for _, l := range lanes {
		label = max(label, cells(clean(l.Label)))
		for _, s := range l.Spans {
			total = max(total, s.ToMs)
		}
	}
	label = min(label, p.o.Width/3)
	w := p.o.Width - label - 3
	p.axis(label, w, total)
	for _, l := range lanes {
		p.printf("%s │%s│\n", fit(clean(l.Label), label), bar(l.Spans, total, w))
	}
	p.hanging("", "· setup  m menu  w wait  r ring  = talk  h hold  > transfer  v voicemail  . closing  ? states missing")
	p.printf("\n")
	for _, l := range lanes {
		p.hanging(fit(clean(l.Label), label)+"  ", spansText(l.Spans))
	}
}

// axis writes the times over the bars: each begins where it stands, the last one ends there.
func (p *page) axis(label, w int, total int64) {
	line := []rune(strings.Repeat(" ", w))
	ticks := max(2, w/20+1)
	for i := range ticks {
		text := []rune(offset(total * int64(i) / int64(ticks-1)))
		at := w * i / (ticks - 1)
		if i == ticks-1 {
			at = w - len(text)
		}
		if at >= 0 && at+len(text) <= w {
			copy(line[at:], text)
		}
	}
	p.printf("%s  %s\n", fit("", label), strings.TrimRight(string(line), " "))
}

// bar draws spans in w cells that stand for total ms. Each cell shows what took most of it, and
// what is shorter than a cell still gets one.
func bar(spans []call.Span, total int64, w int) string {
	out := make([]rune, w)
	most := make([]int64, w)
	for i := range out {
		out[i] = ' '
	}
	at := func(ms int64) int { return int(min(ms*int64(w)/total, int64(w-1))) }
	for _, s := range spans {
		for k := at(s.FromMs); k <= at(s.ToMs); k++ {
			from, to := total*int64(k)/int64(w), total*int64(k+1)/int64(w)
			if in := min(to, s.ToMs) - max(from, s.FromMs); in > most[k] || out[k] == ' ' && in >= 0 && s.FromMs == s.ToMs {
				most[k], out[k] = in, cell(s, k-at(s.FromMs))
			}
		}
	}
	for _, s := range spans {
		switch s.Phase {
		case call.PhaseRing, call.PhaseHold, call.PhaseTransfer, call.PhaseVoicemail, call.PhaseWait, call.PhaseTalk:
		default:
			continue
		}
		k := at((s.FromMs + s.ToMs) / 2)
		if at(s.ToMs)-at(s.FromMs) <= 1 && out[at(s.FromMs)] != phaseSign(s.Phase) && out[at(s.ToMs)] != phaseSign(s.Phase) {
			out[k] = cell(s, 0)
		}
	}
	return string(out)
}

// cell gives the sign of a span's k-th cell: where states are missing, every third asks.
func cell(s call.Span, k int) rune {
	if s.Weak && k%3 == 1 {
		return '?'
	}
	return phaseSign(s.Phase)
}

// spansText tells the spans exactly: "ring 0:09.000–0:19.000, talk 0:19.000–1:00.000".
func spansText(spans []call.Span) string {
	var out []string
	for i := 0; i < len(spans); {
		s := spans[i]
		for i++; i < len(spans) && spans[i].Phase == s.Phase && spans[i].By == s.By && spans[i].Weak == s.Weak && spans[i].FromMs == s.ToMs; i++ {
			s.ToMs = spans[i].ToMs
		}
		t := fmt.Sprintf("%s %s–%s", s.Phase, offset(s.FromMs)[1:], offset(s.ToMs)[1:])
		if s.By != "" {
			t += " by " + clean(s.By)
		}
		if s.Weak {
			t += " (states missing)"
		}
		out = append(out, t)
	}
	return or(strings.Join(out, ", "), "–")
}
