package alarm

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Describe says in words what a rule of the configuration watches, for one that compiles: "longest wait,
// amber from 1:24, red from 2:00, an alarm for each queue".
func Describe(s Spec) string {
	r, err := compile(s, Options{})
	if err != nil {
		return err.What
	}
	parts := []string{r.measure.Doc()}
	for _, l := range []Level{Amber, Red} {
		a := Alarm{Measure: r.measure, Limits: r.limits}
		if limit := a.Limit(l); limit != "" {
			word := "from"
			if r.measure == SLA {
				word = "under"
			}
			parts = append(parts, fmt.Sprintf("%s %s %s", l, word, limit))
		}
	}
	switch r.per {
	case PerQueue, PerAgent:
		parts = append(parts, "an alarm for each "+string(r.per))
	default:
		parts = append(parts, "one alarm for all")
	}
	if len(s.Queue) > 0 {
		parts = append(parts, "only in "+strings.Join(s.Queue, ", "))
	}
	if len(s.Agent) > 0 {
		parts = append(parts, "only of "+strings.Join(s.Agent, ", "))
	}
	if s.Where != "" {
		parts = append(parts, "where "+s.Where)
	}
	if r.window > 0 {
		parts = append(parts, "within "+length(r.window))
	}
	if r.lasting > 0 {
		parts = append(parts, "once it has been so for "+length(r.lasting))
	}
	if r.measure == SLA {
		parts = append(parts, fmt.Sprintf("of %d calls at least", r.least))
	}
	return strings.NewReplacer("`", "", "*", "").Replace(strings.Join(parts, "; "))
}

// length writes a time as 10s, 15m, 1h30m.
func length(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return cmp.Or(s, "0s")
}
