package theme

import (
	"image/color"
	"math"
	"reflect"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
)

// The grounds a terminal may have: a theme does not paint its own.
func grounds(light bool) []color.Color {
	if light {
		return []color.Color{lipgloss.Color("#ffffff"), lipgloss.Color("#fdf6e3"), lipgloss.Color("#eff1f5")}
	}
	return []color.Color{lipgloss.Color("#000000"), lipgloss.Color("#1a1b26"), lipgloss.Color("#282c34"), lipgloss.Color("#002b36")}
}

// luminance and ratio are those of WCAG 2.
func luminance(c color.Color) float64 {
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func ratio(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// styles gives every Style of a theme by name, those behind methods included.
func styles(t *Theme) map[string]Style {
	all := map[string]Style{}
	v := reflect.ValueOf(*t)
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && f.Type == reflect.TypeFor[Style]() {
			all[f.Name] = v.Field(i).Interface().(Style)
		}
	}
	for s := call.StateStarting; s <= call.StateEnded; s++ {
		all["state "+s.String()] = t.State(s)
	}
	for o := call.NoOutcome; o <= call.NotConnected; o++ {
		all["outcome "+o.String()] = t.Outcome(o)
	}
	for p := range call.Phase(call.NumPhases) {
		all["phase "+p.String()] = t.Phase(p)
	}
	return all
}

// every gives each theme on each ground.
func every(t *testing.T) []*Theme {
	t.Helper()
	var all []*Theme
	for _, name := range Names() {
		for _, light := range []bool{false, true} {
			th, err := For(name, light)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, th)
		}
	}
	return all
}

func TestTextCanBeRead(t *testing.T) {
	for _, th := range every(t) {
		if th.Name == "mono" { // the terminal's own colours
			continue
		}
		want := 4.5
		if th.Name == "contrast" {
			want = 7
		}
		n, worst := 0, math.Inf(1)
		for name, s := range styles(th) {
			if name == "Border" { // lines are no text
				continue
			}
			on := grounds(th.Light)
			fg, bg := s.Colors()
			if bg != nil {
				on = []color.Color{bg}
			} else {
				_, sel := th.RowSelected.Colors()
				on = append(on, sel)
			}
			for _, g := range on {
				if fg == nil {
					t.Errorf("%s %s: no colour of its own", th.Name, name)
					break
				}
				n++
				c := ratio(fg, g)
				worst = min(worst, c)
				if c < want {
					t.Errorf("%s (light %v) %s on %v: contrast %.2f, want %.1f", th.Name, th.Light, name, g, c, want)
				}
			}
		}
		if n < 100 {
			t.Errorf("%s: only %d pairs looked at", th.Name, n)
		}
		t.Logf("%s (light %v): %d pairs, the lowest contrast is %.2f", th.Name, th.Light, n, worst)
	}
}

func TestMonoHasNoColour(t *testing.T) {
	for name, s := range styles(Mono()) {
		if fg, bg := s.Colors(); fg != nil || bg != nil {
			t.Errorf("%s has a colour", name)
		}
	}
	if Mono().RowSelected.Plain() || Mono().Ring.Plain() || Mono().Banner.Plain() {
		t.Error("a selected row, a ringing card and a banner must stand out without colour")
	}
}

// A sign that is not one cell wide breaks the columns; two states with one sign cannot be told
// apart without colour.
func TestSigns(t *testing.T) {
	for _, th := range []*Theme{Dark(), Dark().WithASCII()} {
		v := reflect.ValueOf(th.Signs)
		for i := range v.NumField() {
			name, f := v.Type().Field(i).Name, v.Field(i)
			want := 1
			if name == "Branch" || name == "LastLeg" || name == "Alert" {
				want = 2
			}
			each := []reflect.Value{f}
			if f.Kind() == reflect.Array {
				each = nil
				for j := range f.Len() {
					each = append(each, f.Index(j))
				}
			}
			for _, e := range each {
				s := e.String()
				if got := ansi.StringWidth(s); got != want {
					t.Errorf("%s %q is %d cells wide, want %d", name, s, got, want)
				}
				if th.Signs.Ellipsis == "~" && (len(s) == 0 || s[0] >= 0x7f) {
					t.Errorf("%s %q is not ASCII", name, s)
				}
			}
		}
		seen := map[string]call.State{}
		for s := call.StateStarting; s <= call.StateEnded; s++ {
			if was, ok := seen[th.Sign(s)]; ok {
				t.Errorf("%v and %v have the same sign %q", was, s, th.Sign(s))
			}
			seen[th.Sign(s)] = s
		}
	}
}

func TestRender(t *testing.T) {
	th := Dark()
	if got := ansi.Strip(th.Bad.Render("missed")); got != "missed" {
		t.Errorf("text changed to %q", got)
	}
	if got := th.Bad.Render("missed"); got == "missed" {
		t.Error("a coloured style left no trace")
	}
	on := th.Bad.On(th.RowSelected)
	fg, bg := on.Colors()
	wantFg, _ := th.Bad.Colors()
	_, wantBg := th.RowSelected.Colors()
	if fg != wantFg || bg != wantBg {
		t.Errorf("On: got %v on %v, want %v on %v", fg, bg, wantFg, wantBg)
	}
	if got := Mono().Text.Render("x"); got != "x" {
		t.Errorf("plain style rendered %q", got)
	}
}

func TestUnknownWords(t *testing.T) {
	th := Dark()
	if th.Sign(200) != "?" || th.OutcomeSign(200) != "?" || th.StatusSign(200) != "?" {
		t.Error("an unknown word must have the sign ?")
	}
	if _, err := For("solar", false); err == nil {
		t.Error("an unknown theme must be an error")
	}
}

func TestNextGoesThroughAll(t *testing.T) {
	seen := map[string]bool{}
	name := ""
	for range Names() {
		name = Next(name)
		seen[name] = true
	}
	if len(seen) != len(Names()) || Next("mono") != "auto" || Next("solar") != "auto" {
		t.Errorf("going on leads through %v", seen)
	}
}
