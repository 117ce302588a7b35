package pop

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A command about something else than a call is held to the rules of pops.
func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	path := filepath.Join(t.TempDir(), "light")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	vars := []string{"level", "text"}
	c, err := ParseCommand([]string{path, "--level=$level$", "--", "$text$"}, vars)
	if err != nil {
		t.Fatal(err)
	}
	argv, fail := c.Argv(map[string]string{"level": "red", "text": "-rf; $(reboot)\x1b[2J"})
	if want := []string{path, "--level=red", "--", "-rf; $(reboot)[2J"}; fail != nil || !slices.Equal(argv, want) {
		t.Errorf("%q, %v", argv, fail)
	}
	for _, tt := range []struct {
		words []string
		what  string
	}{
		{[]string{path, "$queue$"}, "$queue$ is no variable"},
		{[]string{path, "[sip.From]"}, "is no variable"},
		{[]string{"$text$"}, "never names a program"},
		{[]string{"/bin/sh", "-c", "echo $text$"}, "would run what a caller says"},
		{[]string{"light"}, "not the whole path"},
		{nil, "no program"},
	} {
		if _, err := ParseCommand(tt.words, vars); err == nil || !strings.Contains(err.Error()+err.Hint(), tt.what) && !strings.Contains(err.What, tt.what) {
			t.Errorf("%q: %v", tt.words, err)
		}
	}
	c, err = ParseCommand([]string{path, "$text$"}, vars)
	if err != nil {
		t.Fatal(err)
	}
	if _, fail := c.Argv(map[string]string{"text": "--help"}); fail == nil {
		t.Error("a value became an option")
	}
}
