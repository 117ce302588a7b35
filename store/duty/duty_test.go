package duty

import (
	"errors"
	"strings"
	"testing"

	"ringside/store/call"
)

// acts lists everything that somebody may do or see.
func acts() []Act {
	return []Act{Dial, Answer, Reject, Control, Pop, Note, Settle, Export, ExportAll, Unmask, Acknowledge, Forget, People}
}

func TestMay(t *testing.T) {
	for _, a := range acts() {
		if err := (Desk{}).May(a, false); err != nil {
			t.Errorf("a desk of one's own does not %s: %v", a, err)
		}
		if err := (Desk{Role: Supervisor}).May(a, false); err != nil {
			t.Errorf("a supervisor does not %s: %v", a, err)
		}
		err := (Desk{Role: Viewer}).May(a, true)
		var r *Refusal
		if !errors.As(err, &r) || r.Act != a || !strings.HasPrefix(r.What, "a viewer does not ") || r.Hint() == "" {
			t.Errorf("a viewer may %s: %v", a, err)
		}
	}
	for _, tt := range []struct {
		act          Act
		mine, others bool
	}{
		{Dial, true, true}, {Answer, true, false}, {Reject, true, false}, {Control, true, false}, {Pop, true, false}, {Note, true, false},
		{Settle, true, false}, {Export, true, false}, {ExportAll, false, false}, {Unmask, false, false}, {Acknowledge, false, false},
		{Forget, false, false}, {People, true, false},
	} {
		d := Desk{Role: Agent}
		if got := d.May(tt.act, true) == nil; got != tt.mine {
			t.Errorf("an agent may %s of their own: %v", tt.act, got)
		}
		if got := d.May(tt.act, false) == nil; got != tt.others {
			t.Errorf("an agent may %s of others: %v", tt.act, got)
		}
	}
	for _, a := range acts() {
		looks := a == Export || a == ExportAll || a == Unmask || a == People
		if got := (Desk{Role: Supervisor, ReadOnly: true}).May(a, true) == nil; got != looks {
			t.Errorf("a read-only desk may %s: %v", a, got)
		}
	}
	if (Desk{}).May("fly", true) == nil {
		t.Error("an act that nobody knows is allowed")
	}
}

func TestSees(t *testing.T) {
	d := Desk{Queues: []string{"Support", "tier 2"}}
	me := map[string]bool{"line-1": true}
	for _, tt := range []struct {
		c    call.Call
		want bool
	}{
		{call.Call{Queue: "support"}, true},
		{call.Call{Queue: "Sales", Path: []string{"Main", "Tier 2", "Sales"}}, true},
		{call.Call{Queue: "Sales"}, false},
		{call.Call{}, false},
		{call.Call{Rings: true}, true},
		{call.Call{People: []call.Participant{{LineID: "line-1"}}}, true},
		{call.Call{People: []call.Participant{{LineID: "line-2"}}}, false},
	} {
		if got := d.Sees(&tt.c, me); got != tt.want {
			t.Errorf("%+v: %v", tt.c, got)
		}
		if !(Desk{}).Sees(&tt.c, nil) {
			t.Errorf("a desk without limits does not see %+v", tt.c)
		}
	}
	if s := (call.Summary{Path: []string{"Tier 2"}}); !d.SeesSummary(&s) || d.SeesSummary(&call.Summary{}) {
		t.Error("summaries are judged otherwise")
	}
}

func TestVeil(t *testing.T) {
	var none *Veil
	v := NewVeil(true)
	const s = "Dana +12125550110"
	if none.On() || none.Text(s) != s || v.Text(s) != "Dana …10" {
		t.Errorf("%q and %q", none.Text(s), v.Text(s))
	}
	v.Set(false)
	if v.Text(s) != s {
		t.Error("it stays on")
	}
}
