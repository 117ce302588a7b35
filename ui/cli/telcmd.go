package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/handover"
	"ringside/ui/cli/telhandler"
	bar "ringside/ui/phone"
)

func (a *app) telCmd() *cobra.Command {
	var f callFlags
	c := &cobra.Command{
		Use: "tel [LINK]", Short: "Open a link with a telephone number, or have such links open ringside", Args: asUsage(cobra.MaximumNArgs(1)),
		Long: `tel LINK gives the number of a tel: link to the desk that is running with the same configuration and
profile: its dial line opens with the number in its normal form, and Enter there dials it. Where no desk is
running, it is ` + "`ringside dial`" + `, which shows the number and asks before it dials.

tel install makes ringside what opens tel: links of browsers and mails, for you alone, not for everybody on
this machine: a link then opens a terminal with ` + "`ringside tel`" + `.

  ringside tel tel:+12125550110
  ringside tel install`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return a.openLink(cmd.Context(), args[0], f)
		},
	}
	f.register(c.Flags())
	f.via = "phone"
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

// openLink gives the number of a link to the desk that is running, or dials it as dial does.
func (a *app) openLink(ctx context.Context, raw string, f callFlags) error {
	cfg, d, err := a.toDial(raw)
	if err != nil {
		return err
	}
	if !isLink(raw) {
		raw = "tel:" + raw // whoever opened it, it is asked about
	}
	dir, err := config.StateDir(a.env)
	if err != nil {
		return err
	}
	var refused *handover.Refused
	switch err := handover.Hand(ctx, dir, deskKey(cfg), d.Number); {
	case errors.Is(err, handover.ErrNone):
		return a.dial(ctx, raw, f)
	case errors.As(err, &refused):
		return hinted{fmt.Errorf("the desk that is running does not take %s: %s", printable(d.Shown), printable(refused.Why)), "dial it there, or with ringside dial", exitFailed}
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s stands in the dial line of the desk that is running: Enter there dials it\n", printable(a.veilOf(cfg).Text(d.Shown)))
	return err
}

// deskKey is what a desk and the commands that look for it have in common.
func deskKey(cfg config.Config) string { return cfg.File + "\x00" + cfg.Profile }

// takeLinks has a desk take the numbers of links that are opened outside. A simulated company is called by
// none, and a desk in sentences would be talked into.
func (a *app) takeLinks(ctx context.Context, cfg config.Config, d *desk) (end func()) {
	if a.global.demo || a.global.plain || a.global.wall.only || !d.dials {
		return func() {}
	}
	dir, err := config.StateDir(a.env)
	if err == nil {
		var h *handover.Desk
		if h, err = handover.Listen(ctx, dir, deskKey(cfg), d.linked(cfg)); err == nil {
			return h.Close
		}
	}
	d.log.Warn("links open a terminal instead of this desk", slog.Any("error", err))
	return func() {}
}

// linked gives what takes the number of a link to the screen.
func (d *desk) linked(cfg config.Config) func(string) error {
	return func(num string) error {
		if bar.Read(num, cfg.Contacts.Region, nil, time.Now()).Number == "" {
			return errors.New("that is no number to dial")
		}
		d.model.Pump().Post(ui.LinkedMsg{Number: num})
		return nil
	}
}

func (a *app) tel(do func(telhandler.Handler) (telhandler.State, error)) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	h := telhandler.Handler{Env: a.env, Program: program, Args: []string{"tel"}}
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
