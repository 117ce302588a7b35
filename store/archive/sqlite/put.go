package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// Put implements archive.Archive.
func (s *store) Put(ctx context.Context, b archive.Batch) error {
	const doing = "writing to the archive"
	if b.Empty() {
		return nil
	}
	// What takes time is done before others are kept waiting.
	calls, err := s.prepareCalls(ctx, &b)
	if err != nil {
		return s.explain(doing, err)
	}
	events, err := s.prepareEvents(ctx, b.Events)
	if err != nil {
		return s.explain(doing, err)
	}
	for i := range b.Items {
		if err := checkItem(&b.Items[i]); err != nil {
			return s.explain(doing, err)
		}
	}
	return s.write(ctx, doing, func(t *tx) error {
		owing := map[string][]string{}
		if err := t.putEvents(events); err != nil {
			return err
		}
		for _, c := range calls {
			if err := t.putCall(c, owing); err != nil {
				return fmt.Errorf("call %s: %w", c.sum.ID, err)
			}
		}
		for _, k := range b.Drop {
			if err := t.dropItem(k, owing); err != nil {
				return err
			}
		}
		for i := range b.Items {
			if err := t.putItem(&b.Items[i], owing); err != nil {
				return fmt.Errorf("%s %s: %w", b.Items[i].Kind, b.Items[i].ID, err)
			}
		}
		return t.owe(owing)
	})
}

// newCall is a call made ready to be written.
type newCall struct {
	sum     call.Summary
	show    shown
	flags   query.Flags
	facets  []string
	summary []byte
	pack    any // []byte or nil

	reported any // of a report: milliseconds; else nil
	fetched  int64
	extra    []byte
	raw      []byte
}

// flagHidden is kept beside the properties that a query knows: the outside number is withheld.
const flagHidden query.Flags = 1 << 14

func (s *store) prepareCalls(ctx context.Context, b *archive.Batch) ([]*newCall, error) {
	var out []*newCall
	for _, c := range b.Calls {
		switch {
		case c == nil || c.ID == "":
			return nil, errors.New("a call without an id")
		case c.Live():
			return nil, fmt.Errorf("call %s has not ended", c.ID)
		}
		out = append(out, s.prepare(c))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	for _, r := range b.Reports {
		if r == nil || r.ID == "" || r.Call == nil {
			return nil, errors.New("a report without an id or a call")
		}
		n := s.prepare(r.Call)
		n.sum.ID = r.ID
		n.reported, n.fetched = r.Fetched.UnixMilli(), nanos(r.Fetched)
		var err error
		if n.extra, err = s.press.packExtra(r); err != nil {
			return nil, fmt.Errorf("report of %s: %w", r.ID, err)
		}
		if len(r.Raw) > 0 {
			n.raw = s.press.pack(r.Raw)
		}
		out = append(out, n)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *store) prepare(c *call.Call) *newCall {
	n := &newCall{sum: c.Summary()}
	sum := &n.sum
	n.show = showing(c, sum, s.opt.Region)
	n.flags = query.NewSummarySubject(sum, query.Extra{}, sum.Ended).Flags()
	if n.show.hidden {
		n.flags |= flagHidden
	}
	n.facets = facetsOf(sum, n.flags&^query.FlagEnded, n.show.queues)
	n.summary = call.PackSummary(sum)
	if p := call.Pack(c); len(p) > 0 {
		n.pack = p
	}
	return n
}

// rowBits is how far the millisecond a call began is shifted to give its row: 32 calls of one
// millisecond stand in their order, any further ones in the next.
const rowBits = 5

// firstRow gives the smallest row of the calls that began at t or later.
func firstRow(t time.Time) int64 {
	const last = 1 << 56                               // milliseconds: no call is so late, and nothing overflows
	return min(max(1, t.UnixMilli()), last) << rowBits // 0 is no row
}

// displaced is how far a row may lie behind its millisecond: by a million calls of one moment.
const displaced = 1 << 20

// stored is what the archive has of a call already.
type stored struct {
	row, created, fetched int64
	reported              *int64
	same                  bool // what a search looks at is the same
}

func (t *tx) find(c *newCall) (old stored, ok bool, err error) {
	s := &c.sum
	ok, err = t.one(`SELECT c.row, c.created, c.reported, coalesce(r.fetched, 0), c.text = ?2 AND c.direction = ?3 AND c.outcome = ?4 AND c.flags = ?5
		AND c.wait = ?6 AND c.ring = ?7 AND c.talk = ?8 AND c.hold = ?9 AND c.total = ?10 AND c.answer IS ?11
		FROM call c LEFT JOIN report r ON r.row = c.row WHERE c.id = ?1 COLLATE NOCASE AND c.id = ?1`,
		[]any{s.ID, c.show.text, s.Direction, s.Outcome, c.flags,
			s.PhasesMs[call.PhaseWait], s.PhasesMs[call.PhaseRing], s.PhasesMs[call.PhaseTalk], s.PhasesMs[call.PhaseHold], s.TotalMs, answerOf(s)},
		&old.row, &old.created, &old.reported, &old.fetched, &old.same)
	return old, ok, err
}

func answerOf(s *call.Summary) any {
	if s.AnswerMs < 0 {
		return nil
	}
	return s.AnswerMs
}

// putCall writes a call as its events or its report tell it, unless something better is there or it
// was purged.
func (t *tx) putCall(c *newCall, owing map[string][]string) error {
	var one int
	if forgotten, err := t.one(`SELECT 1 FROM forgotten WHERE id = ?`, []any{c.sum.ID}, &one); err != nil || forgotten {
		return err
	}
	old, ok, err := t.find(c)
	if err != nil {
		return err
	}
	if ok && old.reported != nil && (c.reported == nil || old.fetched > c.fetched) {
		return nil
	}
	var row int64
	if ok {
		keys, err := column[string](t, `SELECT key FROM call_key WHERE row = ? AND outside = 1`, old.row)
		if err != nil {
			return err
		}
		enter(owing, keys)
		row = old.row
		if created := c.sum.Created.UnixMilli(); created != old.created {
			if _, err := t.removeCall(old.row); err != nil {
				return err
			}
			ok, old.same = false, false
		}
	}
	if !ok {
		if row, err = t.freeRow(c.sum.Created); err != nil {
			return err
		}
	}
	if err := t.writeCall(row, c, ok); err != nil {
		return err
	}
	if !ok || !old.same {
		if err := t.index(row, c, ok); err != nil {
			return err
		}
	}
	enter(owing, c.show.keys)
	if c.reported == nil {
		return nil
	}
	return t.writeReport(row, c)
}

// enter notes that what a caller is owed has to be worked out anew.
func enter(owing map[string][]string, keys []string) {
	if len(keys) > 0 {
		owing[slices.Min(keys)] = keys
	}
}

// freeRow finds a row for a call that began at t.
func (t *tx) freeRow(began time.Time) (int64, error) {
	const most = 1<<rowBits - 1
	for base := firstRow(began); ; base += most + 1 {
		var last *int64
		if _, err := t.one(`SELECT max(row) FROM call WHERE row BETWEEN ? AND ?`, []any{base, base + most}, &last); err != nil {
			return 0, err
		}
		switch {
		case last == nil:
			return base, nil
		case *last < base+most:
			return *last + 1, nil
		}
	}
}

func (t *tx) writeCall(row int64, c *newCall, again bool) error {
	s, at := &c.sum, &c.show.at
	columns := []any{row, s.ID, s.Created.UnixMilli(), s.Ended.UnixMilli(), s.Direction, s.Outcome, c.flags,
		s.PhasesMs[call.PhaseWait], s.PhasesMs[call.PhaseRing], s.PhasesMs[call.PhaseTalk], s.PhasesMs[call.PhaseHold], s.TotalMs, answerOf(s),
		c.reported, at[secTo], at[secQueue], at[secPath], at[secAgent], at[secRest], c.show.text}
	write := `INSERT INTO call VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)`
	body := `INSERT INTO body VALUES (?, ?, ?)`
	if again {
		write = `UPDATE call SET id = ?2, created = ?3, ended = ?4, direction = ?5, outcome = ?6, flags = ?7, wait = ?8, ring = ?9, talk = ?10, hold = ?11,
			total = ?12, answer = ?13, reported = ?14, a_to = ?15, a_queue = ?16, a_path = ?17, a_agent = ?18, a_rest = ?19, text = ?20 WHERE row = ?1`
		body = `UPDATE body SET summary = ?2, pack = ?3 WHERE row = ?1`
	}
	if _, err := t.exec(write, columns...); err != nil {
		return err
	}
	_, err := t.exec(body, row, c.summary, c.pack)
	return err
}

// index writes the grams, facets and keys of a call.
func (t *tx) index(row int64, c *newCall, again bool) error {
	if again {
		if _, err := t.exec(`DELETE FROM call_find WHERE rowid = ?`, row); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM call_key WHERE row = ?`, row); err != nil {
			return err
		}
	}
	if _, err := t.exec(`INSERT INTO call_find(rowid, grams) VALUES (?, ?)`, row, gramsOf(c.show.text, c.facets...)); err != nil {
		return err
	}
	lost := c.sum.Direction == call.Inbound && c.sum.Outcome.Lost()
	for i, keys := range [...][]string{c.show.others, c.show.keys} {
		for _, k := range keys {
			if _, err := t.exec(`INSERT INTO call_key VALUES (?, ?, ?, ?)`, k, row, i, lost && i == 1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) writeReport(row int64, c *newCall) error {
	if _, err := t.exec(`INSERT INTO report VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET fetched = ?2, extra = ?3`, row, c.fetched, c.extra); err != nil {
		return err
	}
	if c.raw == nil {
		_, err := t.exec(`DELETE FROM raw WHERE row = ?`, row)
		return err
	}
	_, err := t.exec(`INSERT INTO raw VALUES (?1, ?2) ON CONFLICT DO UPDATE SET text = ?2`, row, c.raw)
	return err
}

// removeCall takes out a call with its report, text, keys and grams. It tells whether there was a
// report's own text.
func (t *tx) removeCall(row int64) (raw bool, err error) {
	n, err := t.exec(`DELETE FROM raw WHERE row = ?`, row)
	if err != nil {
		return false, err
	}
	if _, err := t.exec(`DELETE FROM call_find WHERE rowid = ?`, row); err != nil {
		return false, err
	}
	_, err = t.exec(`DELETE FROM call WHERE row = ?`, row) // the rest goes with it
	return n > 0, err
}

// Unreported implements archive.Archive.
func (s *store) Unreported(ctx context.Context, ids []string) ([]string, error) {
	reported := map[string]bool{}
	err := s.read(ctx, "asking the archive for reports", func(q querier) error {
		for part := range slices.Chunk(ids, 2000) {
			err := all(ctx, q, `SELECT c.id FROM json_each(?1) j JOIN call c ON c.id = j.value COLLATE NOCASE AND c.id = j.value WHERE c.reported IS NOT NULL
				UNION SELECT f.id FROM json_each(?1) j JOIN forgotten f ON f.id = j.value`,
				[]any{list(part)}, func(scan func(...any) error) error {
					var id string
					err := scan(&id)
					reported[id] = true
					return err
				})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		if !reported[id] {
			out = append(out, id)
		}
	}
	return out, nil
}

// nanos gives a time as Unix nanoseconds, 0 for none.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// moment undoes nanos.
func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// newest orders items: the newest first, then by kind and id.
func newest(a, b archive.Item) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}
