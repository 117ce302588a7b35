package cli

import (
	"io/fs"
	"os"
	"os/exec"
)

// rootFS is the top of the checkout.
func rootFS() fs.FS { return os.DirFS("../..") }

// ignored reports whether git ignores a file of the top level: what a build left behind.
func ignored(name string) bool {
	cmd := exec.Command("git", "check-ignore", "-q", name)
	cmd.Dir = "../.."
	return cmd.Run() == nil
}
