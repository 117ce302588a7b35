package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
)

// States that were kept as compressed JSON are read as ever, beside those that are packed.
func TestStatesOfBeforeAreRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	c := calls(9, 1)[0]
	events := c.Events()
	half := len(events) / 2
	if err := a.Put(t.Context(), archive.Batch{Events: events[half:]}); err != nil {
		t.Fatal(err)
	}
	p, err := newPress()
	if err != nil {
		t.Fatal(err)
	}
	for i := range events[:half] {
		body, err := p.packJSON(&events[i])
		if err != nil {
			t.Fatal(err)
		}
		do(t, plainly(t, path), `INSERT INTO event VALUES (?, ?, ?, ?)`, c.ID, events[i].Snapshot.Seq, events[i].Snapshot.At.UnixMilli(), body)
	}
	e, err := a.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if e.States != len(events) || half == 0 {
		t.Errorf("%d of %d states", e.States, len(events))
	}
	if d := call.Differences(c, e.Call); len(d) > 0 {
		t.Error(cmp.Diff(nil, d))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
