// Package carddav is a source of contacts in an address book on a CardDAV server (RFC 6352):
// Nextcloud, Fastmail, iCloud, Radicale and others.
//
// The address book is kept in memory and synchronised in the background: the tag of the collection
// tells whether anything has changed, the tags of the cards which, and only those are read. The last
// copy is kept in a file, so that callers are known at once after a start, and without a network.
//
// The requests are plain: a library that decodes the cards itself fails on the first broken one, and
// takes the whole address book with it.
package carddav

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
	"ringside/lookup/source/vcard"
	"ringside/lookup/source/web"
)

const (
	every     = 15 * time.Minute // between two synchronisations
	soon      = 30 * time.Second // after one that failed, doubled up to every
	patience  = 2 * time.Minute  // of one synchronisation
	maxAnswer = 32 << 20         // bytes: fifty cards with photos
)

// ErrNotYet is what a look-up gives before the address book has been read for the first time.
var ErrNotYet = fmt.Errorf("%w: the address book has not been read yet", lookup.ErrNotAsked)

// Options say what to read. URL is needed.
type Options struct {
	Name   string
	URL    *url.URL // of the address book itself, not of the server
	Auth   web.Auth // nil is none
	Region string   // ISO 3166, of numbers without a country code
	Every  time.Duration
	Copy   string       // path of the file for the last copy; "" keeps none
	HTTP   *http.Client // nil is one of its own
}

// Source is an address book as a lookup.Source. Its methods may be called from any goroutine. Close
// it.
type Source struct {
	o      Options
	client *web.Client
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	contacts *book.Book // nil before the first copy
	report   Report

	// Of the goroutine that synchronises alone.
	tagged string
	cards  map[string]card // by path
}

// card is a card as the server has it.
type card struct {
	Path string `json:"path"`
	ETag string `json:"etag"`
	Data string `json:"data"`
}

// Report tells how things stand.
type Report struct {
	book.Report
	Synced time.Time // when the address book was last compared; zero is not since the start
}

// Open reads the last copy and begins to synchronise.
func Open(o Options) *Source {
	if o.Every <= 0 {
		o.Every = every
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Source{o: o, cancel: cancel, cards: map[string]card{}}
	s.client = web.New(web.Options{Name: o.Name, Base: o.URL, Auth: o.Auth, HTTP: o.HTTP, Max: maxAnswer})
	if err := s.load(); err != nil {
		s.report.Stale = err
	}
	s.wg.Go(func() { s.run(ctx) })
	return s
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Close ends the synchronisation and waits for it. Contacts are still found afterwards.
func (s *Source) Close() error {
	s.cancel()
	s.wg.Wait()
	s.client.Close()
	return nil
}

// Report tells how things stand.
func (s *Source) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	rep := s.report
	rep.Problems = slices.Clone(rep.Problems)
	return rep
}

// Lookup implements lookup.Source: from memory, as of the last synchronisation that succeeded.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	b, stale := s.contacts, s.report.Stale
	s.mu.Unlock()
	switch {
	case b != nil:
		return b.Find(n), nil
	case stale != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotYet, stale)
	}
	return nil, ErrNotYet
}

// run synchronises until ctx ends.
func (s *Source) run(ctx context.Context) {
	again := soon
	for {
		one, cancel := context.WithTimeout(ctx, patience)
		changed, err := s.sync(one)
		cancel()
		if ctx.Err() != nil {
			return
		}
		wait := s.o.Every
		if err != nil {
			wait = min(again, s.o.Every)
			again = min(2*again, s.o.Every)
			if p := (*lookup.PauseError)(nil); errors.As(err, &p) {
				wait = max(wait, p.For)
			}
		} else {
			again = soon
		}
		s.settle(changed, err)
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return
		}
	}
}

// settle publishes what a synchronisation brought.
func (s *Source) settle(changed bool, err error) {
	if err == nil && changed {
		err = s.save()
	}
	var b *book.Book
	var rep Report
	if changed {
		b, rep = s.build()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b == nil {
		b, rep = s.contacts, s.report
	}
	if err == nil {
		rep.Synced = time.Now()
	}
	rep.Stale = err
	s.contacts, s.report = b, rep
}

// build makes contacts of the cards, in the order of their paths.
func (s *Source) build() (*book.Book, Report) {
	b := book.New(s.o.Region)
	var rep Report
	for _, path := range slices.Sorted(maps.Keys(s.cards)) {
		vcard.Read(b, &rep.Report, path, []byte(s.cards[path].Data), s.o.Region)
	}
	return b, rep
}

// sync compares with the server and reads what has changed. What was read before a failure is kept,
// and published where the whole address book was known before.
func (s *Source) sync(ctx context.Context) (changed bool, err error) {
	tag, err := s.tag(ctx)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	known := s.contacts != nil
	s.mu.Unlock()
	if tag != "" && tag == s.tagged && known {
		return false, nil
	}
	list, err := s.list(ctx)
	if err != nil {
		return false, err
	}
	changed = !known
	for path := range s.cards {
		if _, there := list[path]; !there {
			delete(s.cards, path)
			changed = true
		}
	}
	var want []string
	for path, etag := range list {
		if c, ok := s.cards[path]; !ok || c.ETag != etag || etag == "" {
			want = append(want, path)
		}
	}
	slices.Sort(want)
	for some := range slices.Chunk(want, perReport) {
		got, err := s.get(ctx, some)
		if err != nil {
			s.tagged = "" // not all of it is here
			return changed && known, err
		}
		for _, c := range got {
			s.cards[c.Path] = c
			changed = true
		}
	}
	s.tagged = tag
	return changed, nil
}

// kept is the file of the last copy.
type kept struct {
	URL   string `json:"url"`
	Tag   string `json:"tag"`
	Cards []card `json:"cards"`
}

// load reads the last copy. One of another address book, or a broken one, is left aside: it is only
// a copy.
func (s *Source) load() error {
	if s.o.Copy == "" {
		return nil
	}
	text, err := os.ReadFile(s.o.Copy)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the last copy of %s: %w", s.o.Name, err)
	}
	if k, ok := decode(text); ok && k.URL == s.o.URL.String() {
		for _, c := range k.Cards {
			s.cards[c.Path] = c
		}
		s.tagged = k.Tag
		s.contacts, s.report = s.build()
	}
	return nil
}

func decode(text []byte) (k kept, ok bool) {
	err := json.Unmarshal(text, &k)
	return k, err == nil
}

// save writes the last copy, whole or not at all; only its owner can read it.
func (s *Source) save() error {
	if s.o.Copy == "" {
		return nil
	}
	k := kept{URL: s.o.URL.String(), Tag: s.tagged}
	for _, path := range slices.Sorted(maps.Keys(s.cards)) {
		k.Cards = append(k.Cards, s.cards[path])
	}
	text, err := json.Marshal(k)
	if err == nil {
		err = write(s.o.Copy, text)
	}
	if err != nil {
		return fmt.Errorf("keeping a copy of %s: %w", s.o.Name, err)
	}
	return nil
}

func write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".carddav-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what is left of it
	}
	return err
}
