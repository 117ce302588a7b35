package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
	tapes "ringside/store/tape"
	"ringside/ui/cli/connect"
)

// recorded is ten minutes of the whole program with faults on, recorded in three ways.
type recorded struct {
	plain, masked, killed []string // files; killed is plain as a kill -9 in the middle would leave it
	cutAt                 time.Time
	live                  map[string]call.Record // the calls that ended, as the board had them
	secrets, people       []string
}

// recordFaults loses, repeats and breaks messages, so that the board is right by its questions alone.
func recordFaults() []sim.Fault {
	return []sim.Fault{
		{Kind: sim.Drop, Probability: 0.15}, {Kind: sim.Duplicate, Probability: 0.1},
		{Kind: sim.Reorder, Probability: 0.1}, {Kind: sim.Corrupt, Probability: 0.02},
	}
}

func recordWithFaults(t *testing.T) recorded {
	t.Helper()
	dir, cut := t.TempDir(), t.TempDir()
	var got recorded
	var lines bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		far, err := connect.StartFarEnd(sim.Config{World: world.Config{Seed: 21}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		for _, f := range recordFaults() {
			if _, err := far.Service.Faults().Add(f); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var all [2]*taping
		for i, name := range []string{"plain", "masked"} {
			all[i], err = startTape(ctx, tapes.Options{Path: filepath.Join(dir, name) + "/", Mask: name == "masked", FileBytes: 200_000})
			if err != nil {
				t.Fatal(err)
			}
		}
		s := connect.New(far.Link(nil), connect.Hooks{Raw: func(b []byte) {
			for _, tp := range all {
				tp.rec.Put(b)
			}
		}}, call.Options{KeepDone: 10_000})
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(5 * time.Minute)
		got.killed, got.cutAt = copyFiles(t, filepath.Join(dir, "plain"), cut), time.Now()
		time.Sleep(5 * time.Minute)
		far.Service.Faults().Clear()
		time.Sleep(time.Minute)
		v := s.Store.View()
		if v.Health.Healed == 0 {
			t.Error("nothing had to be asked for")
		}
		for _, seq := range []iter.Seq2[int, *call.Call]{v.Done.All(), v.Live.All()} {
			for _, c := range seq {
				if !c.Live() && len(c.Gaps) == 0 && !c.JoinedLate {
					if err := writeRecord(&lines, c, c.LastAt); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		for _, tp := range all {
			if err := tp.end(); err != nil {
				t.Error(err)
			}
			if n := tp.rec.Stats(); n.Lost != 0 || n.Files < 2 {
				t.Errorf("%+v", n)
			}
		}
		for _, f := range recordFaults() {
			if far.Service.Faults().Fired(f.Kind) == 0 {
				t.Errorf("fault %s never struck", f.Kind)
			}
		}
		h := far.Hello
		got.secrets = []string{h.ClientSecret, h.PersonalAccessToken, "Bearer", "ws://", "/ws"}
		far.Service.World(func(w *world.World) {
			for _, c := range world.Callers() {
				if c.Name != "" && c.Name != "Anonymous" {
					got.people = append(got.people, c.Name)
				}
			}
			for _, tr := range w.Truths() {
				for _, p := range []call.Party{{Name: tr.From.Name, Number: tr.From.Number}, {Name: tr.To.Name, Number: tr.To.Number}} {
					if digits := strings.TrimPrefix(p.Number, "+"); len(digits) >= 7 && digits != "Anonymous" {
						got.people = append(got.people, digits)
					}
				}
			}
		})
	})
	got.live = records(t, lines.String())
	got.plain, got.masked = filesIn(t, filepath.Join(dir, "plain")), filesIn(t, filepath.Join(dir, "masked"))
	return got
}

func filesIn(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, filepath.Join(dir, e.Name()))
	}
	return out
}

func copyFiles(t *testing.T, dir, to string) (out []string) {
	t.Helper()
	for _, name := range filesIn(t, dir) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, filepath.Join(to, filepath.Base(name)))
		if err := os.WriteFile(out[len(out)-1], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func unpackedText(t *testing.T, files []string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, z); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
		f.Close()
	}
	return all.String()
}

// shownOnly compares records by what they show.
func shownOnly() cmp.Option { return cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{}, call.Hold{}) }

// A recording of a link with faults tells of every call what the desk told when it was live.
func TestARecordingTellsWhatTheDeskSaw(t *testing.T) {
	rec := recordWithFaults(t)
	if len(rec.live) < 25 {
		t.Fatalf("only %d calls ended", len(rec.live))
	}
	t.Run("plain", func(t *testing.T) {
		again := replayed(t, rec.plain...)
		for id, was := range rec.live {
			if d := cmp.Diff(was, again[id], shownOnly()); d != "" {
				t.Errorf("call %s (-live +replayed):\n%s", id, d)
			}
		}
		text := unpackedText(t, rec.plain)
		for _, secret := range rec.secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in the recording", secret)
			}
		}
	})
	t.Run("masked", func(t *testing.T) { checkMasked(t, rec) })
	t.Run("killed", func(t *testing.T) {
		out, errs, code := run(append([]string{"replay", "--json"}, rec.killed...)...)
		if code != exitFailed || !strings.Contains(errs, "breaks off before line") {
			t.Errorf("exit %d: %s", code, errs)
		}
		again, compared := records(t, out), 0
		for id, was := range rec.live {
			if ended, err := time.Parse(time.RFC3339, *was.Ended); err != nil || ended.After(rec.cutAt.Add(-10*time.Second)) {
				continue
			}
			compared++
			if d := cmp.Diff(was, again[id], shownOnly()); d != "" {
				t.Errorf("call %s (-live +replayed):\n%s", id, d)
			}
		}
		if compared < 10 {
			t.Errorf("only %d calls ended before the cut", compared)
		}
	})
}

// checkMasked wants the same story of other people.
func checkMasked(t *testing.T, rec recorded) {
	text := unpackedText(t, rec.masked)
	if len(rec.people) < 50 || !strings.Contains(text, "Caller ") {
		t.Fatalf("%d names and numbers to look for", len(rec.people))
	}
	for _, p := range rec.people {
		if strings.Contains(text, p) || strings.Contains(text, strings.ToUpper(p)) {
			t.Errorf("%q is in the masked recording", p)
		}
	}
	again := replayed(t, rec.masked...)
	masks := map[string]string{}
	for id, was := range rec.live {
		is, ok := again[id]
		if !ok {
			t.Errorf("call %s is missing", id)
			continue
		}
		if d := cmp.Diff(bare(was), bare(is), shownOnly()); d != "" {
			t.Errorf("call %s (-live +masked):\n%s", id, d)
		}
		if mask, ok := masks[was.From.Number]; ok && mask != is.From.Number {
			t.Errorf("%s became %s and %s", was.From.Number, mask, is.From.Number)
		}
		masks[was.From.Number] = is.From.Number
	}
	if numbers := slices.Compact(slices.Sorted(maps.Values(masks))); len(numbers) != len(masks) || len(masks) < 10 {
		t.Errorf("%d numbers became %d", len(masks), len(numbers))
	}
}

// bare takes from a record what a mask changes.
func bare(r call.Record) call.Record {
	anyone := func(p *string) {
		if len(*p) >= 7 {
			*p = "somebody"
		}
	}
	r.From.Name, r.To.Name = "", ""
	anyone(&r.From.Number)
	anyone(&r.To.Number)
	r.Answered, r.Rung, r.Transfers, r.Holds = slices.Clone(r.Answered), slices.Clone(r.Rung), slices.Clone(r.Transfers), slices.Clone(r.Holds)
	for i := range r.Answered {
		p := &r.Answered[i]
		if p.Extension == "" {
			p.Name = ""
		}
		anyone(&p.Number)
	}
	for i := range r.Rung {
		p := &r.Rung[i]
		if p.Extension == "" {
			p.Name = ""
		}
		anyone(&p.Number)
	}
	for i := range r.Transfers {
		anyone(&r.Transfers[i].By)
		anyone(&r.Transfers[i].To)
	}
	for i := range r.Holds {
		anyone(&r.Holds[i].By)
	}
	if r.LeftFirst != nil {
		left := *r.LeftFirst
		anyone(&left.Who)
		r.LeftFirst = &left
	}
	return r
}
