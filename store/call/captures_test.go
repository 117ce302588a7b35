package call_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// recorded gives the reports of real calls by name. They stay outside the project.
func recorded(t testing.TB) map[string]*call.Report {
	t.Helper()
	const captures = "../../../shared/captures"
	files, err := filepath.Glob(captures + "/report_*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*call.Report{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.NewDecoder().Report(b)
		if err != nil || len(r.Events) == 0 {
			continue // the answers of other requests lie beside them
		}
		r.Fold()
		name := filepath.Base(f)
		out[name[len("report_"):len(name)-len(".json")]] = &r
	}
	if len(out) == 0 {
		t.Skip("no recorded calls: ../shared/captures is not here")
	}
	return out
}

func TestLanesAndLadderOfRecordedCalls(t *testing.T) {
	for name, r := range recorded(t) {
		t.Logf("%s\n%s", name, call.LanesText(r.Call.Lanes(r.Call.Ended)))
		t.Logf("%s\n%s", name, call.LadderText(r.Call.Ladder()))
		if err := call.LawOfLanes(r.Call, r.Call.Ended); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := call.LawOfLadder(r.Call); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A packed call is small: a year of them is kept.
func TestPackedRecordedCalls(t *testing.T) {
	for name, r := range recorded(t) {
		if err := call.LawOfPacking(r.Call); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		n := len(call.Pack(r.Call))
		t.Logf("%s: %d states in %d bytes, the report has %d", name, r.Call.NumStates, n, len(r.Raw))
		if n > 1500 {
			t.Errorf("%s: %d bytes", name, n)
		}
	}
}

// The ladders of the recorded calls say what the answer key says: who, to whom, when, what.
func TestLaddersOfRecordedCalls(t *testing.T) {
	key := map[string][]string{
		"answered": {
			"11492 R CALLER > Dial plan: presses 1", "30077 R CALLER > Dial plan: presses 3", "33741 R CALLER > Support - Tier 2: enters the queue",
			"34003 Support - Tier 2 > Agent 8625: rings", "44063 Agent 8625 > R CALLER: answers after 10.1 s", "418078 R CALLER > Agent 8625: hangs up",
		},
		"transfer": {
			"22024 Dial plan > Agent 8648: rings", "22028 Dial plan > Agent 8621: rings", "29778 Agent 8621 > Dial plan: stops, Agent 8648 answers",
			"29780 Agent 8648 > ELM GROVE TX: answers after 7.8 s", "68013 Agent 8648 > ELM GROVE TX: puts on hold", "71000 Agent 8648 > ELM GROVE TX: ends the hold, 3.0 s",
			"71002 Agent 8648 > ELM GROVE TX: blind transfer to 1102", "71175 ELM GROVE TX > Support - Incidents: enters the queue", "74591 Agent 8614 > ELM GROVE TX: answers after 3.1 s",
		},
		"missed": {
			"12505 Dial plan > Agent 8615: rings (yealink t48s)", "12509 Dial plan > Agent 8615: rings (GoTo app)",
			"32509 Agent 8615 > Dial plan: no answer, 20.0 s (GoTo app)", "32527 R CALLER > Voicemail: reaches voicemail", "38169 R CALLER > Voicemail: leaves no message",
		},
		"forwarded_outside": {"1915 Dial plan > +12015550101: rings", "3386 +12015550101 > R CALLER: answers after 1.5 s"},
		"outbound_answered": {"434 Agent 0019 > +12015550100: rings", "20420 +12015550100 > Agent 0019: answers after 20.0 s", "277950 Agent 0019 > +12015550100: hangs up"},
	}
	for name, r := range recorded(t) {
		l := r.Call.Ladder()
		told := map[string]bool{}
		for _, s := range l.Steps {
			told[fmt.Sprintf("%d %s > %s: %s", s.AtMs, l.Columns[s.From].Label, l.Columns[s.To].Label, s.Text)] = true
		}
		for _, want := range key[name] {
			if !told[want] {
				t.Errorf("%s: no %q", name, want)
			}
		}
	}
}
