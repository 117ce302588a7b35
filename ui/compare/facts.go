package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
)

// fact is one member of both calls.
type fact struct {
	name string
	vals [2][]string // lines, plain; none where there is nothing to say
	// differs says that the two are not alike. Moments at which something happened do not count: no
	// two calls agree in them.
	differs bool
	figure  bool // vals are durations; delta is how much longer the second is
	delta   string
}

// section is a group of facts.
type section struct {
	name  string
	facts []fact
}

// account is one call as the facts are read from it.
type account struct {
	*call.Call
	side Side
	now  time.Time
}

// plain makes a fact of one text a side; they differ when the texts do.
func plain(name string, of func(account) string, a, b account) fact {
	return listed(name, func(x account) (lines, alike []string) {
		s := of(x)
		if s == "" {
			return nil, nil
		}
		return []string{s}, []string{s}
	}, a, b)
}

// listed makes a fact of several lines a side. alike is what the two are compared by: the lines
// without the moments in them.
func listed(name string, of func(account) (lines, alike []string), a, b account) fact {
	la, sa := of(a)
	lb, sb := of(b)
	return fact{name: name, vals: [2][]string{la, lb}, differs: !slices.Equal(sa, sb)}
}

// unmarked makes a fact in which two calls always differ, so that to say it would say nothing.
func unmarked(name string, of func(account) string, a, b account) fact {
	f := plain(name, of, a, b)
	f.differs = false
	return f
}

// figure makes a fact of a duration a side; a negative one is none. Figures that read alike are.
func figure(name string, of func(account) time.Duration, a, b account) fact {
	da, db := of(a), of(b)
	f := fact{name: name, figure: true}
	for i, d := range [2]time.Duration{da, db} {
		if d >= 0 {
			f.vals[i] = []string{text.Figure(d)}
		}
	}
	f.differs = !slices.Equal(f.vals[0], f.vals[1])
	if da >= 0 && db >= 0 && f.differs {
		da, db = legible(da), legible(db)
		f.delta = "+" + text.Figure(db-da)
		if db < da {
			f.delta = "-" + text.Figure(da-db)
		}
	}
	return f
}

// legible gives a duration as text.Figure writes it, so that who subtracts what they read gets the
// difference they read.
func legible(d time.Duration) time.Duration {
	if t := d.Round(100 * time.Millisecond); t < time.Minute {
		return t
	}
	return d.Truncate(time.Second)
}

// facts compares the calls member by member; what neither has is left out.
func facts(a, b account, crumb string) []section {
	all := []section{
		{"", whatItWas(a, b, crumb)},
		{"Time", times(a, b)},
		{"People", people(a, b)},
		{"What we know", known(a, b)},
	}
	if a.side.Report != nil || b.side.Report != nil {
		all = append(all, section{"Report", reported(a, b)})
	}
	var out []section
	for _, s := range all {
		s.facts = slices.DeleteFunc(s.facts, func(f fact) bool { return len(f.vals[0])+len(f.vals[1]) == 0 })
		if len(s.facts) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func whatItWas(a, b account, crumb string) []fact {
	return []fact{
		plain("outcome", func(x account) string { // the wait stands below, in its own row
			if x.Live() || x.Outcome == call.NoOutcome {
				return text.State(x.Call)
			}
			return x.Outcome.String()
		}, a, b),
		plain("direction", func(x account) string { return x.Direction.String() }, a, b),
		plain("from", func(x account) string { return text.Party(x.From) }, a, b),
		plain("to", func(x account) string { return text.Party(x.To) }, a, b),
		plain("dialled", func(x account) string { return call.Clean(x.DialString) }, a, b),
		plain("queue", func(x account) string { return call.Clean(x.Queue) }, a, b),
		plain("path", func(x account) string { return strings.Join(cleaned(x.Path), " "+crumb+" ") }, a, b),
		unmarked("began", func(x account) string { return moment(x.Created, x.now) }, a, b),
		unmarked("ended", func(x account) string { return moment(x.Ended, x.now) }, a, b),
	}
}

// brief is what a phase must last to be told: less would only be read as "0.0 s".
const brief = 100 * time.Millisecond

func times(a, b account) []fact {
	out := []fact{
		figure("total", func(x account) time.Duration { return x.Total(x.now) }, a, b),
		figure("answered", func(x account) time.Duration { return time.Duration(x.AnswerMs) * time.Millisecond }, a, b),
	}
	in := func(ph call.Phase, late bool) func(account) time.Duration {
		return func(x account) time.Duration {
			if d := x.PhaseTime(ph, x.now); d >= brief && (ph != call.PhaseSetup || x.JoinedLate == late) {
				return d
			}
			return -1
		}
	}
	// What went before the first state we saw is counted as setup, and that is not known.
	out = append(out, figure("not seen", in(call.PhaseSetup, true), a, b))
	for ph := range call.Phase(call.NumPhases) {
		out = append(out, figure(ph.String(), in(ph, false), a, b))
	}
	return out
}

func people(a, b account) []fact {
	return []fact{
		listed("talked", func(x account) (lines, alike []string) {
			for _, w := range x.Answered {
				who := text.Person(w.Name, w.Extension, w.Number)
				if w.Agent {
					who += ", from the queue"
				}
				line := who + " at " + text.Offset(w.AtMs)
				if w.TalkMs > 0 {
					line += " for " + lasted(ms(w.TalkMs))
				}
				lines, alike = append(lines, line), append(alike, who)
			}
			return lines, alike
		}, a, b),
		listed("rung", func(x account) (lines, alike []string) {
			for _, r := range x.Rung {
				who := text.Person(r.Name, r.Extension, r.Number)
				if d := call.Telephone(r.Device); d != "" {
					who += ", " + d
				}
				how := " for "
				if r.Answered {
					how = ", answered after "
				}
				line := who + " at " + text.Offset(r.AtMs)
				if r.RingMs >= 0 {
					line += how + lasted(ms(r.RingMs))
				}
				lines, alike = append(lines, line), append(alike, who+how)
			}
			return lines, alike
		}, a, b),
		listed("holds", func(x account) (lines, alike []string) {
			for _, h := range x.Holds {
				by := "by " + text.Who(x.Call, h.By)
				line := by + " at " + text.Offset(h.AtMs)
				if h.Ms >= 0 {
					line += " for " + lasted(ms(h.Ms))
				}
				lines, alike = append(lines, line), append(alike, by)
			}
			return lines, alike
		}, a, b),
		listed("transfers", func(x account) (lines, alike []string) {
			for _, m := range x.Transfers {
				s := call.Clean(m.Kind) + " by " + text.Who(x.Call, m.By) + " to " + text.Who(x.Call, m.To)
				lines, alike = append(lines, s+" at "+text.Offset(m.AtMs)), append(alike, s)
			}
			return lines, alike
		}, a, b),
		listed("mailbox", func(x account) (lines, alike []string) {
			for _, s := range x.Systems {
				if s.Kind == call.Mailbox && s.Result != "" {
					line := strings.ToLower(call.Clean(s.Result))
					if s.Message > 0 {
						line += ", a message of " + lasted(s.Message)
					}
					lines = append(lines, line)
				}
			}
			return lines, lines
		}, a, b),
		plain("left first", func(x account) string {
			if x.LeftFirst == "" {
				return ""
			}
			return text.Named(x.Call, x.LeftFirst) + " (inferred)"
		}, a, b),
	}
}

// known is how sure we are of each call, and what people have put beside it.
func known(a, b account) []fact {
	return []fact{
		plain("states", func(x account) string { return strconv.Itoa(x.NumStates) }, a, b),
		plain("gaps", func(x account) string {
			var out []string
			for _, g := range x.Gaps {
				if g.From == g.To {
					out = append(out, fmt.Sprint(g.From))
				} else {
					out = append(out, fmt.Sprintf("%d–%d", g.From, g.To))
				}
			}
			if len(out) == 0 {
				return ""
			}
			return "missing " + strings.Join(out, ", ")
		}, a, b),
		plain("doubts", func(x account) string { return strings.Join(text.Doubts(x.Call), ", ") }, a, b),
		plain("recorded", func(x account) string {
			if x.Recorded {
				return "yes"
			}
			return "no"
		}, a, b),
		plain("goes with", func(x account) string {
			return count(len(x.Associated), "other conversation", "other conversations")
		}, a, b),
		plain("tags", func(x account) string {
			tags := cleaned(x.side.Tags)
			slices.Sort(tags)
			return strings.Join(slices.Compact(tags), ", ")
		}, a, b),
		plain("notes", func(x account) string { return count(x.side.Notes, "note", "notes") }, a, b),
	}
}

// reported is what the reports alone tell.
func reported(a, b account) []fact {
	both := a.side.Report != nil && b.side.Report != nil // what a report would say that is not here, nobody knows
	of := func(name string, say func(*call.Report) []string) fact {
		f := listed(name, func(x account) (lines, alike []string) {
			if x.side.Report == nil {
				return nil, nil
			}
			lines = cleaned(say(x.side.Report))
			return lines, lines
		}, a, b)
		f.differs = f.differs && both
		return f
	}
	return []fact{
		unmarked("report", func(x account) string {
			if x.side.Report == nil {
				return "not here"
			}
			return "here"
		}, a, b),
		of("queues", func(r *call.Report) []string {
			var out []string
			for _, q := range r.Queues {
				out = append(out, text.Join(", ", q.Name, strings.ToLower(q.Left), "waited "+lasted(q.Wait)))
			}
			return out
		}),
		of("wrap-up", func(r *call.Report) []string {
			var out []string
			for _, m := range r.People {
				if m.WrapUp > 0 {
					out = append(out, text.Member(m.Participant)+" "+lasted(m.WrapUp))
				}
			}
			return out
		}),
		of("recordings", func(r *call.Report) []string {
			return one(text.Join(", ", count(len(r.Recordings), "recording", "recordings"), count(len(r.Transcripts), "transcript", "transcripts")))
		}),
		of("mood", func(r *call.Report) []string { return one(strings.ToLower(r.AI.Sentiment)) }),
		of("about", func(r *call.Report) []string { return one(strings.Join(cleaned(r.AI.Topics), ", ")) }),
	}
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func count(n int, single, many string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + single
	}
	return strconv.Itoa(n) + " " + many
}

func cleaned(in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s = text.Clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func moment(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(now.Location()).Format("Mon 2 Jan 2006 15:04:05")
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// lasted writes a duration within a text that is wrapped later: figure and unit stay together.
func lasted(d time.Duration) string { return strings.ReplaceAll(text.Figure(d), " ", unbroken) }

// unbroken is a blank at which no line is broken; draw puts a common one in its place.
const unbroken = "\u00a0"
