//go:build unix

package pop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// group is a program and what it starts.
type group struct{ cmd *exec.Cmd }

// newGroup has a program begin a session of its own: it has no terminal to write to, and it and
// what it starts can be ended together.
func newGroup(cmd *exec.Cmd) *group {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return &group{cmd: cmd}
}

func (g *group) join()  {}
func (g *group) leave() {}

// kill ends the program and all it started.
func (g *group) kill() error {
	err := syscall.Kill(-g.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// shellOpen opens an address with what the desktop has for it.
func (s *System) shellOpen(ctx context.Context, address string) Outcome {
	openers := []string{"xdg-open", "x-www-browser", "wslview"}
	if runtime.GOOS == "darwin" {
		openers = []string{"/usr/bin/open"}
	}
	for _, name := range openers {
		path, err := exec.LookPath(name)
		if err != nil || !filepath.IsAbs(path) {
			continue
		}
		return s.start(ctx, []string{path, address})
	}
	return Outcome{Result: Shown, Why: "there is no xdg-open here: install xdg-utils, or name a browser in [pops]"}
}
