package connect

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/phone"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
	store "ringside/store/phone"
)

// paper is sound that is agreed upon and made by nobody.
type paper struct{}

const paperOffer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 126\r\nc=IN IP4 0.0.0.0\r\n" +
	"a=setup:actpass\r\na=ice-ufrag:eY+O\r\na=ice-pwd:6V4eSXF/FlGsg25aSo7z4/J4\r\na=rtcp-mux\r\na=sendrecv\r\n" +
	"a=rtpmap:111 OPUS/48000/2\r\na=rtpmap:126 telephone-event/8000\r\na=fingerprint:sha-256 6C:A1\r\na=candidate:1 1 UDP 2013266431 192.0.2.4 50127 typ host\r\n"

func (paper) Sound() store.Sound              { return store.Sound{On: true} }
func (paper) Session() (phone.Session, error) { return &sheet{failed: make(chan error)}, nil }

type sheet struct {
	failed chan error
	mu     sync.Mutex
	answer string
}

func (s *sheet) Offer(context.Context) (string, error)         { return paperOffer, nil }
func (s *sheet) Reoffer(context.Context, bool) (string, error) { return paperOffer, nil }
func (s *sheet) Play(bool)                                     {}
func (s *sheet) Mute(bool)                                     {}
func (s *sheet) Tone(context.Context, string) error            { return nil }
func (s *sheet) Quality() store.Quality                        { return store.Quality{} }
func (s *sheet) Level() store.Level                            { return store.Level{} }
func (s *sheet) Failed() <-chan error                          { return s.failed }
func (s *sheet) Close() error                                  { return nil }
func (s *sheet) Accept(answer string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
	return nil
}

// telephone is a telephone at the bench's far end.
type telephone struct {
	*phone.Phone
	stop func()
}

// plug starts a telephone of my line.
func (b *bench) plug() *telephone {
	t := &telephone{Phone: Phone(b.far.Link(nil), paper{}, "ringside-bench", func(*store.View) {})}
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	go func() { done <- t.Run(ctx) }()
	t.stop = func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	}
	return t
}

// await gives the first call that is as asked for, as soon as there is one.
func (t *telephone) await(tt *testing.T, what string, is func(store.Call) bool) store.Call {
	tt.Helper()
	for range 6000 {
		for _, c := range t.View().Calls {
			if is(c) {
				return c
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	tt.Fatalf("no call is %s: %+v", what, t.View())
	return store.Call{}
}

func in(state store.CallState) func(store.Call) bool {
	return func(c store.Call) bool { return c.State == state }
}

// leg gives the call of the board that has a leg, and what the leg does there.
func (b *bench) leg(id string) (*call.Call, call.Status) {
	v := b.Store.View()
	for _, calls := range []iter.Seq2[int, *call.Call]{v.Live.All(), v.Done.All()} {
		for _, c := range calls {
			for i, p := range c.People {
				if p.LegID == id && id != "" {
					return c, c.Legs[i].Status
				}
			}
		}
	}
	return nil, call.StatusGone
}

// One call, told by the telephone, the board and the report: it rings me, I take it, hold it, and hang
// up.
func TestPhoneBoardAndReportAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startBench(t, sim.Config{World: world.Config{Seed: 4}, NoMedia: true}, call.Options{})
		defer b.far.Close()
		p := b.plug()
		time.Sleep(time.Second)
		if line := p.View().Line; line.State != store.Ready {
			t.Fatalf("%+v", line)
		}
		c := p.await(t, "ringing", in(store.Ringing))
		time.Sleep(2 * time.Second)
		c = p.await(t, "ringing yet", func(o store.Call) bool { return o.ID == c.ID && o.State == store.Ringing })
		on, status := b.leg(c.LegID)
		if on == nil || status != call.StatusRinging || !on.Rings || on.From.Number != c.Number {
			t.Fatalf("rings %+v, on the board %v %+v", c, status, on)
		}

		if err := p.Answer(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		c = p.await(t, "talking", in(store.Talking))
		if on, status = b.leg(c.LegID); status != call.StatusConnected || on.State != call.StateTalking || on.Rings {
			t.Errorf("talking, on the board %v %v", status, on.State)
		}
		if err := p.Hold(t.Context(), c.ID, true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if on, _ = b.leg(c.LegID); on.State != call.StateOnHold || !p.View().Calls[0].Held {
			t.Errorf("held, on the board %v", on.State)
		}
		if err := p.Hold(t.Context(), c.ID, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if err := p.HangUp(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		ended := p.await(t, "over", in(store.Ended))
		time.Sleep(30 * time.Second)
		on, _ = b.leg(c.LegID)
		r, err := b.far.Link(nil).Client.Reports.Report(t.Context(), on.ID)
		if err != nil {
			t.Fatal(err)
		}
		var mine *call.Answer
		for _, a := range on.Answered {
			if a.Extension == b.far.Hello.Me.Extension {
				mine = &a
			}
		}
		if mine == nil || on.Live() || len(on.Holds) != 1 {
			t.Fatalf("in the end, on the board %+v, holds %+v", on.Answered, on.Holds)
		}
		answered := on.Created.Add(time.Duration(mine.AtMs) * time.Millisecond)
		if d := ended.Answered.Sub(answered).Abs(); d > time.Second {
			t.Errorf("answered at %v here, at %v on the board", ended.Answered, answered)
		}
		if held := time.Duration(on.Holds[0].Ms) * time.Millisecond; held < 9*time.Second || held > 11*time.Second {
			t.Errorf("held for %v", held)
		}
		if !slices.ContainsFunc(r.People, func(q call.ReportPerson) bool { return q.LegID == c.LegID }) {
			t.Errorf("leg %s is not in the report", c.LegID)
		}
		p.stop()
		b.stop()
	})
}

// arrivals notes when answers reach the service.
type arrivals struct {
	next http.Handler
	mu   sync.Mutex
	at   []time.Time
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/answer") {
		a.mu.Lock()
		a.at = append(a.at, time.Now())
		a.mu.Unlock()
	}
	a.next.ServeHTTP(w, r)
}

// From the answer key to the request at the service, by the real clock: half of five answers in a row within the
// promised time. A machine that is busy with other things is given more than five.
func TestTheAnswerIsQuick(t *testing.T) {
	const promised = 50 * time.Millisecond
	b := farBench(t, sim.Config{World: world.Config{Seed: 4, CallsPerHour: 2400, Agents: 4}, NoMedia: true, Speed: 20})
	defer b.far.Close()
	a := &arrivals{next: b.far.srv.Handler}
	b.far.srv.Handler = a
	p := b.plug()
	defer p.stop()
	var took []time.Duration
	quick := func() bool {
		if len(took) < 5 {
			return false
		}
		last := slices.Sorted(slices.Values(took[len(took)-5:]))
		return last[2] <= promised
	}
	for !quick() && len(took) < 40 {
		c := p.await(t, "ringing", in(store.Ringing))
		time.Sleep(300 * time.Millisecond) // nobody is quicker
		key := time.Now()
		if err := p.Answer(t.Context(), c.ID); err != nil {
			continue // the caller was quicker: twenty times as quick as in life
		}
		a.mu.Lock()
		took = append(took, a.at[len(a.at)-1].Sub(key))
		a.mu.Unlock()
		if err := p.HangUp(t.Context(), c.ID); err != nil {
			t.Log(err)
		}
	}
	t.Logf("answer key to request: %v", took)
	if !quick() {
		t.Errorf("took %v", took)
	}
}

// Two hours of the floor's calls, taken and made one after another, leave nothing behind at either end.
func TestTwoHoursAtTheTelephone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 9}, NoMedia: true})
		defer b.far.Close()
		p := b.plug()
		time.Sleep(time.Second)
		var base usage
		var channels, n int
		began := time.Now()
		for time.Since(began) < long(2*time.Hour) {
			n++
			if n%4 == 0 {
				if _, err := p.Dial(t.Context(), "+12125550110"); err != nil {
					t.Fatal(err)
				}
			} else {
				c := p.await(t, "ringing", in(store.Ringing))
				time.Sleep(time.Second)
				if err := p.Answer(t.Context(), c.ID); err != nil {
					t.Logf("call %d: %v", n, err)
				}
			}
			time.Sleep(20 * time.Second)
			for _, c := range p.View().Calls {
				if c.State != store.Ringing && c.Open() {
					if err := p.HangUp(t.Context(), c.ID); err != nil && !strings.Contains(err.Error(), "over") {
						t.Errorf("call %d: %v", n, err)
					}
				}
			}
			time.Sleep(15 * time.Second)
			if n == least(40) {
				base, channels = measure(), b.far.Service.Stats().Channels
			}
		}
		end := measure()
		t.Logf("%d calls; after the first third %v and %d channels, at the end %v", n, base, channels, end)
		if n < least(120) || end.goroutines > base.goroutines+8 || b.far.Service.Stats().Channels != channels {
			t.Errorf("%d calls, %v, %v, %d channels", n, base, end, b.far.Service.Stats().Channels)
		}
		p.stop()
		if left := b.far.Service.Stats().Channels; left != 0 {
			t.Errorf("%d channels are left", left)
		}
	})
}

// A fault of the service on each step: said, and the line goes on.
func TestTheTelephoneAndTheFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 4}, NoMedia: true})
		defer b.far.Close()
		p := b.plug()
		faults := b.far.Service.Faults()
		for _, f := range []sim.FaultKind{sim.Unregister, sim.ChannelGone, sim.ToBeClosed, sim.HalfOpen} {
			time.Sleep(5 * time.Second)
			if hit, err := faults.Now(sim.Fault{Kind: f}); err != nil || hit == 0 {
				t.Fatalf("%s: %d, %v", f, hit, err)
			}
			time.Sleep(45 * time.Second)
			if line := p.View().Line; line.State != store.Ready {
				t.Errorf("after %s: %+v", f, line)
			}
		}
		if _, err := faults.Add(sim.Fault{Kind: sim.GiveUp}); err != nil {
			t.Fatal(err)
		}
		c := p.await(t, "ringing", in(store.Ringing))
		if err := p.Answer(t.Context(), c.ID); err == nil || !strings.Contains(err.Error(), "gave up") {
			t.Errorf("answered a caller who gave up: %v", err)
		}
		c = p.await(t, "over", func(o store.Call) bool { return o.ID == c.ID && o.State == store.Ended })
		if c.Why != "the caller gave up before you were connected" {
			t.Errorf("%+v", c)
		}
		p.stop()
	})
}

// What an account without the right to it says.
func TestNoTelephoneForThisLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 4}, NoMedia: true})
		defer b.far.Close()
		if _, err := b.far.Service.Faults().Add(sim.Fault{Kind: sim.Answer, Status: 403, Path: "/web-calls/"}); err != nil {
			t.Fatal(err)
		}
		p := b.plug()
		time.Sleep(time.Minute)
		if line := p.View().Line; line.State != store.Refused || line.Why == "" || line.Hint == "" {
			t.Errorf("%+v", line)
		}
		if asked := b.meter.take(); asked["POST web-calls/v1/devices"] != 1 {
			t.Errorf("asked %v", asked)
		}
		p.stop()
	})
}
