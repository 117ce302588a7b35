package stream

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// silence makes the service answer no pings.
func (s *service) silence() *websocket.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = true
	return s.sockets[len(s.sockets)-1]
}

// TestPingsOfTheServiceCount has a service that pings and does not answer pings.
func TestPingsOfTheServiceCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(time.Second)
		c := r.silence()
		for range 12 {
			if err := c.WriteControl(websocket.PingMessage, []byte("you there?"), time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			settle(10 * time.Second)
			if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 0 {
				t.Fatalf("%+v", st)
			}
		}
	})
}

// TestLongMessageOnASlowLink comes in pieces for longer than the link may be silent, and no pong
// can come between.
func TestLongMessageOnASlowLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(time.Second)
		w, err := r.silence().NextWriter(websocket.TextMessage)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSuffix(state("c1", 1), "}") + `,"more":"` + strings.Repeat("x", 60<<10) + `"}`
		for piece := range slices.Chunk([]byte(text), 10<<10) {
			if _, err := w.Write(piece); err != nil {
				t.Fatal(err)
			}
			settle(10 * time.Second)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		settle(0)
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 0 || len(r.events) != 1 {
			t.Errorf("%+v, %d events", st, len(r.events))
		}
	})
}

// TestDoomedChannelIsNotResumed loses the link between the notice and the replacement.
func TestDoomedChannelIsNotResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		for range 4 { // without progress, so that the replacement has to wait
			settle(10 * time.Second)
			r.closeSockets()
		}
		settle(20 * time.Second)
		r.asked()
		r.send(0, control("WEBSOCKET_TO_BE_CLOSED"))
		settle(0)
		r.closeSockets()
		settle(30 * time.Second)
		if got := r.asked(); !slices.Contains(got, "POST channel") || r.alive() != 1 {
			t.Errorf("%v, %d channels", got, r.alive())
		}
		if st := r.stream.Status(); st.Link != Live {
			t.Errorf("%+v", st)
		}
	})
}

// TestNewChannelNotKnownYet has the service forget the channel it has just made, once.
func TestNewChannelNotKnownYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) {
			s.refuse = func(what string, n int) (int, string) {
				if what == "POST calls" && n == 1 {
					return 404, `{"errorCode":"RTC-NOTIFICATION-CHANNEL-NOT-FOUND"}`
				}
				return 0, ""
			}
		}, nil)
		settle(5 * time.Second)
		if st := r.stream.Status(); st.Link != Live || r.alive() != 1 || r.made != 2 {
			t.Errorf("%+v, %d of %d channels", st, r.alive(), r.made)
		}
	})
}

// TestConnectedIsCalledForEachLink has a Connected that does not heed its context.
func TestConnectedIsCalledForEachLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []bool
		release := make(chan struct{})
		r := start(t, nil, func(c *Config) {
			c.Connected = func(_ context.Context, first bool) {
				calls = append(calls, first)
				<-release
			}
		})
		settle(time.Second)
		for range 3 {
			r.closeSockets()
			settle(10 * time.Second)
		}
		if st := r.stream.Status(); st.Link != Recovering || len(calls) != 1 {
			t.Errorf("%+v, %v", st, calls)
		}
		close(release)
		settle(0)
		if st := r.stream.Status(); st.Link != Live || !slices.Equal(calls, []bool{true, false}) {
			t.Errorf("%+v, %v", st, calls)
		}
	})
}

// TestHandshakeWithoutAnswer opens sockets at a service that takes the connection and says nothing,
// with a dialer that would wait for ever.
func TestHandshakeWithoutAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := start(t, func(s *service) {
			s.refuse = func(what string, n int) (int, string) {
				if what == "socket" && n == 1 {
					s.mu.Unlock()
					<-release
					s.mu.Lock()
					return 500, ""
				}
				return 0, ""
			}
		}, func(c *Config) { c.Dialer.HandshakeTimeout = 0 })
		settle(29 * time.Second)
		if st := r.stream.Status(); st.Link != Connecting || st.Try != 1 {
			t.Errorf("%+v", st)
		}
		settle(2 * time.Second)
		if st := r.stream.Status(); st.Link != Live || st.Try != 2 || r.alive() != 1 {
			t.Errorf("%+v", st)
		}
		close(release)
	})
}
