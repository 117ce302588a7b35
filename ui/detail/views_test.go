package detail

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func TestViewIsChosen(t *testing.T) {
	p := open(100, 30, folded(15), report(), nil)
	for _, tt := range []struct {
		do   action.Action
		want Kind
		says string
	}{
		{action.ViewLanes, Lanes, "the whole call"}, {action.ViewRaw, Raw, "callInitiator"}, {action.ViewLadder, Ladder, "step 1 of 12"},
		{action.ViewStory, Story, "Story"}, {action.NextView, Lanes, "At 0:29.780"}, {action.NextView, Ladder, "puts on hold"},
		{action.NextView, Raw, "line 1 of"}, {action.NextView, Story, "answers"}, {action.PrevView, Raw, "line 1 of"}, {action.PrevView, Ladder, "Step"},
	} {
		p.report.Raw = []byte(`{"callInitiator":"DIRECT"}`)
		if cmd := p.Do(tt.do); cmd != nil {
			t.Errorf("%s was refused", tt.do)
		}
		if got := plain(p); p.Kind() != tt.want || !strings.Contains(got, tt.says) {
			t.Errorf("after %s it is the %s:\n%s", tt.do, p.Kind(), got)
		}
		bar := strings.Split(plain(p), "\n")[titleLines-1]
		for k := range numKinds {
			if !strings.Contains(bar, k.String()) {
				t.Errorf("the bar does not name %s: %q", k, bar)
			}
		}
	}
}

// The view stays when another call is opened; the place in it begins anew.
func TestViewStays(t *testing.T) {
	for k := range numKinds {
		p := open(100, 20, bigCall(300, 40, 3600e9, 300), nil, nil)
		p.SetKind(k)
		fresh := open(100, 20, folded(15), nil, nil)
		fresh.SetKind(k)
		for range 3 {
			p.Do(action.Down)
			p.Do(action.PageDown)
			p.Do(action.Right)
			p.Do(action.ZoomIn)
		}
		p.View()
		p.SetNow(fresh.now)
		p.SetData(folded(15), nil, nil)
		if got, want := p.View(), fresh.View(); got != want {
			t.Errorf("another call in the %s is drawn as\n%s\nand not as by a fresh pane:\n%s", k, ansi.Strip(got), ansi.Strip(want))
		}
	}
}

// An action that a view has nothing for is refused with a reason, and changes nothing.
func TestViewsRefuse(t *testing.T) {
	for k, acts := range map[Kind][]action.Action{
		Story: {action.ZoomIn, action.Left, action.NextFound, action.Right}, Ladder: {action.ZoomOut, action.Left, action.PrevFound},
		Raw: {action.NextFound, action.Unfold}, Lanes: {action.Mark},
	} {
		p := open(100, 30, folded(15), nil, nil)
		p.SetKind(k)
		was := p.View()
		for _, a := range acts {
			cmd := p.Do(a)
			if cmd == nil {
				t.Errorf("%s does something in the %s", a, k)
				continue
			}
			if r, ok := cmd().(action.Refused); !ok || r.Action != a || r.Why == "" {
				t.Errorf("%s in the %s is refused with %#v", a, k, cmd())
			}
		}
		if p.View() != was {
			t.Errorf("what was refused changed the %s", k)
		}
	}
	p := New(theme.Mono())
	p.SetSize(80, 24)
	for _, a := range []action.Action{action.Down, action.Right, action.ZoomIn, action.NextFound} {
		if p.Do(a) == nil {
			t.Errorf("%s without a call is not refused", a)
		}
	}
}

// Nothing of any view but ASCII is drawn where the terminal has nothing else, and nothing hostile
// comes through.
func TestViewsASCIIAndHostile(t *testing.T) {
	evil, rep, who := hostile()
	rep.Raw = []byte(sample)
	for k := range numKinds {
		p := open(90, 40, folded(15, 6), nil, nil)
		p.SetTheme(theme.Mono().WithASCII())
		every(p, k, func(what string) {
			for _, r := range plain(p) {
				if r > 127 {
					t.Fatalf("%s after %s has %q:\n%s", k, what, r, plain(p))
				}
			}
		})
		for _, w := range []int{1, 12, 40, 49, 80, 110} {
			for _, h := range []int{1, 5, 8, 15, 40} {
				p := open(w, h, evil, nil, who)
				every(p, k, func(what string) {
					uitest.Exact(t, k.String()+" after "+what, p.View(), w, h)
					if strings.ContainsAny(ansi.Strip(p.View()), "\x1b\u202e\t\r") {
						t.Fatalf("%s after %s lets something through", k, what)
					}
				})
				p.SetData(nil, rep, who)
				every(p, k, func(what string) { uitest.Exact(t, k.String()+" of the report after "+what, p.View(), w, h) })
				empty := call.Call{ID: "empty", State: call.StateEnded}
				p.SetData(&empty, nil, nil)
				every(p, k, func(what string) { uitest.Exact(t, k.String()+" of nothing after "+what, p.View(), w, h) })
			}
		}
	}
}

func TestSearch(t *testing.T) {
	for _, w := range []int{100, 160} {
		p := open(w, 20, folded(15), report(), nil)
		n := p.SetSearch("bo Chen")
		if n < 3 {
			t.Fatalf("%d places in the story at %d cells", n, w)
		}
		seen := map[int]bool{}
		for range n {
			if got := plain(p); !strings.Contains(got, "Bo Chen") {
				t.Errorf("the place found is not in sight:\n%s", got)
			}
			seen[p.hits[p.hit]] = true
			p.Do(action.NextFound)
		}
		if len(seen) != n || p.hit != 0 {
			t.Errorf("%d times next came to %d of %d places and ends at the %dth", n, len(seen), n, p.hit+1)
		}
		if p.Do(action.PrevFound); p.hit != n-1 {
			t.Errorf("back from the first is the %dth of %d", p.hit+1, n)
		}
		if got := plain(p); !strings.Contains(got, `"bo chen"`) {
			t.Errorf("the bar does not say what is searched for:\n%s", got)
		}
		// the search goes on in the other views
		p.Do(action.ViewLadder)
		if p.Do(action.NextFound) != nil || !strings.Contains(words(p), "(Support|Bo Chen") && !strings.Contains(words(p), "Bo Chen (0019)") {
			t.Errorf("the ladder does not find it:\n%s", plain(p))
		}
		p.Do(action.ViewLanes)
		p.Do(action.NextFound)
		l := p.faces[Lanes].(*lanesFace)
		if got := l.rows[l.sel].label; got != "Bo Chen (0019)" {
			t.Errorf("the lanes find it in the lane of %s", got)
		}
		p.Do(action.ViewStory)
		if p.SetSearch("nowhere") != 0 || p.Do(action.NextFound) == nil {
			t.Error("what is nowhere is found")
		}
		p.SetSearch("")
		if got := plain(p); strings.Contains(got, "nowhere") || p.Search() != "" {
			t.Errorf("the search is not over:\n%s", got)
		}
	}
}

// Setting off what was found changes no letter of a line, whatever stands in it.
func TestMark(t *testing.T) {
	th := theme.Dark()
	for _, line := range []string{th.Title.Render("Bo Chen") + " and " + th.Faint.Render("bo"), "幅bo幅BO", "plain", th.Text.Render("İbo"), "bobobo"} {
		got := mark(line, "bo", th.Banner)
		if ansi.Strip(got) != ansi.Strip(line) {
			t.Errorf("%q became %q", ansi.Strip(line), ansi.Strip(got))
		}
	}
	if got := mark("a Bo b", "bo", th.Banner); got != "a "+th.Banner.Render("Bo")+" b" {
		t.Errorf("marked as %q", got)
	}
}

func TestViewGoldens(t *testing.T) {
	for k := range numKinds {
		for _, tt := range []struct {
			size string
			w, h int
			th   *theme.Theme
		}{{"80x24", 80, 24, theme.Mono()}, {"120x40", 120, 40, theme.Dark()}, {"200x50", 200, 50, theme.Light()}} {
			name := "view-" + k.String() + "-" + tt.size
			t.Run(name, func(t *testing.T) {
				r := report()
				r.Raw = []byte(sample)
				p := open(tt.w, tt.h, folded(15), r, contact())
				p.SetTheme(tt.th)
				if k == Story {
					keep(p)
				}
				p.SetKind(k)
				switch k {
				case Lanes:
					p.Do(action.ZoomIn)
					p.Do(action.ZoomIn)
					p.Do(action.Down)
				case Ladder:
					p.Do(action.PageDown)
					p.SetSearch("rings")
				case Raw:
					p.Do(action.Bottom)
					p.Do(action.Right)
					p.Do(action.Down)
					p.Do(action.Right)
				}
				uitest.Golden(t, name, uitest.Screen(p.View(), tt.w, tt.h))
			})
		}
	}
	t.Run("view-lanes-live-ascii", func(t *testing.T) {
		p := open(80, 24, folded(12, 6), nil, nil)
		p.SetTheme(theme.Mono().WithASCII())
		p.SetKind(Lanes)
		uitest.Golden(t, "view-lanes-live-80x24-ascii", uitest.Screen(p.View(), 80, 24))
	})
	t.Run("view-lanes-many", func(t *testing.T) {
		p := open(80, 24, bigCall(300, 40, 3*3600e9, 300), nil, nil)
		p.SetKind(Lanes)
		uitest.Golden(t, "view-lanes-many-80x24", uitest.Screen(p.View(), 80, 24))
	})
	t.Run("view-ladder-many", func(t *testing.T) {
		p := open(80, 24, bigCall(300, 40, 3*3600e9, 300), nil, nil)
		p.SetKind(Ladder)
		p.Do(action.PageDown)
		uitest.Golden(t, "view-ladder-many-80x24", uitest.Screen(p.View(), 80, 24))
	})
}
