package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	screenpop "ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

const popURL = "https://crm.example.com/contact/51?phone=%2B12125550110"

func popTrace(r screenpop.Result, m screenpop.Moment) screenpop.Trace {
	return screenpop.Trace{
		Schema: screenpop.Schema, At: noon, Call: "ring", Moment: m, Direction: "inbound", From: party("Dana Roe", "+12125550110"), Result: r, Rule: "customers", Why: "over SSH nothing is opened",
		Rules:   []screenpop.RuleTrace{{Name: "customers", Matched: true, Checks: []screenpop.Check{{What: "moment", Want: "ringing", Have: string(m), Holds: true}}}},
		Targets: []screenpop.Target{{Kind: screenpop.URL, Template: []string{popURL}, URL: popURL, Result: r}},
	}
}

// popping is a desk whose pops are written down: "call rule".
func popping(t *testing.T, o Options, rings bool) (*Model, *[]string) {
	t.Helper()
	opened := &[]string{}
	o.Pops = []string{"customers", "Strangers", "stragglers"}
	o.Ports.Pop = func(c *call.Call, rule string) { *opened = append(*opened, c.ID+" "+rule) }
	v := floor()
	if rings {
		v = ringingMe()
	}
	return desk(t, o, 120, 30, v), opened
}

func TestPopByHand(t *testing.T) {
	m, opened := popping(t, Options{}, true)
	ringing := m.ringing().ID
	press(t, m, "o")
	press(t, m, "O", "2", "enter")
	press(t, m, "O")
	if !has(t, m, "1 customers, 2 Strangers, 3 stragglers") {
		t.Errorf("the choice is not shown:\n%s", screen(m).Text())
	}
	press(t, m, "s", "t", "r", "a", "enter")
	if len(*opened) != 2 || !has(t, m, "no rule is meant by that alone") {
		t.Errorf("an unclear choice: %q\n%s", *opened, screen(m).Text())
	}
	press(t, m, "n", "enter")
	want := fmt.Sprint([]string{ringing + " ", ringing + " Strangers", ringing + " Strangers"})
	if got := fmt.Sprint(*opened); got != want {
		t.Errorf("opened %s, want %s", got, want)
	}
	m, opened = popping(t, Options{}, false)
	press(t, m, "o")
	if len(*opened) != 0 || !has(t, m, "no call rings you and none is selected") {
		t.Errorf("nothing selected: %q", *opened)
	}
	press(t, m, "j", "o")
	if len(*opened) != 1 || *opened == nil || (*opened)[0] != m.callsPane.Selected().ID+" " {
		t.Errorf("the selected call: %q", *opened)
	}
	m = desk(t, Options{}, 120, 30, ringingMe())
	press(t, m, "o")
	if !has(t, m, "no pops are set up: [[pops.rule]]") {
		t.Error("nothing is said where no rules are")
	}
}

// A call that is in the archive alone is fetched before it pops.
func TestPopOfTheArchive(t *testing.T) {
	var opened []string
	p := keeping(3)
	m := reading(t, 120, 30, p, Options{Pops: []string{"a"}, Ports: Ports{Past: p, Pop: func(c *call.Call, _ string) { opened = append(opened, c.ID) }}})
	press(t, m, "4", "j", "o")
	if len(opened) != 1 || !strings.HasPrefix(opened[0], "past-") {
		t.Errorf("opened %q", opened)
	}
	p.set(func() { p.err = errors.New("the disk is gone") })
	m.entries = newKept[archive.Entry](maxReports)
	press(t, m, "o")
	if len(opened) != 1 || !has(t, m, "nothing opened") {
		t.Errorf("opened %q\n%s", opened, screen(m).Text())
	}
}

// What became of a pop is said; the address that could not be opened stays for long, is a link, and
// y u copies it.
func TestPopIsTold(t *testing.T) {
	m, _ := popping(t, Options{}, false)
	press(t, m, "y", "u")
	if !has(t, m, "no pop has had an address yet") {
		t.Error("an address is copied that never was")
	}
	uitest.Drive(t, m, PopMsg{popTrace(screenpop.Shown, screenpop.Ringing)})
	if !has(t, m, popURL) || !has(t, m, "over SSH nothing is opened; y u copies the address") {
		t.Errorf("shown:\n%s", screen(m).Text())
	}
	if !strings.Contains(m.View().Content, ansi.SetHyperlink(popURL)) {
		t.Error("the address is no link")
	}
	tick(t, m, 19)
	if !has(t, m, popURL) {
		t.Error("the address has gone too soon")
	}
	if got := press(t, m, "y", "u"); !strings.Contains(fmt.Sprint(got), popURL) {
		t.Errorf("copied %v", got)
	}
	for r, want := range map[screenpop.Result]string{
		screenpop.Opened: "Dana Roe: opened by customers", screenpop.Failed: "Dana Roe: failed: over SSH", screenpop.Refused: "Dana Roe: refused:", screenpop.Limited: "Dana Roe: limited:",
	} {
		uitest.Drive(t, m, PopMsg{popTrace(r, screenpop.Ringing)})
		if !has(t, m, want) || strings.Contains(m.View().Content, ansi.SetHyperlink(popURL)) {
			t.Errorf("%s:\n%s", r, screen(m).Text())
		}
	}
	none := popTrace(screenpop.Nothing, screenpop.Ended)
	none.Rule, none.Targets, none.Rules = "", nil, nil
	m, _ = popping(t, Options{}, false)
	uitest.Drive(t, m, PopMsg{none})
	if has(t, m, "nothing opened") {
		t.Error("that no rule is for a call is said though nobody asked")
	}
	none.Moment = screenpop.ByHand
	uitest.Drive(t, m, PopMsg{none})
	if !has(t, m, "Dana Roe: nothing opened: over SSH") {
		t.Errorf("by hand:\n%s", screen(m).Text())
	}
}

// P shows what is kept, and what comes while it is up; P and Esc leave it to where one was.
func TestTracesPage(t *testing.T) {
	p := keeping(1)
	keep := func(i int, tr screenpop.Trace) {
		p.set(func() {
			p.items = append(p.items, archive.Item{Kind: archive.Pop, ID: fmt.Sprint(i), Call: tr.Call, At: tr.At, Body: tr.JSON()})
		})
	}
	old := popTrace(screenpop.Opened, screenpop.Ringing)
	old.At = noon.Add(-time.Hour)
	keep(1, old)
	p.items = append(p.items, archive.Item{Kind: archive.Pop, ID: "x", Body: json.RawMessage(`"no trace"`)}, archive.Item{Kind: archive.Pop, ID: "y"})
	m, _ := popping(t, Options{Ports: Ports{Past: p}}, false)
	press(t, m, "j", "enter", "P")
	if m.place() != action.Popped || !has(t, m, "opened by customers") {
		t.Fatalf("the page:\n%s", screen(m).Text())
	}
	tr := popTrace(screenpop.Shown, screenpop.Answered)
	keep(2, tr)
	uitest.Drive(t, m, PopMsg{tr})
	if !has(t, m, "address shown by customers") {
		t.Errorf("a new one does not come:\n%s", screen(m).Text())
	}
	press(t, m, "g", "enter")
	if !has(t, m, "rule customers matches") {
		t.Errorf("unfolded:\n%s", screen(m).Text())
	}
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		m.w, m.h = size.w, size.h
		m.arrange()
		m.dirty = true
		uitest.Golden(t, fmt.Sprintf("TestTracesPage/%dx%d", size.w, size.h), screen(m))
	}
	press(t, m, "esc")
	if m.place() != action.Detail {
		t.Errorf("Esc leads to %s", m.place())
	}
	press(t, m, "P", "P")
	if m.place() != action.Detail {
		t.Errorf("P leads to %s", m.place())
	}
	press(t, m, "P", "1")
	if m.place() != action.Live {
		t.Errorf("a tab leads to %s", m.place())
	}
	p.set(func() { p.err = errors.New("the disk is gone") })
	press(t, m, "P")
	if !has(t, m, "reading the pops") || !has(t, m, "address shown by customers") {
		t.Errorf("with nothing to read from, what is known of this run:\n%s", screen(m).Text())
	}
	m = desk(t, Options{}, 120, 30, floor())
	press(t, m, "P")
	if !has(t, m, "No pops are set up") {
		t.Errorf("without rules:\n%s", screen(m).Text())
	}
}
