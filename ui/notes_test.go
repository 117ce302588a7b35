package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/status"
	"ringside/ui/uitest"
)

func TestANoteIsWrittenAndTakenBack(t *testing.T) {
	p := keeping(30)
	m := reading(t, 120, 30, p, Options{User: "ann"})
	press(t, m, "j", "e")
	if got := screen(m).Line(28); !strings.Contains(got, "note on Past 29's call 14:28:") {
		t.Fatalf("the prompt is %q", got)
	}
	if v := m.View(); v.Cursor == nil || v.Cursor.Y != 28 {
		t.Error("no cursor where the note is written")
	}
	if got := screen(m).Line(29); !strings.Contains(got, "Enter keep the note") {
		t.Errorf("footer %q", got)
	}
	typeIn(t, m, "wants a refund")
	press(t, m, "enter")
	want := []archive.Item{{Kind: archive.Note, Call: "past-29", By: "ann", At: noon, Text: "wants a refund"}}
	if d := cmp.Diff(want, p.items, cmpopts.IgnoreFields(archive.Item{}, "ID")); d != "" || p.items[0].ID == "" {
		t.Fatalf("-want +got\n%s", d)
	}
	find(t, m, "noted: note on Past 29's call 14:28")
	if got := find(t, m, "Past 29 "); !strings.Contains(got, "1 note") {
		t.Errorf("the list does not show it: %q", got)
	}
	press(t, m, "enter")
	find(t, m, "wants a refund (ann)")
	press(t, m, "e")
	typeIn(t, m, "twice")
	press(t, m, "enter")
	find(t, m, "twice (ann)")
	press(t, m, "u")
	find(t, m, "taken back: note on Past 29's call 14:28")
	if has(t, m, "twice") {
		t.Error("what was taken back is still shown")
	}
	press(t, m, "u", "u")
	find(t, m, "nothing to take back")
	if len(p.items) != 0 {
		t.Errorf("left: %v", p.items)
	}
	tick(t, m, 5)
	press(t, m, "e", "enter")
	if len(p.items) != 0 || m.prompt.Active() {
		t.Error("an empty note is written")
	}
}

func TestNotesOnTheCaller(t *testing.T) {
	p := keeping(30)
	m := reading(t, 120, 30, p, Options{User: "ann"})
	press(t, m, "j", "E")
	find(t, m, "note on Past 29 +1 212 556 0029:")
	typeIn(t, m, "deaf in one ear")
	press(t, m, "enter")
	if got := p.items[0]; got.Call != "" || got.Caller != "+12125560029" {
		t.Errorf("written on %+v", got)
	}
	press(t, m, "@")
	typeIn(t, m, "VIP")
	press(t, m, "enter")
	if got := find(t, m, "Past 29 "); !strings.Contains(got, "#vip") {
		t.Errorf("row %q", got)
	}
}

func TestTagsAreTakenOffByTaggingAgain(t *testing.T) {
	p := keeping(30)
	m := reading(t, 120, 30, p, Options{User: "ann"})
	tag := func(s string) {
		t.Helper()
		press(t, m, "#")
		typeIn(t, m, s)
		press(t, m, "enter")
	}
	tags := func() string { return strings.Join(p.row(29).Tags, " ") }
	press(t, m, "j")
	tag("#Refund, vip vip")
	if tags() != "refund vip" {
		t.Fatalf("tags %q", tags())
	}
	find(t, m, "Past 29's call 14:28: tagged #refund, tagged #vip")
	tag("REFUND late")
	find(t, m, "Past 29's call 14:28: tag #refund taken off, tagged #late")
	if tags() != "late vip" {
		t.Fatalf("tags %q", tags())
	}
	press(t, m, "u")
	if tags() != "refund vip" {
		t.Errorf("after u: %q", tags())
	}
	press(t, m, "u")
	if tags() != "" {
		t.Errorf("after u twice: %q", tags())
	}
	tag(" # ,")
	if len(p.items) != 0 {
		t.Errorf("tags of nothing: %v", p.items)
	}
}

// What could not be written is said, and cannot be taken back; the text is one key away.
func TestANoteThatIsNotWritten(t *testing.T) {
	p := keeping(30)
	m := reading(t, 120, 30, p, Options{})
	p.set(func() { p.err = archive.ErrFull })
	press(t, m, "j", "e")
	typeIn(t, m, "lost?")
	press(t, m, "enter")
	find(t, m, "not written: note on Past 29's call 14:28: the disk of the archive is full")
	find(t, m, "make room on the disk")
	press(t, m, "u")
	find(t, m, "nothing to take back")
	p.set(func() { p.err = nil })
	press(t, m, "e", "up", "enter")
	if len(p.items) != 1 || p.items[0].Text != "lost?" {
		t.Fatalf("written: %v", p.items)
	}
	p.set(func() { p.err = errors.New("busy") })
	press(t, m, "u")
	find(t, m, "not taken back: note on Past 29's call 14:28: busy")
	p.set(func() { p.err = nil })
	press(t, m, "u")
	if len(p.items) != 0 {
		t.Error("what failed once cannot be taken back any more")
	}
}

func TestNotesAreRefusedWithAReason(t *testing.T) {
	m := reading(t, 120, 30, keeping(30), Options{})
	press(t, m, "e")
	find(t, m, "nothing is selected")
	m = desk(t, Options{}, 120, 30, floor())
	press(t, m, "j", "e")
	find(t, m, "nothing is kept here")
	v := floor()
	v.Live = call.VecOf(made(1, call.StateRinging, call.Party{}, "", 1, 2))
	m = desk(t, Options{Ports: Ports{Past: keeping(0)}}, 120, 30, v)
	press(t, m, "j", "@")
	find(t, m, "this caller has no number")
}

// A call that is up can be noted too, and its page shows it.
func TestNotesOnALiveCall(t *testing.T) {
	p := keeping(0)
	m := desk(t, Options{Ports: Ports{Past: p}}, 120, 40, floor())
	press(t, m, "j", "enter", "e")
	typeIn(t, m, "angry")
	press(t, m, "enter")
	find(t, m, "angry (you)")
	if got := p.items[0]; got.Call != m.detail || got.Kind != archive.Note {
		t.Errorf("written %+v", got)
	}
}

func owing() *pastOf {
	p := keeping(5)
	for i, n := range []string{"+12125550110", "+12125550111"} {
		p.debts = append(p.debts, archive.Debt{
			Number: n, Key: n, Name: []string{"Dana Roe", "Eli Oak"}[i], Since: at(600 * (i + 1)), Last: at(600 * (i + 1)),
			Calls: []string{"past-1"}, Outcome: call.Missed, Queue: "Support",
		})
	}
	return p
}

func TestOwedCallersAreTakenAndSettled(t *testing.T) {
	p := owing()
	m := desk(t, Options{User: "ann", Ports: Ports{Past: p}}, 120, 30, floor())
	press(t, m, "5")
	find(t, m, "Dana Roe")
	if got := screen(m).Line(1); !strings.Contains(got, "2 owed") {
		t.Errorf("tab line %q", got)
	}
	press(t, m, "g", "T")
	i := slices.IndexFunc(p.items, func(i archive.Item) bool { return i.Kind == archive.Claim && i.By == "ann" })
	if i < 0 {
		t.Fatalf("written: %v", p.items)
	}
	find(t, m, "taken: calling ")
	press(t, m, "T")
	find(t, m, "given up: calling ")
	if len(p.items) != 0 {
		t.Errorf("the claim stays: %v", p.items)
	}
	press(t, m, "u")
	if len(p.items) != 1 || p.items[0].Kind != archive.Claim {
		t.Errorf("giving up cannot be taken back: %v", p.items)
	}
	press(t, m, "S")
	find(t, m, "settled: ")
	if got := screen(m).Line(1); !strings.Contains(got, "1 owed") {
		t.Errorf("after settling: %q", got)
	}
	press(t, m, "u")
	if got := screen(m).Line(1); !strings.Contains(got, "2 owed") {
		t.Errorf("after taking it back: %q", got)
	}
	press(t, m, "g", "enter")
	if m.detail != "past-1" {
		t.Errorf("Enter opens %q", m.detail)
	}
}

func TestOwedTabSays(t *testing.T) {
	m := desk(t, Options{}, 120, 30, floor())
	press(t, m, "5")
	find(t, m, "nothing is kept here")
	p := owing()
	p.err = archive.ErrDamaged
	m = desk(t, Options{Ports: Ports{Past: p}}, 120, 30, floor())
	press(t, m, "5")
	find(t, m, "the archive is damaged")
	p.set(func() { p.err = nil })
	tick(t, m, 2)
	find(t, m, "Dana Roe")
	press(t, m, "/")
	typeIn(t, m, "oak")
	press(t, m, "enter")
	if got := screen(m).Line(1); !strings.Contains(got, "1 of 2") || has(t, m, "Dana Roe") {
		t.Errorf("filtered: %q", got)
	}
}

// Who owed callers are is looked up once each.
func TestOwedNamesAreLookedUp(t *testing.T) {
	var want []string
	p := owing()
	m := desk(t, Options{Ports: Ports{Past: p, Want: func(c call.Party) { want = append(want, c.Number) }}}, 120, 30, floor())
	want = nil
	press(t, m, "5", "j", "k")
	tick(t, m, 3)
	if got := strings.Join(want, " "); got != "+12125550111" { // the other one is known
		t.Errorf("asked for %q", got)
	}
}

// The prompt of a note and a notice share the lines above the footer, in every size.
func TestNotePromptInEverySize(t *testing.T) {
	m := reading(t, 80, 24, keeping(30), Options{})
	press(t, m, "j", "e")
	typeIn(t, m, strings.Repeat("a long note ", 40))
	uitest.Drive(t, m, LinkMsg{status.Link{State: status.Down, Why: "GoTo refused the token", Hint: "run ringside login"}})
	for w := 40; w <= 130; w += 3 {
		for _, h := range []int{8, 9, 10, 24, 30} {
			m.w, m.h = w, h
			m.dirty = true
			m.arrange()
			c := screen(m)
			if err := c.Err(); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(c.Line(h-2), "long note") {
				t.Fatalf("%dx%d: no prompt in\n%s", w, h, c.Text())
			}
		}
	}
}

func TestTagsOf(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "vip": "vip", "#VIP, vip;x": "vip vip;x", "  ##a ,, #b a": "a b", strings.Repeat("é", 60): strings.Repeat("é", 20),
	} {
		if got := strings.Join(tagsOf(in), " "); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
