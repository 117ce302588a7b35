package alarm

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

// Spec is what the configuration says of a rule: one table [[alarms.rule]]. What is left out has the
// value that Compile gives it.
type Spec struct {
	Name    string        // name: shown, and unlike every other
	Measure string        // measure: one of Measures
	Queue   []string      // queue: only these, by their whole names
	Agent   []string      // agent: only these, by name or extension
	Where   string        // where: a query; needed for Where, else a call has to match it too
	Per     string        // per: queue, agent or all: what has an alarm of its own
	Red     string        // red: "2m", "6", "80%"; "never"
	Amber   string        // amber: as red; "" is 70 % of it
	For     time.Duration // for: how long it must have been so
	Window  time.Duration // window: of Abandoned, and of Where for calls that are over
	Least   int           // least: SLA counts from so many calls on
	Notify  []string      // notify: the ways it is told by; none are all that are set up
}

// Options are what rules are compiled with.
type Options struct {
	Now    time.Time // the present, in the account's time zone
	Region string    // ISO 3166 country of numbers without a country code
	Ways   []string  // names that Spec.Notify may have; nil: any
	// ShortAbandon is how soon a caller may give up without being counted.
	ShortAbandon time.Duration
}

// Error says what is wrong with a rule, and what to do about it.
type Error struct {
	Rule int    // which, from 0
	Name string // of it
	Key  string // of the configuration
	What string
	Fix  string
}

// Error gives `alarm rule "VIP": red: what`.
func (e *Error) Error() string {
	return fmt.Sprintf("alarm rule %q: %s: %s", e.Name, e.Key, e.What)
}

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }

// Rules are compiled rules. They are never changed.
type Rules struct{ all []*rule }

// Names gives the names of the rules, in their order.
func (r *Rules) Names() []string {
	var out []string
	for _, one := range r.all {
		out = append(out, one.name)
	}
	return out
}

// Measures tells whether any rule has one of these measures.
func (r *Rules) Measures(m ...Measure) bool {
	return slices.ContainsFunc(r.all, func(one *rule) bool { return slices.Contains(m, one.measure) })
}

// Asks tells whether any rule asks for what GoTo does not say of a call: tags and notes.
func (r *Rules) Asks() bool {
	return slices.ContainsFunc(r.all, func(one *rule) bool {
		reads, _ := one.query.Noted()
		return reads
	})
}

// rule is one compiled rule.
type rule struct {
	name    string
	measure Measure
	per     Per
	queues  []string // folded
	agents  []string // folded
	where   string
	limits  [3]int64 // by Level: ms, calls, percent; 0 is none
	lasting time.Duration
	window  time.Duration
	short   time.Duration
	least   int
	ways    []string
	region  string

	query    query.Query
	matcher  query.Matcher
	relative bool
	read     time.Time // when the query was read last
}

const (
	maxRules      = 64
	maxRuleName   = 64
	defaultWindow = 15 * time.Minute
	defaultLeast  = 10
	amberShare    = 0.7 // of red
)

// Compile reads rules. Everything wrong with them is an *Error here.
func Compile(specs []Spec, o Options) (*Rules, error) {
	out := &Rules{}
	if len(specs) > maxRules {
		return nil, &Error{maxRules, specs[maxRules].Name, "rule", "there are too many rules", "at most 64"}
	}
	seen := map[string]bool{}
	for i, s := range specs {
		r, err := compile(s, o)
		if err == nil && seen[strings.ToLower(r.name)] {
			err = wrong("name", "give each rule a name of its own", "there are two of this name")
		}
		if err != nil {
			err.Rule, err.Name = i, cmp.Or(s.Name, fmt.Sprintf("rule %d", i+1))
			return nil, err
		}
		seen[strings.ToLower(r.name)] = true
		out.all = append(out.all, r)
	}
	return out, nil
}

func wrong(key, fix, what string, args ...any) *Error {
	return &Error{Key: key, What: fmt.Sprintf(what, args...), Fix: fix}
}

func compile(s Spec, o Options) (*rule, *Error) {
	r := &rule{
		name: s.Name, measure: Measure(strings.ToLower(s.Measure)), region: o.Region, lasting: s.For, ways: slices.Clone(s.Notify),
		window: s.Window, least: cmp.Or(s.Least, defaultLeast), short: o.ShortAbandon, where: s.Where,
	}
	var words []string
	for _, m := range Measures() {
		words = append(words, string(m))
	}
	switch {
	case s.Name == "" || call.Clean(s.Name) != s.Name || len(s.Name) > maxRuleName:
		return nil, wrong("name", `write name = "VIP waits"; it is shown`, "is no short text of one line")
	case s.Measure == "":
		return nil, wrong("measure", "one of "+strings.Join(words, ", "), "is missing")
	case !slices.Contains(Measures(), r.measure):
		return nil, wrong("measure", "one of "+strings.Join(words, ", "), "%q is none", s.Measure)
	case s.For < 0 || s.For > time.Hour:
		return nil, wrong("for", `from "0s" to "1h"`, "%v is out of bounds", s.For)
	case s.Window < 0 || s.Window > 24*time.Hour:
		return nil, wrong("window", `from "1s" to "24h"`, "%v is out of bounds", s.Window)
	case s.Window > 0 && r.measure != Abandoned && r.measure != Where:
		return nil, wrong("window", "leave it out, or write measure = \"abandoned\"", "says nothing with %s", r.measure)
	case s.Least != 0 && r.measure != SLA:
		return nil, wrong("least", "leave it out", "says nothing with %s", r.measure)
	case s.Least < 0 || s.Least > 100_000:
		return nil, wrong("least", "from 1 on", "%d is out of bounds", s.Least)
	}
	if r.measure == Abandoned && r.window == 0 {
		r.window = defaultWindow
	}
	for _, err := range []*Error{r.setPer(s), r.setFilters(s, o), r.setLimits(s), checkWays(s.Notify, o.Ways)} {
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

func checkWays(ways, known []string) *Error {
	for _, w := range ways {
		if known != nil && !slices.Contains(known, w) {
			return wrong("notify", "one of "+strings.Join(known, ", "), "%q is no way that is set up", w)
		}
	}
	return nil
}

// DefaultPer gives what has an alarm of its own where a rule does not say.
func DefaultPer(m Measure) Per {
	switch m {
	case Wait, Queue, Abandoned, SLA:
		return PerQueue
	}
	return PerAll
}

func (r *rule) setPer(s Spec) *Error {
	switch r.per = Per(strings.ToLower(s.Per)); {
	case r.per == "":
		r.per = DefaultPer(r.measure)
	case !slices.Contains([]Per{PerQueue, PerAgent, PerAll}, r.per):
		return wrong("per", "queue, agent or all", "%q is none", s.Per)
	case r.per == PerQueue && r.measure == Idle:
		return wrong("per", "agent or all", "an agent who idles is in no queue")
	case r.per == PerAgent && slices.Contains([]Measure{Wait, Queue, Abandoned, SLA}, r.measure):
		return wrong("per", "queue or all", "a caller who waits is with no agent yet")
	}
	return nil
}

func (r *rule) setFilters(s Spec, o Options) *Error {
	for _, q := range s.Queue {
		if query.Fold(q) == "" {
			return wrong("queue", "write the whole name of a queue", "a name is empty")
		}
		r.queues = append(r.queues, query.Fold(q))
	}
	for _, a := range s.Agent {
		if query.Fold(a) == "" {
			return wrong("agent", "write a name or an extension", "a name is empty")
		}
		r.agents = append(r.agents, query.Fold(a))
	}
	switch {
	case len(r.queues) > 0 && r.measure == Idle:
		return wrong("queue", "leave it out, or name agents", "an agent who idles is in no queue")
	case len(r.agents) > 0 && slices.Contains([]Measure{Wait, Queue, SLA}, r.measure):
		return wrong("agent", "leave it out, or name queues", "a caller who waits is with no agent yet")
	case s.Where == "" && r.measure == Where:
		return wrong("where", `write where = "tag:vip state:waiting"`, "is missing")
	case s.Where != "" && (r.measure == SLA || r.measure == Idle):
		return wrong("where", "leave it out", "says nothing with %s, which is not counted call by call here", r.measure)
	case s.Where == "":
		return nil
	}
	q, err := query.Parse(s.Where, query.Options{Now: o.Now, Region: o.Region})
	if err != nil {
		fix := "see docs/query.md"
		var bad *query.Error
		if errors.As(err, &bad) {
			fix = bad.Hint()
		}
		return wrong("where", fix, "%v", err)
	}
	r.query, r.matcher, r.relative, r.read = q, q.Compile(), q.Relative(), o.Now
	return nil
}

func (r *rule) setLimits(s Spec) *Error {
	red := s.Red
	if red == "" && r.measure == Where {
		red = "1"
	}
	if red == "" && s.Amber == "" {
		return wrong("red", "write red = "+r.sample(), "is missing")
	}
	var err *Error
	if r.limits[Red], err = r.limit("red", red); err != nil {
		return err
	}
	if s.Amber == "" {
		r.limits[Amber] = r.amber(r.limits[Red])
		return nil
	}
	if r.limits[Amber], err = r.limit("amber", s.Amber); err != nil {
		return err
	}
	a, b := r.limits[Amber], r.limits[Red]
	switch {
	case a == 0 && b == 0:
		return wrong("red", "write red = "+r.sample(), "a rule that never is red or amber watches nothing")
	case a > 0 && b > 0 && r.measure != SLA && a > b, a > 0 && b > 0 && r.measure == SLA && a < b:
		return wrong("amber", "make amber the one that is reached first", "comes after red")
	}
	return nil
}

// amber gives the limit of amber for one of red.
func (r *rule) amber(red int64) int64 {
	switch {
	case red == 0:
		return 0
	case r.measure == SLA:
		return min(100, red+10)
	case r.measure.Timed():
		return int64(amberShare * float64(red))
	}
	if n := (red*7 + 9) / 10; n < red {
		return n
	}
	return 0
}

func (r *rule) sample() string {
	switch {
	case r.measure.Timed():
		return `"2m"`
	case r.measure == SLA:
		return `"80%"`
	}
	return `"6"`
}

func (r *rule) limit(key, text string) (int64, *Error) {
	text = strings.TrimSpace(text)
	if text == "never" || text == "" {
		return 0, nil
	}
	bad := wrong(key, "write "+key+" = "+r.sample()+`, or "never"`, "%q is not %s", text, r.measure.Unit())
	if r.measure.Timed() {
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Second || d > 24*time.Hour {
			return 0, bad
		}
		return d.Milliseconds(), nil
	}
	if r.measure == SLA {
		text = strings.TrimSpace(strings.TrimSuffix(text, "%"))
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > 100_000 || r.measure == SLA && n > 100 {
		return 0, bad
	}
	return n, nil
}

// Thresholds are those of a fresh desk's rules; 0 is none.
type Thresholds struct {
	WaitAmber, WaitRed   time.Duration
	QueueAmber, QueueRed int
	TalkRed              time.Duration
	SLAAmber, SLARed     int // percent
}

// Defaults gives the rules of a fresh desk: longest wait, queue length, long talks and answered in
// time, as far as they have a limit.
func Defaults(t Thresholds) []Spec {
	dur := func(d time.Duration) string {
		if d <= 0 {
			return "never"
		}
		return d.String()
	}
	num := func(n int) string {
		if n <= 0 {
			return "never"
		}
		return strconv.Itoa(n)
	}
	var out []Spec
	add := func(s Spec) {
		if s.Amber != "never" || s.Red != "never" {
			out = append(out, s)
		}
	}
	add(Spec{Name: "longest wait", Measure: string(Wait), Amber: dur(t.WaitAmber), Red: dur(t.WaitRed)})
	add(Spec{Name: "queue length", Measure: string(Queue), Amber: num(t.QueueAmber), Red: num(t.QueueRed), For: 10 * time.Second})
	add(Spec{Name: "long talk", Measure: string(Talk), Amber: "never", Red: dur(t.TalkRed)})
	add(Spec{Name: "answered in time", Measure: string(SLA), Amber: num(t.SLAAmber), Red: num(t.SLARed), For: time.Minute})
	return out
}
