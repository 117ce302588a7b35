package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/export"
	"ringside/store/query"
	"ringside/ui/cli/config"
	"ringside/ui/text"
)

// reportsFlags are those of `ringside reports`.
type reportsFlags struct {
	since, until, where string
	as                  string
	json, csv           bool
	offline             bool
	limit, width        int
}

func (a *app) reportsCmd() *cobra.Command {
	var f reportsFlags
	c := &cobra.Command{
		Use: "reports [ID]", Short: "Search finished calls, and tell one", Args: cobra.MaximumNArgs(1),
		Long: `reports prints finished calls, newest first: today's, or those of --since and --until, that
--where matches. What is missing of that time is fetched from GoTo first and kept.

  ringside reports --since yesterday --where 'queue:support outcome:lost'
  ringside reports --since 2026-11-01 --until 2026-12-01 --csv > november.csv
  ringside reports 5f1d7c1a --as ladder

With an id, or its beginning, it tells that call: --as ` + strings.Join(formatNames(), ", ") + `.
The query language is described in docs/query.md, the record in docs/record.md.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(args); err != nil {
				return err
			}
			return a.reports(cmd.Context(), f, args)
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.since, "since", "", "calls begun since then: today, yesterday, 7d, 2026-11-01, 2026-11-01T14:00 (default today)")
	fs.StringVar(&f.until, "until", "", "calls begun before then")
	whereFlag(fs, &f.where)
	fs.BoolVar(&f.json, "json", false, "print records, one JSON line a call")
	fs.BoolVar(&f.csv, "csv", false, "print a table for spreadsheets")
	fs.StringVar(&f.as, "as", "", "how one call is told (default story)")
	fs.BoolVar(&f.offline, "offline", false, "ask GoTo for nothing: only what is kept")
	fs.IntVar(&f.limit, "limit", 0, "most calls printed; 0: all")
	fs.IntVar(&f.width, "width", 0, "cells of a line (default: the terminal's)")
	a.global.sim.register(fs)
	return c
}

func formatNames() []string {
	var names []string
	for _, f := range export.Formats() {
		names = append(names, string(f))
	}
	return names
}

func (f *reportsFlags) check(args []string) error {
	switch {
	case f.json && f.csv:
		return usageError{errors.New("--json and --csv: choose one")}
	case f.as != "" && len(args) == 0:
		return usageError{errors.New("--as tells one call: give its id")}
	case f.as != "" && !slices.Contains(formatNames(), f.as):
		return usageError{fmt.Errorf("--as %q: it is %s", f.as, strings.Join(formatNames(), ", "))}
	case len(args) == 1 && f.since+f.until+f.where != "":
		return usageError{errors.New("an id names one call: leave --since, --until and --where away")}
	case f.limit < 0:
		return usageError{fmt.Errorf("--limit %d: it must not be negative", f.limit)}
	case f.as == "" && f.json:
		f.as = string(export.JSON)
	case f.as == "" && f.csv:
		f.as = string(export.CSV)
	case f.as == "":
		f.as = string(export.Story)
	}
	return nil
}

// search makes a search of the flags, in the time of the account. from is where the time asked for
// begins.
func (f *reportsFlags) search(now time.Time, region string) (s archive.Search, from time.Time, err error) {
	words := []string{"since:" + quoted(cmp.Or(f.since, "today"))}
	if f.until != "" {
		words = append(words, "until:"+quoted(f.until))
	}
	o := query.Options{Now: now, Region: region}
	for _, w := range words { // each by itself, so that an error names the flag's own text
		q, err := query.Parse(w, o)
		if err != nil {
			return s, from, whereError(err)
		}
		if t, ok := q.Root.(query.Term); ok && strings.HasPrefix(w, "since:") {
			from = t.From
		}
	}
	if f.where != "" {
		if _, err := query.Parse(f.where, o); err != nil {
			return s, from, whereError(err)
		}
		words = append(words, "("+f.where+")")
	}
	s.Query, err = query.Parse(strings.Join(words, " "), o)
	return s, from, whereError(err)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, ``) + `"` }

func (a *app) reports(ctx context.Context, f reportsFlags, args []string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if err := a.mayExport(cfg, f, args); err != nil {
		return err
	}
	if _, err := a.readKept(f.where, cfg); err != nil {
		return err
	}
	past, err := a.openPast(ctx, cfg, f.offline)
	if err != nil {
		return err
	}
	defer past.close()
	if len(args) == 1 {
		return a.tellCall(ctx, past, cfg, f, args[0])
	}
	s, from, err := f.search(past.now(), cfg.Contacts.Region)
	if err != nil {
		return err
	}
	missed := past.fetch(ctx, a.stderr, from)
	if err := a.printFound(ctx, past, cfg, f, s); err != nil {
		return err
	}
	return missed
}

// printFound prints what a search finds.
func (a *app) printFound(ctx context.Context, past *pastLink, cfg config.Config, f reportsFlags, s archive.Search) error {
	out := bufio.NewWriter(a.stdout)
	write, end := a.rowWriter(ctx, out, past, cfg, f)
	n := 0
	for row, err := range found(ctx, past.kept, s) {
		if err != nil {
			return err
		}
		if f.limit > 0 && n == f.limit {
			break
		}
		if err := write(row); err != nil {
			return err
		}
		n++
	}
	if err := end(); err != nil {
		return err
	}
	if n == 0 && !f.json && !f.csv {
		fmt.Fprintln(a.stderr, "ringside: no finished call matches")
	}
	return out.Flush()
}

// found goes through everything a search finds, page by page.
func found(ctx context.Context, kept archive.Archive, s archive.Search) func(func(archive.Row, error) bool) {
	return func(yield func(archive.Row, error) bool) {
		s.Limit = 500
		for {
			page, err := kept.Find(ctx, s)
			if err != nil {
				yield(archive.Row{}, err)
				return
			}
			for _, r := range page.Rows {
				if !yield(r, nil) {
					return
				}
			}
			if !page.After || len(page.Rows) == 0 {
				return
			}
			s.From = page.Rows[len(page.Rows)-1].Cursor
		}
	}
}

// rowWriter gives what writes one found call in the form asked for, and what ends the writing.
func (a *app) rowWriter(ctx context.Context, out io.Writer, past *pastLink, cfg config.Config, f reportsFlags) (write func(archive.Row) error, end func() error) {
	veil := a.veilOf(cfg)
	switch {
	case f.json:
		return func(r archive.Row) error {
			e, err := past.kept.Get(ctx, r.ID)
			if err != nil {
				return err
			}
			return writeRecord(out, veil.Call(e.Call), e.Call.Ended)
		}, func() error { return nil }
	case f.csv:
		t := export.NewTable(out, a.exportOptions(past, cfg, f))
		return func(r archive.Row) error {
			e, err := past.kept.Get(ctx, r.ID)
			if err != nil {
				return err
			}
			return t.Write(e.Call.Record(e.Call.Ended))
		}, t.Flush
	}
	width := f.width
	if width == 0 && terminal(a.stdout) { // in a pipe a line is as long as it is
		width = max(60, terminalWidth(a.stdout))
	}
	return func(r archive.Row) error {
		_, err := fmt.Fprintln(out, rowLine(veiledRow(veil, r), past.now(), width))
		return err
	}, func() error { return nil }
}

// rowLine is a finished call on one line of at most width cells; 0 is no bound.
func rowLine(r archive.Row, now time.Time, width int) string {
	when := r.Created.In(now.Location())
	day := when.Format("2006-01-02 15:04:05")
	var with []string
	for _, p := range r.Answered {
		with = append(with, cmp.Or(p.Name, p.Extension, p.Number))
	}
	line := fmt.Sprintf("%s  %s  %-18s  %s → %s", day, r.ID[:min(8, len(r.ID))], r.Outcome, partyText(r.From), partyText(r.To))
	if r.Queue != "" {
		line += ", " + r.Queue
	}
	if len(with) > 0 {
		line += ", with " + strings.Join(with, ", ")
	}
	if wait := r.PhasesMs[call.PhaseWait]; wait > 0 {
		line += ", waited " + call.Seconds(wait)
	}
	line += ", " + call.Seconds(r.TotalMs)
	for _, t := range r.Tags {
		line += " #" + t
	}
	if line = text.Clean(line); width > 0 {
		return text.Cut(line, width)
	}
	return line
}

// tellCall tells one call.
func (a *app) tellCall(ctx context.Context, past *pastLink, cfg config.Config, f reportsFlags, id string) error {
	e, err := past.get(ctx, id, cfg.Contacts.Region)
	if err != nil {
		return err
	}
	o := a.exportOptions(past, cfg, f)
	for _, other := range e.Associated {
		if j, err := past.kept.Get(ctx, other); err == nil {
			o.Journey = append(o.Journey, j.Call)
		}
	}
	out := bufio.NewWriter(a.stdout)
	if o.Width == 0 {
		o.Width = terminalWidth(a.stdout)
	}
	if err := export.Call(out, export.Format(f.as), e.Call, e.Report, o); err != nil {
		return err
	}
	return out.Flush()
}

func (a *app) exportOptions(past *pastLink, cfg config.Config, f reportsFlags) export.Options {
	return export.Options{Zone: past.now().Location(), Region: cfg.Contacts.Region, Width: f.width, Now: past.now(), Mask: a.veilOf(cfg).On()}
}

// mayExport refuses to print for other programs what the role of the desk does not let out. What is
// printed for reading is looking.
func (a *app) mayExport(cfg config.Config, f reportsFlags, args []string) error {
	switch {
	case len(args) == 0 && (f.json || f.csv):
		return a.may(cfg, duty.ExportAll)
	case len(args) == 1 && slices.Contains([]string{string(export.JSON), string(export.CSV), string(export.Markdown)}, f.as):
		return a.may(cfg, duty.Export)
	}
	return nil
}

// veiledRow gives a row as it may be printed.
func veiledRow(v *duty.Veil, r archive.Row) archive.Row {
	if !v.On() {
		return r
	}
	for _, p := range [...]*call.Party{&r.From, &r.To} {
		*p = call.Party{Name: v.Text(p.Name), Number: v.Text(p.Number)}
	}
	r.Answered, r.Tags = slices.Clone(r.Answered), slices.Clone(r.Tags)
	for i := range r.Answered {
		a := &r.Answered[i]
		a.Name, a.Number = v.Text(a.Name), v.Text(a.Number)
	}
	for i := range r.Tags {
		r.Tags[i] = v.Text(r.Tags[i])
	}
	r.Queue = v.Text(r.Queue)
	return r
}
