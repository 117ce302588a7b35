package export

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"ringside/store/call"
)

// cells gives how many cells of a terminal a text takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// fit gives s in exactly w cells: cut with an ellipsis, or padded at its end.
func fit(s string, w int) string {
	if n := cells(s); n <= w {
		return s + strings.Repeat(" ", w-n)
	}
	var b strings.Builder
	left := w - 1
	for _, r := range s {
		if n := runeCells(r); n > left {
			break
		} else {
			left -= n
		}
		b.WriteRune(r)
	}
	if w <= 0 {
		return ""
	}
	return b.String() + "…" + strings.Repeat(" ", left)
}

// wrap breaks a text into lines of at most w cells, at blanks where there are any.
func wrap(s string, w int) []string {
	var out []string
	line, n := "", 0
	add := func(word string) {
		k := cells(word)
		if n > 0 && n+1+k > w {
			out, line, n = append(out, line), "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+k
	}
	for _, word := range strings.Fields(s) {
		for cells(word) > w {
			head := strings.TrimRight(cut(word, w), " ")
			add(head)
			word = word[len(head):]
		}
		if word != "" {
			add(word)
		}
	}
	if n > 0 || len(out) == 0 {
		out = append(out, line)
	}
	return out
}

// cut gives the longest beginning of s that takes at most w cells, one rune at least.
func cut(s string, w int) string {
	n := 0
	for i, r := range s {
		if n += runeCells(r); n > w && i > 0 {
			return s[:i]
		}
	}
	return s
}

// clean makes a text from outside safe, as call.Clean does, without cutting a long one short.
func clean(s string) string {
	if len(s) <= call.MaxText {
		return call.Clean(s)
	}
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = call.Clean(w)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// offset writes a time inside a call: "+0:44.063".
func offset(ms int64) string {
	sign := "+"
	if ms < 0 {
		sign, ms = "-", -ms
	}
	h, m, s := ms/3_600_000, ms/60_000%60, ms/1000%60
	if h > 0 {
		return fmt.Sprintf("%s%d:%02d:%02d.%03d", sign, h, m, s, ms%1000)
	}
	return fmt.Sprintf("%s%d:%02d.%03d", sign, m, s, ms%1000)
}

// hanging writes text behind a lead, wrapped to the page, further lines below the first. Where the
// lead leaves too little room, the text stands below it.
func (p *page) hanging(lead, text string) {
	indent := cells(lead)
	if p.o.Width-indent < leastText {
		p.printf("%s\n", strings.TrimRight(fit(lead, min(indent, p.o.Width)), " "))
		lead, indent = "    ", 4
	}
	for i, line := range wrap(text, p.o.Width-indent) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		p.printf("%s\n", strings.TrimRight(lead+line, " "))
	}
}

// leastText is the least room for a text behind its lead, in cells.
const leastText = 16

// head writes which call it is.
func (p *page) head() {
	c := p.c
	p.hanging("", p.party(c.From)+" → "+p.party(c.To))
	p.hanging("", fmt.Sprintf("%s, %s, %s, %s in all", c.Direction, p.ending(), p.when(), call.Seconds(c.Total(p.now()).Milliseconds())))
	if d := p.doubts(); len(d) > 0 {
		p.hanging("", "not all was seen: "+strings.Join(d, ", "))
	}
	p.hanging("", "call "+clean(c.ID))
	p.printf("\n")
}
