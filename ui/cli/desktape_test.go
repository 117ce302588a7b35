package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A desk that is killed leaves a recording of what it showed.
func TestTheDeskRecords(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "tapes")
	file := writeFile(t, "config.toml", fmt.Sprintf("[desk]\nrecord = true\n[record]\nfolder = %q\nmask = true\n", folder))
	s := startScreen(t, 120, 40, "demo", "--config", file, "--speed", "20")
	s.wait("living floor", 10*time.Second, func(x string) bool { return strings.Contains(x, "talking") })
	read := func() string {
		files, _ := filepath.Glob(filepath.Join(folder, "*"))
		out, _, _ := run(append([]string{"replay", "--json"}, files...)...)
		return out
	}
	// The file grows once a second; the screen changes more often than that.
	s.wait("recording", 20*time.Second, func(string) bool { return strings.Count(read(), `"state":"ended"`) > 2 })
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
	if got := records(t, read()); len(got) < 10 {
		t.Errorf("%d calls in the recording", len(got))
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// A place that cannot be written to is said, and the desk goes on.
func TestTheDeskGoesOnWithoutARecording(t *testing.T) {
	file := writeFile(t, "config.toml", fmt.Sprintf("[desk]\nrecord = true\n[record]\nfolder = %q\n", writeFile(t, "taken", "x")+"/below"))
	s := startScreen(t, 120, 40, "demo", "--config", file)
	s.wait("notice", 10*time.Second, func(x string) bool { return strings.Contains(x, "nothing is recorded") })
	s.wait("living floor", 10*time.Second, func(x string) bool { return strings.Contains(x, "talking") })
}
