package cli

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
	"gopkg.in/natefinch/lumberjack.v2"

	"ringside/lookup"
	"ringside/lookup/source/csvfile"
	"ringside/ui/calls"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

func (a *app) configCmd() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "The configuration", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	c.AddCommand(&cobra.Command{
		Use: "show", Short: "Print the configuration in effect, secrets hidden", Args: asUsage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return config.Print(a.stdout, cfg)
		},
	}, &cobra.Command{
		Use: "example", Short: "Print a commented configuration to begin with", Args: asUsage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.stdout, config.Example())
			return err
		},
	}, &cobra.Command{
		Use: "path", Short: "Print where the configuration is read from", Args: asUsage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			path := a.global.config
			if path == "" {
				path = config.DefaultFile(a.env)
			}
			_, err := fmt.Fprintln(a.stdout, path)
			return err
		},
	})
	return c
}

func (a *app) loadConfig() (config.Config, error) {
	return config.Load(a.global.config, a.global.profile, a.env)
}

// start reads the configuration and opens the log, which done closes.
func (a *app) start() (cfg config.Config, log *slog.Logger, done func(), err error) {
	if cfg, err = a.loadConfig(); err != nil {
		return cfg, nil, nil, err
	}
	log, done, err = a.openLog(cfg)
	return cfg, log, done, err
}

// Sizes of the log: five files of 10 MB.
const (
	logMegabytes = 10
	logBackups   = 4
)

// openLog opens the log: JSON lines in a file that only its owner reads.
func (a *app) openLog(cfg config.Config) (*slog.Logger, func(), error) {
	var level slog.Level
	word := cfg.Log.Level
	if a.global.logLevel != "" {
		word = a.global.logLevel
	}
	if err := level.UnmarshalText([]byte(word)); err != nil {
		return nil, nil, usageError{fmt.Errorf("log level %q: it is debug, info, warn or error", word)}
	}
	path, err := cfg.LogFile(a.env)
	if err != nil {
		return nil, nil, err
	}
	w := &lumberjack.Logger{Filename: path, MaxSize: logMegabytes, MaxBackups: logBackups}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: veiledLog(a.veilOf(cfg))})), func() { _ = w.Close() }, nil
}

// themeName gives the theme in effect: NO_COLOR asks for none.
func (a *app) themeName(cfg config.Config) string {
	if a.env["NO_COLOR"] != "" && cfg.Origin("desk.theme") == config.FromDefault {
		return "mono"
	}
	return cfg.Desk.Theme
}

func limits(cfg config.Config) calls.Limits {
	t := cfg.Thresholds
	return calls.Limits{WaitAmber: t.WaitAmber, WaitRed: t.WaitRed, TalkRed: t.TalkRed}
}

// sources opens where contacts are looked up. crm is that of the simulation that runs, nil where none
// does. done closes it.
func (a *app) sources(cfg config.Config, crm *connect.CRM) (uses []lookup.Use, done func(), err error) {
	if a.global.demo {
		return a.demoCRM(crm, cfg.Contacts.Region)
	}
	uses, closeUses, err := a.configuredSources(cfg)
	if err != nil || cfg.Contacts.CSV == "" {
		return uses, closeUses, err
	}
	src, err := csvfile.Open(cfg.Contacts.CSV, cfg.Contacts.Region)
	if err != nil {
		closeUses()
		return nil, nil, err
	}
	return append([]lookup.Use{lookup.Local(src)}, uses...), func() { _ = src.Close(); closeUses() }, nil
}
