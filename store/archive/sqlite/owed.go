package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
)

// owe works out anew what is owed to callers. Each is named by the keys of one of their numbers.
func (t *tx) owe(callers map[string][]string) error {
	for _, keys := range callers {
		if err := t.oweOne(keys); err != nil {
			return fmt.Errorf("what is owed to a caller: %w", err)
		}
	}
	return nil
}

// oweOne looks at the calls of a caller within the time that counts. Most callers were never lost,
// which the keys alone tell.
func (t *tx) oweOne(keys []string) error {
	rows, lost, err := t.recent(keys)
	if err != nil {
		return err
	}
	if lost {
		// Another spelling of the number may have keys that this one has not.
		all, err := column[string](t, `SELECT DISTINCT key FROM call_key WHERE outside = 1 AND row IN (SELECT value FROM json_each(?))`, list(rows))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(k string) bool { return !slices.Contains(keys, k) }) {
			keys = all
			if rows, _, err = t.recent(keys); err != nil {
				return err
			}
		}
	}
	for _, k := range keys {
		if _, err := t.exec(`DELETE FROM debt WHERE key = ?`, k); err != nil {
			return err
		}
	}
	if !lost {
		return nil
	}
	d, owed, err := t.debtOf(context.WithoutCancel(t.ctx), t.conn, rows, keys, time.Time{})
	if err != nil || !owed {
		return err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO debt VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET since = ?2, last = ?3, body = ?4`, d.Key, d.Since.UnixMilli(), d.Last.UnixMilli(), body)
	return err
}

// recent gives the rows of a caller's calls that count, and whether any was in vain.
func (t *tx) recent(keys []string) (rows []int64, lost bool, err error) {
	var last int64
	for _, k := range keys {
		var row int64
		if _, err := t.one(`SELECT row FROM call_key WHERE key = ? AND outside = 1 ORDER BY row DESC LIMIT 1`, []any{k}, &row); err != nil {
			return nil, false, err
		}
		last = max(last, row)
	}
	since := last - archive.OwedWithin.Milliseconds()<<rowBits
	for _, k := range keys {
		err := t.each(`SELECT row, lost FROM call_key WHERE key = ? AND row >= ? AND outside = 1`, []any{k, since}, func(scan func(...any) error) error {
			var row int64
			var vain bool
			err := scan(&row, &vain)
			if len(keys) == 1 || !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
			lost = lost || vain
			return err
		})
		if err != nil {
			return nil, false, err
		}
	}
	return rows, lost, nil
}

// debtOf works out a debt from the calls in rows that ended at from or later.
func (s *store) debtOf(ctx context.Context, q querier, rows []int64, keys []string, from time.Time) (d archive.Debt, owed bool, err error) {
	var calls []call.Summary
	err = all(ctx, q, `SELECT summary FROM body WHERE row IN (SELECT value FROM json_each(?))`, []any{list(rows)}, func(scan func(...any) error) error {
		var packed []byte
		if err := scan(&packed); err != nil {
			return err
		}
		sum, err := call.UnpackSummary(packed)
		if !sum.Ended.Before(from) {
			calls = append(calls, sum)
		}
		return err
	})
	if err != nil {
		return d, false, err
	}
	items, err := itemsOf(ctx, q, `SELECT `+itemColumns+` FROM item i WHERE i.no IN (SELECT item FROM item_key WHERE key IN (SELECT value FROM json_each(?))) AND i.kind IN ('claim', 'settled')`, list(keys))
	if err != nil {
		return d, false, err
	}
	d, owed = archive.Owes(calls, items, s.opt.ShortAbandon)
	if k := number.Parse(d.Number, s.opt.Region).Keys(); owed && len(k) > 0 {
		d.Key = k[0]
	}
	return d, owed, nil
}

// Owed implements archive.Archive. What was worked out when things were written is read; only debts
// that began before since are worked out anew from then on.
func (s *store) Owed(ctx context.Context, since time.Time) (out []archive.Debt, err error) {
	err = s.read(ctx, "reading who is owed a call", func(q querier) error {
		err := all(ctx, q, `SELECT body FROM debt WHERE last >= ?`, []any{since.UnixMilli()}, func(scan func(...any) error) error {
			var body []byte
			if err := scan(&body); err != nil {
				return err
			}
			var d archive.Debt
			if err := json.Unmarshal(body, &d); err != nil {
				return fmt.Errorf("what is owed: %w: %w", archive.ErrDamaged, err)
			}
			out = append(out, d)
			return nil
		})
		if err != nil {
			return err
		}
		kept := out[:0]
		for _, d := range out {
			if owed, err := s.bounded(ctx, q, &d, since); err != nil {
				return err
			} else if owed {
				kept = append(kept, d)
			}
		}
		out = kept
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b archive.Debt) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Key, b.Key))
	})
	return out, nil
}

// bounded makes a debt one of the calls since a moment.
func (s *store) bounded(ctx context.Context, q querier, d *archive.Debt, since time.Time) (bool, error) {
	if !d.Since.Before(since) {
		return true, nil
	}
	keys := keysOf(d.Number, s.opt.Region)
	var rows []int64
	err := all(ctx, q, `SELECT DISTINCT row FROM call_key WHERE outside = 1 AND key IN (SELECT value FROM json_each(?))`, []any{list(keys)}, gather(&rows))
	if err != nil {
		return false, err
	}
	again, owed, err := s.debtOf(ctx, q, rows, keys, since)
	*d = again
	return owed, err
}
