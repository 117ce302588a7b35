package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/uitest"
)

// On every list a filter is a query: what is wrong is said under it, and Enter keeps it open.
func TestFilterIsAQueryEverywhere(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		for _, tab := range []struct{ key, name string }{{"1", "live"}, {"4", "reports"}, {"5", "owed"}} {
			p := keeping(30)
			p.debts = []archive.Debt{{Number: "+12125550110", Key: "+12125550110", Name: "Dana Roe", Since: at(900), Last: at(900), Calls: []string{"past-1"}}}
			m := reading(t, size.w, size.h, p, Options{})
			press(t, m, tab.key, "/")
			typeIn(t, m, "dana wiat>45s")
			c := screen(m)
			if err := c.Err(); err != nil {
				t.Fatal(err)
			}
			find(t, m, `there is no field "wiat"`)
			mark, _, _ := strings.Cut(c.Line(2), "^^^^")
			over, _, _ := strings.Cut(c.Line(1), "wiat")
			if under, at := ansi.StringWidth(mark), ansi.StringWidth(over); under != at {
				t.Errorf("%s: the mark stands at %d, the word at %d:\n%s\n%s", tab.name, under, at, c.Line(1), c.Line(2))
			}
			press(t, m, "enter")
			if !m.prompt.Active() {
				t.Errorf("%s: a wrong query is kept", tab.name)
			}
			press(t, m, "esc")
			if m.prompt.Active() || has(t, m, "^^^^") {
				t.Errorf("%s: what is wrong stays on the screen", tab.name)
			}
		}
	}
}

// Completing, on the picture: the offers stand under the prompt.
func TestFilterIsCompleted(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		name := func(s string) string { return fmt.Sprintf("%s/%s-%dx%d", t.Name(), s, size.w, size.h) }
		m := reading(t, size.w, size.h, keeping(30), Options{})
		press(t, m, "/", "tab")
		uitest.Golden(t, name("asked"), screen(m))
		typeIn(t, m, "que")
		uitest.Golden(t, name("field"), screen(m))
		press(t, m, "tab")
		find(t, m, "a value is missing after queue:")
		uitest.Golden(t, name("value"), screen(m))
		press(t, m, "tab", "enter")
		if f := m.filter["reports"]; f != "queue:Support" {
			t.Errorf("the filter is %s", f)
		}
		if has(t, m, "Tab  ") {
			t.Error("offers stay when the prompt has closed")
		}
	}
}

// On the live list the names are those of the calls, and the card beside it stays whole.
func TestLiveFilterIsCompleted(t *testing.T) {
	for _, w := range []int{80, 120, 121, 200} {
		for _, h := range []int{14, 24, 40} {
			v := ringingMe()
			for _, c := range v.Live.All() {
				c.Queue = []string{"Support", "Sales - EMEA"}[c.No%2]
			}
			m := desk(t, Options{}, w, h, v)
			press(t, m, "/")
			typeIn(t, m, "que")
			if got := screen(m).Line(2); !strings.Contains(got, "Tab  queue:  a queue") {
				t.Errorf("%dx%d: no offer in %q", w, h, got)
			}
			press(t, m, "tab")
			if got := screen(m).Line(3); !strings.Contains(got, `Tab  "Sales - EMEA"  Support`) {
				t.Errorf("%dx%d: no offer in %q", w, h, got)
			}
			find(t, m, "a value is missing after queue:")
			find(t, m, "RINGING YOU")
			if err := screen(m).Err(); err != nil {
				t.Error(err)
			}
			press(t, m, "tab", "enter")
			if f, n := m.filter["live"], m.count(); f != `queue:"Sales - EMEA"` || !strings.HasSuffix(n, " of 13") || strings.HasPrefix(n, "13") {
				t.Errorf("the filter is %s, %s", f, n)
			}
		}
	}
}

// Tags that were given to any call are offered.
func TestTagsAreCompleted(t *testing.T) {
	p := keeping(30)
	p.items = []archive.Item{{Kind: archive.Tag, ID: "1", Call: "past-2", Text: "refund"}, {Kind: archive.Note, ID: "2", Call: "past-2", Text: "report"}}
	m := reading(t, 120, 30, p, Options{})
	press(t, m, "/")
	typeIn(t, m, "tag:r")
	press(t, m, "tab")
	if got := m.prompt.Value(); got != "tag:refund" {
		t.Errorf("completed to %q", got)
	}
	press(t, m, "esc", "j", "#", "x", "tab")
	if got := m.prompt.Value(); got != "x" {
		t.Errorf("a tag is completed as a query: %q", got)
	}
}

// A call comes into the filter, and leaves it, as seconds go by; in a stopped picture it does not.
func TestFilterFollowsTheSeconds(t *testing.T) {
	one := made(1, call.StateTalking, party("Dana Roe", "+12125550110"), "Ann", 10, 40)
	v := &call.View{At: noon, Live: call.VecOf(one)}
	m := desk(t, Options{}, 100, 24, v)
	m.setFilter("total>45s clock<20s")
	steps := []struct {
		seconds int
		keys    []string
		want    string
	}{{5, nil, "0 of 1"}, {1, nil, "1 of 1"}, {0, []string{"space"}, "1 of 1"}, {10, nil, "1 of 1"}, {0, []string{"space"}, "0 of 1"}}
	for i, s := range steps {
		tick(t, m, s.seconds)
		press(t, m, s.keys...)
		if got := m.count(); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
	}
}
