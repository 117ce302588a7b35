package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ringside/ui/cli/telhandler"
)

func (a *app) telCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "tel", Short: "Have links with a telephone number open ringside", Args: asUsage(cobra.NoArgs),
		Long: `tel makes ringside what opens tel: links of browsers and mails: a link then opens a terminal with
` + "`ringside dial`" + `, which shows the number in its normal form and asks before it dials. It is kept for
you alone, not for everybody on this machine.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	verb := func(use, short string, do func(telhandler.Handler) (telhandler.State, error)) {
		c.AddCommand(&cobra.Command{
			Use: use, Short: short, Args: asUsage(cobra.NoArgs),
			RunE: func(*cobra.Command, []string) error { return a.tel(do) },
		})
	}
	verb("install", "Open tel: links with ringside", telhandler.Handler.Install)
	verb("uninstall", "Open tel: links as before", telhandler.Handler.Uninstall)
	verb("status", "Tell what opens tel: links", telhandler.Handler.Status)
	return c
}

func (a *app) tel(do func(telhandler.Handler) (telhandler.State, error)) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	h := telhandler.Handler{Env: a.env, Program: program, Args: []string{"dial"}}
	if a.global.config != "" {
		path, err := filepath.Abs(a.global.config)
		if err != nil {
			return fmt.Errorf("finding the config file: %w", err)
		}
		h.Args = append(h.Args, "--config", path)
	}
	if a.global.profile != "" {
		h.Args = append(h.Args, "--profile", a.global.profile)
	}
	h.Args = append(h.Args, "--") // what follows is a number, whatever it looks like
	s, err := do(h)
	if err != nil {
		return fmt.Errorf("links with a telephone number: %w", err)
	}
	return a.printTel(s, program)
}

func (a *app) printTel(s telhandler.State, program string) error {
	var what string
	switch {
	case s.Default && s.Program == program:
		what = "tel: links open ringside"
	case s.Default:
		what = "tel: links open another ringside, " + s.Program
	case s.Other != "":
		what = "tel: links open " + s.Other
	default:
		what = "nothing is set to open tel: links"
	}
	if s.Installed {
		what += "\nset in " + s.Where
	}
	if _, err := fmt.Fprintln(a.stdout, printable(what)); err != nil {
		return err
	}
	if s.Next != "" {
		fmt.Fprintln(a.stderr, "hint: "+printable(s.Next))
	}
	return nil
}
