package cli

import (
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram makes the test binary behave as ringside itself.
const asProgram = "RINGSIDE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){
		"ringside": func() { os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// screen runs the program behind a pseudo-terminal and keeps what its screen shows.
type screen struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	emu  *vt.Emulator
	news chan struct{}
}

func startScreen(t *testing.T, cols, rows int, args ...string) *screen {
	t.Helper()
	return startScreenIn(t, []string{"XDG_CONFIG_HOME=" + t.TempDir(), "XDG_STATE_HOME=" + t.TempDir(), "XDG_DATA_HOME=" + t.TempDir()}, cols, rows, args...)
}

// startScreenIn is startScreen with an environment.
func startScreenIn(t *testing.T, env []string, cols, rows int, args ...string) *screen {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1", "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8"), env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	s := &screen{t: t, tty: tty, cmd: cmd, emu: vt.NewEmulator(cols, rows), news: make(chan struct{}, 1)}
	go s.read()
	go s.answer()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		tty.Close()
	})
	return s
}

func (s *screen) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.emu.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

// answer passes the terminal's replies on to the program.
func (s *screen) answer() {
	buf := make([]byte, 256)
	for {
		n, err := s.emu.Read(buf)
		if err != nil {
			return
		}
		s.tty.Write(buf[:n])
	}
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.String()
}

// wait waits until the screen shows what it should, and gives how long that took.
func (s *screen) wait(what string, within time.Duration, shows func(string) bool) time.Duration {
	s.t.Helper()
	began := time.Now()
	late := time.After(within)
	for !shows(s.text()) {
		select {
		case <-s.news:
		case <-late:
			s.t.Fatalf("no %s within %v; the screen shows\n%s", what, within, s.text())
		}
	}
	return time.Since(began)
}

func (s *screen) key(k string) { s.tty.WriteString(k) }
