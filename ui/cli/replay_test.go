package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
	"ringside/ui/cli/connect"
)

// run runs the program and gives what it prints.
func run(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = Main(args, []string{"HOME=/nonexistent", "XDG_STATE_HOME=" + os.TempDir()}, strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), code
}

// tape is a quarter of an hour of a simulated account as its websocket sent it, with the reports
// of the calls that ended and the world's own truth of them.
type tape struct {
	frames  []string
	reports []string
	truths  map[string]world.Truth
}

func record(t *testing.T, length time.Duration) tape {
	t.Helper()
	tp := tape{truths: map[string]world.Truth{}}
	synctest.Test(t, func(t *testing.T) {
		far, err := connect.StartFarEnd(sim.Config{World: world.Config{Seed: 3, Warm: -1}, RateLimit: -1}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		l := far.Link(nil)
		ctx := context.Background()
		ch, err := l.Client.Channels.Create(ctx, "tape")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Client.CallEvents.Subscribe(ctx, ch, []string{l.Account}); err != nil {
			t.Fatal(err)
		}
		conn, _, err := l.Dialer.Dial(ch.URL.Reveal(), nil)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				_, b, err := conn.ReadMessage()
				if err != nil {
					return
				}
				tp.frames = append(tp.frames, string(b))
			}
		}()
		time.Sleep(length)
		conn.WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Second))
		conn.Close()
		<-done
		far.Service.World(func(w *world.World) {
			for _, tr := range w.Truths() {
				if tr.Ended == nil {
					continue
				}
				r, ok := w.Report(tr.ID)
				if !ok {
					continue
				}
				tp.truths[tr.ID] = tr
				b, err := json.MarshalIndent(r, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				tp.reports = append(tp.reports, string(b))
			}
		})
	})
	if len(tp.truths) < 20 {
		t.Fatalf("only %d calls ended", len(tp.truths))
	}
	return tp
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// replayed gives the records of a replay by call.
func replayed(t *testing.T, files ...string) map[string]call.Record {
	t.Helper()
	out, errs, code := run(append([]string{"replay", "--json"}, files...)...)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	return records(t, out)
}

func records(t *testing.T, out string) map[string]call.Record {
	t.Helper()
	got := map[string]call.Record{}
	for line := range strings.Lines(out) {
		var r call.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got[r.ID] = r
	}
	return got
}

// sameAsTruth compares what both sides tell of a call.
func sameAsTruth(t *testing.T, tr world.Truth, r call.Record) {
	t.Helper()
	type told struct {
		Direction, Outcome string
		Answered           []string
		Rung, Holds        []string
		Transfers          []string
		Phases             string
		TotalMs            int64
	}
	var a, b told
	a.Direction, a.TotalMs, a.Outcome = tr.Direction, tr.TotalMS, *tr.Outcome
	b.Direction, b.TotalMs = r.Direction, r.TotalMs
	if r.Outcome != nil {
		b.Outcome = *r.Outcome
	}
	for _, x := range tr.Answered {
		a.Answered = append(a.Answered, fmt.Sprint(x.Name, x.Extension, x.Number, x.Agent, x.AtMS))
	}
	for _, x := range r.Answered {
		b.Answered = append(b.Answered, fmt.Sprint(x.Name, x.Extension, x.Number, x.Agent, x.AtMs))
	}
	for _, x := range tr.Rung {
		a.Rung = append(a.Rung, fmt.Sprint(x.Extension, x.Number, x.AtMS, x.RingMS, x.Answered))
	}
	for _, x := range r.Rung {
		b.Rung = append(b.Rung, fmt.Sprint(x.Extension, x.Number, x.AtMs, x.RingMs, x.Answered))
	}
	for _, x := range tr.Holds {
		a.Holds = append(a.Holds, fmt.Sprint(x.By, x.AtMS, x.MS))
	}
	for _, x := range r.Holds {
		b.Holds = append(b.Holds, fmt.Sprint(x.By, x.AtMs, x.Ms))
	}
	for _, x := range tr.Transfers {
		a.Transfers = append(a.Transfers, fmt.Sprint(x.Kind, x.By, x.To, x.AtMS))
	}
	for _, x := range r.Transfers {
		b.Transfers = append(b.Transfers, fmt.Sprint(x.Kind, x.By, x.To, x.AtMs))
	}
	p := tr.PhasesMS
	a.Phases = fmt.Sprint(p.Setup, p.Menu, p.Wait, p.Ring, p.Talk, p.Hold, p.Transfer, p.Voicemail, p.Closing)
	m := r.PhasesMs
	b.Phases = fmt.Sprint(m["setup"], m["menu"], m["wait"], m["ring"], m["talk"], m["hold"], m["transfer"], m["voicemail"], m["closing"])
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("call %s (-truth +replay):\n%s", tr.ID, d)
	}
}

func TestReplayTellsTheTruth(t *testing.T) {
	tp := record(t, 15*time.Minute)
	frames := strings.Join(tp.frames, "\n") + "\n"
	compare := func(t *testing.T, got map[string]call.Record) {
		t.Helper()
		for id, tr := range tp.truths {
			if r, ok := got[id]; !ok {
				t.Errorf("call %s is missing", id)
			} else {
				sameAsTruth(t, tr, r)
			}
		}
	}
	t.Run("frames", func(t *testing.T) { compare(t, replayed(t, writeFile(t, "frames.jsonl", frames))) })
	t.Run("reports", func(t *testing.T) {
		var files []string
		for i, r := range tp.reports {
			files = append(files, writeFile(t, fmt.Sprint("report", i, ".json"), r))
		}
		compare(t, replayed(t, files...))
	})
	t.Run("shuffled and doubled", func(t *testing.T) {
		mixed := slices.Concat(tp.frames, tp.frames[:len(tp.frames)/3])
		rnd := rand.New(rand.NewPCG(1, 1))
		rnd.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		compare(t, replayed(t, writeFile(t, "mixed.jsonl", strings.Join(mixed, "\n"))))
	})
	t.Run("healed by reports", func(t *testing.T) {
		var kept []string
		rnd := rand.New(rand.NewPCG(2, 2))
		for _, f := range tp.frames {
			if rnd.IntN(5) > 0 {
				kept = append(kept, f)
			}
		}
		all := strings.Join(kept, "\n") + "\n" + strings.Join(tp.reports, "\n")
		compare(t, replayed(t, writeFile(t, "holes.jsonl", all)))
	})
}

func TestReplaySaysWhereTheGapsAre(t *testing.T) {
	tp := record(t, 15*time.Minute)
	var lost struct {
		Data struct {
			Content struct {
				Metadata struct {
					ConversationSpaceID string `json:"conversationSpaceId"`
				}
				State struct{ SequenceNumber uint64 }
			}
		}
	}
	var kept []string
	taken := map[string]uint64{}
	for i, f := range tp.frames {
		if err := json.Unmarshal([]byte(f), &lost); err != nil {
			t.Fatal(err)
		}
		id, seq := lost.Data.Content.Metadata.ConversationSpaceID, lost.Data.Content.State.SequenceNumber
		if tr, ok := tp.truths[id]; ok && taken[id] == 0 && i%3 == 0 && seq > 1 && seq < uint64(tr.States) {
			taken[id] = seq
			continue
		}
		kept = append(kept, f)
	}
	if len(taken) < 10 {
		t.Fatalf("only %d frames taken out", len(taken))
	}
	got := replayed(t, writeFile(t, "holes.jsonl", strings.Join(kept, "\n")))
	for id, seq := range taken {
		if d := cmp.Diff([][2]uint64{{seq, seq}}, got[id].Gaps); d != "" {
			t.Errorf("call %s without state %d: gaps %s", id, seq, d)
		}
	}
}

func TestReplayOfACutFile(t *testing.T) {
	tp := record(t, 15*time.Minute)
	whole := strings.Join(tp.frames[:200], "\n")
	cut := whole[:len(whole)-700]
	out, errs, code := run("replay", "--json", writeFile(t, "cut.jsonl", cut))
	if code != exitFailed || len(records(t, out)) == 0 {
		t.Errorf("exit %d, %d calls", code, len(records(t, out)))
	}
	if !strings.Contains(errs, "cut.jsonl") || !strings.Contains(errs, "hint: ") || !strings.Contains(errs, "199 notifications") {
		t.Errorf("it does not say what was read and where it broke: %s", errs)
	}
}

func TestReplayOfStoriesWithoutATerminal(t *testing.T) {
	tp := record(t, 15*time.Minute)
	out, _, code := run("replay", writeFile(t, "frames.jsonl", strings.Join(tp.frames, "\n")))
	if code != exitDone || strings.Contains(out, "\x1b") {
		t.Errorf("exit %d; escape codes in %.200q", code, out)
	}
	for _, want := range []string{" calls ", " answers after ", "ended: answered", "hangs up  (inferred)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in the stories", want)
		}
	}
}

// The recorded calls beside the project, against the answer key that comes with them.
func TestRecordedCalls(t *testing.T) {
	const captures = "../../../shared/captures"
	if _, err := os.Stat(captures); err != nil {
		t.Skip("no recorded traffic beside the project: ", captures)
	}
	type answer struct {
		who string
		at  int64
	}
	key := map[string]struct {
		outcome      string
		states       int
		total, wait  int64
		talk, hold   int64
		left         string
		answered     []answer
		rung         []answer // who, for how long
		queue        string
		transfers    int
		direction    string
		voicemail    int64
		firstAnswers int64
	}{
		"report_answered":          {"answered", 31, 418078, 10322, 373953, 0, "+12015550100", []answer{{"8625", 44063}}, []answer{{"8625", 10060}}, "Support - Tier 2", 0, "inbound", 0, 44063},
		"report_transfer":          {"answered", 32, 380616, 3416, 38233 + 305973 + 2, 2987, "+12015550100", []answer{{"8648", 29780}, {"8614", 74591}}, []answer{{"8648", 7756}, {"8621", 7750}, {"8614", 3115}}, "Support - Incidents", 1, "inbound", 0, 29780},
		"report_missed":            {"missed", 17, 38217, 0, 0, 0, "+12015550100", nil, []answer{{"8615", 20004}, {"8615", 20000}}, "", 0, "inbound", 5642, 0},
		"report_forwarded_outside": {"forwarded", 13, 677666, 0, 674217, 0, "+12015550100", []answer{{"+12015550101", 3386}}, []answer{{"+12015550101", 1471}}, "", 0, "inbound", 0, 3386},
		"report_outbound_answered": {"answered", 7, 277950, 0, 257480, 0, "0019", []answer{{"+12015550100", 20420}}, []answer{{"+12015550100", 19986}}, "", 0, "outbound", 0, 20420},
	}
	for name, want := range key {
		for _, ending := range []string{".frames.jsonl", ".json"} {
			t.Run(name+ending, func(t *testing.T) {
				got := replayed(t, filepath.Join(captures, name+ending))
				if len(got) != 1 {
					t.Fatalf("%d calls", len(got))
				}
				for _, r := range got {
					if *r.Outcome != want.outcome || r.States != want.states || r.TotalMs != want.total || r.Queue != want.queue || r.Direction != want.direction || len(r.Transfers) != want.transfers {
						t.Errorf("%s, %d states, %d ms, queue %q, %s, %d transfers", *r.Outcome, r.States, r.TotalMs, r.Queue, r.Direction, len(r.Transfers))
					}
					p := r.PhasesMs
					if p["wait"] != want.wait || p["talk"] != want.talk || p["hold"] != want.hold || p["voicemail"] != want.voicemail {
						t.Errorf("phases %v", p)
					}
					sum := int64(0)
					for _, ms := range p {
						sum += ms
					}
					if sum != want.total {
						t.Errorf("phases sum to %d", sum)
					}
					if r.LeftFirst == nil || r.LeftFirst.Who != want.left || !r.LeftFirst.Inferred {
						t.Errorf("left first: %+v", r.LeftFirst)
					}
					var answered, rung []answer
					for _, a := range r.Answered {
						answered = append(answered, answer{a.Extension + a.Number, a.AtMs})
					}
					for _, g := range r.Rung {
						rung = append(rung, answer{g.Extension + g.Number, g.RingMs})
					}
					if !slices.Equal(answered, want.answered) || !slices.Equal(rung, want.rung) {
						t.Errorf("answered %v, rung %v", answered, rung)
					}
					if want.firstAnswers > 0 && (r.AnswerMs == nil || *r.AnswerMs != want.firstAnswers) {
						t.Errorf("first answer %v", r.AnswerMs)
					}
				}
			})
		}
	}
}
