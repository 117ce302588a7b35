package sqlite

import (
	"context"
	"time"

	"ringside/store/archive"
)

// step is how much is taken out in one transaction: those who write in between do not wait long.
const step = 500

// Prune implements archive.Archive. It works in small steps; one that is broken off has done part of
// its work.
func (s *store) Prune(ctx context.Context, r archive.Retention, now time.Time) (out archive.Removed, err error) {
	for _, p := range []struct {
		keep  time.Duration
		count *int
		step  func(*tx, time.Time) (int, error)
	}{
		{r.Events, &out.Events, (*tx).pruneEvents},
		{r.Raw, &out.Raw, (*tx).pruneRaw},
		{r.Pops, &out.Items, (*tx).prunePops},
		{r.Calls, &out.Calls, nil},
		{r.Calls, &out.Items, (*tx).pruneLeft},
	} {
		if p.keep <= 0 {
			continue
		}
		before := now.Add(-p.keep)
		for n := 1; n > 0; {
			err := s.write(ctx, "taking what is old out of the archive", func(t *tx) (err error) {
				if p.step != nil {
					n, err = p.step(t, before)
					return err
				}
				var more archive.Removed
				more, err = t.pruneCalls(before)
				n = more.Calls
				out.Raw += more.Raw
				out.Items += more.Items
				return err
			})
			if err != nil {
				return out, err
			}
			*p.count += n
		}
	}
	return out, nil
}

func (t *tx) pruneEvents(before time.Time) (int, error) {
	ids, err := column[string](t, `SELECT DISTINCT id FROM (SELECT id FROM event WHERE at < ? ORDER BY at LIMIT ?)`, before.UnixMilli(), step)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	n, err := t.exec(`DELETE FROM event WHERE at < ? AND id IN (SELECT value FROM json_each(?))`, before.UnixMilli(), list(ids))
	if err != nil {
		return 0, err
	}
	_, err = t.exec(`DELETE FROM event_key WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = event_key.id)`, list(ids))
	return n, err
}

func (t *tx) pruneRaw(before time.Time) (int, error) {
	return t.exec(`DELETE FROM raw WHERE row IN (SELECT row FROM raw WHERE row < ? ORDER BY row LIMIT ?)`, firstRow(before), step)
}

func (t *tx) prunePops(before time.Time) (int, error) {
	return t.pruneItems(`SELECT no FROM item WHERE kind IN ('pop', 'decision', 'alarm', 'breach') AND at < ? LIMIT ?`, nanos(before), step)
}

// pruneLeft takes out what was written beside callers of whom no call is left.
func (t *tx) pruneLeft(before time.Time) (int, error) {
	return t.pruneItems(`SELECT no FROM item i WHERE kind IN ('note', 'tag', 'claim', 'settled') AND at < ?
		AND NOT EXISTS (SELECT 1 FROM call c WHERE c.id = i.call COLLATE NOCASE AND c.id = i.call)
		AND NOT EXISTS (SELECT 1 FROM item_key ik JOIN call_key k ON k.key = ik.key AND k.outside = 1 WHERE ik.item = i.no) LIMIT ?`, nanos(before), step)
}

func (t *tx) pruneItems(which string, args ...any) (int, error) {
	nos, err := column[int64](t, which, args...)
	if err != nil {
		return 0, err
	}
	for _, no := range nos {
		if err := t.removeItem(no); err != nil {
			return 0, err
		}
	}
	return len(nos), nil
}

// pruneCalls takes out calls with all that stands beside them.
func (t *tx) pruneCalls(before time.Time) (out archive.Removed, err error) {
	rows, err := column[int64](t, `SELECT row FROM call WHERE row < ? ORDER BY row LIMIT ?`, firstRow(before), step)
	if err != nil {
		return out, err
	}
	owing := map[string][]string{}
	for _, row := range rows {
		keys, err := column[string](t, `SELECT key FROM call_key WHERE row = ? AND outside = 1`, row)
		if err != nil {
			return out, err
		}
		if owed, err := column[string](t, `SELECT key FROM debt WHERE key IN (SELECT value FROM json_each(?))`, list(keys)); err != nil {
			return out, err
		} else if len(owed) > 0 {
			enter(owing, keys)
		}
		n, err := t.pruneItems(`SELECT i.no FROM call c JOIN item i ON i.call = c.id WHERE c.row = ? AND i.call <> '' LIMIT ?`, row, -1)
		if err != nil {
			return out, err
		}
		out.Items += n
		raw, err := t.removeCall(row)
		if err != nil {
			return out, err
		}
		if raw {
			out.Raw++
		}
		out.Calls++
	}
	return out, t.owe(owing)
}
