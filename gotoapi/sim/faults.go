package sim

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// FaultKind names a way in which the service misbehaves.
type FaultKind string

// Faults of frames. Control frames (WEBSOCKET_REFRESH_REQUIRED and the like) are never struck.
const (
	Drop      FaultKind = "drop"      // the frame is lost; its eventId is used up
	Duplicate FaultKind = "duplicate" // the frame is sent twice, with one eventId
	Reorder   FaultKind = "reorder"   // the frame is sent after the next one of its channel, or after 1 s
	Delay     FaultKind = "delay"     // the frame is sent Fault.Delay late, past later ones
	Corrupt   FaultKind = "corrupt"   // the frame is cut short: no JSON any more
	Oversize  FaultKind = "oversize"  // the frame is blown up to Fault.Size bytes of good JSON
	Close     FaultKind = "close"     // the frame is sent, then the socket is closed with Fault.Code
	HalfOpen  FaultKind = "half-open" // the connection stays, but nothing is read or written any more
)

// Faults of requests.
const (
	Answer  FaultKind = "answer"  // requests under Fault.Path are answered with Fault.Status
	Slow    FaultKind = "slow"    // requests under Fault.Path are answered Fault.Delay late
	Garbage FaultKind = "garbage" // requests under Fault.Path are answered with 200 and what is no JSON
)

// Faults of web calls and their sound. A packet that is struck was sent, or is received, by the far end.
const (
	GiveUp     FaultKind = "give-up"     // the caller gives up in the moment in which a call is answered
	NeverSends FaultKind = "never-sends" // the far end of a call never sends any sound
	Loss       FaultKind = "loss"        // a packet of sound is lost, with Fault.Probability; Source "sent" or "received" is one way only
	Jitter     FaultKind = "jitter"      // a packet of sound leaves late, by any time up to Fault.Delay
)

// Faults that happen once, at the time of Faults.Now. Close and HalfOpen can be used so, too.
const (
	RefreshNotice FaultKind = "refresh-notice" // WEBSOCKET_REFRESH_REQUIRED is sent now
	ToBeClosed    FaultKind = "to-be-closed"   // WEBSOCKET_TO_BE_CLOSED now, the channel ends Config.CloseGrace later
	RevokeTokens  FaultKind = "revoke-tokens"  // access tokens become AUTHN_INVALID_TOKEN
	ExpireTokens  FaultKind = "expire-tokens"  // access tokens become AUTHN_EXPIRED_TOKEN
	ChannelGone   FaultKind = "channel-gone"   // the channel ends with its subscriptions; its socket is closed
	Unsubscribe   FaultKind = "unsubscribe"    // the subscriptions are gone; channel and socket live on
	Unregister    FaultKind = "unregister"     // the extensions of all devices are no longer registered
)

// Fault is a rule of Faults.Add, or what Faults.Now does. Without Probability and Every a rule
// strikes each frame or request that it matches.
type Fault struct {
	Kind        FaultKind
	Probability float64       // of each match, 0 to 1; 0 is always. Of Loss: the share of packets
	Every       int           // strikes each n-th match; 0 is each
	Count       int           // strikes so many times and is then spent; 0 is no end
	Source      string        // frames of this data.source only, such as "call-events"; "" is all
	Path        string        // faults of requests: those whose path begins so, * being any segment; "" is all
	Method      string        // faults of requests: those of this method only, such as "PUT"; "" is all
	Status      int           // Answer: HTTP status, 400 to 599
	Delay       time.Duration // Delay, Slow, Jitter: how late; 0 is 2 s, for Jitter 50 ms. Answer 429 of the CRM: what its Retry-After says
	Size        int           // Oversize: bytes; 0 is 4 MiB
	Code        int           // Close: close code; 0 is 1011, 1006 ends without a close frame
}

// FaultState is a rule and what became of it.
type FaultState struct {
	ID    int
	Seen  uint64 // frames or requests that it matched
	Fired uint64 // and those that it struck
	Fault
}

// Faults makes a Service misbehave. Rules are asked in the order in which they were added; the
// first that strikes has the frame or the request. Its methods may be called from any goroutine.
type Faults struct {
	s     *Service
	rand  *rand.Rand
	rules []*FaultState
	last  int
	fired map[FaultKind]uint64
}

func newFaults(s *Service, seed uint64) *Faults {
	return &Faults{s: s, rand: newIDs(seed, "faults").rand(), fired: make(map[FaultKind]uint64)}
}

// Add enters a rule and returns its number. The error says which member is impossible.
func (f *Faults) Add(rule Fault) (int, error) {
	rule, err := rule.rule()
	if err != nil {
		return 0, err
	}
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.last++
	f.rules = append(f.rules, &FaultState{ID: f.last, Fault: rule})
	return f.last, nil
}

// rule checks f as a rule and fills its defaults in.
func (f Fault) rule() (Fault, error) {
	switch f.Kind {
	case Drop, Duplicate, Reorder, Delay, Corrupt, Oversize, Close, HalfOpen, Slow, Garbage, GiveUp, NeverSends, Loss, Jitter:
	case Answer:
		if f.Status < 400 || f.Status > 599 {
			return f, fmt.Errorf("fault answer: status %d is no refusal; give one from 400 to 599", f.Status)
		}
	default:
		return f, fmt.Errorf("fault %q is no rule; the rules are drop, duplicate, reorder, delay, corrupt, oversize, close, half-open, answer, slow, garbage, give-up, never-sends, loss and jitter", f.Kind)
	}
	switch {
	case !(f.Probability >= 0 && f.Probability <= 1):
		return f, fmt.Errorf("fault %s: probability %g is not between 0 and 1", f.Kind, f.Probability)
	case f.Every < 0 || f.Count < 0 || f.Delay < 0 || f.Size < 0 || f.Size > 64<<20:
		return f, fmt.Errorf("fault %s: every, count, delay and size must not be negative, and size at most 64 MiB", f.Kind)
	}
	if f.Kind == Jitter {
		orDefault(&f.Delay, 50*time.Millisecond)
	}
	orDefault(&f.Delay, 2*time.Second)
	orDefault(&f.Size, 4<<20)
	return f.closing()
}

// closing checks the close code and fills its default in.
func (f Fault) closing() (Fault, error) {
	orDefault(&f.Code, websocket.CloseInternalServerErr)
	if f.Code < 1000 || f.Code > 4999 {
		return f, fmt.Errorf("fault close: code %d does not exist; give one from 1000 to 4999", f.Code)
	}
	return f, nil
}

// Remove takes a rule out and tells whether it was there.
func (f *Faults) Remove(id int) bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	before := len(f.rules)
	f.rules = slices.DeleteFunc(f.rules, func(r *FaultState) bool { return r.ID == id })
	return len(f.rules) < before
}

// Clear takes all rules out. The counts of Fired stay.
func (f *Faults) Clear() {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.rules = nil
}

// Rules lists the rules with their counts.
func (f *Faults) Rules() []FaultState {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	states := make([]FaultState, len(f.rules))
	for i, r := range f.rules {
		states[i] = *r
	}
	return states
}

// Fired is how many times faults of a kind have struck, by rules and by Now.
func (f *Faults) Fired(kind FaultKind) uint64 {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return f.fired[kind]
}

// AllFired is Fired for every kind that has struck.
func (f *Faults) AllFired() map[FaultKind]uint64 {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return maps.Clone(f.fired)
}

// Now makes a fault happen at once to every connected socket, or to every access token, and
// returns to how many.
func (f *Faults) Now(fault Fault) (int, error) {
	fault, err := fault.closing()
	if err != nil {
		return 0, err
	}
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	hit := 0
	switch fault.Kind {
	case Close, HalfOpen:
		for k := range f.s.sockets {
			k.suffer(fault)
			hit++
		}
	case RefreshNotice, ToBeClosed, ChannelGone, Unsubscribe:
		for _, c := range slices.Clone(f.s.order) {
			if c.sock != nil || c.hook != nil && (fault.Kind == ChannelGone || fault.Kind == Unsubscribe) {
				f.touch(c, fault)
				hit++
			}
		}
	case RevokeTokens, ExpireTokens:
		hit = f.spoil(fault.Kind)
	case Unregister:
		for _, d := range f.s.phones.order {
			for _, l := range slices.Clone(d.lines) {
				f.s.unregistered(l)
				hit++
			}
		}
	default:
		return 0, fmt.Errorf("fault %q cannot happen at once; close, half-open, refresh-notice, to-be-closed, revoke-tokens, expire-tokens, channel-gone, unsubscribe and unregister can", fault.Kind)
	}
	f.fired[fault.Kind] += uint64(hit)
	return hit, nil
}

func (f *Faults) touch(c *channel, fault Fault) {
	switch fault.Kind {
	case RefreshNotice:
		f.s.askRefresh(c, min(f.s.cfg.RefreshNotice, time.Until(c.ends)))
	case ChannelGone:
		f.s.remove(c, "channel is gone")
	case Unsubscribe:
		clear(c.calls)
		c.reports = nil
	case ToBeClosed:
		f.s.warnOfClose(c, f.s.cfg.CloseGrace)
		f.s.at(f.s.cfg.CloseGrace, func() {
			if !c.gone {
				f.s.remove(c, "channel is to be replaced")
			}
		})
	}
}

// suffer does what a Close or a HalfOpen fault asks for.
func (k *socket) suffer(fault Fault) {
	switch {
	case fault.Kind == HalfOpen:
		k.stall()
	case fault.Code == websocket.CloseAbnormalClosure:
		k.abort()
	default:
		k.goodbye(fault.Code, "simulated fault")
	}
}

// spoil makes every access token that still works useless.
func (f *Faults) spoil(kind FaultKind) int {
	now, hit := time.Now(), 0
	for _, t := range f.s.vault.tokens {
		if t.revoked || now.After(t.expires) {
			continue
		}
		hit++
		if kind == RevokeTokens {
			t.revoked = true
		} else {
			t.expires = now
		}
	}
	return hit
}

// pick returns the first rule that matches and strikes.
func (f *Faults) pick(matches func(*FaultState) bool) *FaultState {
	for _, r := range f.rules {
		if r.Count > 0 && r.Fired >= uint64(r.Count) || !matches(r) {
			continue
		}
		r.Seen++
		if r.Every > 0 && r.Seen%uint64(r.Every) != 0 || r.Probability > 0 && f.rand.Float64() >= r.Probability {
			continue
		}
		r.Fired++
		f.fired[r.Kind]++
		return r
	}
	return nil
}

// ofRequests tells whether a fault strikes requests, not frames.
func (k FaultKind) ofRequests() bool { return k == Answer || k == Slow || k == Garbage }

// ofFrames tells whether a fault strikes frames.
func (k FaultKind) ofFrames() bool { return !k.ofRequests() && !k.ofCalls() }

// ofCalls tells whether a fault strikes web calls or their sound.
func (k FaultKind) ofCalls() bool { return k == GiveUp || k == NeverSends || k == Loss || k == Jitter }

// gaveUp asks whether the caller gives up now.
func (f *Faults) gaveUp() bool {
	return f.pick(func(r *FaultState) bool { return r.Kind == GiveUp }) != nil
}

// neverSends asks whether the far end of a call that begins to sound never does.
func (f *Faults) neverSends() bool {
	return f.pick(func(r *FaultState) bool { return r.Kind == NeverSends }) != nil
}

// way asks what becomes of a packet of sound.
func (f *Faults) way(sent bool) (lost bool, late time.Duration) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if len(f.rules) == 0 {
		return false, 0
	}
	source := "received"
	if sent {
		source = "sent"
	}
	if f.pick(func(r *FaultState) bool { return r.Kind == Loss && (r.Source == "" || r.Source == source) }) != nil {
		return true, 0
	}
	if sent {
		if r := f.pick(func(r *FaultState) bool { return r.Kind == Jitter }); r != nil {
			late = time.Duration(f.rand.Int64N(int64(r.Delay) + 1))
		}
	}
	return false, late
}

// under tells whether a request's path is one that a rule asks for: it begins with the rule's, in which *
// stands for one segment.
func under(path, rule string) bool {
	for {
		before, after, starred := strings.Cut(rule, "*")
		if !strings.HasPrefix(path, before) {
			return false
		}
		if !starred {
			return true
		}
		path, rule = path[len(before):], after
		if i := strings.IndexByte(path, '/'); i >= 0 {
			path = path[i:]
		} else {
			path = ""
		}
	}
}

// request returns what a rule wants done to the request.
func (f *Faults) request(method, path string) (Fault, bool) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	r := f.pick(func(r *FaultState) bool {
		return r.Kind.ofRequests() && under(path, r.Path) && (r.Method == "" || r.Method == method)
	})
	if r == nil {
		return Fault{}, false
	}
	return r.Fault, true
}

// strike sends a frame on a channel, or does to it what a rule wants.
func (f *Faults) strike(c *channel, fr frame) {
	r := f.pick(func(r *FaultState) bool {
		return r.Kind.ofFrames() && (r.Source == "" || r.Source == fr.source) && (r.Kind != Reorder || c.held == nil) &&
			(c.hook == nil || r.Kind != Close && r.Kind != HalfOpen && r.Kind != Oversize)
	})
	if r == nil {
		f.s.push(c, fr)
		return
	}
	switch r.Kind {
	case Drop:
	case Duplicate:
		f.s.push(c, fr)
		f.s.push(c, fr)
	case Reorder:
		f.hold(c, &fr)
	case Delay:
		f.later(c, fr, r.Delay)
	case Corrupt:
		fr.corrupt = true
		f.s.push(c, fr)
	case Oversize:
		f.s.push(c, fr.inflate(r.Size))
	case Close:
		k := c.sock
		f.s.push(c, fr)
		k.suffer(r.Fault)
	case HalfOpen:
		c.sock.suffer(r.Fault)
	}
}

// hold keeps a frame back until the channel's next one, but not for ever.
func (f *Faults) hold(c *channel, fr *frame) {
	c.held = fr
	f.s.at(time.Second, func() {
		if c.held == fr {
			c.held = nil
			f.s.push(c, *fr)
		}
	})
}

func (f *Faults) later(c *channel, fr frame, by time.Duration) {
	k := c.sock
	f.s.at(by, func() {
		if c.sock == k {
			f.s.push(c, fr)
		}
	})
}

// inflate gives the frame one more outer member that fills it up to size bytes. Clients ignore
// members that they do not know.
func (f frame) inflate(size int) frame {
	const name = `,"padding":"`
	body := bytes.TrimSuffix(f.tail, []byte("}"))
	fill := max(size-len(f.appendTo(nil))-len(name)-1, 0)
	tail := make([]byte, 0, size)
	tail = append(tail, body...)
	tail = append(tail, name...)
	tail = append(tail, bytes.Repeat([]byte("x"), fill)...)
	tail = append(tail, `"}`...)
	f.tail = tail
	return f
}
