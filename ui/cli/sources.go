package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ringside/lookup"
	"ringside/lookup/source"
	"ringside/lookup/source/secret"
	"ringside/ui/cli/config"
	"ringside/ui/cli/credentials"
	"ringside/ui/cli/login"
)

// vault gets the secrets of sources out of the environment, the system's keyring and programs.
func (a *app) vault() *secret.Vault {
	return secret.NewVault(secret.Options{
		Getenv:  func(name string) string { return a.env[name] },
		Keyring: credentials.System{},
	})
}

// configuredSources opens the sources of the configuration, in their order. done closes them.
func (a *app) configuredSources(cfg config.Config) (uses []lookup.Use, done func(), err error) {
	dir, err := config.DataDir(a.env)
	if err != nil {
		return nil, nil, err
	}
	vault := a.vault()
	closers := []func(){func() { vault.Close() }}
	done = func() {
		for i := len(closers) - 1; i >= 0; i-- {
			closers[i]()
		}
	}
	env := source.Env{Region: cfg.Contacts.Region, Dir: filepath.Dir(cfg.File), Data: filepath.Join(dir, "contacts"), Vault: vault}
	for _, e := range cfg.Contacts.Sources {
		settings := maps.Clone(e.Keys)
		delete(settings, "kind")
		delete(settings, "name")
		o, err := source.Open(source.Spec{Kind: e.Text("kind"), Name: e.Text("name"), Settings: settings}, env)
		if err != nil {
			done()
			return nil, nil, hinted{fmt.Errorf("%s:%d: %w", cfg.File, e.Line, err), login.Hint(err), exitUsage}
		}
		for _, problem := range o.Problems() {
			fmt.Fprintln(a.stderr, "ringside:", printable(problem))
		}
		uses = append(uses, o.Use)
		closers = append(closers, func() { _ = o.Close() }) // it is read from alone
	}
	return uses, done, nil
}

func (a *app) secretCmd() *cobra.Command {
	c := &cobra.Command{Use: "secret", Short: "Passwords of look-up sources, in the system's keyring", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	c.AddCommand(&cobra.Command{
		Use: "set NAME", Short: "Keep a secret, read from standard input, for keyring:NAME in a source", Args: asUsage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.setSecret(cmd.Context(), args[0]) },
	}, &cobra.Command{
		Use: "delete NAME", Short: "Forget a secret", Args: asUsage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := (credentials.System{}).Delete(cmd.Context(), args[0]); err != nil {
				return keyringError("forgetting "+printable(args[0]), err)
			}
			_, err := fmt.Fprintln(a.stdout, "forgotten")
			return err
		},
	})
	return c
}

// maxSecret is the longest secret that every system's keyring takes.
const maxSecret = 2000

func (a *app) setSecret(ctx context.Context, name string) error {
	if terminal(a.stdin) {
		return hinted{errors.New("a secret is read from standard input, so that no history keeps it"), "for example: pass show crm | ringside secret set " + printable(name), exitUsage}
	}
	b, err := io.ReadAll(io.LimitReader(a.stdin, maxSecret+2))
	if err != nil {
		return fmt.Errorf("reading the secret: %w", err)
	}
	value := strings.TrimRight(string(b), "\r\n")
	if value == "" || len(value) > maxSecret {
		return usageError{fmt.Errorf("the secret has %d bytes: it must have 1 to %d", len(value), maxSecret)}
	}
	if err := (credentials.System{}).Set(ctx, name, []byte(value)); err != nil {
		return keyringError("keeping "+printable(name), err)
	}
	_, err = fmt.Fprintf(a.stdout, "kept: name it as keyring:%s in a source\n", printable(name))
	return err
}

func keyringError(doing string, err error) error {
	return hinted{fmt.Errorf("%s in the system's keyring: %w", doing, err), "without a keyring, put the secret into an environment variable and name it as env:NAME", exitFailed}
}
