package pop

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
)

func dayRow(id string, ago time.Duration, o call.Outcome, who string) archive.Row {
	r := archive.Row{Summary: call.Summary{ID: id, Outcome: o, Created: now.Add(-ago), Ended: now.Add(-ago + time.Minute), TotalMs: 60_000, Queue: "Support"}}
	r.PhasesMs[call.PhaseWait] = 48_000
	if who != "" {
		r.Answered = []call.Answer{{Name: who}}
	}
	return r
}

func kept() []archive.Row {
	out := dayRow("k-2", 26*time.Hour, call.Answered, "Dana Roe")
	out.Direction, out.From = call.Outbound, call.Party{Name: "Ann Bell", Number: "8648"}
	return []archive.Row{
		dayRow("c-1", 41*time.Second, call.NoOutcome, ""), // the one that rings
		dayRow("k-1", 70*time.Minute, call.Answered, "Bo Chen"),
		out,
		dayRow("k-3", 40*24*time.Hour, call.AbandonedQueue, ""),
		dayRow("k-4", 500*24*time.Hour, call.VoicemailLeft, ""),
	}
}

func vain(n int) *archive.Debt {
	d := &archive.Debt{Number: "+12125550110", Since: now.Add(-3 * time.Hour), Last: now.Add(-20 * time.Minute)}
	for range n {
		d.Calls = append(d.Calls, "v")
	}
	return d
}

func said(p *Pane) string { return words(p.View()) }

func mustSay(t *testing.T, p *Pane, want ...string) {
	t.Helper()
	for _, s := range want {
		if got := said(p); !strings.Contains(got, s) {
			t.Errorf("it does not say %q:\n%s", s, got)
		}
	}
}

func mustNotSay(t *testing.T, p *Pane, not ...string) {
	t.Helper()
	for _, s := range not {
		if got := said(p); strings.Contains(got, s) {
			t.Errorf("it says %q:\n%s", s, got)
		}
	}
}

func TestEarlierCalls(t *testing.T) {
	p := show(60, 40, ringing(), found(dana()), earlier())
	mustSay(t, p, "2 earlier in this run")
	p.SetHistory(kept())
	mustSay(t, p, "4 earlier calls", "13:22 ✓ with Bo Chen 1:00", "Tue ✓ called by Ann Bell 8648 1:00", "21 Aug ✗ abandoned in Support after 48.0 s 1:00", "2025 ▾ voicemail")
	mustNotSay(t, p, "in this run")
	p.SetHistory(kept()[:1])
	mustSay(t, p, "no earlier call")
	mustNotSay(t, p, "in this run")
	p.SetHistory(nil)
	mustNotSay(t, p, "in this run")
}

func TestOwedIsSaid(t *testing.T) {
	once, old, tried := vain(1), vain(3), vain(2)
	old.Since = now.Add(-50 * time.Hour)
	tried.Message, tried.Tries, tried.Claimed = true, 2, "Bo Chen"
	for _, tt := range []struct {
		debt *archive.Debt
		want string
	}{
		{once, "! called in vain 14:12"},
		{vain(2), "! called 2 times in vain today, last 20 min ago"},
		{old, "! called 3 times in vain since Mon 12:32, last 20 min ago"},
		{tried, "! called 2 times in vain today, last 20 min ago · left a message · we tried 2 times · Bo Chen calls back"},
	} {
		p := show(120, 30, ringing(), found(dana()), nil)
		mustNotSay(t, p, "in vain")
		p.SetDebt(tt.debt)
		mustSay(t, p, tt.want)
		if got := words(p.ViewStrip(200)); !strings.Contains(got, strings.TrimPrefix(tt.want, "! ")) {
			t.Errorf("the strip does not say %q: %s", tt.want, got)
		}
		p.SetDebt(nil)
		mustNotSay(t, p, "in vain")
	}
}

func TestNotesAndTags(t *testing.T) {
	p := show(80, 30, ringing(), found(dana()), nil)
	p.SetItems([]archive.Item{
		{Kind: archive.Tag, ID: "1", Text: "vip"}, {Kind: archive.Tag, ID: "2", Text: "late payer"}, {Kind: archive.Tag, ID: "3", Text: "vip"},
		{Kind: archive.Note, ID: "4", Text: "old", At: now.Add(-100 * time.Hour)},
		{Kind: archive.Note, ID: "5", Text: "wants a refund", By: "Bo", At: now.Add(-2 * time.Hour)},
		{Kind: archive.Note, ID: "6", Text: "older", At: now.Add(-200 * time.Hour)},
		{Kind: archive.Note, ID: "7", Text: "oldest", At: now.Add(-300 * time.Hour)},
		{Kind: archive.Pop, ID: "8", Text: "not for the card"},
	})
	mustSay(t, p, "tags late payer, vip", "wants a refund — Bo, 2 h ago old — 4 d ago older — 8 d ago and 1 older note")
	mustNotSay(t, p, "not for the card", "oldest")
}

func TestTicketsAndAppointment(t *testing.T) {
	c := dana()
	c.Tickets = []lookup.Ticket{
		{ID: "4411", Title: "Printer on fire", State: "open", At: now.Add(-50 * time.Hour)},
		{ID: "AB-7", Title: "Invoice"}, {Title: "No number"}, {ID: "1"}, {ID: "2"},
	}
	c.Next = lookup.Appointment{Title: "Review", At: now.Add(26 * time.Hour)}
	c.Email, c.URL = "dana@acme.example", "https://crm.example/51"
	p := show(80, 40, ringing(), found(c), nil)
	mustSay(t, p, "5 open tickets #4411 Printer on fire · open 2 d ago AB-7 Invoice No number and 2 more", "next Thu 1 Oct 16:32 Review",
		"mail dana@acme.example", "page https://crm.example/51")
	if got := words(p.ViewStrip(160)); !strings.Contains(got, "5 open tickets: #4411 Printer on fire · next Thu 1 Oct 16:32 Review") {
		t.Errorf("strip: %s", got)
	}
	c.Tickets, c.Next = c.Tickets[:1], lookup.Appointment{Title: "Visit", At: now.Add(-time.Hour)}
	p.SetData(ringing(), found(c), nil)
	mustSay(t, p, "1 open ticket #4411", "next Wed 30 Sep 13:32 (past) Visit")
}

// Nobody is shown another's past: what was set for one caller is gone with the next.
func TestAnotherCaller(t *testing.T) {
	p := show(60, 40, ringing(), two(), earlier())
	p.SetHistory(kept())
	p.SetDebt(vain(2))
	p.SetItems([]archive.Item{{Kind: archive.Tag, Text: "vip"}})
	p.Pick(1)
	p.Do(action.CardTrail)
	newer := *ringing()
	newer.Since = now
	p.SetData(&newer, two(), earlier())
	mustSay(t, p, "in vain", "vip", "4 earlier calls", "2 of 2", "sources asked")
	respelt := *ringing()
	respelt.From.Number = "+1 (212) 555-0110"
	p.SetData(&respelt, two(), nil)
	mustSay(t, p, "in vain", "vip")

	// Bare digits, as the Realtime API sends them, are the same caller before and after the look-up.
	bare := *ringing()
	bare.From.Number = "2125550110"
	q := New(p.th)
	q.SetRegion("US")
	q.SetSize(60, 40)
	q.SetNow(now)
	q.SetData(&bare, lookup.Result{}, nil)
	q.SetDebt(vain(2))
	q.SetData(&bare, lookup.Result{Number: number.Parse("2125550110", "US"), Done: true}, nil)
	mustSay(t, q, "in vain", "+1 212 555 0110")

	other := *ringing()
	other.ID, other.From = "c-2", call.Party{Name: "Somebody Else", Number: "+13125550117"}
	p.SetData(&other, lookup.Result{}, nil)
	mustNotSay(t, p, "in vain", "vip", "earlier calls", "sources asked", "2 of 2")
	if p.Caller() != "+13125550117" {
		t.Errorf("card of %q", p.Caller())
	}

	// Two hidden callers are two callers.
	one, two := *ringing(), *ringing()
	one.From, two.From = call.Party{Number: "Anonymous"}, call.Party{Number: "Anonymous"}
	two.ID = "c-3"
	p.SetData(&one, lookup.Result{}, nil)
	p.SetItems([]archive.Item{{Kind: archive.Tag, Text: "vip"}})
	p.SetData(&two, lookup.Result{}, nil)
	mustNotSay(t, p, "vip")
}

func TestLocalTimeOfTheCaller(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		number string
		at     time.Time
		want   string
		not    string
	}{
		{"+12125550110", now, "+1 212 555 0110 · US New York time 10:32", "mobile"}, // which of the two a line is, America does not say
		{"+447911123456", now, "· GB · mobile London time 15:32", ""},
		{"+61412345678", now, "~ 22:32 to Thu 00:32 there", "time 2"},
		{"+61212345678", now, "Sydney time Thu 00:32", ""},
		{"+79161234567", now, "RU · mobile", "there"}, // half the world
		{"+18005550110", now, "toll-free", " time "},
		{"+12125550110", now.In(berlin), "New York time 10:32", ""},
		{"1102", now, "1102", " time "},
	} {
		c := *ringing()
		c.From = call.Party{Number: tt.number}
		p := New(show(1, 1, nil, lookup.Result{}, nil).th)
		p.SetSize(80, 30)
		p.SetNow(tt.at)
		p.SetData(&c, lookup.Result{Number: number.Parse(tt.number, "GB"), Done: true}, nil)
		mustSay(t, p, tt.want)
		if tt.not != "" {
			mustNotSay(t, p, tt.not)
		}
		p.SetNow(tt.at.Add(time.Minute)) // it goes on
		if strings.Contains(tt.want, ":32") {
			mustNotSay(t, p, tt.want)
		}
	}
}

func TestTrail(t *testing.T) {
	r := found(dana())
	r.Trail = []lookup.Step{
		{Source: "contacts.csv", Asked: "+12125550110", Took: 380 * time.Microsecond, Found: 1},
		{Source: "hubspot", Asked: "+12125550110", Took: 1200 * time.Millisecond, Err: errors.New("no answer within 1.2s")},
		{Source: "zendesk", Asked: "+12125550110", Took: 38 * time.Millisecond, Age: 3 * time.Minute},
	}
	r.Done = false
	p := show(80, 40, ringing(), r, nil)
	mustSay(t, p, "1 source of 3 gave no full answer: i shows which")
	mustNotSay(t, p, "sources asked")
	if cmd := p.Do(action.CardTrail); cmd != nil {
		t.Errorf("refused: %v", cmd())
	}
	mustSay(t, p, "sources asked for +12125550110", "✓ contacts.csv · 1 contact 0.4 ms", "✗ hubspot · failed 1.2 s no answer within 1.2s",
		"— zendesk · nobody kept, 3 min ago", "others have not answered yet")
	r.Done, r.Trail[2].Asked = true, "2125550110"
	p.SetData(ringing(), r, nil)
	mustSay(t, p, "asked for 2125550110")
	mustNotSay(t, p, "others have not answered", "sources asked for")
	p.Do(action.CardTrail)
	mustNotSay(t, p, "contacts.csv · 1 contact")

	// An extension that a CRM cannot be asked by is no trouble; a source that rests is.
	c := *ringing()
	c.From = call.Party{Number: "1102"}
	r = lookup.Result{Number: number.Parse("1102", "US"), Done: true, Trail: []lookup.Step{{Source: "hubspot", Asked: "1102", Err: lookup.ErrNotAsked}}}
	p.SetData(&c, r, nil)
	mustNotSay(t, p, "hubspot", "failed")
	r.Trail[0].Err = &lookup.RestError{Left: time.Minute, Last: errors.New("401")}
	p.SetData(&c, r, nil)
	mustSay(t, p, "the look-up failed: hubspot: not asked for another 1m0s: 401")

	empty := show(40, 10, nil, lookup.Result{}, nil)
	if _, ok := empty.Do(action.CardTrail)().(action.Refused); !ok {
		t.Error("a trail of nobody")
	}
}
