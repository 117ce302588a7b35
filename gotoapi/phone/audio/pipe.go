//go:build unix

package audio

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A named pipe carries raw sound (16 bits, little-endian, one channel, 48 000 samples a second), or
// what begins as a WAV file. Programs may come and go at its other end: without one there is silence,
// and what is played is dropped.

// openFifo opens a named pipe, and makes it where there is nothing.
func openFifo(path string, flag int) (*os.File, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			return nil, &Problem{What: fmt.Sprintf("the named pipe %s cannot be made: %v", path, err), Fix: "look at the path", Err: err}
		}
	} else if err == nil && info.Mode()&fs.ModeNamedPipe == 0 {
		return nil, &Problem{What: path + " is there, and it is no named pipe", Fix: `make one with mkfifo, or write "file:" in front of a file`}
	}
	f, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, 0)
	if err != nil && !errors.Is(err, syscall.ENXIO) {
		return nil, fileProblem("cannot be opened", path, err)
	}
	return f, err
}

// pipeSource reads in a goroutine of its own; what nobody has written yet is silence.
type pipeSource struct {
	*pace
	f      *os.File
	frames chan []int16
	read   sync.WaitGroup
}

func openPipe(path string) (Source, error) {
	f, err := openFifo(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	s := &pipeSource{pace: newPace(), f: f, frames: make(chan []int16, 2)}
	s.read.Go(s.run)
	return s, nil
}

func (s *pipeSource) run() {
	for {
		r := bufio.NewReaderSize(s.f, 4<<10)
		head, err := r.Peek(4)
		if err != nil { // nobody writes
			if !ended(err) {
				return
			}
			select {
			case <-s.gone:
				return
			case <-time.After(20 * time.Millisecond):
			}
			continue
		}
		f := format{kind: 1, channels: 1, rate: Rate, bits: 16}
		if string(head) == "RIFF" {
			if f, err = readWav(r); err != nil {
				f = format{kind: 1, channels: 1, rate: Rate, bits: 16}
			}
		}
		for p := newPCMReader(r, f); ; {
			frame := make([]int16, Frame)
			if p.frame(frame) != nil {
				break
			}
			select {
			case s.frames <- frame:
			case <-s.gone:
				return
			}
		}
	}
}

func (s *pipeSource) Read(frame []int16) error {
	if !s.wait() {
		return errClosed
	}
	select {
	case f := <-s.frames:
		copy(frame, f)
	default:
		clear(frame)
	}
	return nil
}

func (s *pipeSource) Close() error {
	s.stop()
	err := s.f.Close()
	s.read.Wait()
	return err
}

// pipeSink writes to whoever reads.
type pipeSink struct {
	*pace
	path string
	wav  bool

	mu   sync.Mutex
	f    *os.File // nil when nobody reads
	left []byte   // of what was taken
}

func createPipe(path string) (Sink, error) {
	s := &pipeSink{pace: newPace(), path: path, wav: strings.HasSuffix(strings.ToLower(path), ".wav")}
	if err := s.reach(); err != nil {
		return nil, err
	}
	return s, nil
}

// reach opens the pipe if somebody reads it.
func (s *pipeSink) reach() error {
	f, err := openFifo(s.path, os.O_WRONLY)
	if errors.Is(err, syscall.ENXIO) {
		return nil
	}
	if err != nil {
		return err
	}
	s.f, s.left = f, nil
	if s.wav {
		s.left = wavHead(1<<32 - 1 - 36) // as long as it lasts
	}
	return nil
}

func (s *pipeSink) Write(frame []int16) error {
	ok := s.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok {
		return errClosed
	}
	if s.f == nil {
		if err := s.reach(); err != nil || s.f == nil {
			return err
		}
	}
	if len(s.left) < Rate { // else the reader is half a second behind
		for _, v := range frame {
			s.left = append(s.left, byte(v), byte(v>>8))
		}
	}
	_ = s.f.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	n, err := s.f.Write(s.left)
	s.left = s.left[:copy(s.left, s.left[n:])]
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // the reader has left
		_ = s.f.Close()
		s.f = nil
	}
	return nil
}

func (s *pipeSink) Close() error {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		return nil
	}
	return s.f.Close()
}
