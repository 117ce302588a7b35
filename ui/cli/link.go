package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/credentials"
	"ringside/ui/cli/login"
)

// findTimeout bounds the questions before the desk opens: who am I, which line is mine.
const findTimeout = 20 * time.Second

func agent() string { return "ringside/" + version() }

// errNoClient says that the OAuth client is not set up.
func errNoClient(g config.GoTo, code int) error {
	var missing []string
	if g.ClientID == "" {
		missing = append(missing, "no client_id")
	}
	if g.ClientSecret == "" {
		missing = append(missing, "no "+g.ClientSecretEnv)
	}
	return hinted{
		fmt.Errorf("not logged in: %s", strings.Join(missing, ", ")),
		"make an OAuth client at developer.logmeininc.com/clients, set client_id in [goto] of the config file and its secret in the variable " +
			g.ClientSecretEnv + "; or try `ringside demo`",
		code,
	}
}

// oauth gives the login service. code is the exit code where no client is set up.
func (a *app) oauth(cfg config.Config, log *slog.Logger, code int) (*gotoapi.OAuth, error) {
	g := cfg.GoTo
	if g.ClientID == "" || g.ClientSecret == "" {
		return nil, errNoClient(g, code)
	}
	return gotoapi.NewOAuth(gotoapi.OAuthConfig{
		Host: g.Auth, ClientID: g.ClientID, ClientSecret: gotoapi.Secret(g.ClientSecret), Logger: log, UserAgent: agent(),
	}), nil
}

// store gives where the login of the profile in effect is kept, and the folder it is in.
func (a *app) store(cfg config.Config) (s *credentials.Store, dir string, err error) {
	dir, err = config.DataDir(a.env)
	if err != nil {
		return nil, "", err
	}
	var ring credentials.Keyring
	if cfg.GoTo.Keyring {
		ring = credentials.System{}
	}
	return credentials.New(dir, cfg.Profile, ring), dir, nil
}

// tokens gives the tokens of a real account: the personal access token of the environment, else
// the stored login, then with the store it is in.
func (a *app) tokens(ctx context.Context, cfg config.Config, log *slog.Logger) (*gotoapi.Tokens, *credentials.Store, error) {
	g := cfg.GoTo
	oauth, err := a.oauth(cfg, log, exitNotLoggedIn)
	if err != nil {
		return nil, nil, err
	}
	if g.Token != "" {
		return gotoapi.PATTokens(oauth, gotoapi.Secret(g.Token)), nil, nil
	}
	store, _, err := a.store(cfg)
	if err != nil {
		return nil, nil, err
	}
	_, err = store.Load(ctx)
	switch {
	case errors.Is(err, credentials.ErrNone):
		return nil, nil, hinted{errors.New("not logged in" + inProfile(cfg)), "log in first: ringside login; or try `ringside demo`", exitNotLoggedIn}
	case err != nil:
		return nil, nil, err
	}
	return credentials.Tokens(store, oauth, g.ClientID, g.Auth, gotoapi.TokensConfig{Logger: log}), store, nil
}

// chosen gives the account and line chosen at login in the profile in effect.
func (a *app) chosen(cfg config.Config) (login.Choice, error) {
	dir, err := config.DataDir(a.env)
	if err != nil {
		return login.Choice{}, err
	}
	return login.LoadChoice(dir, cfg.Profile), nil
}

// inProfile names the profile in effect.
func inProfile(cfg config.Config) string {
	if cfg.Profile == "" {
		return ""
	}
	return " in profile " + cfg.Profile
}

// client gives the client of a real account.
func (a *app) client(cfg config.Config, log *slog.Logger, tokens gotoapi.TokenSource) *gotoapi.Client {
	g := cfg.GoTo
	return gotoapi.New(
		gotoapi.WithHosts(gotoapi.Hosts{API: g.API, Auth: g.Auth, Realtime: g.Realtime}),
		gotoapi.WithTokenSource(tokens), gotoapi.WithLogger(log), gotoapi.WithUserAgent(agent()),
	)
}

// realLink gives the link to a real account.
func (a *app) realLink(ctx context.Context, cfg config.Config, log *slog.Logger) (connect.Link, error) {
	tokens, _, err := a.tokens(ctx, cfg, log)
	if err != nil {
		return connect.Link{}, err
	}
	chosen, err := a.chosen(cfg)
	if err != nil {
		return connect.Link{}, err
	}
	l := connect.Link{
		Client: a.client(cfg, log, tokens), Login: tokens,
		Account: cfg.GoTo.Account, Nickname: cfg.GoTo.ChannelNickname, Agent: agent(), Log: log,
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	return a.findLine(ctx, l, cfg.GoTo.Line, chosen)
}

// findLine finds the account and my line: those of the configuration, else those chosen at login,
// else the only ones. wanted is a line's id or extension, or empty.
func (a *app) findLine(ctx context.Context, l connect.Link, wanted string, chosen login.Choice) (connect.Link, error) {
	if l.Account == "" {
		l.Account, l.Title = chosen.Account, chosen.Title
	}
	lines, err := l.Client.Identity.Lines(ctx, l.Account)
	if err != nil && (l.Account == "" || !forbidden(err)) {
		return l, fmt.Errorf("finding my line: %w", err)
	}
	if err != nil { // calls can be watched without a line
		fmt.Fprintf(a.stderr, "ringside: your own line is not known: %s\n", printable(err.Error()))
	}
	if l.Account == "" {
		if l.Account, err = onlyAccount(ctx, l.Client, lines); err != nil {
			return l, err
		}
	}
	lines = slices.DeleteFunc(lines, func(n gotoapi.Line) bool { return n.Account != "" && n.Account != l.Account })
	n, err := myLine(lines, wanted)
	if err != nil {
		return l, err
	}
	if wanted == "" && chosen.Account == l.Account && chosen.Line != "" {
		i := slices.IndexFunc(lines, func(n gotoapi.Line) bool { return n.ID == chosen.Line })
		if i >= 0 {
			n = lines[i]
		} else if len(lines) > 0 {
			fmt.Fprintf(a.stderr, "ringside: line %s, chosen at login, is no longer yours; taking %s\n",
				call.Clean(chosen.Extension+" "+chosen.Name), n.Extension+" "+n.Name)
		}
	}
	if n.ID != "" {
		l.Lines, l.Me, l.Title = []string{n.ID}, n.Name, n.OrgName
		l.Extension, l.Organization = n.Extension, n.Organization
	}
	if l.Title == "" {
		l.Title = "account " + l.Account
	}
	return l, nil
}

func forbidden(err error) bool {
	var refused *gotoapi.Error
	return errors.As(err, &refused) && refused.Status == http.StatusForbidden
}

// onlyAccount gives the account of lines, or asks for it where there is no line.
func onlyAccount(ctx context.Context, c *gotoapi.Client, lines []gotoapi.Line) (string, error) {
	keys := map[string]bool{}
	for _, n := range lines {
		keys[n.Account] = true
	}
	if len(keys) == 1 {
		return lines[0].Account, nil
	}
	all, err := login.Find(ctx, c)
	if err != nil {
		return "", err
	}
	choice, err := login.Choose(ctx, all, "", "", nil)
	return choice.Account, err
}

// myLine gives the wanted line, else the primary one, else the first; the zero Line when there is none.
func myLine(lines []gotoapi.Line, wanted string) (gotoapi.Line, error) {
	i := slices.IndexFunc(lines, func(n gotoapi.Line) bool {
		return wanted == "" && n.Primary || wanted != "" && (n.ID == wanted || n.Extension == wanted)
	})
	switch {
	case i >= 0:
		return lines[i], nil
	case wanted != "":
		return gotoapi.Line{}, hinted{fmt.Errorf("no line %q among mine", wanted), "line in [goto] is a line's id or extension: " + lineList(lines), exitFailed}
	case len(lines) > 0:
		return lines[0], nil
	}
	return gotoapi.Line{}, nil
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
