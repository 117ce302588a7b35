//go:build unix

package pop

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// This test binary is also the program that pops start: it is called with "pop-helper" first.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "pop-helper" {
		syscall.Exit(helper(os.Args[2], os.Args[3:])) // os.Exit takes a second under the race detector
	}
	os.Exit(m.Run())
}

func helper(what string, args []string) int {
	switch what {
	case "dump": // FILE, and whatever is to be seen
		cwd, _ := os.Getwd()
		session, _, _ := syscall.Syscall(syscall.SYS_GETSID, 0, 0, 0)
		b, _ := json.Marshal(said{Args: args[1:], Env: os.Environ(), Dir: cwd, Leads: int(session) == os.Getpid()})
		if os.WriteFile(args[0]+".part", b, 0o600) != nil || os.Rename(args[0]+".part", args[0]) != nil {
			return 1
		}
	case "talk":
		fmt.Print("\x1b[2Jno such\n\u202ecustomer ")
		fmt.Fprint(os.Stderr, strings.Repeat("x", 1<<20))
		return 3
	case "hang": // ADDRESS: it and a child of it hold a connection open for ever
		hold(args[0])
		cmd := exec.Command(os.Args[0], "pop-helper", "hold", args[0])
		if cmd.Start() != nil || cmd.Wait() != nil {
			return 1
		}
	case "hold":
		hold(args[0])
		select {} // a connection is being read from: no deadlock
	}
	return 0
}

func hold(address string) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		syscall.Exit(1)
	}
	go io.Copy(io.Discard, conn)
	fmt.Fprintln(conn, os.Getpid())
}

// said is what a program was given.
type said struct {
	Args, Env []string
	Dir       string
	Leads     bool // it leads a session of its own
}

func self(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func newSystem(t *testing.T, env map[string]string, browser ...string) *System {
	t.Helper()
	s, err := NewSystem(SystemOptions{Env: env, Browser: browser})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A program gets exactly the arguments of its rule, whatever callers are called; a session of its
// own; and no more of the environment than any program needs.
func TestProgramGetsItsArguments(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{
		"HOME": home, "PATH": "/usr/bin", "LANG": "C.UTF-8", "LC_ALL": "C", "DISPLAY": ":7", "XDG_RUNTIME_DIR": "/run/x",
		"RINGSIDE_TOKEN": "secret", "GOTO_CLIENT_SECRET": "secret", "AWS_SECRET_ACCESS_KEY": "secret", "LD_PRELOAD": "/tmp/x.so", "BASH_ENV": "/tmp/x", "IFS": "x",
	}
	s := newSystem(t, env)
	file := filepath.Join(home, "said")
	spec := Spec{Rules: []RuleSpec{{On: []string{"ringing"}, Run: [][]string{
		{self(t), "pop-helper", "dump", file, "--name=$caller_name$", "--", "$caller_name$", "", "a b;$$(reboot)"},
	}}}}
	r, err := Compile(spec, Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range hostile {
		c := *ringing(t)
		c.From.Name = value
		tr := tried(t, r, ann(), &c, result())
		if tr.Result != Tried {
			t.Fatalf("%.60q: %s", value, tr.Text())
		}
		if out := s.Open(t.Context(), tr.Targets[0]); out.Result != Opened {
			t.Fatalf("%.60q: %+v", value, out)
		}
		var got said
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &got)
		}
		if err != nil {
			t.Fatal(err)
		}
		name := tr.Targets[0].Values[0].Value
		want := said{
			Args: []string{"--name=" + name, "--", name, "", "a b;$(reboot)"},
			Env:  []string{"DISPLAY=:7", "HOME=" + home, "LANG=C.UTF-8", "LC_ALL=C", "PATH=/usr/bin", "XDG_RUNTIME_DIR=/run/x"},
			Dir:  home, Leads: true,
		}
		got.Env = slices.DeleteFunc(got.Env, func(s string) bool { return strings.HasPrefix(s, "PWD=") })
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%.60q (-want +got):\n%s", value, d)
		}
	}
}

func TestCommandThatFails(t *testing.T) {
	s := newSystem(t, nil)
	out := s.Open(t.Context(), Target{Kind: Run, Argv: []string{self(t), "pop-helper", "talk"}, Limit: time.Minute})
	if out.Result != Failed || out.Why != "exit status 3" || !strings.HasPrefix(out.Output, "[2Jno such customer x") || len(out.Output) > 256 || invisible(out.Output) {
		t.Errorf("%+v", out)
	}
	if out := s.Open(t.Context(), Target{Kind: Run, Argv: []string{"/does/not/exist"}, Limit: time.Minute}); out.Result != Failed || out.Why == "" {
		t.Errorf("%+v", out)
	}
}

// hanging is a command that hangs, with a child that does.
type hanging struct {
	held []*bufio.Reader // of connections that its processes hold open
	done chan Outcome
}

// hang runs such a command until two processes of it hang, or it has been ended before.
func hang(ctx context.Context, t *testing.T, limit time.Duration) *hanging {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	h := &hanging{done: make(chan Outcome, 1)}
	s := newSystem(t, nil)
	go func() {
		h.done <- s.Open(ctx, Target{Kind: Run, Argv: []string{self(t), "pop-helper", "hang", l.Addr().String()}, Limit: limit})
		l.Close()
	}()
	for len(h.held) < 2 {
		conn, err := l.Accept()
		if err != nil {
			return h // ended before
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		r := bufio.NewReader(conn)
		if _, err := r.ReadString('\n'); err == nil {
			h.held = append(h.held, r)
		}
	}
	return h
}

// over waits for the end of the command, and shows that none of its processes lives.
func (h *hanging) over(t *testing.T, why string) {
	t.Helper()
	if out := <-h.done; out.Result != Failed || out.Why != why {
		t.Errorf("%+v, want %s", out, why)
	}
	for i, r := range h.held {
		if _, err := io.Copy(io.Discard, r); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("process %d of the command lives on: %v", i, err)
		}
	}
}

// A command that hangs is ended with all it started: at its limit, and when the desk closes.
func TestCommandThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h := hang(ctx, t, time.Hour)
	cancel()
	h.over(t, "ended with ringside")
	for limit := 250 * time.Millisecond; ; limit *= 2 { // on a slow machine it takes a while until both hang
		h := hang(t.Context(), t, limit)
		h.over(t, fmt.Sprintf("ended after %v", limit))
		if len(h.held) == 2 || t.Failed() {
			return
		}
	}
}

// An application is started and left alone: Open does not wait for its end, nor does closing end
// it.
func TestApplicationIsLeftAlone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := newSystem(t, map[string]string{"DISPLAY": ":7"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Outcome, 1)
	go func() {
		done <- s.Open(ctx, Target{Kind: Start, Argv: []string{self(t), "pop-helper", "hold", l.Addr().String()}})
	}()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if out := <-done; out.Result != Opened {
		t.Errorf("%+v", out)
	}
	var pid int
	if _, err := fmt.Sscan(line, &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Errorf("it is gone: %v", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadByte(); err == nil {
		t.Error("it wrote more")
	}
	conn.Close()
	s.reapers.Wait()
}

// Where there is no screen, addresses are shown instead; commands run all the same.
func TestScreen(t *testing.T) {
	const ssh = "192.0.2.1 5022 192.0.2.2 22"
	for _, tt := range []struct {
		os  string
		env map[string]string
		ok  bool
	}{
		{"linux", map[string]string{"DISPLAY": ":0"}, true},
		{"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true},
		{"linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, true},
		{"linux", nil, false},
		{"linux", map[string]string{"SSH_CONNECTION": ssh}, false},
		{"linux", map[string]string{"SSH_CONNECTION": ssh, "WSL_DISTRO_NAME": "Debian"}, false},
		{"linux", map[string]string{"SSH_CONNECTION": ssh, "DISPLAY": "localhost:10.0"}, true}, // X forwarded to where the person sits
		{"darwin", nil, true},
		{"darwin", map[string]string{"SSH_TTY": "/dev/ttys001"}, false},
		{"darwin", map[string]string{"SSH_TTY": "/dev/ttys001", "DISPLAY": "x:0"}, false},
		{"windows", nil, true},
		{"windows", map[string]string{"SSH_CONNECTION": ssh}, false},
	} {
		s := &System{env: tt.env, os: tt.os}
		if ok, why := s.Screen(); ok != tt.ok || ok != (why == "") {
			t.Errorf("%s %v: %v %q", tt.os, tt.env, ok, why)
		}
	}
	s := newSystem(t, map[string]string{"SSH_CONNECTION": ssh}, self(t))
	if out := s.Open(t.Context(), Target{Kind: URL, URL: "https://example.com"}); out.Result != Shown || out.Why == "" {
		t.Errorf("an address: %+v", out)
	}
	if out := s.Open(t.Context(), Target{Kind: Start, Argv: []string{self(t)}}); out.Result != Failed || out.Why == "" {
		t.Errorf("an application: %+v", out)
	}
	file := filepath.Join(t.TempDir(), "said")
	if out := s.Open(t.Context(), Target{Kind: Run, Argv: []string{self(t), "pop-helper", "dump", file}, Limit: time.Minute}); out.Result != Opened {
		t.Errorf("a command: %+v", out)
	}
}

// The desktop's opener is found in the PATH and gets the address as its one argument; what it says
// when it fails is in the outcome.
func TestDesktopOpener(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	env := map[string]string{"DISPLAY": ":7", "PATH": dir}
	s := newSystem(t, env)
	if s.os != "linux" {
		t.Skip("macOS has its own opener")
	}
	u := Target{Kind: URL, URL: "https://example.com/?n=" + encode(`"; rm -rf ~`, false)}
	if out := s.Open(t.Context(), u); out.Result != Shown || !strings.Contains(out.Why, "xdg-open") {
		t.Errorf("without an opener: %+v", out)
	}
	file := filepath.Join(dir, "got")
	script := "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" >" + file + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	out := s.Open(t.Context(), u)
	got, err := os.ReadFile(file)
	if err != nil || out.Result != Opened || string(got) != "1\n"+u.URL+"\n" {
		t.Errorf("%+v: %q, %v", out, got, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if out := s.Open(t.Context(), u); out.Result != Failed || !strings.Contains(out.Why, "exit status 3") {
		t.Errorf("an opener that fails: %+v", out)
	}
}

func TestBrowserThatIsRefused(t *testing.T) {
	for _, name := range []string{"firefox", "/does/not/exist", "/etc/passwd", "/"} {
		_, err := NewSystem(SystemOptions{Browser: []string{name}})
		var e *Error
		if !asError(err, &e) || e.Key != "browser" || e.Fix == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEnvironmentOnWindows(t *testing.T) {
	got := environment(map[string]string{"Path": `C:\`, "SystemRoot": `C:\Windows`, "ProgramFiles(x86)": "p", "RINGSIDE_TOKEN": "secret", "HOME": "x"}, "windows")
	if d := cmp.Diff([]string{`Path=C:\`, "ProgramFiles(x86)=p", `SystemRoot=C:\Windows`}, got); d != "" {
		t.Error(d)
	}
	if got := environment(nil, "linux"); got == nil {
		t.Error("an empty environment would be this program's own")
	}
}
