package alarm

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
)

// find gives a query that finds the calls behind an alarm of the rule.
func (r *rule) find(subject string) string {
	var out []string
	add := func(s string) { out = append(out, s) }
	if subject != "" && subject != "no queue" && subject != "nobody known" {
		switch r.per {
		case PerQueue:
			add("queue=" + quote(subject))
		case PerAgent:
			add("agent:" + quote(subject))
		}
	} else if len(r.queues) > 0 {
		add("queue=" + quoteAll(r.queues))
	}
	if len(r.agents) > 0 && r.per != PerAgent {
		add("agent:" + quoteAll(r.agents))
	}
	longer := func(field string) {
		limit := r.limits[Amber]
		if limit == 0 {
			limit = r.limits[Red]
		}
		add(fmt.Sprintf("%s>=%ds", field, limit/1000))
	}
	switch r.measure {
	case Wait:
		add("state:waiting,ringing")
		longer("wait")
	case Ring:
		add("state:ringing")
		longer("clock")
	case Talk:
		add("state:talking")
		longer("clock")
	case Hold:
		add(`state:"on hold"`)
		longer("clock")
	case Queue:
		add("state:waiting,ringing wait>0s")
	case Abandoned:
		add(fmt.Sprintf("outcome:abandoned since:-%dm", max(1, int((r.window+time.Minute-1)/time.Minute))))
	case SLA:
		add("today dir:in")
	case Idle:
		add("today")
	}
	if r.where != "" {
		w := r.where
		if len(out) > 0 {
			w = "(" + w + ")"
		}
		add(w)
	}
	return strings.Join(out, " ")
}

// past tells whether the calls behind an alarm of the rule are over.
func (r *rule) past() bool { return r.measure == Abandoned || r.measure == SLA || r.measure == Idle }

func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

func quoteAll(texts []string) string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = quote(s)
	}
	return strings.Join(out, ",")
}

// Cause says what an alarm is about, without figures: "Support: callers wait too long".
func (a *Alarm) Cause() string {
	what := map[Measure]string{
		Wait: "callers wait too long", Ring: "calls ring too long", Talk: "long talks", Hold: "calls on hold too long",
		Queue: "callers waiting", Abandoned: "callers gave up", SLA: "too few answered in time", Idle: "agents idle",
	}[a.Measure]
	if a.Measure == Where {
		what = a.Rule
	}
	return about(a.Subject, what)
}

func about(subject, what string) string {
	if subject == "" {
		return what
	}
	return subject + ": " + what
}

// Longest gives how long it has been for the one that it is longest for, of timed measures; 0 for
// others. Of an alarm that is over it is the longest that there was.
func (a *Alarm) Longest(now time.Time) time.Duration {
	switch {
	case !a.Measure.Timed():
		return 0
	case a.Up() && a.Count > 0 && !a.Since.IsZero():
		return max(0, now.Sub(a.Since))
	}
	return time.Duration(a.Value) * time.Millisecond
}

// Figures says how bad it is, or was: "4 callers, longest 2:31", "7 callers", "74%".
func (a *Alarm) Figures(now time.Time) string { return a.FiguresIn(now, clock) }

// FiguresIn is Figures with the length of times said by span.
func (a *Alarm) FiguresIn(now time.Time, span func(time.Duration) string) string {
	n := a.Count
	if !a.Up() || n == 0 {
		n = a.Peak
	}
	noun := "call"
	switch a.Measure {
	case Wait, Queue, Abandoned:
		noun = "caller"
	case Idle:
		noun = "agent"
	case SLA:
		return fmt.Sprintf("%d%%", a.Value)
	}
	s := fmt.Sprintf("%d %ss", n, noun)
	if n == 1 {
		s = "1 " + noun
	}
	if d := a.Longest(now); d > 0 {
		if n == 1 {
			return s + ", " + span(d)
		}
		return s + ", longest " + span(d)
	}
	return s
}

// Headline says what is the matter in one line: "Support: callers wait too long (4 callers, longest
// 2:31)".
func (a *Alarm) Headline(now time.Time) string {
	return a.Cause() + " (" + a.Figures(now) + ")"
}

// Limit says what the limit of a level is: "2:00", "6", "80%"; "" for none.
func (a *Alarm) Limit(l Level) string {
	switch n := a.Limits[l]; {
	case n == 0:
		return ""
	case a.Measure.Timed():
		return clock(time.Duration(n) * time.Millisecond)
	case a.Measure == SLA:
		return fmt.Sprintf("%d%%", n)
	default:
		return fmt.Sprint(n)
	}
}

// clock writes a duration as 1:04, from an hour on as 1:02:03.
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	if h := s / 3600; h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Sentence says what happened, for a log or a screen reader: "red: Support: callers wait too long (4
// callers, longest 2:31)".
func (c *Change) Sentence() string {
	a := &c.Alarm
	said := a.Headline(c.At)
	switch c.Kind {
	case Raised:
		said = a.Level.String() + ": " + said
	case Worse, Better:
		said = "now " + a.Level.String() + ": " + said
	case Again:
		said = "still " + a.Level.String() + ": " + said
	case Joined:
		said = fmt.Sprintf("%d more: %s", len(c.Breaches), said)
	case Cleared:
		said = "over after " + call.Seconds(a.Cleared.Sub(a.Raised).Milliseconds()) + ": " + a.Cause()
		if !a.Acked.IsZero() {
			said += ", acknowledged by " + a.AckedBy + " after " + call.Seconds(a.Acked.Sub(a.Raised).Milliseconds())
		} else {
			said += ", acknowledged by nobody"
		}
	case Acked:
		said = "acknowledged by " + c.By + " after " + call.Seconds(a.Acked.Sub(a.Raised).Milliseconds()) + ": " + said
	case Snoozed:
		said = "put off by " + c.By + " until " + a.Snoozed.Format("15:04") + ": " + said
	case Unacked, Unsnoozed:
		said = string(c.Kind) + " by " + c.By + ": " + said
	}
	return said
}
