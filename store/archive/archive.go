// Package archive is the language in which the past is kept and found: finished calls, what was
// noted about them, who is owed a call back. It names an Archive that sqlite implements, and that
// any other store can: package contract is the test it has to pass.
//
// The package itself is pure: it opens no file and no network.
package archive

import (
	"context"
	"errors"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

// The errors an Archive tells apart.
var (
	// ErrNone is what Get answers for a call that is not in the archive.
	ErrNone = errors.New("not in the archive")
	// ErrReadOnly is what writes answer where the place cannot be written to.
	ErrReadOnly = errors.New("the archive cannot be written to")
	// ErrFull is what writes answer when the disk is full.
	ErrFull = errors.New("the disk of the archive is full")
	// ErrDamaged is what Open and Check answer for a file that is no sound archive.
	ErrDamaged = errors.New("the archive is damaged")
	// ErrNewer is what Open answers for an archive that a newer version has written.
	ErrNewer = errors.New("the archive was written by a newer version")
)

// Archive keeps the past. All methods may be called from any goroutine; writes wait for each other.
type Archive interface {
	// Put writes everything in the batch or, with an error, nothing. What it has acknowledged
	// survives a kill. The same thing twice is one thing.
	Put(ctx context.Context, b Batch) error

	// Find gives a page of finished calls.
	Find(ctx context.Context, s Search) (Page, error)
	// Count gives how many calls a search has in all, counting to at most limit; 0 means no limit.
	Count(ctx context.Context, s Search, limit int) (int, error)
	// Get gives everything about one call; ErrNone when there is none.
	Get(ctx context.Context, id string) (Entry, error)
	// Totals counts the finished calls that were created in [from, to).
	Totals(ctx context.Context, from, to time.Time) (Totals, error)

	// Items gives notes, tags, pops and the like, newest first.
	Items(ctx context.Context, q ItemQuery) ([]Item, error)
	// Owed gives the callers who reached nobody and have not been reached since, the oldest first.
	// since bounds how far back it looks.
	Owed(ctx context.Context, since time.Time) ([]Debt, error)

	// Unreported gives those of ids of which the archive has no report, purged calls left out.
	Unreported(ctx context.Context, ids []string) ([]string, error)
	// Mark and Marked keep small facts under a name, such as how far the past has been fetched.
	Mark(ctx context.Context, name, value string) error
	Marked(ctx context.Context, name string) (string, error)

	// Purge takes out everything about an outside number, in every spelling: for those who ask to be
	// forgotten. What is overwritten cannot be read from the file any more. Their calls are not taken in
	// again: it keeps the ids of the conversations, and nothing else.
	Purge(ctx context.Context, number string) (Removed, error)
	// Prune takes out what is older than r says.
	Prune(ctx context.Context, r Retention, now time.Time) (Removed, error)
	// Backup writes a sound copy while the archive is in use. The file must not exist.
	Backup(ctx context.Context, path string) error
	// Check looks the whole archive over; nil when it is sound.
	Check(ctx context.Context) error
	// Stats tells what there is.
	Stats(ctx context.Context) (Stats, error)
	Close() error
}

// Batch is what is written together.
type Batch struct {
	Events  []call.Event   // states as they came: the journal
	Calls   []*call.Call   // finished calls as the events told them
	Reports []*call.Report // reports of finished calls, folded (Report.Call set): they win over Calls, the newest over others
	Items   []Item         // notes and the like; one of the same Kind and ID is replaced
	Drop    []ItemKey      // items that are taken out
}

// Empty tells whether there is nothing in the batch.
func (b *Batch) Empty() bool {
	return len(b.Events)+len(b.Calls)+len(b.Reports)+len(b.Items)+len(b.Drop) == 0
}

// Row is a finished call as a list shows it.
type Row struct {
	call.Summary
	Reported time.Time // when its report was fetched; zero without one
	Tags     []string  // of the call and of its caller, sorted, each once
	Notes    int       // on the call
	Cursor   Cursor    // where it stands in the order of the search that found it
}

// Entry is everything about one call.
type Entry struct {
	Row
	Call   *call.Call   // as its report tells, else as its events told
	Report *call.Report // nil without one; Report.Call is Call
	Items  []Item       // notes, tags, pops and decisions of the call and notes and tags of its caller, newest first
}

// Column is what a search is ordered by.
type Column uint8

// The columns. All of them put the newest call first where the column itself says nothing.
const (
	ByTime Column = iota // when the call began
	ByWait
	ByTalk
	ByTotal
)

// Cursor says where a row stands in an order. The zero Cursor is before the first and after the last.
type Cursor struct {
	Value int64 // of the column, ms
	Row   int64 // the archive's own number of the row; it grows with the time a call began
}

// Search says which finished calls are looked for. The zero Search finds all, newest first.
type Search struct {
	Query        query.Query
	Since, Until time.Time // began in [Since, Until); zero is open
	Caller       string    // only calls of this outside number, in any spelling
	Queue        string    // only calls that came through this queue, by its whole name

	By        Column
	Ascending bool   // smallest, or oldest, first
	From      Cursor // the page begins after this row; with Back it ends before it
	Back      bool   // the page before From, in the same order; the last page when From is zero
	Limit     int    // 0 is 50, at most 1000
}

// Page is a run of rows in the order that was asked for.
type Page struct {
	Rows          []Row
	Before, After bool // whether there are more rows before and after
}

// Totals count finished calls.
type Totals struct {
	Ended    int
	Answered int     // answered or forwarded
	Lost     int     // missed, abandoned or sent to voicemail
	Hours    [24]int // calls begun in each of the 24 hours before to, the last one last
}

// Kind is what an Item is.
type Kind string

// The kinds of item.
const (
	Note     Kind = "note"
	Tag      Kind = "tag"
	Pop      Kind = "pop"      // a screen pop, with its trace
	Decision Kind = "decision" // which of several contacts a number is
	Alarm    Kind = "alarm"
	Breach   Kind = "breach"  // a call that was behind an alarm
	Claim    Kind = "claim"   // somebody will call an owed caller back
	Settled  Kind = "settled" // an owed caller was seen to by hand
)

// Item is something people or the desk put beside a call or a caller.
type Item struct {
	Kind   Kind
	ID     string    // unique within its kind; NewID makes one
	Call   string    // conversation id, or ""
	Caller string    // outside number, or ""; compared in normal form
	At     time.Time // when it was put there
	By     string    // who
	Text   string    // of a note, a tag, a claim
	Body   []byte    // JSON, of kinds that have more to say; at most 64 kB
}

// ItemKey names an Item.
type ItemKey struct {
	Kind Kind
	ID   string
}

// Key gives the key of the item.
func (i Item) Key() ItemKey { return ItemKey{i.Kind, i.ID} }

// ItemQuery says which items are wanted. What is zero does not matter.
type ItemQuery struct {
	Kind   Kind
	Call   string
	Caller string
	Since  time.Time
	Limit  int // 0 is 200
}

// Retention is how long each kind of thing is kept; 0 is for ever.
type Retention struct {
	Events time.Duration // the journal of states
	Raw    time.Duration // the service's own text of reports
	Calls  time.Duration // calls, with their folded reports, notes and tags
	Pops   time.Duration // pops, decisions, alarms and their breaches
}

// Removed counts what was taken out.
type Removed struct {
	Events, Raw, Calls, Items int
}

// Stats tell what an archive holds.
type Stats struct {
	Path           string // "" in memory
	Version        int    // of the schema
	Bytes          int64  // on disk
	Events, Calls  int
	Reports, Items int
	Oldest, Newest time.Time // when the first and last call began
}
