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
	p.Open("/ ", "support")
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
	p.Open("/ ", strings.Repeat("ab漢", 30)+"END")
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
	p.Open("/ ", "")
	typed(p, tea.PasteMsg{Content: "a\x1b[31mb\u202ec"})
	if got := p.Value(); strings.ContainsAny(got, "\x1b\u202e") || !strings.HasPrefix(got, "a") {
		t.Errorf("value %q", got)
	}
	if line, _ := p.View(40); strings.ContainsAny(ansi.Strip(line), "\x1b\u202e") {
		t.Errorf("shown %q", line)
	}
}
