package ui

import (
	"testing"

	"ringside/store/phone"
	"ringside/ui/uitest"
)

// What GoTo has refused is tried once more with a key, which the refusal names, and its outcome is said.
func TestRegisterAgain(t *testing.T) {
	l := newLine()
	l.view.Line = phone.Line{State: phone.Refused, Extension: "1001", Why: "the scope webrtc.v1.write is missing", Hint: "log in again"}
	m, keys := phoneDesk(t, Options{}, l, 140, 30)
	find(t, m, "this desk has no telephone: the scope webrtc.v1.write is missing")
	find(t, m, "log in again; ^r tries again")
	press(t, m, "ctrl+r")
	if got := l.took(); got != "again" {
		t.Errorf("asked %q", got)
	}
	find(t, m, "GoTo is asked once more to let this desk be a telephone")
	uitest.Drive(t, m, PhoneMsg{l.view}) // refused again: said, as it was asked for
	find(t, m, "log in again; ^r tries again")
	keys("h")
	find(t, m, "^r tries again")
	press(t, m, "ctrl+r")
	l.view.Line = phone.Line{State: phone.Ready, Extension: "1001"}
	uitest.Drive(t, m, PhoneMsg{l.view})
	find(t, m, "the telephone is registered: calls for 1001 ring here")
	l.took()
	keys("ctrl+r")
	if got := l.took(); got != "" {
		t.Errorf("a telephone that is registered is asked again: %q", got)
	}
}
