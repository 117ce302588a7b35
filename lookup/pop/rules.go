package pop

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"ringside/lookup/hours"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/store/query"
)

// Moment is when a pop opens.
type Moment string

// The moments. Never is of rules alone: what such a rule is for opens nothing.
const (
	Ringing  Moment = "ringing"
	Answered Moment = "answered"
	Ended    Moment = "ended"
	ByHand   Moment = "hand"
	Never    Moment = "never"
)

// MomentOf gives the Moment of one that the fold tells of, "" for one not known.
func MomentOf(m call.Moment) Moment {
	switch m {
	case call.OnRinging:
		return Ringing
	case call.OnAnswered:
		return Answered
	case call.OnEnded:
		return Ended
	}
	return ""
}

// Spec is what the configuration says about pops: the table [pops].
type Spec struct {
	Schemes   []string          // schemes: beside http and https: "salesforce", "tel"
	Wait      time.Duration     // wait: for the look-up, where a rule needs it; 0 is 2 s, at most 10 s
	Timeout   time.Duration     // timeout: of programs under run; 0 is 10 s, at most 5 min
	PerMinute int               // per_minute: most pops in a minute; 0 is 10
	SIP       map[string]string // [pops.sip]: SIP header -> name of the variable it stands for
	Rules     []RuleSpec        // [[pops.rule]]
}

// RuleSpec is one table [[pops.rule]]. What is left out does not matter.
type RuleSpec struct {
	Name string   `toml:"name"`
	On   []string `toml:"on"` // moments: ringing, answered, ended, hand, never

	Queue     []string `toml:"queue"`     // the last queue is one of these, whole names
	Dialled   []string `toml:"dialled"`   // the number called at first is one of these, in any spelling
	Direction []string `toml:"direction"` // inbound, outbound, internal
	Contact   string   `toml:"contact"`   // known, unknown, one or several
	Days      []string `toml:"days"`      // mon-fri, sat
	Hours     []string `toml:"hours"`     // 09:00-17:30
	Zone      string   `toml:"zone"`      // of days and hours, "" is the account's
	Where     string   `toml:"where"`     // a query (docs/query.md)

	Open  []string   `toml:"open"`  // addresses, or whole paths of applications
	Start [][]string `toml:"start"` // applications with their arguments: started, and left alone
	Run   [][]string `toml:"run"`   // commands with their arguments: ended after timeout
}

// Options are what rules are compiled with.
type Options struct {
	Region     string         // ISO 3166 country of numbers without a country code
	Zone       *time.Location // the account's; nil is UTC
	Parameters []string       // keys of custom parameters that any user has
	Now        time.Time      // queries are tried out at this time
}

// Bounds and defaults of Spec.
const (
	defaultWait    = 2 * time.Second
	maxWait        = 10 * time.Second
	defaultTimeout = 10 * time.Second
	maxTimeout     = 5 * time.Minute
	defaultMinute  = 10
)

// Rules are compiled rules. They are never changed and may be used by several goroutines.
type Rules struct {
	rules     []rule
	wait      time.Duration
	perMinute int
	region    string
	zone      *time.Location
}

// rule is one compiled rule.
type rule struct {
	name    string
	on      []Moment
	conds   []condition
	targets []target
	contact bool // a condition or a variable asks who the caller is
}

// condition is one thing that has to hold.
type condition struct {
	what, want string
	contact    bool // it asks who the caller is
	holds      func(*facts) (ok bool, have string)
}

// target is one thing to open: an address or a program.
type target struct {
	address *address
	program *program
}

// Compile reads the rules. Everything wrong with them is an error here, an *Error with what to do.
func Compile(s Spec, o Options) (*Rules, error) { return compile(s, o, here(runtime.GOOS)) }

func compile(s Spec, o Options, sys system) (*Rules, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	r := &Rules{wait: cmp.Or(s.Wait, defaultWait), perMinute: cmp.Or(s.PerMinute, defaultMinute), region: o.Region, zone: o.Zone}
	timeout := cmp.Or(s.Timeout, defaultTimeout)
	switch {
	case r.wait < 0 || r.wait > maxWait:
		return nil, wrong(`from "0s" to "10s"`, "%v is too long to wait for a look-up", s.Wait).in("", "wait")
	case timeout < 0 || timeout > maxTimeout:
		return nil, wrong(`from "1s" to "5m"; an application that stays open belongs under start`, "%v is no limit for a command", s.Timeout).in("", "timeout")
	case r.perMinute < 0 || r.perMinute > 120:
		return nil, wrong("from 1 to 120", "%d pops a minute is out of bounds", s.PerMinute).in("", "per_minute")
	case len(s.Rules) > maxRules:
		return nil, wrong("at most 64", "there are too many rules").in("", "rule")
	}
	allowed, err := allowSchemes(s.Schemes)
	if err != nil {
		return nil, err.in("", "schemes")
	}
	n, err := newNames(s.SIP, o.Parameters)
	if err != nil {
		return nil, err
	}
	c := compiler{names: n, allowed: allowed, sys: sys, o: o, timeout: timeout}
	seen := map[string]bool{}
	for i, spec := range s.Rules {
		name := cmp.Or(spec.Name, fmt.Sprintf("rule %d", i+1))
		one, err := c.rule(name, spec)
		if err != nil {
			err.Rule = name
			return nil, err
		}
		if seen[strings.ToLower(name)] {
			return nil, wrong("give each rule a name of its own", "there are two of this name").in(name, "name")
		}
		seen[strings.ToLower(name)] = true
		r.rules = append(r.rules, *one)
	}
	return r, nil
}

// newNames checks the custom parameters and what SIP headers are mapped to.
func newNames(sip map[string]string, parameters []string) (*names, *Error) {
	n := &names{parameters: map[string]bool{}, sip: map[string]string{}}
	for _, p := range parameters {
		if err := parameterKey(p); err != nil {
			return nil, err.in("", "parameters")
		}
		n.parameters[p] = true
	}
	for header, to := range sip {
		if !headerLike(header) {
			return nil, wrong(`write X-Subject = "queue"`, "%s names no SIP header", quoted(header)).in("", "sip")
		}
		to = strings.Trim(to, "$")
		if !nameLike(to) {
			return nil, wrong(`write the name of a variable: "queue"`, "%s names no variable", quoted(to)).in("", "sip")
		}
		if _, err := n.find(to); err != nil {
			return nil, err.in("", "sip")
		}
		n.sip[strings.ToLower(header)] = to
	}
	return n, nil
}

// compiler has what the rules of one configuration share.
type compiler struct {
	names   *names
	allowed schemes
	sys     system
	o       Options
	timeout time.Duration
}

func (c *compiler) rule(name string, s RuleSpec) (*rule, *Error) {
	if invisible(name) || len(name) > maxName {
		return nil, wrong("a short text of one line", "this is no name for a rule").in("", "name")
	}
	r := &rule{name: name}
	for _, m := range s.On {
		moment := Moment(strings.ToLower(strings.TrimSpace(m)))
		all := []string{"ringing", "answered", "ended", "hand", "never"}
		if !slices.Contains(all, string(moment)) {
			return nil, wrong("one of "+list(all), "%s is no moment", quoted(m)).in("", "on")
		}
		r.on = append(r.on, moment)
	}
	switch {
	case len(r.on) == 0:
		return nil, wrong(`write on = ["ringing"]; also answered, ended, hand (by key alone) or never`, "is missing").in("", "on")
	case slices.Contains(r.on, Never) && len(r.on) > 1:
		return nil, wrong("leave never out, or the others", "never goes with no other moment").in("", "on")
	}
	if err := c.conditions(r, s); err != nil {
		return nil, err
	}
	if err := c.targets(r, s); err != nil {
		return nil, err
	}
	if len(r.targets) == 0 && r.on[0] != Never {
		return nil, wrong(`write open = ["https://crm.example.com?phone=$caller$"]`, "opens nothing").in("", "open")
	}
	if len(r.targets) > maxTargets {
		return nil, wrong("at most 8", "opens too many things").in("", "open")
	}
	r.contact = r.asks()
	for _, t := range r.targets {
		t.variables(func(v *variable) { r.contact = r.contact || v.crm })
	}
	return r, nil
}

// variables calls each for every variable of the target.
func (t target) variables(each func(*variable)) {
	if t.program != nil {
		t.program.variables(each)
		return
	}
	for _, p := range t.address.parts {
		if p.variable != nil {
			each(p.variable)
		}
	}
}

func (c *compiler) targets(r *rule, s RuleSpec) *Error {
	for _, text := range s.Open {
		var t target
		var err *Error
		if pathLike(text) {
			if t.program, err = parseProgram([]string{text}, c.names, c.allowed, c.sys); err == nil {
				t.program.stays = true
			}
		} else {
			t.address, err = parseAddress(text, c.names, c.allowed)
		}
		if err != nil {
			return err.in("", "open")
		}
		r.targets = append(r.targets, t)
	}
	for _, list := range []struct {
		key   string
		words [][]string
	}{{"start", s.Start}, {"run", s.Run}} {
		for _, words := range list.words {
			p, err := parseProgram(words, c.names, c.allowed, c.sys)
			if err != nil {
				return err.in("", list.key)
			}
			p.stays, p.limit = list.key == "start", c.timeout
			r.targets = append(r.targets, target{program: p})
		}
	}
	return nil
}

func (c *compiler) conditions(r *rule, s RuleSpec) *Error {
	add := func(what, want string, holds func(*facts) (bool, string)) {
		r.conds = append(r.conds, condition{what: what, want: want, holds: holds})
	}
	if len(s.Direction) > 0 {
		all := []string{"inbound", "outbound", "internal"}
		for _, d := range s.Direction {
			if !slices.Contains(all, d) {
				return wrong("one of "+list(all), "%s is no direction", quoted(d)).in("", "direction")
			}
		}
		add("direction", list(s.Direction), func(f *facts) (bool, string) {
			d := f.call.Direction.String()
			return slices.Contains(s.Direction, d), d
		})
	}
	if len(s.Queue) > 0 {
		var folded []string
		for _, q := range s.Queue {
			if query.Fold(q) == "" {
				return wrong("write the whole name of a queue", "a name is empty").in("", "queue")
			}
			folded = append(folded, query.Fold(q))
		}
		add("queue", list(s.Queue), func(f *facts) (bool, string) {
			return slices.Contains(folded, query.Fold(f.call.Queue)), cmp.Or(f.call.Queue, "none")
		})
	}
	if err := c.dialled(s.Dialled, add); err != nil {
		return err
	}
	if err := c.hours(s, add); err != nil {
		return err
	}
	if err := c.where(s.Where, add); err != nil {
		return err
	}
	return contactCondition(r, s.Contact)
}

type adder func(what, want string, holds func(*facts) (bool, string))

func (c *compiler) dialled(texts []string, add adder) *Error {
	var numbers []number.Number
	for _, t := range texts {
		n := number.Parse(t, c.o.Region)
		if len(n.Keys()) == 0 {
			return wrong(`write it as "+12125550100", or an extension`, "%s is no number", quoted(t)).in("", "dialled")
		}
		numbers = append(numbers, n)
	}
	if len(numbers) > 0 {
		add("dialled", list(texts), func(f *facts) (bool, string) {
			have := number.Parse(f.called(), c.o.Region)
			return slices.ContainsFunc(numbers, func(n number.Number) bool { return number.Same(n, have) }), cmp.Or(call.Clean(f.called()), "none")
		})
	}
	return nil
}

func (c *compiler) hours(s RuleSpec, add adder) *Error {
	if len(s.Days)+len(s.Hours) == 0 {
		if s.Zone != "" {
			return wrong("write days or hours, or leave zone out", "says nothing without days or hours").in("", "zone")
		}
		return nil
	}
	h, err := hours.Parse(s.Days, s.Hours, s.Zone, c.o.Zone)
	if err != nil {
		return wrong(err.Fix, "%s", err.What).in("", err.Key)
	}
	want := strings.TrimSpace(strings.Join(s.Days, ", ") + " " + strings.Join(s.Hours, ", "))
	add("hours", want, func(f *facts) (bool, string) { return h.Hold(f.at), h.Reads(f.at) })
	return nil
}

// where reads the query anew each time it is asked, for what "today" is.
func (c *compiler) where(text string, add adder) *Error {
	if text == "" {
		return nil
	}
	if _, err := query.Parse(text, query.Options{Now: c.o.Now.In(c.o.Zone), Region: c.o.Region}); err != nil {
		e := &Error{Key: "where", What: err.Error(), Fix: "see docs/query.md", Err: err}
		var h interface{ Hint() string }
		if errors.As(err, &h) {
			e.Fix = h.Hint()
		}
		return e
	}
	add("where", text, func(f *facts) (bool, string) {
		q, err := query.Parse(text, query.Options{Now: f.at.In(c.o.Zone), Region: c.o.Region})
		if err != nil {
			return false, err.Error()
		}
		s := query.NewCallSubject(f.call, f.known())
		s.At(f.at)
		return q.Match(s), "the call"
	})
	return nil
}

// known gives what a query may ask about beside the call.
func (f *facts) known() query.Extra {
	x := f.extra
	x.Region = f.region
	if f.contact != nil {
		if f.call.Direction == call.Outbound {
			x.To = cmp.Or(x.To, f.contact.Name)
		} else {
			x.From = cmp.Or(x.From, f.contact.Name)
		}
	}
	return x
}

func contactCondition(r *rule, want string) *Error {
	if want == "" {
		return nil
	}
	all := []string{"known", "unknown", "one", "several"}
	if !slices.Contains(all, want) {
		return wrong("one of "+list(all), "%s says nothing of a contact", quoted(want)).in("", "contact")
	}
	r.conds = append(r.conds, condition{what: "contact", want: want, contact: true, holds: func(f *facts) (bool, string) {
		n := len(f.contacts.Contacts)
		have := fmt.Sprintf("%d found", n)
		if n == 0 {
			have = "none found"
		} else if f.chosen {
			have, n = have+", one chosen", 1
		}
		switch want {
		case "known":
			return n > 0, have
		case "one":
			return n == 1, have
		case "several":
			return n > 1, have
		}
		return n == 0, have
	}})
	return nil
}
