//go:build !unix

package program

import "os/exec"

// alone leaves the program as it is: groups of processes are Unix's.
func alone(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		if cmd.Process == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
}
