package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/ui/cli/config"
	"ringside/ui/cli/login"
)

// userSchema names the record that `user list --json` prints.
const userSchema = "ringside.user/1"

// maxUpdate bounds the JSON of `user set`, in bytes.
const maxUpdate = 1 << 20

func (a *app) userCmd() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Custom parameters of users, for screen pops", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	set := &cobra.Command{
		Use: "set ID KEY=VALUE...", Short: "Set custom parameters of a user", Args: asUsage(cobra.MinimumNArgs(1)),
		Long: `set keeps custom parameters of a user: what $key$ in an address of [[pops.rule]] stands for. ID is
the user's e-mail address as ` + "`ringside whoami`" + ` tells it, an extension or a line. KEY= takes a
parameter out. A running desk takes new values at once, new keys when it starts anew.

Ringotel's updateUser request is taken as it is, as an argument, a file or standard input:

  ringside user set ann@example.com team=support desk=
  ringside user set '{"method":"updateUser","params":{"id":"8648","custom":{"team":"support"}}}'
  ringside user set 8648 update.json
  ringside user set - < update.json`,
		RunE: a.onArchive(a.usersArchive, func(ctx context.Context, kept archive.Archive, _ config.Config, args []string) error {
			return a.setUser(ctx, kept, args)
		}),
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: "List the custom parameters of all users", Args: asUsage(cobra.NoArgs),
		RunE: a.onArchive(a.usersArchive, func(ctx context.Context, kept archive.Archive, cfg config.Config, _ []string) error {
			return a.listUsers(ctx, kept, cfg, asJSON)
		}),
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each user (schema "+userSchema+")")
	c.AddCommand(set, list)
	return c
}

// usersArchive opens the archive of the account in effect, in a demo one in memory.
func (a *app) usersArchive(ctx context.Context, cfg config.Config) (archive.Archive, error) {
	if a.global.demo {
		fmt.Fprintln(a.stderr, "ringside: the demo keeps nothing: what is set is forgotten at once")
		return a.openArchive(ctx, cfg, "")
	}
	return a.keptArchive(ctx, cfg)
}

func (a *app) setUser(ctx context.Context, kept archive.Archive, args []string) error {
	id, change, err := a.userChange(args)
	if err != nil {
		return err
	}
	all, err := pop.LoadParameters(ctx, kept)
	if err != nil {
		return err
	}
	if err := all.Apply(id, change); err != nil {
		return wrongUsage(err)
	}
	if err := all.Save(ctx, kept); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s\n", printable(id), parametersText(all[id]))
	return err
}

// userChange reads the arguments of `user set`: an id and pairs, or JSON in place of both or of the
// pairs.
func (a *app) userChange(args []string) (id string, c pop.Change, err error) {
	text, err := a.updateJSON(args[len(args)-1])
	switch {
	case err != nil:
		return "", c, err
	case text != "" && len(args) > 2:
		return "", c, usageError{errors.New("the JSON stands for all parameters: give an id and the JSON, or the JSON alone")}
	case text != "":
		args = append(slices.Clone(args[:len(args)-1]), text)
	}
	if text == "" || len(args) == 2 {
		id, args = args[0], args[1:]
	}
	if c, err = pop.ParseChange(args); err != nil {
		return "", c, wrongUsage(err)
	}
	switch {
	case id == "":
		id = c.User
	case c.User != "" && c.User != id:
		return "", c, usageError{fmt.Errorf("the JSON is for user %q, not for %q", c.User, id)}
	}
	if id == "" {
		return "", c, usageError{errors.New("the JSON names no user: give the id before it")}
	}
	return id, c, nil
}

// updateJSON gives the JSON that an argument is, or names: - is standard input, a name without = and
// with a file behind it that file. "" is neither.
func (a *app) updateJSON(arg string) (string, error) {
	in := a.stdin
	switch {
	case strings.HasPrefix(strings.TrimSpace(arg), "{"):
		return arg, nil
	case arg == "-":
	case strings.Contains(arg, "=") || !isFile(arg):
		return "", nil
	default:
		f, err := os.Open(arg)
		if err != nil {
			return "", err
		}
		defer f.Close() // read only
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, maxUpdate))
	if err != nil {
		return "", fmt.Errorf("reading the JSON: %w", err)
	}
	text := strings.TrimSpace(string(body))
	if !strings.HasPrefix(text, "{") {
		return "", usageError{fmt.Errorf("%s holds no JSON object", printable(arg))}
	}
	return text, nil
}

// wrongUsage makes what is wrong with parameters a usage error, its hint kept.
func wrongUsage(err error) error { return hinted{err, login.Hint(err), exitUsage} }

func parametersText(m map[string]string) string {
	if len(m) == 0 {
		return "no custom parameters"
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+printable(m[k]))
	}
	return strings.Join(out, " ")
}

// userRecord is what `user list --json` prints.
type userRecord struct {
	Schema     string            `json:"schema"`
	ID         string            `json:"id"`   // "" is me, as [pops.parameters] says
	From       string            `json:"from"` // config: not to be changed by user set; or set
	Parameters map[string]string `json:"parameters"`
}

func (a *app) listUsers(ctx context.Context, kept archive.Archive, cfg config.Config, asJSON bool) error {
	all, err := pop.LoadParameters(ctx, kept)
	if err != nil {
		return err
	}
	var out []userRecord
	add := func(id, from string, m map[string]string) {
		if len(m) > 0 {
			out = append(out, userRecord{userSchema, id, from, m})
		}
	}
	add("", "config", cfg.Pops.Parameters)
	for _, id := range slices.Sorted(maps.Keys(cfg.Pops.Users)) {
		add(id, "config", cfg.Pops.Users[id])
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		add(id, "set", all[id])
	}
	if len(out) == 0 && !asJSON {
		fmt.Fprintln(a.stderr, "ringside: no user has custom parameters")
	}
	enc := json.NewEncoder(a.stdout)
	for _, r := range out {
		if asJSON {
			err = enc.Encode(r)
		} else {
			_, err = fmt.Fprintf(a.stdout, "%-24s %-7s %s\n", printable(cmp.Or(r.ID, "(me)")), r.From, parametersText(r.Parameters))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
