package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
)

// shelf is an archive in memory that can be made to fail.
type shelf struct {
	mu    sync.Mutex
	items map[archive.ItemKey]archive.Item
	puts  int
	fail  error
}

func (s *shelf) Put(_ context.Context, b archive.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	s.puts++
	if s.items == nil {
		s.items = map[archive.ItemKey]archive.Item{}
	}
	for _, i := range b.Items {
		s.items[i.Key()] = i
	}
	return nil
}

func (s *shelf) Items(_ context.Context, q archive.ItemQuery) ([]archive.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []archive.Item
	for _, i := range s.items {
		if i.Kind == q.Kind && !i.At.Before(q.Since) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b archive.Item) int { return b.At.Compare(a.At) })
	return out[:min(len(out), q.Limit)], nil
}

func (s *shelf) set(err error) {
	s.mu.Lock()
	s.fail = err
	s.mu.Unlock()
}

type told struct {
	mu      sync.Mutex
	changes []alarm.Change
	board   *alarm.Board
	boards  int
	kept    []error
}

func (l *told) words() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, c := range l.changes {
		if c.Kind != alarm.Joined {
			s := string(c.Kind)
			if c.Loud() {
				s += "!"
			}
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

func start(t *testing.T, s *shelf, repeat time.Duration) (d *Guard, l *told, stop func()) {
	t.Helper()
	rules, err := alarm.Compile([]alarm.Spec{{Name: "longest wait", Measure: "wait", Red: "2m", Amber: "84s"}}, alarm.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	l = &told{}
	d = New(Options{
		Settings: alarm.Settings{Rules: rules, Repeat: repeat}, Archive: s,
		OnChange: func(c alarm.Change) { l.mu.Lock(); l.changes = append(l.changes, c); l.mu.Unlock() },
		OnBoard:  func(b *alarm.Board) { l.mu.Lock(); l.board, l.boards = b, l.boards+1; l.mu.Unlock() },
		OnKept:   func(err error) { l.mu.Lock(); l.kept = append(l.kept, err); l.mu.Unlock() },
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = d.Run(ctx) }()
	synctest.Wait()
	return d, l, func() { cancel(); <-ended }
}

// pass lets time go by, and what it brings come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func waiting(n int, since time.Time) *call.Call {
	return &call.Call{
		ID: fmt.Sprintf("c%03d", n), State: call.StateWaiting, Phase: call.PhaseWait, Queue: "Support", From: call.Party{Number: "+12125550110"},
		Created: since, Since: since, LastAt: since, AnswerMs: -1,
	}
}

// A storm of five hundred: one alarm, five hundred breaches in the archive, a bell for each repeat; the
// acknowledgement survives a restart, and how long it took is kept.
func TestStormAndRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		d, l, stop := start(t, s, time.Minute)
		var calls []*call.Call
		for i := range 500 {
			calls = append(calls, waiting(i, time.Now()))
		}
		d.View(&call.View{Live: call.VecOf(calls...)})
		pass(121*time.Second + 2*time.Minute + time.Second)
		if got := l.words(); got != "raised! worse! again! again!" {
			t.Errorf("told %q", got)
		}
		if l.board == nil || len(l.board.Up) != 1 || l.board.Up[0].Count != 500 || l.boards > 20 {
			t.Fatalf("%d boards, the last: %+v", l.boards, l.board)
		}
		id := l.board.Up[0].ID
		if !d.Acknowledge(id, "Ann") || d.Acknowledge(id, "Bo") || d.Acknowledge("none", "Bo") {
			t.Error("acknowledged wrongly")
		}
		pass(10 * time.Minute)
		if got := l.words(); got != "raised! worse! again! again! acknowledged" {
			t.Errorf("told %q", got)
		}
		stop()
		if d.Acknowledge(id, "Bo") {
			t.Error("acknowledged after the end")
		}
		alarms, err := Load(t.Context(), s, time.Time{}, 10)
		if err != nil || len(alarms) != 1 || alarms[0].AckedBy != "Ann" || alarms[0].Acked.Sub(alarms[0].Raised) < 2*time.Minute {
			t.Fatalf("kept: %+v, %v", alarms, err)
		}
		breaches, err := Breaches(t.Context(), s, &alarms[0])
		if err != nil || len(breaches) != 500 || breaches[0].Level != "red" {
			t.Fatalf("%d breaches kept, %v", len(breaches), err)
		}

		d, l, stop = start(t, s, time.Minute)
		pass(5 * time.Second)
		d.View(&call.View{Live: call.VecOf(calls...)})
		pass(10 * time.Minute)
		if got := l.words(); got != "" || len(l.board.Up) != 1 || l.board.Up[0].AckedBy != "Ann" || l.board.Up[0].ID != id {
			t.Errorf("after a restart: told %q, %+v", got, l.board.Up)
		}
		d.View(&call.View{})
		pass(time.Minute)
		if got := l.words(); got != "cleared" {
			t.Errorf("told %q", got)
		}
		stop()
		alarms, _ = Load(t.Context(), s, time.Time{}, 10)
		if len(alarms) != 1 || alarms[0].Up() || alarms[0].Total != 500 || !strings.Contains(l.changes[len(l.changes)-1].Sentence(), "acknowledged by Ann after") {
			t.Errorf("%+v", alarms)
		}
	})
}

// While the archive cannot be written to nothing waits for it; what was is written when it can be.
func TestArchiveThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		s.set(errors.New("disk full"))
		d, l, stop := start(t, s, 0)
		d.View(&call.View{Live: call.VecOf(waiting(1, time.Now()))})
		pass(5 * time.Minute)
		if l.words() != "raised! worse!" || len(l.kept) != 1 {
			t.Errorf("told %q, trouble %v", l.words(), l.kept)
		}
		s.set(nil)
		pass(time.Minute)
		if len(l.kept) != 2 || l.kept[1] != nil || len(s.items) != 2 {
			t.Errorf("%d items kept, trouble %v", len(s.items), l.kept)
		}
		stop()
	})
}

// Idle agents and figures come from elsewhere, and a snooze lasts as long as it is said.
func TestStatsAndSnooze(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rules, err := alarm.Compile([]alarm.Spec{{Name: "idle", Measure: "idle", Red: "10m", Amber: "never"}, {Name: "sla", Measure: "sla", Red: "80", Amber: "never"}}, alarm.Options{Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		l := &told{}
		d := New(Options{
			Settings: alarm.Settings{Rules: rules, Repeat: time.Minute},
			OnChange: func(c alarm.Change) { l.mu.Lock(); l.changes = append(l.changes, c); l.mu.Unlock() },
			OnBoard:  func(b *alarm.Board) { l.mu.Lock(); l.board = b; l.mu.Unlock() },
		})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = d.Run(ctx) }()
		d.Stats(map[string]time.Time{"Ann": time.Now()}, []alarm.Figure{{Measure: alarm.SLA, Queue: "Support", Value: 95, Calls: 40}})
		pass(10*time.Minute + time.Second)
		if l.words() != "raised!" {
			t.Fatalf("told %q", l.words())
		}
		id := l.board.Up[0].ID
		if !d.Snooze(id, "Ann", 15*time.Minute) {
			t.Fatal("not snoozed")
		}
		pass(15*time.Minute - 2*time.Second)
		if l.words() != "raised! snoozed" {
			t.Errorf("told %q", l.words())
		}
		pass(5 * time.Second)
		if l.words() != "raised! snoozed again!" || !d.Snooze(id, "Ann", time.Hour) || !d.Unsnooze(id, "Ann") || d.Unsnooze(id, "Ann") || d.Unacknowledge(id, "Ann") {
			t.Errorf("told %q", l.words())
		}
		cancel()
		<-ended
	})
}
