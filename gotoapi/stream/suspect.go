package stream

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"
)

// Why a link was given up by Run and not by its reader.
var (
	errDeaf   = errors.New("no answer to a ping")
	errAsleep = errors.New("this computer was asleep")
)

// Suspect says that somebody has reason to doubt the link: events are missing that it should have
// brought. The link is asked for a sign of life at once, and replaced when none comes; and the
// service is asked whether the subscriptions are still there. It may be called from anywhere and
// does not block.
func (s *Stream) Suspect() {
	select {
	case s.suspect <- struct{}{}:
	default: // one doubt is as good as two
	}
}

// suspected follows Suspect.
func (l *loop) suspected() {
	if l.cur == nil {
		return
	}
	l.probe(errDeaf)
	l.readAt = time.Now()
}

// probe is a ping whose answer is waited for, Config.ProbeWait long.
type probe struct {
	sent, verdict time.Time // verdict is zero when nothing is being waited for
	why           error     // why the link ends when no answer comes
}

func (l *loop) probe(why error) {
	if !l.probing.verdict.IsZero() {
		return
	}
	now := time.Now()
	l.probing = probe{sent: now, verdict: now.Add(l.s.cfg.ProbeWait), why: why}
	k, limit := l.cur, l.s.cfg.ProbeWait
	l.task(func() func() { // a write to a dead link blocks
		_ = k.conn.WriteControl(websocket.PingMessage, []byte(`{"sequence":0}`), time.Now().Add(limit))
		return func() {}
	})
}

// judge ends a link that has not answered the probe. One that has slept and answers is taken to
// have missed something: what TCP saved for it may be the half.
func (l *loop) judge() {
	p := l.probing
	l.probing = probe{}
	switch {
	case l.cur == nil:
	case l.cur.lastSign().Before(p.sent):
		k := l.cur
		k.close(false)
		l.lost(p.why)
	case errors.Is(p.why, errAsleep):
		l.connected()
	}
}

// sleepAfter is how much the wall clock may jump before the computer is taken to have slept.
const sleepAfter = 30 * time.Second

// clockJump tells by how much the wall clock has jumped since it was last looked at, beyond the
// little that Run waits between two looks. The monotonic clock does not tell: on some systems it
// stands still in sleep, on others it goes on.
func (l *loop) clockJump() time.Duration {
	wall := l.s.cfg.Wall().Round(0)
	passed := wall.Sub(l.wall)
	l.wall = wall
	return passed - watchEvery
}

// closeIdle drops the connections of requests that wait for the next one.
func (c *Config) closeIdle() {
	if c.Client != nil { // a Feed may have its own
		c.Client.CloseIdleConnections()
	}
}

// awake follows a sleep of the computer: connections that look open may be long dead, and every
// wait that was planned has lost its meaning.
func (l *loop) awake(jump time.Duration) {
	l.s.cfg.Logger.InfoContext(l.ctx, "the clock has jumped, as after a sleep", "by", jump.Round(time.Second))
	l.s.cfg.closeIdle()
	if l.cur != nil {
		l.probe(errAsleep)
		l.readAt = time.Now()
		return
	}
	l.tries, l.down = 0, false
	if !l.opening {
		l.openAt = time.Now()
	}
}
