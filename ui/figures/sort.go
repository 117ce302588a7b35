package figures

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/table"
)

// sortBy orders calls: the newest first, or by a column, what is most in front.
func sortBy(rows []*stats.Entry, by table.Sorting, now time.Time) {
	text := func(a, b string) int { return strings.Compare(query.Fold(a), query.Fold(b)) }
	answer := func(e *stats.Entry) time.Duration {
		if d, ok := e.AnswerTime(); ok {
			return d
		}
		return -1
	}
	order := func(a, b *stats.Entry) int {
		switch by.By {
		case colState:
			return cmp.Or(cmp.Compare(a.State(), b.State()), cmp.Compare(a.Outcome, b.Outcome))
		case colFrom:
			return text(a.From.Name+a.From.Number, b.From.Name+b.From.Number)
		case colQueue:
			return text(a.Queue, b.Queue)
		case colWait:
			return cmp.Compare(b.WaitMs(now), a.WaitMs(now))
		case colAnswer:
			return cmp.Compare(answer(b), answer(a))
		case colTalk:
			return cmp.Compare(b.PhasesMs[call.PhaseTalk], a.PhasesMs[call.PhaseTalk])
		case colWith:
			return text(with(a), with(b))
		case colRace:
			return cmp.Compare(len(b.Parts), len(a.Parts))
		}
		return 0
	}
	slices.SortFunc(rows, func(a, b *stats.Entry) int {
		n := cmp.Or(order(a, b), b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
		if by.Reverse {
			return -n
		}
		return n
	})
}
