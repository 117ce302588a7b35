package wall

import (
	"fmt"
	"time"

	"ringside/store/stats"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Options say what is shown and when it changes.
type Options struct {
	Title string
	// Rotate is how long a page stays before the next; 0 has the first layout stay. What has no room
	// on one page takes turns whatever is said here.
	Rotate time.Duration
	Shift  time.Duration // after which the picture moves by a cell; 0 is never
}

// turn is how long a page stays where nothing else was said.
const turn = 10 * time.Second

// Pane is the wallboard. New makes one.
type Pane struct {
	th   *theme.Theme
	opt  Options
	w, h int
	now  time.Time

	board *Board
	fold  *stats.Fold
	pages []Page
	alarm Alarm
	calm  string // what is said when there is no alarm
	link  Link
}

// New makes the pane, which shows what a board makes of the numbers.
func New(th *theme.Theme, o Options, b *Board) *Pane {
	return &Pane{th: th, opt: o, board: b, link: Link{Words: "no link yet"}}
}

// SetTheme has it look otherwise.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th }

// SetSize gives it its room in cells.
func (p *Pane) SetSize(w, h int) { p.w, p.h = max(0, w), max(0, h) }

// SetNow brings the present, once a second. The figures are made anew then, and no more often: a board
// that flickers is not read. While the link is lost they stand as they were.
func (p *Pane) SetNow(now time.Time) {
	p.now = now
	if p.fold != nil && p.link.Fresh {
		p.board.See(p.fold, now)
		p.pages = p.board.Pages(p.fold, now)
	}
}

// SetStats brings the numbers, which their owner keeps up to date.
func (p *Pane) SetStats(f *stats.Fold) {
	p.fold = f
	p.first()
}

// first has the first figures shown at once, not with the next second.
func (p *Pane) first() {
	if p.pages == nil && p.fold != nil && p.fold.Len() > 0 && p.link.Fresh && !p.now.IsZero() {
		p.pages = p.board.Pages(p.fold, p.now)
	}
}

// SetAlarm brings what is wrong; a calm one is nothing.
func (p *Pane) SetAlarm(a Alarm, calm string) { p.alarm, p.calm = a, calm }

// SetLink brings how the stream is.
func (p *Pane) SetLink(l Link) {
	p.link = l
	p.first()
}

// shifted gives by how much the picture is moved: it goes round four cells.
func (p *Pane) shifted() (x, y int) {
	at := turnOf(p.now, p.opt.Shift, 4)
	return [...]int{0, 1, 1, 0}[at], [...]int{0, 0, 1, 1}[at]
}

// turnOf gives whose turn it is of n, each staying for a while; it follows from the time alone.
func turnOf(now time.Time, each time.Duration, n int) int {
	if n <= 1 || now.IsZero() {
		return 0
	}
	at := int(now.UnixNano() / int64(each) % int64(n))
	return max(0, at)
}

// View draws it.
func (p *Pane) View() string {
	if p.w <= 0 || p.h <= 0 {
		return ""
	}
	w, h := p.w, p.h
	x, y := 0, 0
	if p.opt.Shift > 0 && w > minTileW && h > 7 {
		w, h = w-1, h-1
		x, y = p.shifted()
	}
	lines := p.picture(w, h)
	out := make([]string, 0, p.h)
	for range y {
		out = append(out, "")
	}
	for _, l := range lines {
		out = append(out, text.Spaces(x)+text.Fit(l, w))
	}
	return text.Block(out, p.w, p.h)
}

// sheet is one page as it fits: some tiles of a layout, its list, or both.
type sheet struct {
	page    *Page
	figures []Figure
	list    bool
}

// sheets divides the pages into what there is room for.
func (p *Pane) sheets(w, h int) []sheet {
	pages := p.pages
	if p.opt.Rotate <= 0 && len(pages) > 1 {
		pages = pages[:1]
	}
	var out []sheet
	for i := range pages {
		page := &pages[i]
		tw, th, beside := p.rooms(w, h)
		n := len(page.Figures)
		each := split(n, tw, th)
		for from := 0; from < n; from += each {
			out = append(out, sheet{page, page.Figures[from:min(n, from+each)], beside})
		}
		if !beside || n == 0 {
			out = append(out, sheet{page, nil, true})
		}
	}
	return out
}

// rooms gives the room of the tiles, and whether there is room for the list beside or below them.
func (p *Pane) rooms(w, h int) (tilesW, tilesH int, list bool) {
	switch {
	case w >= 150 && h >= 12:
		return w - p.listW(w) - 3, h, true
	case h >= 18 && w >= 40:
		return w, h - p.listH(h) - 1, true
	}
	return w, h, false
}

func (p *Pane) listW(w int) int { return min(70, w*3/10) }
func (p *Pane) listH(h int) int { return max(4, h/4) }

// picture draws the board in w by h cells, before it is shifted.
func (p *Pane) picture(w, h int) []string {
	top := p.topLines(h)
	body := h - top
	sheets := p.sheets(w, body)
	each := p.opt.Rotate
	if each <= 0 {
		each = turn
	}
	at := turnOf(p.now, each, len(sheets))
	where := ""
	if len(sheets) > 0 {
		where = sheets[at].page.Name
	}
	if len(sheets) > 1 {
		where += fmt.Sprintf(" %d/%d", at+1, len(sheets))
	}
	lines := p.top(w, top, where)
	if len(sheets) > 0 {
		lines = append(lines, p.sheet(sheets[at], w, body)...)
	}
	return lines
}
