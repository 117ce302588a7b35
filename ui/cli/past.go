package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"ringside/store/archive"
	"ringside/store/archive/backfill"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// pastLink is the past of an account without a screen: its archive, and the service that fills it.
type pastLink struct {
	kept    archive.Archive
	service backfill.Service // nil when GoTo is not to be asked
	account string
	link    connect.Link // the zero one when GoTo is not to be asked
	clock   func() time.Time
	log     *slog.Logger
	desk    duty.Desk
	done    []func()
}

// openPast opens the past of the account in effect.
func (a *app) openPast(ctx context.Context, cfg config.Config, offline bool) (*pastLink, error) {
	p := &pastLink{clock: clockOf(cfg)}
	log, closeLog, err := a.openLog(cfg)
	if err != nil {
		return nil, err
	}
	p.log, p.done = log, append(p.done, closeLog)
	switch {
	case offline && a.global.demo:
		err = usageError{errors.New("--offline and --demo: the demo keeps nothing")}
	case offline:
		p.kept, err = a.keptArchive(ctx, cfg)
	default:
		var l connect.Link
		var done func()
		if l, done, err = a.link(ctx, cfg, log); err != nil {
			break
		}
		p.done, p.link = append(p.done, done), l
		p.service, p.account, p.clock = connect.Service{Client: l.Client, Account: l.Account}, l.Account, l.Clock
		p.kept, err = a.openArchive(ctx, cfg, l.Account)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	p.desk = a.deskDuty(cfg)
	p.kept = limitPast(p.kept, p.desk, cfg.Contacts.Region)
	if a.presenter(cfg) {
		p.kept = namelessPast{p.kept}
	}
	return p, nil
}

func (p *pastLink) close() {
	if p.kept != nil {
		_ = p.kept.Close() // it has been asked, not written to, or the writes were acknowledged
	}
	for i := len(p.done) - 1; i >= 0; i-- {
		p.done[i]()
	}
}

func (p *pastLink) now() time.Time { return p.clock() }

// aloneRate is how many reports are asked for in a second where there are no calls of the moment to
// stand back for; the service allows 10.
const aloneRate = 9

// fetch brings the finished calls since a moment into the archive, telling w how far it is. The
// error says what could not be had: what is there is there.
func (p *pastLink) fetch(ctx context.Context, w io.Writer, since time.Time) error {
	if p.service == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	show := progressLine(w)
	var last backfill.Progress
	y, m, d := p.now().Date()
	b := backfill.New(backfill.Options{
		Service: p.service, Archive: p.kept, Account: p.account, Now: p.clock, Log: p.log,
		Back:      max(0, time.Date(y, m, d, 0, 0, 0, 0, p.now().Location()).Sub(since)),
		PerSecond: aloneRate,
		Keep: func(r *call.Report) {
			if err := p.kept.Put(ctx, archive.Batch{Reports: []*call.Report{r}}); err != nil && ctx.Err() == nil {
				p.log.Warn("keeping a report", slog.Any("error", err))
			}
		},
		OnProgress: func(g backfill.Progress) {
			last = g
			show(g)
			if g.Ended || g.Err != nil {
				cancel()
			}
		},
	})
	err := b.Run(ctx)
	show(backfill.Progress{Ended: true})
	switch {
	case last.Err != nil:
		return hinted{fmt.Errorf("not everything of that time could be fetched: %w", last.Err), "what is printed is what is kept; try again", exitFailed}
	case last.Ended:
		return nil
	}
	return err
}

// progressLine shows progress on a terminal, on one line that goes away when it has ended.
func progressLine(w io.Writer) func(backfill.Progress) {
	if !terminal(w) {
		return func(backfill.Progress) {}
	}
	shown := false
	return func(g backfill.Progress) {
		switch {
		case g.Ended && shown:
			fmt.Fprint(w, "\r\x1b[K")
		case g.Reports > 0:
			shown = true
			fmt.Fprintf(w, "\r\x1b[Kfetching %s, day %d of %d: %d of %d reports", g.Day.Format("Mon 2 Jan"), g.DayNo, g.Days, g.Done, g.Reports)
		}
	}
}

// get gives a call by its id or the beginning of it: out of the archive, else from GoTo.
func (p *pastLink) get(ctx context.Context, id, region string) (archive.Entry, error) {
	e, err := p.kept.Get(ctx, id)
	if !errors.Is(err, archive.ErrNone) {
		return e, err
	}
	if p.service != nil {
		if r, err := p.service.Report(ctx, id); err == nil && r.Fold() != nil && p.desk.Sees(r.Call, nil) {
			if err := p.kept.Put(ctx, archive.Batch{Reports: []*call.Report{r}}); err != nil {
				p.log.Warn("keeping a report", slog.Any("error", err))
			}
			if e, err := p.kept.Get(ctx, id); err == nil {
				return e, nil
			}
			return archive.Entry{Row: archive.Row{Summary: r.Call.Summary()}, Call: r.Call, Report: r}, nil
		}
	}
	q, err := query.Parse("id:"+quoted(id), query.Options{Now: p.now(), Region: region})
	if err != nil {
		return archive.Entry{}, whereError(err)
	}
	page, err := p.kept.Find(ctx, archive.Search{Query: q, Limit: 2})
	switch {
	case err != nil:
		return archive.Entry{}, err
	case len(page.Rows) == 1:
		return p.kept.Get(ctx, page.Rows[0].ID)
	case len(page.Rows) > 1:
		return archive.Entry{}, hinted{fmt.Errorf("more than one call begins with %s", call.Clean(id)), "give more of its id", exitUsage}
	}
	return archive.Entry{}, hinted{fmt.Errorf("no finished call %s", call.Clean(id)), "`ringside reports --since 7d` lists them with their ids", exitFailed}
}

// terminalWidth is the width of the terminal that w is, else 100.
func terminalWidth(w any) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(f.Fd()); err == nil && width > 0 {
			return width
		}
	}
	return 100
}
