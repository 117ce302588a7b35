package owed

import (
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

func TestMatches(t *testing.T) {
	d := debt(12)
	d.Outcome, d.Queue, d.WaitMs, d.Claimed, d.TriedBy = call.AbandonedQueue, "Tier 2", 48_000, "Ann Bell", "Bo"
	p := pane(80, 10, d)
	shown := p.shownText(&d)
	hour := func(h int) time.Time { return time.Date(2026, 9, 30, h, 0, 0, 0, time.UTC) }
	yes, no := query.Word{Text: "tier"}, query.Word{Text: "nothing"}
	for i, r := range []struct {
		n    query.Node
		want bool
	}{
		{nil, true},
		{yes, true},
		{no, false},
		{query.And{yes, query.Word{Text: "bell"}}, true},
		{query.And{yes, no}, false},
		{query.Or{no, yes}, true},
		{query.Or{no, no}, false},
		{query.Not{Part: no}, true},
		{query.Not{Part: yes}, false},
		{query.Word{Text: "clr12", Fuzzy: true}, true},
		{query.Word{Text: "12clr", Fuzzy: true}, false},
		{query.Word{Text: "callertier", Fuzzy: true}, false}, // not over two texts
		{query.Word{Text: "(212) 555", Digits: "212555"}, true},
		{query.Word{Text: "999", Digits: "999"}, false},
		{query.Word{Text: "+1212", Digits: "1212"}, true},
		{query.Word{Text: "+2125", Digits: "2125"}, false}, // no number begins with it
		{query.Term{Field: query.From, Op: query.Has, Text: "caller"}, true},
		{query.Term{Field: query.From, Op: query.Is, Text: "caller"}, false},
		{query.Term{Field: query.From, Op: query.Is, Text: "caller 12"}, true},
		{query.Term{Field: query.From, Op: query.Has, Text: "+1 212", Digits: "1212"}, true},
		{query.Term{Field: query.From, Op: query.Has, Text: "+212", Digits: "212"}, false},
		{query.Term{Field: query.From, Op: query.Has, Text: "main"}, false},
		{query.Term{Field: query.To, Op: query.Has, Text: "main"}, true},
		{query.Term{Field: query.Number, Op: query.Has, Text: d.Key, Keys: []string{d.Key}}, true},
		{query.Term{Field: query.Number, Op: query.Has, Text: "+49", Keys: []string{"+49"}, Digits: "49"}, false},
		{query.Term{Field: query.QueueName, Op: query.Has, Text: "tier"}, true},
		{query.Term{Field: query.QueueName, Op: query.Is, Text: "tier"}, false},
		{query.Term{Field: query.Agent, Op: query.Has, Text: "ann"}, true},
		{query.Term{Field: query.Agent, Op: query.Has, Text: "bo"}, true},
		{query.Term{Field: query.Agent, Op: query.Has, Text: "cy"}, false},
		{query.Term{Field: query.OutcomeOf, Outcomes: []call.Outcome{call.Missed, call.AbandonedQueue}}, true},
		{query.Term{Field: query.OutcomeOf, Outcomes: []call.Outcome{call.Missed}}, false},
		{query.Term{Field: query.Dir, Dir: call.Inbound}, true},
		{query.Term{Field: query.Dir, Dir: call.Outbound}, false},
		{query.Term{Field: query.StateWord, State: call.StateEnded}, true},
		{query.Term{Field: query.StateWord, State: call.StateTalking}, false},
		{query.Term{Field: query.ID, Op: query.Has, Text: "c-12-l"}, true},
		{query.Term{Field: query.ID, Op: query.Has, Text: "12"}, false},
		{query.Term{Field: query.Wait, Op: query.Has, Ms: 48_000}, true},
		{query.Term{Field: query.Wait, Op: query.More, Ms: 48_000}, false},
		{query.Term{Field: query.Wait, Op: query.AtLeast, Ms: 48_001}, false},
		{query.Term{Field: query.Wait, Op: query.AtMost, Ms: 48_000}, true},
		{query.Term{Field: query.Wait, Op: query.Less, Ms: 48_000}, false},
		{query.Term{Field: query.Wait, Op: query.Is, Ms: 48_000}, true},
		{query.Term{Field: query.Wait, Op: query.Is, Ms: 47_000}, false},
		{query.Term{Field: query.At, Op: query.Has, From: hour(11), To: hour(12)}, true},
		{query.Term{Field: query.At, Op: query.Is, From: hour(12), To: hour(13)}, false},
		{query.Term{Field: query.At, Op: query.Less, From: hour(12), To: hour(13)}, true},
		{query.Term{Field: query.At, Op: query.More, From: hour(10), To: hour(11)}, true},
		{query.Term{Field: query.At, Op: query.More, From: hour(11), To: hour(12)}, false},
		{query.Term{Field: query.At, Op: query.AtLeast, From: hour(11), To: hour(12)}, true},
		{query.Term{Field: query.At, Op: query.AtMost, From: hour(10), To: hour(11)}, false},
		{query.Term{Field: query.Talk, Op: query.AtLeast, Ms: 0}, false}, // a debt does not tell
	} {
		if got := matches(r.n, &d, shown); got != r.want {
			t.Errorf("%d: %#v: %v, want %v", i, r.n, got, r.want)
		}
	}
}

// A debt without a queue or an agent is in none, whatever is asked for.
func TestNothingIsNotFound(t *testing.T) {
	d := archive.Debt{Key: "k"}
	for _, f := range []query.Field{query.QueueName, query.Agent} {
		if matches(query.Term{Field: f, Op: query.Has}, &d, &shownText{}) {
			t.Errorf("field %d matches a debt that has nothing there", f)
		}
	}
}
