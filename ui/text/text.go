// Package text puts plain words into cells: cutting, padding, wrapping, clocks and bars.
//
// Widths are cells as github.com/charmbracelet/x/ansi counts them, which is how the renderer counts
// them too. Functions that say so accept styled text; the others want plain text.
package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
)

// Ellipsis ends a text that was cut.
const Ellipsis = "…"

// Clean makes a text from outside safe to draw. Unlike call.Clean it keeps a long text whole, as
// notes and summaries are, and folds every blank to one space.
func Clean(s string) string {
	if len(s) <= call.MaxText {
		return call.Clean(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for w := range strings.FieldsSeq(s) {
		for glue := " "; len(w) > 0; glue = "" { // a very long word is cleaned piece by piece
			piece := w
			if len(piece) > call.MaxText {
				piece = cutBytes(piece, call.MaxText)
			}
			if c := call.Clean(piece); c != "" {
				if b.Len() > 0 {
					b.WriteString(glue)
				}
				b.WriteString(c)
			}
			w = w[len(piece):]
		}
	}
	return b.String()
}

// cutBytes gives the first n bytes of s or a little less, so that no rune is cut in two.
func cutBytes(s string, n int) string {
	for i := n; i > n-4; i-- {
		if s[i]&0xC0 != 0x80 {
			return s[:i]
		}
	}
	return s[:n]
}

// Width gives the cells of a styled text.
func Width(s string) int { return ansi.StringWidth(s) }

// Fit gives s, which may be styled, in exactly w cells: cut with an ellipsis or padded at the right.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, Ellipsis)
		n = ansi.StringWidth(s)
	}
	return s + Spaces(w-n)
}

// Right is Fit with the padding at the left.
func Right(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, Ellipsis)
		n = ansi.StringWidth(s)
	}
	return Spaces(w-n) + s
}

// Cut gives s, which may be styled, in at most w cells.
func Cut(s string, w int) string {
	switch {
	case w <= 0:
		return ""
	case ansi.StringWidth(s) <= w:
		return s
	}
	return ansi.Truncate(s, w, Ellipsis)
}

// Clause gives as much of a sentence as w cells hold, up to the end of a clause: what is shown reads whole. "" where
// not even the first one has room.
func Clause(s string, w int) string {
	for Width(s) > w {
		end := 0
		for _, mark := range [...]string{" (", ", ", "; ", ": "} {
			end = max(end, strings.LastIndex(s, mark))
		}
		if end < 8 { // a word and no clause
			return ""
		}
		s = s[:end]
	}
	return s
}

// Ends puts left and right, which may be styled, at the two ends of w cells. When they do not both
// fit, left is cut; a right that would take more than half of the room is left out instead.
func Ends(left, right string, w int) string {
	r := ansi.StringWidth(right)
	if r == 0 || w < r+2 {
		return Fit(left, w)
	}
	if ansi.StringWidth(left)+1+r > w && r > w/2 {
		return Fit(left, w)
	}
	return Fit(left, w-r-1) + " " + right
}

// Wrap breaks plain text at blanks into lines of at most w cells; a longer word is broken too. A
// telephone number stays on one line where it fits into one.
func Wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	const blank, hyphen = "\u00a0", "\u2011" // at which no line breaks
	glue, part := strings.NewReplacer(" ", blank, "-", hyphen), strings.NewReplacer(blank, " ", hyphen, "-")
	var b strings.Builder
	done := 0
	for _, n := range call.Numbers(s) {
		b.WriteString(s[done:n.From])
		b.WriteString(glue.Replace(s[n.From:n.To]))
		done = n.To
	}
	b.WriteString(s[done:])
	lines := strings.Split(ansi.Wrap(b.String(), w, ""), "\n")
	for i := range lines {
		if done > 0 {
			lines[i] = part.Replace(lines[i])
		}
		lines[i] = Cut(strings.TrimRight(lines[i], " "), w)
	}
	return lines
}

// Block gives exactly h lines of exactly w cells: lines, which may be styled, cut or filled with
// blanks. It is "" when there is no room at all.
func Block(lines []string, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(h * (w + 1))
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(Fit(lines[i], w))
		} else {
			b.WriteString(Spaces(w))
		}
	}
	return b.String()
}

// Spaces gives n blanks, none when n is negative.
func Spaces(n int) string {
	const some = "                                                                "
	if n <= 0 {
		return ""
	}
	if n <= len(some) {
		return some[:n]
	}
	return strings.Repeat(" ", n)
}

// Join puts sep between those parts that are not empty.
func Join(sep string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(p)
	}
	return b.String()
}
