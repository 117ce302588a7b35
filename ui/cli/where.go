package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/text"
)

// whereFlag registers --where, which every command has that prints calls.
func whereFlag(fs *pflag.FlagSet, into *string) {
	fs.StringVar(into, "where", "", "only the calls that a query finds, such as 'support wait>45s -internal'")
}

// where is a --where that has been read. The zero one finds every call.
type where struct {
	text, region string
	zone         *time.Location // of times of day
	read         time.Time      // when it was read last, to the second
	query        query.Query
	desk         duty.Desk
	me           map[string]bool // ids of my lines
	bare         bool            // callers have no names
	veil         *duty.Veil
	matcher      query.Matcher
	noted        *archive.Noted // what it looks in beside the calls; nil: nothing
}

// readWhere reads --where in the region of the configuration. What is wrong with it is wrong usage,
// and known before anything else is begun.
func (a *app) readWhere(text string, cfg config.Config) (w *where, err error) {
	w = &where{text: text, region: cfg.Contacts.Region, zone: zoneOf(cfg), desk: a.deskDuty(cfg), veil: a.veilOf(cfg), bare: a.presenter(cfg)}
	if text == "" {
		return w, nil
	}
	if w.query, err = query.Parse(text, query.Options{Now: clockOf(cfg)(), Region: w.region}); err != nil {
		return nil, whereError(err)
	}
	w.matcher = w.query.Compile()
	return w, nil
}

// all reports whether it finds every call.
func (w *where) all() bool { return w.query.Root == nil && !w.desk.Limited() }

// shown gives a call as it may be printed.
func (w *where) shown(c *call.Call) *call.Call {
	if w.bare {
		c = c.Nameless()
	}
	return w.veil.Call(c)
}

// turns reports whether it may find a call, or no longer find it, though the call does not change.
func (w *where) turns() bool { return w.matcher.Timed() || w.query.Relative() }

// finds reports whether a call is one of those asked for at a moment, in the account's time zone.
func (w *where) finds(s *query.CallSubject, now time.Time) bool {
	if !w.desk.Sees(s.Call(), w.me) {
		return false
	}
	w.readAt(now)
	s.At(now)
	return w.matcher.Match(s)
}

// readAt reads the query again at a moment, where that makes a difference.
func (w *where) readAt(now time.Time) {
	if second := now.Truncate(time.Second); w.query.Relative() && !second.Equal(w.read) {
		w.read = second
		// It could be read before and "today" is no less readable on another day.
		w.query, _ = query.ParseLoose(w.text, query.Options{Now: now, Region: w.region})
		w.matcher = w.query.Compile()
	}
}

// subject gives a call as finds takes it.
func (w *where) subject(c *call.Call) *query.CallSubject {
	return query.NewCallSubject(c, w.extra(c.ID, c.Outsider()))
}

// findsPast reports whether a finished call is one of those asked for.
func (w *where) findsPast(s *call.Summary, now time.Time) bool {
	w.readAt(now)
	return w.desk.SeesSummary(s) && w.matcher.Match(query.NewSummarySubject(s, w.extra(s.ID, s.Outsider()), now))
}

// extra gives what is noted on a call.
func (w *where) extra(id string, outsider call.Party) query.Extra {
	x := query.Extra{Region: w.region}
	w.noted.On(&x, id, outsider.Number)
	return x
}

// without refuses a query that asks for tags or notes where there are none; why says where that is.
func (w *where) without(why, hint string) error {
	if _, names := w.query.Noted(); names {
		return hinted{errors.New("the query asks for tags or notes, and " + why), hint, exitUsage}
	}
	return nil
}

// readKept reads --where of a command that asks the archive.
func (a *app) readKept(text string, cfg config.Config) (*where, error) {
	w, err := a.readWhere(text, cfg)
	if err == nil {
		err = a.mayNote(w, cfg)
	}
	return w, err
}

// mayNote refuses a query that asks for tags or notes in a run that keeps none.
func (a *app) mayNote(w *where, cfg config.Config) error {
	switch {
	case a.global.demo:
		return w.without("a demo keeps none between two commands", "leave tag: and note: out; the desk of a demo finds those given on it: ringside demo")
	case !cfg.Archive.Keep:
		return w.without("nothing is kept here: keep is false in [archive]", "set keep = true")
	}
	return nil
}

// openNoted reads the tags and notes that a query looks in, where there are any. again reads them
// once more, nil where that is of no use; done ends it.
func (a *app) openNoted(ctx context.Context, w *where, cfg config.Config, l connect.Link) (again func() error, done func(), err error) {
	done = func() {}
	if reads, _ := w.query.Noted(); !reads || a.global.demo || !cfg.Archive.Keep {
		return nil, done, nil
	}
	kept, err := a.openArchive(ctx, cfg, l.Account)
	if err == nil {
		seen := limitPast(kept, w.desk, w.region)
		again = func() (err error) {
			n, err := archive.ReadNoted(ctx, seen, w.region)
			if err == nil {
				w.noted = n
			}
			return err
		}
		done = func() { _ = kept.Close() } // it was only read
		err = again()
	}
	if _, names := w.query.Noted(); err != nil && names {
		done()
		return nil, func() {}, err
	} else if err != nil { // a word finds calls by what GoTo tells of them all the same
		l.Log.Warn("reading tags and notes", slog.Any("error", err))
	}
	return again, done, nil
}

// whereError shows where a query is wrong.
func whereError(err error) error {
	var bad *query.Error
	if !errors.As(err, &bad) {
		return err
	}
	shown := call.Clean(bad.Text)
	at := min(max(bad.Col, 0), len([]rune(shown)))
	mark := strings.Repeat(" ", text.Width(string([]rune(shown)[:at]))) + strings.Repeat("^", max(1, bad.Len))
	return hinted{fmt.Errorf("the query is wrong: %s\n  %s\n  %s", bad.Msg, shown, mark), bad.Want, exitUsage}
}
