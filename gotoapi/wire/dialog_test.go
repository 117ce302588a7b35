package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

// The shape is that of a recorded message; ids, names and numbers are invented.
const announced = `{"type":"announce","subId":"mine","entityId":"625900000","newId":"a11ce001-0000-4000-8000-000000000001",
 "data":{"legId":"15c20000-b9bb-4128-aef3-b65bd4f8d5a6","created":1663623167457,"participant":"31hyS3uK0ODIr0QXf2jUF9VyUe0000",
 "callee":{"name":"Research Development","number":"1000"},"caller":{"name":"WIRELESS  CALLER","number":"3125550142"},
 "direction":"recipient","state":"RINGING","ani":"Main line <+13125550100>","recordings":[{"filename":"MjAyMg=="}],
 "isClickToCall":false,"originatorId":"80790000-282f-439c-9cc1-29ff0446eac6","originatorOrganizationId":"af930000-ec29-4aca-8516-b8ab36b587d1","later":{"x":[1]}}}`

func TestDialog(t *testing.T) {
	got, err := NewDecoder().Dialog([]byte(announced))
	if err != nil {
		t.Fatal(err)
	}
	want := Dialog{
		Kind: Announce, Type: "announce", Sub: "mine", Entity: "625900000", New: "a11ce001-0000-4000-8000-000000000001",
		Leg: "15c20000-b9bb-4128-aef3-b65bd4f8d5a6", Created: time.UnixMilli(1663623167457).UTC(), Device: "31hyS3uK0ODIr0QXf2jUF9VyUe0000",
		Caller: call.Party{Name: "WIRELESS CALLER", Number: "3125550142"}, Callee: call.Party{Name: "Research Development", Number: "1000"},
		State: DialogRinging, First: call.Party{Name: "Main line", Number: "+13125550100"}, Recorded: 1,
		Originator: "80790000-282f-439c-9cc1-29ff0446eac6", Organization: "af930000-ec29-4aca-8516-b8ab36b587d1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDialogSmall(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Dialog
		err  error
	}{
		{in: `{"type":"keepalive"}`, want: Dialog{Kind: Alive, Type: "keepalive"}},
		{in: `{"type":"presence","x":{}}`, want: Dialog{Type: "presence"}},
		{in: `{"type":"withdraw","oldId":"o"}`, want: Dialog{Kind: Withdraw, Type: "withdraw", Old: "o"}},
		{in: `{"data":{"originatorId":"c","direction":"initiator","state":"MUSING","created":null,"ani":null,"isClickToCall":true},"type":"replace"}`,
			want: Dialog{Kind: Replace, Type: "replace", Originator: "c", Outgoing: true, StateText: "MUSING", ClickToCall: true, Odd: 1}},
		{in: `{"type":"announce","data":{"originatorId":"c","created":"soon","caller":7,"direction":"sideways","recordings":{}}}`,
			want: Dialog{Kind: Announce, Type: "announce", Originator: "c", Odd: 4}},
		{in: `{"type":"announce","data":{"originatorId":"a","legId":"l"},"data":{"originatorId":"b"}}`,
			want: Dialog{Kind: Announce, Type: "announce", Originator: "b"}},
		{in: `{"type":"announce","data":{"originatorId":"c","caller":{"name":"A\u001b[2J\u202eB","number":"1<script>"}}}`,
			want: Dialog{Kind: Announce, Type: "announce", Originator: "c", Caller: call.Party{Name: "A[2JB", Number: "1<script>"}}},
		{in: `{"type":"announce","data":{"originatorId":"c","created":99999999999999999999}}`,
			want: Dialog{Kind: Announce, Type: "announce", Originator: "c", Odd: 1}},
		{in: `{"type":"announce"}`, err: ErrNoCall},
		{in: `{"type":"replace","data":"{}"}`, err: ErrNoCall},
		{in: `{}`, err: ErrShape},
		{in: `[{"type":"announce"}]`, err: ErrShape},
		{in: `{"type":"announce","data":{`, err: ErrCut},
		{in: `{"type":"announce"} x`, err: ErrNotJSON},
		{in: ``, err: ErrCut},
		{in: strings.Repeat(`{"data":`, 80), err: ErrTooDeep},
		{in: `{"type":"` + strings.Repeat("x", DefaultMaxFrame) + `"}`, err: ErrTooBig},
	} {
		got, err := NewDecoder().Dialog([]byte(c.in))
		if !errors.Is(err, c.err) {
			t.Errorf("%.60s: error %v, want %v", c.in, err, c.err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%.60s: %s", c.in, d)
		}
	}
}

// oracleDialog gives what a dialog says, out of encoding/json's tree; Odd is left out.
func oracleDialog(b []byte) (Dialog, error) {
	m, ok := parseTree(b).(map[string]any)
	if !ok {
		return Dialog{}, errOracleShape
	}
	t := tree(m)
	g := Dialog{Type: t.text("type"), Sub: t.text("subId"), Entity: t.text("entityId"), Old: t.text("oldId"), New: t.text("newId")}
	g.Kind = map[string]DialogKind{"announce": Announce, "replace": Replace, "withdraw": Withdraw, "keepalive": Alive}[g.Type]
	if g.Type == "" {
		return Dialog{}, errOracleShape
	}
	if data, ok := t.obj("data"); ok {
		g.Leg, g.Device, g.Originator = data.text("legId"), data.text("participant"), data.text("originatorId")
		g.Organization, g.Outgoing, g.Recorded = data.text("originatorOrganizationId"), data.raw("direction") == "initiator", len(data.arr("recordings"))
		caller, _ := data.obj("caller")
		callee, _ := data.obj("callee")
		g.Caller = call.Party{Name: caller.text("name"), Number: caller.text("number")}
		g.Callee = call.Party{Name: callee.text("name"), Number: callee.text("number")}
		if ms := data.uint("created"); ms > 0 && ms <= 9_223_372_036_854 {
			g.Created = time.UnixMilli(int64(ms)).UTC()
		}
		g.ClickToCall = data["isClickToCall"] == true || data.raw("isClickToCall") == "true"
		states := map[string]DialogState{"CREATED": DialogCreated, "RINGING": DialogRinging, "ANSWERED": DialogAnswered,
			"BRIDGED": DialogBridged, "UNBRIDGED": DialogUnbridged, "HUNGUP": DialogHungUp}
		if g.State = states[data.raw("state")]; g.State == DialogStateOther {
			g.StateText = data.text("state")
		}
		ani := data.text("ani")
		if label, rest, found := cutLast(ani, "<"); found && strings.HasSuffix(ani, ">") {
			g.First = call.Party{Name: call.Clean(label), Number: call.Clean(strings.TrimSuffix(rest, ">"))}
		} else if strings.HasSuffix(ani, ">") {
			g.First.Name = ani
		} else {
			g.First.Number = ani
		}
	}
	if (g.Kind == Announce || g.Kind == Replace) && g.Originator == "" {
		return Dialog{}, errOracleCall
	}
	return g, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// FuzzDialog: an error exactly where encoding/json has one, else what the oracle reads.
func FuzzDialog(f *testing.F) {
	f.Add([]byte(announced))
	f.Add([]byte(`{"type":"keepalive"}`))
	f.Add([]byte(`{"type":"withdraw","subId":"s","oldId":"o","data":{"originatorId":"c","state":"HUNGUP","ani":"<","created":12}}`))
	f.Add([]byte(`{"type":"replace","data":{"originatorId":7,"created":1e3,"direction":"initiator","isClickToCall":"true","state":null}}`))
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > DefaultMaxFrame {
			return
		}
		got, err := d.Dialog(b)
		switch {
		case !json.Valid(b):
			if !errors.Is(err, ErrNotJSON) && !errors.Is(err, ErrTooDeep) {
				t.Fatalf("no JSON, yet error %v", err)
			}
			return
		case treeDepth(b) > MaxDepth:
			if !errors.Is(err, ErrTooDeep) {
				t.Fatalf("too deep, yet error %v", err)
			}
			return
		}
		want, wantErr := oracleDialog(b)
		if errors.Is(wantErr, errOracleShape) != errors.Is(err, ErrShape) || errors.Is(wantErr, errOracleCall) != errors.Is(err, ErrNoCall) {
			t.Fatalf("error %v, the oracle's %v", err, wantErr)
		}
		got.Odd = 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("dialog (-oracle +decoder):\n%s\nof %q", diff, b)
		}
	})
}
