package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ringside/store/archive"
	"ringside/store/archive/sqlite"
	"ringside/ui/cli/config"
)

// openArchive opens where the finished calls of an account are kept. In a demo nothing is kept
// longer than the program runs.
func (a *app) openArchive(ctx context.Context, cfg config.Config, account string) (archive.Archive, error) {
	if early := a.early; early != nil {
		a.early = nil
		<-early.done
		return early.kept, early.err
	}
	path := ""
	if !a.global.demo {
		var err error
		if path, err = cfg.ArchiveFile(a.env, account); err != nil {
			return nil, err
		}
	}
	return archiveAt(ctx, cfg, path)
}

// archiveAt opens the archive in a file, or makes one in memory where path is empty.
func archiveAt(ctx context.Context, cfg config.Config, path string) (archive.Archive, error) {
	kept, err := sqlite.Open(ctx, sqlite.Options{Path: path, Region: cfg.Contacts.Region})
	if err != nil {
		return nil, archiveError(path, err)
	}
	return kept, nil
}

// earlyArchive is an archive in memory, which is made while the simulated GoTo starts.
type earlyArchive struct {
	done chan struct{} // closed when it is there
	kept archive.Archive
	err  error
}

// openEarly begins to make the archive that the next openArchive gives. The end is for when none asks for it.
func (a *app) openEarly(ctx context.Context, cfg config.Config) (end func()) {
	early := &earlyArchive{done: make(chan struct{})}
	go func() {
		defer close(early.done)
		early.kept, early.err = archiveAt(ctx, cfg, "")
	}()
	a.early = early
	return func() {
		if a.early != early {
			return
		}
		a.early = nil
		if <-early.done; early.err == nil {
			_ = early.kept.Close() // it is empty
		}
	}
}

// archiveError says what to do about an archive that cannot be used.
func archiveError(path string, err error) error {
	hint := archive.Hint(err, path)
	if hint == "" {
		hint = "check the folder " + path
	}
	return hinted{fmt.Errorf("the archive: %w", err), hint, exitFailed}
}

// retention gives how long things are kept.
func retention(c config.Archive) archive.Retention {
	return archive.Retention{
		Events: config.Days(c.EventDays), Raw: config.Days(c.RawDays), Calls: config.Days(c.CallDays), Pops: config.Days(c.PopDays),
	}
}

// pruneEvery is how often what is too old is taken out.
const pruneEvery = 6 * time.Hour

// prune takes out of the archive what is too old, now and then, until ctx ends.
func prune(ctx context.Context, kept archive.Archive, r archive.Retention, now func() time.Time, log *slog.Logger) {
	once := func() {
		gone, err := kept.Prune(ctx, r, now())
		switch {
		case ctx.Err() != nil:
		case err != nil:
			log.Warn("pruning the archive", slog.Any("error", err))
		case gone != archive.Removed{}:
			log.Info("archive pruned", slog.Int("calls", gone.Calls), slog.Int("raw", gone.Raw), slog.Int("events", gone.Events), slog.Int("items", gone.Items))
		}
	}
	once()
	every(ctx, pruneEvery, once)
}
