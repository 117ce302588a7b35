package login

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
)

// Lines reads what a person types, a line at a time, and can be told to stop waiting. What was
// typed after a line is kept for the next.
type Lines struct {
	in      io.Reader
	rest    []byte
	end     error      // of in
	pending chan typed // a read under way; nil when there is none
}

// typed is what one read brought.
type typed struct {
	data []byte
	end  error
}

// NewLines reads from in.
func NewLines(in io.Reader) *Lines { return &Lines{in: in} }

// maxLine bounds a line, in bytes.
const maxLine = 64 << 10

// Read returns the next line without its end. The last line needs none. It returns io.EOF at the
// end, ctx's error when that ends first. One call at a time.
//
// A read of a terminal cannot be called back on every system. One that is given up is taken up
// again by the next Read, so that nothing typed is lost; without one it ends with the program.
func (l *Lines) Read(ctx context.Context) (string, error) {
	for {
		if line, ok := l.cut(); ok {
			return line, nil
		}
		if l.end == nil && len(l.rest) > maxLine {
			l.end = errors.New("the line is too long")
		}
		if l.end != nil {
			return "", l.end
		}
		if l.pending == nil {
			l.pending = make(chan typed, 1)
			go l.read(l.pending)
		}
		select {
		case got := <-l.pending:
			l.pending = nil
			l.rest, l.end = append(l.rest, got.data...), got.end
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// read reads what there is.
func (l *Lines) read(to chan<- typed) {
	buf := make([]byte, 4096)
	n, err := l.in.Read(buf)
	to <- typed{buf[:n], err}
}

// cut takes a line off what has been read.
func (l *Lines) cut() (string, bool) {
	line, after, ok := bytes.Cut(l.rest, []byte("\n"))
	if !ok && (len(l.rest) == 0 || l.end == nil) {
		return "", false
	}
	l.rest = after
	return strings.TrimRight(string(line), "\r"), true
}

// paste is a line that was pasted, or why none will be.
type paste struct {
	line string
	err  error
}

// pastes reads pasted lines until stop is called.
func (a *attempt) pastes() (<-chan paste, func()) {
	ctx, cancel := context.WithCancel(a.ctx)
	out, ended := make(chan paste), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			line, err := a.In.Read(ctx)
			select {
			case out <- paste{line, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out, func() { cancel(); <-ended }
}
