package contract

import (
	"fmt"
	"math/rand/v2"
	"time"

	"ringside/store/call"
)

// Maker makes calls as a small company has them: callers who call again, queues, menus, agents, all
// outcomes. The same seed makes the same calls. Not for two goroutines at once.
type Maker struct {
	rng     *rand.Rand
	n       int
	agents  []agent
	callers []call.Party
	queues  []string
}

type agent struct{ name, extension string }

const (
	givenNames = "Ann Bo Cy Dana Eli Fay Gus Hana Ivo Jo Kai Lee Mia Noor Ola Pia Quin Rosa Sven Tara Uma Vera Wes Xenia Yara Zoë André Björn Chloé Søren Marcus Olivia Theodore Anastasia Michael Jennifer"
	lastNames  = "Anderson Baker Castro Dubois Evans Fischer García Huang Ivanova Jensen Kowalski Larsen Müller Nakamura O'Neill Petrov Quist Roe Schmidt Tanaka Ueda Vargas Whitfield Xu Young Zimmermann Robinson Thompson Fitzgerald Montgomery Park Stone Rivera Cole"
)

// NewMaker makes a Maker with as many different callers as are wanted.
func NewMaker(seed uint64, callers int) *Maker {
	m := &Maker{rng: rand.New(rand.NewPCG(seed, 7)), queues: []string{"Support", "Sales", "Tier 2", "Billing & Returns", "Español"}}
	for i := range 40 {
		m.agents = append(m.agents, agent{m.name(), fmt.Sprint(1001 + i)})
	}
	for i := range callers {
		p := call.Party{Name: m.name(), Number: m.number()}
		switch i % 50 {
		case 7:
			p.Name = ""
		case 11:
			p = call.Party{Name: "Anonymous", Number: "Anonymous"}
		case 13:
			p.Name = p.Number
		}
		m.callers = append(m.callers, p)
	}
	return m
}

func (m *Maker) name() string {
	return pick(m.rng, words(givenNames)) + " " + pick(m.rng, words(lastNames))
}

func (m *Maker) number() string {
	switch m.rng.IntN(12) {
	case 0:
		return fmt.Sprintf("+4420%08d", 70000000+m.rng.IntN(9999999))
	case 1:
		return fmt.Sprintf("+4930%07d", m.rng.IntN(9999999))
	}
	return fmt.Sprintf("+1%s555%04d", pick(m.rng, []string{"212", "415", "312", "206", "617", "512", "303", "404"}), m.rng.IntN(10000))
}

// Call makes the next call, which began at a moment.
func (m *Maker) Call(at time.Time) *call.Call { return m.tale(at).fold() }

// Report makes the next call as a report tells it, fetched two seconds after its end.
func (m *Maker) Report(at time.Time) *call.Report {
	t := m.tale(at)
	return t.report(t.events[len(t.events)-1].Snapshot.At.Add(2 * time.Second))
}

func (m *Maker) id() string {
	m.n++
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", m.rng.Uint32(), m.rng.IntN(1<<16), m.rng.IntN(1<<12), m.rng.IntN(1<<12), m.n)
}

// caller picks someone who calls: some call often.
func (m *Maker) caller() call.Party {
	n := len(m.callers)
	if m.rng.IntN(4) == 0 {
		n = max(1, n/50)
	}
	return m.callers[m.rng.IntN(n)]
}

func (m *Maker) tale(at time.Time) *tale {
	switch n := m.rng.IntN(100); {
	case n < 55:
		return m.queued(at, pick(m.rng, m.queues), true)
	case n < 63:
		return m.queued(at, pick(m.rng, m.queues), false)
	case n < 68:
		return m.direct(at, call.Missed)
	case n < 73:
		return m.direct(at, call.VoicemailLeft)
	case n < 76:
		return m.direct(at, call.AbandonedMenu)
	case n < 78:
		return m.direct(at, call.Forwarded)
	case n < 88:
		return m.outbound(at, m.caller(), true)
	case n < 92:
		return m.outbound(at, m.caller(), false)
	}
	return m.internal(at)
}

func (m *Maker) ms(least, most int64) int64 { return least + m.rng.Int64N(most-least) }

// queued is a call that comes through a menu into a queue; some are held, some pass through a second
// queue.
func (m *Maker) queued(at time.Time, queue string, answered bool) *tale {
	t := newTale(m.id(), at, call.Inbound)
	p, a, b := m.caller(), pick(m.rng, m.agents), pick(m.rng, m.agents)
	t.caller(p.Name, p.Number, "+18005550120", "Main line")
	t.line("a", a, "c")
	t.line("b", b, "c")
	t.plan("m")
	t.queue("q", queue)
	t.say(0, "c=R")
	t.say(130, "c=I / m")
	now := m.ms(2000, 15_000)
	t.say(now, "c=I / m q")
	if m.rng.IntN(10) == 0 {
		t.queue("r", pick(m.rng, m.queues))
		now += m.ms(5000, 60_000)
		t.say(now, "c=I / m r")
		t.systems["q"] = t.systems["r"]
	}
	now += m.ms(300, 90_000)
	t.say(now, "c=I a=R / m q")
	if m.rng.IntN(3) == 0 {
		now += m.ms(3000, 20_000)
		t.say(now, "c=I b=R / m q")
		t.people["a"] = t.people["b"]
		t.people["a"], t.people["b"] = t.people["b"], t.people["a"]
	}
	if !answered {
		now += m.ms(100, 60_000)
		t.say(now, "c=I / m!")
		t.end(now+20, "c")
		return t
	}
	now += m.ms(1000, 12_000)
	t.say(now, "c=C a=C / m q")
	now += m.ms(5000, 600_000)
	if m.rng.IntN(5) == 0 {
		t.say(now, "c=H:a a=C / m q")
		now += m.ms(2000, 90_000)
		t.say(now, "c=C a=C / m q")
		now += m.ms(2000, 90_000)
	}
	t.say(now, "c=C a=D / m!")
	t.end(now+15, "c")
	if m.rng.IntN(6) == 0 {
		t.events[len(t.events)-3].Snapshot.Recorded = 1
	}
	return t
}

// direct is a call that a menu or our own number answers, and no queue.
func (m *Maker) direct(at time.Time, outcome call.Outcome) *tale {
	t := newTale(m.id(), at, call.Inbound)
	p, a := m.caller(), pick(m.rng, m.agents)
	t.caller(p.Name, p.Number, "+18005550121", "Front desk")
	t.line("a", a, "c")
	t.plan("m")
	t.mailbox("v")
	t.say(0, "c=R")
	now := m.ms(100, 400)
	t.say(now, "c=I / m")
	switch outcome {
	case call.AbandonedMenu:
		now += m.ms(500, 20_000)
	case call.Forwarded:
		o := m.caller()
		t.callee("o", o.Name, m.number(), "c")
		t.say(now, "c=I o=R / m")
		now += m.ms(2000, 20_000)
		t.say(now, "c=C o=C / m")
		now += m.ms(2000, 200_000)
		t.say(now, "c=I o=D / m")
	default:
		now += m.ms(500, 9000)
		t.say(now, "c=I a=R / m")
		now += m.ms(3000, 25_000)
		t.say(now, "c=I a=D / m")
	}
	if outcome == call.VoicemailLeft {
		t.say(now, "c=I / m v")
		now += m.ms(3000, 60_000)
		t.say(now, "c=I / m v!")
	}
	t.say(now, "c=I / m!")
	t.end(now+10, "c")
	return t
}

func (m *Maker) outbound(at time.Time, to call.Party, answered bool) *tale {
	t := newTale(m.id(), at, call.Outbound)
	t.meta.DialString = to.Number
	t.line("a", pick(m.rng, m.agents), "a")
	t.callee("o", to.Name, to.Number, "a")
	t.say(0, "a=R")
	t.say(400, "a=R o=R")
	now := m.ms(3000, 30_000)
	if answered {
		t.say(now, "a=C o=C")
		now += m.ms(5000, 400_000)
	}
	t.say(now, "a=R o=D")
	t.end(now+40, "a")
	return t
}

func (m *Maker) internal(at time.Time) *tale {
	t := newTale(m.id(), at, call.Internal)
	a, b := pick(m.rng, m.agents), pick(m.rng, m.agents)
	t.meta.DialString = b.extension
	t.line("a", a, "a")
	t.line("b", b, "a")
	t.say(0, "a=R")
	t.say(200, "a=R b=R")
	now := m.ms(1000, 20_000)
	if m.rng.IntN(3) > 0 {
		t.say(now, "a=C b=C")
		now += m.ms(2000, 300_000)
	}
	t.say(now, "a=C b=D")
	t.end(now+5, "a")
	return t
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
