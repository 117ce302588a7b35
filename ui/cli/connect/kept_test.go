package connect

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim/world"
	"ringside/store/archive"
	"ringside/store/archive/sqlite"
)

// openKept opens an archive in memory, for the length of the test.
func openKept(t *testing.T) archive.Archive {
	t.Helper()
	if raceDetector {
		return newMemory()
	}
	a, err := sqlite.Open(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// compareKept holds the archive against the world: every call that has been over for a while is in it,
// with its report, and as it was.
func compareKept(t *testing.T, far *FarEnd, kept archive.Archive, least int) {
	t.Helper()
	var truths []world.Truth
	far.Service.World(func(w *world.World) { truths = slices.Clone(w.Truths()) })
	compared, bad := 0, 0
	for _, tr := range truths {
		if tr.Ended == nil || time.Since(*tr.Ended) < time.Minute {
			continue
		}
		compared++
		e, err := kept.Get(t.Context(), tr.ID)
		switch {
		case err != nil:
			t.Errorf("call %s (%s, %s to %s): %v", tr.ID, tr.Script, tr.Created, tr.Ended, err)
		case e.Report == nil:
			t.Errorf("call %s (%s, %s to %s) is kept without its report", tr.ID, tr.Script, tr.Created, tr.Ended)
		default:
			if d := cmp.Diff(truth(t, tr), mine(t, e.Call)); d != "" && bad < 8 {
				bad++
				t.Errorf("call %s in the archive (-truth +ours):\n%s", tr.ID, d)
			}
		}
	}
	if compared < least {
		t.Errorf("only %d kept calls compared", compared)
	}
	if n, err := kept.Count(t.Context(), archive.Search{}, 0); err != nil || n < compared || n > len(truths) {
		t.Errorf("%d calls in the archive, %d in the world: %v", n, len(truths), err)
	}
}

// compareRevised wants the newest text of every report in the archive, and some of them revised.
func compareRevised(t *testing.T, far *FarEnd, kept archive.Archive) {
	t.Helper()
	newest := map[string]world.Report{}
	far.Service.World(func(w *world.World) {
		for _, tr := range w.Truths() {
			if r, ok := w.Report(tr.ID); ok && time.Since(*tr.Ended) > time.Minute {
				newest[tr.ID] = r
			}
		}
	})
	time.Sleep(5 * time.Second) // what was revised just now is on its way
	revised, old := 0, []string{}
	for id, is := range newest {
		e, err := kept.Get(t.Context(), id)
		if err != nil || e.Report == nil {
			t.Errorf("report of %s: %v", id, err)
			continue
		}
		if n := len(e.Report.Recordings) + len(e.Report.Transcripts); n > 0 {
			revised++
		}
		want, got := generic(t, is), generic(t, json.RawMessage(e.Report.Raw))
		if !cmp.Equal(want, got) {
			old = append(old, id+cmp.Diff(want, got))
		}
	}
	// One may have been revised in those seconds.
	if len(old) > 1 || revised < least(20) {
		t.Errorf("%d of %d reports are out of date, %d were revised: %.2000s", len(old), len(newest), revised, old)
	}
}

// generic is something as any JSON.
func generic(t *testing.T, v any) (out any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// warnings is a log that keeps what is worse than information.
type warnings struct {
	mu   sync.Mutex
	said []string
}

// Enabled implements slog.Handler.
func (w *warnings) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Handle implements slog.Handler.
func (w *warnings) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += fmt.Sprint(" ", a); return true })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, line)
	return nil
}

// WithAttrs implements slog.Handler.
func (w *warnings) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup implements slog.Handler.
func (w *warnings) WithGroup(string) slog.Handler { return w }

// saying gives the lines that hold some words.
func (w *warnings) saying(words string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, line := range w.said {
		if strings.Contains(line, words) {
			out = append(out, line)
		}
	}
	return out
}
