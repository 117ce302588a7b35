//go:build !windows && !darwin

package telhandler

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinksAreTakenAndGivenBack(t *testing.T) {
	dir := t.TempDir()
	h := Handler{
		Env:     map[string]string{"HOME": dir, "XDG_CONFIG_HOME": filepath.Join(dir, "cfg")},
		Program: `/opt/my "tools"/100% $HOME/ring\side`, Args: []string{"dial", "--profile", "work", "--"},
	}
	list := filepath.Join(dir, "cfg", "mimeapps.list")
	const was = "# mine\n[Added Associations]\nx-scheme-handler/tel=skype.desktop;\n[Default Applications]\ntext/html=firefox.desktop\nx-scheme-handler/tel=skype.desktop;linphone.desktop\n\n[Removed Associations]\nimage/png=x.desktop"
	if err := os.MkdirAll(filepath.Dir(list), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "dotfiles"), []byte(was), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "dotfiles"), list); err != nil {
		t.Fatal(err)
	}
	ask := func(what string, do func() (State, error), want State) {
		t.Helper()
		got, err := do()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	where := filepath.Join(dir, ".local/share/applications/ringside-tel.desktop")
	ask("before", h.Status, State{Where: where, Other: "skype.desktop"})
	on := State{Installed: true, Default: true, Where: where, Program: h.Program}
	ask("install", h.Install, on)
	ask("again", h.Install, on)
	body, err := os.ReadFile(where)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Exec="/opt/my \\"tools\\"/100%% \\$HOME/ring\\\\side" "dial" "--profile" "work" "--" %u` + "\n", "Terminal=true\n", "MimeType=x-scheme-handler/tel;\n", "X-Ringside-Before=skype.desktop\n",
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	ask("uninstall", h.Uninstall, State{Where: where, Other: "skype.desktop"})
	ask("again", h.Uninstall, State{Where: where, Other: "skype.desktop"})
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	// Of the two only the first counts; the rest is as it was.
	want := strings.Replace(was, "[Default Applications]\ntext/html=firefox.desktop\nx-scheme-handler/tel=skype.desktop;linphone.desktop\n",
		"[Default Applications]\nx-scheme-handler/tel=skype.desktop\ntext/html=firefox.desktop\n", 1) + "\n"
	if d := cmp.Diff(want, string(text)); d != "" {
		t.Error(d)
	}
	if st, err := os.Lstat(list); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link to the list is gone: %v", err)
	}
	if st, err := os.Stat(list); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func TestNothingWasThereBefore(t *testing.T) {
	dir := t.TempDir()
	h := Handler{Env: map[string]string{"HOME": dir}, Program: "/bin/ringside", Args: []string{"dial", "--"}}
	if s, err := h.Install(); err != nil || !s.Default {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".config/mimeapps.list"), []byte("[Default Applications]\nx-scheme-handler/tel=other.desktop\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := h.Status()
	if err != nil || s.Default || s.Other != "other.desktop" || s.Next == "" {
		t.Errorf("taken over by another: %+v, %v", s, err)
	}
	if s, err = h.Uninstall(); err != nil || s.Other != "other.desktop" || s.Installed {
		t.Errorf("%+v, %v", s, err)
	}
	h.Env = nil
	if _, err := h.Install(); err == nil {
		t.Error("installed without a home")
	}
	h.Env, h.Program = map[string]string{"HOME": dir}, "/bin/ring\nside"
	if _, err := h.Install(); err == nil {
		t.Error("a line break was written into a launcher")
	}
}
