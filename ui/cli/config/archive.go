package config

import (
	"path/filepath"
	"strings"
	"time"
)

// Archive says where finished calls are kept, and for how long.
type Archive struct {
	Keep     bool   // false: only in memory, while the program runs
	File     string // "" is a file for each account in the data folder
	BackDays int    // how many days back finished calls are fetched at the start; 0 is today alone
	// Days that each kind of thing is kept; 0 is for ever.
	CallDays, RawDays, EventDays, PopDays int
}

// Days is a number of days as a time.
func Days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// ArchiveFile gives the path of the archive of an account and makes its folder, for its owner
// alone. "" means that it is kept in memory.
func (c Config) ArchiveFile(env map[string]string, account string) (string, error) {
	switch {
	case !c.Archive.Keep:
		return "", nil
	case c.Archive.File != "":
		return c.Archive.File, made(filepath.Dir(c.Archive.File))
	}
	dir, err := DataDir(env)
	if err != nil {
		return "", err
	}
	if dir, err = private(filepath.Join(dir, "archive")); err != nil {
		return "", err
	}
	return filepath.Join(dir, fileName(account)+".db"), nil
}

// fileName makes a name for a file out of an account key, which is digits as a rule.
func fileName(account string) string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' {
			return r
		}
		return '_'
	}, account)
	if name == "" {
		return "calls"
	}
	return name[:min(len(name), 80)]
}
