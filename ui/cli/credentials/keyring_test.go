package credentials

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A real keyring, of its own session bus and home, keeps the key and gives it back.
func TestTheSystemsKeyring(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "dbus-send", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here", program)
		}
	}
	home := t.TempDir()
	// Whoever asks before the daemon has its name has the bus start a second one, which is locked.
	run := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c",
		`echo secret | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 & daemon=$!
		 for try in $(seq 500); do
		   dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true && break
		   sleep 0.05
		 done
		 "$0"; code=$?; kill $daemon; wait $daemon; exit $code`, os.Args[0])
	run.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home,
		asHelper+"="+t.TempDir()+"|keyring")
	out, err := run.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "kept and forgotten") {
		t.Fatalf("%v: %s", err, out)
	}
}

// useKeyring is the helper that runs beside the keyring.
func useKeyring(dir string) int {
	ctx, stop := backgroundFor(30 * time.Second)
	defer stop()
	if err := keyringStory(ctx, dir); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("kept and forgotten")
	return 0
}

func keyringStory(ctx context.Context, dir string) error {
	s := New(dir, "", System{})
	for { // until the daemon is there
		if err := s.Save(ctx, someLogin()); err != nil {
			return err
		}
		if s.Unsealed() == nil {
			break
		}
		select {
		case <-ctx.Done():
			return s.Unsealed()
		case <-time.After(100 * time.Millisecond):
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "login.json"))
	if err != nil || strings.Contains(string(data), "the-") {
		return fmt.Errorf("%w: the file is %s", err, data)
	}
	again := New(dir, "", System{})
	if l, err := again.Load(ctx); err != nil || l.Token.Refresh != "the-refresh" || !again.Sealed() {
		return fmt.Errorf("loaded again: %w", err)
	}
	e, err := again.file()
	if err != nil {
		return err
	}
	if err := again.Clear(ctx); err != nil {
		return err
	}
	if _, err := (System{}).Get(ctx, e.Key); !errors.Is(err, errNotKept) {
		return fmt.Errorf("the key stays: %w", err)
	}
	return (System{}).Delete(ctx, e.Key)
}

// Without a session bus there is no keyring, which is found out at once.
func TestNoKeyringIsFoundOutAtOnce(t *testing.T) {
	run := exec.CommandContext(t.Context(), os.Args[0])
	run.Env = []string{asHelper + "=" + t.TempDir() + "|none", "HOME=" + t.TempDir(), "PATH=/nowhere"}
	out, err := run.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "plain") {
		t.Errorf("%v: %s", err, out)
	}
}

// useNone is the helper without a keyring; other systems than Linux have one all the same.
func useNone(dir string) int {
	ctx, stop := backgroundFor(5 * time.Second)
	defer stop()
	s := New(dir, "", System{})
	if err := s.Save(ctx, someLogin()); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("plain", s.Unsealed())
	if _, err := s.Load(ctx); err != nil {
		fmt.Println(err)
		return 1
	}
	_ = s.Clear(ctx)
	return 0
}
