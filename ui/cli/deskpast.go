package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/archive/backfill"
	"ringside/store/archive/keeper"
	"ringside/store/archive/sqlite"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
)

// deskArchive opens the archive for a desk. One that cannot be used does not keep the desk from
// opening: it then remembers in memory, and unkept says why.
func (a *app) deskArchive(ctx context.Context, cfg config.Config, l connect.Link) (kept archive.Archive, unkept, err error) {
	kept, unkept = a.openArchive(ctx, cfg, l.Account)
	if unkept == nil {
		return kept, nil, nil
	}
	l.Log.Error("opening the archive", slog.Any("error", unkept))
	kept, err = sqlite.Open(ctx, sqlite.Options{Region: cfg.Contacts.Region})
	return kept, unkept, err
}

// past says what the screen is told of the past. unkept is why nothing is kept on disk, or nil.
func (d *desk) past(kept archive.Archive, back time.Duration, unkept error) connect.PastOptions {
	var progress, trouble ui.PastMsg
	if unkept != nil {
		trouble = ui.PastMsg{Trouble: unkept.Error() + "; finished calls are remembered until you leave", Hint: login.Hint(unkept)}
	}
	tell := func() {
		m := progress
		m.Trouble, m.Hint = trouble.Trouble, trouble.Hint
		d.model.Pump().Post(m)
	}
	tell()
	return connect.PastOptions{
		Archive: kept, Back: back,
		OnKept: func(k keeper.Kept) { d.model.Pump().Post(ui.KeptMsg{IDs: k.Reports}) },
		OnState: func(st keeper.State) {
			d.mu.Lock()
			defer d.mu.Unlock()
			trouble = ui.PastMsg{}
			if st.Err != nil {
				trouble.Trouble = "finished calls are not kept: " + st.Err.Error()
				trouble.Hint = "the desk goes on; " + login.Hint(archiveError("", st.Err)) + ": what was missed is fetched then"
			}
			tell()
		},
		OnProgress: func(p backfill.Progress) {
			d.mu.Lock()
			defer d.mu.Unlock()
			progress = ui.PastMsg{}
			if !p.Ended && p.Err == nil {
				progress = ui.PastMsg{Day: p.Day, Done: p.Done, All: p.Reports, DaysLeft: p.Days - p.DayNo}
			}
			tell()
		},
	}
}

// maxUndrawn bounds the reports whose way to the screen is timed.
const maxUndrawn = 1000

// announced takes in that GoTo has a report.
func (d *desk) announced(id string, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.noticed == nil || len(d.noticed) >= maxUndrawn {
		d.noticed = map[string]time.Time{}
	}
	d.noticed[id] = at
}

// drawn logs how long a report took from its notice to the screen.
func (d *desk) drawn(id string) {
	d.mu.Lock()
	at, ok := d.noticed[id]
	delete(d.noticed, id)
	d.mu.Unlock()
	if ok {
		d.log.Debug("report on screen", slog.String("call", id), slog.Int64("ms", time.Since(at).Milliseconds()))
	}
}

// saver gives what writes files for the person at the screen: into the folder the desk was started
// in, for its owner alone, never over another file.
func saver(now func() time.Time) func(string, []byte) (string, error) {
	return func(name string, data []byte) (string, error) {
		dir, err := os.Getwd()
		if err != nil {
			return "", fmt.Errorf("saving %s: %w", name, err)
		}
		ext := filepath.Ext(name)
		stem := strings.TrimSuffix(plainName(name), ext) + now().Format("-20060102-150405")
		for n := range 100 {
			path := filepath.Join(dir, stem+ext)
			if n > 0 {
				path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", stem, n+1, ext))
			}
			err := writeNew(path, data)
			if !errors.Is(err, fs.ErrExist) {
				return path, err
			}
		}
		return "", fmt.Errorf("saving %s: there are a hundred files of that name", stem+ext)
	}
}

// plainName makes a text fit to be a file's name.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s)
}

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("saving %s: %w", path, err), os.Remove(path))
	}
	return nil
}
