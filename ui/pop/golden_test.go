package pop

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

// wholeDana is a caller of whom everything is known.
func wholeDana() lookup.Contact {
	c := dana()
	c.Email, c.URL, c.Sources = "dana@acme.example", "https://crm.example/contacts/51", []string{"contacts.csv", "hubspot"}
	c.Tickets = []lookup.Ticket{
		{ID: "4411", Title: "Printer on fire", State: "open", At: now.Add(-50 * time.Hour)},
		{ID: "4502", Title: "Invoice twice", State: "waiting", At: now.Add(-30 * time.Hour)},
	}
	c.Next = lookup.Appointment{Title: "Renewal", At: now.Add(26 * time.Hour)}
	c.Fields = []lookup.Field{{Name: "serial", Value: "AC-99-1204"}, {Name: "contract", Value: "until December"}}
	return c
}

// scene is a card in one situation.
func scene(name string) *Pane {
	p := show(1, 1, ringing(), lookup.Result{}, earlier())
	put := func(r lookup.Result) { p.SetData(ringing(), r, earlier()) }
	trail := []lookup.Step{
		{Source: "contacts.csv", Asked: "+12125550110", Took: 380 * time.Microsecond, Found: 1},
		{Source: "hubspot", Asked: "+12125550110", Took: 3 * time.Second, Err: errors.New("no answer within 3s")},
	}
	long := strings.Repeat("a long text without an end ", 9)
	switch name {
	case "none":
		put(found())
		p.SetCreate("https://crm.example/new?number=$number$&name=$caller_name$")
		p.SetHistory(nil)
	case "one":
		put(found(wholeDana()))
		p.SetHistory(kept())
		p.SetDebt(vain(2))
		p.SetItems([]archive.Item{{Kind: archive.Tag, Text: "vip"}, {Kind: archive.Note, Text: "wants a refund", By: "Bo", At: now.Add(-2 * time.Hour)}})
	case "several":
		put(two())
		p.SetOthers(1)
	case "chosen":
		put(two())
		p.Pick(1)
	case "loading":
	case "partial":
		put(lookup.Result{Contacts: []lookup.Contact{dana()}, Trail: trail[:1]})
	case "failed":
		put(lookup.Result{Done: true, Trail: trail[1:]})
	case "trail":
		r := found(wholeDana())
		r.Trail = trail
		put(r)
		p.Do(action.CardTrail)
	case "hostile":
		c := *ringing()
		evil := "\x1b[2J\u202eevil\n=cmd()"
		c.From.Name, c.Queue = evil, evil
		p.SetData(&c, found(lookup.Contact{Name: evil, Company: evil, Source: evil, Notes: evil, Fields: []lookup.Field{{Name: evil, Value: evil}},
			Tickets: []lookup.Ticket{{ID: evil, Title: evil, State: evil}}}), nil)
		p.SetItems([]archive.Item{{Kind: archive.Note, Text: evil, By: evil, At: now}, {Kind: archive.Tag, Text: evil}})
	case "long":
		c := *ringing()
		c.From.Name = long
		p.SetData(&c, found(lookup.Contact{Name: long, Company: long, Title: long, Source: long, Notes: long, Email: long, URL: long, Fields: []lookup.Field{{Name: long, Value: long}},
			Tickets: []lookup.Ticket{{ID: long, Title: long, State: long}}, Next: lookup.Appointment{Title: long, At: now}}), earlier())
	}
	return p
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"none", "one", "several", "chosen", "loading", "partial", "failed", "trail", "hostile", "long"} {
		for _, size := range []struct{ w, h int }{{30, 20}, {44, 34}, {70, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				p := scene(name)
				p.SetSize(size.w, size.h)
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d-mono", name, size.w, size.h), uitest.Screen(p.View(), size.w, size.h))
			})
		}
		t.Run("strip-"+name, func(t *testing.T) {
			p := scene(name)
			uitest.Golden(t, "strip-"+name+"-80-mono", uitest.Screen(p.ViewStrip(80), 80, p.StripLines()))
		})
	}
	for name, th := range map[string]*theme.Theme{"dark": theme.Dark(), "light": theme.Light(), "ascii": theme.Mono().WithASCII()} {
		for _, of := range []string{"one", "several", "trail"} {
			t.Run(of+"-"+name, func(t *testing.T) {
				p := scene(of)
				p.SetTheme(th)
				p.SetSize(44, 34)
				uitest.Golden(t, of+"-44x34-"+name, uitest.Screen(p.View(), 44, 34))
			})
		}
	}
}
