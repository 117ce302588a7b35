package detail

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// rawFace is the view of what the service sent: its JSON, a line a value, with what lies in a value
// folded away until it is asked for. Where there is no report, it shows the states as we read them.
type rawFace struct {
	p    *Pane
	src  *byte      // first byte of the report the tree is of
	of   *call.Call // the call whose states it is of
	ours bool       // it is not the service's own text
	tree *tree

	open    []bool          // beside the nodes
	changed map[string]bool // by address: what was unfolded and folded by hand
	rows    []int32         // the nodes in sight, were there room
	sel     int             // row
	top     int
}

func newRaw(p *Pane) *rawFace { return &rawFace{p: p} }

func (r *rawFace) reset() { *r = rawFace{p: r.p} }

// refresh takes in the report, or the states where there is none.
func (r *rawFace) refresh() {
	if rep := r.p.report; rep != nil && len(rep.Raw) > 0 {
		if r.tree == nil || r.src != &rep.Raw[0] {
			r.src, r.of, r.ours = &rep.Raw[0], nil, false
			r.load(rep.Raw)
		}
		return
	}
	c := r.p.shown()
	if c != nil && (r.tree == nil || r.of != c) {
		r.src, r.of, r.ours = nil, c, true
		r.load(statesJSON(c))
	}
}

// load takes a text. What was unfolded by hand and the place of the reader stay, as far as the new
// text has them too.
func (r *rawFace) load(src []byte) {
	was := ""
	if r.tree != nil && len(r.rows) > 0 {
		was = r.tree.address(int(r.rows[r.sel]))
	}
	r.tree = parse(src)
	r.open = make([]bool, len(r.tree.nodes))
	if len(r.open) > 0 {
		r.open[0] = true
	}
	for address, open := range r.changed {
		if i := r.tree.at(address); i >= 0 {
			r.open[i] = open
		}
	}
	r.layout()
	if i := r.tree.at(was); i > 0 {
		r.stand(i)
	}
	r.p.looked = false
}

// layout lists the rows anew.
func (r *rawFace) layout() {
	r.rows = r.rows[:0]
	t := r.tree
	for i := int32(0); int(i) < len(t.nodes); {
		r.rows = append(r.rows, i)
		if r.open[i] {
			i++
		} else {
			i = t.nodes[i].next
		}
	}
	r.sel = max(0, min(r.sel, len(r.rows)-1))
}

// stand puts the reader on a node, or on the folded one in which it lies.
func (r *rawFace) stand(i int) {
	k, ok := slices.BinarySearch(r.rows, int32(i))
	if !ok {
		k--
	}
	r.sel = max(0, k)
}

// fold opens or closes a node and remembers it.
func (r *rawFace) fold(i int, open bool) {
	if !r.tree.container(i) || r.open[i] == open {
		return
	}
	if r.changed == nil {
		r.changed = map[string]bool{}
	}
	r.open[i] = open
	r.changed[r.tree.address(i)] = open
}

func (r *rawFace) do(a action.Action, h int) (tea.Cmd, bool) {
	r.refresh()
	if r.tree == nil || len(r.rows) == 0 {
		return nil, false
	}
	i, page := int(r.rows[r.sel]), max(1, h-r.around(h)-1)
	switch a {
	case action.Up:
		r.sel--
	case action.Down:
		r.sel++
	case action.PageUp:
		r.sel -= page
	case action.PageDown:
		r.sel += page
	case action.Top:
		r.sel = 0
	case action.Bottom:
		r.sel = len(r.rows) - 1
	case action.Right:
		if r.open[i] || !r.tree.container(i) {
			r.sel++ // into what lies in it
			break
		}
		r.fold(i, true)
		r.layout()
	case action.Left:
		if parent := int(r.tree.nodes[i].parent); !r.open[i] && parent >= 0 {
			r.stand(parent)
			break
		}
		r.fold(i, false)
		r.layout()
	case action.ZoomIn, action.ZoomOut:
		r.level(i, a == action.ZoomIn)
	case action.ZoomFit:
		r.changed = nil
		for k := range r.open {
			r.open[k] = k == 0
		}
		r.layout()
		r.stand(i)
	default:
		return nil, false
	}
	r.sel = max(0, min(r.sel, len(r.rows)-1))
	return nil, true
}

// mostOpened bounds how many values are unfolded at once.
const mostOpened = 20_000

// level unfolds everything in a node, or folds it.
func (r *rawFace) level(i int, open bool) {
	end := int(r.tree.nodes[i].next)
	if end-i > mostOpened {
		end = i + mostOpened
	}
	for k := i; k < end; k++ {
		if r.open[k] != open && r.tree.container(k) {
			r.open[k] = open // by hand, but not one by one: not remembered
		}
	}
	r.layout()
	r.stand(i)
}

func (r *rawFace) find(needle string) []int {
	r.refresh()
	if r.tree == nil {
		return nil
	}
	return r.tree.find(needle)
}

func (r *rawFace) place() int {
	r.refresh()
	if len(r.rows) == 0 {
		return 0
	}
	return int(r.rows[r.sel])
}

// visit unfolds what a node lies in.
func (r *rawFace) visit(i, h int) {
	r.refresh()
	for at := r.tree.nodes[i].parent; at >= 0; at = r.tree.nodes[at].parent {
		r.fold(int(at), true)
	}
	r.layout()
	r.stand(i)
	if room := max(1, h-r.around(h)); r.sel < r.top || r.sel >= r.top+room {
		r.top = r.sel - room/3 // with what it lies in above it
	}
}

func (r *rawFace) note() string {
	r.refresh()
	if r.tree == nil || len(r.rows) == 0 {
		return ""
	}
	return fmt.Sprintf("line %d of %d %s %s", r.sel+1, len(r.rows), r.p.th.Signs.Dot, size(len(r.tree.src)))
}

// size writes a number of bytes for reading.
func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// around is how many lines the view needs beside the values.
func (r *rawFace) around(h int) int {
	n := 0
	if r.ours || r.tree.plain {
		n++
	}
	switch {
	case h >= 14:
		return n + 4
	case h >= 6:
		return n + 1
	}
	return n
}

func (r *rawFace) draw(h int) []string {
	r.refresh()
	th, w := r.p.th, r.p.w
	if r.tree == nil || len(r.rows) == 0 {
		return []string{th.Faint.Render(text.Cut("nothing has been heard of this call yet", w))}
	}
	var lines []string
	switch {
	case r.tree.plain:
		lines = append(lines, th.Warn.Render(text.Cut(th.Signs.Warn+" it is not JSON, and shown as it came", w)))
	case r.ours:
		lines = append(lines, th.Faint.Render(text.Cut(r.whyOurs(), w)))
	}
	room := max(0, h-r.around(h))
	if room > 0 {
		r.top = min(max(r.top, r.sel-room+1), r.sel)
		r.top = max(0, min(r.top, len(r.rows)-room))
	}
	for k := range room {
		if at := r.top + k; at < len(r.rows) {
			lines = append(lines, r.p.bright(r.line(at), at == r.sel))
		} else {
			lines = append(lines, "")
		}
	}
	return append(lines, r.foot(h)...)
}

// whyOurs says why the service's own text is not shown.
func (r *rawFace) whyOurs() string {
	switch {
	case r.p.report != nil:
		return "GoTo's own text is not kept any more: the states in our own words"
	case r.of.Live():
		return "GoTo writes its report when the call has ended: the states so far, in our own words"
	}
	return "there is no report: the states in our own words"
}

// foot names the value the reader is on, and shows more of it where it is long.
func (r *rawFace) foot(h int) []string {
	th, w := r.p.th, r.p.w
	i := int(r.rows[r.sel])
	path := pick(r.tree.plain, fmt.Sprintf("line %d", r.sel+1), r.tree.path(i))
	if path == "" {
		path = "everything"
	}
	switch {
	case h < 6:
		return nil
	case h < 14:
		return []string{th.Faint.Render(text.Cut(path, w))}
	}
	d := &doc{th: th, w: w}
	d.section(path)
	said := r.tree.value(i, 2*w)
	if r.tree.container(i) {
		said = r.preview(i, 2*w)
	}
	for _, l := range text.Wrap(said, w) {
		if len(d.lines) < 3 {
			d.add(th.Text.Render(l))
		}
	}
	for len(d.lines) < 3 {
		d.add("")
	}
	return append([]string{""}, d.lines...)
}

// line draws one row.
func (r *rawFace) line(row int) string {
	th, t, i := r.p.th, r.tree, int(r.rows[row])
	n := &t.nodes[i]
	s := newStrip(r.p.w)
	if row == r.sel {
		s.ground = &th.RowSelected
	}
	x := min(2*int(n.depth), r.p.w/2)
	put := func(said string, st theme.Style) {
		s.put(x, said, &st)
		x += text.Width(said)
	}
	if t.container(i) && n.kids > 0 {
		put(pick(r.open[i], th.Signs.Unfolded, th.Signs.Folded)+" ", th.Accent)
	} else {
		x += 2
	}
	name := t.name(i)
	switch {
	case name != "":
		put(name, th.Strong)
		put(": ", th.Faint)
	case n.parent >= 0:
		put(fmt.Sprintf("[%d] ", n.nth), th.Faint)
	}
	if !t.container(i) {
		said := t.value(i, 4*r.p.w)
		put(text.Cut(said, r.p.w-x), r.look(said))
		return s.String()
	}
	put(r.count(i)+" ", th.Faint)
	if !r.open[i] {
		put(text.Cut(r.preview(i, r.p.w-x), r.p.w-x), th.Faint)
	}
	return s.String()
}

// look is the look of a value: strings, numbers and words differ.
func (r *rawFace) look(said string) theme.Style {
	switch {
	case r.tree.plain:
		return r.p.th.Text
	case strings.HasPrefix(said, `"`):
		return r.p.th.Good
	case said == "true" || said == "false" || said == "null":
		return r.p.th.Hold
	}
	return r.p.th.Accent
}

// count says how much lies in a list or an object: "[31 states]", "{6}".
func (r *rawFace) count(i int) string {
	n, object := int(r.tree.nodes[i].kids), r.tree.src[r.tree.nodes[i].from] == '{'
	switch {
	case n == 0:
		return pick(object, "{}", "[]")
	case object:
		return fmt.Sprintf("{%d}", n)
	}
	return "[" + text.Join(" ", fmt.Sprint(n), noun(r.tree.name(i), n)) + "]"
}

// noun is the last word of a list's name: "callStates" is a list of states.
func noun(name string, n int) string {
	at := 0
	for i, c := range name {
		if 'A' <= c && c <= 'Z' || c == '_' {
			at = i
		}
	}
	word := strings.ToLower(strings.TrimPrefix(name[at:], "_"))
	if n == 1 {
		word = strings.TrimSuffix(word, "s")
	}
	return word
}

// preview names the short values in an object, in about w cells: enough to tell one from another.
func (r *rawFace) preview(i, w int) string {
	t := r.tree
	if t.src[t.nodes[i].from] != '{' {
		return ""
	}
	var b strings.Builder
	for k := int32(i) + 1; k < t.nodes[i].next && b.Len() < w; k = t.nodes[k].next {
		n := &t.nodes[k]
		if t.container(int(k)) || n.to-n.from > 34 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t.name(int(k)) + ": " + strings.Trim(t.value(int(k), 40), `"`))
	}
	return b.String()
}
