package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

// rows reads what a list shows of the calls at some places, in their order.
func (s *store) rows(ctx context.Context, q querier, places []place) ([]archive.Row, error) {
	if len(places) == 0 {
		return nil, nil
	}
	index := make(map[int64]int, len(places))
	ids := make([]int64, len(places))
	out := make([]archive.Row, len(places))
	for i, p := range places {
		index[p.row], ids[i] = i, p.row
		out[i].Cursor = archive.Cursor{Row: p.row, Value: p.value}
	}
	these := []any{list(ids)}
	err := all(ctx, q, `SELECT b.row, b.summary, coalesce(r.fetched, 0) FROM json_each(?) j CROSS JOIN body b ON b.row = j.value LEFT JOIN report r ON r.row = b.row`,
		these, func(scan func(...any) error) error {
			var row, fetched int64
			var packed []byte
			err := scan(&row, &packed, &fetched)
			if err != nil {
				return err
			}
			r := &out[index[row]]
			if r.Summary, err = call.UnpackSummary(packed); err != nil {
				return fmt.Errorf("row %d: %w", row, err)
			}
			r.Reported = moment(fetched)
			return nil
		})
	if err != nil {
		return nil, err
	}
	// Notes and tags of the calls, then tags of their callers.
	err = all(ctx, q, `SELECT c.row, i.kind, i.text FROM json_each(?) j CROSS JOIN call c ON c.row = j.value CROSS JOIN item i ON i.call = c.id
			WHERE i.call <> '' AND i.kind IN ('note', 'tag')
		UNION ALL SELECT k.row, i.kind, i.text FROM json_each(?) j CROSS JOIN call_key k ON k.row = j.value CROSS JOIN item_key ik ON ik.key = k.key CROSS JOIN item i ON i.no = ik.item
			WHERE k.outside = 1 AND i.call = '' AND i.kind = 'tag'`,
		append(these, these...), func(scan func(...any) error) error {
			var row int64
			var kind archive.Kind
			var text string
			if err := scan(&row, &kind, &text); err != nil {
				return err
			}
			if r := &out[index[row]]; kind == archive.Tag {
				r.Tags = append(r.Tags, text)
			} else {
				r.Notes++
			}
			return nil
		})
	for i := range out {
		slices.Sort(out[i].Tags)
		out[i].Tags = slices.Compact(out[i].Tags)
	}
	return out, err
}

// Get implements archive.Archive.
func (s *store) Get(ctx context.Context, id string) (e archive.Entry, err error) {
	err = s.read(ctx, "reading a call from the archive", func(q querier) error {
		var row int64
		err := all(ctx, q, `SELECT row FROM call WHERE id = ?1 COLLATE NOCASE AND id = ?1`, []any{id}, func(scan func(...any) error) error { return scan(&row) })
		if err != nil {
			return err
		}
		if row == 0 {
			if e.Call, err = s.journal(ctx, q, id); err != nil {
				return err
			}
			if e.Call == nil {
				return archive.ErrNone
			}
			e.Summary = e.Call.Summary()
		} else if err := s.stored(ctx, q, row, &e); err != nil {
			return err
		}
		e.Items, err = s.itemsAbout(ctx, q, id, e.Outsider().Number)
		for i := range e.Items {
			switch it := &e.Items[i]; {
			case row != 0: // a list has counted them
			case it.Kind == archive.Tag:
				e.Tags = append(e.Tags, it.Text)
			case it.Kind == archive.Note && it.Call != "":
				e.Notes++
			}
		}
		slices.Sort(e.Tags)
		e.Tags = slices.Compact(e.Tags)
		return err
	})
	if err != nil {
		return archive.Entry{}, err
	}
	return e, nil
}

// stored reads a call that is in the archive, with its report.
func (s *store) stored(ctx context.Context, q querier, row int64, e *archive.Entry) error {
	rows, err := s.rows(ctx, q, []place{{row: row}})
	if err != nil {
		return err
	}
	e.Row = rows[0]
	var pack, extra, raw []byte
	err = q.QueryRowContext(ctx, `SELECT b.pack, r.extra, w.text FROM body b LEFT JOIN report r ON r.row = b.row LEFT JOIN raw w ON w.row = b.row WHERE b.row = ?`, row).Scan(&pack, &extra, &raw)
	if err != nil {
		return err
	}
	if pack != nil {
		if e.Call, err = call.Unpack(pack); err != nil {
			return fmt.Errorf("call %s: %w", e.ID, err)
		}
	} else if e.Call, err = s.journal(ctx, q, e.ID); err != nil {
		return err
	}
	if extra == nil {
		return nil
	}
	r := &call.Report{}
	if err := s.press.unpackJSON(extra, r); err != nil {
		return fmt.Errorf("report of %s: %w", e.ID, err)
	}
	if raw != nil {
		if r.Raw, err = s.press.unpack(raw); err != nil {
			return fmt.Errorf("report of %s: %w", e.ID, err)
		}
	}
	if r.Call = e.Call; r.Call != nil {
		r.Events = r.Call.Events()
		for i := range r.Events {
			r.Events[i].Source = call.FromReport
		}
	}
	e.Report = r
	return nil
}

// itemsAbout gives what stands beside a call, and the notes and tags beside its caller.
func (s *store) itemsAbout(ctx context.Context, q querier, id, caller string) ([]archive.Item, error) {
	out, err := itemsOf(ctx, q, `SELECT `+itemColumns+` FROM item i WHERE i.call = ?1 AND i.call <> '' AND i.kind IN ('note', 'tag', 'pop', 'decision')
		UNION ALL SELECT `+itemColumns+` FROM item i WHERE i.no IN (SELECT item FROM item_key WHERE key IN (SELECT value FROM json_each(?2))) AND i.call = '' AND i.kind IN ('note', 'tag')`,
		id, list(keysOf(caller, s.opt.Region)))
	slices.SortFunc(out, newest)
	return out, err
}

// Totals implements archive.Archive.
func (s *store) Totals(ctx context.Context, from, to time.Time) (out archive.Totals, err error) {
	err = s.read(ctx, "counting in the archive", func(q querier) error {
		err := all(ctx, q, `SELECT outcome, count(*) FROM call WHERE row >= ? AND row < ? AND created >= ? AND created < ? GROUP BY outcome`,
			[]any{firstRow(from), firstRow(to) + displaced, from.UnixMilli(), to.UnixMilli()}, func(scan func(...any) error) error {
				var o call.Outcome
				var n int
				if err := scan(&o, &n); err != nil {
					return err
				}
				out.Ended += n
				switch {
				case o == call.Answered, o == call.Forwarded:
					out.Answered += n
				case o.Lost():
					out.Lost += n
				}
				return nil
			})
		if err != nil {
			return err
		}
		begin := to.Add(-24 * time.Hour)
		return all(ctx, q, `SELECT (created - ?) / 3600000 AS hour, count(*) FROM call WHERE row >= ? AND row < ? AND created >= ? AND created < ? GROUP BY hour`,
			[]any{begin.UnixMilli(), firstRow(begin), firstRow(to) + displaced, begin.UnixMilli(), to.UnixMilli()}, func(scan func(...any) error) error {
				var hour, n int
				err := scan(&hour, &n)
				if hour >= 0 && hour < len(out.Hours) {
					out.Hours[hour] = n
				}
				return err
			})
	})
	return out, err
}
