package pop

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"syscall"

	"github.com/cli/browser"
	"golang.org/x/sys/windows"
)

// group is a program and what it starts: a job.
type group struct {
	cmd *exec.Cmd

	mu  sync.Mutex
	job windows.Handle // 0 when there is none
}

// newGroup has a program begin a process group of its own, and open no window for its text.
func newGroup(cmd *exec.Cmd) *group {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW}
	return &group{cmd: cmd}
}

// join puts a program that has just been started into a job. Without one, kill ends the program
// alone.
func (g *group) join() {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return
	}
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(g.cmd.Process.Pid))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, h)
		_ = windows.CloseHandle(h) // nothing was written
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return
	}
	g.mu.Lock()
	g.job = job
	g.mu.Unlock()
}

// leave lets go of what was started.
func (g *group) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		_ = windows.CloseHandle(g.job)
		g.job = 0
	}
}

// kill ends the program and all it started.
func (g *group) kill() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		return windows.TerminateJobObject(g.job, 1)
	}
	return g.cmd.Process.Kill()
}

// shellOpen opens an address with what Windows has for it.
func (s *System) shellOpen(ctx context.Context, address string) Outcome {
	ended := make(chan error, 1)
	s.reapers.Go(func() {
		err := browser.OpenURL(address)
		if err != nil {
			err = fmt.Errorf("nothing here opens it: %w", err)
		}
		ended <- err
	})
	return s.await(ctx, "Windows", ended)
}
