//go:build unix

package program

import (
	"os/exec"
	"syscall"
)

// alone puts the program into a process group of its own and has the whole group ended, so that
// what a script has started does not outlive it. It also keeps an interrupt typed at the desk from
// reaching it.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		if cmd.Process == nil {
			return nil
		}
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
