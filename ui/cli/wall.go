package cli

import (
	"time"

	"github.com/spf13/cobra"

	"ringside/store/stats"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/wall"
)

// wallFlags are what `ringside wall` says instead of the configuration.
type wallFlags struct {
	only   bool // the wallboard alone is shown
	layout string
	tiles  []string
	rotate time.Duration
	shift  time.Duration
	given  func(flag string) bool
}

func (a *app) wallCmd() *cobra.Command {
	f := &a.global.wall
	c := &cobra.Command{
		Use: "wall", Short: "The wallboard: big figures for a screen on the wall", Args: cobra.NoArgs,
		Long: `wall fills the screen with four to six figures in big digits, each with its target and how it
went, and with who waits longest. It needs no keys: what has no room takes turns, layouts change after
--rotate, the picture moves by a cell now and then so that it does not burn in, and a lost link is said
plainly while the figures stand as they were. q and Esc leave, ctrl+t changes the theme.

  ringside wall --layout supervisor --rotate 30s
  ringside wall --demo

Nothing pops here, and nothing rings: it is nobody's desk. docs/wall.md says more.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.only, f.given = true, cmd.Flags().Changed
			return a.desk(cmd.Context())
		},
	}
	c.Flags().StringVar(&f.layout, "layout", "", "floor, frontdesk or supervisor: the one it begins with (default: layout in [wall])")
	c.Flags().StringSliceVar(&f.tiles, "tiles", nil, "the figures, with commas between them (default: tiles in [wall])")
	c.Flags().DurationVar(&f.rotate, "rotate", 0, "after which the next layout has its turn, 0s is never (default: rotate in [wall])")
	c.Flags().DurationVar(&f.shift, "shift", 0, "after which the picture moves by a cell, 0s is never (default: shift in [wall])")
	a.global.sim.register(c.Flags())
	a.sourceFlag(c.Flags())
	return c
}

// laid gives the configuration with what flags say of the wallboard; what they say wrongly is wrong usage.
func (f *wallFlags) laid(cfg config.Config) (config.Config, error) {
	if f.given == nil {
		return cfg, nil
	}
	var over config.Wall
	if f.given("layout") {
		over.Layout = f.layout
	}
	over.Tiles = f.tiles
	if err := over.Check(); err != nil {
		return cfg, usageError{err}
	}
	if over.Layout != "" {
		cfg.Wall.Layout = over.Layout
	}
	if len(over.Tiles) > 0 {
		cfg.Wall.Tiles = over.Tiles
	}
	if f.given("rotate") {
		cfg.Wall.Rotate = max(0, f.rotate)
	}
	if f.given("shift") {
		cfg.Wall.Shift = max(0, f.shift)
	}
	return cfg, nil
}

// wallOptions say what the wallboard shows.
func (a *app) wallOptions(cfg config.Config) ui.Wall {
	t := cfg.Thresholds
	return ui.Wall{
		Only: a.global.wall.only, Layout: cfg.Wall.Layout, Tiles: cfg.Wall.Tiles, Rotate: cfg.Wall.Rotate, Shift: cfg.Wall.Shift,
		Targets: wall.Targets{
			WaitAmber: t.WaitAmber, WaitRed: t.WaitRed, QueueAmber: t.QueueAmber, QueueRed: t.QueueRed,
			SLAAmber: t.SLAAmber, SLARed: t.SLARed,
		},
	}
}

// numbers say how the numbers of the day are made.
func numbers(cfg config.Config) stats.Options {
	t := cfg.Thresholds
	o := stats.Options{Within: t.SLAWithin, Target: float64(t.SLARed) / 100, Amber: float64(t.SLAAmber) / 100, ShortAbandon: t.ShortAbandon}
	if t.ShortAbandon == 0 {
		o.ShortAbandon = -1 // nobody is left out
	}
	o.Zone = zoneOf(cfg)
	return o
}
