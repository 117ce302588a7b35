package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

func TestMaskedExports(t *testing.T) {
	c := scripted(t, "queue-answered")
	r := &call.Report{
		Actions: []call.ReportAction{{At: t0.Add(time.Hour), Kind: "VOICEMAIL_NEW", For: "+12125550199"}},
		People:  []call.ReportPerson{{Participant: call.Participant{Name: "2125550198"}, WrapUp: time.Second}},
		AI:      call.ReportAI{Summary: "asks to be called at (212) 555-0197"},
	}
	other := fromScript(t, strings.Replace(twoParties, "call K1", "call K2", 1))
	for _, f := range Formats() {
		open := export(t, f, c, r, Options{Journey: []*call.Call{other}})
		masked := export(t, f, c, r, Options{Mask: true, Journey: []*call.Call{other}})
		for _, n := range []string{"2125550110", "212 555 0110", "8005550120", "800 555 0120", "2079460018", "5550199", "5550198", "555-0197"} {
			if strings.Contains(masked, n) {
				t.Errorf("%s: %s is still there:\n%s", f, n, masked)
			}
		}
		if !strings.Contains(masked, "Dana Roe") || !strings.Contains(masked, "…10") || !strings.Contains(masked, "K1") {
			t.Errorf("%s: more than numbers is masked:\n%s", f, masked)
		}
		if strings.Contains(open, "…10") {
			t.Errorf("%s: masked though nobody asked:\n%s", f, open)
		}
	}
	if len(r.AI.Summary) < 30 || r.Actions[0].For != "+12125550199" || r.People[0].Name != "2125550198" {
		t.Error("the report itself was masked")
	}
}

const twoParties = `call K1 outbound
a line 1001 Ann L1 yealink.sip.t46s by a
o callee "Ö. Far" +442079460018 "" a
1 STARTING +0 a=R
2 STARTING +434 a=R o=R
3 ACTIVE +9000 a=C o=R
4 ACTIVE +9000 a=C o=C
5 ACTIVE +60000 a=C o=D
6 ACTIVE +60050 a=D
7 ENDING +60050`

func TestExportOfAJourneyWithItsReport(t *testing.T) {
	first := scripted(t, "warm-transfer")
	events := first.Events()
	for i := range events {
		events[i].Meta.Associated = []string{"K2"}
	}
	b := call.NewBoard(call.Options{})
	for _, e := range events {
		b.Apply(e)
	}
	second := fromScript(t, strings.Replace(twoParties, "call K1", "call K2", 1))
	r := &call.Report{ID: "K2", Recordings: []call.Recording{{At: t0.Add(9 * time.Second)}}, AI: call.ReportAI{Summary: "a short talk"}}
	for _, f := range []Format{Story, Markdown} {
		got := export(t, f, second, r, Options{Journey: []*call.Call{nil, second, b.Get("K1")}})
		i, j, k := strings.Index(got, "Dana Roe (+12125550110) calls"), strings.Index(got, "a recording begins"), strings.Index(got, "K2")
		if i < 0 || j < 0 || k < 0 || !strings.Contains(got, "joined with the others") {
			t.Errorf("%s: something of the journey is missing:\n%s", f, got)
		}
	}
	if alone := export(t, Story, second, r, Options{}); strings.Contains(alone, "joined") || strings.Contains(alone, "Dana") {
		t.Errorf("a call alone tells of others:\n%s", alone)
	}
	if got := export(t, Markdown, second, r, Options{}); !strings.Contains(got, "a short talk") {
		t.Errorf("no summary:\n%s", got)
	}
}

func TestExportOfALiveCall(t *testing.T) {
	text, _, _ := strings.Cut(twoParties, "5 ACTIVE")
	c := fromScript(t, text)
	o := Options{Now: t0.Add(2 * time.Minute)}
	if got := export(t, Markdown, c, nil, o); !strings.Contains(got, "talking, still up") || !strings.Contains(got, "talk 1:51") {
		t.Error(got)
	}
	if got := export(t, Lanes, c, nil, o); !strings.Contains(got, "talk 0:09.000–2:00.000") {
		t.Error(got)
	}
	if got := export(t, Story, c, nil, Options{}); !strings.Contains(got, "9.0 s in all") {
		t.Error("without a present the newest state stands for it:", got)
	}
}

// A call of very many parties and states keeps to the width in every form of text.
func TestExportOfABigCall(t *testing.T) {
	var b strings.Builder
	b.WriteString("call K1 inbound\nc number \"Dana Roe\" +12125550110 +18005550120\n")
	for i := range 40 {
		fmt.Fprintf(&b, "p%d line %d \"Agent %d\" L%d goto.clients by c\n", i, 1000+i, i, i)
	}
	b.WriteString("1 ACTIVE +0 c=C\n")
	for i := range 300 {
		fmt.Fprintf(&b, "%d ACTIVE +%d c=C p%d=%s\n", i+2, i*700, i/2%40, []string{"R", "D"}[i%2])
	}
	c := fromScript(t, b.String())
	if c.NumStates != 301 || len(c.Rung) != 150 {
		t.Fatalf("%d states, %d rung", c.NumStates, len(c.Rung))
	}
	for _, w := range []int{80, 120, 200} {
		for _, f := range []Format{Story, Lanes, Ladder} {
			got := export(t, f, c, nil, Options{Width: w, Now: t0.Add(time.Hour)})
			for line := range strings.SplitSeq(got, "\n") {
				if cells(line) > w {
					t.Errorf("%s in %d: %d cells: %s", f, w, cells(line), line)
				}
			}
			if n := strings.Count(got, "Agent 39"); n < 1 {
				t.Errorf("%s in %d: the last agent is missing", f, w)
			}
		}
	}
}

func TestTableOfManyRecords(t *testing.T) {
	var b bytes.Buffer
	table := NewTable(&b, Options{BOM: true})
	names := []string{"queue-answered", "voicemail-left", "warm-transfer"}
	for _, n := range names {
		if err := table.Write(scripted(t, n).Record(t0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !ok || err != nil || len(rows) != 1+len(names) {
		t.Fatalf("%v, mark %v, %d rows", err, ok, len(rows))
	}
	for _, row := range rows[1:] {
		sum, total := int64(0), int64(0)
		for i, h := range rows[0] {
			var n int64
			if _, err := fmt.Sscan(row[i], &n); err != nil {
				continue
			}
			switch {
			case h == "total_ms":
				total = n
			case strings.HasSuffix(h, "_ms") && h != "answer_ms":
				sum += n
			}
		}
		if sum != total || total == 0 {
			t.Errorf("the phases of %v sum to %d of %d", row, sum, total)
		}
	}
	b.Reset()
	if err := NewTable(&b, Options{}).Flush(); err != nil || strings.Count(b.String(), "\r\n") != 1 {
		t.Errorf("an empty table: %v, %q", err, b.String())
	}
}

type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

var errFull = errors.New("no space left")

func TestExportSaysWhenItCannotWrite(t *testing.T) {
	c := scripted(t, "queue-answered")
	for _, f := range Formats() {
		for _, room := range []int{0, 3} {
			if err := Call(&full{room}, f, c, nil, Options{BOM: true}); !errors.Is(err, errFull) {
				t.Errorf("%s with %d bytes of room: %v", f, room, err)
			}
		}
	}
	if err := Call(&full{1 << 20}, "pdf", c, nil, Options{}); err == nil || !strings.Contains(err.Error(), "pdf") {
		t.Errorf("an unknown format: %v", err)
	}
	if err := Call(&full{1 << 20}, Story, nil, nil, Options{}); err == nil {
		t.Error("no call, no error")
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{"": 0, "Ann": 3, "日本": 4, "e\u0301": 1, "…": 1, "─": 1, "Ö": 1} {
		if got := cells(s); got != want {
			t.Errorf("%q: %d cells, want %d", s, got, want)
		}
		for w := range 6 {
			if got := cells(fit(s, w)); got != w {
				t.Errorf("%q fitted into %d takes %d", s, w, got)
			}
		}
	}
}
