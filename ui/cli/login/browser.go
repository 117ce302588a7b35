package login

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/cli/browser"
)

// openPatience is how long a browser may take to fail. Some starters return only when the browser
// is closed, so one that has not failed by then has opened.
const openPatience = 2 * time.Second

// OpenBrowser opens an address in this person's browser. Env is the environment by name: without a
// screen there is no browser, but perhaps a text browser that would take the terminal.
func OpenBrowser(env map[string]string, address string) error {
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" &&
		env["DISPLAY"] == "" && env["WAYLAND_DISPLAY"] == "" && env["WSL_DISTRO_NAME"] == "" {
		return errors.New("there is no screen here")
	}
	failed := make(chan error, 1)
	go func() { failed <- browser.OpenURL(address) }() // ends with the browser, or with the program
	late := time.NewTimer(openPatience)
	defer late.Stop()
	select {
	case err := <-failed:
		if err != nil {
			return fmt.Errorf("opening a browser: %w", err)
		}
	case <-late.C:
	}
	return nil
}
