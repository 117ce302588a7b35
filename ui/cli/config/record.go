package config

import "path/filepath"

// Record says where the desk records what comes, when Desk.Record asks for it.
type Record struct {
	Folder string // "" is recordings in the data folder
	Mask   bool   // telephone numbers and callers' names are replaced
	KeepMB int    // most megabytes of all recordings together; the oldest go first
}

// RecordFolder gives the folder of recordings and makes it, for its owner alone. In another place
// than the data folder, an existing folder keeps its mode.
func (c Config) RecordFolder(env map[string]string) (string, error) {
	if c.Record.Folder == "" {
		dir, err := DataDir(env)
		if err != nil {
			return "", err
		}
		return private(filepath.Join(dir, "recordings"))
	}
	return c.Record.Folder, made(c.Record.Folder)
}
