package query

import "strings"

// nearest says which field may have been meant, or which there are.
func nearest(name string) string {
	var names []string
	for _, f := range Fields() {
		names = append(append(names, f.Name), f.Aliases...)
	}
	if n := closest(name, names); n != "" {
		return "did you mean " + n + "?"
	}
	return "fields are from, to, number, queue, agent, path, state, outcome, wait, talk, since, …"
}

// nearestValue says which word of a field may have been meant, or which there are.
func nearestValue(f Field, word string) string {
	names := valueNames(f)
	word = joined(word)
	if n := closest(word, names); n != "" {
		return "did you mean " + n + "?"
	}
	return "one of " + strings.Join(names, ", ")
}

// closest gives the candidate that takes the fewest slips of the fingers, or that word begins;
// "" when none is near.
func closest(word string, candidates []string) string {
	best, least := "", 1+min(2, (len(word)+1)/3)
	for _, c := range candidates {
		if d := slips(word, c); d < least {
			best, least = c, d
		}
	}
	if best == "" && len(word) > 1 {
		for _, c := range candidates {
			if strings.HasPrefix(c, word) {
				return c
			}
		}
	}
	return best
}

// slips counts the letters that are wrong, missing, too many or swapped (the optimal string
// alignment distance). Long words are not looked at.
func slips(a, b string) int {
	const most = 24
	if len(a) > most || len(b) > most {
		return most
	}
	var d [most + 1][most + 1]int
	for i := range len(a) + 1 {
		for j := range len(b) + 1 {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}
