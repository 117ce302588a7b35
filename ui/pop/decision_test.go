package pop

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
)

func two() lookup.Result {
	d, r := dana(), lookup.Contact{Name: "Rob Roe", Company: "Acme Corp", Source: "crm", ID: "51", Notes: "the other one"}
	return found(d, r)
}

// decide runs the command of a choice and gives what it decided.
func decide(t *testing.T, cmd tea.Cmd) archive.Item {
	t.Helper()
	if cmd == nil {
		t.Fatal("nothing was decided")
	}
	msg, ok := cmd().(DecideMsg)
	if !ok {
		t.Fatalf("refused: %+v", cmd())
	}
	return msg.Item
}

func refused(t *testing.T, cmd tea.Cmd, a action.Action) {
	t.Helper()
	if cmd == nil {
		t.Fatalf("%s: nothing is said", a)
	}
	if r, ok := cmd().(action.Refused); !ok || r.Action != a || r.Why == "" {
		t.Errorf("%s: %+v", a, cmd())
	}
}

func body(t *testing.T, it archive.Item) Decision {
	t.Helper()
	var d Decision
	if err := json.Unmarshal(it.Body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPick(t *testing.T) {
	p := show(60, 30, ringing(), two(), nil)
	mustSay(t, p, "2 contacts have this number: C 1 or C 2")
	mustNotSay(t, p, "the other one")
	it := decide(t, p.Pick(1))
	want := archive.Item{Kind: archive.Decision, ID: "+12125550110", Call: "c-1", Caller: "+12125550110", At: now, Text: "Rob Roe", Body: it.Body}
	if d := cmp.Diff(want, it); d != "" {
		t.Error(d)
	}
	if got := body(t, it); got != (Decision{Source: "crm", ID: "51"}) {
		t.Errorf("decided %+v", got)
	}
	// It is shown before anybody has kept it, and stays when what is kept comes back.
	mustSay(t, p, "Rob Roe", "2 of 2, for this call; C a: always", "the other one", "name from crm")
	p.SetItems(nil)
	mustSay(t, p, "2 of 2")
	it.By = "Ann Bell"
	p.SetItems([]archive.Item{it})
	mustSay(t, p, "2 of 2, chosen by Ann Bell, for this call")

	// A contact without an id of its own is known by its name.
	if got := body(t, decide(t, p.Pick(0))); got != (Decision{Source: "contacts.csv", ID: "name:Dana Roe"}) {
		t.Errorf("decided %+v", got)
	}
	mustSay(t, p, "Dana Roe", "1 of 2")
	if got := words(p.ViewStrip(80)); !strings.Contains(got, "Dana Roe · Buyer") {
		t.Errorf("strip: %s", got)
	}
}

// A choice holds for its call; the next call is asked about again, unless it is for always.
func TestAlwaysAndAsk(t *testing.T) {
	p := show(60, 30, ringing(), two(), nil)
	refused(t, p.Do(action.ContactAlways), action.ContactAlways) // nothing is chosen
	once := decide(t, p.Pick(1))

	next := *ringing()
	next.ID, next.Created = "c-9", now.Add(time.Hour)
	later := show(60, 30, &next, two(), nil)
	later.SetNow(now.Add(time.Hour))
	later.SetItems([]archive.Item{once})
	mustSay(t, later, "2 contacts have this number", "2 Rob Roe · Acme Corp last time")

	forever := decide(t, p.Do(action.ContactAlways))
	if d := body(t, forever); !d.Always || d.ID != "51" || !forever.At.After(once.At) || forever.Key() != once.Key() {
		t.Errorf("decided %+v at %v", d, forever.At)
	}
	mustSay(t, p, "always; C a: ask again")
	later.SetItems([]archive.Item{forever})
	mustSay(t, later, "Rob Roe", "always; C a: ask again", "the other one")

	ask := decide(t, later.Do(action.ContactAlways))
	if body(t, ask).Always {
		t.Error("always twice is not ask")
	}
	mustSay(t, later, "2 of 2, for this call")
	third := next
	third.ID, third.Created = "c-10", now.Add(2*time.Hour)
	p = show(60, 30, &third, two(), nil)
	p.SetItems([]archive.Item{once, ask})
	mustSay(t, p, "2 contacts have this number")
}

// A pick changes for good what was for good.
func TestPickKeepsAlways(t *testing.T) {
	p := show(60, 30, ringing(), two(), nil)
	p.Pick(1)
	decide(t, p.Do(action.ContactAlways))
	if d := body(t, decide(t, p.Pick(0))); !d.Always || d.Source != "contacts.csv" {
		t.Errorf("decided %+v", d)
	}
}

func TestChosenIsGone(t *testing.T) {
	p := show(60, 30, ringing(), two(), nil)
	it := decide(t, p.Pick(1))
	p.SetItems([]archive.Item{it})
	three := found(dana(), lookup.Contact{Name: "Una Poe", Source: "crm", ID: "52"})
	p.SetData(ringing(), three, nil)
	mustSay(t, p, "2 contacts have this number")
	p.SetItems([]archive.Item{{Kind: archive.Decision, At: now.Add(time.Minute), Body: []byte("{broken")}})
	p.SetData(ringing(), two(), nil)
	mustSay(t, p, "2 contacts have this number")
}

func TestRefusals(t *testing.T) {
	nobody := show(60, 30, nil, lookup.Result{}, nil)
	refused(t, nobody.Pick(0), action.PickContact)
	refused(t, nobody.Do(action.ContactAlways), action.ContactAlways)
	refused(t, nobody.Do(action.CreateContact), action.CreateContact)
	for _, tt := range []struct {
		r lookup.Result
		i int
	}{{found(), 0}, {found(dana()), 0}, {two(), 2}, {two(), -1}, {two(), 9}} {
		refused(t, show(60, 30, ringing(), tt.r, nil).Pick(tt.i), action.PickContact)
	}
	if cmd := show(60, 30, ringing(), two(), nil).Do(action.Up); cmd != nil {
		t.Errorf("the card takes a key that is not its own: %v", cmd())
	}
}

func TestCreate(t *testing.T) {
	hostile := *ringing()
	hostile.From.Name = "a&b=c/../d?#\" \u202e<x>\n"
	p := show(80, 30, &hostile, found(), nil)
	refused(t, p.Do(action.CreateContact), action.CreateContact) // no page is configured
	p.SetCreate("https://crm.example/new/$number$?name=$caller_name$#top")
	const want = "https://crm.example/new/%2B12125550110?name=a%26b%3Dc%2F..%2Fd%3F%23%22%20%3Cx%3E#top"
	mustSay(t, p, "no contact for +1 212 555 0110", "C n copies the link that makes one: https://crm.example/new/")
	if got, ok := p.Do(action.CreateContact)().(action.Copy); !ok || got.Text != want {
		t.Errorf("copied %q, want %q", got.Text, want)
	}
	p.SetData(&hostile, found(dana()), nil)
	refused(t, p.Do(action.CreateContact), action.CreateContact)
	hidden := *ringing()
	hidden.From = call.Party{Number: "Anonymous"}
	p.SetData(&hidden, lookup.Result{}, nil)
	refused(t, p.Do(action.CreateContact), action.CreateContact)
}

func TestCheckCreate(t *testing.T) {
	for template, ok := range map[string]bool{
		"":                                   true,
		"https://crm.example/new?n=$number$": true,
		"http://10.0.0.1:8080/$caller_name$": true,
		"javascript:alert($number$)":         false,
		"https://$caller_name$.example/":     false,
		"https:///new":                       false,
		"crm.example/new":                    false,
		"https://crm.example/\x1b[2J":        false,
		"https://crm.example/%zz":            false,
		"https://crm.example/" + strings.Repeat("a", 5000): false,
	} {
		if err := CheckCreate(template); (err == nil) != ok {
			t.Errorf("%.60q: %v", template, err)
		}
	}
	p := New(nil)
	p.SetCreate("javascript:alert(1)")
	if p.create != "" {
		t.Error("a template that is not allowed is used")
	}
}
