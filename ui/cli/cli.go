// Package cli is the command line: flags, configuration, wiring, running, shutting down. It is the
// one place where the rooms of the house meet.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui/cli/login"
)

// Exit codes of product.md.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotLoggedIn = 3
	exitRefused     = 4
	exitInterrupted = 130
)

// app is one run of the program.
type app struct {
	env    map[string]string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	global globalFlags
	veil   *duty.Veil          // of this run: veilOf
	early  *earlyArchive       // nil but for a moment of a demo
	term   []tea.ProgramOption // what the screen is told of a terminal that standard output is not
}

// globalFlags are those that every command takes.
type globalFlags struct {
	config   string
	profile  string
	logLevel string
	demo     bool
	source   string
	open     bool // demo: pops open for real
	sim      simFlags

	readOnly, presenter bool
	wall                wallFlags
	plain               bool // sentences instead of a screen
}

// Main runs the program and gives its exit code.
func Main(args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{env: environment(environ), stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	a.complain(err)
	return exitCode(err)
}

func environment(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, kv := range environ {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	return env
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ringside",
		Short: "A live call desk in the terminal for GoTo Connect",
		Long: `ringside shows the calls of a GoTo Connect account as they happen: who rings, who
waits, who talks, and what really happened once a call has ended.

Try it without an account:  ringside demo`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.desk(cmd.Context()) },
	}
	root.Flags().BoolP("version", "v", false, "print the version")
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n") // as the command version
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	f := root.PersistentFlags()
	f.StringVar(&a.global.config, "config", "", "config file (default: ringside/config.toml in the system's config folder)")
	f.StringVar(&a.global.profile, "profile", "", "profile of the config file")
	f.StringVar(&a.global.logLevel, "log-level", "", "debug, info, warn or error")
	f.BoolVar(&a.global.readOnly, "read-only", false, "dial, answer, open and note nothing")
	f.BoolVar(&a.global.presenter, "presenter", false, "hide telephone numbers, callers' names and notes")
	f.BoolVar(&a.global.demo, "demo", false, "use the built-in simulated GoTo")
	root.AddCommand(
		a.demoCmd(), a.loginCmd(), a.logoutCmd(), a.whoamiCmd(), a.doctorCmd(),
		a.lookupCmd(), a.popCmd(), a.alarmCmd(), a.userCmd(), a.simCmd(),
		a.watchCmd(), a.wallCmd(), a.todayCmd(), a.callsCmd(), a.recordCmd(),
		a.replayCmd(), a.dialCmd(), a.answerCmd(), a.telCmd(), a.reportsCmd(),
		a.archiveCmd(), a.purgeCmd(), a.auditCmd(), a.audioCmd(), a.secretCmd(),
		a.configCmd(), a.keysCmd(), a.manCmd(), a.versionCmd(),
	)
	for _, c := range root.Commands() {
		c.Args = asUsage(c.Args)
	}
	root.Args = asUsage(root.Args)
	a.sourceFlag(root.Flags())
	a.plainFlag(root.Flags())
	return root
}

// asUsage makes what is wrong with the arguments a usage error.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.stdout, "ringside", version())
			return err
		},
	}
}

// version gives the version the program was built as.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "development"
	}
	return info.Main.Version
}

// usageError is what is wrong with the command line itself.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }
func (usageError) Hint() string    { return "ringside --help tells what there is" }

// hinted is an error with what to do about it.
type hinted struct {
	error
	hint string
	code int
}

func (e hinted) Unwrap() error { return e.error }
func (e hinted) Hint() string  { return e.hint }

// complain prints what failed, then what to do.
func (a *app) complain(err error) {
	a.say(err.Error(), login.Hint(err))
}

// say tells something beside what a command prints, and what to do about it; "" is nothing.
func (a *app) say(what, hint string) {
	text := "ringside: " + printable(what) + "\n"
	if hint != "" {
		text += "hint: " + printable(hint) + "\n"
	}
	fmt.Fprint(a.stderr, text)
}

// maxIndent bounds the blanks before a printed line.
const maxIndent = 200

// printable cleans a text of several lines; how far they are indented stays.
func printable(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		lines[i] = l[:min(indent, maxIndent)] + call.Clean(l)
	}
	return strings.Join(lines, "\n")
}

func exitCode(err error) int {
	var usage usageError
	var h hinted
	switch {
	case errors.As(err, &usage), strings.HasPrefix(err.Error(), "unknown command "):
		return exitUsage
	case errors.As(err, &h) && h.code != 0:
		return h.code
	case errors.Is(err, gotoapi.ErrNotLoggedIn):
		return exitNotLoggedIn
	}
	var refused *gotoapi.Error
	var denied *gotoapi.AuthorizeError
	switch {
	case errors.As(err, &refused) && (refused.Code == gotoapi.CodeInvalidGrant || refused.Code == gotoapi.CodeInvalidRequest):
		return exitNotLoggedIn // the login has expired, was revoked or never came to be
	case errors.As(err, &refused), errors.As(err, &denied):
		return exitRefused
	}
	return exitFailed
}
