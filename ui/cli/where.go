package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/ui/cli/config"
	"ringside/ui/text"
)

// whereFlag registers --where, which every command has that prints calls.
func whereFlag(fs *pflag.FlagSet, into *string) {
	fs.StringVar(into, "where", "", "only the calls that a query finds, such as 'support wait>45s -internal'")
}

// where is a --where that has been read. The zero one finds every call.
type where struct {
	text, region string
	read         time.Time // when it was read last, to the second
	query        query.Query
	desk         duty.Desk
	me           map[string]bool // ids of my lines
	bare         bool            // callers have no names
	veil         *duty.Veil
	matcher      query.Matcher
}

// readWhere reads --where in the region of the configuration. What is wrong with it is wrong usage,
// and known before anything else is begun.
func (a *app) readWhere(text string, cfg config.Config) (w *where, err error) {
	w = &where{text: text, region: cfg.Contacts.Region, desk: a.deskDuty(cfg), veil: a.veilOf(cfg), bare: a.presenter(cfg)}
	if text == "" {
		return w, nil
	}
	if w.query, err = query.Parse(text, query.Options{Now: time.Now(), Region: w.region}); err != nil {
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
	if second := now.Truncate(time.Second); w.query.Relative() && !second.Equal(w.read) {
		w.read = second
		// It could be read before and "today" is no less readable on another day.
		w.query, _ = query.ParseLoose(w.text, query.Options{Now: now, Region: w.region})
		w.matcher = w.query.Compile()
	}
	s.At(now)
	return w.matcher.Match(s)
}

// subject gives a call as finds takes it.
func (w *where) subject(c *call.Call) *query.CallSubject {
	return query.NewCallSubject(c, query.Extra{Region: w.region})
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
