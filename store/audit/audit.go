// Package audit is the trail of what was done at a desk: who dialled, answered, rejected, popped,
// exported, unmasked, acknowledged, and when. One JSON line each, schema ringside.audit/1.
package audit

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"ringside/store/call"
)

// Schema names the form of a line.
const Schema = "ringside.audit/1"

// Entry is one deed.
type Entry struct {
	Schema string    `json:"schema"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Role   string    `json:"role"`
	What   string    `json:"what"`             // an act of package duty: "dial", "pop", …
	Call   string    `json:"call,omitempty"`   // conversation id
	Number string    `json:"number,omitempty"` // masked while numbers are
	More   string    `json:"more,omitempty"`   // "card copied", the name of a file
	Failed string    `json:"failed,omitempty"` // why it did not come about
}

// Trail writes entries. What goes wrong with the file never holds anybody up: it is told once, and
// once more when the next entry is written again. Any goroutine may use it.
type Trail struct {
	who, role string
	now       func() time.Time
	mask      func(string) string
	trouble   func(error) // nil: it is written again

	mu     sync.Mutex
	w      io.Writer
	broken bool
}

// Options of a Trail.
type Options struct {
	Who, Role string
	Now       func() time.Time
	Mask      func(string) string // what a text becomes that goes into the file; nil leaves it
	Trouble   func(error)         // told when writing begins to fail, and with nil when it works again; may be nil
}

// New makes a trail that writes to w.
func New(w io.Writer, o Options) *Trail {
	t := &Trail{who: o.Who, role: o.Role, now: o.Now, mask: o.Mask, trouble: o.Trouble, w: w}
	if t.now == nil {
		t.now = time.Now
	}
	if t.mask == nil {
		t.mask = func(s string) string { return s }
	}
	if t.trouble == nil {
		t.trouble = func(error) {}
	}
	return t
}

// Add writes an entry; who, role and when are the trail's own where e leaves them out.
func (t *Trail) Add(e Entry) {
	clean := func(s string) string { return t.mask(call.Clean(s)) }
	e.Schema, e.Who, e.Role = Schema, cmp.Or(call.Clean(e.Who), t.who), cmp.Or(e.Role, t.role)
	if e.At.IsZero() {
		e.At = t.now()
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Call, e.Number, e.More, e.Failed = call.Clean(e.Call), clean(e.Number), clean(e.More), clean(e.Failed)
	b, err := json.Marshal(e)
	if err == nil {
		t.write(append(b, '\n'))
	}
}

func (t *Trail) write(line []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.w.Write(line)
	switch {
	case err != nil:
		if !t.broken {
			t.broken = true
			t.trouble(fmt.Errorf("writing the audit log: %w", err))
		}
	case t.broken:
		t.broken = false
		t.trouble(nil)
	}
}

// Read gives the entries of a log since a moment, oldest first, those of the files it was rotated into
// among them. bad counts the lines that are none.
func Read(path string, since time.Time) (entries []Entry, bad int, err error) {
	ext := filepath.Ext(path)
	old, err := filepath.Glob(strings.TrimSuffix(escapeGlob(path), ext) + "-*" + ext)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the audit log: %w", err)
	}
	for _, p := range append(old, path) {
		some, wrong, err := readFile(p, since)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, fmt.Errorf("reading the audit log: %w", err)
		}
		entries, bad = append(entries, some...), bad+wrong
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	return entries, bad, nil
}

func escapeGlob(s string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(s)
}

// maxLine bounds one line of a log.
const maxLine = 64 << 10

func readFile(path string, since time.Time) (out []Entry, bad int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(f)
	s.Buffer(nil, maxLine)
	for s.Scan() {
		var e Entry
		switch {
		case len(s.Bytes()) == 0:
		case json.Unmarshal(s.Bytes(), &e) != nil || e.Schema != Schema:
			bad++
		case !e.At.Before(since):
			out = append(out, e)
		}
	}
	return out, bad, s.Err()
}
