package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/credentials"
	"ringside/ui/cli/login"
)

// whoamiSchema names the record that `whoami --json` prints.
const whoamiSchema = "ringside.whoami/1"

// whoami is who is logged in, and what that allows.
type whoami struct {
	Schema  string          `json:"schema"`
	User    string          `json:"user"` // e-mail address; empty when GoTo does not say
	Profile string          `json:"profile"`
	Account string          `json:"account"` // the one in use
	Line    string          `json:"line"`    // id of the one in use; empty for none
	All     []whoamiAccount `json:"accounts"`
	Login   string          `json:"login"`  // browser, token, environment
	Stored  string          `json:"stored"` // keyring, file, nowhere
	Expires time.Time       `json:"access_expires"`
	Scopes  []string        `json:"scopes"` // null when GoTo does not say
	Missing []missingScope  `json:"missing"`
}

type whoamiAccount struct {
	Key          string       `json:"key"`
	Organization string       `json:"organization"`
	ID           string       `json:"organization_id"`
	Lines        []whoamiLine `json:"lines"`
}

type whoamiLine struct {
	ID        string `json:"id"`
	Extension string `json:"extension"`
	Name      string `json:"name"`
	Primary   bool   `json:"primary"`
}

type missingScope struct {
	Scope string `json:"scope"`
	Off   string `json:"off"` // what does not work without it
}

func (a *app) whoamiCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "whoami", Short: "Who is logged in, with which account, lines and scopes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.whoami(cmd.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON record (schema "+whoamiSchema+")")
	return c
}

func (a *app) whoami(ctx context.Context, asJSON bool) error {
	if a.global.demo {
		return usageError{fmt.Errorf("nobody is logged in to the simulated GoTo of --demo")}
	}
	cfg, log, done, err := a.start()
	if err != nil {
		return err
	}
	defer done()
	tokens, store, err := a.tokens(ctx, cfg, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	t, err := tokens.Token(ctx)
	if err != nil {
		return err
	}
	w := whoami{Schema: whoamiSchema, User: t.Principal, Profile: cfg.Profile, Expires: t.Expires, Scopes: t.Scopes, All: []whoamiAccount{}, Missing: []missingScope{}}
	if err := w.howLoggedIn(ctx, store); err != nil {
		return err
	}
	all, err := login.Find(ctx, a.client(cfg, log, tokens))
	if err != nil {
		return err
	}
	w.fill(all, t)
	if err := a.inUse(ctx, cfg, all, &w); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(w)
	}
	return w.print(a.stdout)
}

// howLoggedIn tells where the login comes from and how it is kept: in store, nil where it is nowhere.
func (w *whoami) howLoggedIn(ctx context.Context, store *credentials.Store) error {
	if store == nil {
		w.Login, w.Stored = "environment", "nowhere"
		return nil
	}
	l, err := store.Load(ctx)
	if err != nil {
		return err
	}
	w.Login, w.Stored = "browser", "file"
	if l.PAT != "" {
		w.Login = "token"
	}
	if store.Sealed() {
		w.Stored = "keyring"
	}
	return nil
}

// inUse tells which account and line the desk takes.
func (a *app) inUse(ctx context.Context, cfg config.Config, all []login.Account, w *whoami) error {
	chosen, err := a.chosen(cfg)
	if err != nil {
		return err
	}
	account, line := cmp.Or(cfg.GoTo.Account, chosen.Account), cfg.GoTo.Line
	if line == "" && account == chosen.Account {
		line = chosen.Line
	}
	c, err := login.Choose(ctx, all, account, line, nil)
	if err != nil {
		fmt.Fprintf(a.stderr, "ringside: %s\n", printable(err.Error()))
		return nil // all there is to choose from is printed
	}
	w.Account, w.Line = c.Account, c.Line
	return nil
}

func (w *whoami) fill(all []login.Account, t gotoapi.Token) {
	for _, acc := range all {
		out := whoamiAccount{Key: acc.Key, Organization: acc.Name, ID: acc.Organization, Lines: []whoamiLine{}}
		for _, n := range acc.Lines {
			out.Lines = append(out.Lines, whoamiLine{n.ID, n.Extension, n.Name, n.Primary})
		}
		w.All = append(w.All, out)
	}
	missing, _ := t.Missing()
	for _, s := range missing {
		w.Missing = append(w.Missing, missingScope{s.Name, s.Off})
	}
}

func (w *whoami) print(out io.Writer) error {
	var b strings.Builder
	say := func(what, text string) { fmt.Fprintf(&b, "%-13s %s\n", what, text) }
	say("user", cmp.Or(call.Clean(w.User), "(GoTo does not say)"))
	if w.Profile != "" {
		say("profile", w.Profile)
	}
	for _, acc := range w.All {
		say("account", mark(acc.Key, w.Account))
		say("organization", cmp.Or(acc.Organization, "(no name)"))
		for _, n := range acc.Lines {
			text := strings.TrimSpace(n.Extension + " " + n.Name)
			if n.Primary {
				text += ", primary"
			}
			if n.ID == w.Line && acc.Key == w.Account {
				text += ", in use"
			}
			say("line", text)
		}
	}
	say("login", map[string]string{
		"browser": "in the browser", "token": "by a personal access token", "environment": "by a personal access token in the environment",
	}[w.Login]+", "+map[string]string{
		"keyring": "kept under a key in the system's keyring", "file": "kept unencrypted in a file that only you can read", "nowhere": "not kept",
	}[w.Stored])
	if !w.Expires.IsZero() {
		say("access until", w.Expires.Local().Format("15:04")+", extended while ringside runs")
	}
	w.printScopes(say)
	_, err := io.WriteString(out, b.String())
	return err
}

// printScopes tells which of the scopes that ringside uses are there.
func (w *whoami) printScopes(say func(what, text string)) {
	if len(w.Scopes) == 0 {
		say("scopes", "(GoTo does not say)")
		return
	}
	used := 0
	for _, s := range gotoapi.Scopes() {
		if slices.Contains(w.Scopes, s.Name) {
			say("scope", s.Name+": "+s.For)
			used++
		}
	}
	if more := len(w.Scopes) - used; more > 0 {
		say("scopes", fmt.Sprintf("%d more, which this version does not use", more))
	}
	for _, m := range w.Missing {
		say("missing", m.Scope+": "+m.Off)
	}
}

// mark marks what is in use.
func mark(key, used string) string {
	if key == used {
		return key + ", in use"
	}
	return key
}
