package pop

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var now = time.Date(2026, 9, 30, 14, 32, 7, 0, time.UTC)

// ringing is a call that came through a queue and rings my line.
func ringing() *call.Call {
	return &call.Call{
		ID: "c-1", No: 7, State: call.StateRinging, Who: "Ann Bell", With: "Ann Bell", Rings: true, Mine: true,
		Created: now.Add(-41 * time.Second), Since: now.Add(-6 * time.Second), LastAt: now.Add(-6 * time.Second), Phase: call.PhaseWait,
		From: call.Party{Name: "ELM GROVE TX", Number: "+12125550110"}, To: call.Party{Name: "Main", Number: "+12015550120"},
		Queue: "Support", Path: []string{"Main menu", "Support"},
	}
}

func dana() lookup.Contact {
	return lookup.Contact{Name: "Dana Roe", Company: "Acme Corp", Tier: "gold", Title: "Buyer", Source: "contacts.csv",
		Notes: "prefers mail to the phone; the contract ends in December", Fields: []lookup.Field{{Name: "tickets", Value: "#4411, #4502"}}}
}

func found(cs ...lookup.Contact) lookup.Result {
	return lookup.Result{Number: number.Parse("+12125550110", "US"), Done: true, Contacts: cs}
}

func earlier() []*call.Call {
	at := now.Add(-70 * time.Minute)
	return []*call.Call{
		{ID: "e-2", State: call.StateEnded, Outcome: call.Answered, Created: at, Since: at.Add(250 * time.Second), Ended: at.Add(250 * time.Second),
			Answered: []call.Answer{{Name: "Bo Chen", Extension: "0019"}}},
		{ID: "e-1", State: call.StateEnded, Outcome: call.AbandonedQueue, Queue: "Support", Created: at.Add(-time.Hour), Since: at.Add(-59 * time.Minute), Ended: at.Add(-59 * time.Minute)},
	}
}

func show(w, h int, c *call.Call, r lookup.Result, history []*call.Call) *Pane {
	p := New(theme.Mono())
	p.SetNow(now)
	p.SetSize(w, h)
	p.SetData(c, r, history)
	return p
}

func words(view string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("┃", " ", "│", " ").Replace(ansi.Strip(view))), " ")
}

func TestCardSays(t *testing.T) {
	talking := *ringing()
	talking.State, talking.Rings = call.StateTalking, false
	ended := *earlier()[1]
	hidden := *ringing()
	hidden.From = call.Party{Name: "Anonymous", Number: "Anonymous"}
	outbound := *ringing()
	outbound.Direction, outbound.Rings, outbound.State = call.Outbound, false, call.StateTalking
	outbound.From, outbound.To = call.Party{Name: "Ann Bell", Number: "8648"}, call.Party{Number: "+12125550110"}
	doubtful := *ringing()
	doubtful.JoinedLate, doubtful.Gaps, doubtful.Stale = true, []call.Gap{{From: 2, To: 3}}, true
	broken := lookup.Result{Number: number.Parse("+12125550110", "US"), Done: true, Trail: []lookup.Step{{Source: "crm", Err: errors.New("timed out after 3 s")}}}
	num := text.Number("+12125550110")
	many := make([]lookup.Contact, 12)
	for i := range many {
		many[i] = lookup.Contact{Name: fmt.Sprintf("Person %d", i+1), Company: "Acme"}
	}

	for _, tt := range []struct {
		name    string
		call    *call.Call
		result  lookup.Result
		history []*call.Call
		want    []string
		not     []string
	}{
		{"nobody", nil, lookup.Result{}, nil, []string{"nobody rings you"}, []string{"RINGING"}},
		{"found", ringing(), found(dana()), earlier(),
			[]string{"☎ RINGING YOU 0:06", "Dana Roe", "Buyer · Acme Corp · gold", num, "name from contacts.csv", "called Main", "queue Support, waited 0:06",
				"prefers mail", "tickets #4411, #4502", "2 earlier in this run", "with Bo Chen 4:10", "abandoned in Support"},
			[]string{"no contact", "looking up", "ELM GROVE"}},
		{"looking up", ringing(), lookup.Result{}, nil, []string{"ELM GROVE TX", "looking up who this is", "no earlier call in this run"}, []string{"no contact"}},
		{"none", ringing(), found(), nil, []string{"ELM GROVE TX", "no contact for " + num, "name from the caller's line"}, []string{"looking up"}},
		{"found, more to come", ringing(), lookup.Result{Contacts: []lookup.Contact{dana()}}, nil, []string{"name from contacts.csv · still asking"}, []string{"looking up"}},
		{"several", ringing(), found(dana(), lookup.Contact{Name: "Rob Roe", Company: "Acme Corp"}), nil,
			[]string{"2 contacts have this number", "1 Dana Roe · Acme Corp · gold contacts.csv", "2 Rob Roe · Acme Corp"}, []string{"no contact", "Buyer"}},
		{"very many", ringing(), found(many...), nil, []string{"12 contacts have this number: C 1 to C 9", "9 Person 9", "and 3 more"}, []string{"Person 10"}},
		{"look-up failed", ringing(), broken, nil, []string{"! the look-up failed: crm: timed out after 3 s"}, []string{"no contact for"}},
		{"hidden number", &hidden, lookup.Result{}, nil, []string{"no number to look up"}, []string{"looking up"}},
		{"talking", &talking, found(dana()), nil, []string{"● talking", "with Ann Bell"}, []string{"RINGING"}},
		{"ended", &ended, found(dana()), nil, []string{"✗ abandoned in Support", "2 h ago"}, []string{"RINGING"}},
		{"outbound", &outbound, found(dana()), nil, []string{"from Ann Bell 8648", "Dana Roe"}, []string{"called"}},
		{"doubtful", &doubtful, found(), nil, []string{"joined late · gap · stale"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := words(show(60, 30, tt.call, tt.result, tt.history).View())
			for _, s := range tt.want {
				if !strings.Contains(got, s) {
					t.Errorf("it does not say %q:\n%s", s, got)
				}
			}
			for _, s := range tt.not {
				if strings.Contains(got, s) {
					t.Errorf("it says %q:\n%s", s, got)
				}
			}
		})
	}
}

func TestOthers(t *testing.T) {
	p := show(44, 20, ringing(), found(dana()), nil)
	p.SetOthers(2)
	if got := words(p.View()); !strings.Contains(got, "+2 more") {
		t.Errorf("it does not say that two more ring:\n%s", got)
	}
}

func TestStrip(t *testing.T) {
	calm := *ringing()
	calm.Rings = false
	for _, tt := range []struct {
		name    string
		call    *call.Call
		result  lookup.Result
		history []*call.Call
		lines   int
		want    []string
	}{
		{"nothing", nil, lookup.Result{}, nil, 0, nil},
		{"not ringing me", &calm, found(dana()), nil, 0, nil},
		{"looking up", ringing(), lookup.Result{}, nil, 2, []string{"RINGING YOU 0:06", "ELM GROVE TX", "looking up", "Support 0:06"}},
		{"found", ringing(), found(dana()), earlier(), 3, []string{"Dana Roe · Buyer · Acme Corp · gold", "prefers mail"}},
		{"none", ringing(), found(), earlier()[:1], 3, []string{"no contact", "last call 1 h ago with Bo Chen, 4:10"}},
		{"several", ringing(), found(dana(), dana()), nil, 2, []string{"2 contacts: C 1 or C 2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := show(40, 10, tt.call, tt.result, tt.history)
			if n := p.StripLines(); n != tt.lines {
				t.Fatalf("%d lines, want %d", n, tt.lines)
			}
			if tt.lines == 0 {
				if got := p.ViewStrip(80); got != "" {
					t.Fatalf("a strip of no lines: %q", got)
				}
				return
			}
			for _, w := range []int{1, 10, 40, 80, 119} {
				uitest.Exact(t, fmt.Sprintf("%d wide", w), p.ViewStrip(w), w, tt.lines)
			}
			got := words(p.ViewStrip(100))
			for _, s := range tt.want {
				if !strings.Contains(got, s) {
					t.Errorf("it does not say %q: %s", s, got)
				}
			}
		})
	}
}

func TestViewIsExact(t *testing.T) {
	evil := []string{"\x1b[2J\x1b[31mred", "\u202eright to left", "שלום עולם مرحبا", strings.Repeat("幅", 200), "a\nb\tc\r", "👩🏽‍💻 e\u0301\u0301", "\xff\xfe", strings.Repeat("long ", 90)}
	for i, s := range evil {
		c := *ringing()
		next := evil[(i+1)%len(evil)]
		c.From, c.To, c.Queue, c.Who = call.Party{Name: s, Number: next}, call.Party{Name: next, Number: s}, s, next
		contact := lookup.Contact{Name: s, Company: next, Tier: s, Notes: s + " " + next, Title: s, Email: s, URL: next, Source: s, Fields: []lookup.Field{{Name: s, Value: next}},
			Tickets: []lookup.Ticket{{ID: s, Title: next, State: s}, {Title: s}}, Next: lookup.Appointment{Title: s, At: now}, Sources: []string{s, next}}
		past := *earlier()[0]
		past.Answered = []call.Answer{{Name: s}}
		for _, r := range []lookup.Result{{}, found(), found(contact), found(contact, contact, contact), {Done: true, Trail: []lookup.Step{{Source: s, Asked: next, Err: errors.New(next)}}}} {
			for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
				for _, w := range []int{1, 10, 11, 20, 40, 120} {
					for _, h := range []int{1, 4, 40} {
						p := show(w, h, &c, r, []*call.Call{&past, &past})
						p.SetTheme(th)
						p.SetDebt(&archive.Debt{Calls: []string{"a"}, Last: now, Claimed: s})
						p.SetItems([]archive.Item{{Kind: archive.Note, Text: s, By: next, At: now}, {Kind: archive.Tag, Text: s}})
						p.SetCreate("https://crm.example/new?n=$caller_name$")
						if h == 40 {
							p.Do(action.CardTrail)
						}
						view := p.View()
						uitest.Exact(t, fmt.Sprintf("%q at %dx%d", s, w, h), view, w, h)
						uitest.Exact(t, fmt.Sprintf("strip of %q at %d", s, w), p.ViewStrip(w), w, p.StripLines())
						if plain := ansi.Strip(view); strings.ContainsAny(plain, "\x1b\u202e\t\r") {
							t.Fatalf("control characters are drawn: %q", plain)
						}
					}
				}
			}
		}
	}
}

// What does not fit is said to be missing, and what matters most stays.
func TestLowCard(t *testing.T) {
	p := show(40, 6, ringing(), found(dana()), earlier())
	lines := strings.Split(ansi.Strip(p.View()), "\n")
	if !strings.Contains(lines[0], "RINGING YOU") || !strings.Contains(lines[1], "Dana Roe") {
		t.Errorf("the most important is not at the top:\n%s", strings.Join(lines, "\n"))
	}
	if last := strings.TrimSpace(lines[5]); !strings.HasSuffix(last, text.Ellipsis) {
		t.Errorf("nothing says that the card goes on: %q", last)
	}
}

func TestASCII(t *testing.T) {
	p := show(40, 30, ringing(), found(dana()), earlier())
	p.SetTheme(theme.Mono().WithASCII())
	for _, r := range p.View() + p.ViewStrip(40) {
		if r > 127 {
			t.Fatalf("%q in an ASCII card:\n%s", r, p.View())
		}
	}
}
