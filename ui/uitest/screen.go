// Package uitest tests screens without a terminal: it drives a model, flattens what it draws to
// cells, and compares cells with golden files. It is for tests alone.
package uitest

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Cells is a screen flattened: what a terminal of W by H cells would show.
type Cells struct {
	W, H int
	buf  uv.ScreenBuffer
	bad  []string
}

// Screen flattens a view to w by h cells. What does not fit exactly is remembered; see Err.
func Screen(view string, w, h int) *Cells {
	c := &Cells{W: w, H: h, buf: uv.NewScreenBuffer(w, h)}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		c.bad = append(c.bad, fmt.Sprintf("%d lines, want %d", len(lines), h))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			c.bad = append(c.bad, fmt.Sprintf("line %d is %d cells wide, want %d: %q", i, n, w, ansi.Strip(l)))
		}
	}
	uv.NewStyledString(view).Draw(c.buf, uv.Rect(0, 0, w, h))
	return c
}

// Err tells where the view is not exactly w by h cells; nil when it is.
func (c *Cells) Err() error {
	if len(c.bad) == 0 {
		return nil
	}
	return fmt.Errorf("view of %dx%d: %s", c.W, c.H, strings.Join(c.bad, "; "))
}

// Line gives the text of a line, blanks at its end left off.
func (c *Cells) Line(y int) string {
	var b strings.Builder
	for x := 0; x < c.W; {
		cell := c.buf.CellAt(x, y)
		if cell == nil || cell.Width == 0 {
			b.WriteByte(' ')
			x++
			continue
		}
		b.WriteString(cell.Content)
		x += cell.Width
	}
	return strings.TrimRight(b.String(), " ")
}

// Text gives all lines.
func (c *Cells) Text() string {
	lines := make([]string, c.H)
	for y := range lines {
		lines[y] = c.Line(y)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Runs gives the styles of a line: one "from-to style" for each stretch that has one.
func (c *Cells) Runs(y int) []string {
	var out []string
	from, was := 0, ""
	end := func(to int) {
		if was != "" {
			out = append(out, fmt.Sprintf("%d-%d %s", from, to-1, was))
		}
	}
	for x := range c.W {
		is := ""
		if cell := c.buf.CellAt(x, y); cell != nil {
			if cell.Width == 0 && x > 0 { // the second half of a wide cell
				continue
			}
			is = look(cell.Style, cell.Content == " ")
		}
		if is != was {
			end(x)
			from, was = x, is
		}
	}
	end(c.W)
	return out
}

// look names a style. On a blank, what only letters show is left out.
func look(s uv.Style, blank bool) string {
	var p []string
	if s.Fg != nil && !blank {
		p = append(p, hex(s.Fg))
	}
	if s.Bg != nil {
		p = append(p, "on "+hex(s.Bg))
	}
	for _, a := range []struct {
		bit  uint8
		name string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrReverse, "reverse"}} {
		if s.Attrs&a.bit != 0 && (!blank || a.bit == uv.AttrReverse) {
			p = append(p, a.name)
		}
	}
	if s.Underline != 0 {
		p = append(p, "underline")
	}
	return strings.Join(p, " ")
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// String gives text and style runs, as golden files hold them.
func (c *Cells) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%dx%d\n", c.W, c.H)
	for y := range c.H {
		fmt.Fprintf(&b, "|%s\n", c.Line(y))
	}
	b.WriteString("-- styles --\n")
	for y := range c.H {
		if runs := c.Runs(y); len(runs) > 0 {
			fmt.Fprintf(&b, "%d: %s\n", y, strings.Join(runs, ", "))
		}
	}
	return b.String()
}
