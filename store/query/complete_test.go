package query

import (
	"strings"
	"testing"
)

// What is offered at ^, the first few, and what the query is when the first is taken.
func TestComplete(t *testing.T) {
	c := Candidates{Queues: []string{"Support", "Tier 2", "Søren & Co"}, Agents: []string{"Ann Lee", "Lee \x1bPark"}, Tags: []string{"vip"}, Paths: []string{"Main menu"}}
	for _, x := range []struct{ in, offers, taken string }{
		{"^", "from: to: number:", "from:"},
		{"que^", "queue:", "queue:"},
		{"cal^", "from: to: id:", "from:"}, // by an alias
		{"wa^", "wait>", "wait>"},
		{"support -mi^", "mine", "support -mine"},
		{"(tod^", "today", "(today"},
		{"ti^", `queue:"Tier 2"`, `queue:"Tier 2"`},
		{"a le^ b", "total> agent:\"Lee Park\"", "a total> b"},
		{"qu^:x", "queue", "queue:x"},
		{"queue:^", `Support "Tier 2" "soren`, "queue:Support"},
		{"queue:so^", `"Søren & Co"`, `queue:"Søren & Co"`},
		{`queue:"ti^ x`, `"Tier 2"`, `queue:"Tier 2"`},
		{`queue:"ti^er 1" x`, `"Tier 2"`, `queue:"Tier 2" x`},
		{"q:support,t^", `"Tier 2" Support`, `q:support,"Tier 2"`},
		{"state:wait,^", "starting menu waiting", "state:wait,starting"},
		{"state:r^", "ringing starting", "state:ringing"},
		{"outcome=ab^ x", "abandoned abandoned_menu", "outcome=abandoned x"},
		{"agent:park^", `"Lee Park"`, `agent:"Lee Park"`},
		{"tag:^", "vip", "tag:vip"},
		{"menu:^", `"Main menu"`, `menu:"Main menu"`},
		{"wait>^", "20s 45s", "wait>20s"},
		{"wait>4^", "4s 4m 4h", "wait>4s"},
		{"since:t^", "today thisweek thismonth tuesday thursday yesterday", "since:today"},
		{"queue>^", "", ""},
		{"zzz:^", "", ""},
		{`"tod^`, "", ""},
		{`"tod" ~tod^`, "", ""},
		{`"a b" tod^`, "today", `"a b" today`},
		{"support ^today", "", ""},
		{"dir:o^", "outbound", "dir:outbound"},
	} {
		col := len([]rune(x.in[:strings.Index(x.in, "^")]))
		text := strings.Replace(x.in, "^", "", 1)
		got := Complete(text, col, c)
		var inserts []string
		for _, o := range got {
			inserts = append(inserts, o.Insert)
			if o.Help == "" || strings.Contains(o.Insert, "\x1b") {
				t.Errorf("%s: %+v", x.in, o)
			}
		}
		if all := Fold(strings.Join(inserts, " ")); !strings.HasPrefix(all, Fold(x.offers)) || x.offers == "" && all != "" {
			t.Errorf("%s: %s, want %s", x.in, all, x.offers)
			continue
		}
		if len(got) == 0 {
			continue
		}
		r := []rune(text)
		if taken := string(r[:got[0].From]) + got[0].Insert + string(r[got[0].To:]); taken != x.taken {
			t.Errorf("%s becomes %s, want %s", x.in, taken, x.taken)
		}
	}
	if n := len(Complete("", 0, Candidates{Max: 3})); n != 3 {
		t.Errorf("%d offers, want 3", n)
	}
}

// A name that is quoted finds itself.
func TestQuote(t *testing.T) {
	for _, s := range []string{"a", "Tier 2", `say "hi"`, `back\slash`, "-x", "or", "AND", "NOT", "today", "a,b", "a:b", ">5", "(x)", "a|b", "~x", "=", "Søren"} {
		for _, text := range []string{Quote(s), "queue:" + Quote(s)} {
			q, err := Parse(text, testOptions(t))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			switch n := q.Root.(type) {
			case Word:
				if n.Text != Fold(s) {
					t.Errorf("%s is read as %q", text, n.Text)
				}
			case Term:
				if n.Field != QueueName || n.Text != Fold(s) {
					t.Errorf("%s is read as %+v", text, n)
				}
			default:
				t.Errorf("%s is read as %+v", text, n)
			}
		}
	}
}
