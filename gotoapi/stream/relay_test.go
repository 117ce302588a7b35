package stream

import (
	"bytes"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Whatever is put comes out, in order, with its own text, though the reader is ahead and has to wait.
func TestRelayKeepsOrderAndBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(make(chan struct{}))
		const all = 3 * relayMessages
		put, end := 0, errors.New("the end")
		go func() {
			for i := range all {
				r.put(passed{}, []byte(strconv.Itoa(i)))
				put = i + 1
			}
			r.put(passed{}, bytes.Repeat([]byte("x"), 2*relayBytes)) // alone it may be longer
			r.put(passed{end: end}, nil)
		}()
		synctest.Wait()
		if put != relayMessages {
			t.Fatalf("%d messages wait, want %d", put, relayMessages)
		}
		var b batch
		for n := 0; ; {
			var ok bool
			if b, ok = r.take(b); !ok {
				t.Fatal("it is not stopped")
			}
			if len(b.list) > relayMessages || len(b.text) > relayBytes && len(b.list) > 1 {
				t.Errorf("%d messages of %d bytes at once", len(b.list), len(b.text))
			}
			for _, m := range b.list {
				text := string(b.text[m.from:m.to])
				switch {
				case n < all && text != strconv.Itoa(n), n == all && len(text) != 2*relayBytes, n > all && m.end != end:
					t.Fatalf("message %d is %.20q, %v", n, text, m.end)
				case n > all:
					return
				}
				n++
			}
		}
	})
}

// A socket that is stopped lets go of both who wait: for room, and for messages.
func TestStoppedRelayLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		full, empty := newRelay(stop), newRelay(stop)
		for range relayMessages {
			full.put(passed{}, nil)
		}
		var left atomic.Int32
		go func() {
			if !full.put(passed{}, nil) {
				left.Add(1)
			}
		}()
		go func() {
			if _, ok := empty.take(batch{}); !ok {
				left.Add(1)
			}
		}()
		synctest.Wait()
		if left.Load() > 0 {
			t.Fatal("they should be waiting")
		}
		close(stop)
		synctest.Wait()
		if n := left.Load(); n != 2 {
			t.Errorf("%d of 2 were let go", n)
		}
	})
}

// The room of a burst is used again, and no more of it is kept.
func TestRelayUsesItsRoomAgain(t *testing.T) {
	r := newRelay(make(chan struct{}))
	text, b := bytes.Repeat([]byte("x"), 2000), batch{}
	burst := func() {
		for range 100 {
			r.put(passed{}, text)
		}
		b, _ = r.take(b)
	}
	burst()
	burst()
	if n := testing.AllocsPerRun(20, burst); n > 0 {
		t.Errorf("%v things made for a burst", n)
	}
	r.put(passed{}, make([]byte, 4*relayBytes))
	b, _ = r.take(b)
	r.put(passed{}, text)
	if b, _ = r.take(b); cap(r.next.text) > 2*relayBytes {
		t.Errorf("%d bytes are kept after a long message", cap(r.next.text))
	}
}

// What a socket says that has been replaced and retired is nobody's, be it on its way when that happened.
func TestARetiredSocketIsNotHeard(t *testing.T) {
	told := 0
	s := New(Config{Emit: func(call.Event) { told++ }})
	l := newLoop(t.Context(), s)
	defer l.cancel()
	defer l.timer.Stop()
	l.cur = &socket{cfg: &s.cfg, lease: &lease{}}
	state := wire.Frame{Kind: wire.CallState, EventID: 1, Event: call.Event{Meta: call.Meta{ID: "a"}, Snapshot: call.Snapshot{Seq: 1}}}
	l.take(&heard{from: &socket{cfg: &s.cfg, lease: &lease{}}, frame: state})
	if told != 0 || l.state.Counters.Frames != 0 {
		t.Errorf("it is heard: %+v", l.state.Counters)
	}
	l.take(&heard{from: l.cur, frame: state})
	if told != 1 || l.state.Counters.Frames != 1 {
		t.Errorf("the present one is not: %+v", l.state.Counters)
	}
}
