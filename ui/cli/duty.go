package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/audit"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/trace"
)

// deskDuty says what may be done and seen, by flags and configuration.
func (a *app) deskDuty(cfg config.Config) duty.Desk {
	return duty.Desk{Role: duty.Role(cfg.Duty.Role), ReadOnly: cfg.Duty.ReadOnly || a.global.readOnly, Queues: cfg.Duty.Queues}
}

// may refuses what is not allowed to a command, which nobody's own call is behind.
func (a *app) may(cfg config.Config, act duty.Act) error {
	var no *duty.Refusal
	if err := a.deskDuty(cfg).May(act, false); errors.As(err, &no) {
		return hinted{no, no.Hint(), exitFailed}
	}
	return nil
}

// veilOf gives the switch that masks numbers in this run, the same to all who ask.
func (a *app) veilOf(cfg config.Config) *duty.Veil {
	if a.veil == nil {
		a.veil = duty.NewVeil(cfg.Privacy.Mask || a.presenter(cfg))
	}
	return a.veil
}

func (a *app) presenter(cfg config.Config) bool { return cfg.Privacy.Presenter || a.global.presenter }

// veiledLog masks numbers in what is logged while the veil is on. Ids stay: a log without them is of
// no use.
func veiledLog(v *duty.Veil) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, at slog.Attr) slog.Attr {
		if !v.On() || len(groups) == 0 && (at.Key == slog.TimeKey || at.Key == slog.LevelKey) {
			return at
		}
		switch at.Value.Kind() {
		case slog.KindString:
			at.Value = slog.StringValue(v.Text(at.Value.String()))
		case slog.KindAny:
			switch x := at.Value.Any().(type) {
			case error:
				at.Value = slog.StringValue(v.Text(x.Error()))
			case fmt.Stringer:
				at.Value = slog.StringValue(v.Text(x.String()))
			case []string:
				at.Value = slog.StringValue(v.Text(strings.Join(x, ", ")))
			}
		}
		return at
	}
}

// Sizes of the audit log: twenty files of 5 MB.
const (
	auditMegabytes = 5
	auditBackups   = 19
)

// auditFile gives where the audit log is.
func auditFile(env map[string]string) (string, error) {
	dir, err := config.StateDir(env)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "audit.jsonl"), nil
}

// openTrail opens the audit log. In a demo nothing is written. done closes it.
func (a *app) openTrail(cfg config.Config, l connect.Link, trouble func(error)) (t *audit.Trail, done func(), err error) {
	if a.global.demo {
		return nil, func() {}, nil
	}
	path, err := auditFile(a.env)
	if err != nil {
		return nil, nil, err
	}
	w := &lumberjack.Logger{Filename: path, MaxSize: auditMegabytes, MaxBackups: auditBackups} // 0600
	t = audit.New(w, audit.Options{
		Who: l.Me, Role: cfg.Duty.Role, Now: l.Clock, Mask: a.veilOf(cfg).Text,
		Trouble: func(err error) {
			if err != nil {
				l.Log.Error("audit log", slog.Any("error", err))
			}
			trouble(err)
		},
	})
	return t, func() { _ = w.Close() }, nil
}

// tellTrouble says on the screen that the audit log cannot be written, and that it can again.
func (d *desk) tellTrouble(err error) {
	n := ui.NoticeMsg{Level: ui.Good, Text: "the audit log is written again"}
	if err != nil {
		n = ui.NoticeMsg{Level: ui.Bad, Text: err.Error(), Hint: "the desk goes on; make room on the disk or give yourself the right to write there"}
	}
	d.model.Pump().Post(n)
}

// did writes down what was done at the screen.
func (d *desk) did(e ui.Deed) {
	if d.trail != nil {
		d.trail.Add(audit.Entry{What: string(e.Act), Call: e.Call, Number: e.Number, More: e.More, Failed: e.Failed})
	}
}

// popDid writes down what became of a pop, whoever asked for it.
func (d *desk) popDid(t *pop.Trace) {
	if d.trail == nil || t.Result == pop.Nothing || t.Result == pop.Before || t.Result == pop.Late {
		return
	}
	number := t.From.Number
	if t.Direction == call.Outbound.String() {
		number = t.To.Number
	}
	e := audit.Entry{What: string(duty.Pop), Call: t.Call, Number: number, More: string(t.Moment) + ": " + trace.Headline(t)}
	if t.Result != pop.Opened && t.Result != pop.Shown {
		e.Failed = t.Why
	}
	d.trail.Add(e)
}

// lines gives the set of my lines.
func lines(ids []string) map[string]bool {
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// limitView gives what shows views as far as the queues of the desk allow.
func limitView(d duty.Desk, me []string, show func(*call.View)) func(*call.View) {
	if !d.Limited() {
		return show
	}
	mine := lines(me)
	lens := call.NewLens(func(c *call.Call) *call.Call {
		if d.Sees(c, mine) {
			return c
		}
		return nil
	}, true)
	return func(v *call.View) { show(lens.View(v)) }
}

// limitPast gives the past as far as the queues of the desk allow.
func limitPast(kept archive.Archive, d duty.Desk, region string) archive.Archive {
	if !d.Limited() {
		return kept
	}
	var words []string
	for _, q := range d.Queues {
		words = append(words, "queue="+quoted(q), "path="+quoted(q))
	}
	q, err := query.Parse(strings.Join(words, " or "), query.Options{Region: region})
	if err != nil { // a name that no query can ask for is the name of no queue
		q = query.Query{Root: query.Not{Part: query.Or{}}}
	}
	return limitedPast{kept, d, q.Root, new(sync.Map)}
}

// limitedPast is an archive in which only what came through some queues is found.
type limitedPast struct {
	archive.Archive
	desk duty.Desk
	only query.Node
	// hidden tells of calls by id whether they may not be seen (bool), once their report is there: it has the last
	// word. What is noted is read every minute, and each call of it would be read as often.
	hidden *sync.Map
}

// limit lays the queues over a search.
func (p limitedPast) limit(s archive.Search) archive.Search {
	if s.Query.Root == nil {
		s.Query.Root = p.only
	} else {
		s.Query.Root = query.And{p.only, s.Query.Root}
	}
	return s
}

func (p limitedPast) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	return p.Archive.Find(ctx, p.limit(s))
}

func (p limitedPast) Count(ctx context.Context, s archive.Search, limit int) (int, error) {
	return p.Archive.Count(ctx, p.limit(s), limit)
}

func (p limitedPast) Get(ctx context.Context, id string) (archive.Entry, error) {
	e, err := p.Archive.Get(ctx, id)
	if err == nil && !p.desk.SeesSummary(&e.Summary) {
		return archive.Entry{}, archive.ErrNone
	}
	return e, err
}

// Items leaves out what hangs on finished calls that may not be seen. Of a caller everything is shown.
func (p limitedPast) Items(ctx context.Context, q archive.ItemQuery) ([]archive.Item, error) {
	items, err := p.Archive.Items(ctx, q)
	asked := map[string]bool{}
	return slices.DeleteFunc(items, func(it archive.Item) bool {
		if it.Call == "" {
			return false
		}
		if hide, known := p.hidden.Load(it.Call); known {
			return hide.(bool)
		}
		hide, known := asked[it.Call]
		if !known {
			e, bad := p.Archive.Get(ctx, it.Call)
			hide = bad == nil && !p.desk.SeesSummary(&e.Summary)
			asked[it.Call] = hide
			if bad == nil && !e.Reported.IsZero() {
				p.hidden.Store(it.Call, hide)
			}
		}
		return hide
	}), err
}

func (p limitedPast) Owed(ctx context.Context, since time.Time) ([]archive.Debt, error) {
	debts, err := p.Archive.Owed(ctx, since)
	return slices.DeleteFunc(debts, func(d archive.Debt) bool { return d.Queue == "" || !p.desk.SeesQueue(d.Queue) }), err
}

// Totals counts what may be seen, a question for each figure.
func (p limitedPast) Totals(ctx context.Context, from, to time.Time) (archive.Totals, error) {
	var t archive.Totals
	count := func(into *int, from, to time.Time, words string) error {
		q, err := query.Parse(words, query.Options{Now: to})
		if err != nil {
			return err
		}
		*into, err = p.Count(ctx, archive.Search{Query: q, Since: from, Until: to}, 0)
		return err
	}
	err := errors.Join(count(&t.Ended, from, to, ""), count(&t.Answered, from, to, "outcome:answered,forwarded"), count(&t.Lost, from, to, "outcome:lost"))
	for i := range t.Hours {
		end := to.Add(time.Duration(i-len(t.Hours)+1) * time.Hour)
		err = errors.Join(err, count(&t.Hours[i], end.Add(-time.Hour), end, ""))
	}
	return t, err
}

// namelessPast is an archive for an audience: callers have no names, and nothing was noted.
type namelessPast struct{ archive.Archive }

func (p namelessPast) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	page, err := p.Archive.Find(ctx, s)
	for i := range page.Rows {
		page.Rows[i].Summary = page.Rows[i].Summary.Nameless()
	}
	return page, err
}

func (p namelessPast) Get(ctx context.Context, id string) (archive.Entry, error) {
	e, err := p.Archive.Get(ctx, id)
	if err != nil {
		return e, err
	}
	e.Summary, e.Items = e.Summary.Nameless(), nil
	if e.Report != nil {
		e.Report = e.Report.Nameless()
	}
	if e.Call != nil {
		e.Call = e.Call.Nameless()
	}
	return e, nil
}
