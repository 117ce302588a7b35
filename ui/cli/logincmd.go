package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/credentials"
	"ringside/ui/cli/login"
)

// loginFlags are those of `ringside login`.
type loginFlags struct {
	noBrowser bool
	token     bool
	account   string
	line      string
}

func (a *app) loginCmd() *cobra.Command {
	var flags loginFlags
	c := &cobra.Command{
		Use: "login", Short: "Log in to GoTo Connect", Args: cobra.NoArgs,
		Long: `login opens GoTo's login page in the browser and keeps what comes of it: under a key in the
system's keyring, or in a file that only you can read. A desk that runs already takes the new
login over by itself.

It needs an OAuth client (developer.logmeininc.com/clients) with the grant "authorization code" and
the redirect URI of [goto] redirect. Over SSH, use --no-browser: open the address it prints on your
own machine, and paste the address at which the browser ends.

With --token-stdin, a personal access token (myaccount.goto.com, Developer Tools) is read from
standard input and kept instead; the client then needs the grant "personal access token".`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), flags) },
	}
	f := c.Flags()
	f.BoolVar(&flags.noBrowser, "no-browser", false, "print the address of the login page, and take the redirected address on standard input")
	f.BoolVar(&flags.token, "token-stdin", false, "read a personal access token from standard input")
	f.StringVar(&flags.account, "account", "", "account key, when you have several")
	f.StringVar(&flags.line, "line", "", "your line, by extension or id, when you have several")
	return c
}

func (a *app) login(ctx context.Context, flags loginFlags) error {
	if a.global.demo {
		return usageError{errors.New("the simulated GoTo of --demo needs no login; for `ringside sim`, set api and auth in [goto]")}
	}
	cfg, log, done, err := a.start()
	if err != nil {
		return err
	}
	defer done()
	if err := flags.agree(cfg); err != nil {
		return err
	}
	oauth, err := a.oauth(cfg, log, exitFailed)
	if err != nil {
		return err
	}
	in := login.NewLines(a.stdin)
	l, err := a.getLogin(ctx, cfg, oauth, in, flags)
	if err != nil {
		return err
	}
	l.Client, l.Host = cfg.GoTo.ClientID, cfg.GoTo.Auth
	if err := a.keep(ctx, cfg, l); err != nil {
		return err
	}
	log.Info("logged in", "token", l.PAT != "")
	return a.chooseAccount(ctx, cfg, log, l, in, flags)
}

// agree checks the flags against each other and the configuration, which wins whenever the desk starts.
func (f loginFlags) agree(cfg config.Config) error {
	if f.noBrowser && f.token {
		return usageError{errors.New("--no-browser and --token-stdin are two ways to log in: choose one")}
	}
	for _, c := range []struct{ flag, set, name string }{{f.account, cfg.GoTo.Account, "account"}, {f.line, cfg.GoTo.Line, "line"}} {
		if c.flag != "" && c.set != "" && c.flag != c.set {
			return hinted{
				fmt.Errorf("--%s %s, but the configuration says %s", c.name, c.flag, c.set),
				"the configuration wins: change or remove " + c.name + " in [goto]", exitUsage,
			}
		}
	}
	return nil
}

// getLogin gets a login in the browser, or by a personal access token.
func (a *app) getLogin(ctx context.Context, cfg config.Config, oauth *gotoapi.OAuth, in *login.Lines, flags loginFlags) (credentials.Login, error) {
	if flags.token {
		pat, err := a.readToken()
		if err != nil {
			return credentials.Login{}, err
		}
		t, err := oauth.SwapPAT(ctx, pat)
		var refused *gotoapi.Error
		if errors.As(err, &refused) && refused.Code == gotoapi.CodeInvalidGrant {
			err = hinted{err, "check the token at myaccount.goto.com, Developer Tools: its scopes must be those of the OAuth client", exitNotLoggedIn}
		}
		return credentials.Login{Token: t, PAT: pat}, err
	}
	flow := login.Flow{OAuth: oauth, Redirect: cfg.GoTo.Redirect, In: in, Out: a.stdout}
	if !flags.noBrowser {
		flow.Open = func(address string) error { return login.OpenBrowser(a.env, address) }
	}
	t, err := flow.Run(ctx)
	return credentials.Login{Token: t}, err
}

// maxToken bounds a personal access token, in bytes.
const maxToken = 16 << 10

// readToken reads a personal access token. One that is typed would stay on the screen.
func (a *app) readToken() (gotoapi.Secret, error) {
	const hint = "for example: ringside login --token-stdin < FILE"
	if terminal(a.stdin) {
		return "", hinted{errors.New("--token-stdin reads from a file or a pipe, and standard input is a terminal"), hint, exitUsage}
	}
	data, err := io.ReadAll(io.LimitReader(a.stdin, maxToken+1))
	if err != nil {
		return "", fmt.Errorf("reading the personal access token: %w", err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" || len(data) > maxToken || strings.ContainsAny(text, " \t\r\n") {
		return "", hinted{errors.New("standard input holds no personal access token: one word is expected"), hint, exitUsage}
	}
	return gotoapi.Secret(text), nil
}

// lockLogin keeps others from replacing a login until unlock. A place that cannot be locked, as some
// network folders cannot, goes unlocked.
func lockLogin(ctx context.Context, s *credentials.Store) (unlock func(), err error) {
	unlock, err = s.Lock(ctx)
	switch {
	case err == nil:
		return unlock, nil
	case ctx.Err() != nil:
		return nil, err
	}
	return func() {}, nil
}

// keep stores the login, and says so where it is not encrypted.
func (a *app) keep(ctx context.Context, cfg config.Config, l credentials.Login) error {
	store, _, err := a.store(cfg)
	if err != nil {
		return err
	}
	unlock, err := lockLogin(ctx, store)
	if err != nil {
		return err
	}
	defer unlock()
	if err := store.Save(ctx, l); err != nil {
		return err
	}
	if why := store.Unsealed(); why != nil {
		a.say("the login is kept unencrypted, in a file that only you can read: "+store.Path(), "there is no keyring to keep its key in ("+why.Error()+")")
	}
	if cfg.GoTo.Token != "" {
		a.say(cfg.GoTo.TokenEnv+" is set, and is used instead of this login", "unset "+cfg.GoTo.TokenEnv)
	}
	return nil
}

// chooseAccount finds the account and line of a login, keeps them and tells who is logged in.
func (a *app) chooseAccount(ctx context.Context, cfg config.Config, log *slog.Logger, l credentials.Login, in *login.Lines, flags loginFlags) error {
	ctx, cancel := context.WithTimeout(ctx, login.DefaultTimeout)
	defer cancel()
	all, err := login.Find(ctx, a.client(cfg, log, gotoapi.Static(l.Token.Access)))
	if err != nil {
		return fmt.Errorf("logged in, but %w", err)
	}
	var ask login.Ask
	if terminal(a.stdin) && terminal(a.stdout) {
		ask = func(ctx context.Context, question string, options []string, preset int) (int, error) {
			return a.ask(ctx, in, question, options, preset)
		}
	}
	choice, err := login.Choose(ctx, all, cmp.Or(flags.account, cfg.GoTo.Account), cmp.Or(flags.line, cfg.GoTo.Line), ask)
	if err != nil {
		return fmt.Errorf("logged in, but %w", err)
	}
	dir, err := config.DataDir(a.env)
	if err != nil {
		return err
	}
	if err := login.SaveChoice(ctx, dir, cfg.Profile, choice); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "Logged in%s%s to %s%s.\n", as(l.Token.Principal), inProfile(cfg), accountText(choice), lineText(choice))
	missing, _ := l.Token.Missing()
	for _, s := range missing {
		fmt.Fprintf(a.stdout, "Without the scope %s: %s.\n", s.Name, s.Off)
	}
	return nil
}

func as(principal string) string {
	if principal == "" {
		return ""
	}
	return " as " + call.Clean(principal)
}

func accountText(c login.Choice) string {
	return login.Account{Key: c.Account, Name: c.Title}.Label()
}

func lineText(c login.Choice) string {
	if c.Line == "" {
		return ", without a line of your own"
	}
	return ", line " + strings.TrimSpace(c.Extension+" "+c.Name)
}

// ask has a person choose from a numbered list.
func (a *app) ask(ctx context.Context, in *login.Lines, question string, options []string, preset int) (int, error) {
	fmt.Fprintln(a.stdout, question)
	for i, o := range options {
		fmt.Fprintf(a.stdout, "%3d  %s\n", i+1, call.Clean(o))
	}
	for {
		prompt := fmt.Sprintf("1-%d: ", len(options))
		if preset >= 0 {
			prompt = fmt.Sprintf("1-%d [%d]: ", len(options), preset+1)
		}
		fmt.Fprint(a.stdout, prompt)
		line, err := in.Read(ctx)
		if err != nil {
			return 0, fmt.Errorf("nothing was chosen: %w", err)
		}
		line = strings.TrimSpace(line)
		if line == "" && preset >= 0 {
			return preset, nil
		}
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(options) {
			return n - 1, nil
		}
	}
}

func (a *app) logoutCmd() *cobra.Command {
	return &cobra.Command{
		Use: "logout", Short: "Forget the login of this profile", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context()) },
	}
}

func (a *app) logout(ctx context.Context) error {
	cfg, log, done, err := a.start()
	if err != nil {
		return err
	}
	defer done()
	store, dir, err := a.store(cfg)
	if err != nil {
		return err
	}
	unlock, err := lockLogin(ctx, store)
	if err != nil {
		return err
	}
	defer unlock()
	l, had := store.Load(ctx)
	if err := errors.Join(store.Clear(ctx), login.ForgetChoice(dir, cfg.Profile)); err != nil {
		return err
	}
	if cfg.GoTo.Token != "" {
		a.say(cfg.GoTo.TokenEnv+" is still set, and is used", "unset "+cfg.GoTo.TokenEnv)
	}
	if errors.Is(had, credentials.ErrNone) {
		fmt.Fprintf(a.stdout, "Nobody was logged in%s.\n", inProfile(cfg))
		return nil
	}
	log.Info("logged out")
	fmt.Fprintf(a.stdout, "Logged out%s%s: the login is forgotten here.\n", as(l.Token.Principal), inProfile(cfg))
	a.tellRemains(l)
	return nil
}

// tellRemains tells what a logout cannot do: GoTo documents no way to revoke a token.
func (a *app) tellRemains(l credentials.Login) {
	switch {
	case l.PAT != "":
		fmt.Fprintln(a.stdout, "The personal access token itself stays good: delete it at myaccount.goto.com, Developer Tools.")
	case !l.Token.Expires.IsZero():
		fmt.Fprintf(a.stdout, "GoTo is not known to let a program revoke a token: copies of it stay good until they run out,\n"+
			"the access token at %s, the refresh token in about 30 days.\n", l.Token.Expires.Local().Format("15:04"))
	}
}
