package wall

import (
	"fmt"
	"slices"
	"time"

	"ringside/store/stats"
	"ringside/ui/text"
)

// Targets are what figures are held against; 0 is none. They are the thresholds of the configuration.
type Targets struct {
	WaitAmber, WaitRed   time.Duration
	QueueAmber, QueueRed int
	SLAAmber, SLARed     int // percent, under which it is amber, red
}

// Layouts lists the layouts, each for somebody else.
func Layouts() []string { return []string{"floor", "frontdesk", "supervisor"} }

// Tiles lists the figures a tile can show, by the names of the configuration.
func Tiles() []string {
	return []string{"waiting", "longest", "ringing", "talking", "idle", "calls", "answered", "missed", "abandoned", "intime", "answertime", "longesttoday"}
}

// tilesOf gives the figures of a layout, the first in front.
func tilesOf(layout string) []string {
	switch layout {
	case "frontdesk":
		return []string{"ringing", "waiting", "longest", "missed"}
	case "supervisor":
		return []string{"intime", "longest", "waiting", "abandoned", "answertime", "idle"}
	}
	return []string{"waiting", "longest", "talking", "answered", "intime", "abandoned"}
}

// trendFor is how long a trend of the present is.
const trendFor = time.Hour

// trend is how a figure of the present went, a value a minute, the highest of it; the last at the end.
type trend struct {
	at  int64 // the minute of the last one
	max []int
}

// see takes a value in.
func (t *trend) see(now time.Time, v int) {
	const most = int(trendFor / time.Minute)
	at := now.Unix() / 60
	switch ahead := at - t.at; {
	case len(t.max) > 0 && ahead <= 0:
		last := &t.max[len(t.max)-1]
		*last = max(*last, v)
		return
	case len(t.max) == 0 || ahead > int64(most):
		t.max = append(t.max[:0], v)
	default:
		for range ahead - 1 { // nothing was seen then
			t.max = append(t.max, 0)
		}
		t.max = append(t.max, v)
	}
	t.at = at
	if len(t.max) > most {
		t.max = slices.Delete(t.max, 0, len(t.max)-most)
	}
}

// Board makes pages of the numbers of the day.
type Board struct {
	layouts []string
	tiles   []string // of every layout; nil: the layout's own
	targets Targets
	who     func(*stats.Entry) string

	trends map[string]*trend
	idle   int
	people int
}

// NewBoard makes a board that begins with a layout. tiles are the figures of every layout instead of
// its own, nil for those; who says who calls.
func NewBoard(layout string, tiles []string, t Targets, who func(*stats.Entry) string) *Board {
	order := Layouts()
	if i := slices.Index(order, layout); i > 0 {
		order = slices.Concat(order[i:], order[:i])
	}
	if len(tiles) > 0 {
		order = order[:1] // with the same figures, others would differ in their list alone
	}
	return &Board{layouts: order, tiles: tiles, targets: t, who: who, trends: map[string]*trend{}}
}

// See takes the numbers of the present in, once a second, for the trends.
func (b *Board) See(f *stats.Fold, now time.Time) {
	of := func(id stats.ID) int { return int(f.Number(id, stats.Floor(), now).Value) }
	b.see(now, "waiting", of(stats.Waiting))
	b.see(now, "longest", int(f.Number(stats.LongestNow, stats.Floor(), now).Duration()/time.Second))
	b.see(now, "ringing", of(stats.Ringing))
	b.see(now, "talking", of(stats.Talking))
	b.idle = 0
	b.people = f.Idle(func(string, time.Time) { b.idle++ })
	b.see(now, "idle", b.idle)
}

func (b *Board) see(now time.Time, name string, v int) {
	t := b.trends[name]
	if t == nil {
		t = &trend{}
		b.trends[name] = t
	}
	t.see(now, v)
}

// Pages gives what the layouts show now.
func (b *Board) Pages(f *stats.Fold, now time.Time) []Page {
	hours := f.Hours(now)
	var out []Page
	for _, layout := range b.layouts {
		p := Page{Name: layout, List: b.list(layout, f, now)}
		names := b.tiles
		if len(names) == 0 {
			names = tilesOf(layout)
		}
		for _, name := range names {
			p.Figures = append(p.Figures, b.figure(name, f, hours[:hourOf(f, now)+1], now))
		}
		out = append(out, p)
	}
	return out
}

func hourOf(f *stats.Fold, now time.Time) int { return now.In(f.Options().Zone).Hour() }

// trendOf gives the trend of a figure of the present, one of its own and what it is over.
func (b *Board) trendOf(name string) ([]int, string) {
	if t := b.trends[name]; t != nil {
		return t.max, "last hour"
	}
	return nil, ""
}

// figure makes one figure of the numbers.
func (b *Board) figure(name string, f *stats.Fold, hours []stats.Hour, now time.Time) Figure {
	num := func(id stats.ID) stats.Number { return f.Number(id, stats.Floor(), now) }
	byHour := func(of func(h *stats.Hour) stats.Number, unit float64) []int {
		var v []int
		for i := range hours {
			v = append(v, int(of(&hours[i]).Value*unit+0.5))
		}
		return fromFirst(v)
	}
	switch name {
	case "waiting":
		return b.present(name, "Waiting", num(stats.Waiting), "00", levelOver(num(stats.Waiting).Value, float64(b.targets.QueueAmber), float64(b.targets.QueueRed)), overCount(b.targets.QueueRed))
	case "longest":
		n := num(stats.LongestNow)
		level := levelOver(float64(n.Duration()), float64(b.targets.WaitAmber), float64(b.targets.WaitRed))
		fig := b.present(name, "Longest wait", n, "00:00", level, overTime(b.targets.WaitRed))
		if !n.Known {
			fig.Value = "0:00" // nobody waits
		}
		return fig
	case "ringing":
		return b.present(name, "Ringing", num(stats.Ringing), "00", Calm, fmt.Sprintf("%d calls up", int(num(stats.Up).Value)))
	case "talking":
		return b.present(name, "Talking", num(stats.Talking), "00", Calm, fmt.Sprintf("%d of %d idle", b.idle, b.people))
	case "idle":
		fig := b.present(name, "Idle agents", stats.Number{Value: float64(b.idle), Known: true, Doubt: num(stats.Talking).Doubt}, "00", Calm, fmt.Sprintf("of %d seen today", b.people))
		return fig
	case "calls":
		return today("Calls in", num(stats.CallsIn), "000", Calm, "today", byHour(func(h *stats.Hour) stats.Number { return h.Calls }, 1))
	case "answered":
		n := num(stats.Answered)
		return today("Answered", n, "000", Calm, fmt.Sprintf("of %d today", int(num(stats.CallsIn).Value)), byHour(func(h *stats.Hour) stats.Number { return h.Answered }, 1))
	case "missed":
		return today("Missed", num(stats.Missed), "000", Calm, fmt.Sprintf("of %d today", int(num(stats.CallsIn).Value)), byHour(func(h *stats.Hour) stats.Number { return h.Missed }, 1))
	case "abandoned":
		return today("Abandoned", num(stats.Abandoned), "000", Calm, fmt.Sprintf("of %d today", int(num(stats.CallsIn).Value)), byHour(func(h *stats.Hour) stats.Number { return h.Abandoned }, 1))
	case "intime":
		n := num(stats.SLA)
		level := Calm
		if n.Known {
			level = levelUnder(n.Value*100, float64(b.targets.SLAAmber), float64(b.targets.SLARed))
		}
		target := "within " + text.Clock(f.Options().Within)
		if b.targets.SLARed > 0 {
			target = fmt.Sprintf("goal %d%% in %s", b.targets.SLARed, text.Clock(f.Options().Within))
		}
		return today("In time", n, "00%", level, target, byHour(func(h *stats.Hour) stats.Number { return h.SLA }, 100))
	case "answertime":
		return today("Time to answer", num(stats.AnswerTime), "00:00", Calm, "mean, today", byHour(func(h *stats.Hour) stats.Number { return h.AnswerTime }, 0.001))
	case "longesttoday":
		n := num(stats.LongestWait)
		level := levelOver(float64(n.Duration()), float64(b.targets.WaitAmber), float64(b.targets.WaitRed))
		return today("Longest today", n, "00:00", level, overTime(b.targets.WaitRed), nil)
	}
	return Figure{Name: name}
}

// present makes a figure of a number of the present.
func (b *Board) present(name, title string, n stats.Number, room string, level Level, target string) Figure {
	fig := Figure{Name: title, Value: n.Text(), Room: room, Level: level, Target: target, Doubt: doubt(n)}
	fig.Trend, fig.Over = b.trendOf(name)
	return fig
}

func today(title string, n stats.Number, room string, level Level, target string, trend []int) Figure {
	return Figure{Name: title, Value: n.Text(), Room: room, Level: level, Target: target, Doubt: doubt(n), Trend: trend, Over: "by hour"}
}

// doubt says by how many calls a number may be off.
func doubt(n stats.Number) string {
	if off := n.Doubt.Off(); off > 0 {
		return fmt.Sprintf("off by %d?", off)
	}
	return ""
}

// fromFirst leaves out what was before the first that is not 0.
func fromFirst(v []int) []int {
	i := slices.IndexFunc(v, func(n int) bool { return n > 0 })
	if i < 0 {
		return nil
	}
	return v[i:]
}

func levelOver(v, amber, red float64) Level {
	switch {
	case red > 0 && v >= red:
		return Red
	case amber > 0 && v >= amber:
		return Amber
	}
	return Calm
}

func levelUnder(v, amber, red float64) Level {
	switch {
	case v < red:
		return Red
	case v < amber:
		return Amber
	}
	return Calm
}

func overCount(red int) string {
	if red <= 0 {
		return "now"
	}
	return fmt.Sprintf("red from %d", red)
}

func overTime(red time.Duration) string {
	if red <= 0 {
		return "now"
	}
	return "red from " + text.Clock(red)
}

// maxRows bounds a list; no screen shows more.
const maxRows = 60

// list makes the list of a layout: who waits longest, or how the queues are.
func (b *Board) list(layout string, f *stats.Fold, now time.Time) List {
	if layout == "supervisor" {
		return b.queues(f, now)
	}
	l := List{Title: "Waiting longest", None: "nobody waits"}
	for _, e := range f.Waits("", maxRows) {
		d := e.Waited(now)
		level := levelOver(float64(d), float64(b.targets.WaitAmber), float64(b.targets.WaitRed))
		l.Rows = append(l.Rows, Row{Level: level, Clock: text.Clock(d), Who: b.who(e), Where: text.Clean(e.Queue)})
	}
	l.More = int(f.Number(stats.Waiting, stats.Floor(), now).Value) - len(l.Rows)
	return l
}

// queues lists the queues, those whose callers wait longest in front.
func (b *Board) queues(f *stats.Fold, now time.Time) List {
	l := List{Title: "Queues: longest wait, in time today", None: "no queue has had a call today"}
	all := f.Queues(now)
	slices.SortStableFunc(all, func(x, y stats.Queue) int { return int(y.LongestNow.Value) - int(x.LongestNow.Value) })
	for _, q := range all {
		wait := levelOver(float64(q.LongestNow.Duration()), float64(b.targets.WaitAmber), float64(b.targets.WaitRed))
		long := levelOver(q.Waiting.Value, float64(b.targets.QueueAmber), float64(b.targets.QueueRed))
		clock := "—"
		if q.LongestNow.Known {
			clock = q.LongestNow.Text()
		}
		l.Rows = append(l.Rows, Row{
			Level: max(wait, long), Clock: clock,
			Who: text.Clean(q.Name) + ": " + q.Waiting.Text() + " waiting", Where: q.SLA.Text() + " in time",
		})
	}
	return l
}
