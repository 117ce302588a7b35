package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ringside/ui/action"
)

// boundKey is one action as `ringside keys --json` prints it.
type boundKey struct {
	Action string   `json:"action"`
	Keys   []string `json:"keys"`
	Where  []string `json:"where"`
	Help   string   `json:"help"`
	Own    bool     `json:"own"` // by the configuration
}

func (a *app) keysCmd() *cobra.Command {
	var check, asJSON bool
	c := &cobra.Command{
		Use: "keys", Short: "Print the keys in effect, by action", Args: cobra.NoArgs,
		Long: `keys prints every action of the desk with its keys, those of [desk.keys] in the configuration in
place of the program's own: marked with *.

  [desk.keys]
  filter = ["/", "f"]     # two keys for one action
  save-csv = []           # none: the palette (:) still has it
  yank-id = ["y y"]       # y, then y

A key that would mean two things in one place is an error that names both.`,
		RunE: func(*cobra.Command, []string) error { return a.keys(check, asJSON) },
	}
	c.Flags().BoolVar(&check, "check", false, "print nothing, only say whether the keys agree with each other")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, a line an action")
	return c
}

func (a *app) keys(check, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	k, err := keymap(cfg)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	all := len(action.Places())
	for _, b := range k.Table() {
		_, own := cfg.Desk.Keys[string(b.Action)]
		where := make([]string, len(b.Where))
		for i, p := range b.Where {
			where[i] = string(p)
		}
		switch {
		case check:
		case asJSON:
			line, err := json.Marshal(boundKey{string(b.Action), append([]string{}, b.Keys...), where, b.Help, own})
			if err != nil {
				return fmt.Errorf("writing the keys: %w", err)
			}
			fmt.Fprintf(out, "%s\n", line)
		default:
			mark, names, places := " ", b.KeyNames(true), strings.Join(where, ", ")
			if own {
				mark = "*"
			}
			if names == "" {
				names = "none"
			}
			if len(where) >= all-1 && slices.Contains(b.Where, action.Live) {
				places = "everywhere"
			}
			fmt.Fprintf(out, "%s%-20s %-12s %s (%s)\n", mark, b.Action, names, b.Help, places)
		}
	}
	if check {
		fmt.Fprintln(out, "the keys agree with each other")
	}
	return out.Flush()
}
