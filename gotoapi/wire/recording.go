package wire

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Stats tells what ReadRecording found.
type Stats struct {
	Bytes   int64 // read, after unpacking
	Lines   int   // dealt with
	Frames  int   // delivered
	Reports int   // whole reports among what was delivered
	Bad     int   // lines of which something was skipped
	// FirstBad tells of the first few of them.
	FirstBad []BadLine
}

// BadLine is a line, or a document beginning in it, that was skipped.
type BadLine struct {
	Line int // 1..
	Err  error
}

const (
	maxBadLines = 10       // bad lines told of one by one
	readAtLeast = 64 << 10 // room for one read
	maxIdle     = 100      // reads in a row that give nothing and no error
	maxMargin   = 4096     // bytes of indentation looked at
)

// ReadRecording reads a recording and hands on what it says, in the order of the file and with the
// number of the line where each begins. A recording is a run of JSON documents, one a line or
// spread over several, also within one array: websocket messages, webhook deliveries, pages of
// states, and whole reports. It may be packed with gzip. What is in the file, its bytes tell; its
// name does not matter.
//
// Each state of a report or a page comes as a CallState frame of its own; a report is followed by
// a ReportReady frame that carries it. The Source of all events is FromReplay.
//
// A line that is none of these is counted in Stats, told with its number, and skipped. A file that
// ends in the middle of a document is read up to there, and then the error is ErrCut with the place;
// so is a packed file without its end, up to where it was last flushed.
// An error that each gives ends the reading and is returned as it is.
//
// The memory needed is about twice that of the largest document; one longer than DefaultMaxBody is
// a bad line.
func ReadRecording(r io.Reader, each func(f Frame, line int) error) (Stats, error) {
	in, err := unpacked(r)
	if err != nil {
		return Stats{}, err
	}
	rec := recording{in: in, each: each, line: 1, dec: NewDecoder(), probe: new(scanner)}
	rec.dec.MaxFrame = DefaultMaxBody
	if head, _ := in.Peek(len(byteOrderMark)); string(head) == byteOrderMark {
		_, _ = in.Discard(len(head)) // they are there
		rec.offset = int64(len(head))
	}
	err = rec.run()
	rec.stats.Lines = rec.line - 1
	if rec.column > 0 {
		rec.stats.Lines++
	}
	return rec.stats, err
}

const byteOrderMark = "\ufeff"

// unpacked gives what r holds, behind gzip or not.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); string(head) != "\x1f\x8b" {
		return in, nil // an error of Peek comes again
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("unpacking the recording: %w", err)
	}
	return bufio.NewReader(z), nil
}

// recording is one reading. buf[pos:] is what has been read and not yet been dealt with.
type recording struct {
	in     io.Reader
	each   func(Frame, int) error
	dec    *Decoder
	probe  *scanner // finds the end of a document
	stats  Stats
	buf    []byte
	pos    int
	line   int // of buf[pos], 1..
	noted  int // the last bad line; 0 before there is one
	column int // bytes of that line in front of pos
	offset int64
	ended  bool  // nothing more will come
	failed error // why it ended, when not by its end
}

// run takes document after document.
func (r *recording) run() error {
	inArray := false
	for {
		c, ok := r.next()
		if !ok {
			return r.readError()
		}
		switch {
		case c == '{':
			if err := r.document(); err != nil {
				return err
			}
		case c == '[' && !inArray:
			inArray = true
			r.advance(1)
		case c == ',' && inArray:
			r.advance(1)
		case c == ']' && inArray:
			inArray = false
			r.advance(1)
		default:
			r.badLine(&Error{What: "recording", Err: ErrNotJSON, Excerpt: excerpt(r.rest(), 0)})
		}
	}
}

func (r *recording) rest() []byte { return r.buf[r.pos:] }

// next gives the first byte that is no blank, without taking it; false at the end.
func (r *recording) next() (byte, bool) {
	for {
		rest := r.rest()
		for i, c := range rest {
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				r.advance(i)
				return c, true
			}
		}
		r.advance(len(rest))
		if !r.fill() {
			return 0, false
		}
	}
}

// advance deals with the next n bytes.
func (r *recording) advance(n int) {
	taken := r.buf[r.pos : r.pos+n]
	if last := bytes.LastIndexByte(taken, '\n'); last >= 0 {
		r.line += bytes.Count(taken, []byte{'\n'})
		r.column = n - last - 1
	} else {
		r.column += n
	}
	r.pos += n
	r.offset += int64(n)
}

// fill reads some more; false when there is no more.
func (r *recording) fill() bool {
	if r.pos > 0 {
		r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
		r.pos = 0
	}
	if cap(r.buf)-len(r.buf) < readAtLeast {
		r.buf = append(make([]byte, 0, 2*cap(r.buf)+2*readAtLeast), r.buf...)
	}
	for idle := 0; !r.ended; idle++ {
		n, err := r.in.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		r.stats.Bytes += int64(n)
		switch {
		case err != nil:
			r.ended = true
			if err != io.EOF {
				r.failed = err
			}
		case n == 0 && idle == maxIdle:
			r.ended, r.failed = true, io.ErrNoProgress
		}
		if n > 0 {
			return true
		}
	}
	return false
}

// readError gives why the reading ended, nil at the end of the file.
func (r *recording) readError() error {
	if r.failed == nil {
		return nil
	}
	if errors.Is(r.failed, io.ErrUnexpectedEOF) {
		return &brokenOff{line: r.line, offset: r.offset, err: r.failed}
	}
	return fmt.Errorf("reading the recording at line %d (byte %d): %w", r.line, r.offset, r.failed)
}

// brokenOff says that a packed file ends between two documents, without its end: whoever wrote it
// was killed. It is ErrCut and the reason.
type brokenOff struct {
	line   int
	offset int64
	err    error
}

// Error implements error.
func (e *brokenOff) Error() string {
	return fmt.Sprintf("the recording breaks off before line %d (byte %d): what wrote it did not end properly", e.line, e.offset)
}

// Unwrap gives what it is.
func (e *brokenOff) Unwrap() []error { return []error{ErrCut, e.err} }

// document takes the document that begins here.
func (r *recording) document() error {
	for {
		r.probe.begin(r.rest())
		r.probe.skip()
		switch err := r.probe.err; {
		case err == nil:
			return r.deliver(r.rest()[:r.probe.i])
		case !errors.Is(err, ErrCut):
			r.badLine(&Error{What: "recording", Err: err, Offset: r.probe.at, Excerpt: excerpt(r.rest(), r.probe.at)})
			return nil
		case len(r.rest()) > DefaultMaxBody:
			r.badLine(&Error{What: "recording", Err: ErrTooBig, Offset: DefaultMaxBody})
			return nil
		}
		if !r.more() {
			return r.cut()
		}
	}
}

// more reads until it is worth looking for the document's end again: there is twice as much of it,
// so that all the looking costs no more than reading the document twice, or what came last may be
// its end, so that a line out of a pipe does not wait for the next one.
func (r *recording) more() bool {
	had := len(r.rest())
	for r.fill() {
		rest := r.rest()
		if last := rest[len(rest)-1]; len(rest) >= 2*had || last == '\n' || last == '}' {
			return true
		}
	}
	return len(r.rest()) > had
}

// badLine counts the line here as bad and goes to the next one, passing over the lines that belong
// to the same document by their looks: indented deeper than this one, or closing something.
func (r *recording) badLine(err error) {
	r.note(err)
	margin := r.column
	for {
		r.skipLine()
		indent, c, ok := r.margin()
		if !ok || indent <= margin && c != '}' && c != ']' && c != ',' {
			return
		}
	}
}

// note counts the line here as bad, once.
func (r *recording) note(err error) {
	if r.noted == r.line {
		return
	}
	r.noted = r.line
	r.stats.Bad++
	if len(r.stats.FirstBad) < maxBadLines {
		r.stats.FirstBad = append(r.stats.FirstBad, BadLine{Line: r.line, Err: err})
	}
}

// skipLine passes over the rest of the line.
func (r *recording) skipLine() {
	for {
		if end := bytes.IndexByte(r.rest(), '\n'); end >= 0 {
			r.advance(end + 1)
			return
		}
		r.advance(len(r.rest()))
		if !r.fill() {
			return
		}
	}
}

// margin gives how far the line that begins here is indented, and its first byte behind that;
// false at the end. A blank line counts as not indented.
func (r *recording) margin() (int, byte, bool) {
	for {
		for i, c := range r.rest() {
			switch {
			case c == '\n' || c == '\r':
				return 0, c, true
			case c != ' ' && c != '\t' || i == maxMargin:
				return i, c, true
			}
		}
		if !r.fill() {
			return 0, 0, false
		}
	}
}

// cut deals with a document that does not end before the file does. When a document begins on its
// second line, it is a broken line in the middle that has swallowed what came after it.
func (r *recording) cut() error {
	cut := &Error{What: "recording", Err: ErrCut, Offset: len(r.rest()), Excerpt: excerpt(r.rest(), len(r.rest()))}
	_, after, more := bytes.Cut(r.rest(), []byte{'\n'})
	if more && len(after) > 0 && after[0] == '{' {
		r.badLine(cut)
		return nil
	}
	began := r.line
	r.advance(len(r.rest()))
	err := fmt.Errorf("the recording breaks off at line %d (byte %d), in a document that begins at line %d: %w",
		r.line, r.offset, began, cut)
	if r.failed != nil {
		err = fmt.Errorf("%w: %w", err, r.failed)
	}
	return err
}
