package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"ringside/ui"
	"ringside/ui/action"
	"ringside/ui/cli/config"
	"ringside/ui/table"
)

// sessionVersion is that of the file; another one is not read.
const sessionVersion = 1

// maxSession bounds the file.
const maxSession = 1 << 20

// sessions keeps what the desk looks like from one start to the next, for each profile. Losing it is no
// harm: what goes wrong is said and logged.
type sessions struct {
	path string // "" is nowhere
	log  *slog.Logger
	mu   sync.Mutex
}

type sessionFile struct {
	Version int        `json:"version"`
	Session ui.Session `json:"session"`
}

// loadSession reads what the desk looked like. odd is a word about a file that is of no use. In a demo
// nothing is kept.
func (a *app) loadSession(cfg config.Config, log *slog.Logger) (keep *sessions, s ui.Session, odd error) {
	keep = &sessions{log: log}
	if a.global.demo {
		return keep, s, nil
	}
	dir, err := config.StateDir(a.env)
	if err != nil {
		log.Warn("the session", slog.Any("error", err))
		return keep, s, nil
	}
	name := "session.json"
	if cfg.Profile != "" {
		name = "session-" + plainName(cfg.Profile) + ".json"
	}
	keep.path = filepath.Join(dir, name)
	s, err = readSession(keep.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the session", slog.Any("error", err))
		return keep, ui.Session{}, err
	}
	return keep, s, nil
}

func readSession(path string) (ui.Session, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return ui.Session{}, err
	case info.Size() > maxSession:
		return ui.Session{}, fmt.Errorf("%s is too large", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return ui.Session{}, err
	}
	var f sessionFile
	if err := json.Unmarshal(b, &f); err != nil {
		return ui.Session{}, fmt.Errorf("%s: %w", path, err)
	}
	if f.Version != sessionVersion {
		return ui.Session{}, fmt.Errorf("%s is of version %d, not %d", path, f.Version, sessionVersion)
	}
	return f.Session, nil
}

// keep writes what the desk looks like.
func (k *sessions) keep(s ui.Session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.path == "" {
		return
	}
	b, err := json.Marshal(sessionFile{sessionVersion, s})
	if err == nil {
		err = config.ReplacePrivate(context.Background(), k.path, b)
	}
	if err != nil {
		k.log.Warn("keeping the session", slog.Any("error", err))
	}
}

// keymap gives the keys in effect, and what is wrong with those of the configuration.
func keymap(cfg config.Config) (*action.Keymap, error) {
	k, err := action.NewKeymap(cfg.Desk.Keys)
	if err == nil {
		return k, nil
	}
	fix := "give one of the two another key; `ringside keys` lists them with what they do"
	var part []string
	if no := (*action.UnknownAction)(nil); errors.As(err, &no) {
		part, fix = []string{no.Name}, "`ringside keys` lists the actions"
		var names []string
		for _, b := range action.Table() {
			names = append(names, string(b.Action))
		}
		if near := config.Nearest(no.Name, names); near != "" {
			fix = "did you mean " + near + "? " + fix
		}
	}
	return nil, hinted{cfg.Wrong("desk.keys", part, fix, err.Error()), fix, exitUsage}
}

// savedTabs gives the tabs of the configuration.
func savedTabs(cfg config.Config) []ui.SavedTab {
	var out []ui.SavedTab
	for _, t := range cfg.Desk.Tabs {
		out = append(out, ui.SavedTab{Name: t.Name, List: action.Place(t.List), Filter: t.Filter})
	}
	return out
}

// sorting gives what the live list is sorted by.
func sorting(cfg config.Config) table.Sorting {
	by, reverse := strings.CutPrefix(cfg.Desk.Sort, "-")
	return table.Sorting{By: by, Reverse: reverse}
}

// tellOdd says that what was kept of the last session is of no use.
func (d *desk) tellOdd(err error) {
	if err != nil {
		d.model.Pump().Post(ui.NoticeMsg{Level: ui.Warn, Text: "the desk begins afresh: " + err.Error(), Hint: "what it looks like is kept again from here on"})
	}
}

// settleIn makes a desk that of the person: their keys, their columns, and as they left it. odd is a word
// about what was kept and is of no use.
func (a *app) settleIn(cfg config.Config, log *slog.Logger, o *ui.Options) (odd, err error) {
	if o.Keys, err = keymap(cfg); err != nil {
		return nil, err
	}
	chosen := a.loadColumns(log)
	o.Columns, o.Ports.KeepColumns = chosen.all(), chosen.keep
	left, session, odd := a.loadSession(cfg, log)
	o.Session, o.Ports.KeepSession = session, left.keep
	return odd, nil
}
