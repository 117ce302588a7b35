package sim

import (
	"testing"

	"ringside/gotoapi/sim/world"
)

// BenchmarkPublish measures one call state from the world to the bytes for two sockets: what a
// storm costs the service beside the system's own writing.
func BenchmarkPublish(b *testing.B) {
	s, err := New(Config{World: world.Config{Scenario: "storm", Live: 1000, StatesPerSecond: 2000}})
	if err != nil {
		b.Fatal(err)
	}
	for _, id := range []string{"a", "b"} {
		c := &channel{id: id, sock: newSocket(nil, 16, nil), calls: map[string]callSub{s.people.account.Key: {}}}
		s.channels[id] = c
		s.order = append(s.order, c)
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		for len(s.outbox) == 0 {
			s.step()
		}
		s.publishNext()
		for _, c := range s.order {
			for len(c.sock.queue) > 0 {
				f := <-c.sock.queue
				buf = f.appendTo(buf[:0])
			}
		}
	}
	if len(buf) == 0 {
		b.Fatal("nothing was published")
	}
}

// BenchmarkSpaces measures the choice of a first page of conversation spaces in a storm: it holds
// the service's lock.
func BenchmarkSpaces(b *testing.B) {
	s, err := New(Config{World: world.Config{Scenario: "storm", Live: 5000, StatesPerSecond: 2000}})
	if err != nil {
		b.Fatal(err)
	}
	for range 20_000 {
		s.step()
	}
	n := 0
	for b.Loop() {
		n = len(s.spaceIDs(nil))
	}
	if n < 5000 {
		b.Fatalf("%d spaces", n)
	}
}
