package cli

import (
	"io/fs"
	"os"
	"os/exec"
)

// root is the top of the checkout.
const root = "../.."

func rootFS() fs.FS { return os.DirFS(root) }

// ignored reports whether git ignores a file of the top level: what a build left behind.
func ignored(name string) bool {
	cmd := exec.Command("git", "check-ignore", "-q", name)
	cmd.Dir = root
	return cmd.Run() == nil
}
