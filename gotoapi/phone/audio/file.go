package audio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/thesyncim/gopus/container/ogg"

	"ringside/gotoapi/phone/codec"
)

// ulaw and alaw unpack G.711, which WAV files may hold too.
func ulaw(b byte) int16 { return codec.FromUlaw(b) }
func alaw(b byte) int16 { return codec.FromAlaw(b) }

// frames is a file of sound that is read frame by frame, as fast as one likes.
type frames interface{ frame(frame []int16) error }

// Decode reads a whole WAV or Ogg Opus file as sound of ours.
func Decode(r io.Reader) ([]int16, error) {
	f, err := decode(r)
	if err != nil {
		return nil, err
	}
	var out []int16
	frame := make([]int16, Frame)
	for {
		switch err := f.frame(frame); {
		case ended(err):
			return out, nil
		case err != nil:
			return nil, err
		}
		out = append(out, frame...)
	}
}

func decode(r io.Reader) (frames, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	switch head, _ := b.Peek(4); string(head) {
	case "RIFF":
		f, err := readWav(b)
		if err != nil {
			return nil, err
		}
		if f.size > 0 { // what follows the sound is none
			return newPCMReader(io.LimitReader(b, f.size), f), nil
		}
		return newPCMReader(b, f), nil
	case "OggS":
		return newOggReader(b)
	}
	return nil, errors.New("neither WAV nor Ogg Opus")
}

// fileSource plays a file once, in the time it lasts.
type fileSource struct {
	*pace
	mu   sync.Mutex
	f    *os.File // nil when it is closed
	from frames
}

func openFile(path string) (Source, error) {
	if err := NotPipe(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileProblem("cannot be read", path, err)
	}
	from, err := decode(f)
	if err != nil {
		_ = f.Close()
		return nil, &Problem{What: fmt.Sprintf("%s is no sound file ringside can play: %v", filepath.Base(path), err), Fix: "give a WAV file or an Ogg Opus file (opusenc makes one)", Err: err}
	}
	return &fileSource{pace: newPace(), f: f, from: from}, nil
}

// NotPipe refuses a named pipe where a file was asked for: opening one as a file may wait for ever.
func NotPipe(path string) error {
	if st, err := os.Stat(path); err == nil && st.Mode()&fs.ModeNamedPipe != 0 {
		return &Problem{What: path + " is a named pipe, and no file", Fix: `write "pipe:" in front of it instead of "file:"`}
	}
	return nil
}

func fileProblem(what, path string, err error) *Problem {
	why := err
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		why = pe.Err
	}
	return &Problem{What: fmt.Sprintf("the sound file %s (%v): %s", what, why, path), Fix: "look at the path and at who may read and write it", Err: err}
}

func (s *fileSource) Read(frame []int16) error {
	ok := s.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || s.f == nil {
		return errClosed
	}
	return s.from.frame(frame)
}

func (s *fileSource) Close() error {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		return nil
	}
	err := s.f.Close()
	s.f = nil
	return err
}

// createFile makes a file of sound: Ogg Opus by its name, else WAV.
func createFile(path string) (Sink, error) {
	if err := NotPipe(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fileProblem("cannot be written", path, err)
	}
	var sink Sink
	switch strings.ToLower(filepath.Ext(path)) {
	case ".opus", ".ogg", ".oga":
		sink, err = createOgg(f)
	default:
		sink, err = createWav(f)
	}
	if err != nil {
		_ = f.Close()
		return nil, fileProblem("cannot be written", path, err)
	}
	return sink, nil
}

// oggReader decodes an Ogg Opus file.
type oggReader struct {
	r    *ogg.Reader
	dec  codec.Decoder
	skip int
	buf  []int16
	out  []int16
}

func newOggReader(r io.Reader) (*oggReader, error) {
	in, err := ogg.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("ogg: %w", err)
	}
	if in.Channels() > 2 {
		return nil, errors.New("more than two channels")
	}
	opus, _ := codec.Named("opus")
	dec, err := opus.NewDecoder()
	if err != nil {
		return nil, err
	}
	return &oggReader{r: in, dec: dec, skip: int(in.PreSkip()), buf: make([]int16, codec.Most)}, nil
}

func (o *oggReader) frame(frame []int16) error {
	for len(o.out) < len(frame) {
		packet, _, err := o.r.ReadPacket()
		if ended(err) {
			if len(o.out) == 0 {
				return io.EOF
			}
			n := copy(frame, o.out)
			clear(frame[n:])
			o.out = o.out[:0]
			return nil
		}
		if err != nil {
			return fmt.Errorf("ogg: %w", err)
		}
		n, err := o.dec.Decode(packet, o.buf)
		if err != nil {
			n = o.dec.Conceal(o.buf)
		}
		drop := min(o.skip, n)
		o.skip -= drop
		o.out = append(o.out, o.buf[drop:n]...)
	}
	n := copy(frame, o.out)
	o.out = o.out[:copy(o.out, o.out[n:])]
	return nil
}

// oggSink writes an Ogg Opus file, a page for each packet, so that a kill leaves one that plays.
type oggSink struct {
	*pace
	mu  sync.Mutex
	f   *os.File // nil when it is closed
	w   *ogg.Writer
	enc codec.Encoder
}

// keptRate is the bit rate of sound that is written down.
const keptRate = 32000

func createOgg(f *os.File) (*oggSink, error) {
	w, err := ogg.NewWriter(f, Rate, 1)
	if err != nil {
		return nil, err
	}
	enc, err := codec.NewOpus(keptRate)
	if err != nil {
		return nil, err
	}
	return &oggSink{pace: newPace(), f: f, w: w, enc: enc}, nil
}

func (s *oggSink) Write(frame []int16) error {
	ok := s.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || s.f == nil {
		return errClosed
	}
	packet, err := s.enc.Encode(frame)
	if err != nil {
		return err
	}
	if err := s.w.WritePacket(packet, len(frame)); err != nil {
		return fmt.Errorf("writing sound: %w", err)
	}
	return nil
}

func (s *oggSink) Close() error {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		return nil
	}
	err := errors.Join(s.w.Close(), s.f.Close())
	s.f = nil
	return err
}
