package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/store/alarm"
	"ringside/store/alarm/guard"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/stats"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/notify"
)

func (a *app) alarmCmd() *cobra.Command {
	c := &cobra.Command{Use: "alarm", Short: "Alarms: what would ask for a supervisor, and what did", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var f alarmTest
	test := &cobra.Command{
		Use: "test", Short: "Tell what each rule watches, what it would raise now, and which ways it is told by", Args: asUsage(cobra.NoArgs),
		Long: `test reads the rules, looks at the calls that are up, and tells what would be raised and by which ways
it would be told. Nothing is sent, unless --send asks for it: then each way gets one notice that says
it is a test, and what became of it is told.

  ringside alarm test
  ringside alarm test --rule 'VIP waits' --send --offline`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.alarmTest(cmd.Context(), f) },
	}
	fs := test.Flags()
	a.global.sim.register(fs)
	fs.StringVar(&f.rule, "rule", "", "only the rule of this name")
	fs.BoolVar(&f.send, "send", false, "send a test by every way that is set up, or by those of --rule")
	fs.BoolVar(&f.offline, "offline", false, "do not look at the calls: only the configuration is read")
	fs.BoolVar(&f.open, "open", false, "demo: commands, webhooks and the desktop too")
	var l alarmLog
	log := &cobra.Command{
		Use: "log", Short: "Print the alarms that were, who acknowledged them and after how long", Args: asUsage(cobra.NoArgs),
		RunE: a.onArchive(a.keptArchive, func(ctx context.Context, kept archive.Archive, cfg config.Config, _ []string) error {
			return a.alarmLog(ctx, kept, l, clockOf(cfg)())
		}),
	}
	log.Flags().IntVar(&l.days, "days", 7, "of so many days")
	log.Flags().IntVar(&l.limit, "limit", 200, "at most so many alarms")
	log.Flags().BoolVar(&l.calls, "calls", false, "with the calls that were behind each")
	log.Flags().BoolVar(&l.asJSON, "json", false, "print records, one JSON line an alarm (schema "+alarm.Schema+")")
	c.AddCommand(test, log)
	return c
}

// alarmTest are the flags of `ringside alarm test`.
type alarmTest struct {
	rule                string
	send, offline, open bool
}

func (a *app) alarmTest(ctx context.Context, f alarmTest) error {
	a.global.open = a.global.open || f.open
	cfg, log, done, err := a.start()
	if err != nil {
		return err
	}
	defer done()
	now, events := clockOf(cfg)(), []call.Event(nil)
	var l connect.Link
	if !f.offline {
		var end func()
		if l, end, err = a.link(ctx, cfg, log); err != nil {
			return err
		}
		defer end()
		now = l.Clock()
		if events, err = a.statesNow(ctx, l); err != nil {
			return err
		}
	}
	setup, err := a.setUpAlarms(cfg, now, a.rawOut(), log)
	if err != nil {
		return err
	}
	defer setup.close()
	specs, _ := a.alarmSpecs(cfg)
	if f.rule != "" {
		at := slices.IndexFunc(specs, func(s alarm.Spec) bool { return strings.EqualFold(s.Name, f.rule) })
		if at < 0 {
			return hinted{fmt.Errorf("no rule %q", call.Clean(f.rule)), "the rules are " + strings.Join(setup.settings.Rules.Names(), ", "), exitUsage}
		}
		specs = specs[at : at+1]
	}
	b := call.NewBoard(call.Options{MyLines: l.Lines})
	for _, e := range events {
		e.Received = now
		b.Apply(e)
	}
	up, raised, err := a.raisedNow(cfg, specs, b.Publish(now), now)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	tell := notify.New(notify.Options{Uses: setup.uses})
	for _, s := range specs {
		a.printRule(out, s, tell, raised[s.Name], up, f.offline, now)
	}
	if len(specs) == 0 {
		fmt.Fprintln(out, "no rule is watched: see [alarms] and [thresholds]")
	}
	if f.send {
		err = sendTests(ctx, out, setup.uses, specs, f.rule, now, terminal(a.stderr))
	} else {
		fmt.Fprintln(out, "nothing was sent; --send sends a test")
	}
	return errors.Join(err, out.Flush())
}

// statesNow gives the states of the calls that are up.
func (a *app) statesNow(ctx context.Context, l connect.Link) ([]call.Event, error) {
	svc := connect.Service{Client: l.Client, Account: l.Account}
	last, err := svc.Spaces(ctx)
	if err != nil {
		return nil, err
	}
	var out []call.Event
	for _, e := range last {
		events, err := svc.States(ctx, e.Meta.ID, 1, 0)
		if err != nil {
			fmt.Fprintf(a.stderr, "ringside: call %s is looked at as far as its last state tells: %s\n", e.Meta.ID, printable(err.Error()))
		}
		out = append(append(out, events...), e)
	}
	return out, nil
}

// raisedNow gives what each rule would raise for a view, at once: how long it must have been so is not
// waited for. Who is idle and the share answered in time are told by the calls of the view alone.
func (a *app) raisedNow(cfg config.Config, specs []alarm.Spec, v *call.View, now time.Time) (up int, raised map[string][]alarm.Alarm, err error) {
	specs = slices.Clone(specs)
	for i := range specs {
		specs[i].For, specs[i].Notify = 0, nil
	}
	rules, err := alarm.Compile(specs, alarm.Options{Now: now, Region: cfg.Contacts.Region, ShortAbandon: cfg.Thresholds.ShortAbandon})
	if err != nil {
		return 0, nil, err
	}
	e := alarm.New(alarm.Settings{Rules: rules})
	e.Calls(v.Live, now)
	f := figures{fold: stats.New(numbers(cfg)), desk: a.deskDuty(cfg)}
	f.fold.SetView(v)
	idle, figs := f.make(now)
	e.Agents(idle, now)
	e.Figures(figs, now)
	raised = map[string][]alarm.Alarm{}
	for _, one := range e.Board(now).Up {
		raised[one.Rule] = append(raised[one.Rule], one)
	}
	return v.Counts.Up, raised, nil
}

// printRule tells what a rule watches, how it is told, and what it would raise.
func (a *app) printRule(out io.Writer, s alarm.Spec, tell *notify.Desk, raised []alarm.Alarm, up int, offline bool, now time.Time) {
	fmt.Fprintf(out, "%s: %s\n", call.Clean(s.Name), alarm.Describe(s))
	ways := tell.Ways(&alarm.Change{Kind: alarm.Raised, Alarm: alarm.Alarm{Ways: s.Notify}})
	if len(ways) == 0 {
		ways = []string{"the screen alone"}
	}
	fmt.Fprintf(out, "  told by %s\n", strings.Join(ways, ", "))
	switch {
	case offline:
	case len(raised) == 0:
		fmt.Fprintf(out, "  raises nothing now, with %d calls up\n", up)
	}
	for i := range raised {
		fmt.Fprintf(out, "  would raise %s: %s\n", raised[i].Level, raised[i].Headline(now))
	}
}

// rawOut gives what writes a sequence to the terminal, where standard error is one.
func (a *app) rawOut() func(string) {
	return func(s string) {
		if terminal(a.stderr) {
			fmt.Fprint(a.stderr, s)
		}
	}
}

// sendTests sends a test by each way, and tells what became of it.
func sendTests(ctx context.Context, out io.Writer, uses []notify.Use, specs []alarm.Spec, rule string, now time.Time, seen bool) error {
	one := alarm.Alarm{ID: "test", Rule: "test", Measure: alarm.Where, Level: alarm.Red, Worst: alarm.Red, Raised: now, Count: 1, Peak: 1, Total: 1, Said: 1, Query: "live"}
	if rule != "" && len(specs) == 1 {
		one.Rule, one.Ways = specs[0].Name, specs[0].Notify
	}
	one.Subject = "test, nothing is wrong"
	n := notify.Notice{Changes: []alarm.Change{{Kind: alarm.Raised, At: now, Alarm: one}}}
	failed := 0
	for _, u := range uses {
		name := u.Way.Name()
		if len(one.Ways) > 0 && !slices.Contains(one.Ways, name) {
			continue
		}
		if !seen && (name == notify.Bell || name == notify.Terminal) {
			fmt.Fprintf(out, "%s: not sent, standard error is no terminal here\n", name)
			continue
		}
		sending, cancel := context.WithTimeout(ctx, max(u.Timeout, 10*time.Second))
		err := u.Way.Send(sending, n)
		cancel()
		if err != nil {
			failed++
			fmt.Fprintf(out, "%s: failed: %s\n", name, printable(err.Error()))
			continue
		}
		fmt.Fprintf(out, "%s: sent\n", name)
	}
	switch {
	case failed > 0:
		return hinted{fmt.Errorf("%d of the ways failed", failed), "each is said above", exitFailed}
	case len(uses) == 0:
		fmt.Fprintln(out, "no way is set up: see bell, notify, command and webhook in [alarms]")
	}
	return nil
}

// alarmLog are the flags of `ringside alarm log`.
type alarmLog struct {
	days, limit   int
	calls, asJSON bool
}

func (a *app) alarmLog(ctx context.Context, kept archive.Archive, l alarmLog, now time.Time) error {
	alarms, err := guard.Load(ctx, kept, now.AddDate(0, 0, -l.days), l.limit)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	for i := len(alarms) - 1; i >= 0; i-- { // the newest last, as in any log
		one := &alarms[i]
		if l.asJSON {
			fmt.Fprintf(out, "%s\n", alarm.RecordOf(one, now).JSON())
		} else {
			fmt.Fprintln(out, logLine(one, now))
		}
		if !l.calls {
			continue
		}
		breaches, err := guard.Breaches(ctx, kept, one)
		if err != nil {
			return err
		}
		for _, b := range breaches {
			if l.asJSON {
				line, err := json.Marshal(b)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s\n", line)
				continue
			}
			fmt.Fprintf(out, "    %s\n", breachLine(b, now.Location()))
		}
	}
	if len(alarms) == 0 && !l.asJSON {
		fmt.Fprintf(a.stderr, "ringside: no alarm in the last %d days\n", l.days)
	}
	return out.Flush()
}

// logLine is an alarm of the log: when, how grave, for how long, what, and who acknowledged it.
func logLine(one *alarm.Alarm, now time.Time) string {
	end, state := one.Cleared, ""
	if one.Up() {
		end, state = now, " (up)"
	}
	line := fmt.Sprintf("%s  %-5s  %7s%s  %s", one.Raised.In(now.Location()).Format("2006-01-02 15:04:05"), one.Worst, call.Seconds(end.Sub(one.Raised).Milliseconds()), state, one.Headline(now))
	if one.Acked.IsZero() {
		return line + "; acknowledged by nobody"
	}
	return line + fmt.Sprintf("; acknowledged by %s after %s", call.Clean(one.AckedBy), call.Seconds(one.Acked.Sub(one.Raised).Milliseconds()))
}

func breachLine(b guard.Breach, zone *time.Location) string {
	who := b.Call + b.Agent
	at, _ := time.Parse(time.RFC3339Nano, b.At)
	line := at.In(zone).Format("15:04:05") + "  " + call.Clean(who)
	if since, err := time.Parse(time.RFC3339Nano, b.Since); err == nil && b.Level != "" {
		line += "  " + b.Level + " after " + call.Seconds(at.Sub(since).Milliseconds())
	}
	if b.Queue != "" {
		line += "  in " + call.Clean(b.Queue)
	}
	if b.With != "" {
		line += "  with " + call.Clean(b.With)
	}
	return line
}
