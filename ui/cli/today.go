package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/stats"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/text"
)

// todayFlags are what `ringside today` is asked for.
type todayFlags struct {
	json, explain, offline bool
	where                  string
}

func (a *app) todayCmd() *cobra.Command {
	var f todayFlags
	c := &cobra.Command{
		Use: "today", Aliases: []string{"stats"}, Short: "Print the numbers of today, once", Args: cobra.NoArgs,
		Long: `today prints the numbers of the day: of the floor, of each queue, of each person and by hour. They
are those of the desk's pages. What GoTo has reported today is fetched first, then the calls that are up.

  ringside today --where 'queue:support'
  ringside today --json | jq -r 'select(.scope == "queue") | [.name, .id, .value] | @tsv'
  ringside today --explain

With --where only the calls that a query finds are counted. With --json each number is a line with its
formula, its window and by how much it may be off. docs/stats.md has the formulas.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.today(cmd.Context(), f) },
	}
	c.Flags().BoolVar(&f.json, "json", false, "print records, one JSON line a number")
	c.Flags().BoolVar(&f.explain, "explain", false, "print what each number of the floor is made of")
	c.Flags().BoolVar(&f.offline, "offline", false, "ask GoTo for nothing: only what is kept")
	whereFlag(c.Flags(), &f.where)
	a.global.sim.register(c.Flags())
	return c
}

func (a *app) today(ctx context.Context, f todayFlags) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	w, err := a.readKept(f.where, cfg)
	if err != nil {
		return err
	}
	p, err := a.openPast(ctx, cfg, f.offline)
	if err != nil {
		return err
	}
	defer p.close()
	if reads, _ := w.query.Noted(); reads {
		if w.noted, err = archive.ReadNoted(ctx, p.kept, w.region); err != nil {
			return err
		}
	}
	n := connect.NewNumbers(numbers(cfg), p.clock)
	var day time.Time
	n.Do(func(f *stats.Fold, _ time.Time) { day = f.Day() })
	trouble := p.fetch(ctx, a.stderr, day) // what is kept is counted all the same
	if err := n.Load(ctx, p.kept); err != nil {
		return err
	}
	if p.service != nil {
		v, err := a.upNow(ctx, p)
		if err != nil {
			return err
		}
		n.Hooks(connect.Hooks{}).View(v)
	}
	out := bufio.NewWriter(a.stdout)
	n.Do(func(fold *stats.Fold, now time.Time) {
		shown := narrowed(fold, w, cfg, now)
		people := p.desk.May(duty.People, false) == nil
		switch {
		case f.json:
			err = writeNumbers(out, shown, now, people)
		default:
			printNumbers(out, shown, now, people, f.explain)
		}
	})
	return errors.Join(trouble, err, out.Flush())
}

// upNow asks which calls are up, and for all their states. No channel is opened.
func (a *app) upNow(ctx context.Context, p *pastLink) (*call.View, error) {
	svc := connect.Service{Client: p.link.Client, Account: p.link.Account}
	last, err := svc.Spaces(ctx)
	if err != nil {
		return nil, err
	}
	b := call.NewBoard(call.Options{MyLines: p.link.Lines})
	for _, e := range last {
		events, err := svc.States(ctx, e.Meta.ID, 1, 0)
		if err != nil {
			p.log.Warn("asking for the states of a call", slog.String("call", e.Meta.ID), slog.Any("error", err))
		}
		for _, e := range append(events, e) {
			e.Received = p.now()
			b.Apply(e)
		}
	}
	return b.Publish(p.now()), nil
}

// narrowed counts only what --where finds, and what the desk may see.
func narrowed(f *stats.Fold, w *where, cfg config.Config, now time.Time) *stats.Fold {
	if w.all() {
		return f
	}
	out := stats.New(numbers(cfg))
	var up []*call.Call
	var past []stats.Past
	for e := range f.All() {
		if c := e.Call(); c != nil {
			if w.finds(w.subject(c), now) {
				up = append(up, c)
			}
			continue
		}
		if w.findsPast(&e.Summary, now) {
			past = append(past, stats.Past{Summary: e.Summary, Reported: e.Reported})
		}
	}
	out.SetView(&call.View{Version: 1, At: now, Live: call.VecOf(up...)})
	out.AddPast(now, past)
	return out
}

// numberLine is a number as scripts read it.
type numberLine struct {
	Schema  string   `json:"schema"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Scope   string   `json:"scope"` // floor, queue, agent or hour
	Name    string   `json:"name"`  // of the queue or agent, the hour as 09:00; "" of the floor
	Key     string   `json:"key,omitempty"`
	Value   *float64 `json:"value"` // null where there is nothing to say
	Unit    string   `json:"unit"`  // count, ms, share
	Of      int      `json:"of"`    // calls it is made of
	From    string   `json:"from"`
	To      string   `json:"to"`
	Zone    string   `json:"zone"`
	Off     int      `json:"off"` // by how many calls it may be off
	Unsure  string   `json:"unsure"`
	Formula string   `json:"formula"`
}

// numberSchema names the version of numberLine.
const numberSchema = "ringside.number/1"

func lineOf(n stats.Number, scope, name, key string) numberLine {
	l := numberLine{
		Schema: numberSchema, ID: n.ID.String(), Title: n.Title, Scope: scope, Name: call.Clean(name), Key: call.Clean(key), Unit: n.Unit.String(), Of: n.Of,
		From: n.Window.From.In(n.Window.Zone).Format(time.RFC3339), To: n.Window.To.In(n.Window.Zone).Format(time.RFC3339),
		Zone: stats.ZoneName(n.Window.To.In(n.Window.Zone)), Off: n.Doubt.Off(), Unsure: n.Doubt.String(), Formula: n.Formula,
	}
	if n.Known {
		l.Value = &n.Value
	}
	return l
}

// everyNumber gives all numbers there are, the floor's first.
func everyNumber(f *stats.Fold, now time.Time, people bool) []numberLine {
	var out []numberLine
	add := func(scope, name, key string, all ...stats.Number) {
		for _, n := range all {
			out = append(out, lineOf(n, scope, name, key))
		}
	}
	for _, id := range stats.IDs() {
		if id < stats.AgentCalls {
			add("floor", "", "", f.Number(id, stats.Floor(), now))
		}
	}
	for _, q := range f.Queues(now) {
		add("queue", q.Name, "", q.Waiting, q.LongestNow, q.Talking, q.Calls, q.Answered, q.Abandoned, q.Missed, q.AnswerTime, q.SLA, q.WaitTime, q.LongestWait)
	}
	if people {
		for _, g := range f.Agents(now) {
			add("agent", g.Name, g.Key, g.Calls, g.Missed, g.Talk, g.Rung, g.Won, g.Beaten, g.RingTime)
		}
	}
	for _, h := range f.Hours(now) {
		if h.Calls.Value > 0 {
			add("hour", fmt.Sprintf("%02d:00", h.Hour), "", h.Calls, h.Answered, h.Missed, h.Abandoned, h.AnswerTime, h.SLA)
		}
	}
	return out
}

func writeNumbers(w io.Writer, f *stats.Fold, now time.Time, people bool) error {
	enc := json.NewEncoder(w)
	for _, l := range everyNumber(f, now, people) {
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("writing the numbers: %w", err)
		}
	}
	return nil
}

// printNumbers prints the numbers as tables.
func printNumbers(w io.Writer, f *stats.Fold, now time.Time, people, explain bool) {
	all := f.Number(stats.Calls, stats.Floor(), now)
	fmt.Fprintf(w, "%s\n", all.Window)
	if s := all.Doubt.String(); s != "" {
		fmt.Fprintf(w, "not sure: %s\n", s)
	}
	fmt.Fprintln(w)
	for _, id := range stats.IDs() {
		if id >= stats.AgentCalls {
			break
		}
		n := f.Number(id, stats.Floor(), now)
		fmt.Fprintf(w, "%-22s %8s\n", n.Title, n.Text())
		if explain {
			for _, l := range text.Wrap(n.Formula, 90) {
				fmt.Fprintf(w, "    %s\n", l)
			}
		}
	}
	tabulated(w, "QUEUE", f.Queues(now), func(q *stats.Queue) (string, []stats.Number) {
		return q.Name, []stats.Number{q.Waiting, q.LongestNow, q.Calls, q.Answered, q.Abandoned, q.SLA, q.AnswerTime, q.LongestWait}
	})
	if people {
		tabulated(w, "AGENT", f.Agents(now), func(g *stats.Agent) (string, []stats.Number) {
			return strings.TrimSpace(g.Name + " " + g.Extension), []stats.Number{g.Calls, g.Missed, g.Talk, g.Rung, g.Won, g.Beaten, g.RingTime}
		})
	}
	hours := f.Hours(now)
	tabulated(w, "HOUR", slices.DeleteFunc(hours[:], func(h stats.Hour) bool { return h.Calls.Value == 0 }), func(h *stats.Hour) (string, []stats.Number) {
		return fmt.Sprintf("%02d:00", h.Hour), []stats.Number{h.Calls, h.Answered, h.Missed, h.Abandoned, h.AnswerTime, h.SLA}
	})
}

// tabulated prints rows of numbers under their titles.
func tabulated[R any](w io.Writer, title string, rows []R, of func(*R) (string, []stats.Number)) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(w)
	wide := 0
	for i := range rows {
		name, _ := of(&rows[i])
		wide = max(wide, min(30, text.Width(call.Clean(name))))
	}
	wide = max(wide, len(title))
	for i := range rows {
		name, all := of(&rows[i])
		if i == 0 {
			line := text.Fit(title, wide)
			for _, n := range all {
				line += "  " + text.Right(strings.ToUpper(short(n)), numberWidth(n))
			}
			fmt.Fprintln(w, line)
		}
		line := text.Fit(text.Cut(call.Clean(name), wide), wide)
		for _, n := range all {
			line += "  " + text.Right(n.Text(), numberWidth(n))
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

func numberWidth(n stats.Number) int { return max(7, len(short(n))) }

// short is the title of a number in a narrow column.
func short(n stats.Number) string {
	switch n.ID {
	case stats.AnswerTime:
		return "to answer"
	case stats.AbandonedQueue:
		return "abandoned"
	case stats.LongestWait:
		return "longest"
	}
	return n.Title
}
