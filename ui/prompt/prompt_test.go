package prompt

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func typed(p *Prompt, msgs ...tea.Msg) {
	for _, m := range msgs {
		p.Update(m)
	}
}

func TestTyping(t *testing.T) {
	p := New(theme.Mono())
	if p.Active() {
		t.Fatal("open before it was opened")
	}
	p.Open(Line{Label: "/", Value: "support"})
	typed(p, uitest.Type(" Zoë")...)
	if got := p.Value(); got != "support Zoë" {
		t.Errorf("value %q", got)
	}
	line, cursor := p.View(40)
	if ansi.Strip(line) != "/ support Zoë" || cursor != 13 {
		t.Errorf("%q, cursor %d", ansi.Strip(line), cursor)
	}
	if got := p.Cancel(); got != "support" || p.Active() {
		t.Errorf("cancelled to %q, open %v", got, p.Active())
	}
}

func TestLongTextShowsItsEnd(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "/", Value: strings.Repeat("ab漢", 30) + "END"})
	for w := 1; w < 60; w++ {
		line, cursor := p.View(w)
		if n := ansi.StringWidth(line); n > w || cursor > w {
			t.Fatalf("%d cells and cursor %d in %d", n, cursor, w)
		}
		if plain := ansi.Strip(line); w > 8 && !strings.HasSuffix(plain, "END") {
			t.Fatalf("%d: %q", w, plain)
		}
	}
}

func TestPasteIsCleaned(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "/", Value: ""})
	typed(p, tea.PasteMsg{Content: "a\x1b[31mb\u202ec"})
	if got := p.Value(); strings.ContainsAny(got, "\x1b\u202e") || !strings.HasPrefix(got, "a") {
		t.Errorf("value %q", got)
	}
	if line, _ := p.View(40); strings.ContainsAny(ansi.Strip(line), "\x1b\u202e") {
		t.Errorf("shown %q", line)
	}
}

// Up and down go through what was typed before, and back to what is being typed.
func TestHistory(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "/", Before: []string{"first", "second"}})
	typed(p, uitest.Type("new")...)
	for i, step := range []struct{ key, want string }{
		{"up", "second"}, {"up", "first"}, {"up", "first"}, {"down", "second"}, {"down", "new"}, {"down", "new"}, {"up", "second"},
	} {
		p.Update(uitest.Key(step.key))
		if got := p.Value(); got != step.want {
			t.Errorf("step %d, %s: %q, want %q", i, step.key, got, step.want)
		}
	}
	typed(p, uitest.Type("!")...)
	if got := p.Value(); got != "second!" {
		t.Errorf("an earlier text is not typed on: %q", got)
	}
}

func TestLongNote(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "note on " + strings.Repeat("very ", 20) + "long call", Max: 600})
	typed(p, tea.PasteMsg{Content: strings.Repeat("é", 1000)})
	if got := p.Value(); len(got) != 600 || strings.ContainsRune(got, 0xFFFD) {
		t.Errorf("%d bytes kept, want 600 and no broken letter", len(got))
	}
	line, cursor := p.View(60)
	if n := ansi.StringWidth(line); n > 60 || cursor >= 60 || !strings.HasSuffix(ansi.Strip(line), "ééé") {
		t.Errorf("%d cells, cursor %d: %q", n, cursor, ansi.Strip(line))
	}
}

// What stands under a character stands there in every width, as long as it is in sight.
func TestColumn(t *testing.T) {
	p := New(theme.Mono())
	p.Open(Line{Label: "/", Value: "queue:漢字 wiat>45s"})
	for w := 10; w < 40; w++ {
		line, _ := p.View(w)
		plain := ansi.Strip(line)
		at := strings.Index(plain, "wiat")
		if at < 0 {
			continue
		}
		if got, want := p.Column(w, 9), ansi.StringWidth(plain[:at]); got != want {
			t.Errorf("%d: column %d, want %d in %q", w, got, want, plain)
		}
	}
	if got := p.Column(40, 100); got != ansi.StringWidth("/ queue:漢字 wiat>45s") {
		t.Errorf("behind the end: %d", got)
	}
}
