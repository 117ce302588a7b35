package detail

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

// open makes a pane of w by h that shows a call seven seconds after its last state.
func open(w, h int, c *call.Call, r *call.Report, who []lookup.Result) *Pane {
	p := New(theme.Mono())
	p.SetSize(w, h)
	if c != nil {
		p.SetNow(c.LastAt.Add(7 * time.Second))
	}
	p.SetData(c, r, who)
	return p
}

func plain(p *Pane) string { return ansi.Strip(p.View()) }

// hostile is a call whose every text wants to break out of its box.
func hostile() (*call.Call, *call.Report, []lookup.Result) {
	evil := []string{"\x1b[2J\x1b[31mred", "\u202eright to left", "שלום עולם مرحبا", strings.Repeat("幅", 200), "a\nb\tc\r", "👩🏽‍💻 e\u0301\u0301", "\xff\xfe"}
	c := *folded(12)
	c.From = call.Party{Name: evil[3], Number: evil[0]}
	c.To = call.Party{Name: evil[1], Number: evil[2]}
	c.Path, c.Queue, c.Who = evil, evil[3], evil[4]
	c.State, c.LeftFirst, c.DialString = call.StateTransferring, evil[5], evil[6]
	c.Gaps = []call.Gap{{From: 3, To: 5}}
	c.JoinedLate, c.Stale, c.Odd = true, true, 7
	for i, s := range evil {
		c.Rung = append(c.Rung, call.Ring{Name: s, Extension: evil[(i+1)%len(evil)], Device: s, RingMs: -1})
		c.Answered = append(c.Answered, call.Answer{Name: s, Number: s})
		c.Transfers = append(c.Transfers, call.Transfer{Kind: s, By: s, To: s})
	}
	r := report()
	for _, s := range evil {
		r.Queues = append(r.Queues, call.ReportQueue{Name: s, Left: s})
		r.Actions = append(r.Actions, call.ReportAction{Kind: s, For: s, By: call.Party{Name: s}})
		r.Mailboxes = append(r.Mailboxes, call.System{Number: s, Folder: s, Result: s})
	}
	r.AI.Summary = strings.Join(evil, " ")
	var cs []lookup.Contact
	for _, s := range evil {
		cs = append(cs, lookup.Contact{Name: s, Company: s, Notes: s, Source: s})
	}
	return &c, r, []lookup.Result{{Number: number.Parse(evil[0], "US"), Contacts: cs}}
}

func TestViewIsExact(t *testing.T) {
	evil, rep, who := hostile()
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		for _, w := range []int{1, 2, 10, 20, 49, 50, 68, 80, 109, 110, 200} {
			for _, h := range []int{1, 3, 6, 40} {
				for name, c := range map[string]*call.Call{"none": nil, "live": folded(12), "ended": folded(15), "hostile": evil} {
					p := open(w, h, c, nil, nil)
					p.SetTheme(th)
					uitest.Exact(t, fmt.Sprintf("%s %s at %dx%d", th.Name, name, w, h), p.View(), w, h)
					if c != nil {
						p.SetData(c, rep, who)
						p.Do(action.PageDown)
						uitest.Exact(t, fmt.Sprintf("%s %s with report at %dx%d", th.Name, name, w, h), p.View(), w, h)
					}
				}
			}
		}
	}
}

func TestHostileTextIsHarmless(t *testing.T) {
	c, r, who := hostile()
	p := open(100, 300, c, r, who)
	view := plain(p)
	for _, bad := range []string{"\x1b", "\u202e", "\t", "\r"} {
		if strings.Contains(view, bad) {
			t.Errorf("the view has %q in it", bad)
		}
	}
	if !strings.Contains(view, "right to left") {
		t.Error("the readable part of the text is gone too")
	}
}

func TestViewASCII(t *testing.T) {
	for _, p := range []*Pane{open(90, 60, folded(15), report(), nil), open(60, 60, folded(9, 1, 2, 3, 7), nil, nil), open(30, 9, folded(12), nil, contact())} {
		p.SetTheme(theme.Mono().WithASCII())
		for i, l := range strings.Split(p.View(), "\n") {
			for _, r := range ansi.Strip(l) {
				if r > 127 {
					t.Fatalf("line %d has %q: %s", i, r, l)
				}
			}
		}
	}
}

func TestSays(t *testing.T) {
	stale := *folded(5)
	stale.Stale, stale.Odd = true, 1
	stale.Heard = stale.LastAt.Add(-93 * time.Second)
	for _, tt := range []struct {
		name string
		call *call.Call
		rep  *call.Report
		why  string
		who  []lookup.Result
		want []string
		not  []string
	}{
		{"nothing", nil, nil, "", nil, []string{"no call is open"}, nil},
		{"live", folded(6), nil, "", nil,
			[]string{"on hold by", "Ann Bell (8648)", "Dana Roe +", "1:15", "inbound", "GoTo writes it when the call has ended", "hold", "answers"},
			[]string{"joined late", "gap:", "stale"}},
		{"ringing from the queue", folded(11), nil, "", nil, []string{"◌ ringing Bo Chen", "◔ in queue Dana Roe", "blind transfer by Ann Bell to 1102"}, []string{"in menu"}},
		{"in the menu", folded(2), nil, "", nil, []string{"≡ in menu Dana Roe", "answered not yet"}, []string{"in queue"}},
		{"ended, no report yet", folded(15), nil, "", nil,
			[]string{"answered by Ann Bell (8648) after 0:29, talked 0:38", "then by Bo Chen (0019) after 1:32", "waiting for the report", "wait in queue " + text.Figure(ms(92591-71175)), "left first", "(inferred)"}, []string{"wrap-up"}},
		{"ended, fetch failed", folded(15), nil, "the report could not be fetched: GoTo says 503", nil,
			[]string{"! the report could not be fetched: GoTo says 503"}, []string{"waiting for the report"}},
		{"report", folded(15), report(), "", nil,
			[]string{"wrap-up Bo Chen (0019) " + text.Figure(ms(7812)), "waited " + text.Figure(ms(21432)) + " as GoTo counts, left: answered", "hung up Dana Roe", "AI says neutral · invoice · upgrade", "AI summary The caller asked", "caller's details taken for 1102"}, []string{"told from the report"}},
		{"gap", folded(9, 6, 7), nil, "", nil, []string{"! gap: states 6 to 7 are missing"}, nil},
		{"gap of one", folded(9, 6), nil, "", nil, []string{"! gap: state 6 is missing"}, nil},
		{"joined late", folded(9, 1, 2, 3), nil, "", nil, []string{"! joined late: this call was up before we were, states 1 to 3 are missing", "not seen 29.8 s", "~+0:29"}, []string{"! gap", "setup"}},
		{"joined late and a gap", folded(9, 1, 2, 3, 7), nil, "", nil, []string{"! joined late", "! gap: state 7 is missing"}, nil},
		{"stale", &stale, nil, "", nil, []string{"! stale: nothing heard for 1:40, being checked", "1 thing in its states could not be understood"}, nil},
		{"joined late, then the report", folded(15, 1, 2, 3, 4), report(), "", nil,
			[]string{"told from the report, which has every state", "Ann Bell (8648) answers"}, []string{"! joined late"}},
		{"report alone", nil, report(), "", nil, []string{"Dana Roe", "wrap-up"}, []string{"call 1 "}},
		{"contact", folded(6), nil, "", contact(), []string{"Dana Roe · Acme Corp · gold (contacts.csv)", "prefers mail"}, []string{"no contact for"}},
		{"no contact", folded(6), nil, "", failedLookup(), []string{"the look-up failed: crm: timed out"}, []string{"no contact for"}},
		{"nothing to ask by", folded(6), nil, "", []lookup.Result{{
			Number: number.Parse("*43", ""), Done: true, Trail: []lookup.Step{{Source: "crm", Err: fmt.Errorf("%w: the number has no {e164}", lookup.ErrNotAsked)}},
		}}, []string{"no contact for *43"}, []string{"failed"}},
		{"none", folded(6), nil, "", []lookup.Result{{Number: number.Parse("+12125550110", ""), Done: true}}, []string{"no contact for +1 212 555 0110"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := open(104, 70, tt.call, tt.rep, tt.who)
			p.SetWhy(tt.why)
			words := strings.Join(strings.Fields(plain(p)), " ")
			for _, s := range tt.want {
				if !strings.Contains(words, s) {
					t.Errorf("it does not say %q:\n%s", s, plain(p))
				}
			}
			for _, s := range tt.not {
				if strings.Contains(words, s) {
					t.Errorf("it says %q:\n%s", s, plain(p))
				}
			}
		})
	}
}

func TestScroll(t *testing.T) {
	p := open(80, 12, folded(12), nil, nil)
	first := plain(p)
	if !strings.Contains(first, "↓") {
		t.Fatalf("nothing says that there is more below:\n%s", first)
	}
	p.Do(action.Up)
	if plain(p) != first {
		t.Error("up from the top moved the text")
	}
	p.Do(action.Down)
	p.Do(action.Up)
	if plain(p) != first {
		t.Error("down and up did not come back")
	}
	p.Do(action.Bottom)
	if got := plain(p); strings.Contains(got, "↓") || !strings.Contains(got, "GoTo writes it") {
		t.Fatalf("the end is not in sight:\n%s", got)
	}

	// A reader at the end stays there while the story grows; one elsewhere stays where he is.
	p.SetData(folded(15), nil, nil)
	if got := plain(p); !strings.Contains(got, "waiting for the report") {
		t.Errorf("the end ran away:\n%s", got)
	}
	p.Do(action.Top)
	p.Do(action.PageDown)
	at := p.top
	p.SetData(folded(14), nil, nil)
	p.View()
	if p.top != at {
		t.Errorf("a new state moved the text from line %d to %d", at, p.top)
	}

	other := *folded(15)
	other.ID = "another"
	p.SetData(&other, nil, nil)
	p.View()
	if p.top != 0 {
		t.Errorf("another call begins at line %d", p.top)
	}

	p.Do(action.Bottom)
	p.SetSize(80, 200)
	p.View()
	if p.top != 0 {
		t.Errorf("with room for everything it still stands at line %d", p.top)
	}
}

// The story follows the call: each newer form of it is told anew.
func TestStoryGrows(t *testing.T) {
	p := open(80, 80, folded(6), nil, nil)
	if got := plain(p); !strings.Contains(got, "on hold") || strings.Contains(got, "blind transfer") {
		t.Fatalf("not the story of the first six states:\n%s", got)
	}
	p.SetData(folded(15), nil, nil)
	if got := plain(p); !strings.Contains(got, "makes a blind transfer") || !strings.Contains(got, "ended: answered") {
		t.Errorf("the story did not grow:\n%s", got)
	}
}

func TestHoldsAndTransfersAreInOrder(t *testing.T) {
	c := *folded(15)
	c.Holds = append(c.Holds[:len(c.Holds):len(c.Holds)], call.Hold{By: "0019", AtMs: 100_000, Ms: 5000})
	got := plain(open(80, 80, &c, nil, nil))
	_, got, _ = strings.Cut(got, "Holds and transfers")
	at := -1
	for _, s := range []string{"on hold by Ann Bell", "blind transfer by Ann Bell to 1102", "on hold by Bo Chen"} {
		i := strings.Index(got, s)
		if i <= at {
			t.Errorf("%q is missing or out of order:\n%s", s, got)
		}
		at = i
	}
}

// Two telephones of one person are told apart at every width from 50 cells on.
func TestTwoTelephones(t *testing.T) {
	c := *folded(15)
	c.Rung = []call.Ring{
		{Name: "Ann Bell", Extension: "8648", Device: "yealink.sip.t46s", RingMs: 20_000},
		{Name: "Ann Bell", Extension: "8648", Device: "goto.clients", RingMs: 20_000},
	}
	for _, w := range []int{50, 55, 56, 67, 68, 80, 120, 200} {
		_, got, _ := strings.Cut(plain(open(w, 80, &c, nil, nil)), "Rung")
		got, _, _ = strings.Cut(got, "Holds")
		if strings.Count(got, "t46s") != 1 || strings.Count(got, "app") != 1 {
			t.Errorf("at %d cells:\n%s", w, got)
		}
	}
}

func TestRefuses(t *testing.T) {
	p := open(80, 24, folded(15), nil, nil)
	was := p.View()
	cmd := p.Do(action.Unfold)
	if cmd == nil {
		t.Fatal("an action that does nothing is not refused")
	}
	if r, ok := cmd().(action.Refused); !ok || r.Action != action.Unfold || r.Why == "" {
		t.Errorf("refused with %#v", cmd())
	}
	if p.View() != was {
		t.Error("a refused action changed the view")
	}
}

// An ended call stands still: its text is not made again each second.
func TestClocks(t *testing.T) {
	live, ended := open(80, 24, folded(12), nil, nil), open(80, 24, folded(15), nil, nil)
	was := plain(live)
	ended.View()
	for i := range 3 {
		live.SetNow(folded(12).LastAt.Add(time.Duration(8+i) * time.Second))
		ended.SetNow(folded(15).LastAt.Add(time.Duration(8+i) * time.Second))
		if got := plain(live); got == was {
			t.Errorf("the clocks of a live call stand still:\n%s", got)
		} else {
			was = got
		}
		if ended.stale {
			t.Error("an ended call is written anew for the clock")
		}
	}
}

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		name string
		w, h int
		th   *theme.Theme
		call *call.Call
		rep  *call.Report
	}{
		{"hold-80x24-mono", 80, 24, theme.Mono(), folded(6), nil},
		{"ringing-40x20-mono", 40, 20, theme.Mono(), folded(11), nil},
		{"late-80x30-ascii", 80, 30, theme.Mono().WithASCII(), folded(9, 1, 2, 3), nil},
		{"ended-120x40-dark", 120, 40, theme.Dark(), folded(15), report()},
		{"ended-200x50-light", 200, 50, theme.Light(), folded(15), report()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := open(tt.w, tt.h, tt.call, tt.rep, contact())
			p.SetTheme(tt.th)
			uitest.Golden(t, tt.name, uitest.Screen(p.View(), tt.w, tt.h))
		})
	}
}

func BenchmarkViewLive(b *testing.B) {
	p := open(120, 40, folded(12), nil, nil)
	now := folded(12).LastAt
	for i := range b.N {
		p.SetNow(now.Add(time.Duration(i) * time.Second))
		_ = p.View()
	}
}
