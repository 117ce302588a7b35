package call

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata/*.txtar")

var t0 = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// A script tells a call in a short form, one state a line:
//
//	call ID inbound|outbound            what the metadata says; "via LINE" names my line
//	c number NAME CALLER CALLED         an outside party; "callee" instead of "number": it is called
//	a line EXT NAME LINE DEVICE [by c]  an extension; by: who caused the leg
//	q queue NAME / m plan / v mailbox
//	3 ACTIVE +838 c=I a=R / m@AttendantPromptNode_1:3 q!
//
// Leg statuses: R ringing, C connected, I in menu, D disconnecting, P parked, H:x held by x, B:x>1102
// blind transfer by x, W:x>b warm transfer to b, ?WORD anything else. A system followed by ! is
// disconnecting; v!SUCCESS gives the mailbox's result.
type script struct {
	meta    Meta
	mine    []string
	people  map[string]Participant
	systems map[string]System
	events  []Event
}

func parseScript(t testing.TB, text string) *script {
	t.Helper()
	s := &script{people: map[string]Participant{}, systems: map[string]System{}}
	sc := bufio.NewScanner(strings.NewReader(text))
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.line(fields(line)); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return s
}

func fields(line string) []string {
	var out []string
	for line != "" {
		line = strings.TrimLeft(line, " ")
		if strings.HasPrefix(line, `"`) {
			end := strings.Index(line[1:], `"`) + 1
			out, line = append(out, line[1:end]), line[end+1:]
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word != "" {
			out = append(out, word)
		}
		line = rest
	}
	return out
}

func (s *script) line(w []string) error {
	at := func(i int) string {
		if i < len(w) {
			return w[i]
		}
		return ""
	}
	switch {
	case w[0] == "call":
		s.meta = Meta{ID: w[1], Account: "acct", Inbound: w[2] == "inbound", Outbound: w[2] == "outbound", Created: t0, Initiator: "DIRECT"}
		if at(3) == "via" {
			s.mine = []string{at(4)}
		}
	case at(1) == "number", at(1) == "callee":
		p := Participant{ID: w[0], Originator: w[0], Kind: NumberLeg, Outside: Party{at(2), at(3)}, Number: at(4), Name: at(4), Called: w[1] == "callee"}
		if p.Called {
			p.Originator = at(5)
		}
		s.people[w[0]] = p
	case at(1) == "line":
		s.people[w[0]] = Participant{ID: w[0], Originator: at(7), Kind: LineLeg, Extension: at(2), Name: at(3), LineID: at(4), Device: at(5)}
	case at(1) == "queue":
		s.systems[w[0]] = System{ID: w[0], Kind: Queue, QueueName: at(2)}
	case at(1) == "plan":
		s.systems[w[0]] = System{ID: w[0], Kind: DialPlan}
	case at(1) == "mailbox":
		s.systems[w[0]] = System{ID: w[0], Kind: Mailbox}
	case w[0] == "report":
		s.events = append(s.events, Event{Kind: KindReport, Meta: Meta{ID: s.meta.ID}})
	default:
		return s.state(w)
	}
	return nil
}

func (s *script) state(w []string) error {
	seq, err := strconv.ParseUint(w[0], 10, 64)
	if err != nil {
		return err
	}
	ms, err := strconv.Atoi(w[2])
	if err != nil {
		return err
	}
	sn := Snapshot{Seq: seq, At: t0.Add(time.Duration(ms) * time.Millisecond)}
	sn.Stage = map[string]Stage{"STARTING": Starting, "ACTIVE": Active, "ENDING": Ending}[w[1]]
	sys := false
	for _, tok := range w[3:] {
		switch {
		case tok == "/":
			sys = true
		case sys:
			sn.Systems = append(sn.Systems, s.system(tok))
		default:
			sn.Legs = append(sn.Legs, s.leg(tok))
		}
	}
	s.events = append(s.events, Event{Kind: KindState, Meta: s.meta, Snapshot: sn})
	return nil
}

func (s *script) leg(tok string) SnapLeg {
	who, st, _ := strings.Cut(tok, "=")
	l := SnapLeg{Participant: s.people[who]}
	if l.Participant.ID == "" {
		panic("script: no participant " + who)
	}
	st, by, _ := strings.Cut(st, ":")
	by, to, _ := strings.Cut(by, ">")
	switch st {
	case "R":
		l.Status = StatusRinging
	case "C":
		l.Status = StatusConnected
	case "I":
		l.Status = StatusInMenu
	case "D":
		l.Status = StatusDisconnecting
	case "P":
		l.Status = StatusParked
	case "H":
		l.Status, l.Move = StatusOnHold, &Move{Initiator: Endpoint{Participant: by}}
	case "B":
		l.Status = StatusBlind
		l.Move = &Move{Initiator: Endpoint{Participant: by, Extension: s.people[by].Extension}, Destination: Endpoint{Number: to}}
	case "W":
		l.Status = StatusWarm
		l.Move = &Move{Initiator: Endpoint{Participant: by, Extension: s.people[by].Extension}, Destination: Endpoint{Participant: to, Extension: s.people[to].Extension}}
	default:
		l.StatusText = strings.TrimPrefix(st, "?")
	}
	return l
}

func (s *script) system(tok string) SnapSystem {
	tok, node, _ := strings.Cut(tok, "@")
	name, result, closing := strings.Cut(tok, "!")
	out := SnapSystem{System: s.systems[name], Status: StatusConnected}
	if out.System.ID == "" {
		panic("script: no system " + name)
	}
	if closing {
		out.Status, out.System.Result = StatusDisconnecting, result
	}
	if node != "" {
		id, option, _ := strings.Cut(node, ":")
		typ, _, _ := strings.Cut(id, "_")
		out.Node = Node{ID: id, Type: typ, Option: option}
		if option != "" {
			out.Node.Result = "DIALED_OPTION"
		}
	}
	return out
}

// dump writes what a board knows of a call: its record, its roster, its story, lanes and ladder.
func dump(c *Call) string {
	var b strings.Builder
	if c == nil {
		return "no call\n"
	}
	js, _ := json.MarshalIndent(c.Record(c.LastAt), "", " ")
	flat := strings.NewReplacer("\n   ", " ", "\n  ", " ").Replace(string(js))
	fmt.Fprintln(&b, flat)
	fmt.Fprintf(&b, "now: %s %q with %q path %q mine %v rings %v since +%d phase %s\n", c.State, c.Who, c.With, c.Path, c.Mine, c.Rings, c.Since.Sub(c.Created).Milliseconds(), c.Phase)
	for _, i := range c.Roster() {
		l := c.Legs[i]
		fmt.Fprintf(&b, "leg: %s %s %s since +%d\n", c.label(i), l.Status, l.StatusText, l.Since.Time().Sub(c.Created).Milliseconds())
	}
	for _, s := range c.Story() {
		weak := ""
		if s.Weak {
			weak = " ?"
		}
		fmt.Fprintf(&b, "%7d %s %s%s\n", s.AtMs, s.Sign, s.Text, weak)
	}
	b.WriteString("lanes:\n" + lanesText(c.Lanes(c.LastAt)))
	b.WriteString("ladder:\n" + ladderText(c.Ladder()))
	return b.String()
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) { runScript(t, f) })
	}
}

func runScript(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := parseScript(t, string(ar.Files[0].Data))
	b := NewBoard(Options{MyLines: s.mine})
	var got strings.Builder
	for _, e := range s.events {
		for _, f := range b.Apply(e) {
			fmt.Fprintf(&got, "#%d: %s\n", e.Snapshot.Seq, f)
		}
	}
	b.Settle(t0.Add(time.Hour))
	got.WriteString(dump(b.Get(s.meta.ID)))
	if *update {
		ar.Files = append(ar.Files[:1], txtar.File{Name: "want", Data: []byte(got.String())})
		if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(ar.Files) < 2 {
		t.Fatal("no want: run with -update and read the difference")
	}
	if d := cmp.Diff(string(ar.Files[1].Data), got.String()); d != "" {
		t.Error(d)
	}
}
