// Package tape records what a service sends: one message a line, packed with gzip, in files that
// are bounded in size and number and that a replay reads again.
//
// What is recorded is the bytes as they came. With Options.Mask, telephone numbers and the names of
// outside parties are replaced on the way to the disk, so that they are never written.
//
// A recording is whole up to the last second whatever ends the program: the file is flushed every
// second, and what stands before a cut can be unpacked.
package tape

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options say what is recorded where.
type Options struct {
	// Path is the file to write, or the folder to keep files in: a path that ends in a separator, or
	// a folder that is there already. A file must not be there yet. Files are readable by their
	// owner alone.
	Path string
	// Mask replaces telephone numbers and the names of outside parties. The same number has the same
	// mask as long as the Recorder lives; nobody can tell the number from it afterwards.
	Mask bool
	// FileBytes is the packed size after which the next file is begun; 0 is 64 MB. In a folder, each
	// day has files of its own.
	FileBytes int64
	// KeepBytes bounds all files together; 0 is 1 GB. The oldest are removed first. In a folder that
	// counts the files of earlier recordings too.
	KeepBytes int64
	// Notice is called from Run's goroutine when recording pauses or goes on; it may be nil.
	Notice func(Notice)

	create func(name string) (file, error) // makes a new file; for tests of a full disk
}

// Notice tells what has become of a recording.
type Notice struct {
	Err  error  // why nothing is recorded at the moment; nil when it goes on
	Lost uint64 // messages not recorded so far
}

// Stats count what a Recorder has done.
type Stats struct {
	Messages uint64 // recorded: on the disk, or there within a second
	Lost     uint64 // not recorded: the disk was full or too slow
	Left     uint64 // left out: not JSON, which cannot be masked
	Bytes    int64  // of the messages, before they were packed
	Packed   int64  // written to files
	Files    int    // begun
	Removed  int    // old ones removed to stay within KeepBytes
	Path     string // of the file being written; empty while recording pauses
}

const (
	usualFileBytes = 64 << 20
	usualKeepBytes = 1 << 30
	maxPending     = 32 << 20 // bytes waiting for the disk; what comes beyond is lost, not waited for
	flushEvery     = time.Second
	firstRetry     = 5 * time.Second // after a failure to write
	lastRetry      = time.Minute
)

// Recorder writes messages to files. Make it with Open and drive it with Run.
type Recorder struct {
	opt    Options
	set    *set
	mask   *masker       // nil records the bytes as they came
	wake   chan struct{} // of size one: there is something to write
	buffer []byte        // what Run works on, and gives back to pending
	lines  bytes.Buffer  // one message, masked

	mu      sync.Mutex // guards what Put and Stats share with Run
	pending []byte     // messages to be written, each with its line end
	waiting uint64     // messages in pending
	stats   Stats

	// Of Run's goroutine alone.
	out     *output // nil while recording pauses
	fresh   uint64  // messages since the last flush: not yet safe
	retryAt time.Time
	retry   time.Duration
}

// Open makes a Recorder and its first file, so that a place that cannot be written to is known at
// once. Nothing is written before Run, which must be called.
func Open(o Options) (*Recorder, error) {
	if o.FileBytes <= 0 {
		o.FileBytes = usualFileBytes
	}
	if o.KeepBytes <= 0 {
		o.KeepBytes = usualKeepBytes
	}
	o.FileBytes = min(o.FileBytes, max(o.KeepBytes/4, 1))
	if o.Notice == nil {
		o.Notice = func(Notice) {}
	}
	if o.create == nil {
		o.create = createFile
	}
	r := &Recorder{opt: o, wake: make(chan struct{}, 1)}
	if o.Mask {
		m, err := newMasker()
		if err != nil {
			return nil, fmt.Errorf("preparing to mask numbers: %w", err)
		}
		r.mask = m
	}
	var err error
	if r.set, err = newSet(o.Path, o.KeepBytes, o.FileBytes); err != nil {
		return nil, err
	}
	if err := r.begin(time.Now()); err != nil {
		return nil, fmt.Errorf("beginning a recording: %w", err)
	}
	return r, nil
}

// Put records a message. It does not keep b, never waits for the disk, and may be called from
// several goroutines. A message that spans lines is recorded as one.
func (r *Recorder) Put(b []byte) {
	if len(bytes.TrimSpace(b)) == 0 {
		return
	}
	r.mu.Lock()
	if len(r.pending)+len(b) >= maxPending {
		r.stats.Lost++
		r.mu.Unlock()
		return
	}
	from := len(r.pending)
	r.pending = append(r.pending, b...)
	for i, c := range r.pending[from:] {
		if c == '\n' || c == '\r' { // in JSON, blanks between two tokens
			r.pending[from+i] = ' '
		}
	}
	r.pending = append(r.pending, '\n')
	r.waiting++
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Stats returns the counts of this moment.
func (r *Recorder) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}

// Run writes what is Put until ctx ends, then closes the file. The error is that of the last
// writing: whether the recording is whole.
func (r *Recorder) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return r.end()
		case <-r.wake:
			r.drain(time.Now())
		case now := <-tick.C:
			r.drain(now)
			r.flush(now)
			r.turn(now)
		}
	}
}

// end writes what is left and closes the file.
func (r *Recorder) end() error {
	now := time.Now()
	r.drain(now)
	if r.out == nil {
		return fmt.Errorf("the end of the recording was not written: %d messages are missing", r.Stats().Lost)
	}
	err := r.out.close()
	if err != nil {
		err = fmt.Errorf("closing the recording %s: %w", r.out.name, err)
	}
	r.settle()
	r.out = nil
	return err
}

// take hands out what waits.
func (r *Recorder) take() ([]byte, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	full, n := r.pending, r.waiting
	r.pending, r.waiting, r.buffer = r.buffer[:0], 0, full
	return full, n
}

// drain writes what waits, or counts it as lost while recording pauses.
func (r *Recorder) drain(now time.Time) {
	lines, n := r.take()
	if r.out == nil && !r.resume(now) {
		r.count(func(s *Stats) { s.Lost += n })
		return
	}
	for line := range bytes.Lines(lines) {
		if r.out == nil { // it failed at a line before this one
			r.count(func(s *Stats) { s.Lost++ })
			continue
		}
		r.line(line, now)
	}
}

// resume tries to end a pause, when it is time.
func (r *Recorder) resume(now time.Time) bool {
	if now.Before(r.retryAt) {
		return false
	}
	if err := r.begin(now); err != nil {
		r.pause(now)
		return false
	}
	return true
}

// line writes one message.
func (r *Recorder) line(line []byte, now time.Time) {
	size := int64(len(line))
	if r.mask != nil {
		r.lines.Reset()
		if !r.mask.message(&r.lines, line) {
			r.count(func(s *Stats) { s.Left++ })
			return
		}
		line = r.lines.Bytes()
	}
	r.fresh++
	r.count(func(s *Stats) { s.Messages++; s.Bytes += size })
	if err := r.out.write(line); err != nil {
		r.fail(err, now)
	}
}

func (r *Recorder) count(f func(*Stats)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.stats)
}

// flush makes what was written safe from the program's end.
func (r *Recorder) flush(now time.Time) {
	if r.out == nil || r.fresh == 0 {
		return
	}
	if err := r.out.flush(); err != nil {
		r.fail(err, now)
		return
	}
	r.fresh = 0
	r.settle()
	if r.retry > 0 { // the first flush after a pause shows that the disk takes it again
		r.retry = 0
		r.opt.Notice(Notice{Lost: r.Stats().Lost})
	}
}

// settle makes the size of the file known.
func (r *Recorder) settle() {
	written := r.out.settled()
	r.count(func(s *Stats) { s.Packed += written })
}

// begin begins the next file.
func (r *Recorder) begin(now time.Time) error {
	removed := r.set.makeRoom()
	out, err := r.set.next(now, r.opt.create)
	if err != nil {
		return err
	}
	r.out, r.fresh = out, 0
	r.count(func(s *Stats) { s.Files++; s.Removed += removed; s.Path = out.name })
	return nil
}

// turn begins another file when the present one is full or of yesterday.
func (r *Recorder) turn(now time.Time) {
	if r.out == nil || !r.set.over(r.out, now) {
		return
	}
	out := r.out
	err := out.close()
	r.settle()
	r.set.add(out)
	r.out = nil
	r.count(func(s *Stats) { s.Path = "" })
	if err == nil {
		err = r.begin(now)
	}
	if err != nil {
		r.say(err, now)
	}
}

// fail gives the present file up: what was flushed stays, what came since is lost. Recording pauses
// and is tried again with a file of its own.
func (r *Recorder) fail(err error, now time.Time) {
	out := r.out
	r.out = nil
	out.giveUp()
	if out.kept > 0 {
		r.set.add(out)
	}
	n := r.fresh
	r.fresh = 0
	r.count(func(s *Stats) { s.Messages -= n; s.Lost += n; s.Path = "" })
	r.say(err, now)
}

// say tells of a failure, once for one pause.
func (r *Recorder) say(err error, now time.Time) {
	first := r.retry == 0
	r.pause(now)
	if first {
		r.opt.Notice(Notice{Err: fmt.Errorf("writing to %s: %w", filepath.Dir(r.set.first), bare(err)), Lost: r.Stats().Lost})
	}
}

// pause sets when writing is tried again.
func (r *Recorder) pause(now time.Time) {
	r.retry = min(max(2*r.retry, firstRetry), lastRetry)
	r.retryAt = now.Add(r.retry)
}

// bare takes the file's name out of an error of the system; it is told beside it.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
