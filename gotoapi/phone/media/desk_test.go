package media

import (
	"sync"
	"testing"
	"time"
)

// A call that ends while it is given the devices leaves none of them open: nobody is listened to after a
// call.
func TestTheDevicesOfACallThatEnds(t *testing.T) {
	e, err := NewEngine(Config{In: "tone:440", Out: "none", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	s, err := e.Session()
	if err != nil {
		t.Fatal(err)
	}
	closed := func(is bool) { s.mu.Lock(); defer s.mu.Unlock(); s.closed = is }
	e.desk.mu.Lock()
	played := make(chan struct{})
	go func() { defer close(played); s.Play(true) }()
	within(t, 5*time.Second, "Play on its way to the devices", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.playing })
	closed(true) // as Close does, which finds nothing to give back yet
	e.desk.mu.Unlock()
	<-played
	e.desk.mu.Lock()
	focus, open := e.desk.focus, e.desk.open
	e.desk.mu.Unlock()
	if focus != nil || open != nil {
		t.Error("the microphone is open after the call")
	}
	closed(false)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// The devices of one call are closed before those of the next are opened, whoever gives them back.
func TestTheDevicesGoFromCallToCall(t *testing.T) {
	r := newRig(t, "tone:440")
	a, err := r.Session()
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Session()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		a.Play(true)
		first := func() *ends { r.desk.mu.Lock(); defer r.desk.mu.Unlock(); return r.desk.open }()
		var group sync.WaitGroup
		group.Go(func() { a.Play(false) })
		group.Go(func() { b.Play(true) })
		group.Wait()
		r.desk.mu.Lock()
		focus, open, last := r.desk.focus, r.desk.open, r.desk.last
		r.desk.mu.Unlock()
		if focus != b || open == nil || open != first && last != first {
			t.Fatalf("the second call has no devices, or does not wait for those of the first: %v", focus == b)
		}
		b.Play(false)
	}
}
