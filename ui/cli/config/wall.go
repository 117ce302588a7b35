package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Wall says what the wallboard shows.
type Wall struct {
	Layout string        // "floor", "frontdesk" or "supervisor": the one it begins with
	Rotate time.Duration // after which the next layout has its turn; 0: the first stays
	Shift  time.Duration // after which the picture moves by a cell; 0 is never
	Tiles  []string      // the figures, the first in front; none: the layout's own
}

// wallTiles are the figures that a tile can show (ui/wall).
func wallTiles() []string {
	return []string{"waiting", "longest", "ringing", "talking", "idle", "calls", "answered", "missed", "abandoned", "intime", "answertime", "longesttoday"}
}

// maxWallTiles is how many figures one looks at from across a room.
const maxWallTiles = 6

func layout(s string) error { return oneOf("floor", "frontdesk", "supervisor")(s) }

func wallSettings() []setting {
	return []setting{
		{section: "wall", key: "layout", doc: "floor, frontdesk or supervisor", value: text(func(c *Config) *string { return &c.Wall.Layout }, layout)},
		{section: "wall", key: "rotate", doc: "after which the next layout has its turn; 0s: the first stays", value: span(func(c *Config) *time.Duration { return &c.Wall.Rotate })},
		{section: "wall", key: "shift", doc: "after which the picture moves by a cell, against burning in; 0s: never", value: span(func(c *Config) *time.Duration { return &c.Wall.Shift })},
		{section: "wall", key: "tiles", doc: "one to six of " + strings.Join(wallTiles(), ", ") + "; none: the layout's own", value: tiles()},
	}
}

// tilesValue is a list of figures.
type tilesValue struct{ textsValue[Config] }

func tiles() value[Config] {
	return tilesValue{textsValue[Config]{func(c *Config) *[]string { return &c.Wall.Tiles }}}
}

func (t tilesValue) put(c *Config, v any) error {
	names, err := textsOf(v)
	if err == nil {
		err = checkTiles(names)
	}
	if err != nil {
		return err
	}
	return t.textsValue.put(c, v)
}

func checkTiles(names []string) error {
	for i, name := range names {
		if err := oneOf(wallTiles()...)(name); err != nil {
			return fmt.Errorf("a list of figures, each %w", err)
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("a list of figures, each once: %s stands there twice", name)
		}
	}
	if len(names) > maxWallTiles {
		return fmt.Errorf("a list of at most %d figures, not %d: more are not read from across a room", maxWallTiles, len(names))
	}
	return nil
}

// Check tells what is wrong with a layout or tiles that do not come from the file; empty ones are not.
func (w Wall) Check() error {
	if w.Layout != "" {
		if err := layout(w.Layout); err != nil {
			return fmt.Errorf("the layout %q must be %w", w.Layout, err)
		}
	}
	if err := checkTiles(w.Tiles); err != nil {
		return fmt.Errorf("the tiles must be %w", err)
	}
	return nil
}
