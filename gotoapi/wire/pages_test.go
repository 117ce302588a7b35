package wire

import (
	"errors"
	"testing"
	"time"

	"ringside/store/call"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestStates(t *testing.T) {
	d := NewDecoder()
	b := fixture(t, "states_page.json")
	p, err := d.States(b)
	if err != nil || d.Odd() != 0 {
		t.Fatal(err, d.Odd())
	}
	var want []call.Event
	m, _ := parseTree(b).(map[string]any)
	meta, _ := tree(m).obj("metadata")
	for _, s := range tree(m).objs("states") {
		want = append(want, call.Event{Kind: call.KindState, Source: call.FromRefill, Meta: oracleMeta(meta), Snapshot: oracleState(s)})
	}
	if diff := cmp.Diff(want, p.Events); diff != "" || len(want) != 3 {
		t.Error(diff, len(want))
	}
	if p.PageSize != 100 || p.Next != "b3BhcXVl+/==" || p.Events[0].Snapshot.Seq != 3 || p.Meta.ID != p.Events[0].Meta.ID {
		t.Errorf("%+v", p)
	}
}

func TestSpaces(t *testing.T) {
	d := NewDecoder()
	p, err := d.Spaces(fixture(t, "spaces_page.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Events) != 2 || d.Odd() != 1 || p.Next != "" || p.PageSize != 2 {
		t.Fatalf("%d events, odd %d, next %q", len(p.Events), d.Odd(), p.Next)
	}
	a, b := p.Events[0], p.Events[1]
	if a.Source != call.FromRefill || a.Snapshot.Seq != 7 || len(a.Snapshot.Legs) != 2 || !a.Meta.Inbound {
		t.Errorf("%+v", a)
	}
	if b.Snapshot.Stage != call.Ending || !b.Meta.Outbound || b.Meta.ID == a.Meta.ID || b.Meta.ID == "" {
		t.Errorf("%+v", b)
	}
}

func TestSummaries(t *testing.T) {
	p, err := NewDecoder().Summaries(fixture(t, "summaries.json"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(ms int) time.Time {
		return time.Date(2026, 10, 5, 9, 30, 0, 0, time.UTC).Add(time.Duration(ms) * time.Millisecond)
	}
	ann := SummaryParty{Party: call.Party{Name: "Ann Poe", Number: "7301"}, Kind: call.LineLeg, UserKey: "5544332211009988776"}
	idle := ann
	idle.UserKey = ""
	want := SummaryPage{PageSize: 2, Next: "page-2", Items: []Summary{{
		Account: "9988776655443322110", Inbound: true, Created: at(0), Answered: at(130), Ended: at(70050), Initiator: "DIRECT",
		Outcome: "LEFT_DIAL_PLAN", Others: []SummaryParty{ann},
		Caller: SummaryParty{Party: call.Party{Name: "ROE DANA", Number: "+13125550142"}, Kind: call.NumberLeg, Own: "+13125550100", Label: "+13125550100"},
	}, {
		Account: "9988776655443322110", Outbound: true, Created: at(90000), Ended: at(99000), Initiator: "DIRECT", Outcome: "MISSED", Caller: idle,
	}}}
	ids := cmpopts.IgnoreFields(SummaryParty{}, "LegID", "LineID", "UserID", "NumberID")
	if diff := cmp.Diff(want, p, ids, cmpopts.IgnoreFields(Summary{}, "ID")); diff != "" {
		t.Error(diff)
	}
	who := p.Items[0].Others[0]
	if p.Items[0].ID == "" || p.Items[0].ID == p.Items[1].ID || p.Items[0].Caller.NumberID == "" || who.LegID == "" || who.LineID == "" || who.UserID == "" {
		t.Errorf("ids %+v", p.Items)
	}
}

func TestPageErrors(t *testing.T) {
	d := NewDecoder()
	pages := map[string]func([]byte) error{
		"states":    func(b []byte) error { _, err := d.States(b); return err },
		"spaces":    func(b []byte) error { _, err := d.Spaces(b); return err },
		"summaries": func(b []byte) error { _, err := d.Summaries(b); return err },
	}
	for name, page := range pages {
		for in, want := range map[string]error{
			`{}`: ErrShape, `[]`: ErrShape, `{"error":"x"}`: ErrShape, `{"pageSize":1}`: nil, `{"pageSize":1}x`: ErrNotJSON, `{"pageSize"`: ErrCut,
		} {
			if err := page([]byte(in)); !errors.Is(err, want) {
				t.Errorf("%s %s: %v, want %v", name, in, err, want)
			}
		}
	}
	if err := pages["states"]([]byte(`{"states":[{"sequenceNumber":1}]}`)); !errors.Is(err, ErrNoCall) {
		t.Error(err)
	}
	if err := pages["states"]([]byte(`{"states":[]}`)); err != nil {
		t.Error(err)
	}
	if p, err := d.States([]byte(`{"nextPageMarker":" a\u0001  b "}`)); err != nil || p.Next != " a\x01  b " {
		t.Errorf("marker %q, %v", p.Next, err)
	}
}
