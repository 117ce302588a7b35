package wall

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/store/stats"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 24, 14, 32, 7, 0, time.UTC)

func ago(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

// up is a call that is up, in a state since so many seconds.
func up(no int, state call.State, name, queue string, since int) *call.Call {
	c := &call.Call{
		ID: fmt.Sprint("call-", no), No: no, State: state, From: call.Party{Name: name, Number: fmt.Sprint("+1201555", 1000+no)},
		Queue: queue, Path: []string{queue}, Who: queue, Since: ago(since), Created: ago(since + 20), LastAt: ago(since),
		QueueMs: 20_000, AnswerMs: -1, NumStates: 3,
	}
	if state == call.StateWaiting {
		c.Phase = call.PhaseWait
	}
	return c
}

// over is a call that ended, so many minutes ago.
func over(no int, o call.Outcome, queue string, minutes int) *call.Call {
	c := up(no, call.StateEnded, "Past", queue, minutes*60)
	c.Outcome, c.Created, c.Ended = o, ago(minutes*60+100), ago(minutes*60)
	if o == call.Answered {
		c.AnswerMs = int64(20_000 + no%5*6_000)
		c.Answered = []call.Answer{{Name: "Ann", Extension: "8601", Agent: true, AtMs: c.AnswerMs}}
	}
	return c
}

// floor is a floor with a past, two queues, and a caller who waits too long.
func floor() *stats.Fold {
	calls := []*call.Call{
		up(1, call.StateWaiting, "Zoë Łuczak-Østergaard", "Support", 130),
		up(2, call.StateWaiting, "Bob Bobson", "Sales", 95),
		up(3, call.StateWaiting, "", "Support", 48),
		up(4, call.StateTalking, "Dana Roe", "Support", 200),
		up(5, call.StateTalking, "Lee Park", "Sales", 20),
		up(6, call.StateRinging, "Oda Lind", "", 6),
	}
	for i := range 120 {
		o := call.Answered
		if i%9 == 0 {
			o = call.AbandonedQueue
		}
		if i%20 == 0 {
			o = call.Missed
		}
		calls = append(calls, over(100+i, o, []string{"Support", "Sales", "Support"}[i%3], i*5))
	}
	f := stats.New(stats.Options{})
	f.SetView(&call.View{At: noon, Live: call.VecOf(calls...)})
	return f
}

var targets = Targets{WaitAmber: 84 * time.Second, WaitRed: 2 * time.Minute, QueueAmber: 3, QueueRed: 6, SLAAmber: 90, SLARed: 80}

func who(e *stats.Entry) string {
	if e.From.Name != "" {
		return e.From.Name
	}
	return e.From.Number
}

func board(th *theme.Theme, layout string, o Options) *Pane {
	o.Title = "Acme Support"
	p := New(th, o, NewBoard(layout, nil, targets, who))
	p.SetStats(floor())
	p.SetLink(Link{Fresh: true, Words: "live"})
	p.SetAlarm(Alarm{Red, "Support: a caller waits 2:10", 1}, "no alarms")
	for i := 59; i >= 0; i-- { // an hour that has been seen
		p.board.see(noon.Add(-time.Duration(i)*time.Minute), "waiting", (i*7)%5)
		p.board.see(noon.Add(-time.Duration(i)*time.Minute), "longest", (i*13)%120)
		p.board.see(noon.Add(-time.Duration(i)*time.Minute), "talking", 3+(i*3)%4)
	}
	p.SetNow(noon)
	return p
}

func TestLayouts(t *testing.T) {
	for _, layout := range Layouts() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", layout, size[0], size[1]), func(t *testing.T) {
				p := board(theme.Dark(), layout, Options{})
				p.SetSize(size[0], size[1])
				uitest.Golden(t, t.Name(), uitest.Screen(p.View(), size[0], size[1]))
			})
		}
	}
	t.Run("ascii-80x24", func(t *testing.T) {
		p := board(theme.Mono().WithASCII(), "floor", Options{})
		p.SetSize(80, 24)
		c := uitest.Screen(p.View(), 80, 24)
		uitest.Golden(t, t.Name(), c)
		for _, r := range strings.ReplaceAll(strings.ReplaceAll(c.Text(), "Zoë Łuczak-Østergaard", ""), "–", "") {
			if r > 0x7e {
				t.Errorf("%q is not ASCII", r)
			}
		}
	})
}

// Whatever the size, the picture is exactly as large as the screen, the whole of a rotation long.
func TestEverySize(t *testing.T) {
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		p := board(th, "floor", Options{Rotate: 10 * time.Second, Shift: 3 * time.Second})
		for _, w := range []int{0, 1, 2, 3, 7, 12, 18, 19, 20, 21, 33, 39, 40, 57, 79, 80, 120, 149, 150, 151, 200, 400} {
			for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 17, 18, 23, 24, 25, 40, 50, 120} {
				p.SetSize(w, h)
				for i := range 4 {
					p.now = noon.Add(time.Duration(i) * 7 * time.Second)
					uitest.Exact(t, "wall", p.View(), w, h)
				}
			}
		}
	}
}

// On a screen however small, every figure has its turn, with its value.
func TestWhatHasNoRoomTakesTurns(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {40, 12}, {30, 3}, {80, 24}, {200, 50}, {400, 120}} {
		p := board(theme.Dark(), "floor", Options{})
		p.SetSize(size[0], size[1])
		seen := map[string]bool{}
		var names []string
		for _, f := range p.pages[0].Figures {
			names = append(names, f.Name)
		}
		names = append(names, "Waiting longest")
		for i := range 12 {
			p.now = noon.Add(time.Duration(i) * turn)
			text := uitest.Screen(p.View(), size[0], size[1]).Text()
			for _, name := range names {
				seen[name] = seen[name] || strings.Contains(text, name)
			}
		}
		for _, name := range names {
			if !seen[name] {
				t.Errorf("%dx%d: %s is never shown", size[0], size[1], name)
			}
		}
	}
}

func TestRotation(t *testing.T) {
	p := board(theme.Dark(), "supervisor", Options{Rotate: 30 * time.Second})
	p.SetSize(120, 40)
	seen := map[string]int{}
	for i := range 6 {
		p.SetNow(noon.Add(time.Duration(i) * 30 * time.Second))
		title, _, _ := strings.Cut(uitest.Screen(p.View(), 120, 40).Line(0), "●")
		seen[strings.TrimSpace(title)]++
	}
	if len(seen) != 3 {
		t.Errorf("pages %v", seen)
	}
	for name, n := range seen {
		if n != 2 {
			t.Errorf("%s had %d turns of 6", name, n)
		}
	}
}

// Over a rotation of the shift no cell stays lit, save where the same sign fills several cells in a row.
func TestThePictureMoves(t *testing.T) {
	p := board(theme.Dark(), "floor", Options{Shift: time.Minute})
	p.SetSize(120, 40)
	var firsts []string
	for i := range 4 {
		p.now = noon.Add(time.Duration(i) * time.Minute)
		c := uitest.Screen(p.View(), 120, 40)
		at := -1
		y := 0
		for ; y < 3 && at < 0; y++ {
			at = strings.Index(c.Line(y), "Acme")
		}
		firsts = append(firsts, fmt.Sprintf("%d,%d", at, y-1))
	}
	slices.Sort(firsts)
	if got := strings.Join(firsts, " "); got != "1,0 1,1 2,0 2,1" {
		t.Errorf("the title stood at %s", got)
	}
}

// With the link lost it is said in every size, and figures stand as they were.
func TestLostLink(t *testing.T) {
	p := board(theme.Dark(), "floor", Options{})
	lost := Link{Words: "down for 0:40", Why: "GoTo refused the token", Since: ago(-5)}
	for _, size := range [][2]int{{20, 5}, {20, 1}, {40, 12}, {80, 24}, {200, 50}} {
		p.SetLink(Link{Fresh: true, Words: "live"})
		p.SetSize(size[0], size[1])
		p.SetNow(noon)
		p.SetLink(lost)
		p.SetNow(noon.Add(40 * time.Second))
		text := uitest.Screen(p.View(), size[0], size[1]).Text()
		if !strings.Contains(text, "LINK LOST") {
			t.Errorf("%dx%d does not say so:\n%s", size[0], size[1], text)
		}
		if size[0] >= 80 && (!strings.Contains(text, "figures of 14:32:12") || !strings.Contains(text, "2:10  Zoë")) {
			t.Errorf("%dx%d: figures go on, or do not say of when they are:\n%s", size[0], size[1], text)
		}
	}
	p.SetLink(Link{Fresh: true, Words: "live"})
	p.SetNow(noon.Add(41 * time.Second))
	if text := uitest.Screen(p.View(), 200, 50).Text(); !strings.Contains(text, "2:51  Zoë") {
		t.Errorf("figures do not go on:\n%s", text)
	}
}

// A week of running keeps no more than an hour of trends, and a call that came and went leaves nothing.
func TestAWeekIsFlat(t *testing.T) {
	p := board(theme.Dark(), "floor", Options{Rotate: 20 * time.Second, Shift: 5 * time.Minute})
	p.SetSize(120, 40)
	for i := range 7 * 24 * 60 {
		p.SetNow(noon.Add(time.Duration(i) * time.Minute))
		if i%997 == 0 {
			uitest.Exact(t, "wall", p.View(), 120, 40)
		}
	}
	for name, tr := range p.board.trends {
		if len(tr.max) > 60 || cap(tr.max) > 200 {
			t.Errorf("%s keeps %d values, room for %d", name, len(tr.max), cap(tr.max))
		}
	}
}

func TestNothingYet(t *testing.T) {
	p := New(theme.Dark(), Options{Title: "Acme"}, NewBoard("floor", nil, targets, who))
	p.SetSize(80, 24)
	if text := uitest.Screen(p.View(), 80, 24).Text(); !strings.Contains(text, "NO LINK: no link yet") {
		t.Errorf("before anything is known:\n%s", text)
	}
}

func TestTrends(t *testing.T) {
	var tr trend
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	for _, s := range [][2]int{{0, 3}, {0, 7}, {0, 1}, {1, 2}, {4, 5}, {2, 9}} {
		tr.see(at(s[0]), s[1])
	}
	if got := fmt.Sprint(tr.max); got != "[7 2 0 0 9]" { // the clock went back: the last minute takes it in
		t.Errorf("trend %s", got)
	}
	tr.see(at(500), 4)
	if got := fmt.Sprint(tr.max); got != "[4]" {
		t.Errorf("after hours without anything: %s", got)
	}
}

func TestDigits(t *testing.T) {
	signs := theme.Dark().Signs
	for _, ascii := range []bool{false, true} {
		for _, s := range sizes(ascii) {
			for _, value := range []string{"0123456789", "12:34", "100%", "–", "1,204", "1.5k", "3h", "59s", "?"} {
				w, h := s.cells(value)
				lines := big(value, s, &signs)
				if len(lines) != h {
					t.Fatalf("%v %q: %d lines, want %d", s, value, len(lines), h)
				}
				for _, l := range lines {
					if got := len([]rune(l)); got != w {
						t.Errorf("%v %q: %d cells, want %d", s, value, got, w)
					}
					if ascii && s != (size{}) && strings.ContainsAny(l, "▀▄") {
						t.Errorf("%v: half a cell cannot be drawn in ASCII", s)
					}
				}
			}
		}
	}
	seen := map[string]rune{}
	for _, r := range "0123456789:.,%/+-?shk" {
		g := strings.Join(glyph(r), "\n")
		if was, ok := seen[g]; ok {
			t.Errorf("%q looks like %q", r, was)
		}
		seen[g] = r
	}
	if s := largest("Ω", 100, 100, false); s != (size{}) {
		t.Errorf("what has no glyph is drawn in %v", s)
	}
}
