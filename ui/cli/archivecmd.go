package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/duty"
	"ringside/ui/cli/config"
)

func (a *app) archiveCmd() *cobra.Command {
	c := &cobra.Command{Use: "archive", Short: "Where finished calls are kept: look after it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var asJSON bool
	status := &cobra.Command{
		Use: "status", Short: "Tell what is kept, where, and how much room it takes", Args: asUsage(cobra.NoArgs),
		RunE: a.onArchive(a.keptArchive, func(ctx context.Context, kept archive.Archive, _ config.Config, _ []string) error {
			s, err := kept.Stats(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.stdout).Encode(statsRecord(s))
			}
			return a.printStats(s)
		}),
	}
	status.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	check := &cobra.Command{
		Use: "check", Short: "Look the whole archive over for damage", Args: asUsage(cobra.NoArgs),
		RunE: a.onArchive(a.keptArchive, func(ctx context.Context, kept archive.Archive, _ config.Config, _ []string) error {
			if err := kept.Check(ctx); err != nil {
				return err
			}
			_, err := fmt.Fprintln(a.stdout, "the archive is sound")
			return err
		}),
	}
	backup := &cobra.Command{
		Use: "backup FILE", Short: "Write a sound copy, also while a desk is running", Args: asUsage(cobra.ExactArgs(1)),
		RunE: a.onArchive(a.keptArchive, func(ctx context.Context, kept archive.Archive, _ config.Config, args []string) error {
			err := kept.Backup(ctx, args[0])
			if errors.Is(err, fs.ErrExist) {
				return hinted{err, "name a file that is not there yet: a copy never takes another's place", exitFailed}
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, "copied to", printable(args[0]))
			return err
		}),
	}
	c.AddCommand(status, check, backup)
	return c
}

// onArchive runs f on the archive that open gives. No service is asked.
func (a *app) onArchive(
	open func(context.Context, config.Config) (archive.Archive, error),
	f func(context.Context, archive.Archive, config.Config, []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		cfg, _, done, err := a.start()
		if err != nil {
			return err
		}
		defer done()
		kept, err := open(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		return errors.Join(f(cmd.Context(), kept, cfg, args), kept.Close())
	}
}

// keptArchive opens the archive on disk of the account in effect: that of the configuration, else
// the one chosen at login.
func (a *app) keptArchive(ctx context.Context, cfg config.Config) (archive.Archive, error) {
	if a.global.demo {
		return nil, hinted{errors.New("the demo keeps nothing on disk"), "leave --demo away, or try `ringside reports --demo`", exitUsage}
	}
	account, err := a.knownAccount(cfg)
	if err != nil {
		return nil, err
	}
	path, err := cfg.ArchiveFile(a.env, account)
	switch {
	case err != nil:
		return nil, err
	case path == "":
		return nil, hinted{errors.New("nothing is kept: keep is false in [archive]"), "set keep = true", exitFailed}
	}
	return a.openArchive(ctx, cfg, account)
}

// knownAccount gives the account in effect without asking anybody.
func (a *app) knownAccount(cfg config.Config) (string, error) {
	if cfg.GoTo.Account != "" || cfg.Archive.File != "" {
		return cfg.GoTo.Account, nil
	}
	chosen, err := a.chosen(cfg)
	if err != nil {
		return "", err
	}
	if chosen.Account != "" {
		return chosen.Account, nil
	}
	return "", hinted{errors.New("no account is chosen" + inProfile(cfg)), "log in (ringside login), or set account in [goto]", exitNotLoggedIn}
}

func (a *app) printStats(s archive.Stats) error {
	w := bufio.NewWriter(a.stdout)
	row := func(name, value string) { fmt.Fprintf(w, "%-9s %s\n", name, value) }
	row("file", printable(s.Path))
	row("size", megabytes(s.Bytes))
	row("calls", fmt.Sprint(s.Calls))
	row("reports", fmt.Sprint(s.Reports))
	row("states", fmt.Sprintf("%d of calls whose report has not come, or lately has", s.Events))
	row("notes", fmt.Sprintf("%d, with tags, pops and the like", s.Items))
	if !s.Oldest.IsZero() {
		row("from", s.Oldest.Local().Format("2006-01-02 15:04"))
		row("to", s.Newest.Local().Format("2006-01-02 15:04"))
	}
	row("schema", fmt.Sprint(s.Version))
	return w.Flush()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func statsRecord(s archive.Stats) map[string]any {
	rec := map[string]any{
		"file": s.Path, "bytes": s.Bytes, "calls": s.Calls, "reports": s.Reports, "states": s.Events, "items": s.Items, "schema": s.Version,
		"oldest": nil, "newest": nil,
	}
	if !s.Oldest.IsZero() {
		rec["oldest"], rec["newest"] = s.Oldest.UTC().Format(time.RFC3339), s.Newest.UTC().Format(time.RFC3339)
	}
	return rec
}

func (a *app) purgeCmd() *cobra.Command {
	var num string
	var yes bool
	c := &cobra.Command{
		Use: "purge", Short: "Forget everything about a number", Args: cobra.NoArgs,
		Long: `purge takes every call with an outside number out of the archive, in whatever spelling it came,
with reports, notes, tags and pops, so that nothing of it can be read from the file any more.
The ids of those calls are kept, so that they do not come back from GoTo. Backups made before,
recordings and exports are files of yours: it does not touch them.`,
		RunE: a.onArchive(a.keptArchive, func(ctx context.Context, kept archive.Archive, cfg config.Config, _ []string) error {
			return a.purge(ctx, kept, cfg.Contacts.Region, num, yes)
		}),
	}
	c.Flags().StringVar(&num, "number", "", "the number, in any spelling")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	_ = c.MarkFlagRequired("number") // it exists
	return c
}

func (a *app) purge(ctx context.Context, kept archive.Archive, region, num string, yes bool) error {
	cfg, err := a.loadConfig()
	if err == nil {
		err = a.may(cfg, duty.Forget)
	}
	if err != nil {
		return err
	}
	n := number.Parse(num, region)
	if len(n.Keys()) == 0 {
		return usageError{fmt.Errorf("--number %q is no number", num)}
	}
	count, err := kept.Count(ctx, archive.Search{Caller: num}, 0)
	if err != nil {
		return err
	}
	if !yes {
		fmt.Fprintf(a.stdout, "forget %s: %d calls, with their reports and notes, for good? [y/N] ", n.Display(), count)
		answer, err := bufio.NewReader(a.stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if word := strings.ToLower(strings.TrimSpace(answer)); word != "y" && word != "yes" {
			_, err := fmt.Fprintln(a.stdout, "nothing was changed")
			return err
		}
	}
	gone, err := kept.Purge(ctx, num)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "forgotten: %d calls, %d notes and the like\n", gone.Calls, gone.Items)
	return err
}
