package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// folder is ringside's own in each of the system's folders.
const folder = "ringside"

// DefaultFile gives the path of the config file when nobody names one.
func DefaultFile(env map[string]string) string {
	return filepath.Join(base(env, "XDG_CONFIG_HOME", xdg.ConfigHome), folder, "config.toml")
}

// DataDir makes the folder of what must not be lost, for its owner alone, and gives its path.
func DataDir(env map[string]string) (string, error) {
	return private(filepath.Join(base(env, "XDG_DATA_HOME", xdg.DataHome), folder))
}

// StateDir makes the folder of what may be lost (the log), for its owner alone, and gives its path.
func StateDir(env map[string]string) (string, error) {
	return private(filepath.Join(base(env, "XDG_STATE_HOME", xdg.StateHome), folder))
}

// LogFile gives the path of the log and makes its folder. In another place than the state folder,
// an existing folder keeps its mode.
func (c Config) LogFile(env map[string]string) (string, error) {
	if c.Log.File == "" {
		dir, err := StateDir(env)
		return filepath.Join(dir, "ringside.log"), err
	}
	return c.Log.File, made(filepath.Dir(c.Log.File))
}

// OpenPrivate opens a file for writing that only its owner may read (0600); one that others could
// read before is closed to them. Flag is that of os.OpenFile.
func OpenPrivate(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, flag|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := f.Chmod(0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("closing %s to others: %w", path, err), f.Close())
	}
	return f, nil
}

// base gives one of the system's folders. The variable is read from env, not from the process, so
// that what is tested is what runs; the standard wants relative paths ignored.
func base(env map[string]string, name, otherwise string) string {
	if p := env[name]; filepath.IsAbs(p) {
		return p
	}
	return otherwise
}

// made makes a folder that the person has named; one that is there keeps its mode.
func made(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unmade(dir, err)
	}
	return nil
}

// private makes a folder that only its owner may enter.
func private(dir string) (string, error) {
	if err := made(dir); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", unmade(dir, err)
	}
	return dir, nil
}

func unmade(dir string, err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err
	}
	return &Error{What: "making the folder " + dir, Err: err, Fix: "check that you may write there, or set XDG_DATA_HOME and XDG_STATE_HOME"}
}

// absolute gives a path of the file: "~/" is the home folder, a relative path starts in dir.
func absolute(path, dir string, env map[string]string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		for _, name := range [...]string{"HOME", "USERPROFILE"} {
			if h := env[name]; h != "" {
				return filepath.Join(h, rest)
			}
		}
		return filepath.Join(xdg.Home, rest)
	}
	if abs, err := filepath.Abs(filepath.Join(dir, path)); err == nil {
		return abs
	}
	return filepath.Join(dir, path)
}
