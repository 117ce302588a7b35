package text

import "sort"

// Shares divides w cells among parts in proportion to their size. Every part above zero has at
// least one cell while there is room for that; the cells add up to w unless all parts are zero.
func Shares(parts []int64, w int) []int {
	cells := make([]int, len(parts))
	var total int64
	filled := 0
	for _, p := range parts {
		if p > 0 {
			total += p
			filled++
		}
	}
	if total == 0 || w <= 0 {
		return cells
	}
	if filled > w { // not even one each: the largest have theirs
		for _, i := range bySize(parts)[:w] {
			cells[i] = 1
		}
		return cells
	}
	free := w - filled
	type rest struct {
		i    int
		frac float64
	}
	var rests []rest
	left := free
	for i, p := range parts {
		if p <= 0 {
			continue
		}
		exact := float64(p) / float64(total) * float64(free)
		n := int(exact)
		cells[i] = 1 + n
		left -= n
		rests = append(rests, rest{i, exact - float64(n)})
	}
	sort.SliceStable(rests, func(a, b int) bool { return rests[a].frac > rests[b].frac })
	for k := 0; left > 0; k, left = k+1, left-1 {
		cells[rests[k%len(rests)].i]++
	}
	return cells
}

func bySize(parts []int64) []int {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return parts[order[a]] > parts[order[b]] })
	return order
}
