package lookup

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup/number"
)

func from(source string, c Contact) Contact {
	c.Source = source
	return c
}

func TestMergeWho(t *testing.T) {
	with := func(c Contact, n string) Contact {
		c.Number = number.Parse(n, "US")
		return c
	}
	for _, tt := range []struct {
		name string
		in   []Contact
		want string // the sources of each person
	}{
		{"nobody", nil, ""},
		{"two people", []Contact{from("a", Contact{Name: "Dana"}), from("b", Contact{Name: "Lee"})}, "a | b"},
		{"same name", []Contact{from("a", Contact{Name: "Dana Roe"}), from("b", Contact{Name: "ROE, Dána"})}, "a+b"},
		{"same name, several words", []Contact{from("a", Contact{Name: "Anne-Marie O'Neil"}), from("b", Contact{Name: "anne marie oneil"})}, "a+b"},
		{"same name, the same number in other spelling", []Contact{with(from("a", Contact{Name: "Dana"}), "212 555 0110"), with(from("b", Contact{Name: "Dana"}), "+12125550110")}, "a+b"},
		{"same name, another number", []Contact{with(from("a", Contact{Name: "Dana"}), "212 555 0110"), with(from("b", Contact{Name: "Dana"}), "+12125550111")}, "a | b"},
		{"no names", []Contact{from("a", Contact{Company: "Acme"}), from("b", Contact{Company: "Acme"})}, "a | b"},
		{"same mail", []Contact{from("a", Contact{Name: "D. Roe", Email: "Dana@Example.com"}), from("b", Contact{Name: "Dana Roe", Email: "mailto:dana@example.com"})}, "a+b"},
		{"mail of an office", []Contact{from("a", Contact{Name: "Dana", Email: "info@example.com"}), from("b", Contact{Name: "Lee", Email: "info@example.com"})}, "a | b"},
		{"what is no mail", []Contact{from("a", Contact{Name: "Dana", Email: "n/a"}), from("b", Contact{Name: "Lee", Email: "n/a"})}, "a | b"},
		{"same id of one source", []Contact{from("a", Contact{Name: "Dana", ID: "7"}), from("a", Contact{Name: "Dana R.", ID: "7"})}, "a"},
		{"same id of two sources", []Contact{from("a", Contact{Name: "Dana", ID: "7"}), from("b", Contact{Name: "Lee", ID: "7"})}, "a | b"},
		{"one source tells them apart", []Contact{from("a", Contact{Name: "Dana", ID: "7", Email: "d@example.com"}), from("a", Contact{Name: "Dana", ID: "8", Email: "d@example.com"})}, "a | a"},
		{"one links two", []Contact{from("a", Contact{Name: "D. Roe", Email: "d@example.com"}), from("b", Contact{Name: "Dana Roe"}), from("c", Contact{Name: "dana roe", Email: "D@example.com"})}, "a+b+c"},
		{"one links two that differ", []Contact{from("a", Contact{Name: "Dana Roe", ID: "1"}), from("a", Contact{Name: "D. Roe", ID: "2", Email: "d@example.com"}), from("b", Contact{Name: "Dana Roe", Email: "d@example.com"})}, "a+b | a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range merge(tt.in) {
				if c.Source != c.Sources[0] {
					t.Errorf("source %q, sources %q", c.Source, c.Sources)
				}
				got = append(got, strings.Join(c.Sources, "+"))
			}
			if s := strings.Join(got, " | "); s != tt.want {
				t.Errorf("merged as %q, want %q", s, tt.want)
			}
		})
	}
}

func TestMergeWhat(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	book := Contact{Name: "Dana Roe", Tier: "gold", Source: "book", Fields: []Field{{"since", "2019"}}}
	crm := Contact{Name: "dana roe", Tier: "silver", Company: "Acme", ID: "51", Email: "d@example.com", Source: "crm",
		Next:   Appointment{Title: "review", At: at},
		Fields: []Field{{"Since", "2020"}, {"owner", "Bo"}}, Tickets: []Ticket{{ID: "1", Title: "broken"}}}
	desk := Contact{Email: "D@EXAMPLE.COM", Source: "desk", Next: Appointment{Title: "other"}, Tickets: []Ticket{{ID: "1", Title: "broken"}, {ID: "2"}}}
	want := []Contact{{
		Name: "Dana Roe", Tier: "gold", Company: "Acme", Email: "d@example.com", Source: "book", Sources: []string{"book", "crm", "desk"},
		Next: Appointment{Title: "review", At: at}, Fields: []Field{{"since", "2019"}, {"owner", "Bo"}},
		Tickets: []Ticket{{ID: "1", Title: "broken"}, {ID: "2"}},
	}}
	if d := cmp.Diff(want, merge([]Contact{book, crm, desk})); d != "" {
		t.Error(d)
	}
	if len(book.Fields) != 1 || len(crm.Tickets) != 1 {
		t.Error("what was merged has been changed")
	}
}

// TestMergeLaws: merging twice changes nothing, nobody is lost, and who is one person does not
// depend on which source comes first.
func TestMergeLaws(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 11))
	pick := func(s ...string) string { return s[rnd.IntN(len(s))] }
	for range 2000 {
		var in []Contact
		for range 1 + rnd.IntN(7) {
			in = append(in, Contact{Source: pick("a", "b", "c"), Name: pick("", "Dana", "Lee"), Email: pick("", "x@example.com", "y@example.com", "info@example.com")})
		}
		out := merge(in)
		sizes := func(cs []Contact) (n []string) {
			for _, c := range cs {
				n = append(n, strings.Join(slices.Sorted(slices.Values(c.Sources)), ""))
			}
			slices.Sort(n)
			return n
		}
		if d := cmp.Diff(len(out), len(merge(out))); d != "" {
			t.Fatalf("merged again: %s\n%+v", d, in)
		}
		back := slices.Clone(in)
		rnd.Shuffle(len(back), func(i, j int) { back[i], back[j] = back[j], back[i] })
		if d := cmp.Diff(sizes(out), sizes(merge(back))); d != "" {
			t.Fatalf("in another order: %s\n%+v", d, in)
		}
	}
}

func TestCleanURL(t *testing.T) {
	long := "https://example.com/" + strings.Repeat("a", 1000)
	for in, want := range map[string]string{
		"https://example.com/1":            "https://example.com/1",
		"https://example.com/\x1b[2J":      "https://example.com/[2J",
		long:                               long,
		long + "\u202e":                    "",
		long + " x":                        "",
		long + strings.Repeat("a", 1<<11):  "",
		strings.Repeat("\x00", 3000) + "h": "",
	} {
		if got := CleanURL(in); got != want {
			t.Errorf("CleanURL(%.40q) = %.40q, want %.40q", in, got, want)
		}
	}
}
