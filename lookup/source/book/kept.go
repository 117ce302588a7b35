package book

import (
	"context"
	"slices"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
)

// reloadGrace is how long a look-up waits for changed contacts to be read. What takes longer than
// that is answered from the contacts of before: the caller is ringing.
const reloadGrace = 20 * time.Millisecond

// Reading is what one reading of files brought.
type Reading struct {
	Book   *Book // nil when nothing has changed
	Report Report
	Stamp  string // tells one state of the files from another; "" is unlike any
}

// Kept is the contacts of files, read again when those have changed. Its methods may be called
// from any goroutine. Close it.
type Kept struct {
	read  func(before string) (Reading, error)
	every time.Duration
	wg    sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	looked  time.Time     // when the files were last looked at
	stamp   string        // of the files last read, well or not
	reading chan struct{} // closed when the reading under way has ended; nil when there is none
	book    *Book
	report  Report
}

// Keep reads contacts. Read is called again by a look-up, when the last one is every ago, with the
// Stamp of the reading before, and reads only what is unlike it. The Stamp counts also beside an
// error: the same files are not read again.
func Keep(every time.Duration, read func(before string) (Reading, error)) (*Kept, error) {
	k := &Kept{read: read, every: every, looked: time.Now()}
	r, err := read("")
	if err != nil {
		return nil, err
	}
	k.book, k.report, k.stamp = r.Book, r.Report, r.Stamp
	return k, nil
}

// Report tells what the last reading brought.
func (k *Kept) Report() Report {
	k.mu.Lock()
	defer k.mu.Unlock()
	rep := k.report
	rep.Problems = slices.Clone(rep.Problems)
	return rep
}

// Close waits until nothing is being read. Contacts are still found afterwards, those of the last
// reading.
func (k *Kept) Close() error {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.wg.Wait()
	return nil
}

// Lookup gives the contacts that have the number. Changed files are read again first; when that
// fails or takes long, the contacts of before are given, and Report says why it failed.
func (k *Kept) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	if reading := k.refresh(); reading != nil {
		grace := time.NewTimer(reloadGrace)
		defer grace.Stop()
		select {
		case <-reading:
		case <-grace.C:
		case <-ctx.Done():
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	b := k.book
	k.mu.Unlock()
	return b.Find(n), nil
}

// refresh begins to look at the files, if that was not done a moment ago, and gives a channel that
// is closed at the end; nil when there is nothing to wait for.
func (k *Kept) refresh() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || k.reading != nil || time.Since(k.looked) < k.every {
		return k.reading
	}
	k.looked = time.Now()
	before := k.stamp
	reading := make(chan struct{})
	k.reading = reading
	k.wg.Go(func() {
		defer close(reading)
		r, err := k.read(before)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.reading = nil
		switch {
		case err != nil:
			k.stamp, k.report.Stale = r.Stamp, err
		case r.Book != nil:
			k.stamp, k.book, k.report = r.Stamp, r.Book, r.Report
		}
	})
	return reading
}
