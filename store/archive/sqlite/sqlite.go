// Package sqlite keeps the archive in one SQLite file, in pure Go, or in memory.
//
// The file is in WAL mode: readers never wait for the writer, nor it for them. All writing goes
// through one connection, a batch a transaction, synchronous=FULL: what Put has acknowledged is
// there after a kill and after a power cut. docs/archive.md has the figures.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"ringside/store/archive"
)

// Options of Open.
type Options struct {
	Path   string // the file; "" keeps everything in memory, for as long as the program runs
	Region string // ISO 3166 country of numbers without a country code; "" is US
	// ShortAbandon is how long an abandoned call has to be for its caller to be owed one; 0 is 5 s.
	ShortAbandon time.Duration
}

const (
	readers  = 4                      // connections for reading a file
	patience = 10 * time.Second       // how long another program's write is waited for
	glance   = 100 * time.Millisecond // of it, within SQLite at a time: it does not look at contexts
)

// store is an Archive. The token in writing is held by who writes.
type store struct {
	opt     Options
	path    string // absolute; "" in memory
	readDB  *sql.DB
	writeDB *sql.DB // the same one in memory; nil where nothing can be written
	writing chan struct{}
	press   *press
}

// Open opens the archive, making or migrating the file where it has to. It may be opened by several
// programs at once: they see each other's calls. A file that can only be read is opened for reading:
// writes answer archive.ErrReadOnly.
func Open(ctx context.Context, o Options) (archive.Archive, error) {
	if o.Region == "" {
		o.Region = "US"
	}
	if o.ShortAbandon <= 0 {
		o.ShortAbandon = 5 * time.Second
	}
	p, err := newPress()
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	s := &store{opt: o, writing: make(chan struct{}, 1), press: p}
	if err := s.open(ctx); err != nil {
		s.Close() //nolint:errcheck // why it could not be opened says more
		return nil, s.explain("opening the archive", err)
	}
	return s, nil
}

func (s *store) open(ctx context.Context) error {
	if s.opt.Path == "" {
		// One connection: a second one would have a memory of its own.
		db, err := connect("file::memory:?"+pragmas(), 1)
		if err != nil {
			return err
		}
		s.readDB, s.writeDB = db, db
		return s.migrate(ctx)
	}
	path, err := filepath.Abs(s.opt.Path)
	if err != nil {
		return err
	}
	s.path = path
	err = makeFile(path)
	switch {
	case err == nil:
		return s.openFile(ctx)
	case errors.Is(err, fs.ErrPermission) || readOnlyDisk(err):
		if _, statErr := os.Stat(path); statErr == nil {
			return s.openReadOnly(ctx)
		}
		return errors.Join(archive.ErrReadOnly, err)
	}
	return err
}

// makeFile makes an empty file nobody else can read, unless there is one. SQLite gives the files
// beside it the same mode.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (s *store) openFile(ctx context.Context) (err error) {
	if s.writeDB, err = connect(fileURI(s.path, nil), 1); err != nil {
		return err
	}
	err = s.migrate(ctx)
	if codeOf(err) == codeReadOnly || codeOf(err) == codeCantOpen {
		// The file may be written to, its folder not: there is no room for the write-ahead log.
		s.writeDB.Close() //nolint:errcheck // nothing was written
		s.writeDB = nil
		return s.openReadOnly(ctx)
	}
	if err != nil {
		return err
	}
	s.readDB, err = connect(fileURI(s.path, url.Values{"_pragma": {"query_only(1)"}}), readers)
	return err
}

// openReadOnly opens a file that cannot be written to. Without a write-ahead log beside it, and no
// way of making one, nobody else can be writing either, and the file is read as it is.
func (s *store) openReadOnly(ctx context.Context) (err error) {
	for _, how := range []url.Values{{"mode": {"ro"}}, {"mode": {"ro"}, "immutable": {"1"}}} {
		if s.readDB, err = connect(fileURI(s.path, how), readers); err != nil {
			return err
		}
		var version int
		if version, err = s.version(ctx, s.readDB); err == nil {
			if version < len(migrations) {
				return errors.Join(archive.ErrReadOnly, fmt.Errorf("it is of version %d and has to be brought to %d", version, len(migrations)))
			}
			return nil
		}
		s.readDB.Close() //nolint:errcheck // nothing was read
		s.readDB = nil
		if wal, statErr := os.Stat(s.path + "-wal"); statErr == nil && wal.Size() > 0 {
			break // what is in it would be missing
		}
	}
	return err
}

func connect(uri string, most int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

func pragmas() string {
	return url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", glance.Milliseconds()), "foreign_keys(1)", "secure_delete(1)",
		"synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-32000)", "trusted_schema(0)",
		"wal_autocheckpoint(8000)", "journal_size_limit(67108864)",
	}}.Encode()
}

// fileURI gives the name by which the driver opens a file, whatever stands in its path.
func fileURI(path string, more url.Values) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	uri := "file://" + (&url.URL{Path: p}).EscapedPath() + "?" + pragmas()
	if len(more) > 0 {
		uri += "&" + more.Encode()
	}
	return uri
}

// Close ends the use of the archive. What is being written is waited for.
func (s *store) Close() error {
	var errs []error
	if s.writeDB != nil {
		s.writing <- struct{}{}
		errs = append(errs, s.writeDB.Close())
		<-s.writing
	}
	if s.readDB != nil && s.readDB != s.writeDB {
		errs = append(errs, s.readDB.Close())
	}
	s.press.close()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the archive: %w", err)
	}
	return nil
}

// querier is a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// read calls f with a view of the archive that does not change while f runs.
func (s *store) read(ctx context.Context, doing string, f func(querier) error) error {
	tx, err := s.readDB.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	if err := f(tx); err != nil {
		return s.explain(doing, err)
	}
	return nil
}

// all runs a query and calls each for every row of the answer.
func all(ctx context.Context, q querier, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	return scanAll(rows, err, each)
}

// scanAll goes through the answer to a query.
func scanAll(rows *sql.Rows, err error, each func(scan func(...any) error) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		giveWay(n)
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
