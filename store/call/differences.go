package call

import (
	"fmt"
	"strconv"
)

// Differences names the members in which two accounts of one finished call differ, as
// "outcome: missed, answered". Sources that agree give nothing. What was seen of a call (how many
// states, from where) is no difference, only what it led to; of names, those that both accounts
// know.
func Differences(a, b *Call) []string {
	d := differ{}
	d.words("outcome", a.Outcome.String(), b.Outcome.String())
	d.words("direction", a.Direction.String(), b.Direction.String())
	d.party("from", a.From, b.From)
	d.party("to", a.To, b.To)
	d.words("queue", a.Queue, b.Queue)
	d.ms("answer", a.AnswerMs, b.AnswerMs)
	if d.count("answered", len(a.Answered), len(b.Answered)) {
		for i, x := range a.Answered {
			y := b.Answered[i]
			d.words(nth("answered", i), at(x.Extension, x.Number, x.AtMs), at(y.Extension, y.Number, y.AtMs))
		}
	}
	if d.count("rung", len(a.Rung), len(b.Rung)) {
		for i, x := range a.Rung {
			y := b.Rung[i]
			d.words(nth("rung", i), x.text(), y.text())
		}
	}
	if d.count("transfers", len(a.Transfers), len(b.Transfers)) {
		for i, x := range a.Transfers {
			d.words(nth("transfer", i), x.text(), b.Transfers[i].text())
		}
	}
	if d.count("holds", len(a.Holds), len(b.Holds)) {
		for i, x := range a.Holds {
			y := b.Holds[i]
			d.words(nth("hold", i), fmt.Sprintf("by %s at %d ms for %d ms", x.By, x.AtMs, x.Ms), fmt.Sprintf("by %s at %d ms for %d ms", y.By, y.AtMs, y.Ms))
		}
	}
	sa, sb := a.Summary(), b.Summary()
	for p := range Phase(NumPhases) {
		d.ms(p.String(), sa.PhasesMs[p], sb.PhasesMs[p])
	}
	d.ms("total", sa.TotalMs, sb.TotalMs)
	return d.out
}

type differ struct{ out []string }

func (d *differ) words(member, a, b string) {
	if a != b {
		d.out = append(d.out, member+": "+or(a, "none")+", "+or(b, "none"))
	}
}

func (d *differ) ms(member string, a, b int64) {
	if a != b {
		d.out = append(d.out, fmt.Sprintf("%s: %d ms, %d ms", member, a, b))
	}
}

// party compares who it is: the name is looked at only where the number does not tell.
func (d *differ) party(member string, a, b Party) {
	if a.Number != b.Number || a.Name != b.Name && (a.Number == "" || a.Name != "" && b.Name != "") {
		d.words(member, partyText(a), partyText(b))
	}
}

// count compares how many there are, and reports whether it is worth looking at each.
func (d *differ) count(member string, a, b int) bool {
	d.words(member, strconv.Itoa(a), strconv.Itoa(b))
	return a == b
}

func nth(member string, i int) string { return member + " " + strconv.Itoa(i+1) }

func at(extension, number string, ms int64) string {
	return fmt.Sprintf("%s at %d ms", or(extension, number, "?"), ms)
}

func (r *Ring) text() string {
	end := "not answered"
	if r.Answered {
		end = "answered"
	}
	return fmt.Sprintf("%s for %d ms, %s", at(r.Extension, r.Number, r.AtMs), r.RingMs, end)
}

func (t Transfer) text() string {
	return fmt.Sprintf("%s by %s to %s at %d ms", t.Kind, or(t.By, "?"), or(t.To, "?"), t.AtMs)
}
