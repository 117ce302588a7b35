package call_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/store/archive/contract"
	"ringside/store/call"
)

var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A stored summary is what was stored, whatever is in it; what is cut short is refused.
func TestSummaryIsStoredWhole(t *testing.T) {
	m := contract.NewMaker(1, 50)
	for i := range 200 {
		want := m.Call(newYear).Summary()
		if i == 0 {
			want = call.Summary{}
		}
		b := call.PackSummary(&want)
		got, err := call.UnpackSummary(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0), cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{}, call.Hold{})); d != "" {
			t.Fatalf("(-put +got): %s", d)
		}
		for n := range b {
			if _, err := call.UnpackSummary(b[:n]); err == nil {
				t.Fatalf("%d of %d bytes are a summary", n, len(b))
			}
		}
	}
}

// FuzzSummary: bytes are a summary or an error, and what is read can be written and read again.
func FuzzSummary(f *testing.F) {
	m := contract.NewMaker(2, 5)
	for range 5 {
		s := m.Call(newYear).Summary()
		f.Add(call.PackSummary(&s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := call.UnpackSummary(b)
		if err != nil {
			return
		}
		again, err := call.UnpackSummary(call.PackSummary(&s))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, again, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0), cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{}, call.Hold{})); d != "" {
			t.Error(d)
		}
	})
}

// What is in archives can be read: version 1 of a packed call and version 2 of a packed summary stay
// what they are, to the byte.
func TestPackedFormsStay(t *testing.T) {
	one, two, calls, summaries := contract.NewMaker(1, 50), contract.NewMaker(2, 50), sha256.New(), sha256.New()
	for range 300 {
		s := one.Call(newYear).Summary()
		summaries.Write(call.PackSummary(&s))
		calls.Write(call.Pack(two.Call(newYear)))
	}
	summaries.Write(call.PackSummary(&call.Summary{}))
	if got := hex.EncodeToString(calls.Sum(nil)); got != "2cfa859c55e12e2c6e6a387b11a3164ccf94d6806e7243640a9418431966d464" {
		t.Errorf("calls: %s", got)
	}
	if got := hex.EncodeToString(summaries.Sum(nil)); got != "7e0cbeabc397a5ffa169c7c20814fd7a8f3f396cddf9fbc6b076f4f951a0b884" {
		t.Errorf("summaries: %s", got)
	}
}

// What version 1 kept is read as it was, and when the call was offered is worked out.
func TestFirstSummariesAreRead(t *testing.T) {
	b, err := hex.DecodeString(firstSummary)
	if err != nil {
		t.Fatal(err)
	}
	s, err := call.UnpackSummary(b)
	if err != nil {
		t.Fatal(err)
	}
	if s.ID != "9f30a329-d3d4-4e81-8674-000000000001" || s.AnswerMs != 11_169 || s.Queue != "Billing & Returns" || s.States != 8 {
		t.Errorf("%+v", s)
	}
	if want := s.PhasesMs[call.PhaseSetup] + s.PhasesMs[call.PhaseMenu]; s.OfferMs != want { // where its queue began
		t.Errorf("offered at %d, want %d", s.OfferMs, want)
	}
}

const firstSummary = "012439663330613332392d643364342d346538312d383637342d3030303030303030303030311331323334353637383930313233343536" +
	"37383900010180e4ad950d0001dae9ad950dc0cefbe80211416e61737461736961204f274e65696c6c0c2b313430343535353330343909" +
	"4d61696e206c696e650c2b31383030353535303132301142696c6c696e6720262052657475726e7302044d656e751142696c6c696e6720" +
	"262052657475726e73010b5069612047617263c3ad6104313031320001c2ae019aa42b010b5069612047617263c3ad610431303132000c" +
	"676f746f2e636c69656e747301d476ee37098402b4548a58009aa42b0000001efad22cc2ae010c2b313430343535353330343900000800" +
	"00"
