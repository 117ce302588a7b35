package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ringside/store/call"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// checkReport holds a decoder against the oracle on any bytes.
func checkReport(t *testing.T, d *Decoder, b []byte) {
	t.Helper()
	got, err := d.Report(b)
	if !json.Valid(b) {
		if !errors.Is(err, ErrNotJSON) && !errors.Is(err, ErrTooDeep) {
			t.Fatalf("no JSON, yet error %v for %q", err, b)
		}
		return
	}
	if deep := treeDepth(b) > MaxDepth; deep || errors.Is(err, ErrTooDeep) {
		if !deep || !errors.Is(err, ErrTooDeep) {
			t.Fatalf("depth %d: error %v", treeDepth(b), err)
		}
		return
	}
	want, wantErr := oracleReport(b)
	switch {
	case wantErr == errOracleShape && errors.Is(err, ErrShape), wantErr == errOracleCall && errors.Is(err, ErrNoCall):
		return
	case (err == nil) != (wantErr == nil):
		t.Fatalf("error %v, oracle %v, for %q", err, wantErr, b)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(call.Report{}, "Raw")); diff != "" {
		t.Fatalf("report (-oracle +decoder):\n%s\nof %q", diff, b)
	}
	if !bytes.Equal(got.Raw, b) {
		t.Fatal("Raw is not the body")
	}
}

func TestReportAgainstOracle(t *testing.T) {
	b := fixture(t, "report.json")
	d := NewDecoder()
	checkReport(t, d, b)
	checkReport(t, d, b)
	var small bytes.Buffer
	if err := json.Compact(&small, b); err != nil {
		t.Fatal(err)
	}
	checkReport(t, d, small.Bytes())
	for i := 0; i < len(small.Bytes()); i += 97 {
		checkReport(t, d, small.Bytes()[:i])
		damaged := bytes.Clone(small.Bytes())
		damaged[i] ^= 0x15
		checkReport(t, d, damaged)
	}
}

func TestReport(t *testing.T) {
	d := NewDecoder()
	b := fixture(t, "report.json")
	r, err := d.Report(b)
	if err != nil || d.Odd() != 0 {
		t.Fatal(err, d.Odd())
	}
	clear(b)
	if len(r.Raw) != len(b) || !json.Valid(r.Raw) {
		t.Error("Raw is not a copy")
	}
	if len(r.Events) != 10 || len(r.People) != 3 || !r.Ended.Equal(time.Date(2026, 10, 5, 9, 31, 10, 50e6, time.UTC)) {
		t.Fatalf("%d events, %d people, ended %v", len(r.Events), len(r.People), r.Ended)
	}
	for i, e := range r.Events {
		m := e.Meta
		if e.Kind != call.KindState || e.Source != call.FromReport || e.Snapshot.Seq != uint64(i+1) || m.ID != r.ID ||
			!m.Inbound || m.Account != "9988776655443322110" || m.HangupBy != r.HangupBy || r.HangupBy == "" || len(m.Associated) != 1 {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	ann, bo := r.People[1], r.People[2]
	if ann.Name != "Ann Poe" || !ann.Agent || ann.Kind != call.LineLeg || ann.WrapUp != 44180*time.Millisecond || ann.UserKey != "5544332211009988776" || ann.UserID == "" {
		t.Errorf("agent %+v", ann)
	}
	if bo.Agent || bo.Extension != "0042" || bo.WrapUp != 0 {
		t.Errorf("line %+v", bo)
	}
	want := call.Report{
		Queues:    []call.ReportQueue{{Name: "Claims - North", Extension: "7400", Left: "ANSWERED", Wait: 4762 * time.Millisecond, CallbackOffered: true}},
		Mailboxes: []call.System{{Kind: call.Mailbox, Number: "+13125550100", Folder: "INBOX", Message: 14250 * time.Millisecond, Result: "SUCCESS"}},
		Actions: []call.ReportAction{
			{At: time.Date(2026, 10, 5, 9, 31, 15, 123456789, time.UTC), Kind: "VOICEMAIL_NEW", By: call.Party{Name: "ROE DANA", Number: "3125550142"}, For: "7301", Len: 14250 * time.Millisecond},
			{At: time.Date(2026, 10, 5, 11, 0, 0, 0, time.UTC), Kind: "INFO_CAPTURE"},
		},
	}
	got := call.Report{Queues: r.Queues, Mailboxes: r.Mailboxes, Actions: r.Actions}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(call.System{}, "ID", "Originator", "BoxID")); diff != "" {
		t.Error(diff)
	}
	if r.AI.Sentiment != "POSITIVE" || len(r.AI.Topics) != 2 || len(r.AI.Summary) <= call.MaxText ||
		!strings.HasPrefix(r.AI.Summary, "The caller asked about a claim. Ann found it") {
		t.Errorf("analysis %+v", r.AI)
	}
}

func TestReportErrors(t *testing.T) {
	for in, want := range map[string]error{
		`{}`: ErrShape, `[]`: ErrShape, `{"callStates":[]}`: ErrShape, `{"callStates":[{}]}`: ErrNoCall,
		`{"conversationSpaceId":"c"}`: nil, `{"conversationSpaceId":"c"} {`: ErrNotJSON, `{"conversationSpaceId":"c"`: ErrCut,
		`{"callStates":` + strings.Repeat("[", 99): ErrTooDeep,
	} {
		if r, err := NewDecoder().Report([]byte(in)); !errors.Is(err, want) || err != nil && r.ID != "" {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
	}
	d := NewDecoder()
	d.MaxBody = 10
	if _, err := d.Report([]byte(`{"conversationSpaceId":"c"}`)); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
}

// A small hostile body cannot be blown up into a large report.
func TestReportBounded(t *testing.T) {
	state := `{"participants":[` + strings.Repeat(`{},`, 999) + `{}]}`
	b := `{"conversationSpaceId":"c","callStates":[` + strings.Repeat(state+",", 149) + state + strings.Repeat(",{}", maxStates) + `]}`
	d := NewDecoder()
	r, err := d.Report([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	legs := 0
	for _, e := range r.Events {
		legs += len(e.Snapshot.Legs)
	}
	if legs != maxInDocument || len(r.Events) != maxStates || d.Odd() < 50_000 {
		t.Errorf("%d legs, %d states, odd %d", legs, len(r.Events), d.Odd())
	}
}
