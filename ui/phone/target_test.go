package phone

import (
	"testing"
	"time"

	"ringside/store/phone"
	"ringside/ui/action"
)

// The keys act on the call in focus where that can be; a second call never takes it away.
func TestTarget(t *testing.T) {
	ready := phone.Line{State: phone.Ready}
	talk := phone.Call{ID: "talk", Incoming: true, State: phone.Talking, Focus: true}
	held := phone.Call{ID: "held", State: phone.Talking, Held: true}
	rings := phone.Call{ID: "rings", Incoming: true, State: phone.Ringing}
	rings2 := phone.Call{ID: "rings2", Incoming: true, State: phone.Ringing}
	dials := phone.Call{ID: "dials", State: phone.Calling}
	over := phone.Call{ID: "over", State: phone.Ended, Focus: true}
	focus := func(c phone.Call) phone.Call { c.Focus = true; return c }
	for _, tt := range []struct {
		name  string
		calls []phone.Call
		a     action.Action
		want  string // the call, or why
	}{
		{"a ring", []phone.Call{rings}, action.Answer, "rings"},
		{"a ring", []phone.Call{rings}, action.HangUp, "rings"},
		{"a ring", []phone.Call{rings}, action.Voicemail, "rings"},
		{"a ring", []phone.Call{rings}, action.Hold, "the call is not answered yet"},
		{"two rings", []phone.Call{rings, focus(rings2)}, action.Answer, "rings2"},
		{"two rings", []phone.Call{rings, rings2}, action.Answer, "rings"},
		{"a ring in a call", []phone.Call{talk, rings}, action.Answer, "rings"},
		{"a ring in a call", []phone.Call{talk, rings}, action.Voicemail, "rings"},
		{"a ring in a call", []phone.Call{talk, rings}, action.HangUp, "talk"},
		{"a ring in a call", []phone.Call{talk, rings}, action.Hold, "talk"},
		{"turned to the ring", []phone.Call{held, focus(rings)}, action.HangUp, "rings"},
		{"turned to the ring", []phone.Call{held, focus(rings)}, action.Hold, "held"},
		{"no ring", []phone.Call{talk}, action.Answer, "no call rings this telephone"},
		{"on hold", []phone.Call{focus(held)}, action.Tone, "the call is on hold, which hears no tones"},
		{"on hold", []phone.Call{focus(held)}, action.Transfer, "held"},
		{"dialling", []phone.Call{dials}, action.HangUp, "dials"},
		{"dialling", []phone.Call{dials}, action.Mute, "the call is not answered yet"},
		{"none", nil, action.HangUp, "there is no call to reject or to hang up"},
		{"none", nil, action.Mute, "you are in no call"},
		{"over", []phone.Call{over}, action.HangUp, "there is no call to reject or to hang up"},
	} {
		c, why, ok := Target(phone.View{Line: ready, Calls: tt.calls}, tt.a)
		if got := c.ID + why.Text; got != tt.want || ok == (why.Text != "") {
			t.Errorf("%s, %s: %q (%v), want %q", tt.name, tt.a, got, ok, tt.want)
		}
	}
	_, why, ok := Target(phone.View{Line: phone.Line{State: phone.Refused, Why: "GoTo answers 403", Hint: "give the scope"}}, action.Answer)
	if ok || why != (Why{"this desk has no telephone: GoTo answers 403", "give the scope"}) {
		t.Errorf("a refused line says %+v", why)
	}
	if c, _, ok := Target(phone.View{Line: phone.Line{State: phone.Lost}, Calls: []phone.Call{talk}}, action.HangUp); !ok || c.ID != "talk" {
		t.Error("a call cannot be hung up while the line is lost")
	}
}

func TestOther(t *testing.T) {
	talk := phone.Call{ID: "talk", State: phone.Talking, Focus: true}
	held := phone.Call{ID: "held", State: phone.Talking, Held: true}
	rings := phone.Call{ID: "rings", Incoming: true, State: phone.Ringing}
	for want, calls := range map[string][]phone.Call{
		"": {talk}, "held": {rings, held, talk}, "rings": {talk, rings},
	} {
		c, ok := Other(phone.View{Calls: calls})
		if c.ID != want || ok != (want != "") {
			t.Errorf("beside %v: %q, want %q", calls, c.ID, want)
		}
	}
}

func TestLeft(t *testing.T) {
	c := phone.Call{State: phone.Ringing, Began: noon.Add(-10 * time.Second), RingUntil: noon.Add(17*time.Second + time.Millisecond)}
	left, share, ok := Left(c, noon)
	if !ok || Seconds(left) != "18 s" || share < 0.62 || share > 0.64 {
		t.Errorf("left %v of it, %q, %v", share, Seconds(left), ok)
	}
	if left, share, ok := Left(c, noon.Add(time.Hour)); !ok || left != 0 || share != 0 || Seconds(left) != "0 s" {
		t.Errorf("past its end: %v %v %v", left, share, ok)
	}
	c.State = phone.Talking
	if _, _, ok := Left(c, noon); ok {
		t.Error("a call that was answered counts down")
	}
}
