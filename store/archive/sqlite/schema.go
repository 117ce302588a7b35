package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ringside/store/archive"
)

// ours marks the file as an archive of ringside (PRAGMA application_id): "ring".
const ours = 0x72696e67

// migration brings the archive from one version to the next, within a transaction.
type migration func(context.Context, *store, *sql.Conn) error

// migrations in their order; the version of a file (PRAGMA user_version) counts those it has seen.
// What has been released is never changed: a further one is added at the end.
var migrations = [...]migration{
	script(schemaRecord),
	searchable(schemaSearch),
	func(ctx context.Context, s *store, q *sql.Conn) error {
		if err := script(schemaOwed)(ctx, s, q); err != nil {
			return err
		}
		return s.oweAll(ctx, q)
	},
	script(schemaForgotten),
	unchanged, // states are packed from here on: a program of before could not read them
	func(ctx context.Context, s *store, q *sql.Conn) error { // digits within a word have long grams from here on
		var something bool
		if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM call) OR EXISTS (SELECT 1 FROM item)`).Scan(&something); err != nil || !something {
			return err
		}
		return searchable(`DROP TABLE call_find; DROP TABLE item_find;`+schemaSearch)(ctx, s, q)
	},
}

// searchable makes the indexes of the texts by a script, and fills them.
func searchable(text string) migration {
	return func(ctx context.Context, s *store, q *sql.Conn) error {
		if err := script(text)(ctx, s, q); err != nil {
			return err
		}
		return s.reindex(ctx, q)
	}
}

// unchanged is a migration of what is written from then on.
func unchanged(context.Context, *store, *sql.Conn) error { return nil }

func script(text string) migration {
	return func(ctx context.Context, _ *store, q *sql.Conn) error {
		_, err := q.ExecContext(ctx, text)
		return err
	}
}

// schemaRecord is what is kept. Times are Unix milliseconds, stretches are milliseconds.
//
// The row of a call is the moment it began, shifted by rowBits, plus a number that tells apart
// those of one millisecond: the order of rows is the order of time, and every time window, page and
// list of the search is a range of rows.
const schemaRecord = `
CREATE TABLE call (
  row       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL,    -- unique: writers look before they write
  created   INTEGER NOT NULL,
  ended     INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  outcome   INTEGER NOT NULL,
  flags     INTEGER NOT NULL,
  wait      INTEGER NOT NULL,
  ring      INTEGER NOT NULL,
  talk      INTEGER NOT NULL,
  hold      INTEGER NOT NULL,
  total     INTEGER NOT NULL,
  answer    INTEGER,          -- NULL: nobody answered
  reported  INTEGER,          -- when its report was fetched; NULL: none was
  a_to      INTEGER NOT NULL, -- where the sections of text begin, 1 for the first character
  a_queue   INTEGER NOT NULL,
  a_path    INTEGER NOT NULL,
  a_agent   INTEGER NOT NULL,
  a_rest    INTEGER NOT NULL,
  text      TEXT NOT NULL     -- shown texts and numbers, folded, one a line (text.go)
) STRICT;
CREATE INDEX call_id    ON call(id COLLATE NOCASE);
CREATE INDEX call_wait  ON call(wait, row) WHERE wait > 0;
CREATE INDEX call_talk  ON call(talk, row) WHERE talk > 0;
CREATE INDEX call_total ON call(total, row) WHERE total > 0;

-- What a list does not need to look at.
CREATE TABLE body (
  row     INTEGER PRIMARY KEY REFERENCES call(row) ON DELETE CASCADE,
  summary BLOB NOT NULL,
  pack    BLOB              -- call.Pack; NULL where it could not be packed
) STRICT;
CREATE TABLE report (
  row     INTEGER PRIMARY KEY REFERENCES call(row) ON DELETE CASCADE,
  fetched INTEGER NOT NULL, -- Unix nanoseconds
  extra   BLOB NOT NULL
) STRICT;
CREATE TABLE raw (
  row     INTEGER PRIMARY KEY REFERENCES call(row) ON DELETE CASCADE,
  text    BLOB NOT NULL
) STRICT;

-- Normal forms of the numbers of a call; outside is 1 for those of its outside party, lost where it
-- called in vain.
CREATE TABLE call_key (
  key     TEXT NOT NULL,
  row     INTEGER NOT NULL REFERENCES call(row) ON DELETE CASCADE,
  outside INTEGER NOT NULL,
  lost    INTEGER NOT NULL,
  PRIMARY KEY (key, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_key_row ON call_key(row);

-- The journal of states.
CREATE TABLE event (
  id   TEXT NOT NULL,
  seq  INTEGER NOT NULL,
  at   INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_at ON event(at);
CREATE TABLE event_key (
  key TEXT NOT NULL,
  id  TEXT NOT NULL,
  PRIMARY KEY (key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_key_id ON event_key(id);

CREATE TABLE item (
  no     INTEGER PRIMARY KEY,
  kind   TEXT NOT NULL,
  id     TEXT NOT NULL,
  call   TEXT NOT NULL,
  caller TEXT NOT NULL,
  at     INTEGER NOT NULL,  -- Unix nanoseconds
  by     TEXT NOT NULL,
  text   TEXT NOT NULL,
  folded TEXT NOT NULL,     -- of notes and tags: the text as it is searched
  body   BLOB,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX item_call ON item(call) WHERE call <> '';
CREATE INDEX item_at ON item(at, no);
CREATE INDEX item_kind ON item(kind, at, no);
CREATE TABLE item_key (
  key  TEXT NOT NULL,
  item INTEGER NOT NULL REFERENCES item(no) ON DELETE CASCADE,
  PRIMARY KEY (key, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_key_item ON item_key(item);

CREATE TABLE mark (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

// schemaSearch are the indexes of the texts: grams (grams.go), of which neither place nor number is
// kept. The texts themselves stand in call and item.
const schemaSearch = `
CREATE VIRTUAL TABLE call_find USING fts5(grams, content='', contentless_delete=1, detail='none', tokenize='ascii');
CREATE VIRTUAL TABLE item_find USING fts5(grams, content='', contentless_delete=1, detail='none', tokenize='ascii');
`

// schemaOwed are the callers who are owed a call, worked out whenever a call or item of theirs is
// written.
const schemaOwed = `
CREATE TABLE debt (
  key   TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  body  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX debt_last ON debt(last);
`

// schemaForgotten are the calls that were purged: the service still has them, and they are not to
// come back with the next backfill. An id says nothing about a caller.
const schemaForgotten = `
CREATE TABLE forgotten (
  id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
`

// version gives the version of a file, 0 for an empty one.
func (s *store) version(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (int, error) {
	var version, id, tables int
	err := q.QueryRowContext(ctx, `SELECT user_version, (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version`).Scan(&version, &id, &tables)
	switch {
	case err != nil:
		return 0, err
	case tables > 0 && id != ours:
		return 0, fmt.Errorf("%w: the file belongs to another program", archive.ErrDamaged)
	case version > len(migrations):
		return 0, fmt.Errorf("%w: it is of version %d, this program knows %d", archive.ErrNewer, version, len(migrations))
	case version < 0 || version == 0 && tables > 0:
		return 0, fmt.Errorf("%w: version %d with %d tables", archive.ErrDamaged, version, tables)
	}
	return version, nil
}

// migrate brings the archive to the present version.
func (s *store) migrate(ctx context.Context) error {
	conn, err := s.writeDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if s.path != "" {
		if err := s.toWAL(ctx, conn); err != nil {
			return err
		}
	}
	if version, err := s.version(ctx, conn); err != nil || version == len(migrations) {
		return err
	}
	return s.transaction(ctx, conn, func(ctx context.Context) error {
		version, err := s.version(ctx, conn) // somebody may have been faster
		if err != nil {
			return err
		}
		for ; version < len(migrations); version++ {
			if err := migrations[version](ctx, s, conn); err != nil {
				return fmt.Errorf("bringing it to version %d: %w", version+1, err)
			}
		}
		_, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", ours, version))
		return err
	})
}

// toWAL turns on the write-ahead log, for good. It needs the file for itself for a moment.
func (s *store) toWAL(ctx context.Context, conn *sql.Conn) error {
	return whileBusy(ctx, func() error {
		var mode string
		if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode == "wal" {
			return err
		}
		if _, err := s.version(ctx, conn); err != nil {
			return err // nothing is done to a file that is not ours
		}
		if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
			return err
		}
		if mode != "wal" {
			return fmt.Errorf("the disk does not take a write-ahead log (%s)", mode)
		}
		return nil
	})
}

// whileBusy tries again for as long as another program has the file, within reason.
func whileBusy(ctx context.Context, f func() error) error {
	for end := time.Now().Add(patience); ; {
		err := f()
		if codeOf(err) != codeBusy || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(5 * time.Millisecond): // SQLite has waited itself
		}
	}
}
