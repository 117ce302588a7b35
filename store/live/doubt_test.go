package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

// asks counts the questions that begin so, since the last time, and forgets all.
func (f *far) asks(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, a := range f.asked {
		if strings.HasPrefix(a, prefix) {
			n++
		}
	}
	f.asked = nil
	return n
}

// list makes the far end's calls known to a store, as the first connect does.
func list(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Reconcile(context.Background()); err != nil {
		t.Fatal(err)
	}
	pass(time.Second)
}

// The last state of a call is lost: nothing comes after it, so no number shows it. What is known to
// be lost makes the store look.
func TestLostLastStateIsFoundWhenALossIsKnown(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		f.change(func() { f.calls["K"] = all[:4] })
		list(t, s)
		f.change(func() { f.calls["K"] = all }) // it has ended, and nobody has told
		s.Doubt()
		pass(3 * time.Second)
		if c := get(s, "K"); c.Live() {
			t.Errorf("still %s", c.State)
		}
	})
}

func TestTrustReturnsAfterALoss(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		f.change(func() { f.calls["K"] = all[:4] })
		list(t, s)
		chatter := func(long time.Duration) { // another call keeps the stream from being silent
			for i := range int(long / time.Second) {
				id := fmt.Sprint("other", time.Now().Unix(), i)
				f.change(func() { f.calls[id] = aCall(id, time.Now()) })
				for _, e := range f.calls[id] {
					s.Put(e)
				}
				pass(time.Second)
			}
		}
		f.asks("")
		s.Doubt()
		chatter(25 * time.Second)
		if n := f.asks("spaces"); n < 8 || n > 12 {
			t.Errorf("the list was read %d times in the 20 s after a loss", n)
		}
		chatter(time.Minute)
		if n := f.asks("spaces"); n != 0 {
			t.Errorf("and %d times later", n)
		}
	})
}

// A gap in a call that the stream tells of is a loss; the first states of a call that was up before
// us are none.
func TestAGapIsALossAndALateStartIsNone(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		f.change(func() { f.calls["K"] = all[:4] })
		list(t, s)
		f.asks("")
		pass(1400 * time.Millisecond)
		if n := f.asks("spaces"); n != 0 {
			t.Errorf("%d lists after a late start", n)
		}
		f.change(func() { f.calls["K"] = all[:6] })
		s.Put(all[5]) // 5 is missing
		pass(time.Second)
		if n := f.asks("spaces"); n == 0 {
			t.Error("no list after a gap")
		}
	})
}

// A stream that has gone deaf is found out by the list, and only it.
func TestDeafStreamIsFoundOut(t *testing.T) {
	f, deaf := &far{calls: map[string][]call.Event{}}, 0
	inBubble(t, f, Options{OnDeaf: func() { deaf++ }}, func(s *Store) {
		all := aCall("K", time.Now())
		f.change(func() { f.calls["K"] = all[:2] })
		list(t, s)
		pass(time.Minute)
		if deaf != 0 {
			t.Fatal("silence while nothing happens is no deafness")
		}
		s.Put(all[1])
		f.change(func() { f.calls["K"] = all[:3] })
		pass(3 * time.Second) // the list shows it, and in the same moment the stream brings it
		s.Put(all[2])
		pass(5 * time.Second)
		if deaf != 0 {
			t.Fatal("a state on its way is no deafness")
		}
		f.change(func() { f.calls["K"] = all[:4] })
		pass(4 * time.Second)
		if c := get(s, "K"); c.LastSeq != 4 {
			t.Errorf("the list is there, the board is at state %d", c.LastSeq)
		}
		if deaf != 1 {
			t.Errorf("deaf %d times", deaf)
		}
	})
}

// On a quiet night the list is read once a minute.
func TestLongSilenceCostsLittle(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	inBubble(t, f, Options{}, func(s *Store) {
		list(t, s)
		pass(5 * time.Minute)
		f.asks("")
		pass(time.Hour)
		if n := f.asks("spaces"); n < 50 || n > 65 {
			t.Errorf("the list was read %d times in an hour", n)
		}
	})
}

// gone is a service that cannot be reached.
type gone struct{ error }

func (gone) Temporary() bool { return true }

type shut struct{ error }

func (shut) Barred() bool { return true }

// While the service does not answer it is asked one thing at a time; when it does, everything that
// waited is asked, and the list that was asked for is there.
func TestServiceInTroubleIsAskedGently(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, fail: gone{errors.New("no route to host")}}
	var told []string
	inBubble(t, f, Options{OnTrouble: func(err error) { told = append(told, fmt.Sprint(err)) }}, func(s *Store) {
		for i := range 30 {
			id := fmt.Sprint("K", i)
			f.change(func() { f.calls[id] = aCall(id, time.Now())[:4] })
			s.Put(f.calls[id][0])
			s.Put(f.calls[id][3])
		}
		listed := make(chan error, 1)
		go func() { listed <- s.Reconcile(context.Background()) }()
		pass(time.Minute)
		if n := f.asks(""); n < 30 || n > 70 {
			t.Errorf("asked %d times in a minute", n)
		}
		if !slices.Equal(told, []string{"no route to host"}) {
			t.Errorf("told %q", told)
		}
		f.change(func() { f.fail = nil })
		pass(2 * time.Second)
		if v := s.View(); v.Health.Gaps != 0 {
			t.Errorf("%d gaps 2 s after the end of the trouble", v.Health.Gaps)
		}
		if err := <-listed; err != nil {
			t.Error(err)
		}
		if !slices.Equal(told, []string{"no route to host", "<nil>"}) {
			t.Errorf("told %q", told)
		}
	})
}

func TestBarredServiceIsAskedNowAndThen(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, fail: shut{errors.New("403")}}
	trouble := 0
	inBubble(t, f, Options{OnTrouble: func(err error) { trouble++ }}, func(s *Store) {
		for i := range 30 {
			all := aCall(fmt.Sprint("K", i), time.Now())
			s.Put(all[0])
			s.Put(all[3])
		}
		pass(5 * time.Minute)
		if n := f.asks(""); n < 15 || n > 30 || trouble != 1 {
			t.Errorf("asked %d times in five minutes, told %d times", n, trouble)
		}
	})
}

func TestWithoutALinkNothingIsAskedButWhatAPersonWaitsFor(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		f.change(func() { f.calls["K"], f.ready["K"] = all, time.Now() })
		list(t, s)
		s.SetLink(false)
		f.asks("")
		s.Put(all[0])
		s.Put(all[3])
		pass(time.Minute)
		if n := f.asks(""); n != 0 {
			t.Errorf("asked %d times", n)
		}
		s.FetchReport("K")
		pass(time.Second)
		if n := f.asks("report"); n != 1 {
			t.Errorf("a person's question was asked %d times", n)
		}
		s.SetLink(true)
		pass(2 * time.Second)
		if c := get(s, "K"); len(c.Gaps) != 0 {
			t.Errorf("gaps %v", c.Gaps)
		}
	})
}
