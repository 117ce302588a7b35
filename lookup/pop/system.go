package pop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"ringside/store/call"
)

// Times and bounds of what is opened.
const (
	// patience is how long an opener or an application may take to fail. Some openers return only
	// when the browser is closed, so one that has not failed by then has opened.
	patience = 2 * time.Second
	// lastWords is how long the output of a command that has ended is waited for: what it left
	// running may hold it open.
	lastWords = time.Second
	maxOutput = 4096 // bytes of a command's output that are kept
)

// SystemOptions say how a System opens things.
type SystemOptions struct {
	Env     map[string]string // this program's environment, by name
	Browser []string          // program, by its whole path, and arguments that an address is put behind; none is the system's own
	Log     *slog.Logger
}

// System opens targets on this machine. Programs get a list of arguments, a session (Windows: a
// process group) of their own, no terminal, and an environment of what any program needs and no
// more: tokens in the environment of this program are not passed on.
type System struct {
	env     map[string]string
	environ []string
	browser []string
	log     *slog.Logger
	os      string
	reapers sync.WaitGroup // end with what was started
}

// NewSystem makes a System; the error is an *Error about the browser.
func NewSystem(o SystemOptions) (*System, error) {
	if len(o.Browser) > 0 {
		if err := here(runtime.GOOS).runs(o.Browser[0]); err != nil {
			return nil, err.in("", "browser")
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &System{env: o.Env, environ: environment(o.Env, runtime.GOOS), browser: slices.Clone(o.Browser), log: o.Log, os: runtime.GOOS}, nil
}

// Screen tells whether there is a screen here that a page can be opened on, and why not. Over SSH
// the screen of this machine is not the one that the person sits at.
func (s *System) Screen() (ok bool, why string) {
	forwarded := s.env["DISPLAY"] != "" || s.env["WAYLAND_DISPLAY"] != ""
	own := s.os == "windows" || s.os == "darwin"
	switch {
	case (s.env["SSH_CONNECTION"] != "" || s.env["SSH_TTY"] != "") && (own || !forwarded):
		return false, "over SSH nothing is opened"
	case !own && !forwarded && s.env["WSL_DISTRO_NAME"] == "":
		return false, "there is no screen here"
	}
	return true, ""
}

// Open implements Opener.
func (s *System) Open(ctx context.Context, t Target) Outcome {
	if t.Kind == Run {
		return s.run(ctx, t)
	}
	if ok, why := s.Screen(); !ok {
		if t.Kind == URL {
			return Outcome{Result: Shown, Why: why}
		}
		return Outcome{Result: Failed, Why: why}
	}
	switch {
	case t.Kind == Start:
		return s.start(ctx, t.Argv)
	case len(s.browser) > 0:
		return s.start(ctx, append(slices.Clone(s.browser), t.URL))
	}
	return s.shellOpen(ctx, t.URL)
}

// start starts a program and leaves it alone. It has no output: what it says would be drawn over
// the desk.
func (s *System) start(ctx context.Context, argv []string) Outcome {
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:noctx // it outlives the pop, and this program
	cmd.Env, cmd.Dir = s.environ, s.home()
	g := newGroup(cmd)
	if err := cmd.Start(); err != nil {
		return s.failed(argv[0], err)
	}
	g.leave()
	ended := make(chan error, 1)
	s.reapers.Go(func() { ended <- cmd.Wait() }) // ends with the application, or with this program
	return s.await(ctx, argv[0], ended)
}

// await gives something that was started the time to fail.
func (s *System) await(ctx context.Context, name string, ended <-chan error) Outcome {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return s.failed(name, err)
		}
	case <-late.C:
	case <-ctx.Done():
	}
	return Outcome{Result: Opened}
}

// failed says why something did not open.
func (s *System) failed(name string, err error) Outcome {
	s.log.Warn("opening a pop", slog.String("program", name), slog.Any("error", err))
	return Outcome{Result: Failed, Why: fmt.Sprintf("%s: %v", name, err)}
}

// run runs a command to its end, which it has to come to within its limit.
func (s *System) run(ctx context.Context, t Target) Outcome {
	limited, cancel := context.WithTimeout(ctx, t.Limit)
	defer cancel()
	cmd := exec.CommandContext(limited, t.Argv[0], t.Argv[1:]...)
	out := &beginning{}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env, cmd.Dir, cmd.WaitDelay = s.environ, s.home(), lastWords
	g := newGroup(cmd)
	cmd.Cancel = g.kill
	if err := cmd.Start(); err != nil {
		return s.failed(t.Argv[0], err)
	}
	g.join()
	defer g.leave()
	err := cmd.Wait()
	o := Outcome{Result: Opened, Output: call.Clean(out.text())}
	switch {
	case limited.Err() != nil && ctx.Err() == nil && err != nil:
		o.Result, o.Why = Failed, fmt.Sprintf("ended after %v", t.Limit)
	case ctx.Err() != nil && err != nil:
		o.Result, o.Why = Failed, "ended with ringside"
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		o.Result, o.Why = Failed, err.Error()
	}
	if o.Result == Failed {
		s.log.Warn("running a pop", slog.String("program", t.Argv[0]), slog.String("why", o.Why), slog.String("output", call.Mask(o.Output)))
	}
	return o
}

// home is the folder that programs begin in.
func (s *System) home() string {
	if s.os == "windows" {
		return s.env["USERPROFILE"]
	}
	return s.env["HOME"]
}

// beginning keeps the beginning of what is written to it and takes in the rest, so that nobody
// waits for a reader. It is written to by one goroutine, and read when that has ended.
type beginning struct{ kept []byte }

func (b *beginning) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), maxOutput-len(b.kept))]...)
	return len(p), nil
}

func (b *beginning) text() string { return strings.ToValidUTF8(string(b.kept), "�") }

var _ io.Writer = (*beginning)(nil)

// environment gives what of this program's environment other programs get.
func environment(env map[string]string, goos string) []string {
	names := []string{
		"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "BROWSER",
		"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "DESKTOP_SESSION", "WSL_DISTRO_NAME", "WSL_INTEROP",
	}
	prefixes := []string{"LC_", "XDG_"}
	if goos == "windows" {
		names = []string{
			"PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "USERPROFILE", "USERNAME", "USERDOMAIN", "COMPUTERNAME",
			"HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "ALLUSERSPROFILE", "PUBLIC", "OS", "SESSIONNAME",
			"NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
		}
		prefixes = []string{"PROGRAMFILES", "COMMONPROGRAM"}
	}
	var out []string
	for k, v := range env {
		name := k
		if goos == "windows" {
			name = strings.ToUpper(k)
		}
		if slices.Contains(names, name) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			out = append(out, k+"="+v)
		}
	}
	slices.Sort(out)
	if out == nil {
		out = []string{} // nil would be this program's own
	}
	return out
}
