package phone

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Picker is the list of those a call can be transferred to, drawn over the desk while a name or a number is
// typed. The zero value is closed; NewPicker makes one.
type Picker struct {
	th    *theme.Theme
	now   time.Time
	open  bool
	title string

	seats []Seat
	typed string
	extra *Seat  // what was typed, as a number
	found []Seat // what is shown, the best first
	at    int    // -1: nobody is chosen
	kept  string // the seat chosen, which stays chosen while the list changes; "": the first that may be
}

// NewPicker makes a closed list.
func NewPicker(th *theme.Theme) *Picker { return &Picker{th: th} }

// SetTheme changes the looks.
func (p *Picker) SetTheme(th *theme.Theme) { p.th = th }

// SetNow sets the present moment.
func (p *Picker) SetNow(now time.Time) { p.now = now }

// Open begins with nothing typed. title stands in the frame.
func (p *Picker) Open(title string) {
	p.open, p.title, p.typed, p.extra, p.kept = true, title, "", nil, ""
	p.find()
}

// Close ends it.
func (p *Picker) Close() { p.open = false }

// Active reports whether it is open.
func (p *Picker) Active() bool { return p.open }

// SetSeats sets whom there is to choose from.
func (p *Picker) SetSeats(seats []Seat) {
	p.seats = seats
	p.find()
}

// SetTyped narrows the list to what is typed; extra is the number that it may be, nil when it is none.
func (p *Picker) SetTyped(typed string, extra *Seat) {
	p.typed, p.extra, p.kept = strings.TrimSpace(typed), extra, ""
	p.find()
}

// Move goes down the list by n.
func (p *Picker) Move(n int) {
	if len(p.found) == 0 {
		return
	}
	p.at = max(0, min(p.at+n, len(p.found)-1))
	p.kept = key(p.found[p.at])
}

// Chosen gives the seat under the cursor.
func (p *Picker) Chosen() (Seat, bool) {
	if p.at < 0 || p.at >= len(p.found) {
		return Seat{}, false
	}
	return p.found[p.at], true
}

func key(s Seat) string { return fmt.Sprint(s.Kind, s.Extension) }

// find fills the list: in the order of how likely it is where nothing is typed, else by how well names
// and extensions fit, an extension typed whole first.
func (p *Picker) find() {
	p.found = p.found[:0]
	if p.typed == "" {
		p.found = append(p.found, p.seats...)
		slices.SortStableFunc(p.found, func(a, b Seat) int {
			return cmp.Or(a.rank()-b.rank(), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Extension, b.Extension))
		})
	} else {
		p.match()
	}
	if p.extra != nil && !slices.ContainsFunc(p.found, func(s Seat) bool { return s.Kind != Mine && s.Extension == p.extra.Extension }) {
		p.found = append(p.found, *p.extra)
	}
	p.choose()
}

// choose finds the chosen seat again. When it is gone nobody is chosen: a caller must not be sent to whoever
// comes next. At first the best match of what is typed is chosen; where nothing is, only the other call of this
// telephone.
func (p *Picker) choose() {
	if p.kept != "" {
		p.at = slices.IndexFunc(p.found, func(s Seat) bool { return key(s) == p.kept })
		return
	}
	p.at = -1
	if len(p.found) > 0 && (p.typed != "" || p.found[0].Kind == Mine) {
		p.at, p.kept = 0, key(p.found[0])
	}
}

func (p *Picker) match() {
	texts := make([]string, len(p.seats))
	for i, s := range p.seats {
		texts[i] = call.Clean(s.Name)
		if s.Kind != Mine {
			texts[i] += " " + s.Extension
		}
		texts[i] += " " + s.Kind.String()
	}
	found := fuzzy.Find(p.typed, texts)
	exact := func(m fuzzy.Match) int {
		if p.seats[m.Index].Extension == p.typed {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(found, func(a, b fuzzy.Match) int {
		return cmp.Or(exact(a)-exact(b), b.Score-a.Score, p.seats[a.Index].rank()-p.seats[b.Index].rank())
	})
	for _, m := range found {
		p.found = append(p.found, p.seats[m.Index])
	}
}

// What the list takes of the screen, in cells: all of the width where what stood beside it would be less
// than half, and be read as part of it.
const (
	pickW = 72
	pickH = 12
)

// Over draws the list over the lower left corner of a view of w by h cells. A view without room for it is
// replaced. While it is closed the view is given as it is.
func (p *Picker) Over(view string, w, h int) string {
	if !p.open || w < 8 || h < 1 {
		return view
	}
	bw := pickW
	if w < 2*pickW {
		bw = w
	}
	box := p.box(bw, min(h, pickH))
	lines := strings.Split(view, "\n")
	for i, b := range box {
		y := len(lines) - len(box) + i
		if y < 0 {
			continue
		}
		lines[y] = b + text.Fit(ansi.TruncateLeft(lines[y], text.Width(b), ""), w-text.Width(b))
	}
	return strings.Join(lines, "\n")
}

// box gives the lines of the list with its frame, each of w cells, h at most.
func (p *Picker) box(w, h int) []string {
	s, frame := p.th.Signs, p.th.Border
	inner := w - 4
	if h < 3 {
		return p.rows(w, 1)
	}
	title := text.Cut(p.title, inner-12)
	count := ""
	if n := len(p.found); n > h-2 {
		count = fmt.Sprintf(" %d of %d ", max(0, p.at)+1, n)
		if p.at < 0 {
			count = fmt.Sprintf(" %d of %d shown ", h-2, n)
		}
	}
	out := []string{frame.Render(s.TL+s.H) + p.th.Title.Render(title) +
		frame.Render(strings.Repeat(s.H, max(0, w-3-text.Width(title)-len(count)))) + p.th.Faint.Render(count) + frame.Render(s.TR)}
	for _, r := range p.rows(inner, h-2) {
		out = append(out, frame.Render(s.V)+" "+r+" "+frame.Render(s.V))
	}
	return append(out, frame.Render(s.BL+strings.Repeat(s.H, w-2)+s.BR))
}

// rows draws those that fit n lines of w cells, the chosen one among them.
func (p *Picker) rows(w, n int) []string {
	if len(p.found) == 0 {
		say := "nobody is known yet: type a number or an extension"
		if p.typed != "" {
			say = "nobody of that name, and no number"
		}
		return []string{text.Fit(p.th.Faint.Render(text.Cut(say, w)), w)}
	}
	n = min(n, len(p.found))
	from := max(0, min(p.at-n/2, len(p.found)-n))
	var out []string
	for i := from; i < from+n; i++ {
		out = append(out, p.row(p.found[i], w, i == p.at))
	}
	return out
}

func (p *Picker) row(s Seat, w int, chosen bool) string {
	th, ground, mark := p.th, theme.Style{}, " "
	if chosen {
		ground, mark = th.RowSelected, th.Signs.Marker
	}
	sign, said, style := s.look(th, p.now)
	nw := max(8, min(24, w/3))
	ext := s.Extension
	if s.Kind == Mine {
		ext = ""
	}
	name := call.Clean(s.Name)
	left := th.Accent.On(ground).Render(mark) + style.On(ground).Render(sign+" ")
	if s.Kind == Number {
		return left + th.Strong.On(ground).Render(name+"  ") + pad(style.On(ground), said, w-3-text.Width(name)-2)
	}
	left += pad(th.Text.On(ground), name, nw) + pad(th.Faint.On(ground), " "+call.Clean(ext), 8)
	return left + pad(style.On(ground), "  "+said, w-3-nw-8)
}

// pad renders a text in exactly w cells.
func pad(style theme.Style, s string, w int) string { return style.Render(text.Fit(s, w)) }
