package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestArchiveFile(t *testing.T) {
	root := t.TempDir()
	env := map[string]string{"XDG_DATA_HOME": root}
	c := Default()
	for account, want := range map[string]string{
		"4187765890": "4187765890.db", "": "calls.db", "../../etc/passwd": "______etc_passwd.db",
	} {
		got, err := c.ArchiveFile(env, account)
		if err != nil || got != filepath.Join(root, "ringside", "archive", want) {
			t.Errorf("account %q: %q, %v", account, got, err)
		}
	}
	if info, err := os.Stat(filepath.Join(root, "ringside", "archive")); err != nil || info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/' {
		t.Errorf("the folder: %v, %v", info, err)
	}
	c.Archive.File = filepath.Join(root, "elsewhere", "calls.db")
	if got, err := c.ArchiveFile(env, "1"); err != nil || got != c.Archive.File {
		t.Errorf("a named file: %q, %v", got, err)
	}
	c.Archive.Keep = false
	if got, err := c.ArchiveFile(env, "1"); err != nil || got != "" {
		t.Errorf("nothing kept: %q, %v", got, err)
	}
}
