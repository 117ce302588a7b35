package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/archive/sqlite"
	"ringside/store/audit"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

func TestLogIsMasked(t *testing.T) {
	v := duty.NewVeil(true)
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: veiledLog(v)}))
	log.Info("rung by +12125550110", slog.String("number", "(212) 555-0110"), slog.Any("error", errors.New("dialling 2125550110")),
		slog.String("call", "12345678-1234-5678-9012-123456789012"), slog.Any("all", []string{"+12125550110"}), slog.Int("n", 12345678))
	got := b.String()
	if strings.Contains(got, "555") || strings.Count(got, "…10") != 4 || !strings.Contains(got, "12345678-1234-5678-9012-123456789012") {
		t.Error(got)
	}
	v.Set(false)
	b.Reset()
	log.Info("x", slog.String("number", "+12125550110"))
	if !strings.Contains(b.String(), "+12125550110") {
		t.Error("masked though the veil is off")
	}
}

func TestAuditFile(t *testing.T) {
	state := t.TempDir()
	a := &app{env: map[string]string{"XDG_STATE_HOME": state}, stderr: &bytes.Buffer{}}
	cfg := config.Default()
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := connect.Link{Me: "Ann Bell", Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}
	tr, done, err := a.openTrail(cfg, l, func(err error) { t.Errorf("trouble: %v", err) })
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{trail: tr}
	d.did(ui.Deed{Act: duty.Dial, Number: "+12125550110"})
	a.veil.Set(true)
	d.did(ui.Deed{Act: duty.Unmask})
	d.popDid(&pop.Trace{Call: "c", Moment: pop.Ringing, Result: pop.Failed, Why: "no browser", From: call.Party{Number: "+12125550110"}})
	d.popDid(&pop.Trace{Call: "c", Result: pop.Nothing})
	done()
	path := filepath.Join(state, "ringside", "audit.jsonl")
	got, bad, err := audit.Read(path, time.Time{})
	if err != nil || bad != 0 || len(got) != 3 {
		t.Fatalf("%v, %d, %v", got, bad, err)
	}
	if got[0].Who != "Ann Bell" || got[0].Role != "supervisor" || got[0].Number != "+12125550110" || !got[0].At.Equal(at) {
		t.Errorf("%+v", got[0])
	}
	if got[2].What != "pop" || got[2].Number != "…10" || got[2].Failed != "no browser" {
		t.Errorf("%+v", got[2])
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// Where the audit log cannot be written the desk says so and goes on.
func TestAuditTrouble(t *testing.T) {
	state := t.TempDir()
	a := &app{env: map[string]string{"XDG_STATE_HOME": state}, stderr: &bytes.Buffer{}}
	var said []error
	tr, done, err := a.openTrail(config.Default(), connect.Link{Log: slog.New(slog.DiscardHandler)}, func(err error) { said = append(said, err) })
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	dir := filepath.Join(state, "ringside") // a file in the place of its folder
	if err := errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	d := &desk{trail: tr}
	d.did(ui.Deed{Act: duty.Dial})
	d.did(ui.Deed{Act: duty.Dial})
	if len(said) != 1 || said[0] == nil {
		t.Errorf("said %v", said)
	}
}

// entries is an archive that gives back calls that were never packed.
type entries struct {
	archive.Archive
	by   []*call.Call
	gets map[string]int // how often each was read
}

func (e *entries) Get(_ context.Context, id string) (archive.Entry, error) {
	e.gets[id]++
	for _, c := range e.by {
		if c.ID == id {
			row := archive.Row{Summary: c.Summary()}
			if id == "c-1" { // the others have no report yet
				row.Reported = c.Ended
			}
			return archive.Entry{Row: row, Call: c}, nil
		}
	}
	return archive.Entry{}, archive.ErrNone
}

func (e *entries) Owed(context.Context, time.Time) (out []archive.Debt, err error) {
	for _, c := range e.by {
		out = append(out, archive.Debt{Number: c.From.Number, Queue: c.Queue})
	}
	return out, nil
}

// What a limited desk finds of the past is what came through its queues, and its figures count that.
func TestLimitedPast(t *testing.T) {
	ctx := context.Background()
	kept, err := sqlite.Open(ctx, sqlite.Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	var calls []*call.Call
	for i, queue := range []string{"Support", "Sales", "Support Tier 2", "", "support", "Sales"} {
		began := noon.Add(-time.Duration(i+1) * time.Hour)
		c := &call.Call{
			ID: fmt.Sprint("c-", i), Created: began, Ended: began.Add(time.Minute), LastAt: began.Add(time.Minute), State: call.StateEnded, Queue: queue, Direction: call.Inbound, AnswerMs: -1, QueueMs: -1,
			From: call.Party{Number: fmt.Sprintf("+1212555011%d", i)}, Outcome: call.AbandonedQueue,
		}
		if queue != "" {
			c.Path = []string{"Main", queue}
		}
		if i == 4 {
			c.Outcome = call.Answered
		}
		calls = append(calls, c)
	}
	if err := kept.Put(ctx, archive.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	p := limitPast(&entries{Archive: kept, gets: map[string]int{}}, duty.Desk{Queues: []string{"Support"}}, "US")
	page, err := p.Find(ctx, archive.Search{})
	var ids []string
	for _, r := range page.Rows {
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids, " "); err != nil || got != "c-0 c-4" {
		t.Errorf("found %q, %v", got, err)
	}
	p.(limitedPast).Archive.(*entries).by = calls
	if _, err := p.Get(ctx, "c-1"); !errors.Is(err, archive.ErrNone) {
		t.Errorf("a call of another queue: %v", err)
	}
	if e, err := p.Get(ctx, "c-0"); err != nil || e.ID != "c-0" {
		t.Errorf("a call of ours: %v", err)
	}
	notes := []archive.Item{
		{Kind: archive.Note, ID: "1", Call: "c-0", At: noon, Text: "ours"}, {Kind: archive.Note, ID: "2", Call: "c-1", At: noon, Text: "theirs"},
		{Kind: archive.Note, ID: "3", Call: "up", At: noon, Text: "not over yet"},
	}
	if err := kept.Put(ctx, archive.Batch{Items: notes}); err != nil {
		t.Fatal(err)
	}
	items, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Note})
	var texts []string
	for _, it := range items {
		texts = append(texts, it.Text)
	}
	if slices.Sort(texts); err != nil || !slices.Equal(texts, []string{"not over yet", "ours"}) {
		t.Errorf("notes %q, %v", texts, err)
	}
	reads := p.(limitedPast).Archive.(*entries).gets
	clear(reads)
	if again, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Note}); err != nil || len(again) != 2 || reads["c-1"] != 0 || reads["c-0"] != 1 || reads["up"] != 1 {
		t.Errorf("read again: %d notes, calls read %v, %v", len(again), reads, err)
	}
	all, err1 := kept.Totals(ctx, noon.Add(-24*time.Hour), noon)
	mine, err2 := p.Totals(ctx, noon.Add(-24*time.Hour), noon)
	if err := errors.Join(err1, err2); err != nil || all.Ended != 6 || mine.Ended != 2 || mine.Answered != 1 || mine.Lost != 1 {
		t.Errorf("%+v of %+v, %v", mine, all, err)
	}
	for i := range all.Hours {
		if mine.Hours[i] > all.Hours[i] {
			t.Errorf("hour %d: %d of %d", i, mine.Hours[i], all.Hours[i])
		}
	}
	owed, err := p.Owed(ctx, noon.Add(-24*time.Hour))
	if err != nil || len(owed) != 2 || owed[0].Queue != "Support" || owed[1].Queue != "support" {
		t.Errorf("owed %+v, %v", owed, err)
	}
	if limitPast(kept, duty.Desk{}, "US") != kept {
		t.Error("a desk without limits has another past")
	}
}
