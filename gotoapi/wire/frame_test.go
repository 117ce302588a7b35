package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/frames/*.json")
	if err != nil || len(names) < 15 {
		t.Fatalf("fixtures: %d, %v", len(names), err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		base := filepath.Base(name)
		all[strings.TrimSuffix(base, ".json")] = fixture(t, "frames/"+base)
	}
	for i, line := range bytes.Split(bytes.TrimSpace(fixture(t, "call.jsonl")), []byte{'\n'}) {
		all["call line "+string(rune('a'+i))] = line
	}
	return all
}

// checkFrame holds a decoder against the oracle on any bytes.
func checkFrame(t *testing.T, d *Decoder, b []byte) {
	t.Helper()
	got, err := d.Frame(b)
	var e *Error
	if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > len(b) || len(e.Excerpt) > 200) {
		t.Fatalf("error %#v for %q", err, b)
	}
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
	want, wantErr := oracleFrame(b)
	switch {
	case wantErr == errOracleShape && errors.Is(err, ErrShape), wantErr == errOracleCall && errors.Is(err, ErrNoCall):
		return
	case (err == nil) != (wantErr == nil):
		t.Fatalf("error %v, oracle %v, for %q", err, wantErr, b)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Frame{}, "Odd", "Content")); diff != "" {
		t.Fatalf("frame (-oracle +decoder):\n%s\nof %q", diff, b)
	}
	if got.Kind == Other || got.Kind == WebCall {
		if len(got.Content) > 0 && !json.Valid(got.Content) {
			t.Fatalf("content is no JSON: %q", got.Content)
		}
	} else if got.Content != nil {
		t.Fatalf("content kept of a %v", got.Kind)
	}
}

func TestFrameAgainstOracle(t *testing.T) {
	d := NewDecoder()
	for name, b := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			checkFrame(t, d, b)
			checkFrame(t, NewDecoder(), b)
			checkFrame(t, d, b) // from a warm table
		})
	}
	for _, n := range []int{0, 1, 2, 5, 20, 64, 65, 300} {
		checkFrame(t, d, bigFrame(n+1, n, n%7))
	}
}

// Every cut of a frame is no JSON, and every single change of a byte is either refused by
// encoding/json too or decoded alike.
func TestFrameCutAndDamaged(t *testing.T) {
	d := NewDecoder()
	for _, name := range []string{"hostile", "webhook_starting"} {
		b := bytes.TrimSpace(fixture(t, "frames/"+name+".json"))
		for i := range b {
			if _, err := d.Frame(b[:i]); !errors.Is(err, ErrCut) || !errors.Is(err, ErrNotJSON) {
				t.Fatalf("%s cut at %d: %v", name, i, err)
			}
		}
		for i := range b {
			for _, c := range []byte("\"\\{],:0n\x1f\xff") {
				damaged := bytes.Clone(b)
				damaged[i] = c
				checkFrame(t, d, damaged)
			}
		}
	}
}

// brief tells a frame in one line, ids left out, for expectations a person can write.
func brief(f Frame) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%v", f.Kind)
	m, s := f.Event.Meta, f.Event.Snapshot
	if f.Kind == CallState {
		fmt.Fprintf(&w, " in=%t out=%t #%d %v %s", m.Inbound, m.Outbound, s.Seq, s.Stage, s.At.Format("15:04:05.000"))
	}
	for _, l := range s.Legs {
		p := l.Participant
		fmt.Fprintf(&w, " | %s%s%s %v%s", []string{"other:", "line", "number"}[p.Kind], p.KindText,
			strings.Join([]string{"", p.Extension, p.Name, p.Device, p.Number, p.Outside.Name, p.Outside.Number}, ","),
			l.Status, l.StatusText)
		if p.Called {
			w.WriteString(" called")
		}
		if v := l.Move; v != nil {
			fmt.Fprintf(&w, " by %s %s via %s to %s%s %s", v.Initiator.Extension, v.Initiator.Name, v.Transferrer.Extension,
				v.Destination.Extension, v.Destination.Number, v.Destination.Name)
		}
	}
	for _, v := range s.Systems {
		n := v.Node
		fmt.Fprintf(&w, " + %v %s%v %v %s %s %v %s", v.System.Kind, v.System.KindText, v.System.QueueName, v.Status,
			strings.Join([]string{n.ID, n.Type, n.Option, n.Result, n.Via}, ","), v.System.Number+v.System.Folder+v.System.Result, v.System.WrapUp, v.System.Message)
	}
	if s.Recorded > 0 {
		fmt.Fprintf(&w, " recordings=%d", s.Recorded)
	}
	if f.Revision {
		w.WriteString(" revised")
	}
	if f.Remaining > 0 {
		fmt.Fprintf(&w, " remaining=%v", f.Remaining)
	}
	if f.Kind == Other || f.Kind == WebCall {
		fmt.Fprintf(&w, " %s/%s %s", f.Source, f.Type, f.Content)
	}
	fmt.Fprintf(&w, " odd=%d", f.Odd)
	return w.String()
}

func TestFrame(t *testing.T) {
	const dana = "number,,+13125550100,,+13125550100,ROE DANA,+13125550142"
	for name, want := range map[string]string{
		"inbound_queue": "call state in=true out=false #17 ACTIVE 09:30:20.000 | " + dana + " in menu" +
			" | line,7301,Ann Poe,polycom.vvx450,,, ringing | line,0042,Bo Lind,goto.clients,,, ringing" +
			" + menu  connected JumpToDialPlanNode_2001,JumpToDialPlanNode,,,onOpen  0s 0s" +
			" + menu  connected AttendantPromptNode_3010,AttendantPromptNode,2,DIALED_OPTION,nextNode  0s 0s" +
			" + menu  connected CallQueueNode_4000,CallQueueNode,,,  0s 0s" +
			" + queue Claims - North connected ,,,,  45s 0s odd=0",
		"hold": "call state in=true out=false #20 ACTIVE 09:30:52.001 | " + dana + " on hold by   via  to  " +
			" | line,7301,Ann Poe,polycom.vvx450,,, connected odd=0",
		"blind": "call state in=true out=false #22 ACTIVE 09:31:00.000 | " + dana + " in blind transfer by 7301 Ann Poe via  to 7400 " +
			" | line,7301,Ann Poe,polycom.vvx450,,, connected odd=0",
		"warm": "call state in=true out=false #30 ACTIVE 09:31:30.000 | " + dana + " in warm transfer by 7301 Ann Poe via 7301 to 7355 Cy Ortiz" +
			" | line,7301,Ann Poe,polycom.vvx450,,, connected | line,7355,Cy Ortiz,polycom.vvx450,,, ringing odd=0",
		"voicemail": "call state in=true out=false #13 ACTIVE 09:31:01.000 | " + dana + " in menu" +
			" + menu  connected SimpleDialNode_2002,SimpleDialNode,,,option_3  0s 0s" +
			" + voicemail  leaving ,,,, +13125550100INBOXSUCCESS 0s 14.25s odd=0",
		"ending_recorded":  "call state in=true out=false #25 ENDING 09:34:00.000 recordings=2 odd=0",
		"outbound":         "call state in=false out=true #2 STARTING 09:30:00.430 | line,7301,Ann Poe,polycom.vvx450,,, ringing | number,,+13125550100,,+13125550100,,+13125550142 ringing called odd=0",
		"webhook_starting": "call state in=true out=false #1 STARTING 09:30:00.000 | " + dana + " ringing odd=0",
		"guide_2023":       "call state in=false out=true #2 ACTIVE 10:15:31.000 | line,7301,Ann Poe,,,, connected | number,,Main,,+13125550100,Roe,+13125550142 ringing called odd=0",
		"refresh":          "refresh required remaining=10m0s odd=0",
		"closed":           "to be closed odd=0",
		"report_ready":     "report ready odd=0",
		"report_revised":   "report ready revised odd=0",
		"report_old":       "report ready odd=0",
		"webrtc":           `web call WebRTC/incoming {"callId":"a11cebd6-3ca4-5c25-a72b-63c27c3d4bab","state":"RINGING","caller":{"name":"Roe","number":"+13125550142"}} odd=0`,
		"unknown":          `other call-history/UchEvent [1,{"deep":[[]]},"x"] odd=0`,
		"hostile": "call state in=false out=false #18446744073709551615 OTHER 00:00:00.000" +
			" | other:HOLOGRAM,31,evil name here,,,Žofie 😀 x,Anonymous otherTELEPORTING" +
			" | line,,,,,, ringing | other:,,,,,, other odd=6",
	} {
		t.Run(name, func(t *testing.T) {
			f, err := NewDecoder().Frame(fixture(t, "frames/"+name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, brief(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
