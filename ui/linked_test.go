package ui

import (
	"testing"

	"ringside/store/duty"
	"ringside/ui/uitest"
)

// A link opens the dial line with its number, and dials nothing by itself.
func TestALinkOpensTheDialLine(t *testing.T) {
	l := newLine()
	m, keys := phoneDesk(t, Options{Region: "US"}, l, 120, 30)
	uitest.Drive(t, m, LinkedMsg{"+12125550110"})
	find(t, m, "dial +1 212 555 0110")
	if got := l.took(); got != "" {
		t.Fatalf("dialled by itself: %q", got)
	}
	keys("enter")
	if got := l.took(); got != "dial +12125550110" {
		t.Errorf("Enter: %q", got)
	}
	uitest.Drive(t, m, LinkedMsg{"see you at 7"})
	find(t, m, "a link could not be read")
}

// What is being typed is not disturbed; the number waits.
func TestALinkWhileSomethingIsTyped(t *testing.T) {
	l := newLine()
	m, keys := phoneDesk(t, Options{}, l, 120, 30)
	keys("/", "w", "i")
	uitest.Drive(t, m, LinkedMsg{"+442079460018"})
	if got := m.prompt.Value(); got != "wi" {
		t.Errorf("the filter is %q", got)
	}
	keys("esc", "d")
	find(t, m, "dial +44 20 7946 0018")
	keys("esc", "j", "d") // once
	if got := m.prompt.Value(); got == "+44 20 7946 0018" {
		t.Error("the link comes back")
	}
}

func TestALinkWhereNothingMayBeDialled(t *testing.T) {
	l := newLine()
	m, keys := phoneDesk(t, Options{Duty: duty.Desk{ReadOnly: true}}, l, 120, 30)
	keys()
	uitest.Drive(t, m, LinkedMsg{"+442079460018"})
	find(t, m, "read-only")
	if m.prompt.Active() {
		t.Error("the dial line is open")
	}
}
