package reports

import (
	"context"
	"slices"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// recent is the past of this run alone: what is searched where nothing is kept. It is a value; many
// may ask it at once.
type recent struct{ done call.Vec }

// Find implements Past.
func (r recent) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	rows, err := r.matching(ctx, s)
	if err != nil {
		return archive.Page{}, err
	}
	slices.SortFunc(rows, func(a, b archive.Row) int { return compare(a.Cursor, b.Cursor, s.By, s.Ascending) })
	limit := s.Limit
	if limit <= 0 {
		limit = 50
	}
	from, to := 0, len(rows)
	if s.From != (archive.Cursor{}) {
		at, found := slices.BinarySearchFunc(rows, s.From, func(row archive.Row, c archive.Cursor) int {
			return compare(row.Cursor, c, s.By, s.Ascending)
		})
		switch {
		case s.Back:
			to = at
		case found:
			from = at + 1
		default:
			from = at
		}
	}
	if s.Back {
		from = max(from, to-limit)
	} else {
		to = min(to, from+limit)
	}
	return archive.Page{Rows: rows[from:to], Before: from > 0, After: to < len(rows)}, nil
}

// Count implements Past.
func (r recent) Count(ctx context.Context, s archive.Search, limit int) (int, error) {
	rows, err := r.matching(ctx, s)
	if n := len(rows); limit <= 0 || n < limit {
		return n, err
	}
	return limit, err
}

func (r recent) matching(ctx context.Context, s archive.Search) ([]archive.Row, error) {
	var rows []archive.Row
	matcher := s.Query.Compile()
	for _, c := range r.done.All() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if within(c, s) && matcher.Match(query.NewCallSubject(c, query.Extra{})) {
			row := archive.Row{Summary: c.Summary()}
			row.Cursor = archive.Cursor{Value: value(&row.Summary, s.By), Row: int64(c.No)}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func within(c *call.Call, s archive.Search) bool {
	switch {
	case c.Created.Before(s.Since), !s.Until.IsZero() && !c.Created.Before(s.Until):
		return false
	case s.Queue != "" && c.Queue != s.Queue && !slices.Contains(c.Path, s.Queue):
		return false
	}
	return s.Caller == "" || c.Outsider().Number == s.Caller
}
