package phone

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func seats() []Seat {
	busy := &call.Call{ID: "c1", State: call.StateTalking, From: call.Party{Name: "Lee Park", Number: "+12015550133"}, Since: ago(200), Created: ago(240)}
	rung := &call.Call{ID: "c2", State: call.StateRinging, From: call.Party{Number: "+442079460018"}, Since: ago(6), Created: ago(40)}
	return []Seat{
		{Kind: Mine, Name: "Bo Chen", Extension: "call-2", State: phone.Talking},
		{Kind: Person, Name: "Zoë Łuczak-Østergaard", Extension: "1109"},
		{Kind: Person, Name: "Ann Lee", Extension: "1102"},
		{Kind: Person, Name: "Anna Berg", Extension: "1103", Call: busy},
		{Kind: Person, Name: "Cyd Moss", Extension: "1105", Call: rung},
		{Kind: Person, Name: "Eve Afar", Extension: "1110", Unsure: true},
		{Kind: Queue, Name: "Support", Extension: "8001", Waiting: 2},
		{Kind: Queue, Name: "Sales", Extension: "8002"},
		{Kind: Mailbox, Name: "Support mailbox", Extension: "8900"},
		{Kind: Plan, Name: "Main menu", Extension: "8000"},
		{Kind: Group, Name: "Night shift", Extension: "8100"},
	}
}

func names(p *Picker) string {
	var out []string
	for _, s := range p.found {
		out = append(out, s.Name)
	}
	return strings.Join(out, ", ")
}

func TestPickerFinds(t *testing.T) {
	p := NewPicker(theme.Dark())
	p.SetNow(noon)
	p.Open("give Dana Roe to")
	p.SetSeats(seats())
	for typed, want := range map[string]string{
		"":       "Bo Chen, Ann Lee, Eve Afar, Zoë Łuczak-Østergaard, Night shift, Sales, Support, Anna Berg, Cyd Moss, Main menu, Support mailbox",
		"ann":    "Ann Lee, Anna Berg, Main menu",
		"cm":     "Cyd Moss",
		"1103":   "Anna Berg",
		"supp":   "Support, Support mailbox",
		"nobody": "",
	} {
		p.SetTyped(typed, nil)
		if got := names(p); got != want && typed != "cm" || !strings.HasPrefix(got, want) {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	p.SetTyped("+1 212 555 0110", &Seat{Kind: Number, Name: "+1 212 555 0110", Extension: "+12125550110"})
	if s, ok := p.Chosen(); !ok || s.Kind != Number {
		t.Errorf("a number typed is not offered: %+v", s)
	}
	p.SetTyped("1102", &Seat{Kind: Number, Name: "1102", Extension: "1102"})
	if got := names(p); got != "Ann Lee" {
		t.Errorf("an extension of somebody is offered twice: %q", got)
	}
}

// What is chosen stays chosen while others come, go and become free.
func TestPickerKeepsTheChoice(t *testing.T) {
	p := NewPicker(theme.Dark())
	p.Open("give to")
	p.SetSeats(seats())
	p.Move(2)
	was, _ := p.Chosen()
	all := seats()
	all = append(all[3:], Seat{Kind: Person, Name: "Aaron", Extension: "1000"}, all[1])
	p.SetSeats(all)
	if s, _ := p.Chosen(); s.Extension != was.Extension {
		t.Errorf("%q was chosen, now %q is", was.Name, s.Name)
	}
	p.Move(-100)
	if s, _ := p.Chosen(); s.Name != "Aaron" {
		t.Errorf("at the top stands %q", s.Name)
	}
	p.Move(1)
	gone, _ := p.Chosen()
	p.SetSeats(slices.DeleteFunc(all, func(s Seat) bool { return s.Extension == gone.Extension }))
	if s, ok := p.Chosen(); ok {
		t.Errorf("%q is gone, and now %q is chosen", gone.Name, s.Name)
	}
	p.SetSeats(nil)
	if s, ok := p.Chosen(); ok {
		t.Errorf("of nobody %q is chosen", s.Name)
	}
	p.Move(1)

	p.Open("give to")
	p.SetSeats(seats()[1:])
	if s, ok := p.Chosen(); ok {
		t.Errorf("before anything is typed, %q is chosen", s.Name)
	}
	p.SetTyped("ann", nil)
	if s, _ := p.Chosen(); s.Name != "Ann Lee" {
		t.Errorf("of those typed, %q is chosen", s.Name)
	}
}

func TestPickerLooks(t *testing.T) {
	desk := strings.TrimSuffix(strings.Repeat(text.Fit("the desk behind it, a line of text that goes on and on and on to its end and a little beyond", 80)+"\n", 16), "\n")
	for name, th := range map[string]*theme.Theme{"dark": theme.Dark(), "mono-ascii": theme.Mono().WithASCII()} {
		p := NewPicker(th)
		p.SetNow(noon)
		p.Open("give Dana Roe to")
		p.SetSeats(seats())
		p.Move(3)
		uitest.Golden(t, "picker-"+name, uitest.Screen(p.Over(desk, 80, 16), 80, 16))
	}
	p := NewPicker(theme.Dark())
	p.Open("give Dana Roe to")
	for _, typed := range []string{"", "nobody"} {
		p.SetTyped(typed, nil)
		for w := 8; w < 100; w += 7 {
			for h := 1; h < 20; h += 3 {
				view := text.Block(nil, w, h)
				uitest.Exact(t, fmt.Sprintf("%q", typed), p.Over(view, w, h), w, h)
			}
		}
		p.SetSeats(seats())
	}
	p.Close()
	if got := p.Over(desk, 80, 16); got != desk {
		t.Error("a closed list is drawn")
	}
}

func TestRead(t *testing.T) {
	at := func(ext string) string {
		if ext == "1102" {
			return "Ann Lee"
		}
		return ""
	}
	for typed, want := range map[string]Dialled{
		"212 555 0110":     {Number: "+12125550110", Shown: "+1 212 555 0110", About: "US, fixed line or mobile, New York time 10:32"},
		"+44 20 7946 0018": {Number: "+442079460018", Shown: "+44 20 7946 0018", About: "GB, fixed line, London time 15:32"},
		"1102":             {Number: "1102", Shown: "1102", About: "extension: Ann Lee"},
		"1177":             {Number: "1177", Shown: "1177", About: "extension"},
		"*98":              {Number: "*98", Shown: "*98", About: "a star code, dialled as it stands"},
		"Anonymous":        {About: "the caller withheld the number, so there is nothing to dial"},
		"ann":              {About: "that is no telephone number: digits, with + and a country code or without, an extension, or a star code"},
		"+1 900 555 0199":  {Number: "+19005550199", Shown: "+1 900 555 0199", About: "premium rate", Warn: "a premium rate number: it costs more than other calls"},
		"212-555-0110 x12": {Number: "+12125550110", Shown: "+1 212 555 0110 x12", About: "US, fixed line or mobile, New York time 10:32", Warn: "the extension 12 behind it is not dialled: send it as tones"},
		"+5143334444":      {Number: "+5143334444", Shown: "+5143334444", About: "dialled as it stands", Warn: "it may have lost its +1: then it is +1 514 333 4444"},
		"44 20 7946 0018":  {Number: "442079460018", Shown: "442079460018", About: "no country is known: dialled as it stands", Warn: "with + before it, it is +44 20 7946 0018, GB"},
		"1-800-555-0100":   {Number: "+18005550100", Shown: "+1 800 555 0100", About: "toll-free"},
		"911":              {Number: "911", Shown: "911", Emergency: true, About: "an emergency number", Warn: "GoTo may not know where you are: take another telephone if there is one. Enter again dials it"},
	} {
		if got := Read(typed, "US", at, noon); got != want {
			t.Errorf("%q:\n%+v, want\n%+v", typed, got, want)
		}
	}
}
