package detail

import "ringside/store/call"

// barCell is one cell of a lane.
type barCell struct {
	span  int // the span it shows; -1 for none
	hides int // spans that no cell shows and that would be here
}

// barCells draws the spans of a lane into the cells of a window. However far the zoom goes out, a
// short span does not give way to a long one, which its other cells show; of several short ones the
// most important is shown, and the cell counts the others.
func barCells(spans []call.Span, s scale) []barCell {
	cells := make([]barCell, s.n)
	for i := range cells {
		cells[i].span = -1
	}
	whole := make([]bool, len(spans)) // all of it lies in one cell
	for k, sp := range spans {
		a, b, ok := s.cells(sp)
		if !ok {
			continue
		}
		whole[k] = a == b && sp.FromMs >= s.from && sp.ToMs <= s.to
		for i := a; i <= b; i++ {
			if was := cells[i].span; was < 0 || wins(spans, whole, k, was, s, i) {
				cells[i].span = k
			}
		}
	}
	seen := make([]bool, len(spans))
	for _, c := range cells {
		if c.span >= 0 {
			seen[c.span] = true
		}
	}
	for k, sp := range spans {
		if a, _, ok := s.cells(sp); ok && !seen[k] {
			cells[a].hides++
		}
	}
	return cells
}

// cells gives the first and the last cell of a span, false when it lies outside of the window.
func (s scale) cells(sp call.Span) (a, b int, ok bool) {
	if sp.FromMs >= s.to && (sp.FromMs > s.to || sp.ToMs > sp.FromMs) || sp.ToMs <= s.from && sp.FromMs < s.from {
		return 0, 0, false
	}
	a = s.cell(max(sp.FromMs, s.from))
	return a, max(a, s.cell(min(max(sp.FromMs, sp.ToMs-1), s.to-1))), true
}

// wins tells which of two spans a cell shows.
func wins(spans []call.Span, whole []bool, k, was int, s scale, cell int) bool {
	if whole[k] != whole[was] {
		return whole[k]
	}
	if whole[k] {
		return weight(spans[k].Phase) > weight(spans[was].Phase)
	}
	return overlap(spans[k], s, cell) > overlap(spans[was], s, cell)
}

func overlap(sp call.Span, s scale, cell int) int64 {
	return min(sp.ToMs, s.end(cell)) - max(sp.FromMs, s.start(cell))
}

// weight orders phases by how much it matters to see that they were there.
func weight(p call.Phase) int {
	switch p {
	case call.PhaseTransfer:
		return 8
	case call.PhaseHold:
		return 7
	case call.PhaseVoicemail:
		return 6
	case call.PhaseTalk:
		return 5
	case call.PhaseRing:
		return 4
	case call.PhaseWait:
		return 3
	case call.PhaseMenu:
		return 2
	case call.PhaseSetup:
		return 1
	}
	return 0
}
