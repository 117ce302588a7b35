//go:build unix

package audio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Programs come and go at the other end of a named pipe; the call goes on meanwhile.
func TestNamedPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	src, _, err := new(System).OpenIn(t.Context(), "pipe:"+path) // it is made
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	frame := make([]int16, Frame)
	next := func() float64 {
		if err := src.Read(frame); err != nil {
			t.Fatal(err)
		}
		return Peak(frame)
	}
	if next() != 0 {
		t.Error("an empty pipe gives sound")
	}
	for _, head := range [][]byte{nil, wavHead(1 << 30)} {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		gone := make(chan bool)
		go func() { // as fast as the pipe takes it
			defer close(gone)
			b := bufio.NewWriterSize(w, 256)
			b.Write(head)
			tone := wave{step: 2 * math.Pi * 440 / Rate, amplitude: 0.5}
			out := make([]int16, Frame)
			for range 25 {
				tone.fill(out)
				binary.Write(b, binary.LittleEndian, out)
			}
			b.Flush()
			w.Close()
		}()
		var pcm []int16
		for deadline := time.Now().Add(5 * time.Second); len(pcm) < 20*Frame; {
			if time.Now().After(deadline) {
				t.Fatal("no sound comes out of the pipe")
			}
			if next() > 0 {
				pcm = append(pcm, frame...)
			}
		}
		if s := strength(pcm[5*Frame:15*Frame], 440); s < 0.3 { // a slow machine leaves gaps
			t.Errorf("the tone has a strength of %.3f", s)
		}
		<-gone
		for range 300 {
			if next() == 0 {
				break
			}
		}
	}

	out := filepath.Join(t.TempDir(), "out.wav")
	sink, _, err := new(System).OpenOut(t.Context(), "pipe:"+out)
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	tone := wave{step: 2 * math.Pi * 440 / Rate, amplitude: 0.5}
	write := func(n int) {
		for range n {
			tone.fill(frame)
			if err := sink.Write(frame); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(5) // nobody reads
	for range 2 {
		heard := make(chan []int16, 1)
		go func() {
			var pcm []int16
			defer func() { heard <- pcm }()
			r, err := os.OpenFile(out, os.O_RDONLY, 0)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			f, err := readWav(r)
			if err != nil {
				t.Error(err)
				return
			}
			buf := make([]int16, Frame)
			for p := newPCMReader(io.LimitReader(r, 20*2*Frame), f); p.frame(buf) == nil; {
				pcm = append(pcm, buf...)
			}
		}()
		write(40)
		if s := strength(<-heard, 440); s < 0.45 {
			t.Errorf("the reader hears the tone with %.3f", s)
		}
		write(5) // the reader has left
	}
	if _, _, err := new(System).OpenIn(t.Context(), "pipe:"+t.TempDir()); err == nil {
		t.Error("a folder is a pipe")
	}
}

// A named pipe that is given as a file would wait for somebody at its other end.
func TestPipeGivenAsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, in := new(System).OpenIn(t.Context(), "file:"+path)
	_, _, out := new(System).OpenOut(t.Context(), "file:"+path)
	for _, err := range []error{in, out} {
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(p.Fix, `"pipe:"`) {
			t.Errorf("%v", err)
		}
	}
}
