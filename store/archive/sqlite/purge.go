package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"ringside/lookup/number"
	"ringside/store/archive"
)

// Purge implements archive.Archive. What was taken out would still be readable in what the file does
// not use and in the write-ahead log: the file is written anew, which takes some seconds for a large
// one, and the log emptied.
func (s *store) Purge(ctx context.Context, raw string) (out archive.Removed, err error) {
	const doing = "taking a number out of the archive"
	n := number.Parse(raw, s.opt.Region)
	keys := n.Keys()
	if len(keys) == 0 {
		return out, &failure{fmt.Errorf("%s: this is no number", doing), "give a telephone number, as +12125550110"}
	}
	err = s.write(ctx, doing, func(t *tx) (err error) {
		out, err = t.purge(keys, n.National)
		return err
	})
	if err != nil {
		return archive.Removed{}, err
	}
	if err := s.alone(ctx, func(conn *sql.Conn) error { return s.erase(ctx, conn) }); err != nil {
		return out, s.explain(doing+": it is out, but traces of it may be left in the file; do it again", err)
	}
	return out, nil
}

func (t *tx) purge(keys []string, national string) (out archive.Removed, err error) {
	rows, err := column[int64](t, `SELECT DISTINCT row FROM call_key WHERE key IN (SELECT value FROM json_each(?))`, list(keys))
	if err != nil {
		return out, err
	}
	ids, err := column[string](t, `SELECT id FROM call WHERE row IN (SELECT value FROM json_each(?1)) UNION SELECT id FROM event_key WHERE key IN (SELECT value FROM json_each(?2))`, list(rows), list(keys))
	if err != nil {
		return out, err
	}
	if _, err := t.exec(`INSERT OR IGNORE INTO forgotten SELECT value FROM json_each(?)`, list(ids)); err != nil {
		return out, err
	}
	items, err := t.itemsNaming(keys, ids, national)
	if err != nil {
		return out, err
	}
	for _, no := range items {
		if err := t.removeItem(no); err != nil {
			return out, err
		}
	}
	owing := map[string][]string{} // of others in the same calls
	for _, row := range rows {
		of, err := column[string](t, `SELECT key FROM call_key WHERE row = ? AND outside = 1`, row)
		if err != nil {
			return out, err
		}
		enter(owing, of)
		raw, err := t.removeCall(row)
		if err != nil {
			return out, err
		}
		if raw {
			out.Raw++
		}
	}
	if out.Events, err = t.exec(`DELETE FROM event WHERE id IN (SELECT value FROM json_each(?))`, list(ids)); err != nil {
		return out, err
	}
	if _, err = t.exec(`DELETE FROM event_key WHERE id IN (SELECT value FROM json_each(?))`, list(ids)); err != nil {
		return out, err
	}
	enter(owing, keys)
	out.Calls, out.Items = len(rows), len(items)
	return out, t.owe(owing)
}

// itemsNaming gives the items beside a number or one of its calls, and those in which somebody has
// written it down.
func (t *tx) itemsNaming(keys, ids []string, national string) ([]int64, error) {
	out, err := column[int64](t, `SELECT item FROM item_key WHERE key IN (SELECT value FROM json_each(?1))
		UNION SELECT no FROM item WHERE call <> '' AND call IN (SELECT value FROM json_each(?2))`, list(keys), list(ids))
	if err != nil || len(national) < 7 {
		return out, err // so few digits mean many things
	}
	named := map[int64]bool{}
	for _, no := range out {
		named[no] = true
	}
	err = t.each(`SELECT no, text, coalesce(CAST(body AS TEXT), '') FROM item`, nil, func(scan func(...any) error) error {
		var no int64
		var text, body string
		err := scan(&no, &text, &body)
		if !named[no] && (names(text, national) || names(body, national)) {
			out = append(out, no)
		}
		return err
	})
	return out, err
}

// names reports whether digits stand in a text, with or without what is put between digits.
func names(text, digits string) bool {
	return strings.Contains(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()/", r) {
			return -1
		}
		return r
	}, text), digits)
}

// erase leaves nothing in the files of what has been taken out.
func (s *store) erase(ctx context.Context, conn *sql.Conn) error {
	steps := []string{
		// What is out of the index is only marked as such, until all of it is written anew.
		"INSERT INTO call_find(call_find) VALUES ('optimize')",
		"INSERT INTO item_find(item_find) VALUES ('optimize')",
	}
	if s.path != "" {
		steps = append(steps, "PRAGMA temp_store = FILE", "VACUUM", "PRAGMA temp_store = MEMORY")
	}
	for _, sql := range steps {
		if err := whileBusy(ctx, func() error { _, err := conn.ExecContext(ctx, sql); return err }); err != nil {
			return err
		}
	}
	if s.path == "" {
		return nil
	}
	for end := time.Now().Add(patience); ; {
		var busy, pages, moved int
		err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
		switch {
		case err != nil && codeOf(err) != codeBusy:
			return err
		case err == nil && busy == 0:
			return nil
		case time.Now().After(end):
			return errors.New("another program reads the archive all the time")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
