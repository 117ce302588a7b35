package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A tel: link goes to the desk that runs; the desk shows the number and dials nothing. Without a desk, and
// after one that was killed, the link is asked about where it was opened.
func TestALinkGoesToTheRunningDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a service and a desk")
	}
	service := exec.Command(os.Args[0], "sim")
	service.Env = append(os.Environ(), asProgram+"=1")
	out, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Process.Kill(); _ = service.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var hello struct{ BaseURL, ClientID, ClientSecret, AccountKey, PersonalAccessToken string }
	if err := json.Unmarshal(line, &hello); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf("[goto]\napi = %[1]q\nauth = %[1]q\nrealtime = %[1]q\nclient_id = %q\nclient_secret_env = \"RS_SECRET\"\ntoken_env = \"RS_PAT\"\naccount = %q\n[phone]\naudio_in = \"none\"\naudio_out = \"none\"\nring = \"none\"\n[profile.other.desk]\nbell = false\n",
		hello.BaseURL, hello.ClientID, hello.AccountKey)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{
		"XDG_CONFIG_HOME=" + dir, "XDG_STATE_HOME=" + dir, "XDG_DATA_HOME=" + dir,
		"RS_SECRET=" + hello.ClientSecret, "RS_PAT=" + hello.PersonalAccessToken,
	}
	tel := func(args ...string) string {
		c := exec.Command(os.Args[0], append([]string{"--config", config}, args...)...)
		c.Env = append(append(os.Environ(), asProgram+"=1"), env...)
		b, _ := c.CombinedOutput() // what it says is what counts
		return string(b)
	}
	const asks, told = "+1 212 555 0110 (", "+1 212 555 0110 stands in the dial line of the desk that is running"
	if got := tel("tel", "tel:+1-212-555-0110"); !strings.Contains(got, asks) {
		t.Fatalf("without a desk: %s", got)
	}
	s := startScreenIn(t, env, 120, 40, "--config", config)
	s.wait("board", 30*time.Second, func(text string) bool { return strings.Contains(text, "● live") })
	if got := tel("tel", "tel:+1-212-555-0110"); !strings.Contains(got, told) {
		t.Fatalf("with a desk: %s", got)
	}
	s.wait("dial line", 10*time.Second, func(text string) bool { return strings.Contains(text, "dial +1 212 555 0110") })
	if text := s.text(); strings.Contains(text, "dialling") || strings.Contains(text, "hang up") {
		t.Errorf("it was dialled:\n%s", text)
	}
	if got := tel("--profile", "other", "tel", "tel:+1-212-555-0110"); !strings.Contains(got, asks) {
		t.Errorf("another profile: %s", got)
	}
	_ = s.cmd.Process.Kill()
	_, _ = s.cmd.Process.Wait()
	if got := tel("tel", "tel:+1-212-555-0110"); !strings.Contains(got, asks) {
		t.Errorf("after a desk that was killed: %s", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "ringside", "desk-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}
