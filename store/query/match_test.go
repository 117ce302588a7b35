package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

// dice makes random calls and queries out of few words, so that they often meet.
type dice struct {
	*rand.Rand
	now time.Time
}

func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) some(of ...string) []string {
	var out []string
	for range d.IntN(3) {
		out = append(out, one(d, of...))
	}
	return out
}

func (d dice) name() string {
	return one(d, "Ann Lee", "Bo Søren", "DANA ROE", "Lee  Park", "", "李小龍")
}
func (d dice) number() string {
	return one(d, "+12125550110", "2125550110", "(212) 555-0199", "+442079460018", "+442079460018", "1102", "1103", "Anonymous", "", "*98", "anonymous", "00442079460018")
}
func (d dice) party() call.Party { return call.Party{Name: d.name(), Number: d.number()} }

func (d dice) long() time.Duration {
	return one(d, 0, 900*time.Millisecond, 5*time.Second, 30*time.Second, 45*time.Second, 45*time.Second+999*time.Millisecond, time.Minute, 7*time.Minute, 2*time.Hour)
}

// summary makes a finished call.
func (d dice) summary() call.Summary {
	s := call.Summary{
		ID: one(d, "AB-1", "ab-2", "cd-3"), Direction: call.Direction(d.IntN(3)), Outcome: call.Outcome(d.IntN(8)),
		Created: d.now.Add(-one(d, 0, time.Minute, time.Hour, 3*time.Hour, 20*time.Hour, 5*24*time.Hour, 40*24*time.Hour)).Truncate(time.Millisecond),
		From:    d.party(), To: d.party(), Queue: one(d, "Tier 2", "Support", "Søren & Co", ""), Path: d.some("Main menu", "Support", "Tier 2"),
		AnswerMs: -1, Recorded: d.IntN(2) == 0, JoinedLate: d.IntN(3) == 0, Gaps: d.IntN(2), Transfers: d.IntN(2),
	}
	if d.IntN(2) == 0 {
		s.AnswerMs = ms(d.long())
		s.Answered = []call.Answer{{Name: d.name(), Extension: one(d, "1102", "1103"), Number: one(d, "", "+12125550110")}}
	}
	for range d.IntN(3) {
		s.Rung = append(s.Rung, call.Ring{Name: d.name(), Extension: one(d, "1102", "1103", "")})
	}
	for i := range s.PhasesMs {
		s.PhasesMs[i] = ms(d.long())
		s.TotalMs += s.PhasesMs[i]
	}
	s.Ended = s.Created.Add(time.Duration(s.TotalMs) * time.Millisecond)
	return s
}

func (d dice) extra() Extra {
	return Extra{From: one(d, "", "Dana Roe (Acme)"), To: one(d, "", "", "Acme"), Tags: d.some("vip", "Rückruf", "spam"), Notes: d.some("call back today", "Ann's case"), Region: "US"}
}

// plain makes a subject: a finished call of the archive or one of the board, up or not.
func (d dice) plain() *plain {
	p := &plain{s: d.summary(), x: d.extra()}
	p.phases, p.totalMs, p.clockMs, p.state = p.s.PhasesMs, p.s.TotalMs, max(0, ms(d.now.Sub(p.s.Ended))), call.StateEnded
	if p.s.Queue != "" {
		p.queues = []string{p.s.Queue}
	}
	flag := func(name string, has bool) {
		if has {
			p.flags = append(p.flags, name)
		}
	}
	flag("recorded", p.s.Recorded)
	flag("transferred", p.s.Transfers > 0)
	flag("late", p.s.JoinedLate)
	flag("gap", p.s.Gaps > 0)
	if p.s.Gaps > 0 {
		p.shown = append(p.shown, "gap")
	}
	if p.s.JoinedLate {
		p.shown = append(p.shown, "joined late")
	}
	p.shown = append(p.shown, p.s.Direction.String())
	if d.IntN(2) == 0 {
		p.subject = NewSummarySubject(&p.s, p.x, d.now)
	} else {
		c := d.board(p)
		flag("mine", c.Mine)
		flag("stale", c.Stale)
		s := NewCallSubject(c, p.x)
		s.At(d.now)
		p.subject = s
	}
	flag("live", p.state != call.StateEnded)
	flag("ended", p.state == call.StateEnded)
	if p.state == call.StateEnded && p.s.Outcome != call.NoOutcome {
		p.shown = append(p.shown, p.s.Outcome.String())
	} else {
		p.shown = append(p.shown, p.state.String())
	}
	return p
}

// board makes a call of the board out of p, and says in p what that changes.
func (d dice) board(p *plain) *call.Call {
	s := &p.s
	c := &call.Call{
		ID: s.ID, Direction: s.Direction, Created: s.Created, From: s.From, To: s.To, Queue: s.Queue, Path: s.Path,
		Answered: s.Answered, Rung: s.Rung, AnswerMs: s.AnswerMs, Recorded: s.Recorded, JoinedLate: s.JoinedLate,
		State: call.State(d.IntN(10)), Phase: call.Phase(d.IntN(call.NumPhases)), Mine: d.IntN(2) == 0, Stale: d.IntN(2) == 0,
		LastAt: d.now.Add(-d.long()), Since: d.now.Add(-d.long()), With: one(d, "", "Ann Lee (2nd)"),
		Gaps: make([]call.Gap, s.Gaps), Transfers: make([]call.Transfer, s.Transfers),
	}
	p.shown = append(p.shown, c.With)
	if c.Stale {
		p.shown = append(p.shown, "stale")
	}
	if d.IntN(2) == 0 {
		c.Systems = []call.System{{Kind: call.Queue, QueueName: "Overflow"}, {Kind: call.DialPlan, QueueName: "not one"}}
		p.queues = append(p.queues, "Overflow")
	}
	p.phases = [call.NumPhases]int64{}
	if p.state = c.State; c.Live() {
		p.s.Outcome = call.NoOutcome
		c.Who = one(d, "Ann Lee", "Carl")
		p.shown = append(p.shown, c.Who)
		p.phases[c.Phase] = ms(d.now.Sub(c.LastAt))
		p.totalMs = ms(d.now.Sub(c.Created))
	} else {
		c.Outcome, c.Ended = s.Outcome, s.Ended
	}
	p.clockMs = ms(d.now.Sub(c.Since))
	return c
}

// query writes a random query.
func (d dice) query(depth int) string {
	if depth == 0 {
		return d.part()
	}
	a, b := d.query(depth-1), d.query(depth-1)
	return one(d, a+" "+b, "("+a+" or "+b+")", "-("+a+" "+b+")", "-"+d.part()+" "+a, a, "("+a+") ("+b+" or "+d.part()+")")
}

func (d dice) part() string {
	word := one(d, "ann", "lee", "soren", "roe", "acme", "support", `"tier 2"`, "vip", "back", "110", "+1", "+44", "0199", "020", "1102", "212-555", "~anle", "~tr2", "~李龍",
		"missed", "abandoned", "waiting", "inbound", `"internal"`, `"gap"`, "withheld", "xyzzy", "carl", "overflow", "2nd")
	op := one(d, ":", "=", "!=")
	cmp := one(d, ":", "=", "<", "<=", ">", ">=")
	name := one(d, "ann", `"ann lee"`, "lee", "1102", "+1212", "+44", "2125550110", "0110", "bo", "dana", "acme", "98")
	return one(d,
		word, word,
		one(d, "from", "to", "agent")+op+name,
		"number"+op+one(d, "+12125550110", "2125550110", "00442079460018", "withheld", "0110", "+44", "1102"),
		one(d, "queue", "path")+op+one(d, "support", `"tier 2"`, "tier", "overflow", "soren", "main"),
		"state"+op+one(d, "ended", "waiting", "ringing", "hold,talking", "voicemail"),
		"outcome"+op+one(d, "lost", "missed", "answered,forwarded", "abandoned", "voicemail"),
		"dir"+op+one(d, "in", "out", "internal"), "id"+op+one(d, "ab", "ab-1", "cd-3"),
		"tag"+op+one(d, "vip", "ruck", "spam"), "note"+op+one(d, "today", "case", `"call back today"`),
		one(d, "mine", "recorded", "transferred", "late", "gap", "stale", "live", "ended"),
		one(d, "wait", "ring", "talk", "hold", "total", "answer", "clock")+cmp+one(d, "0", "5s", "45s", "1m", "7m", "2h", "1h"),
		"at"+cmp+one(d, "today", "yesterday", "-1h", "thismonth", "14:32", "2026-11-06", "monday"),
	)
}

// What is compiled answers as the naive evaluator does, for random queries and calls; and every
// kind of term has been both right and wrong.
func TestMatchAgreesWithNaive(t *testing.T) {
	now := testNow(t)
	d := dice{rand.New(rand.NewPCG(1, 2)), now}
	yes, no := map[string]int{}, map[string]int{}
	for range 700 {
		p := d.plain()
		for range 20 {
			text := d.query(d.IntN(4))
			q, err := Parse(text, Options{Now: now, Region: "US"})
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			want := p.holds(q.Root)
			if got := q.Match(p.subject); got != want {
				t.Fatalf("%s\nmatches %v, want %v, of a %T\n%+v\n%+v\nshown %q", text, got, want, p.subject, p.s, p.x, p.shown)
			}
			walk(q.Root, func(n Node) { count(n, p, yes, no) })
		}
	}
	for f := From; f <= Flag; f++ {
		name, _ := nameOf(f)
		for _, op := range []Op{Has, Is, Less, AtMost, More, AtLeast} {
			key := name + op.String()
			if yes[key]+no[key] > 0 && (yes[key] == 0 || no[key] == 0) {
				t.Errorf("%q: %d times right and %d times wrong: the test shows nothing", key, yes[key], no[key])
			}
		}
		if key := name + ":"; yes[key] == 0 {
			t.Errorf("%q was never right", key)
		}
	}
	if yes["word"] == 0 || no["word"] == 0 || yes["fuzzy"] == 0 || no["fuzzy"] == 0 {
		t.Errorf("words: %v, %v", yes, no)
	}
}

// count counts how often each kind of word and term was right and wrong.
func count(n Node, p *plain, yes, no map[string]int) {
	var key string
	switch n := n.(type) {
	case Word:
		if key = "word"; n.Fuzzy {
			key = "fuzzy"
		}
	case Term:
		name, _ := nameOf(n.Field)
		key = name + n.Op.String()
	default:
		return
	}
	if p.holds(n) {
		yes[key]++
	} else {
		no[key]++
	}
}

// What people ask, of one call on the board.
func TestMatch(t *testing.T) {
	now := testNow(t)
	c := &call.Call{
		ID: "0d6a", Direction: call.Inbound, Created: now.Add(-90 * time.Second), State: call.StateRinging, Who: "Ann Lee", With: "Ann Lee (2nd)",
		Since: now.Add(-6 * time.Second), Phase: call.PhaseWait, LastAt: now.Add(-50 * time.Second), From: call.Party{Name: "DANA ROE", Number: "+442079460018"},
		To: call.Party{Number: "+12125550199"}, Queue: "Tier 2", Path: []string{"Main menu", "Tier 2"}, AnswerMs: -1, Mine: true, Rings: true,
		Rung: []call.Ring{{Name: "Ann Lee", Extension: "1102", RingMs: -1}},
	}
	s := NewCallSubject(c, Extra{From: "Dana Roe, Acmé", Tags: []string{"VIP"}, Notes: []string{"owes us a call"}, Region: "GB"})
	s.At(now)
	for text, want := range map[string]bool{
		"": true, "acme": true, "roe support": false, "tier dana": true, "wait>45s": true, "wait>51s": false, "clock<10s": true, "total>=90s": true,
		"020-7946-0018": true, "0018": true, "+44": true, "+20": false, `"020 7946"`: false, "from:+44": true, "from:+4": true, "from:+20": false, "number:02079460018": true,
		"number=0018": false, "to:+1212": true, "agent:ann": true, "agent=1102": true, "agent=110": false, `agent="ann lee"`: true, "agent=ann": false,
		`queue="tier 2"`: true, "queue=tier": false, "path:menu": true, "mine ringing": true, `"ringing you"`: true, "live -ended": true, "answer<1h": false, "-(answer<1h)": true,
		"id:0D6": true, "id=0d6": false, "id:d6": false, "tag:vip note:owes": true, "today": true, "at:-80s": false, "at:-2m": true, "~dnroe": true, "~roedana": false,
		"outcome:missed": false, "state:waiting": false, "state:waiting,ringing": true, "roe or": true, "leeann": false, "roe, acme": true,
	} {
		q, _ := ParseLoose(text, Options{Now: now, Region: "GB"})
		if got := q.Match(s); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// A subject that is kept shows what has changed, and builds nothing while nothing has.
func TestCallSubjectIsKept(t *testing.T) {
	now := testNow(t)
	m := must(t, "waiting wait>30s tier", now).Compile()
	c := &call.Call{State: call.StateWaiting, Phase: call.PhaseWait, LastAt: now.Add(-29 * time.Second), Queue: "Tier 2"}
	s := NewCallSubject(c, Extra{})
	s.At(now)
	if m.Match(s) {
		t.Error("matches after 29 s")
	}
	if s.At(now.Add(2 * time.Second)); !m.Match(s) {
		t.Error("does not match after 31 s")
	}
	if n := testing.AllocsPerRun(100, func() { s.Set(c); m.Match(s) }); n != 0 {
		t.Errorf("%v allocations to ask again", n)
	}
	next := *c
	next.State = call.StateTalking
	if s.Set(&next); m.Match(s) {
		t.Error("still waiting in its texts")
	}
	if s.SetExtra(Extra{Tags: []string{"waiting"}}); !m.Match(s) {
		t.Error("its tag is not found")
	}
	if (Matcher{}).Match(s) != true || (Query{}).Match(s) != true {
		t.Error("the zero query does not match")
	}
	if (Query{Root: Term{Field: Flag, Op: Has, Text: "gone"}}).Match(s) || (Query{Root: Term{Field: From, Op: Is}}).Match(s) {
		t.Error("a property that there is none of matches")
	}
}

func must(t testing.TB, text string, now time.Time) Query {
	t.Helper()
	q, err := Parse(text, Options{Now: now, Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// benchFloor is a floor of n calls.
func benchFloor(n int, now time.Time) (subjects []*CallSubject, texts []string) {
	for i := range n {
		c := &call.Call{
			ID: fmt.Sprintf("conversation-%d", i), Direction: call.Direction(i % 3), Created: now.Add(-time.Duration(i) * time.Second), State: call.State(1 + i%5),
			Phase: call.Phase(i % call.NumPhases), LastAt: now.Add(-time.Duration(i%90) * time.Second), Since: now, AnswerMs: -1,
			From: call.Party{Name: fmt.Sprintf("Caller Number %d", i), Number: fmt.Sprintf("+1212555%04d", i)}, To: call.Party{Name: "Main line", Number: "+12125550199"},
			Queue: []string{"Support", "Tier 2", "Sales"}[i%3], Path: []string{"Main menu", []string{"Support", "Tier 2", "Sales"}[i%3]}, With: "Ann Lee",
			Rung: []call.Ring{{Name: "Ann Lee", Extension: "1102"}, {Name: "Bo Park", Extension: "1103"}, {Name: "Carl Smith", Extension: "1104"}},
		}
		s := NewCallSubject(c, Extra{Region: "US", Tags: []string{"vip"}})
		s.At(now)
		subjects, texts = append(subjects, s), append(texts, s.Texts().text)
	}
	return subjects, texts
}

// 5,000 live calls are filtered in under a millisecond. The line "plain" is what a scan of the same
// texts for the same words costs.
func BenchmarkMatch5000(b *testing.B) {
	now := testNow(b)
	subjects, texts := benchFloor(5000, now)
	for _, text := range []string{"support", "xyzzy", "support wait>45s -internal", `state:ringing,waiting queue:"Tier 2" agent:ann from:+1212`, "2125550110", "~crl1104", "a or b or c or d"} {
		b.Run(text, func(b *testing.B) {
			m := must(b, text, now).Compile()
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = 0
				for _, s := range subjects {
					if m.Match(s) {
						n++
					}
				}
			}
			b.ReportMetric(float64(n), "found")
		})
	}
	for _, word := range []string{"support", "xyzzy"} {
		b.Run("plain/"+word, func(b *testing.B) {
			for b.Loop() {
				n := 0
				for _, t := range texts {
					if strings.Contains(t, word) {
						n++
					}
				}
			}
		})
	}
}

// What building the texts of one call costs, after each of its events.
func BenchmarkTexts(b *testing.B) {
	subjects, _ := benchFloor(1, testNow(b))
	s := subjects[0]
	calls := []*call.Call{s.Call(), new(call.Call)}
	*calls[1] = *calls[0]
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s.Set(calls[i&1])
		s.Texts()
		i++
	}
}

func TestFieldNamesAreUnique(t *testing.T) {
	var seen []string
	for _, f := range Fields() {
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			if slices.Contains(seen, n) || Fold(n) != n || f.Help == "" {
				t.Errorf("%s: named twice, not folded or without help", n)
			}
			seen = append(seen, n)
		}
	}
}
