package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/cli/config"
)

// popFlags are those of `ringside pop test`.
type popFlags struct {
	call    string
	as      string
	moments []string
	asJSON  bool
	offline bool
}

func (a *app) popCmd() *cobra.Command {
	c := &cobra.Command{Use: "pop", Short: "Screen pops: what would open, and why", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var f popFlags
	test := &cobra.Command{
		Use: "test", Short: "Tell what would open for a call, rule by rule, with nothing opened", Args: asUsage(cobra.NoArgs),
		Long: `test takes a call through the rules of [[pops.rule]] and tells of each why it matches or not, of each
variable what it is before and after encoding, whom the look-up asked, and the address or the
arguments that would be opened. Nothing is opened.

  ringside pop test                          the last call of mine, at the moments it came to
  ringside pop test --call 5f1d --moment ringing
  ringside pop test --call calls.jsonl --as 8648`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.popTest(cmd.Context(), f) },
	}
	fs := test.Flags()
	a.global.sim.register(fs)
	fs.StringVar(&f.call, "call", "last", "last (the last call of mine, else the last), an id or its beginning, or a recording as replay reads it")
	fs.StringVar(&f.as, "as", "", "for another user: the extension, name or line of somebody in the call, or a user with custom parameters")
	fs.StringSliceVar(&f.moments, "moment", nil, "ringing, answered, ended or hand; may be repeated (default: those the call came to)")
	fs.BoolVar(&f.asJSON, "json", false, "print traces, one JSON line each (schema "+pop.Schema+")")
	fs.BoolVar(&f.offline, "offline", false, "ask only the archive, not GoTo")
	c.AddCommand(test)
	return c
}

// moments reads --moment.
func (f popFlags) read() ([]pop.Moment, error) {
	all := []pop.Moment{pop.Ringing, pop.Answered, pop.Ended, pop.ByHand}
	var out []pop.Moment
	for _, text := range f.moments {
		m := pop.Moment(strings.ToLower(strings.TrimSpace(text)))
		if !slices.Contains(all, m) {
			return nil, usageError{fmt.Errorf("moment %q: it is ringing, answered, ended or hand", text)}
		}
		out = append(out, m)
	}
	return out, nil
}

func (a *app) popTest(ctx context.Context, f popFlags) error {
	moments, err := f.read()
	if err != nil {
		return err
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	var calls []*call.Call
	if isFile(f.call) {
		rec := a.readRecordings([]string{f.call})
		if calls = rec.calls(); rec.err != nil {
			return rec.err
		}
		f.offline = f.offline || !a.global.demo
	}
	past, err := a.popPast(ctx, cfg, f.offline, calls != nil)
	if err != nil {
		return err
	}
	defer past.close()
	crm, endPages, err := a.demoPages(ctx, past.link)
	if err != nil {
		return err
	}
	defer endPages()
	setup, err := a.setUpPops(ctx, cfg, past.kept, popUser(past.link), crm, past.now())
	if err != nil {
		return err
	}
	if len(setup.spec.Rules) == 0 {
		return hinted{errors.New("there are no rules to test"), "write [[pops.rule]] into the configuration: docs/pops.md, `ringside config example`", exitFailed}
	}
	if calls == nil {
		c, err := a.testedCall(ctx, past, f.call, setup)
		if err != nil {
			return err
		}
		calls = []*call.Call{c}
	}
	uses, done, err := a.sources(cfg, past.link.CRM)
	if err != nil {
		return err
	}
	defer done()
	people := lookup.New(uses, lookup.Options{})
	defer people.Close()
	for _, c := range calls {
		if err := a.tryPops(ctx, setup, people, c, f, moments); err != nil {
			return err
		}
	}
	return nil
}

// isFile tells whether --call names a recording.
func isFile(name string) bool {
	if name == "-" {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// popPast opens the past that a test looks into. With a recording at hand none is needed: where there
// is no account, nothing is known beside the recording.
func (a *app) popPast(ctx context.Context, cfg config.Config, offline, needless bool) (*pastLink, error) {
	past, err := a.openPast(ctx, cfg, offline)
	if err != nil && needless && offline {
		return &pastLink{clock: clockOf(cfg)}, nil
	}
	return past, err
}

// maxLast is how many of the last calls are looked through for one of mine.
const maxLast = 200

// testedCall finds the call of a test.
func (a *app) testedCall(ctx context.Context, past *pastLink, id string, s *popSetup) (*call.Call, error) {
	if id != "last" {
		e, err := past.get(ctx, id, s.region)
		if err != nil {
			return nil, err
		}
		return e.Call, nil
	}
	now := past.now()
	y, m, d := now.Date()
	if err := past.fetch(ctx, a.stderr, time.Date(y, m, d, 0, 0, 0, 0, now.Location())); err != nil {
		return nil, err
	}
	page, err := past.kept.Find(ctx, archive.Search{Limit: maxLast})
	if err != nil {
		return nil, err
	}
	if len(page.Rows) == 0 {
		return nil, hinted{errors.New("no finished call is known"), "name one by its id, or a recording, with --call", exitFailed}
	}
	var last *call.Call // with somebody outside, whom rules are about as a rule
	for _, r := range page.Rows {
		e, err := past.kept.Get(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if last == nil || last.Direction == call.Internal && e.Call.Direction != call.Internal {
			last = e.Call
		}
		if onLine(e.Call, s.me.Lines) {
			return e.Call, nil
		}
	}
	return last, nil
}

// onLine tells whether a call was on one of some lines.
func onLine(c *call.Call, lines []string) bool {
	return slices.ContainsFunc(c.People, func(p call.Participant) bool { return p.LineID != "" && slices.Contains(lines, p.LineID) })
}

// tryPops prints what would open for one call.
func (a *app) tryPops(ctx context.Context, s *popSetup, people *lookup.Desk, c *call.Call, f popFlags, moments []pop.Moment) error {
	kept, err := s.keptParameters(ctx)
	if err != nil {
		return err
	}
	u, mine, err := s.testUser(c, f.as, kept)
	if err != nil {
		return err
	}
	if f.as == "" && !mine && len(s.me.Lines) > 0 {
		fmt.Fprintf(a.stderr, "ringside: this call was not on a line of yours; it is told for %s, who was in it\n", printable(u.Name))
	}
	trial := pop.Trial{Call: c, User: s.withParameters(u, kept, mine), Chosen: -1, Moments: moments}
	if n := number.Parse(c.Outsider().Number, s.region); len(n.Keys()) > 0 {
		if trial.Contacts, err = people.Lookup(ctx, n); err != nil {
			return fmt.Errorf("looking up who calls: %w", err)
		}
		if trial.Chosen, err = decided(ctx, s.kept, trial.Contacts, c.Created); err != nil {
			return fmt.Errorf("reading which contact was chosen: %w", err)
		}
	}
	for _, t := range s.rules.Test(trial) {
		if f.asJSON {
			_, err = a.stdout.Write(append(t.JSON(), '\n'))
		} else {
			_, err = io.WriteString(a.stdout, t.Text())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// testUser gives who a test is for: me, or somebody by extension, name or line. Where I was not in
// the call, or it is not known who I am, as with a recording, it is the one who answered, or was rung
// first.
func (s *popSetup) testUser(c *call.Call, as string, kept pop.Parameters) (u pop.User, mine bool, err error) {
	if as == "" && onLine(c, s.me.Lines) {
		return s.me, true, nil
	}
	var names []string
	for _, p := range c.People {
		if p.LineID == "" {
			continue
		}
		u := pop.User{ID: p.LineID, Name: call.Clean(p.Name), Extension: p.Extension, Lines: []string{p.LineID}}
		switch {
		case as == "" && (len(c.Answered) == 0 || c.Answered[0].Extension == p.Extension):
			return u, len(s.me.Lines) == 0, nil
		case as != "" && (as == p.LineID || as == p.Extension || strings.EqualFold(as, p.Name)):
			return u, slices.Contains(s.me.Lines, p.LineID), nil
		}
		if named := strings.TrimSpace(p.Extension + " " + call.Clean(p.Name)); !slices.Contains(names, named) {
			names = append(names, named)
		}
	}
	switch {
	case as == "":
		return s.me, true, nil
	case as == s.me.ID || as == s.me.Extension || strings.EqualFold(as, s.me.Name):
		return s.me, true, nil
	case kept[as] != nil || s.cfg.Pops.Users[as] != nil: // on which line is not known: whatever rings, rings this one
		return pop.User{ID: as, Name: as}, false, nil
	}
	hint := "nobody of ours is in this call"
	if len(names) > 0 {
		hint = "in this call are " + strings.Join(names, ", ")
	}
	return u, false, hinted{fmt.Errorf("no user %q", call.Clean(as)), hint + "; `ringside user list` tells who has custom parameters", exitUsage}
}
