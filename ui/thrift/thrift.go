// Package thrift stands between the renderer and the terminal, and writes small changes with few bytes.
//
// On a desk the clocks tick: once a second a digit changes in each of a hundred places. The renderer goes
// through them row by row, with an absolute move and a style for each, some sixty bytes a row. Over SSH
// and mobile networks that is most of what a desk costs. A Writer remembers what the terminal shows, leaves
// out what stands there already, and goes through the rest style by style and column by column.
//
// It touches only what it understands whole: moves, styles and narrow text. Every other frame goes through
// as it came, after cursor and style have been brought to where the renderer believes them.
//
// Between two pictures it lets the renderer sleep (DrawnMsg).
package thrift

import (
	"context"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Writer is the terminal as the renderer sees it. Write has one user; Resize may be called meanwhile.
type Writer struct {
	term.File
	size   atomic.Pointer[[2]int] // as last told
	is     *[2]int                // that the cells are of
	w, h   int
	cells  []cell // by row: what the terminal shows
	parser *ansi.Parser

	believed pen      // where the renderer believes cursor and style
	real     pen      // where they are
	hidden   bool     // the cursor is not shown
	cut      bool     // the last Write ended within a sequence
	room     []change // for the changes of a frame

	rest rest
}

// pen is a cursor and the style it writes in. What is not known of both pens is the same in both: the
// terminal's.
type pen struct {
	x, y   int
	at     bool // x and y are known
	style  uv.Style
	styled bool // style is known
}

// cell is what stands in one place of the terminal; without text it is not known.
type cell struct {
	text  string
	style uv.Style
}

// New makes a Writer to a terminal. Before Resize everything goes through as it comes.
func New(f term.File) *Writer { return &Writer{File: f, parser: ansi.NewParser()} }

// Resize tells the size of the terminal, in cells.
func (w *Writer) Resize(width, height int) { w.size.Store(&[2]int{width, height}) }

// Options makes a program write to f through a Writer, and rest while there is nothing to draw, until ctx
// ends.
func Options(ctx context.Context, f term.File) []tea.ProgramOption {
	w := New(f)
	context.AfterFunc(ctx, w.rest.finish)
	return []tea.ProgramOption{tea.WithOutput(w), tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
		if _, drawn := msg.(DrawnMsg); drawn {
			w.rest.begin()
			return nil
		}
		w.rest.end()
		if size, ok := msg.(tea.WindowSizeMsg); ok {
			w.Resize(size.Width, size.Height)
		}
		return msg
	})}
}

// maxChanges bounds the cells of a frame that is written anew: of a larger one little can be left out.
const maxChanges = 600

// Write writes a frame. One that is understood is a change of the renderer's picture, and its Write lasts until there
// may be another. What the program writes beside pictures (a clipboard, a question to the terminal) must not
// wait: the picture comes after it.
func (w *Writer) Write(p []byte) (int, error) {
	if size := w.size.Load(); size != w.is && size != nil {
		w.is, w.w, w.h = size, size[0], size[1]
		w.forget(pen{})
	}
	f, ok := w.read(p)
	if !ok {
		return w.through(p, func() { w.forget(f.end) })
	}
	n, err := w.frame(p, f)
	if err == nil && len(f.changes) > 0 {
		w.rest.take()
	}
	return n, err
}

// frame writes a frame that is understood.
func (w *Writer) frame(p []byte, f frame) (int, error) {
	if len(f.changes) > maxChanges {
		return w.through(p, func() { w.take(f) })
	}
	out := w.put(f)
	if _, err := w.File.Write(out); err != nil {
		w.forget(pen{})
		return 0, err
	}
	w.believed = f.end
	return len(p), nil
}

// through writes a frame as it came; then is what is known afterwards.
func (w *Writer) through(p []byte, then func()) (int, error) {
	out := w.moveTo(nil, w.believed)
	if to := w.believed; to.at && to.x >= w.w { // it waits behind the last column: that is written again
		last := w.cells[to.y*w.w+w.w-1]
		out = append(w.wear(out, last.style), last.text...)
	}
	if w.believed.styled {
		out = w.wear(out, w.believed.style)
	}
	n, err := w.File.Write(append(out, p...))
	then()
	return max(0, n-len(out)), err
}

// forget knows nothing of the terminal any more but its pen.
func (w *Writer) forget(p pen) {
	if p.x >= w.w {
		p.at = false
	}
	w.believed, w.real = p, p
	if n := w.w * w.h; len(w.cells) != n {
		w.cells = make([]cell, n)
		return
	}
	clear(w.cells)
}

// take notes what a frame makes the terminal show.
func (w *Writer) take(f frame) {
	for _, c := range f.changes {
		w.cells[c.y*w.w+c.x] = c.cell
	}
	w.believed, w.real = f.end, f.end
	w.real.at = f.end.at && f.end.x < w.w
}
