package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/archive/contract"
	"ringside/store/call"
)

// plainly opens a file without any of what Open does.
func plainly(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func do(t testing.TB, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatal(err)
	}
}

func advice(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func calls(seed uint64, n int) []*call.Call {
	m := contract.NewMaker(seed, 20)
	out := make([]*call.Call, n)
	for i := range out {
		out[i] = m.Call(newYear.Add(time.Duration(i) * time.Minute))
	}
	return out
}

// The files are nobody else's to read, wherever they are and whatever they are called.
func TestFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	dir := filepath.Join(t.TempDir(), "a b%20?#", "c")
	a := open(t, filepath.Join(dir, "calls ÿ.db"))
	if err := a.Put(t.Context(), archive.Batch{Calls: calls(1, 3)}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(f.Name(), "calls ÿ.db") {
			t.Errorf("%s %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if err := a.Backup(t.Context(), filepath.Join(dir, "copy")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "copy")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("backup %v, %v", info.Mode(), err)
	}
}

// A backup is an archive, with everything that was there when it was made.
func TestBackupIsAnArchive(t *testing.T) {
	dir := t.TempDir()
	a := open(t, filepath.Join(dir, "calls.db"))
	cs := calls(2, 30)
	if err := a.Put(t.Context(), archive.Batch{Calls: cs, Items: []archive.Item{{Kind: archive.Tag, ID: "1", Call: cs[0].ID, Text: "vip"}}}); err != nil {
		t.Fatal(err)
	}
	if err := a.Backup(t.Context(), filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	b := open(t, filepath.Join(dir, "copy.db"))
	for _, text := range []string{"", "ann", "tag:vip", "555"} {
		w := archive.Search{Query: asked(t, text), Limit: 100}
		want, err := a.Find(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Find(t.Context(), w)
		if d := cmp.Diff(len(want.Rows), len(got.Rows)); d != "" || err != nil {
			t.Errorf("%q: %s %v", text, d, err)
		}
	}
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Put(t.Context(), archive.Batch{Calls: calls(3, 3)}); err != nil {
		t.Error(err)
	}
}

// older makes a file of an older version, with the calls of a newer one in it.
func older(t *testing.T, version int, cs []*call.Call) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	db := plainly(t, path)
	db.SetMaxOpenConns(1)
	do(t, db, "BEGIN")
	do(t, db, schemaRecord)
	if version >= 2 {
		do(t, db, schemaSearch)
	}
	do(t, db, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", ours, version))
	p, err := newPress()
	if err != nil {
		t.Fatal(err)
	}
	s := &store{opt: Options{Region: "US"}, press: p}
	for i, c := range cs {
		n := s.prepare(c)
		row := firstRow(c.Created) + int64(i%3)
		f := &n.sum
		do(t, db, `INSERT INTO call(row, id, created, ended, direction, outcome, flags, wait, ring, talk, hold, total, answer, reported, a_to, a_queue, a_path, a_agent, a_rest, text)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?)`,
			row, f.ID, f.Created.UnixMilli(), f.Ended.UnixMilli(), f.Direction, f.Outcome, n.flags, f.PhasesMs[call.PhaseWait], f.PhasesMs[call.PhaseRing],
			f.PhasesMs[call.PhaseTalk], f.PhasesMs[call.PhaseHold], f.TotalMs, answerOf(f), n.show.at[secTo], n.show.at[secQueue], n.show.at[secPath], n.show.at[secAgent], n.show.at[secRest], n.show.text)
		do(t, db, `INSERT INTO body VALUES (?, ?, ?)`, row, n.summary, n.pack)
		for _, k := range n.show.keys {
			do(t, db, `INSERT INTO call_key VALUES (?, ?, 1, ?)`, k, row, f.Direction == call.Inbound && f.Outcome.Lost())
		}
		if version >= 2 {
			do(t, db, `INSERT INTO call_find(rowid, grams) VALUES (?, ?)`, row, gramsOf(n.show.text, n.facets...))
		}
	}
	do(t, db, `INSERT INTO item(kind, id, call, caller, at, by, text, folded) VALUES ('tag', 'x', ?, '', 1, 'ann', 'Gold', char(10) || 'gold' || char(10))`, cs[0].ID)
	if version >= 2 {
		do(t, db, `INSERT INTO item_find(rowid, grams) VALUES (1, 'gol old ld d')`)
	}
	do(t, db, "COMMIT")
	if version < 3 {
		return path
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), schemaOwed); err != nil {
		t.Fatal(err)
	}
	if err := s.oweAll(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file of an older version is brought to the present one: it answers as one that was always new.
func TestOlderFilesAreMigrated(t *testing.T) {
	cs := calls(4, 200)
	fresh := open(t, filepath.Join(t.TempDir(), "new.db"))
	tag := archive.Item{Kind: archive.Tag, ID: "x", Call: cs[0].ID, At: time.Unix(0, 1), By: "ann", Text: "Gold"}
	if err := fresh.Put(t.Context(), archive.Batch{Calls: cs, Items: []archive.Item{tag}}); err != nil {
		t.Fatal(err)
	}
	for version := 1; version < len(migrations); version++ {
		path := older(t, version, cs)
		a := open(t, path)
		if err := a.Check(t.Context()); err != nil {
			t.Error(err)
		}
		for _, text := range []string{"", "zoe", "support", "talk>5m", "tag:gold", "gold", "outcome:missed", "2125"} {
			w := archive.Search{Query: asked(t, text), Limit: 1000}
			got, err := a.Find(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			want, err := fresh.Find(t.Context(), w)
			if err != nil || len(want.Rows) == 0 {
				t.Fatalf("%q: %d rows, %v", text, len(want.Rows), err)
			}
			for i := range max(len(got.Rows), len(want.Rows)) {
				if i >= len(got.Rows) || i >= len(want.Rows) || got.Rows[i].ID != want.Rows[i].ID {
					t.Fatalf("version %d, %q: %d rows, %d in a new one, they differ at %d", version, text, len(got.Rows), len(want.Rows), i)
				}
			}
		}
		got, err := a.Owed(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := fresh.Owed(t.Context(), time.Time{})
		if d := cmp.Diff(want, got); d != "" || err != nil || len(want) == 0 {
			t.Errorf("version %d: %v %s", version, err, d)
		}
		if st, err := a.Stats(t.Context()); st.Version != len(migrations) || err != nil {
			t.Errorf("%+v, %v", st, err)
		}
	}
}

// What is no archive of ours, or too new for us, is told so and left as it is.
func TestFilesThatAreNotOpened(t *testing.T) {
	noise := bytes.Repeat([]byte("no database at all "), 1000)
	for _, c := range []struct {
		name string
		make func(path string)
		want error
		hint string
	}{
		{"newer", func(p string) {
			open(t, p).Close()
			do(t, plainly(t, p), fmt.Sprintf("PRAGMA user_version = %d", len(migrations)+1))
		}, archive.ErrNewer, "newer version"},
		{"of another program", func(p string) { do(t, plainly(t, p), "CREATE TABLE x(y)") }, archive.ErrDamaged, "backup"},
		{"noise", func(p string) { os.WriteFile(p, noise, 0o600) }, archive.ErrDamaged, "backup"},
		{"broken in its first page", func(p string) {
			open(t, p).Close()
			f, err := os.OpenFile(p, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteAt(bytes.Repeat([]byte{0xff}, 300), 100)
			f.Close()
		}, archive.ErrDamaged, "backup"},
	} {
		path := filepath.Join(t.TempDir(), "calls.db")
		c.make(path)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Open(t.Context(), Options{Path: path})
		if a != nil || !errors.Is(err, c.want) || !strings.Contains(advice(err), c.hint) {
			t.Errorf("%s: %v, hint %q", c.name, err, advice(err))
		}
		if after, err := os.ReadFile(path); !bytes.Equal(before, after) || err != nil {
			t.Errorf("%s: the file was changed", c.name)
		}
	}
}

// Damage within is found by Check, and by who runs into it.
func TestDamageIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	a := open(t, path)
	if err := a.Put(t.Context(), archive.Batch{Calls: calls(5, 2000)}); err != nil {
		t.Fatal(err)
	}
	a.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := f.Stat()
	for at := int64(40) * 4096; at < info.Size(); at += 20 * 4096 {
		f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), at)
	}
	f.Close()
	a = open(t, path)
	if err := a.Check(t.Context()); !errors.Is(err, archive.ErrDamaged) || advice(err) == "" {
		t.Errorf("Check: %v", err)
	}
	seen := 0
	for _, text := range []string{"", "zoe", "5550", "xenia young"} {
		for _, err := range []error{
			func() error {
				_, err := a.Find(t.Context(), archive.Search{Query: asked(t, text), Limit: 1000})
				return err
			}(),
			func() error { _, err := a.Count(t.Context(), archive.Search{Query: asked(t, text)}, 0); return err }(),
		} {
			if err != nil {
				if !errors.Is(err, archive.ErrDamaged) && !errors.Is(err, call.ErrPacked) {
					t.Errorf("%q: %v", text, err)
				}
				seen++
			}
		}
	}
	if seen == 0 {
		t.Error("nobody ran into the damage")
	}
}

// A row that says something else in its two places is damage too.
func TestCheckKnowsWhatBelongsTogether(t *testing.T) {
	for _, harm := range []string{
		`DELETE FROM call_find WHERE rowid = (SELECT max(row) FROM call)`,
		`PRAGMA foreign_keys = 0; DELETE FROM call WHERE row = (SELECT max(row) FROM call)`,
		`DELETE FROM body WHERE row = (SELECT max(row) FROM call)`,
		`UPDATE call SET id = (SELECT min(id) FROM call) WHERE row = (SELECT max(row) FROM call)`,
	} {
		path := filepath.Join(t.TempDir(), "calls.db")
		a := open(t, path)
		if err := a.Put(t.Context(), archive.Batch{Calls: calls(6, 20)}); err != nil {
			t.Fatal(err)
		}
		if err := a.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		db := plainly(t, path)
		db.SetMaxOpenConns(1)
		do(t, db, harm)
		if err := a.Check(t.Context()); !errors.Is(err, archive.ErrDamaged) {
			t.Errorf("%s: %v", harm, err)
		}
	}
}

// Several programs open one new file at the same moment, and write to it at the same time.
func TestSeveralPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	const programs, each = 4, 25
	var wg sync.WaitGroup
	for p := range programs {
		wg.Go(func() {
			a, err := Open(context.Background(), Options{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			defer a.Close()
			for i, c := range calls(uint64(10+p), each) {
				if err := a.Put(t.Context(), archive.Batch{Calls: []*call.Call{c}}); err != nil {
					t.Errorf("program %d, call %d: %v", p, i, err)
				}
				if _, err := a.Find(t.Context(), archive.Search{Query: asked(t, "support")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	a := open(t, path)
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != programs*each || err != nil {
		t.Errorf("%d calls, %v", n, err)
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// Who holds the file for long makes others give up in the end, and say why; who waits can be called
// off.
func TestAnotherProgramHoldsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	a := open(t, path)
	db := plainly(t, path)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`INSERT INTO mark VALUES ('x', 'y')`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := a.Mark(ctx, "a", "b"); !errors.Is(err, context.DeadlineExceeded) || codeOf(err) != codeBusy {
		t.Errorf("%v", err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Mark(t.Context(), "a", "b") }()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
