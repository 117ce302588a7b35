package keeper_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/archive/keeper"
	"ringside/store/archive/sqlite"
	"ringside/store/call"
)

// victimEnv has the test binary write to the archive that it names until it is killed.
const victimEnv = "RINGSIDE_KEEPS_UNTIL_KILLED"

func TestMain(m *testing.M) {
	if path := os.Getenv(victimEnv); path != "" {
		fmt.Fprintln(os.Stderr, "ended by itself:", writeUntilKilled(path, os.Getenv(victimEnv+"_AS")))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes batches from several goroutines, and calls through a Keeper beside, and says
// on stdout what was acknowledged.
func writeUntilKilled(path, name string) error {
	ctx := context.Background()
	a, err := sqlite.Open(ctx, sqlite.Options{Path: path})
	if err != nil {
		return err
	}
	var say sync.Mutex
	ack := func(what string) {
		say.Lock()
		defer say.Unlock()
		_, _ = fmt.Println(what) // os.Stdout does not buffer; when the parent is gone so are we
	}
	failed := make(chan error, 4)
	for w := range 3 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s-%d-%d", name, w, n)
				if err := a.Put(ctx, lot(id)); err != nil {
					failed <- err
					return
				}
				ack("batch " + id)
			}
		}()
	}
	k := keeper.New(keeper.Options{Archive: a, Every: time.Millisecond, OnKept: func(kept keeper.Kept) {
		for _, id := range kept.Calls {
			ack("kept " + id)
		}
	}})
	go func() { failed <- k.Run(ctx) }()
	go func() {
		for n := 0; ; n++ {
			for _, e := range told(fmt.Sprintf("%s-k-%d", name, n)) {
				k.Event(e)
			}
			k.Ended(folded(fmt.Sprintf("%s-k-%d", name, n)).Call)
			time.Sleep(time.Millisecond)
		}
	}()
	return <-failed
}

// told are the states of a call.
func told(id string) []call.Event {
	at := time.UnixMilli(1_790_000_000_000)
	who := call.Participant{ID: "c", Originator: "c", Kind: call.NumberLeg, Outside: call.Party{Name: "Dana " + id, Number: "+12125550110"}}
	var out []call.Event
	for seq := uint64(1); seq <= 4; seq++ {
		s := call.Snapshot{Seq: seq, Stage: call.Active, At: at.Add(time.Duration(seq) * time.Second), Legs: []call.SnapLeg{{Participant: who, Status: call.StatusConnected}}}
		if seq == 4 {
			s.Stage, s.Legs = call.Ending, nil
		}
		out = append(out, call.Event{Kind: call.KindState, Meta: call.Meta{ID: id, Account: "42", Inbound: true, Created: at}, Snapshot: s})
	}
	return out
}

func folded(id string) *call.Report {
	r := &call.Report{ID: id, Events: told(id), Raw: []byte(`{"conversationSpaceId":"` + id + `"}`), Fetched: time.UnixMilli(1_790_000_100_000)}
	r.Fold()
	return r
}

// lot is what is written together under one name.
func lot(id string) archive.Batch {
	b := archive.Batch{Items: []archive.Item{{Kind: archive.Note, ID: id, Call: id + "-0", Text: "note of " + id, At: time.UnixMilli(1_790_000_200_000)}}}
	for i := range 3 {
		c := fmt.Sprintf("%s-%d", id, i)
		b.Events = append(b.Events, told(c)...)
		b.Calls = append(b.Calls, folded(c).Call)
		b.Reports = append(b.Reports, folded(c))
	}
	return b
}

// missing says what of an acknowledged batch or call is not in the archive.
func missing(ctx context.Context, a archive.Archive, ack string) error {
	what, id, _ := strings.Cut(ack, " ")
	if what == "kept" {
		_, err := a.Get(ctx, id)
		return err
	}
	for i := range 3 {
		e, err := a.Get(ctx, fmt.Sprintf("%s-%d", id, i))
		switch {
		case err != nil:
			return err
		case e.Report == nil, e.Call == nil, e.Call.NumStates != 4:
			return errors.New("it lacks its report or its states")
		case i == 0 && (len(e.Items) != 1 || e.Items[0].Text != "note of "+id):
			return fmt.Errorf("its notes are %v", e.Items)
		}
	}
	return nil
}

// kill -9 at random moments under load, ten times, or a hundred by `.ci/prove kill`: the archive opens
// every time and is sound, and all that was acknowledged is there.
func TestKilledAtAnyMoment(t *testing.T) {
	times, longest := 10, 250*time.Millisecond
	if asked := strings.Split(os.Getenv("RINGSIDE_PROOFS"), ","); slices.Contains(asked, "kill") || slices.Contains(asked, "all") {
		times, longest = 100, 600*time.Millisecond
	}
	path := filepath.Join(t.TempDir(), "calls.db")
	var acked []string
	inTime := 0
	for round := range times {
		got := killedAfter(t, path, fmt.Sprint("r", round), time.Duration(rand.Int64N(int64(longest))), round%2 == 1)
		acked = append(acked, got...)
		if len(got) > 0 {
			inTime++
		}
		a, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
		if err != nil {
			t.Fatalf("after kill %d: %v", round+1, err)
		}
		if err := a.Check(t.Context()); err != nil {
			t.Fatalf("after kill %d: %v", round+1, err)
		}
		look := got
		if round == times-1 {
			look = acked
		}
		for _, id := range look {
			if err := missing(t.Context(), a, id); err != nil {
				t.Fatalf("after kill %d: %s was acknowledged, and %v", round+1, id, err)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d of them with something written; %d acknowledgements", times, inTime, len(acked))
	if inTime < times/3 {
		t.Errorf("only %d of %d were killed under load", inTime, times)
	}
}

// killedAfter runs a victim for a while, counted from its start or from the first thing it said was
// written, and gives what it said was written.
func killedAfter(t *testing.T, path, name string, after time.Duration, loaded bool) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+path, victimEnv+"_AS="+name)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if loaded {
		after += time.Minute // until something was said
	}
	kill := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // SIGKILL; it may have ended
	defer kill.Stop()
	var lines []string
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err != nil { // a line that was cut short was not said
			if !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrClosed) {
				t.Error(err)
			}
			break
		}
		if lines = append(lines, strings.TrimSuffix(line, "\n")); loaded && len(lines) == 1 {
			kill.Reset(after - time.Minute)
		}
	}
	_ = cmd.Wait() // "signal: killed"
	if s := complaint.String(); s != "" {
		t.Fatalf("the victim: %s", s)
	}
	return lines
}
