package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ringside/gotoapi/stream"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

func (a *app) watchCmd() *cobra.Command {
	var asJSON, alarmed bool
	var length time.Duration
	var query string
	c := &cobra.Command{
		Use: "watch", Short: "Follow the calls without a screen", Args: cobra.NoArgs,
		Long: `watch prints a line for each change of a call: a sentence, or with --json its whole record
(schema ` + call.Schema + `). It ends when interrupted, or after --for.

  ringside watch --where 'queue:support wait>45s'

With --where it prints the changes of the calls that a query finds, a line when a call comes to be
found because time passes, and the end of every call it told of. The query language is described in
docs/query.md.

With --alarms it prints what happens to alarms instead, and has them told as [alarms] says: bell,
command, webhook (docs/alarms.md).`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := during(cmd.Context(), length)
			defer cancel()
			switch {
			case alarmed && query != "":
				return usageError{errors.New("--where is for calls: rules say what alarms are about")}
			case alarmed:
				return a.watchAlarms(ctx, asJSON)
			}
			return a.watch(ctx, query, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print records, one JSON line a change")
	c.Flags().BoolVar(&alarmed, "alarms", false, "print alarms instead of calls, and have them told")
	whereFlag(c.Flags(), &query)
	lengthFlag(c.Flags(), &length)
	a.global.sim.register(c.Flags())
	a.sourceFlag(c.Flags())
	return c
}

// lengthFlag registers --for, after which a command ends.
func lengthFlag(fs *pflag.FlagSet, into *time.Duration) {
	fs.DurationVar(into, "for", 0, "end after this time: 20s, 10m")
}

// during bounds ctx by --for; 0 is no bound.
func during(ctx context.Context, length time.Duration) (context.Context, context.CancelFunc) {
	if length <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, length)
}

func (a *app) watch(ctx context.Context, query string, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	w, err := a.readKept(query, cfg)
	if err != nil {
		return err
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w.me = lines(l.Lines)
	again, forget, err := a.openNoted(ctx, w, cfg, l)
	if err != nil {
		return err
	}
	defer forget()
	p := newPrinter(a.stdout, asJSON, w, l.Clock)
	s := connect.New(l, connect.Hooks{
		View: func(v *call.View) {
			if err := p.print(v); err != nil {
				cancel(err)
			}
		},
		Status: a.sayStatus(),
	}, call.Options{})
	var clock sync.WaitGroup
	if w.turns() {
		clock.Go(func() { p.follow(ctx, cancel) })
	}
	if again != nil {
		clock.Go(func() { p.reread(ctx, again, cancel, l.Log) })
	}
	err = a.whileWatchingLogin(ctx, l, s.Run)
	cause := context.Cause(ctx)
	cancel(nil)
	clock.Wait()
	return endOfWatch(err, cause)
}

// endOfWatch gives what a watch failed with: err is what its session said, cause why its context ended.
// That it was interrupted, or that its time is over, is no failure.
func endOfWatch(err, cause error) error {
	asked := errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded)
	switch {
	case cause != nil && !asked:
		return cause
	case asked, errors.Is(err, context.DeadlineExceeded):
		return nil
	}
	return err
}

// sayStatus tells on stderr what stands in the way of a live link.
func (a *app) sayStatus() func(stream.Status) {
	var mu sync.Mutex
	last, scope, noReports := "", "", ""
	return func(s stream.Status) {
		mu.Lock()
		defer mu.Unlock()
		if s.Scope != scope {
			scope = s.Scope
			fmt.Fprintln(a.stderr, "ringside: this shows", scope)
		}
		if s.NoReports != noReports && s.NoReports != "" {
			a.say("no reports of finished calls: "+s.NoReports, s.NoReportsHint)
		}
		noReports = s.NoReports
		if s.Why == "" || s.Why == last || s.Link == stream.Live {
			return
		}
		last = s.Why
		a.say(s.Link.String()+": "+s.Why, s.Hint)
	}
}

func sentence(c *call.Call) string {
	var b strings.Builder
	b.WriteString(partyText(c.From))
	b.WriteString(" to ")
	b.WriteString(partyText(c.To))
	if len(c.Path) > 0 {
		b.WriteString(", " + strings.Join(c.Path, " › "))
	}
	b.WriteString(": ")
	switch {
	case c.State == call.StateEnded:
		b.WriteString("ended, " + c.Outcome.String() + " after " + call.Seconds(c.Total(c.Ended).Milliseconds()))
	case c.State == call.StateOnHold && c.Who != "":
		b.WriteString("on hold by " + c.Who)
	case c.State == call.StateTransferring && c.Who != "":
		b.WriteString("transferring to " + c.Who)
	case c.State == call.StateWaiting:
		b.WriteString("waiting in " + c.Who)
	case c.State == call.StateTalking && c.Who != "":
		b.WriteString("talking with " + c.Who)
	case c.Who != "":
		b.WriteString(c.State.String() + " " + c.Who)
	default:
		b.WriteString(c.State.String())
	}
	for _, mark := range marks(c) {
		b.WriteString(" [" + mark + "]")
	}
	return b.String()
}

// marks tells how sure we are of a call.
func marks(c *call.Call) []string {
	var out []string
	if c.JoinedLate {
		out = append(out, "joined late")
	} else if len(c.Gaps) > 0 {
		out = append(out, "gap")
	}
	if c.Stale {
		out = append(out, "stale")
	}
	return out
}

func partyText(p call.Party) string {
	switch {
	case p.Name != "" && p.Number != "" && p.Name != p.Number:
		return p.Name + " (" + p.Number + ")"
	case p.Name != "":
		return p.Name
	case p.Number != "":
		return p.Number
	}
	return "unknown"
}

func writeRecord(w io.Writer, c *call.Call, now time.Time) error {
	line, err := json.Marshal(c.Record(now))
	if err != nil {
		return fmt.Errorf("writing call %s: %w", c.ID, err)
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

func (a *app) callsCmd() *cobra.Command {
	var asJSON bool
	var query string
	c := &cobra.Command{
		Use: "calls", Short: "Print the calls that are up, once", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.calls(cmd.Context(), query, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print records, one JSON line a call")
	whereFlag(c.Flags(), &query)
	a.global.sim.register(c.Flags())
	return c
}

// calls asks which calls are up and for all their states, and prints those that the query finds. No
// channel is opened.
func (a *app) calls(ctx context.Context, query string, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	w, err := a.readKept(query, cfg)
	if err != nil {
		return err
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	w.me = lines(l.Lines)
	_, forget, err := a.openNoted(ctx, w, cfg, l)
	if err != nil {
		return err
	}
	defer forget()
	svc := connect.Service{Client: l.Client, Account: l.Account}
	last, err := svc.Spaces(ctx)
	if err != nil {
		return err
	}
	b := call.NewBoard(call.Options{MyLines: l.Lines})
	for _, e := range last {
		events, err := svc.States(ctx, e.Meta.ID, 1, 0)
		if err != nil {
			fmt.Fprintf(a.stderr, "ringside: call %s is shown as far as its last state tells: %s\n", e.Meta.ID, printable(err.Error()))
		}
		for _, e := range append(events, e) {
			e.Received = l.Clock()
			b.Apply(e)
		}
	}
	out := bufio.NewWriter(a.stdout)
	now, n := l.Clock(), 0
	for _, c := range b.Publish(now).Live.All() {
		if !c.Live() || !w.finds(w.subject(c), now) {
			continue
		}
		n++
		c = w.shown(c)
		if asJSON {
			err = errors.Join(err, writeRecord(out, c, now))
			continue
		}
		fmt.Fprintf(out, "%3d  %-12s %8s  %s\n", c.No, c.State, call.Seconds(c.Total(now).Milliseconds()), sentence(c))
	}
	if n == 0 && !w.all() && !asJSON {
		fmt.Fprintln(a.stderr, "ringside: no call that is up matches")
	}
	return errors.Join(err, out.Flush())
}

// open opens the log and gives the link that the flags and the configuration ask for. done ends both.
func (a *app) open(ctx context.Context, cfg config.Config) (l connect.Link, done func(), err error) {
	log, closeLog, err := a.openLog(cfg)
	if err != nil {
		return connect.Link{}, nil, err
	}
	l, end, err := a.link(ctx, cfg, log)
	if err != nil {
		closeLog()
		return connect.Link{}, nil, err
	}
	return l, func() { end(); closeLog() }, nil
}

// link gives the link that the flags and the configuration ask for. done ends it.
func (a *app) link(ctx context.Context, cfg config.Config, log *slog.Logger) (l connect.Link, done func(), err error) {
	done = func() {}
	if a.global.demo {
		far, err := a.startFarEnd()
		if err != nil {
			return connect.Link{}, nil, err
		}
		l, done = far.Link(log), far.Close
	} else if l, err = a.realLink(ctx, cfg, log); err != nil {
		return connect.Link{}, nil, err
	}
	if l, err = a.chooseSource(cfg, l); err != nil {
		done()
		return connect.Link{}, nil, err
	}
	return inZone(l, cfg), done, nil
}

// startFarEnd starts the simulated GoTo that the flags ask for, which keeps no log.
func (a *app) startFarEnd() (*connect.FarEnd, error) {
	silent := slog.New(slog.DiscardHandler)
	far, err := connect.StartFarEnd(a.global.sim.config(silent), silent)
	if err != nil {
		return nil, usageError{err}
	}
	return far, nil
}

// terminal reports whether a stream is a terminal.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}
