package cli

import (
	"strings"
	"testing"

	"ringside/gotoapi/sim"
)

// A call that GoTo lets nobody take for a while is tried again as long as it rings.
func TestAnswerTriesAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a quarter of a minute of life")
	}
	f := startFarAway(t)
	f.env = append(f.env, "RINGSIDE_TOKEN="+f.hello.PersonalAccessToken)
	// As often as one answer is repeated by itself.
	if _, err := f.svc.Faults().Add(sim.Fault{Kind: sim.Answer, Status: 429, Path: "/web-calls/v1/calls/*/answer", Count: 4}); err != nil {
		t.Fatal(err)
	}
	out, errs, code := f.run("", "answer", "--audio-in", "none", "--audio-out", "none", "--for", "18s")
	if code != exitDone || !strings.Contains(errs, "the call could not be answered: too many requests (429)") || !strings.Contains(out, "connected with ") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
	if n := f.svc.Stats().WebCalls; n != 0 {
		t.Errorf("%d calls are left", n)
	}
}
