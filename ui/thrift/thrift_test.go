package thrift

import (
	"bytes"
	"fmt"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// paper is a terminal in memory.
type paper struct {
	bytes.Buffer
	all int
	emu *vt.Emulator
}

func newPaper(w, h int) *paper { return &paper{emu: vt.NewEmulator(w, h)} }

func (p *paper) Write(b []byte) (int, error) {
	p.all += len(b)
	p.Buffer.Write(b)
	return p.emu.Write(b)
}
func (*paper) Close() error { return nil }
func (*paper) Fd() uintptr  { return 1 << 20 }

// cells writes what a terminal shows.
func (p *paper) cells() string {
	var b strings.Builder
	for y := range p.emu.Height() {
		for x := range p.emu.Width() {
			c := p.emu.CellAt(x, y)
			if c == nil || c.Content == "" || c.Content == " " && c.Style.IsZero() {
				b.WriteString(" ")
				continue
			}
			fmt.Fprintf(&b, "%s%s", c.Style.String(), c.Content)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// pair is one renderer before two terminals: one through a Writer, one without.
type pair struct {
	t              *testing.T
	plain, thrifty *paper
	through        *Writer
	out            bytes.Buffer
	render         *uv.TerminalRenderer
	screen         *uv.RenderBuffer
}

func newPair(t *testing.T, w, h int, tabs bool) *pair {
	p := &pair{t: t, plain: newPaper(w, h), thrifty: newPaper(w, h), screen: uv.NewRenderBuffer(w, h)}
	p.through = New(p.thrifty)
	p.through.Resize(w, h)
	p.render = uv.NewTerminalRenderer(&p.out, []string{"TERM=xterm-256color", "COLORTERM=truecolor"})
	p.render.SetColorProfile(4)
	p.render.SetFullscreen(true)
	p.render.SetRelativeCursor(false)
	p.render.SetScrollOptim(true)
	p.render.SetBackspace(true)
	if tabs {
		p.render.SetTabStops(w)
	} else {
		p.render.SetTabStops(-1)
	}
	return p
}

// frame draws the screen on both terminals and compares them.
func (p *pair) frame(before, after string) {
	p.t.Helper()
	p.render.Render(p.screen)
	if err := p.render.Flush(); err != nil {
		p.t.Fatal(err)
	}
	p.raw(before + p.out.String() + after)
	p.out.Reset()
}

func (p *pair) raw(s string) {
	p.t.Helper()
	if _, err := p.plain.Write([]byte(s)); err != nil {
		p.t.Fatal(err)
	}
	n, err := p.through.Write([]byte(s))
	if err != nil || n != len(s) {
		p.t.Fatalf("%d of %d: %v", n, len(s), err)
	}
	if want, got := p.plain.cells(), p.thrifty.cells(); got != want {
		p.t.Fatalf("asked for %q\nwritten %q\n got\n%s\nwant\n%s", s, p.thrifty.String(), got, want)
	}
	if want, got := p.plain.emu.CursorPosition(), p.thrifty.emu.CursorPosition(); !p.through.hidden && want != got {
		p.t.Fatalf("%q: the cursor is at %v, and not at %v", s, got, want)
	}
	p.thrifty.Reset()
}

func (p *pair) set(x, y int, text string, style uv.Style) {
	for i, r := range text {
		p.screen.SetCell(x+i, y, &uv.Cell{Content: string(r), Width: 1, Style: style})
	}
}

// Whatever the renderer draws, a terminal behind a Writer shows the same, with the cursor in its place.
func TestTheSameIsShown(t *testing.T) {
	for seed := range uint64(24) {
		rng := rand.New(rand.NewPCG(seed, 1))
		w, h := 20+rng.IntN(80), 5+rng.IntN(30)
		p := newPair(t, w, h, seed%2 == 0)
		styles := []uv.Style{{}, {Attrs: uv.AttrBold}, {Fg: color.RGBA{200, 100, 50, 255}}, {Fg: ansi.Red, Bg: ansi.Blue}, {Fg: ansi.IndexedColor(99), Attrs: uv.AttrReverse}, {Underline: uv.UnderlineSingle}}
		texts := []string{"0", "9", "12:34", "Dana Roe", " ", "          ", "é", "─", strings.Repeat("x", 12)}
		for range 60 {
			for range 1 + rng.IntN(20) {
				text := texts[rng.IntN(len(texts))]
				x, y := rng.IntN(w), rng.IntN(h)
				p.set(x, y, text[:min(len(text), max(1, w-x))], styles[rng.IntN(len(styles))])
			}
			switch rng.IntN(12) {
			case 0: // a wide one
				p.screen.SetCell(rng.IntN(w-1), rng.IntN(h), &uv.Cell{Content: "漢", Width: 2})
			case 1:
				p.screen.Clear()
			}
			before, after := "", ""
			switch rng.IntN(8) {
			case 0:
				before, after = "\x1b[?2026h", "\x1b[?2026l"
			case 1:
				before = "\x1b[?25l"
			case 2:
				after = "\x1b[?25h"
			case 3:
				after = "\a"
			}
			p.frame(before, after)
		}
	}
}

// Digits that tick in columns cost a few bytes each.
func TestTickingIsCheap(t *testing.T) {
	p := newPair(t, 160, 50, true)
	p.raw("\x1b[?25l\x1b[m")
	clock, total := uv.Style{Fg: color.RGBA{211, 217, 230, 255}}, uv.Style{Fg: color.RGBA{158, 168, 191, 255}}
	draw := func(at int) {
		for y := range 48 {
			p.set(100, y+1, fmt.Sprintf("%2d:%02d", at/60, (at+y)%60), clock)
			p.set(110, y+1, fmt.Sprintf("%2d:%02d", at/60, (at+2*y)%60), total)
		}
		p.frame("", "")
	}
	for at := range 5 {
		draw(at)
	}
	plain, thrifty := p.plain.all, p.thrifty.all
	for at := range 60 {
		draw(5 + at)
	}
	plain, thrifty = (p.plain.all-plain)/60, (p.thrifty.all-thrifty)/60
	t.Logf("%d bytes a second, %d without", thrifty, plain)
	if thrifty > 520 || plain < 4*thrifty {
		t.Errorf("%d bytes a second, %d without", thrifty, plain)
	}
}

// What is not understood goes through as it came, at the place the renderer believes.
func TestThrough(t *testing.T) {
	p := newPair(t, 20, 4, false)
	for _, s := range []string{
		"\x1b[m\x1b[2;3Hab", "\x1b]52;c;eA==\a", "c", "\x1b[m\x1b[1;20Hz", "\r\nx", "\x1b[3", ";4Hy", "\x1b[m\x1b[2;2Hq\x1b[3;2Hr",
		"\x1b[2J", "\x1b[m\x1b[4;18Habc", "d", "\x1b[1;1H\x1b[31mred\x1b[m", "\x1b[2;1H\x1b[K", "\x1b[1;2H\x1b[5X", "\x1b[1;1H=\x1b[4b",
		"\x1bM", "\x1b[1;5H\b\b1\t2", "\x1b[9;99H!", "漢", "\x1b[m\x1b[1;1Hok",
	} {
		p.raw(s)
	}
	if _, err := p.through.Write(nil); err != nil {
		t.Error(err)
	}
}

// A size that is not known leaves everything as it is; one that is new forgets what was shown.
func TestSizes(t *testing.T) {
	paper := newPaper(20, 4)
	w := New(paper)
	const same = "\x1b[m\x1b[1;1Ha"
	for range 2 {
		_, _ = w.Write([]byte(same))
	}
	if paper.String() != same+same {
		t.Errorf("%q", paper.String())
	}
	w.Resize(20, 4)
	_, _ = w.Write([]byte(same))
	paper.Reset()
	if _, _ = w.Write([]byte(same)); strings.Contains(paper.String(), "a") {
		t.Errorf("written again: %q", paper.String())
	}
	w.Resize(21, 4)
	if _, _ = w.Write([]byte(same)); !strings.Contains(paper.String(), "a") {
		t.Errorf("not written after a resize: %q", paper.String())
	}
}
