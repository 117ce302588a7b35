package uitest

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"image/color"
	"slices"
	"strings"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// Size of a cell in a picture, in pixels. The font is scaled to it, whichever the viewer has.
const (
	cellW = 8
	cellH = 17
)

// Picture is a screen as it is drawn: cells and the ground they stand on.
type Picture struct {
	W, H  int
	Light bool
	cells []uv.Cell
}

// Take makes a picture of a screen whose cells at gives, nil for a blank one.
func Take(w, h int, light bool, at func(x, y int) *uv.Cell) *Picture {
	p := &Picture{W: w, H: h, Light: light, cells: make([]uv.Cell, w*h)}
	for y := range h {
		for x := range w {
			if c := at(x, y); c != nil {
				p.cells[y*w+x] = *c
			}
		}
	}
	return p
}

// Text gives what stands in a picture, line by line.
func (p *Picture) Text() string {
	var b strings.Builder
	for y := range p.H {
		for x := range p.W {
			switch c := &p.cells[y*p.W+x]; {
			case c.Content != "":
				b.WriteString(c.Content)
			case c.Width != 0 || x == 0 || p.cells[y*p.W+x-1].Width < 2:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (p *Picture) ground() string {
	if p.Light {
		return "#ffffff"
	}
	return "#11151d"
}

func (p *Picture) ink() string {
	if p.Light {
		return "#262626"
	}
	return "#d3d9e6"
}

// drawing gathers one picture or several: rules of style are shared.
type drawing struct {
	body    bytes.Buffer
	classes map[string]string
	rules   []string
}

func (d *drawing) class(rule string) string {
	name, ok := d.classes[rule]
	if !ok {
		name = fmt.Sprintf("c%d", len(d.rules))
		d.classes[rule] = name
		d.rules = append(d.rules, "."+name+"{"+rule+"}")
	}
	return name
}

// SVG draws a picture. Letters are text, stretched to their cells; blocks and rules are shapes, so that
// they meet whatever the font.
func (p *Picture) SVG() []byte {
	d := &drawing{classes: map[string]string{}}
	d.draw(p)
	return d.finish(p, "")
}

// Frame is a picture of a film and how long it stays.
type Frame struct {
	*Picture
	For time.Duration
}

// Film draws pictures of one size one after the other, again and again.
func Film(frames []Frame) []byte {
	d := &drawing{classes: map[string]string{}}
	var all, at time.Duration
	for _, f := range frames {
		all += f.For
	}
	css := ""
	for i, f := range frames {
		from, to := 100*float64(at)/float64(all), 100*float64(at+f.For)/float64(all)
		at += f.For
		css += fmt.Sprintf("@keyframes f%d{0%%{visibility:hidden}%.3f%%{visibility:visible}%.3f%%{visibility:hidden}100%%{visibility:hidden}}#f%d{visibility:hidden;animation:f%d %.1fs step-end infinite}",
			i, from, to, i, i, all.Seconds())
		fmt.Fprintf(&d.body, `<g id="f%d">`, i)
		d.draw(f.Picture)
		d.body.WriteString("</g>\n")
	}
	return d.finish(frames[0].Picture, css)
}

func (d *drawing) finish(p *Picture, css string) []byte {
	var b bytes.Buffer
	w, h := p.W*cellW+16, p.H*cellH+16
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="-8 -8 %d %d">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, "<style>text{font:13.3px 'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace;white-space:pre}%s%s</style>\n", strings.Join(d.rules, ""), css)
	fmt.Fprintf(&b, `<rect x="-8" y="-8" width="%d" height="%d" rx="6" fill="%s"/>`+"\n", w, h, p.ground())
	b.Write(d.body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// colors gives what a cell is drawn in; "" is no ground of its own.
func (p *Picture) colors(s *uv.Style) (fg, bg string) {
	name := func(c color.Color) string {
		if c == nil {
			return ""
		}
		return hex(c)
	}
	fg, bg = cmp.Or(name(s.Fg), p.ink()), name(s.Bg)
	if s.Attrs&uv.AttrReverse != 0 {
		fg, bg = cmp.Or(bg, p.ground()), fg
	}
	return fg, bg
}

func (d *drawing) draw(p *Picture) {
	for y := range p.H {
		d.grounds(p, y)
		d.line(p, y)
	}
}

// grounds draws what letters stand on.
func (d *drawing) grounds(p *Picture, y int) {
	from, was := 0, ""
	end := func(to int) {
		if was != "" {
			fmt.Fprintf(&d.body, `<rect x="%d" y="%d" width="%d" height="%d" class="%s"/>`, from*cellW, y*cellH, (to-from)*cellW, cellH, d.class("fill:"+was))
		}
	}
	for x := range p.W {
		if c := &p.cells[y*p.W+x]; c.Width != 0 || x == 0 {
			if _, bg := p.colors(&c.Style); bg != was {
				end(x)
				from, was = x, bg
			}
		}
	}
	end(p.W)
}

// look is what letters of one run have in common.
func (p *Picture) look(s *uv.Style) string {
	fg, _ := p.colors(s)
	rule := "fill:" + fg
	if s.Attrs&uv.AttrBold != 0 {
		rule += ";font-weight:bold"
	}
	if s.Attrs&uv.AttrFaint != 0 {
		rule += ";opacity:.6"
	}
	if s.Underline != 0 {
		rule += ";text-decoration:underline"
	}
	return rule
}

// line draws the letters and shapes of a line.
func (d *drawing) line(p *Picture, y int) {
	row := p.cells[y*p.W : (y+1)*p.W]
	for x := 0; x < p.W; {
		c := &row[x]
		switch {
		case c.Content == "" || c.Content == " ":
			x++
		case shaped(c.Content):
			n := 1
			for x+n < p.W && row[x+n].Content == c.Content && p.look(&row[x+n].Style) == p.look(&c.Style) {
				n++
			}
			fg, _ := p.colors(&c.Style)
			d.shape(c.Content, x, y, n, d.class("fill:"+fg))
			x += n
		default:
			x = d.run(p, row, x, y)
		}
	}
}

// apart is how many blanks end a run: what shows SVGs may make one of several.
const apart = 2

// run draws letters of one look from x on, and gives where they end.
func (d *drawing) run(p *Picture, row []uv.Cell, x, y int) int {
	look, from := p.look(&row[x].Style), x
	var b strings.Builder
	blanks, width := 0, 0
	for x < p.W {
		c := &row[x]
		switch {
		case c.Content == "" && c.Width == 0 && x > from && row[x-1].Width == 2:
			x++ // the second half of a wide letter
			continue
		case c.Content == "" || c.Content == " ":
			blanks++
		case shaped(c.Content) || p.look(&c.Style) != look:
			blanks = apart
		default:
			b.WriteString(strings.Repeat(" ", blanks) + c.Content)
			width += blanks + max(1, c.Width)
			blanks = 0
		}
		if blanks >= apart {
			break
		}
		x++
	}
	fmt.Fprintf(&d.body, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" class="%s">%s</text>`,
		from*cellW, y*cellH+13, width*cellW, d.class(look), html.EscapeString(b.String()))
	return from + width
}

// shaped reports whether a sign is drawn as a shape.
func shaped(s string) bool {
	_, block := blocks()[s]
	return block || slices.Contains([]string{"─", "│", "╭", "╮", "╰", "╯", "├", "└", "┃"}, s)
}

// blocks gives the part of a cell that a block fills, in eighths: left, top, width, height; and how
// densely, in percent.
func blocks() map[string][5]int {
	return map[string][5]int{
		"█": {0, 0, 8, 8, 100}, "▀": {0, 0, 8, 4, 100}, "▄": {0, 4, 8, 4, 100}, "▌": {0, 0, 4, 8, 100}, "▐": {4, 0, 4, 8, 100},
		"░": {0, 0, 8, 8, 25}, "▒": {0, 0, 8, 8, 50}, "▓": {0, 0, 8, 8, 75}, "▏": {0, 0, 1, 8, 100},
		"▁": {0, 7, 8, 1, 100}, "▂": {0, 6, 8, 2, 100}, "▃": {0, 5, 8, 3, 100}, "▅": {0, 3, 8, 5, 100}, "▆": {0, 2, 8, 6, 100}, "▇": {0, 1, 8, 7, 100},
	}
}

// shape draws n equal signs.
func (d *drawing) shape(sign string, x, y, n int, class string) {
	px, py := float64(x*cellW), float64(y*cellH)
	rect := func(x, y, w, h float64, more string) {
		fmt.Fprintf(&d.body, `<rect x="%g" y="%g" width="%g" height="%g" class="%s"%s/>`, x, y, w, h, class, more)
	}
	if b, ok := blocks()[sign]; ok {
		w := float64(b[2]) * cellW / 8
		each := n
		if b[2] == 8 {
			w, each = float64(n*cellW), 1
		}
		more := ""
		if b[4] < 100 {
			more = fmt.Sprintf(` opacity=".%02d"`, b[4])
		}
		for i := range each {
			rect(px+float64(i*cellW)+float64(b[0])*cellW/8, py+float64(b[1])*cellH/8, w, float64(b[3])*cellH/8, more)
		}
		return
	}
	const mx, my = cellW/2 - .5, cellH / 2
	for i := range n {
		cx := px + float64(i*cellW)
		switch sign {
		case "─":
			rect(px, py+my, float64(n*cellW), 1, "")
			return
		case "│", "┃":
			rect(cx+mx, py, 1, cellH, "")
		default: // corners: one arm across, one up or down, or both
			right := strings.ContainsAny(sign, "╭╰├└")
			if right {
				rect(cx+mx, py+my, cellW-mx, 1, "")
			} else {
				rect(cx, py+my, mx+1, 1, "")
			}
			if strings.ContainsAny(sign, "╭╮├") {
				rect(cx+mx, py+my, 1, cellH-my, "")
			}
			if strings.ContainsAny(sign, "╰╯├└") {
				rect(cx+mx, py, 1, my+1, "")
			}
		}
	}
}
