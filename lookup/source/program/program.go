// Package program runs a program without a shell and bounds what it may cost: time, output, and
// what it leaves behind.
package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ringside/store/call"
)

// Call is one run of a program.
type Call struct {
	Path     string   // absolute
	Args     []string // handed over as they are: there is no shell
	Env      []string // the whole environment, "NAME=value"; nil is this process's own
	Dir      string   // working directory; "" is this process's own
	MaxBytes int      // of standard output; more is an error
}

// waitDelay is how long the pipes may stay open after the program was ended: a child of it may
// hold them.
const waitDelay = 500 * time.Millisecond

// maxComplaint bounds, in bytes, what is kept of standard error.
const maxComplaint = 4096

// Error says that a program could not be run, or failed.
type Error struct {
	Program string // base name
	Err     error
	Said    string // the last line of its standard error, clean
}

// Error gives "lookup.sh failed: exit status 3: no such customer table".
func (e *Error) Error() string {
	s := fmt.Sprintf("%s failed: %v", e.Program, e.Err)
	if e.Said != "" {
		s += ": " + e.Said
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Output runs a program to its end and gives its standard output. It reads nothing from standard
// input. When ctx ends the program is ended, and on Unix whatever it has started.
func Output(ctx context.Context, c Call) ([]byte, error) {
	name := call.Clean(filepath.Base(c.Path))
	cmd := exec.CommandContext(ctx, c.Path, c.Args...) // both are the person's own, from the configuration
	cmd.Env, cmd.Dir, cmd.WaitDelay = c.Env, c.Dir, waitDelay
	alone(cmd)
	out, complaint := &bounded{max: c.MaxBytes}, &tail{max: maxComplaint}
	out.full = func() { _ = cmd.Cancel() }
	cmd.Stdout, cmd.Stderr = out, complaint
	err := cmd.Run()
	switch {
	case out.over:
		return nil, &Error{Program: name, Err: fmt.Errorf("its output has more than %d bytes", c.MaxBytes)}
	case ctx.Err() != nil:
		return nil, &Error{Program: name, Err: ctx.Err()}
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, &Error{Program: name, Err: errors.New("it left something running behind it that holds its output")}
	case err != nil:
		return nil, &Error{Program: name, Err: err, Said: complaint.line()}
	}
	return out.buf.Bytes(), nil
}

// bounded keeps the first max bytes, and ends the program when there are more.
type bounded struct {
	buf  bytes.Buffer
	max  int
	over bool
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.buf.Len()+len(p) > b.max {
		if !b.over {
			b.over = true
			b.full()
		}
		return len(p), nil
	}
	return b.buf.Write(p)
}

// tail keeps the last max bytes.
type tail struct {
	buf []byte
	max int
}

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.max; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// line gives the last line that says something.
func (t *tail) line() string {
	lines := strings.Split(strings.TrimSpace(string(t.buf)), "\n")
	return call.Clean(lines[len(lines)-1])
}
