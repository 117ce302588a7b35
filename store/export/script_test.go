package export

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"ringside/store/call"
)

var t0 = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// scripted reads a call written in the short form of ../call/testdata (call/script_test.go says it),
// as far as the calls told here use it.
func scripted(t testing.TB, name string) *call.Call {
	t.Helper()
	ar, err := txtar.ParseFile("../call/testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return fromScript(t, string(ar.Files[0].Data))
}

type script struct {
	meta    call.Meta
	people  map[string]call.Participant
	systems map[string]call.System
}

func fromScript(t testing.TB, text string) *call.Call {
	t.Helper()
	s := script{people: map[string]call.Participant{}, systems: map[string]call.System{}}
	b := call.NewBoard(call.Options{})
	for line := range strings.Lines(text) {
		w := words(strings.TrimSpace(line))
		if len(w) == 0 || strings.HasPrefix(w[0], "#") {
			continue
		}
		if _, err := strconv.Atoi(w[0]); err == nil {
			b.Apply(call.Event{Kind: call.KindState, Meta: s.meta, Snapshot: s.state(t, w)})
			continue
		}
		if w[0] == "report" {
			b.Apply(call.Event{Kind: call.KindReport, Meta: s.meta})
			continue
		}
		s.name(append(w, "", "", "", "", ""))
	}
	b.Settle(t0.Add(time.Hour))
	return b.Get(s.meta.ID)
}

func words(line string) []string {
	var out []string
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		word, rest, _ := strings.Cut(line, " ")
		if line[0] == '"' {
			word, rest, _ = strings.Cut(line[1:], `"`)
		}
		out, line = append(out, word), rest
	}
	return out
}

func (s *script) name(w []string) {
	switch {
	case w[0] == "call":
		s.meta = call.Meta{ID: w[1], Account: "1234567890123456789", Inbound: w[2] == "inbound", Outbound: w[2] == "outbound", Created: t0}
	case w[1] == "number", w[1] == "callee":
		p := call.Participant{ID: w[0], Originator: w[0], Kind: call.NumberLeg, Outside: call.Party{Name: w[2], Number: w[3]}, Number: w[4], Name: w[4], Called: w[1] == "callee"}
		if p.Called {
			p.Originator = w[5]
		}
		s.people[w[0]] = p
	case w[1] == "line":
		s.people[w[0]] = call.Participant{ID: w[0], Originator: w[7], Kind: call.LineLeg, Extension: w[2], Name: w[3], LineID: w[4], Device: w[5]}
	default:
		kind := map[string]call.SystemKind{"queue": call.Queue, "plan": call.DialPlan, "mailbox": call.Mailbox}[w[1]]
		s.systems[w[0]] = call.System{ID: w[0], Kind: kind, QueueName: w[2]}
	}
}

func (s *script) state(t testing.TB, w []string) call.Snapshot {
	seq, _ := strconv.ParseUint(w[0], 10, 64)
	ms, err := strconv.Atoi(w[2])
	if err != nil {
		t.Fatal(err)
	}
	sn := call.Snapshot{Seq: seq, At: t0.Add(time.Duration(ms) * time.Millisecond), Stage: map[string]call.Stage{"STARTING": call.Starting, "ACTIVE": call.Active, "ENDING": call.Ending}[w[1]]}
	legs, systems, _ := strings.Cut(strings.Join(w[3:], " "), "/")
	for _, tok := range strings.Fields(legs) {
		who, st, _ := strings.Cut(tok, "=")
		st, by, _ := strings.Cut(st, ":")
		by, to, _ := strings.Cut(by, ">")
		l := call.SnapLeg{Participant: s.people[who], Status: map[string]call.Status{"R": call.StatusRinging, "C": call.StatusConnected,
			"I": call.StatusInMenu, "D": call.StatusDisconnecting, "H": call.StatusOnHold, "B": call.StatusBlind, "W": call.StatusWarm}[st]}
		if by != "" {
			l.Move = &call.Move{Initiator: call.Endpoint{Participant: by}, Destination: call.Endpoint{Participant: to, Number: to}}
			if p, ok := s.people[to]; ok {
				l.Move.Destination.Number, l.Move.Destination.Extension = "", p.Extension
			}
		}
		sn.Legs = append(sn.Legs, l)
	}
	for _, tok := range strings.Fields(systems) {
		tok, node, _ := strings.Cut(tok, "@")
		name, result, closing := strings.Cut(tok, "!")
		y := call.SnapSystem{System: s.systems[name], Status: call.StatusConnected}
		if y.System.ID == "" {
			t.Fatal(fmt.Sprint("no system ", name))
		}
		if closing {
			y.Status, y.System.Result = call.StatusDisconnecting, result
		}
		if id, option, _ := strings.Cut(node, ":"); id != "" {
			typ, _, _ := strings.Cut(id, "_")
			y.Node = call.Node{ID: id, Type: typ, Option: option}
		}
		sn.Systems = append(sn.Systems, y)
	}
	return sn
}
