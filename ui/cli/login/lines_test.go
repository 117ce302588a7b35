package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	l := NewLines(strings.NewReader("one\r\n\ntwo words\nlast"))
	for _, want := range []string{"one", "", "two words", "last"} {
		if got, err := l.Read(t.Context()); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	for range 2 {
		if _, err := l.Read(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("%v", err)
		}
	}
}

// A line typed after a read was given up is the next read's.
func TestLinesLoseNothing(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	l := NewLines(in)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.Read(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("%v", err)
		}
	}
	go fmt.Fprint(typed, "first\nsecond\n")
	for _, want := range []string{"first", "second"} {
		if got, err := l.Read(t.Context()); err != nil || got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestALineHasABound(t *testing.T) {
	l := NewLines(io.MultiReader(strings.NewReader(strings.Repeat("x", 2*maxLine)), neverEnding{}))
	if got, err := l.Read(t.Context()); err == nil || len(got) > 0 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
