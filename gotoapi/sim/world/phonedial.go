package world

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sound is what the far end of a call sounds like.
type Sound string

// Kinds of far ends.
const (
	Speaks Sound = ""       // a voice that says a few sentences, with pauses
	Echoes Sound = "echo"   // everything comes back
	Plays  Sound = "music"  // music on hold, without end
	Silent Sound = "silent" // connected, but never sends
	Reads  Sound = "digits" // the tones that it hears it plays back
	Loses  Sound = "lossy"  // a voice, one packet in thirteen of which never arrives
	Rough  Sound = "rough"  // a voice on a bad line: both ways one packet in twenty is lost, the others are up to 50 ms late
	Astray Sound = "astray" // no packet finds its way, neither there nor back
	Tones  Sound = "tones"  // it presses 1 2 3 #, again and again
)

// TestNumber is a number whose far end behaves in a certain way: as a feature code, and as an outside
// number.
type TestNumber struct {
	Code   string // "*43"
	Number string // "+19005550143"
	Help   string // one line
	Sound  Sound
	Upset  Upset
	plan   farPlan
}

// Upset is what the service does badly in a call with a test number.
type Upset string

// What there is to be tried.
const (
	GivesUp     Upset = "gives-up"    // the caller hangs up in the moment in which the call is answered
	TooMany     Upset = "too-many"    // answering is refused, as too many requests, for ten seconds from the first
	Unavailable Upset = "unavailable" // answering fails, for ten seconds from the first
	NotMade     Upset = "not-made"    // dialling fails
)

// farPlan is how an outside number takes a call. Times are ms.
type farPlan struct {
	busy, fails, never bool
	back               bool  // it declines, and calls back
	lo, hi             int64 // from ringing to the answer
	talk               int64 // until it hangs up; 0 is drawn
}

// TestNumbers lists the numbers that are there to be tried.
func TestNumbers() []TestNumber {
	const hour = 3_600_000
	quick := func(talk int64) farPlan { return farPlan{lo: 700, hi: 1200, talk: talk} }
	back := farPlan{back: true}
	return []TestNumber{
		{"*40", "+19005550140", "answers after a second and speaks", Speaks, "", quick(hour)},
		{"*41", "+19005550141", "busy", Silent, "", farPlan{busy: true}},
		{"*42", "+19005550142", "rings for a minute and is never answered", Silent, "", farPlan{never: true}},
		{"*43", "+19005550143", "echo: plays back what it hears", Echoes, "", quick(hour)},
		{"*44", "+19005550144", "music on hold", Plays, "", quick(hour)},
		{"*45", "+19005550145", "answers and never sends any sound", Silent, "", quick(hour)},
		{"*46", "+19005550146", "plays back the tones that are pressed", Reads, "", quick(hour)},
		{"*47", "+19005550147", "presses 1 2 3 # every three seconds", Tones, "", quick(hour)},
		{"*48", "+19005550148", "cannot be reached: the call fails", Silent, "", farPlan{fails: true}},
		{"*49", "+19005550149", "answers and hangs up after three seconds", Speaks, "", quick(3000)},
		{"*50", "+19005550150", "speaks, and 8 % of it gets lost on the way", Loses, "", quick(hour)},
		{"*51", "+19005550151", "speaks on a bad line: 5 % lost and up to 50 ms late, both ways", Rough, "", quick(hour)},
		{"*52", "+19005550152", "answers, and no sound finds its way", Astray, "", quick(hour)},
		{"*53", "+19005550153", "calls you back, and gives up as you answer", Speaks, GivesUp, back},
		{"*54", "+19005550154", "calls you back; GoTo takes no answer for ten seconds: too many requests", Speaks, TooMany, back},
		{"*55", "+19005550155", "calls you back; GoTo takes no answer for ten seconds: it fails", Speaks, Unavailable, back},
		{"*56", "+19005550156", "GoTo fails as the call is made", Speaks, NotMade, farPlan{fails: true}},
	}
}

func testNumber(number string) (TestNumber, bool) {
	all := TestNumbers()
	i := slices.IndexFunc(all, func(t TestNumber) bool { return number == t.Code || number == t.Number })
	if i < 0 {
		return TestNumber{}, false
	}
	return all[i], true
}

// SoundOf is what the far end of a number sounds like.
func SoundOf(number string) Sound {
	t, _ := testNumber(number)
	return t.Sound
}

// UpsetBy is what the service does badly in a call with a number; "" is nothing.
func UpsetBy(number string) Upset {
	t, _ := testNumber(number)
	return t.Upset
}

// planOf is how an outside number takes a call; most ring a while and answer.
func planOf(number string) farPlan {
	if t, ok := testNumber(number); ok {
		return t.plan
	}
	return farPlan{lo: 2500, hi: 9000}
}

// outsideNumber says whether something can be dialled outside the house: a test number, or five digits and more.
func outsideNumber(number string) bool {
	if _, ok := testNumber(number); ok {
		return true
	}
	digits := strings.TrimPrefix(number, "+")
	return len(digits) >= 5 && len(digits) <= 16 && strings.Trim(digits, "0123456789") == ""
}

// PhoneDial calls a person, a queue or an outside number from a registered phone and returns the phone's
// leg in the new call. What is no number at all fails as a call does, with a notice.
func (w *World) PhoneDial(at time.Time, key, to string) (Leg, []Emission, error) {
	g, p := w.floor.findPhone(key)
	switch {
	case p == nil:
		return Leg{}, nil, errors.New("dialling: the phone is not registered")
	case to == "":
		return Leg{}, nil, errors.New("dialling: there is no number to dial")
	case w.cfg.Scenario == "storm":
		return Leg{}, nil, errors.New("dialling: nobody can be called in a storm")
	}
	w.moveTo(at)
	c := w.dialled(g, &p.dev, to)
	c.then(0, c.begin)
	c.then(c.ms(250, 600), func() { c.seek(to) })
	c.proceed()
	return Leg{c.id, c.legs[0].legID}, w.out, nil
}

// ClickToCall rings an extension's own telephone, and once that was picked up the number. It returns the
// leg id of that telephone. auto is a telephone that picks up by itself.
func (w *World) ClickToCall(at time.Time, ext, to string, auto bool) (string, []Emission, error) {
	g := w.floor.find(ext)
	switch {
	case g == nil:
		return "", nil, fmt.Errorf("dialling %s: nobody has the extension %q", to, ext)
	case to == "":
		return "", nil, errors.New("dialling: there is no number to dial")
	case w.cfg.Scenario == "storm":
		return "", nil, errors.New("dialling: nobody can be called in a storm")
	}
	w.moveTo(at)
	c := w.dialled(g, &g.line.Devices[0], to)
	c.initiator = "CLICK_TO_CALL"
	c.then(0, c.begin)
	walk := c.ms(2000, 5000)
	if auto {
		walk = c.ms(200, 400)
	}
	c.then(walk, func() { c.active = true; c.set(0, connected); c.emit() })
	c.then(c.ms(250, 600), func() { c.seek(to) })
	c.proceed()
	return c.legs[0].legID, w.out, nil
}

// dialled sets up a call that a person makes by hand.
func (w *World) dialled(g *agent, d *Device, to string) *call {
	c := w.newCall("dialled")
	c.originate(g, d)
	c.dialString = to
	number := e164(to)
	switch called, q := w.floor.find(to), w.floor.queueOf(to); {
	case called != nil:
		c.internal, c.truth.to = true, Peer{Name: called.line.Name, Number: to}
	case q != nil:
		c.internal, c.truth.to = true, Peer{Name: q.Name, Number: to}
	default:
		c.number, c.truth.to = w.floor.shown, Peer{Number: number}
	}
	return c
}

func (f *floor) queueOf(number string) *queue {
	for _, q := range f.queues {
		if q.Number == number {
			return q
		}
	}
	return nil
}

// seek looks for what was dialled and goes on as it takes the call.
func (c *call) seek(to string) {
	number := e164(to)
	called, q := c.w.floor.find(to), c.w.floor.queueOf(to)
	switch {
	case q != nil:
		c.enqueue(q)
		c.talk(q.spec.talkMean)
	case called != nil:
		c.seekPerson(called)
	case !outsideNumber(number):
		c.fail(Failed, c.ms(200, 500))
	default:
		c.seekOutside(Party{Number: number}, planOf(number))
	}
}

// seekPerson rings a colleague. One who is busy is not reached, unless he answers by hand and hears a
// second call.
func (c *call) seekPerson(g *agent) {
	if g == c.legs[0].who || g.busy > 0 && !g.manned() {
		c.fail(Busy, c.ms(1500, 3000))
		return
	}
	c.ringPhones([]*agent{g}, func(rung []int) {
		if c.chance(0.12) && !g.manned() {
			c.then(c.ms(18_000, 25_000), func() { c.fail(NoAnswer, 0) })
			return
		}
		c.someoneAnswers(rung)
		c.then(0, c.farEndTalks)
	})
}

func (c *call) seekOutside(to Party, plan farPlan) {
	if plan.fails {
		c.fail(Failed, c.ms(200, 500))
		return
	}
	i := c.ringOut(c.number, to)
	switch {
	case plan.busy:
		c.then(c.ms(600, 1200), func() { c.fail(Busy, 0) })
		return
	case plan.never:
		c.then(60_000, func() { c.fail(NoAnswer, 0) })
		return
	case plan.back:
		who := c.legs[0].who
		c.then(c.ms(600, 1200), func() { c.fail(Declined, 0) })
		c.w.agenda.push(c.w.now+backAfter, func() { c.w.callBack(who, to.Number) })
		return
	}
	c.then(c.ms(plan.lo, plan.hi), func() { c.answer(i) })
	if plan.talk > 0 {
		c.then(plan.talk, func() { c.hangUp(i) })
		return
	}
	c.farEndTalks()
}

// backAfter is when a number calls back, in ms from when it was called.
const backAfter = 4000

// callBack has a test number call a person, directly.
func (w *World) callBack(g *agent, number string) {
	t, _ := testNumber(number)
	w.newCall("callback").start(func(c *call) {
		c.again = &Party{Number: t.Number}
		n := w.floor.direct[g.line.Number]
		if n == nil {
			n = w.floor.main[0]
		}
		c.fromCaller(n)
		c.then(0, c.arrive)
		c.then(c.ms(240, 460), func() {
			c.ringPhones([]*agent{g}, func(rung []int) {
				c.then(28_000, func() { c.giveUp(c.ringingLegs()) })
			})
		})
	})
}

// fail ends a call that reaches nobody.
func (c *call) fail(reason string, after int64) {
	c.then(after, func() {
		c.cut()
		c.cause = reason
		c.giveUp(c.ringingLegs())
	})
}
