package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ringside/store/audit"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/ui/text"
)

func (a *app) auditCmd() *cobra.Command {
	var since string
	var asJSON bool
	c := &cobra.Command{
		Use: "audit", Short: "Print what was done at the desk: by whom, when, to which call", Args: cobra.NoArgs,
		Long: `audit prints the log of what was dialled, answered, rejected, opened, copied, saved, unmasked and
acknowledged at desks of this machine's user, oldest first. It is written while a desk runs
(docs/privacy.md); a demo writes none.`,
		RunE: func(*cobra.Command, []string) error { return a.audit(since, asJSON) },
	}
	c.Flags().StringVar(&since, "since", "", "what was done since then: today, yesterday, 7d, 2026-11-01, 2026-11-01T14:00")
	c.Flags().BoolVar(&asJSON, "json", false, "print the lines as they are kept, schema "+audit.Schema)
	return c
}

func (a *app) audit(since string, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if err := a.may(cfg, duty.People); err != nil {
		return err
	}
	var from time.Time
	if since != "" {
		q, err := query.Parse("since:"+quoted(since), query.Options{Now: clockOf(cfg)()})
		if err != nil {
			return whereError(err)
		}
		from = q.Root.(query.Term).From // since: is a term
	}
	path, err := auditFile(a.env)
	if err != nil {
		return err
	}
	entries, bad, err := audit.Read(path, from)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	veil := a.veilOf(cfg)
	for _, e := range entries {
		e.Number, e.More, e.Failed = veil.Text(e.Number), veil.Text(e.More), veil.Text(e.Failed)
		if asJSON {
			b, err := json.Marshal(e)
			if err != nil {
				return fmt.Errorf("writing the audit log: %w", err)
			}
			fmt.Fprintf(out, "%s\n", b)
			continue
		}
		fmt.Fprintln(out, text.Clean(auditLine(&e, zoneOf(cfg))))
	}
	switch {
	case bad > 0:
		a.say(fmt.Sprintf("%d lines of the audit log cannot be read", bad), "they are in "+path)
	case len(entries) == 0:
		a.say("nothing was done", "")
	}
	return out.Flush()
}

func auditLine(e *audit.Entry, zone *time.Location) string {
	s := fmt.Sprintf("%s  %s (%s)  %s", e.At.In(zone).Format("2006-01-02 15:04:05"), e.Who, e.Role, e.What)
	if e.Number != "" {
		s += " " + e.Number
	}
	if e.Call != "" {
		s += ", call " + e.Call
	}
	if e.More != "" {
		s += ": " + e.More
	}
	if e.Failed != "" {
		s += " (failed: " + e.Failed + ")"
	}
	return s
}
