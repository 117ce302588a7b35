package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"gopkg.in/natefinch/lumberjack.v2"

	"ringside/gotoapi"
	"ringside/gotoapi/sim/world"
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
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})), func() { _ = w.Close() }, nil
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

// sources opens where contacts are looked up. done closes it.
func (a *app) sources(cfg config.Config) (uses []lookup.Use, done func(), err error) {
	var src *csvfile.Source
	switch {
	case a.global.demo:
		src, err = csvfile.FromReader("demo contacts", demoContacts(), cfg.Contacts.Region)
	case cfg.Contacts.CSV != "":
		src, err = csvfile.Open(cfg.Contacts.CSV, cfg.Contacts.Region)
	default:
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return []lookup.Use{lookup.Local(src)}, func() { _ = src.Close() }, nil
}

// demoContacts is an address book of the people who call in the simulation.
func demoContacts() io.Reader {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"name", "company", "phone", "tier", "notes"}}
	for _, c := range world.Callers() {
		if c.Company != "" || c.Tier != "" {
			rows = append(rows, []string{c.Name, c.Company, c.Number, c.Tier, c.Notes})
		}
	}
	_ = w.WriteAll(rows) // into memory
	return strings.NewReader(b.String())
}

// findTimeout bounds the questions before the desk opens: who am I, which line is mine.
const findTimeout = 20 * time.Second

// realLink gives the link to a real account, by a personal access token.
func (a *app) realLink(ctx context.Context, cfg config.Config, log *slog.Logger) (connect.Link, error) {
	g := cfg.GoTo
	if g.Token == "" || g.ClientID == "" || g.ClientSecret == "" {
		return connect.Link{}, hinted{
			fmt.Errorf("not logged in: %s", missingLogin(g)),
			"set client_id in [goto] of the config file, and the variables " + g.ClientSecretEnv + " and " + g.TokenEnv + "; or try `ringside demo`",
			exitNotLoggedIn,
		}
	}
	oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{
		Host: g.Auth, ClientID: g.ClientID, ClientSecret: gotoapi.Secret(g.ClientSecret), Logger: log, UserAgent: agent(),
	})
	l := connect.Link{
		Client: gotoapi.New(
			gotoapi.WithHosts(gotoapi.Hosts{API: g.API, Auth: g.Auth, Realtime: g.Realtime}),
			gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(g.Token))),
			gotoapi.WithLogger(log), gotoapi.WithUserAgent(agent()),
		),
		Account: g.Account, Nickname: g.ChannelNickname, Agent: agent(), Log: log,
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	return findLine(ctx, l, g.Line)
}

func missingLogin(g config.GoTo) string {
	var missing []string
	for _, m := range []struct {
		there bool
		what  string
	}{{g.ClientID != "", "client_id"}, {g.ClientSecret != "", g.ClientSecretEnv}, {g.Token != "", g.TokenEnv}} {
		if !m.there {
			missing = append(missing, m.what)
		}
	}
	return "no " + strings.Join(missing, ", no ")
}

func agent() string { return "ringside/" + version() }

// findLine finds the account and my line where the configuration leaves them open. wanted is a
// line's id or extension, or empty for the primary one.
func findLine(ctx context.Context, l connect.Link, wanted string) (connect.Link, error) {
	lines, err := l.Client.Identity.Lines(ctx, l.Account)
	if err != nil {
		return l, fmt.Errorf("finding my line: %w", err)
	}
	mine := slices.IndexFunc(lines, func(n gotoapi.Line) bool {
		return wanted == "" && n.Primary || wanted != "" && (n.ID == wanted || n.Extension == wanted)
	})
	switch {
	case mine < 0 && wanted != "":
		return l, hinted{fmt.Errorf("no line %q among mine", wanted), "line in [goto] is a line's id or extension: " + lineList(lines), exitFailed}
	case mine < 0 && len(lines) > 0:
		mine = 0
	case mine < 0 && l.Account == "":
		return l, hinted{errors.New("this user has no line, so its account is not known"), "set account in [goto] of the config file", exitFailed}
	}
	if mine >= 0 {
		n := lines[mine]
		l.Lines, l.Me, l.Title = []string{n.ID}, n.Name, n.OrgName
		if l.Account == "" {
			l.Account = n.Account
		}
	}
	if l.Title == "" {
		l.Title = "account " + l.Account
	}
	return l, nil
}

func lineList(lines []gotoapi.Line) string {
	var out []string
	for _, n := range lines {
		out = append(out, n.Extension+" "+n.Name)
	}
	if len(out) == 0 {
		return "there is none"
	}
	return strings.Join(out, ", ")
}
