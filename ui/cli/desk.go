package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ringside/gotoapi/stream"
	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/audit"
	"ringside/store/call"
	store "ringside/store/phone"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/owed"
	card "ringside/ui/pop"
	"ringside/ui/status"
	"ringside/ui/thrift"
)

func (a *app) demoCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "demo", Short: "The desk on a simulated GoTo: no account needed", Args: cobra.NoArgs,
		Long: `demo shows the desk on a simulated GoTo Connect inside this program. The program is the one
that real accounts get, over real HTTP and websockets: only the far end is simulated.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.global.demo = true
			return a.desk(cmd.Context())
		},
	}
	a.global.sim.register(c.Flags())
	a.plainFlag(c.Flags())
	c.Flags().BoolVar(&a.global.open, "open", false, "open screen pops in the browser; without it their addresses are shown")
	a.sourceFlag(c.Flags())
	return c
}

// plainFlag lets the desk be told in sentences.
func (a *app) plainFlag(fs *pflag.FlagSet) {
	fs.BoolVar(&a.global.plain, "plain", false, "sentences instead of a screen, commands typed as lines: for screen readers (docs/plain.md)")
}

// errNoTerminal is what the desk answers without a terminal.
var errNoTerminal = hinted{
	errors.New("the desk needs a terminal, and standard output is none"),
	"use `ringside watch --json` in scripts and pipes; `ringside --plain` is the desk in sentences", exitUsage,
}

// desk shows the desk on the account that flags and configuration name.
func (a *app) desk(ctx context.Context) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	a.global.plain = (a.global.plain || cfg.Desk.Plain) && !a.global.wall.only
	if !a.global.plain {
		if err := a.drawable(); err != nil {
			return err
		}
	}
	if cfg, err = a.global.wall.laid(cfg); err != nil {
		return err
	}
	if err := card.CheckCreate(cfg.Contacts.Create); err != nil {
		return hinted{fmt.Errorf("%s: contacts.create: %w", cfg.File, err), "an address such as https://crm.example/new?phone=$number$", exitUsage}
	}
	if a.global.demo {
		defer a.openEarly(ctx, cfg)()
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	return a.deskOn(ctx, cfg, l)
}

// deskOn shows the desk on a link.
func (a *app) deskOn(ctx context.Context, cfg config.Config, l connect.Link) error {
	if a.global.wall.only {
		l.Lines, l.Me = nil, "" // a wall is nobody's desk: no card, no pop
	}
	sources, closeSources, err := a.sources(cfg, l.CRM)
	if err != nil {
		return err
	}
	defer closeSources()
	return a.runDesk(ctx, cfg, l, sources)
}

// runDesk runs screen, look-ups and session together, until the person leaves or ctx ends.
func (a *app) runDesk(ctx context.Context, cfg config.Config, l connect.Link, sources []lookup.Use) error {
	people := lookup.New(sources, lookup.Options{})
	defer people.Close()
	kept, unkept, err := a.deskArchive(ctx, cfg, l)
	if err != nil {
		return err
	}
	defer kept.Close() // what it has acknowledged is on disk
	d := &desk{region: cfg.Contacts.Region, people: people, log: l.Log}
	var s *connect.Session
	endPops, err := a.deskPops(ctx, cfg, l, d, kept, &s)
	if err != nil {
		return err
	}
	defer endPops()
	trail, closeTrail, err := a.openTrail(cfg, l, d.tellTrouble)
	if err != nil {
		return err
	}
	defer closeTrail()
	d.trail = trail
	endAlarms, err := a.deskAlarms(cfg, l, d, kept)
	if err != nil {
		return err
	}
	defer endAlarms()
	screen := a.screenOptions(cfg, l, ui.Ports{
		Want:        d.want,
		FetchReport: func(id string) { s.Store.FetchReport(id) },
		Shown:       func(ids []string) { s.Store.Show(ids) },
		Past:        limitPast(kept, a.deskDuty(cfg), cfg.Contacts.Region),
		Transcript:  l.Client.Recordings.Transcript,
		Save:        saver(l.Clock),
		Drawn:       d.drawn,
		Did:         d.did,
	})
	screen.Ports.Pop, screen.Pops = d.popPort()
	screen.Ports.Alarms, screen.Snooze = d.alarms.guard, d.alarms.snooze
	odd, err := a.settleIn(cfg, l.Log, &screen)
	if err != nil {
		return err
	}
	phone := a.deskPhone(cfg, l, d, &screen)
	d.model = ui.New(screen)
	d.tellOdd(odd)
	put, endTape := a.deskTape(ctx, cfg, l, d)
	defer endTape()
	endLinks := a.takeLinks(ctx, cfg, d)
	defer endLinks()
	past := connect.NewPast(l, d.past(kept, config.Days(cfg.Archive.BackDays), unkept))
	s = connect.New(l, past.Hooks(connect.Hooks{
		View: limitView(a.deskDuty(cfg), l.Lines, d.view), Effect: d.effect, Report: d.report, Status: func(stream.Status) { d.tellLink(s) },
		Raw: put, Noticed: d.announced,
	}), call.Options{})
	return a.show(ctx, d.model, func(ctx context.Context) error {
		var group sync.WaitGroup
		defer group.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		group.Go(func() { a.takeTurns(ctx) })
		group.Go(func() { d.tellLinkOften(ctx, s) })
		group.Go(func() { d.watchLogin(ctx, l) })
		group.Go(func() { phone(ctx) })
		group.Go(func() { d.followPresence(ctx, l) })
		if d.pops != nil {
			group.Go(func() { d.pops.run(ctx) })
		}
		group.Go(func() { d.alarms.run(ctx) })
		group.Go(func() { prune(ctx, kept, retention(cfg.Archive), l.Clock, l.Log) })
		return past.Run(ctx, s.Run)
	})
}

// show runs the screen and, behind it, work; it returns when both have ended.
func (a *app) show(ctx context.Context, m *ui.Model, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := work(ctx); err != nil && ctx.Err() == nil {
			m.Pump().Post(ui.NoticeMsg{Level: ui.Bad, Text: err.Error(), Hint: "the board stays as it is; leave with q and start again"})
		}
	}()
	if a.global.plain {
		err := ui.RunPlain(ctx, m, a.stdin, a.stdout)
		cancel()
		<-ended
		return err
	}
	err := ui.Run(ctx, m, append(a.output(ctx), tea.WithInput(a.stdin), tea.WithoutSignalHandler())...)
	cancel()
	<-ended
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil // asked to end from outside; the terminal is restored
	}
	return err
}

// output makes a screen write to standard output, to a terminal with few bytes.
func (a *app) output(ctx context.Context) []tea.ProgramOption {
	if f, ok := a.stdout.(*os.File); ok && terminal(f) {
		return thrift.Options(ctx, f)
	}
	return append([]tea.ProgramOption{tea.WithOutput(a.stdout)}, a.term...)
}

func (a *app) screenOptions(cfg config.Config, l connect.Link, ports ui.Ports) ui.Options {
	return ui.Options{
		Theme: a.themeName(cfg), Ground: cfg.Desk.Ground, ASCII: a.asciiSigns(cfg), FPS: cfg.Desk.FPS,
		Me: l.Lines, Ports: ports, Title: l.Title, Version: version(), Demo: a.global.demo,
		Region: cfg.Contacts.Region, Now: l.Now, Limits: limits(cfg), User: l.Me, Create: createPage(cfg, l),
		Duty: a.deskDuty(cfg), Veil: a.veilOf(cfg), Masked: a.veilOf(cfg).On(), Presenter: a.presenter(cfg),
		Wall: a.wallOptions(cfg), Numbers: numbers(cfg),
		Tabs: savedTabs(cfg), Sort: sorting(cfg),
		Floor: ui.Floor{QueueAmber: cfg.Thresholds.QueueAmber, QueueRed: cfg.Thresholds.QueueRed},
		Owed:  owed.Limits{Amber: cfg.Thresholds.OwedAmber, Red: cfg.Thresholds.OwedRed},
	}
}

// createPage gives the page on which a contact is made.
func createPage(cfg config.Config, l connect.Link) string {
	if l.CRM != nil {
		return l.CRM.Pages + "/new?phone=$number$&name=$caller_name$"
	}
	return cfg.Contacts.Create
}

// desk carries messages between the screen and what is behind it.
type desk struct {
	model  *ui.Model
	people *lookup.Desk
	pops   *pops // nil where nothing pops: without rules, in a recording
	alarms *alarms
	region string
	log    *slog.Logger
	trail  *audit.Trail // nil where nothing is written down
	line   store.Phone  // nil where this desk is no telephone
	dials  bool         // numbers may be dialled here

	mu        sync.Mutex
	noticed   map[string]time.Time // when a report was announced that has not been on the screen yet
	noReports string               // why notices of finished calls do not come, as last said
}

// want looks somebody up; the answers come to the screen as they are found.
func (d *desk) want(p call.Party) {
	d.people.Want(number.Parse(p.Number, d.region), func(r lookup.Result) {
		d.model.Pump().Post(ui.ContactMsg{Result: r})
	})
}

// view hands a newer view of the calls to all who look at it.
func (d *desk) view(v *call.View) {
	d.model.Pump().View(v)
	d.alarms.view(v)
}

func (d *desk) effect(e call.Effect) {
	switch {
	case e.Kind == call.Wanted:
		d.want(e.Party)
	case e.Kind == call.PopMoment && d.pops != nil:
		d.pops.effect(e)
	}
}

func (d *desk) report(id string, r *call.Report, err error) {
	d.model.Pump().Post(ui.ReportMsg{ID: id, Report: r, Err: err})
}

// tellLinkOften keeps the age of the link fresh.
func (d *desk) tellLinkOften(ctx context.Context, s *connect.Session) {
	every(ctx, time.Second, func() { d.tellLink(s) })
}

// every has something done at each turn of a time, until ctx ends.
func every(ctx context.Context, turn time.Duration, do func()) {
	tick := time.NewTicker(turn)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// tellLink shows how the stream is.
func (d *desk) tellLink(s *connect.Session) {
	st := s.Status()
	d.model.Pump().Post(ui.LinkMsg{Link: status.Link{
		State: linkWord(st.Link), Since: st.Since, Try: st.Try, NextIn: st.NextIn, Age: st.Silence,
		Why: call.Clean(st.Why), Hint: call.Clean(st.Hint),
	}})
	d.mu.Lock()
	news := st.NoReports != d.noReports && st.NoReports != ""
	d.noReports = st.NoReports
	d.mu.Unlock()
	if news {
		d.model.Pump().Post(ui.NoticeMsg{Level: ui.Warn, Text: "no reports of finished calls: " + call.Clean(st.NoReports), Hint: call.Clean(st.NoReportsHint)})
	}
}

func linkWord(l stream.Link) status.State {
	switch l {
	case stream.Live:
		return status.Live
	case stream.Stale:
		return status.Stale
	case stream.Recovering:
		return status.Recovering
	case stream.Down:
		return status.Down
	}
	return status.Connecting
}
