package text

import (
	"strings"
	"testing"

	"ringside/store/call"
)

func TestParties(t *testing.T) {
	num := Number("+12125550110")
	for _, r := range []struct{ got, want string }{
		{num, "+1 212 555 0110"},
		{Number("Anonymous"), "withheld"},
		{Number("\x1b[31mboss"), "[31mboss"},
		{Party(call.Party{}), Unknown},
		{Party(call.Party{Name: "Dana Roe"}), "Dana Roe"},
		{Party(call.Party{Number: "+12125550110"}), num},
		{Party(call.Party{Name: "+12125550110", Number: "+12125550110"}), num},
		{Party(call.Party{Name: "Dana\x1b[2J Roe", Number: "+12125550110"}), "Dana[2J Roe " + num},
		{PartyShort(call.Party{}), Unknown},
		{PartyShort(call.Party{Number: "+12125550110"}), num},
		{PartyShort(call.Party{Name: "Dana Roe", Number: "+12125550110"}), "Dana Roe"},
		{Person("Ann Bell", "0019", "+1"), "Ann Bell (0019)"},
		{Person("", "0019", ""), "0019"},
		{Person("0019", "0019", ""), "0019"},
		{Person("Lee", "", "+12125550110"), "Lee " + num},
		{Member(call.Participant{Kind: call.LineLeg, Name: "Ann", Extension: "8648", Outside: call.Party{Name: "no"}}), "Ann (8648)"},
		{Member(call.Participant{Kind: call.NumberLeg, Name: "Main line", Outside: call.Party{Name: "Dana Roe"}}), "Dana Roe"},
	} {
		if r.got != r.want {
			t.Errorf("got %q, want %q", r.got, r.want)
		}
	}
}

func TestStateWords(t *testing.T) {
	for _, r := range []struct {
		c    call.Call
		want string
	}{
		{call.Call{}, "starting"},
		{call.Call{State: call.StateInMenu, Who: "x"}, "in menu"},
		{call.Call{State: call.StateWaiting, Who: "Support"}, "waiting in Support"},
		{call.Call{State: call.StateWaiting}, "waiting"},
		{call.Call{State: call.StateRinging, Who: "Ann +1"}, "ringing Ann +1"},
		{call.Call{State: call.StateTalking, Who: "Ann"}, "talking"},
		{call.Call{State: call.StateOnHold, Who: "Bo"}, "on hold by Bo"},
		{call.Call{State: call.StateTransferring, Who: "1102"}, "transferring to 1102"},
		{call.Call{State: call.StateEnded}, "ended"},
		{call.Call{State: call.StateEnded, Outcome: call.Missed}, "missed"},
		{call.Call{State: call.StateEnded, Outcome: call.AbandonedQueue, Queue: "Support"}, "abandoned in Support after " + Figure(0)},
		{call.Call{State: call.StateEnded, Outcome: call.AbandonedQueue}, "abandoned in queue"},
	} {
		if got := State(&r.c); got != r.want {
			t.Errorf("%v %v: %q, want %q", r.c.State, r.c.Outcome, got, r.want)
		}
	}
}

func TestDoubts(t *testing.T) {
	first, later := call.Gap{From: 1, To: 3}, call.Gap{From: 7, To: 7}
	for _, r := range []struct {
		c    call.Call
		want string
	}{
		{call.Call{}, ""},
		{call.Call{JoinedLate: true, Gaps: []call.Gap{first}}, "joined late"},
		{call.Call{JoinedLate: true, Gaps: []call.Gap{first, later}}, "joined late, gap"},
		{call.Call{JoinedLate: true, Gaps: []call.Gap{later}}, "joined late, gap"},
		{call.Call{Gaps: []call.Gap{later}, Stale: true}, "gap, stale"},
		{call.Call{Gaps: []call.Gap{first}}, "gap"},
		{call.Call{Stale: true, State: call.StateEnded}, ""},
	} {
		if got := strings.Join(Doubts(&r.c), ", "); got != r.want {
			t.Errorf("%+v: %q, want %q", r.c.Gaps, got, r.want)
		}
	}
}

func TestLookable(t *testing.T) {
	for s, want := range map[string]bool{"+12125550110": true, "1102": true, "": false, "Anonymous": false, "Restricted": false} {
		if got := Lookable(s); got != want {
			t.Errorf("Lookable(%q) = %v", s, got)
		}
	}
}

func TestWho(t *testing.T) {
	c := &call.Call{People: []call.Participant{
		{Kind: call.NumberLeg, Name: "Main line", Number: "+12015550120", Outside: call.Party{Name: "Dana Roe", Number: "+12125550110"}},
		{Kind: call.LineLeg, Name: "Ann Bell", Extension: "8648"},
		{Kind: call.LineLeg, Extension: "0019"},
	}}
	for _, r := range []struct{ label, who, named string }{
		{"8648", "Ann Bell", "Ann Bell (8648)"},
		{"0019", "0019", "0019"},
		{"+12125550110", "Dana Roe", "Dana Roe +1 212 555 0110"},
		{"1102", "1102", "1102"},
		{"Ann +1", "Ann +1", "Ann +1"},
		{"Support", "Support", "Support"},
		{"", "", ""},
	} {
		if who, named := Who(c, r.label), Named(c, r.label); who != r.who || named != r.named {
			t.Errorf("%q: %q and %q, want %q and %q", r.label, who, named, r.who, r.named)
		}
	}
}
