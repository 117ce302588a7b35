package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ringside/store/archive"
	"ringside/store/query"
)

const maxBody = 64 << 10 // bytes of an item's body

func checkItem(i *archive.Item) error {
	switch {
	case i.Kind == "" || i.ID == "":
		return errors.New("an item without a kind or an id")
	case len(i.Body) > maxBody:
		return fmt.Errorf("%s %s has %d bytes to say, %d at most", i.Kind, i.ID, len(i.Body), maxBody)
	}
	return nil
}

// searched tells whether the text of an item is found by a search.
func searched(k archive.Kind) bool { return k == archive.Note || k == archive.Tag }

// weighs tells whether an item changes what its caller is owed.
func weighs(k archive.Kind) bool { return k == archive.Claim || k == archive.Settled }

func (t *tx) putItem(i *archive.Item, owing map[string][]string) error {
	if err := t.dropItem(i.Key(), owing); err != nil {
		return err
	}
	folded := ""
	if searched(i.Kind) {
		folded = "\n" + query.Fold(i.Text) + "\n"
	}
	var body any
	if len(i.Body) > 0 {
		body = i.Body
	}
	var no int64
	_, err := t.one(`INSERT INTO item(kind, id, call, caller, at, by, text, folded, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no`,
		[]any{i.Kind, i.ID, i.Call, i.Caller, nanos(i.At), i.By, i.Text, folded, body}, &no)
	if err != nil {
		return err
	}
	keys := keysOf(i.Caller, t.opt.Region)
	for _, k := range keys {
		if _, err := t.exec(`INSERT INTO item_key VALUES (?, ?)`, k, no); err != nil {
			return err
		}
	}
	if folded != "" {
		if _, err := t.exec(`INSERT INTO item_find(rowid, grams) VALUES (?, ?)`, no, gramsOf(folded)); err != nil {
			return err
		}
	}
	if weighs(i.Kind) {
		enter(owing, keys)
	}
	return nil
}

func (t *tx) dropItem(k archive.ItemKey, owing map[string][]string) error {
	var no int64
	var caller string
	ok, err := t.one(`SELECT no, caller FROM item WHERE kind = ? AND id = ?`, []any{k.Kind, k.ID}, &no, &caller)
	if err != nil || !ok {
		return err
	}
	if weighs(k.Kind) {
		enter(owing, keysOf(caller, t.opt.Region))
	}
	return t.removeItem(no)
}

func (t *tx) removeItem(no int64) error {
	if _, err := t.exec(`DELETE FROM item_find WHERE rowid = ?`, no); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM item WHERE no = ?`, no)
	return err
}

const itemColumns = `i.kind, i.id, i.call, i.caller, i.at, i.by, i.text, i.body`

// itemsOf reads items; query selects itemColumns.
func itemsOf(ctx context.Context, q querier, query string, args ...any) ([]archive.Item, error) {
	var out []archive.Item
	err := all(ctx, q, query, args, func(scan func(...any) error) error {
		i, err := scanItem(scan)
		out = append(out, i)
		return err
	})
	return out, err
}

func scanItem(scan func(...any) error, more ...any) (i archive.Item, err error) {
	var at int64
	err = scan(append([]any{&i.Kind, &i.ID, &i.Call, &i.Caller, &at, &i.By, &i.Text, &i.Body}, more...)...)
	i.At = moment(at)
	return i, err
}

// Items implements archive.Archive.
func (s *store) Items(ctx context.Context, want archive.ItemQuery) (out []archive.Item, err error) {
	where, args := "TRUE", []any{}
	and := func(sql string, values ...any) {
		where += " AND " + sql
		args = append(args, values...)
	}
	if want.Kind != "" {
		and("i.kind = ?", want.Kind)
	}
	if want.Call != "" {
		and("i.call = ? AND i.call <> ''", want.Call)
	}
	if want.Caller != "" {
		and("i.no IN (SELECT item FROM item_key WHERE key IN (SELECT value FROM json_each(?)))", list(keysOf(want.Caller, s.opt.Region)))
	}
	if !want.Since.IsZero() {
		and("i.at >= ?", nanos(want.Since))
	}
	if want.Limit <= 0 {
		want.Limit = 200
	}
	err = s.read(ctx, "reading notes", func(q querier) (err error) {
		out, err = itemsOf(ctx, q, `SELECT `+itemColumns+` FROM item i WHERE `+where+` ORDER BY i.at DESC, i.kind, i.id LIMIT ?`, append(args, want.Limit)...)
		return err
	})
	slices.SortFunc(out, newest) // times are exact to the nanosecond: as the database has it
	return out, err
}

// Mark implements archive.Archive.
func (s *store) Mark(ctx context.Context, name, value string) error {
	return s.write(ctx, "writing to the archive", func(t *tx) error {
		_, err := t.exec(`INSERT INTO mark VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2`, name, value)
		return err
	})
}

// Marked implements archive.Archive.
func (s *store) Marked(ctx context.Context, name string) (value string, err error) {
	err = s.read(ctx, "reading the archive", func(q querier) error {
		return q.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM mark WHERE name = ?), '')`, name).Scan(&value)
	})
	return value, err
}
