package prompt

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/query"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

// completing is a prompt for queries where these names are known.
func completing() *Prompt {
	p := New(theme.Mono())
	names := query.Candidates{Queues: []string{"Support", "Sales", "Tier 2"}, Agents: []string{"Søren Bo"}}
	p.Open(Line{Label: "/", Complete: func(s string, at int) []query.Completion { return query.Complete(s, at, names) }})
	return p
}

func TestCompleting(t *testing.T) {
	for name, c := range map[string]struct {
		typed string
		keys  []string
		want  string
	}{
		"a field":                           {"que", []string{"tab"}, "queue:"},
		"its value behind it":               {"que", []string{"tab", "tab"}, "queue:Support"},
		"the next one":                      {"queue:s", []string{"tab", "tab"}, "queue:Sales"},
		"the one before":                    {"queue:s", []string{"tab", "tab", "shift+tab"}, "queue:Support"},
		"what was typed, behind the last":   {"queue:s", []string{"tab", "tab", "tab"}, "queue:s"},
		"what was typed, before the first":  {"queue:s", []string{"tab", "shift+tab"}, "queue:s"},
		"the last one, backwards":           {"queue:s", []string{"shift+tab"}, "queue:Sales"},
		"in quotes":                         {"queue:t", []string{"tab"}, `queue:"Tier 2"`},
		"a name alone":                      {"sor", []string{"tab"}, `agent:"Søren Bo"`},
		"typing goes on from it":            {"queue:su", []string{"tab", "!"}, "queue:Support!"},
		"in the middle":                     {"que wait>45s", []string{"home", "right", "right", "right", "tab", "S"}, "queue:S wait>45s"},
		"Tab where nothing is typed asks":   {"", []string{"tab"}, ""},
		"and asked again takes":             {"", []string{"tab", "tab"}, "from:"},
		"nothing to complete":               {"xyzzy", []string{"tab", "shift+tab"}, "xyzzy"},
		"a word that is whole is not one":   {"today", []string{"tab"}, "today"},
		"an earlier text is completed, too": {"wait>4", []string{"tab"}, "wait>4s"},
		"a value in the middle":             {"state:ri x", []string{"left", "left", "tab"}, "state:ringing x"},
	} {
		p := completing()
		typed(p, uitest.Type(c.typed)...)
		for _, k := range c.keys {
			p.Update(uitest.Key(k))
		}
		if got := p.Value(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A prompt that is not for queries has nothing to complete, and Tab writes nothing.
func TestNothingToComplete(t *testing.T) {
	p := completing()
	typed(p, uitest.Type("que")...)
	p.Accept()
	p.Open(Line{Label: "note:", Value: "que"})
	p.Update(uitest.Key("tab"))
	if got := p.Value(); got != "que" || p.Offers(80) != "" {
		t.Errorf("value %q, offers %q", got, p.Offers(80))
	}
}

func TestOffersAreDrawn(t *testing.T) {
	p := completing()
	if got := p.Offers(80); got != "" {
		t.Errorf("offers come up by themselves: %q", got)
	}
	p.Update(uitest.Key("tab"))
	if got := ansi.Strip(p.Offers(80)); !strings.HasPrefix(got, "Tab  from:  to:  number:") {
		t.Errorf("asked for: %q", got)
	}
	typed(p, uitest.Type("queue:s")...)
	if got := ansi.Strip(p.Offers(80)); got != "Tab  Support  Sales  queue" {
		t.Errorf("while typing: %q", got)
	}
	p.Update(uitest.Key("tab"))
	p.Update(uitest.Key("tab"))
	if got := ansi.Strip(p.Offers(80)); got != "Tab  Support  ▸Sales  queue" {
		t.Errorf("the second one is taken: %q", got)
	}
	typed(p, uitest.Type(" ")...)
	if got := p.Offers(80); got != "" {
		t.Errorf("behind a blank: %q", got)
	}
}

// In every width the line fits, and the offer that is taken is in sight.
func TestTheTakenOfferIsInSight(t *testing.T) {
	for w := range 100 {
		p := completing()
		p.Update(uitest.Key("tab"))
		for range 11 {
			p.Update(uitest.Key("tab"))
			line := p.Offers(w)
			if n := ansi.StringWidth(line); n > w {
				t.Fatalf("%d cells in %d", n, w)
			}
			if w >= 20 && !strings.Contains(ansi.Strip(line), "▸"+p.Value()) {
				t.Fatalf("%d: %q is not in %q", w, p.Value(), ansi.Strip(line))
			}
		}
	}
}

// What calls itself something hostile is not drawn as it came.
func TestHostileOffers(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "/", Value: "x", Complete: func(string, int) []query.Completion {
		return []query.Completion{{From: 0, To: 1, Insert: "x\x1b[2J\u202e", Help: "\x1b]0;a"}, {From: 0, To: 9, Insert: "out of range"}, {From: 3, To: 1}}
	}})
	if got := ansi.Strip(p.Offers(60)); strings.ContainsAny(got, "\x1b\u202e") || !strings.HasPrefix(got, "Tab  x") || strings.Contains(got, "range") {
		t.Errorf("%q", got)
	}
	p.Update(uitest.Key("tab"))
	if line, _ := p.View(60); strings.ContainsAny(ansi.Strip(line), "\x1b\u202e") {
		t.Errorf("shown %q", line)
	}
}
