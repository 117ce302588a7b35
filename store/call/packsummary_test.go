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
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0), cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{})); d != "" {
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
		if d := cmp.Diff(s, again, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0), cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{})); d != "" {
			t.Error(d)
		}
	})
}

// What is in archives can be read: version 1 of both packed forms stays what it is, to the byte.
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
	if got := hex.EncodeToString(summaries.Sum(nil)); got != "fd0c6ae003788549d0c64e2b0c24cd174ee1c3230d788b0cafb83c10e93c3b9c" {
		t.Errorf("summaries: %s", got)
	}
}
