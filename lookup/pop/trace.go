package pop

import (
	"cmp"
	"encoding/json"
	"time"

	"ringside/lookup"
	"ringside/store/call"
)

// Schema names the form of a Trace as JSON.
const Schema = "ringside.pop/1"

// Result is what became of a pop or of one of its targets.
type Result string

// The results.
const (
	Opened  Result = "opened"  // it is open, or ran to its end
	Shown   Result = "shown"   // it cannot be opened here; the address is for a person to open
	Nothing Result = "nothing" // no rule is for it, or one that opens nothing
	Refused Result = "refused" // a value does not fit into its place
	Failed  Result = "failed"  // it could not be opened, or the command failed
	Limited Result = "limited" // more than so many a minute
	Before  Result = "before"  // it was opened before, by this program or one that ran earlier
	Late    Result = "late"    // the call went elsewhere before it could be opened
	Tried   Result = "tried"   // a test: nothing is opened
)

// Trace tells all about one decision: why something opened at a moment of a call, or did not. It
// is plain data; texts in it are clean.
type Trace struct {
	Schema    string       `json:"schema"`
	At        time.Time    `json:"at"`
	Call      string       `json:"call"` // conversation id
	Moment    Moment       `json:"moment"`
	User      string       `json:"user"` // my name, or id
	Direction string       `json:"direction"`
	From      call.Party   `json:"from"`
	To        call.Party   `json:"to"`
	Result    Result       `json:"result"`
	Why       string       `json:"why"`  // in one line
	Rule      string       `json:"rule"` // the one that matched, or ""
	Rules     []RuleTrace  `json:"rules"`
	Lookup    *LookupTrace `json:"lookup,omitempty"` // nil when nobody had to be asked
	Targets   []Target     `json:"targets,omitempty"`
	Cut       bool         `json:"cut,omitempty"` // it was too long to be kept whole
}

// RuleTrace tells why a rule matched or did not. Rules behind the one that matched are not asked.
type RuleTrace struct {
	Name    string  `json:"name"`
	Matched bool    `json:"matched"`
	Checks  []Check `json:"checks"`
}

// Check is one condition of a rule.
type Check struct {
	What  string `json:"what"` // "queue"
	Want  string `json:"want"`
	Have  string `json:"have"`
	Holds bool   `json:"holds"`
}

// LookupTrace tells what was asked about the far end.
type LookupTrace struct {
	Number   string       `json:"number"`
	WaitedMs int64        `json:"waited_ms"`
	Done     bool         `json:"done"` // every source had answered
	Cached   bool         `json:"cached,omitempty"`
	Contacts []string     `json:"contacts"` // names, with their sources
	Used     string       `json:"used"`     // the one whose fields were taken
	Steps    []LookupStep `json:"steps"`
}

// LookupStep is what one source said.
type LookupStep struct {
	Source string `json:"source"`
	Asked  string `json:"asked"`
	Ms     int64  `json:"ms"`
	Found  int    `json:"found"`
	Err    string `json:"error,omitempty"`
}

// Kind is what a target is.
type Kind string

// The kinds of target.
const (
	URL   Kind = "url"
	Start Kind = "start" // an application that is left alone
	Run   Kind = "run"   // a command that is ended after a time
)

// Target is one thing to open, and what became of it.
type Target struct {
	Kind     Kind          `json:"kind"`
	Template []string      `json:"template"`
	Values   []Filled      `json:"values,omitempty"`
	URL      string        `json:"url,omitempty"`
	Argv     []string      `json:"argv,omitempty"` // the program, and one argument each
	Limit    time.Duration `json:"-"`              // of a command
	Result   Result        `json:"result"`
	Why      string        `json:"why,omitempty"`
	Ms       int64         `json:"ms,omitempty"`     // until that was known
	Output   string        `json:"output,omitempty"` // what a command wrote, its beginning
}

// Filled is one variable in its place.
type Filled struct {
	Variable string `json:"variable"` // "$caller$"
	Place    string `json:"place"`    // path, query, fragment, address, "argument 2"
	Value    string `json:"value"`
	Encoded  string `json:"encoded"`
	Note     string `json:"note,omitempty"`
}

// Bounds of a Trace as JSON, in bytes: what an archive takes, and what is left of an address in one
// that would be longer.
const (
	maxTrace = 60 << 10
	maxKept  = 4000
)

// JSON writes the trace on one line, of at most 60 kB: from a longer one the rules that did not
// match are taken out, then values and outputs, then the ends of addresses.
func (t Trace) JSON() []byte {
	for try := 0; ; try++ {
		b, err := json.Marshal(t)
		if err != nil {
			return nil // it holds nothing that cannot be written
		}
		if len(b) <= maxTrace || try == 3 {
			return b
		}
		t.Cut = true
		switch try {
		case 0:
			var kept []RuleTrace
			for _, r := range t.Rules {
				if r.Matched {
					kept = append(kept, r)
				}
			}
			t.Rules = kept
		case 1:
			t.Targets = append([]Target(nil), t.Targets...)
			for i := range t.Targets {
				t.Targets[i].Values, t.Targets[i].Template, t.Targets[i].Output = nil, nil, ""
			}
		case 2:
			t.Lookup = nil
			for i := range t.Targets { // of its own since the last try
				g := &t.Targets[i]
				if len(g.URL) > maxKept {
					g.URL = cut(g.URL, maxKept) + "…"
				}
				g.Argv, g.Why = nil, cut(g.Why, maxKept)
			}
		}
	}
}

// Masked gives the trace with telephone numbers reduced to their last two digits (call.Mask).
func (t Trace) Masked() Trace {
	t.From, t.To = maskParty(t.From), maskParty(t.To)
	t.Why = call.Mask(t.Why)
	rules := make([]RuleTrace, len(t.Rules))
	for i, r := range t.Rules {
		r.Checks = append([]Check(nil), r.Checks...)
		for j := range r.Checks {
			r.Checks[j].Want, r.Checks[j].Have = call.Mask(r.Checks[j].Want), call.Mask(r.Checks[j].Have)
		}
		rules[i] = r
	}
	t.Rules = rules
	if t.Lookup != nil {
		l := *t.Lookup
		l.Number, l.Used, l.Contacts = call.Mask(l.Number), call.Mask(l.Used), maskAll(l.Contacts)
		l.Steps = append([]LookupStep(nil), l.Steps...)
		for i := range l.Steps {
			l.Steps[i].Asked, l.Steps[i].Err = call.Mask(l.Steps[i].Asked), call.Mask(l.Steps[i].Err)
		}
		t.Lookup = &l
	}
	t.Targets = append([]Target(nil), t.Targets...)
	for i := range t.Targets {
		g := &t.Targets[i]
		g.Template, g.Argv = maskAll(g.Template), maskAll(g.Argv)
		g.URL, g.Why, g.Output = call.Mask(g.URL), call.Mask(g.Why), call.Mask(g.Output)
		g.Values = append([]Filled(nil), g.Values...)
		for j := range g.Values {
			g.Values[j].Value, g.Values[j].Encoded = call.Mask(g.Values[j].Value), call.Mask(g.Values[j].Encoded)
		}
	}
	return t
}

func maskParty(p call.Party) call.Party {
	return call.Party{Name: call.Mask(p.Name), Number: call.Mask(p.Number)}
}

func maskAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = call.Mask(s)
	}
	return out
}

// lookupTrace writes down what a look-up gave.
func lookupTrace(f *facts, asked string, waited time.Duration) *LookupTrace {
	r := f.contacts
	l := &LookupTrace{Number: call.Clean(asked), WaitedMs: waited.Milliseconds(), Done: r.Done, Cached: r.Cached, Contacts: []string{}, Steps: []LookupStep{}}
	for i, c := range r.Contacts {
		if i == maxContacts {
			break
		}
		l.Contacts = append(l.Contacts, described(&c))
	}
	if f.contact != nil {
		l.Used = described(f.contact)
	}
	for _, s := range r.Trail {
		step := LookupStep{Source: call.Clean(s.Source), Asked: call.Clean(s.Asked), Ms: s.Took.Milliseconds(), Found: s.Found}
		if s.Err != nil {
			step.Err = call.Clean(s.Err.Error())
		}
		l.Steps = append(l.Steps, step)
	}
	return l
}

// maxContacts bounds the contacts that a trace names.
const maxContacts = 10

func described(c *lookup.Contact) string {
	return call.Clean(cmp.Or(c.Name, c.Company, "unnamed") + " (" + c.Source + ")")
}
