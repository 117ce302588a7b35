package cli

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ringside/ui/cli/config"
)

func TestSignsATerminalMayNotHave(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		toml string
		want bool
	}{
		{nil, "", false}, // a container
		{map[string]string{"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, "", false},
		{map[string]string{"LANG": "en_US.utf8"}, "", false},
		{map[string]string{"LANG": "C"}, "", true},
		{map[string]string{"LANG": "de_DE.ISO-8859-15"}, "", true},
		{map[string]string{"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "", false},
		{map[string]string{"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "", true},
		{map[string]string{"TERM": "linux", "LANG": "C.UTF-8"}, "", true},
		{map[string]string{"TERM": "linux"}, "[desk]\nascii = false\n", false},
		{map[string]string{"LANG": "C.UTF-8"}, "[desk]\nascii = true\n", true},
	} {
		cfg, err := config.Load(writeFile(t, "config.toml", tt.toml), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&app{env: tt.env}).asciiSigns(cfg); got != tt.want {
			t.Errorf("%v %q: %v", tt.env, tt.toml, got)
		}
	}
}

func TestADumbTerminalIsTold(t *testing.T) {
	home := t.TempDir()
	s := startScreenIn(t, []string{"TERM=dumb", "XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_DATA_HOME=" + home}, 100, 10, "demo")
	s.wait("a hint", time.Minute, func(text string) bool {
		return strings.Contains(text, "TERM says dumb") && strings.Contains(text, "ringside --plain")
	})
	var failed *exec.ExitError
	if err := s.cmd.Wait(); !errors.As(err, &failed) || failed.ExitCode() != exitUsage {
		t.Errorf("%v", err)
	}
}
