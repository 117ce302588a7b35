package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"ringside/gotoapi"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/credentials"
	"ringside/ui/cli/doctor"
)

func (a *app) doctorCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "Look whether everything that a desk needs is there", Args: cobra.NoArgs,
		Long: `doctor asks GoTo for each thing that a desk needs, once, and says what it found: a line each,
"ok", or "!!" with a hint what to do, or "--" where it could not be checked. It changes nothing
but a notification channel of its own, which it takes away again. Exit code 1 means that something
failed, 3 that nobody is logged in.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a check: check, ok, skipped, took_ms, detail, hint")
	a.global.sim.register(c.Flags())
	a.sourceFlag(c.Flags())
	return c
}

func (a *app) doctor(ctx context.Context, asJSON bool) error {
	p := &chart{out: a.stdout, json: asJSON, progress: !asJSON && terminal(a.stdout)}
	cfg, err := a.loadConfig()
	checks := []doctor.Check{a.checkConfig(cfg, err)}
	if err == nil {
		checks = append(checks, doctor.Check{Name: "sound", Run: func(ctx context.Context) (string, error) { return a.soundDetail(ctx, cfg) }})
		more, done, err := a.examination(ctx, cfg)
		if err != nil {
			return err
		}
		defer done()
		checks = append(checks, more...)
	}
	sum, err := doctor.Run(ctx, checks, p.begin, p.end)
	switch {
	case p.err != nil:
		return fmt.Errorf("printing what was found: %w", p.err)
	case err != nil:
		return err
	case sum.LoggedOut:
		return hinted{errors.New("not logged in" + inProfile(cfg)), "", exitNotLoggedIn}
	case sum.Failed > 0:
		return hinted{fmt.Errorf("%d of %s failed", sum.Failed, counted(sum.Made, "check")), "", exitFailed}
	}
	return nil
}

// examination gives the checks that a readable configuration allows. done ends them.
func (a *app) examination(ctx context.Context, cfg config.Config) (checks []doctor.Check, done func(), err error) {
	if a.global.demo {
		l, done, err := a.open(ctx, cfg)
		if err != nil {
			return nil, nil, err
		}
		return doctor.Service(doctor.Target{
			Client: l.Client, Account: l.Account, Dialer: l.Dialer, Agent: l.Agent, Now: l.Now, Dialogs: l.Source == connect.Dialogs,
		}), done, nil
	}
	log, closeLog, err := a.openLog(cfg)
	if err != nil {
		return nil, nil, err
	}
	checks = []doctor.Check{{Name: "keyring", Deadline: time.Minute, Run: func(ctx context.Context) (string, error) { return a.checkKeyring(ctx, cfg) }}}
	tokens, _, noToken := a.tokens(ctx, cfg, log)
	source, err := a.chooseSource(cfg, connect.Link{})
	if err != nil {
		closeLog()
		return nil, nil, err
	}
	if tokens == nil {
		return append(checks, doctor.Check{Name: "token", Run: func(context.Context) (string, error) { return "", asLogin(noToken) }}), closeLog, nil
	}
	t := doctor.Target{
		Client: a.client(cfg, log, tokens), Agent: agent(), Account: cfg.GoTo.Account, Dialogs: source.Source == connect.Dialogs,
	}
	if chosen, err := a.chosen(cfg); err == nil {
		t.Account = cmp.Or(t.Account, chosen.Account)
	}
	return append(checks, doctor.Service(t)...), closeLog, nil
}

// asLogin marks the lack of a login as what it is.
func asLogin(err error) error {
	if exitCode(err) == exitNotLoggedIn {
		return noLogin{err}
	}
	return err
}

// noLogin is gotoapi.ErrNotLoggedIn in other words.
type noLogin struct{ error }

func (e noLogin) Unwrap() []error { return []error{e.error, gotoapi.ErrNotLoggedIn} }

// checkConfig tells which configuration is in effect; err is why it cannot be read.
func (a *app) checkConfig(cfg config.Config, err error) doctor.Check {
	return doctor.Check{Name: "config", Run: func(context.Context) (string, error) {
		detail := cfg.File
		if detail == "" {
			detail = "no file, the defaults"
		}
		return detail + inProfile(cfg), err
	}}
}

// checkKeyring tells where the login is kept, and tries the keyring with something of no worth.
func (a *app) checkKeyring(ctx context.Context, cfg config.Config) (string, error) {
	const plain = "the login is kept in a file that only you can read"
	switch {
	case cfg.GoTo.Token != "":
		return "not needed: the token is in the variable " + cfg.GoTo.TokenEnv, nil
	case !cfg.GoTo.Keyring:
		return "not wanted (keyring = false): " + plain, nil
	}
	store, _, err := a.store(cfg)
	if err != nil {
		return "", err
	}
	if _, err := store.Load(ctx); err != nil && !errors.Is(err, credentials.ErrNone) {
		return "", err
	}
	if store.Sealed() {
		return "holds the key of the login", nil
	}
	why := tryKeyring(ctx, credentials.System{})
	if why == "" {
		return "works", nil
	}
	return "no keyring here: " + plain + " (" + why + ")", nil
}

// tryKeyring keeps something for a moment, and tells why that does not work.
func tryKeyring(ctx context.Context, k credentials.Keyring) string {
	const name = "doctor"
	err := k.Set(ctx, name, []byte("of no worth"))
	if err == nil {
		_, err = k.Get(ctx, name)
		err = errors.Join(err, k.Delete(ctx, name))
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// chart prints what was found.
type chart struct {
	out      io.Writer
	json     bool
	progress bool // the name of a check is shown while it runs
	err      error
}

func (c *chart) print(format string, args ...any) {
	if _, err := fmt.Fprintf(c.out, format, args...); err != nil && c.err == nil {
		c.err = err
	}
}

func (c *chart) begin(name string) {
	if c.progress {
		c.print("..  %s", name)
	}
}

func (c *chart) end(r doctor.Result) {
	if c.json {
		c.record(r)
		return
	}
	if c.progress {
		c.print("\r\x1b[2K")
	}
	sign := map[doctor.Outcome]string{doctor.OK: "ok", doctor.Failed: "!!", doctor.Skipped: "--"}[r.Outcome]
	c.print("%s  %s: %s%s\n", sign, r.Check, printable(r.Detail), took(r.Took))
	if r.Hint != "" {
		c.print("    hint: %s\n", printable(r.Hint))
	}
}

// took tells how long a check took, when that is worth telling.
func took(d time.Duration) string {
	if d < time.Millisecond {
		return ""
	}
	if d < time.Second {
		return fmt.Sprintf(" (%d ms)", d.Milliseconds())
	}
	return fmt.Sprintf(" (%.1f s)", d.Seconds())
}

// record prints a result for scripts.
func (c *chart) record(r doctor.Result) {
	line, err := json.Marshal(struct {
		Check   string `json:"check"`
		OK      bool   `json:"ok"`
		Skipped bool   `json:"skipped,omitempty"`
		TookMs  int64  `json:"took_ms"`
		Detail  string `json:"detail"`
		Hint    string `json:"hint"`
	}{r.Check, r.Outcome == doctor.OK, r.Outcome == doctor.Skipped, r.Took.Milliseconds(), r.Detail, r.Hint})
	if err == nil {
		_, err = c.out.Write(append(line, '\n'))
	}
	if err != nil && c.err == nil {
		c.err = err
	}
}
