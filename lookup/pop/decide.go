package pop

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/store/call"
)

// decide asks the rules, the first one first. rule is the one that matched, nil for none; ask
// tells that the next one to decide about needs to know who calls, which nobody has asked yet.
func (r *Rules) decide(f *facts) (traces []RuleTrace, matched *rule, ask bool) {
	for i := range r.rules {
		one := &r.rules[i]
		t := RuleTrace{Name: one.name, Matched: true}
		check := func(what, want, have string, holds bool) {
			t.Checks = append(t.Checks, Check{What: what, Want: want, Have: call.Clean(have), Holds: holds})
			t.Matched = t.Matched && holds
		}
		want, holds := one.when(f.moment)
		check("moment", want, string(f.moment), holds)
		for _, c := range one.conds {
			if !c.contact {
				holds, have := c.holds(f)
				check(c.what, c.want, have, holds)
			}
		}
		if t.Matched && !f.asked && (one.asks() || one.contact && one.on[0] != Never) {
			return traces, nil, true
		}
		for _, c := range one.conds {
			if !c.contact {
				continue
			}
			if !f.asked {
				check(c.what, c.want, "not asked", false)
				continue
			}
			holds, have := c.holds(f)
			check(c.what, c.want, have, holds)
		}
		traces = append(traces, t)
		if t.Matched {
			return traces, one, false
		}
	}
	return traces, nil, false
}

// asks tells whether a condition of the rule is about the contact.
func (r *rule) asks() bool {
	return slices.ContainsFunc(r.conds, func(c condition) bool { return c.contact })
}

// NeverWants is what a rule of Never wants of the moment, in the first Check of its RuleTrace.
const NeverWants = "any, to open nothing"

// when tells whether the rule is for a moment. By hand everything opens that may open at all; a
// rule of never is for every moment.
func (r *rule) when(m Moment) (want string, holds bool) {
	if r.on[0] == Never {
		return NeverWants, true
	}
	var words []string
	for _, on := range r.on {
		words = append(words, string(on))
		holds = holds || on == m || m == ByHand
	}
	return list(words), holds
}

// render fills the targets of a rule. Those that a value does not fit into are Refused.
func (r *rule) render(f *facts) []Target {
	out := make([]Target, 0, len(r.targets))
	for _, t := range r.targets {
		var g Target
		var err error
		switch {
		case t.address != nil:
			g = Target{Kind: URL, Template: []string{t.address.written}}
			g.URL, g.Values, err = t.address.render(f)
		default:
			g = Target{Kind: Run, Template: t.program.written, Limit: t.program.limit}
			if t.program.stays {
				g.Kind = Start
			}
			g.Argv, g.Values, err = t.program.render(f)
		}
		if err != nil {
			g.Result, g.Why = Refused, err.Error()
		}
		out = append(out, g)
	}
	return out
}

// begin makes the facts of a call at a moment, and the trace that tells of it.
func (r *Rules) begin(c *call.Call, m Moment, u User, at time.Time) (*facts, *Trace) {
	f := &facts{call: c, moment: m, at: at, user: u, region: r.region}
	return f, &Trace{
		Schema: Schema, At: at, Call: call.Clean(c.ID), Moment: m, User: call.Clean(cmp.Or(u.Name, u.ID)), Direction: c.Direction.String(),
		From: cleanParty(c.From), To: cleanParty(c.To), Rules: []RuleTrace{},
	}
}

func cleanParty(p call.Party) call.Party {
	return call.Party{Name: call.Clean(p.Name), Number: call.Clean(p.Number)}
}

// settle writes the decision into the trace. It gives the rule that has something to open, nil
// when nothing is to be opened.
func settle(t *Trace, f *facts, rules []RuleTrace, matched *rule) *rule {
	t.Rules = append(t.Rules, rules...)
	switch {
	case len(rules) == 0:
		t.Result, t.Why = Nothing, "there are no rules"
	case matched == nil:
		t.Result, t.Why = Nothing, "no rule matches"
	case matched.on[0] == Never:
		t.Result, t.Why, t.Rule = Nothing, fmt.Sprintf("rule %q says never", matched.name), matched.name
	default:
		t.Rule, t.Targets = matched.name, matched.render(f)
		return matched
	}
	return nil
}

// sum says what became of the pop as a whole: the best of what became of its targets, and why not
// the others.
func sum(t *Trace) {
	order := []Result{Opened, Tried, Shown, Failed, Limited, Refused}
	for _, best := range order {
		for _, g := range t.Targets {
			if g.Result == best {
				t.Result = best
				t.Why = reasons(t.Targets)
				return
			}
		}
	}
}

func reasons(targets []Target) string {
	var why []string
	for _, g := range targets {
		if g.Why != "" {
			why = append(why, g.Why)
		}
	}
	return strings.Join(why, "; ")
}

// Trial is what Test is asked about.
type Trial struct {
	Call     *call.Call
	User     User
	Contacts lookup.Result // what a look-up gave; nothing is asked
	Chosen   int           // index of the contact that was decided on, -1 for none
	Moments  []Moment      // none is ringing, answered and ended
	At       time.Time     // when it comes to them; zero: when it did, as the call tells
}

// Test gives the traces of what would open for a call, with nothing opened and nobody asked.
func (r *Rules) Test(t Trial) []Trace {
	moments := t.Moments
	if len(moments) == 0 {
		moments = []Moment{Ringing, Answered, Ended}
	}
	out := make([]Trace, 0, len(moments))
	for _, m := range moments {
		at := t.At
		if at.IsZero() {
			at = reached(t.Call, m)
		}
		f, trace := r.begin(t.Call, m, t.User, at.In(r.zone))
		f.know(t.Contacts, t.Chosen)
		trace.Lookup = lookupTrace(f, t.Call.Outsider().Number, 0)
		rules, matched, _ := r.decide(f)
		switch {
		case !f.rings() && m != ByHand: // by hand any call will do
			trace.Rules, trace.Result, trace.Why = append(trace.Rules, rules...), Nothing, "the call was never on a line of "+cmp.Or(trace.User, "this user")
		case t.At.IsZero() && (m == Answered && t.Call.AnswerMs < 0 || m == Ended && t.Call.Live()):
			trace.Rules, trace.Result, trace.Why = append(trace.Rules, rules...), Nothing, "the call never came to this moment"
		case settle(trace, f, rules, matched) != nil:
			for i := range trace.Targets {
				if trace.Targets[i].Result == "" {
					trace.Targets[i].Result = Tried
				}
			}
			sum(trace)
		}
		out = append(out, *trace)
	}
	return out
}

// reached gives when a call came to a moment, as far as it tells.
func reached(c *call.Call, m Moment) time.Time {
	after := func(ms int64) time.Time { return c.Created.Add(time.Duration(ms) * time.Millisecond) }
	switch {
	case m == Ringing && len(c.Rung) > 0:
		return after(c.Rung[0].AtMs)
	case m == Answered && c.AnswerMs >= 0:
		return after(c.AnswerMs)
	case !c.Ended.IsZero() && (m == Ended || m == ByHand):
		return c.Ended
	case !c.LastAt.IsZero():
		return c.LastAt
	}
	return c.Created
}
