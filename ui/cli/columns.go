package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"ringside/ui/action"
	"ringside/ui/cli/config"
)

// columns are the columns that somebody has chosen for the lists, kept from one start to the next.
// Losing them is no harm: what goes wrong is logged.
type columns struct {
	path string // "" is nowhere
	log  *slog.Logger

	mu     sync.Mutex
	chosen map[action.Place][]string
}

// loadColumns reads what was chosen. In a demo the choice lasts until the end.
func (a *app) loadColumns(log *slog.Logger) *columns {
	c := &columns{log: log, chosen: map[action.Place][]string{}}
	if a.global.demo {
		return c
	}
	dir, err := config.StateDir(a.env)
	if err != nil {
		log.Warn("chosen columns", slog.Any("error", err))
		return c
	}
	c.path = filepath.Join(dir, "columns.json")
	b, err := os.ReadFile(c.path)
	if err == nil {
		err = json.Unmarshal(b, &c.chosen)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("chosen columns", slog.Any("error", err))
	}
	return c
}

// all gives what is chosen now.
func (c *columns) all() map[action.Place][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.chosen)
}

// keep remembers the columns of a list; nil are those of a fresh desk.
func (c *columns) keep(at action.Place, order []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if order == nil {
		delete(c.chosen, at)
	} else {
		c.chosen[at] = order
	}
	if c.path == "" {
		return
	}
	b, err := json.Marshal(c.chosen)
	if err == nil {
		err = config.ReplacePrivate(context.Background(), c.path, b)
	}
	if err != nil {
		c.log.Warn("keeping the chosen columns", slog.Any("error", err))
	}
}
