package ui

import (
	"context"
	"strings"
	"testing"

	"ringside/store/call"
	"ringside/store/phone"
	bar "ringside/ui/phone"
	"ringside/ui/uitest"
)

// What is dialled is told before it is; what is no number keeps the prompt open, and an emergency number
// wants a second Enter.
func TestDial(t *testing.T) {
	l := newLine()
	m, keys := phoneDesk(t, Options{}, l, 120, 24)
	typed := func(s string) {
		uitest.Drive(t, m, uitest.Type(s)...)
	}
	keys("j", "d")
	find(t, m, "+1 212 555 0110  Dana Roe, Acme Corp  US, fixed line or mobile, New York time 10:32")
	keys("enter")
	if got := l.took(); got != "dial +12125550110" {
		t.Errorf("Enter asks for %q", got)
	}
	l.view.Calls = nil
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("4", "d")
	find(t, m, "a number as people write it")
	typed("020 7946 0018")
	keys("enter")
	if got := l.took(); got != "dial 02079460018" {
		t.Errorf("a number of no country asks for %q", got)
	}
	l.view.Calls = nil
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("d")
	typed("hello")
	find(t, m, "that is no telephone number")
	keys("enter")
	if !m.prompt.Active() || l.took() != "" {
		t.Error("what is no number is dialled")
	}
	keys("esc", "d", "up")
	if got := m.prompt.Value(); got != "020 7946 0018" {
		t.Errorf("the number dialled last is %q", got)
	}
	keys("esc", "d")
	typed("911")
	find(t, m, "! GoTo may not know where you are  an emergency number")
	keys("enter")
	if got := l.took(); got != "" {
		t.Fatalf("one Enter asks for %q", got)
	}
	find(t, m, "Enter again dials it")
	keys("enter")
	if got := l.took(); got != "dial 911" {
		t.Errorf("two ask for %q", got)
	}
}

// The number that the prompt begins with gives way to what is typed.
func TestDialTypedOver(t *testing.T) {
	l := newLine(talks("1", "Lee Park", "+12015550133"))
	m, keys := phoneDesk(t, Options{}, l, 120, 24)
	keys("j", "d", "backspace")
	if got := m.prompt.Value(); got != "" {
		t.Errorf("backspace leaves %q", got)
	}
	keys("esc", "d", "left", "backspace")
	if got := m.prompt.Value(); got != "+1 212 555 010" {
		t.Errorf("a number that is edited becomes %q", got)
	}
	keys("esc", "d", "1", "1", "0", "2", "enter")
	if got := l.took(); got != "dial 1102" {
		t.Errorf("in a call: %q", got)
	}
	find(t, m, "on hold: Lee Park")
}

// Without sound or without a line here, the desk phone is offered.
func TestDeskPhoneDials(t *testing.T) {
	var rung []string
	ports := Ports{RingDesk: func(_ context.Context, num string) error { rung = append(rung, num); return nil }}
	l := newLine()
	l.view.Sound = phone.Sound{Why: "no sound system is here"}
	m, keys := phoneDesk(t, Options{Ports: ports}, l, 120, 24)
	find(t, m, "control without sound: no sound system is here")
	find(t, m, "d can have your desk phone dial")
	keys("j", "d", "enter")
	find(t, m, "your desk phone rings; pick it up, and it dials +1 212 555 0110")
	keys("d", "tab")
	if got := l.took(); got != "dial +12125550110" || len(rung) != 1 || rung[0] != "+12125550110" {
		t.Errorf("here: %q, from the desk phone: %q", got, rung)
	}
	l.view.Line = phone.Line{State: phone.Refused}
	l.view.Calls = nil
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("d", "tab", "enter")
	if got := l.took(); got != "" || len(rung) != 2 {
		t.Errorf("without a line: here %q, from the desk phone %q", got, rung)
	}
}

func TestTransfer(t *testing.T) {
	v := floor()
	ann := made(20, call.StateTalking, party("Oda Lind", "+12015550193"), "Ann", 60, 70)
	ann.People = []call.Participant{{ID: "a", LegID: "la", Kind: call.LineLeg, Name: "Ann Lee", Extension: "1102"}, {ID: "b", LegID: "lb", Kind: call.LineLeg, Name: "Bo Chen", Extension: "1104"}}
	ann.Legs = []call.Leg{{Status: call.StatusConnected}, {Status: call.StatusGone}}
	v.Live, v.Version = call.VecOf(ann), v.Version+1
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	listed := []bar.Seat{{Kind: bar.Queue, Name: "Support", Extension: "8001"}, {Kind: bar.Person, Name: "Me", Extension: "8648"}}
	m, keys := phoneDesk(t, Options{Ports: Ports{Extensions: func(context.Context) ([]bar.Seat, error) { return listed, nil }}}, l, 100, 30)
	uitest.Drive(t, m, ViewMsg{v})
	keys("X")
	find(t, m, "give Dana Roe to")
	find(t, m, "✓ Bo Chen                  1104     free")
	find(t, m, "● Ann Lee                  1102     talking with Oda Lind 1:00")
	find(t, m, "◔ Support                  8001     queue, 0 waiting")
	if strings.Contains(screen(m).Text(), "8648") {
		t.Error("my own extension is offered")
	}
	keys("enter")
	find(t, m, "nobody is chosen")
	keys("down", "down", "enter")
	if got := l.took(); got != "transfer to 8001 1" {
		t.Errorf("Enter asks for %q", got)
	}
	find(t, m, "sent to Support: Dana Roe")
	keys("X")
	find(t, m, "you are in no call")

	l.view.Calls = []phone.Call{talks("1", "Dana Roe", "+12125550110")}
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("X", "a", "n", "n", "tab")
	if got := l.took(); got != "dial 1102" {
		t.Errorf("Tab asks for %q", got)
	}
	find(t, m, "asking Ann Lee first")
	l.view.Calls[1].State = phone.Dialling
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("X", "enter")
	find(t, m, "they have not answered yet")
	keys("esc")
	l.view.Calls[1].State, l.view.Calls[1].Answered = phone.Talking, noon
	uitest.Drive(t, m, PhoneMsg{l.view})
	find(t, m, "X connect them")
	keys("X")
	find(t, m, "give Dana Roe to")
	keys("enter")
	if got := l.took(); got != "connect to out1 1" {
		t.Errorf("the two are connected by %q", got)
	}

	l.view.Calls = []phone.Call{talks("1", "Dana Roe", "+12125550110")}
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("X")
	over := l.view
	over.Calls = nil
	uitest.Drive(t, m, PhoneMsg{over})
	find(t, m, "the call is over")
	if m.prompt.Active() {
		t.Error("the list stays open when the call is over")
	}
	uitest.Drive(t, m, PhoneMsg{l.view})
	keys("X")
	uitest.Drive(t, m, uitest.Type("2125550199")...)
	find(t, m, "+1 212 555 0199  US, fixed line or mobile")
	keys("enter")
	if got := l.took(); got != "transfer to +12125550199 1" {
		t.Errorf("a number asks for %q", got)
	}
}
