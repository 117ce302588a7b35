package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// Backup implements archive.Archive.
func (s *store) Backup(ctx context.Context, path string) error {
	const doing = "backing the archive up"
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := s.backup(ctx, path); err != nil {
		os.Remove(path) //nolint:errcheck // what is half written is of no use, and said to be
		return s.explain(doing, err)
	}
	return nil
}

func (s *store) backup(ctx context.Context, path string) (err error) {
	conn, err := s.readDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// The copy is another file: the connection may write to it.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = 0"); err != nil {
		return err
	}
	defer func() {
		if s.path != "" {
			_, again := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
			err = errors.Join(err, again)
		}
	}()
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// Check implements archive.Archive.
func (s *store) Check(ctx context.Context) error {
	var wrong []string
	err := s.read(ctx, "checking the archive", func(q querier) error {
		note := func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			if text != "ok" && len(wrong) < 10 {
				wrong = append(wrong, text)
			}
			return nil
		}
		for _, sql := range []string{
			// A look into each index of texts first: the check alone would take them to be as they were
			// when this connection last looked, and call what others have written since damage.
			`SELECT 'ok' FROM call_find WHERE call_find MATCH '"ok"' LIMIT 1`,
			`SELECT 'ok' FROM item_find WHERE item_find MATCH '"ok"' LIMIT 1`,
			"PRAGMA integrity_check(10)", // of the indexes of texts too
			`SELECT 'a row of ' || "table" || ' belongs to no ' || parent FROM pragma_foreign_key_check LIMIT 10`,
			"SELECT 'two calls have the id ' || id FROM call GROUP BY id HAVING count(*) > 1 LIMIT 10",
			"SELECT 'call ' || id || ' is not in the index' FROM call WHERE row NOT IN (SELECT id FROM call_find_docsize) LIMIT 10",
			"SELECT 'call ' || id || ' has nothing to show' FROM call WHERE row NOT IN (SELECT row FROM body) LIMIT 10",
			"SELECT 'the index names calls that are not there' FROM call_find_docsize WHERE id NOT IN (SELECT row FROM call) LIMIT 1",
		} {
			if err := all(ctx, q, sql, nil, note); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(wrong) > 0 {
		err = s.explain("checking the archive", fmt.Errorf("%w: %s", archive.ErrDamaged, strings.Join(wrong, "; ")))
	}
	return err
}

// Stats implements archive.Archive.
func (s *store) Stats(ctx context.Context) (out archive.Stats, err error) {
	out.Path = s.path
	err = s.read(ctx, "looking at the archive", func(q querier) error {
		var oldest, newest *int64
		err := q.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version), (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size),
			(SELECT count(*) FROM event), (SELECT count(*) FROM body), (SELECT count(*) FROM report), (SELECT count(*) FROM item),
			(SELECT created FROM call ORDER BY row LIMIT 1), (SELECT created FROM call ORDER BY row DESC LIMIT 1)`).
			Scan(&out.Version, &out.Bytes, &out.Events, &out.Calls, &out.Reports, &out.Items, &oldest, &newest)
		if err == nil && oldest != nil && newest != nil {
			out.Oldest, out.Newest = time.UnixMilli(*oldest).UTC(), time.UnixMilli(*newest).UTC()
		}
		return err
	})
	if err == nil && s.path != "" {
		out.Bytes = 0
		for _, more := range []string{"", "-wal", "-shm"} {
			if f, err := os.Stat(s.path + more); err == nil {
				out.Bytes += f.Size()
			}
		}
	}
	return out, err
}

// reindex fills the indexes of texts from the texts.
func (s *store) reindex(ctx context.Context, q querier) error {
	type entry struct {
		row     int64
		text    string
		queues  string
		flags   query.Flags
		summary []byte
	}
	for last := int64(0); ; {
		var batch []entry
		err := all(ctx, q, `SELECT call.row, text, `+inQueue+`, flags, summary FROM call JOIN body ON body.row = call.row WHERE call.row > ? ORDER BY call.row LIMIT 1000`, []any{last},
			func(scan func(...any) error) error {
				var e entry
				err := scan(&e.row, &e.text, &e.queues, &e.flags, &e.summary)
				batch = append(batch, e)
				return err
			})
		if err != nil {
			return err
		}
		for _, e := range batch {
			last = e.row
			sum, err := call.UnpackSummary(e.summary)
			if err != nil {
				return fmt.Errorf("row %d: %w", e.row, err)
			}
			queues := strings.FieldsFunc(e.queues, func(r rune) bool { return r == '\n' })
			if _, err := q.ExecContext(ctx, `INSERT INTO call_find(rowid, grams) VALUES (?, ?)`, e.row, gramsOf(e.text, facetsOf(&sum, e.flags&^query.FlagEnded, queues)...)); err != nil {
				return err
			}
		}
		if len(batch) == 0 {
			break
		}
	}
	texts := map[int64]string{}
	err := all(ctx, q, `SELECT no, folded FROM item WHERE folded <> ''`, nil, func(scan func(...any) error) error {
		var no int64
		var text string
		err := scan(&no, &text)
		texts[no] = text
		return err
	})
	for no, text := range texts {
		if err == nil {
			_, err = q.ExecContext(ctx, `INSERT INTO item_find(rowid, grams) VALUES (?, ?)`, no, gramsOf(text))
		}
	}
	return err
}

// oweAll works out what is owed to everybody who ever called in vain.
func (s *store) oweAll(ctx context.Context, conn *sql.Conn) error {
	lost := map[string][]string{}
	err := all(ctx, conn, `SELECT row, key FROM call_key WHERE outside = 1 AND lost = 1`, nil, func(scan func(...any) error) error {
		var row, key string
		err := scan(&row, &key)
		lost[row] = append(lost[row], key)
		return err
	})
	if err != nil {
		return err
	}
	owing := map[string][]string{}
	for _, keys := range lost {
		enter(owing, keys)
	}
	return s.within(ctx, conn, func(t *tx) error { return t.owe(owing) })
}
