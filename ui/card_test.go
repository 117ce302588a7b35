package ui

import (
	"strings"
	"testing"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/uitest"
)

// The card of a caller who rings shows what the archive has of them, and asks once for each caller.
func TestCardKnowsThePast(t *testing.T) {
	p := keeping(3)
	first := p.entries[0].Row.From.Number
	p.items = []archive.Item{{Kind: archive.Note, ID: "n", Caller: first, Text: "call after three", By: "Bo", At: at(3600)}}
	p.debts = []archive.Debt{{Number: first, Key: first, Calls: []string{"past-0"}, Outcome: call.Missed, Since: at(600), Last: at(600)}}
	m := desk(t, Options{Ports: Ports{Past: p}}, 120, 40, ringsFrom(first))
	find(t, m, "call after three")
	find(t, m, "14:2") // the earlier call's time of day
	asked := p.asked["items"]
	for range 5 {
		uitest.Drive(t, m, ViewMsg{ringsFrom(first)})
	}
	if p.asked["items"] != asked {
		t.Errorf("asked %d times more about a caller who is known", p.asked["items"]-asked)
	}
	uitest.Drive(t, m, ViewMsg{ringsFrom("+12125559999")})
	if strings.Contains(screen(m).Text(), "call after three") {
		t.Error("the note of one caller stands on another's card")
	}
}

// Of two people with one number, one is chosen with two keys; u takes it back.
func TestCardContactIsChosen(t *testing.T) {
	p := keeping(0)
	const num = "+12125557777"
	m := desk(t, Options{Ports: Ports{Past: p}, User: "Ann"}, 120, 40, ringsFrom(num))
	uitest.Drive(t, m, ContactMsg{lookup.Result{
		Number: number.Parse(num, "US"), Done: true,
		Contacts: []lookup.Contact{{Name: "Mia Berg", Source: "crm", ID: "1"}, {Name: "Tom Berg", Source: "crm", ID: "2"}},
	}})
	find(t, m, "Tom Berg")
	press(t, m, "C", "2")
	find(t, m, "chosen")
	if len(p.items) != 1 || p.items[0].Kind != archive.Decision || p.items[0].By != "Ann" || !strings.Contains(string(p.items[0].Body), `"2"`) {
		t.Fatalf("kept: %+v", p.items)
	}
	press(t, m, "C", "1")
	if len(p.items) != 1 || !strings.Contains(string(p.items[0].Body), `"1"`) {
		t.Fatalf("kept: %+v", p.items)
	}
	press(t, m, "u")
	if len(p.items) != 1 || !strings.Contains(string(p.items[0].Body), `"2"`) {
		t.Fatalf("taken back once: %+v", p.items)
	}
	press(t, m, "u")
	if len(p.items) != 0 {
		t.Fatalf("taken back twice: %+v", p.items)
	}
}

// ringsFrom is a floor on which one caller rings me.
func ringsFrom(num string) *call.View {
	c := made(50, call.StateRinging, party("", num), "Me", 2, 6, "Main")
	c.Rings, c.Mine = true, true
	v := floor()
	out := *v
	out.Version++
	out.Live = call.VecOf(c)
	return &out
}
