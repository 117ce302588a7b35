package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// builtProgram is the program as it is released.
func builtProgram(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "ringside")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, ".")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return bin
}

// onTerminal starts the program behind a pseudo-terminal. What it writes comes in pieces; the channel is
// closed at its end.
func onTerminal(b *testing.B, bin string, args ...string) (*exec.Cmd, <-chan []byte) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), bin, args...)
	for _, v := range []string{"CONFIG", "STATE", "DATA"} {
		cmd.Env = append(cmd.Env, "XDG_"+v+"_HOME="+b.TempDir())
	}
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", "HOME="+b.TempDir())
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		b.Skipf("no pseudo-terminal here: %v", err)
	}
	said := make(chan []byte, 1024)
	go func() {
		defer close(said)
		defer tty.Close()
		for {
			buf := make([]byte, 64<<10)
			n, err := tty.Read(buf)
			if err != nil {
				return
			}
			said <- buf[:n]
		}
	}()
	return cmd, said
}

// BenchmarkFirstFrame is from the start of the program to its first picture on a terminal.
func BenchmarkFirstFrame(b *testing.B) {
	bin := builtProgram(b)
	for b.Loop() {
		cmd, said := onTerminal(b, bin, "demo")
		var seen bytes.Buffer
		for piece := range said {
			if seen.Write(piece); strings.Contains(seen.String(), "ringside") && strings.Contains(seen.String(), "Live") {
				break
			}
		}
		b.StopTimer()
		_ = cmd.Process.Kill()
		for range said {
			continue
		}
		_ = cmd.Wait() // killed
		b.StartTimer()
	}
}

// BenchmarkVersion is the start of a command that prints a line.
func BenchmarkVersion(b *testing.B) {
	bin := builtProgram(b)
	for b.Loop() {
		if out, err := exec.CommandContext(b.Context(), bin, "version").CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}

// BenchmarkIdle is how much of a core a desk takes whose calls do nothing but tick: a recording of a
// hundred calls that has come to its end is on the screen.
func BenchmarkIdle(b *testing.B) {
	const calls, watched = 100, 20 * time.Second
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("the time a process has used is read from /proc")
	}
	bin := builtProgram(b)
	tape := filepath.Join(b.TempDir(), "calls.jsonl")
	text, err := os.ReadFile(filepath.Join(root, "gotoapi/wire/testdata/call.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	var all bytes.Buffer
	for i := range calls {
		for k, line := range bytes.SplitAfter(text, []byte("\n")) {
			if k < 6 { // up to the talk
				all.Write(bytes.ReplaceAll(line, []byte("a11ce9b9"), []byte(strings.Repeat("0", 6)+string("0123456789"[i/10])+string("0123456789"[i%10]))))
			}
		}
	}
	if err := os.WriteFile(tape, all.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		cmd, said := onTerminal(b, bin, "replay", "--speed", "1000000", tape)
		passing(said, 5*time.Second) // it starts
		before := used(b, cmd.Process.Pid)
		written := passing(said, watched)
		after := used(b, cmd.Process.Pid)
		_ = cmd.Process.Signal(os.Interrupt)
		for range said {
			continue
		}
		_ = cmd.Wait() // interrupted
		b.ReportMetric(100*(after-before).Seconds()/watched.Seconds(), "%core")
		b.ReportMetric(float64(written)/watched.Seconds(), "B/s")
	}
}

// passing lets time pass and gives how many bytes came meanwhile.
func passing(said <-chan []byte, d time.Duration) (written int) {
	end := time.After(d)
	for {
		select {
		case piece := <-said:
			written += len(piece)
		case <-end:
			return written
		}
	}
}

// used gives the time of the processors that a process has used, from the ticks of 10 ms that Linux tells
// (proc(5): utime and stime).
func used(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err := errors.Join(err1, err2); err != nil {
		b.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
