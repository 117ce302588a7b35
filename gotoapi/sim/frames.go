package sim

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"time"

	"ringside/gotoapi/sim/world"
)

// publication is an emission on its way to the channels.
type publication struct {
	due time.Time // the world's time
	world.Emission
}

// jitter is the time from a state to its notification: recorded ones took 73 to 298 ms, most of
// them about 90. Notifications of one account keep their order.
type jitter struct {
	rand *rand.Rand
	mean time.Duration
	last time.Time
}

// outerLag is how much later the outer timestamp of a frame is than its data.timestamp.
const outerLag = 16 * time.Millisecond

func (j *jitter) due(at time.Time) time.Time {
	spread := time.Duration(j.rand.Int64N(int64(j.mean)/2 + 1))
	due := at.Add(j.mean - j.mean/5 + spread + outerLag)
	if due.Before(j.last) {
		due = j.last
	}
	j.last = due
	return due
}

// post sends an emission on its way. One that says that a report has changed is so quick that it makes
// no other late, and takes its chance from a source of its own: the frames of the calls are the same
// with and without.
func (s *Service) post(e world.Emission) {
	var due time.Time
	if e.Revised {
		if due = e.At.Add(s.cfg.Lag / 2); due.Before(s.lag.last) {
			due = s.lag.last
		}
	} else {
		due = s.lag.due(e.At)
	}
	s.outbox = append(s.outbox, publication{due, e})
}

// publishNext sends the outbox's first publication to every channel that wants it. The frame
// is written down once; only the eventId differs from channel to channel.
func (s *Service) publishNext() {
	p := s.outbox[0]
	s.outbox[0] = publication{}
	s.outbox = s.outbox[1:]
	if p.State != nil {
		s.realtime.publish(s, *p.State)
	}
	nanos, ids := s.lag.nanos, s.ids
	if p.Revised {
		nanos, ids = s.late.nanos, s.late.ids
	}
	var f, bare *frame
	for _, c := range s.order {
		switch {
		case !c.wants(s, p.Emission):
		case c.hook != nil:
			if bare == nil {
				e := s.envelope(p)
				bare = &frame{source: e.source, whole: e.bare(ids.uuid())}
			}
			s.deliver(c, *bare)
		case c.sock == nil:
			s.stats.Unsent++ // nothing is kept for a channel without a socket
		default:
			if f == nil {
				f = s.envelope(p).seal(ids.uuid(), p.due.Add(nanos()))
			}
			s.deliver(c, *f)
		}
	}
}

// frame is a websocket message without its eventId: what follows that number.
type frame struct {
	source  string
	tail    []byte
	eventID uint64
	corrupt bool
	whole   []byte // a message of another kind, sent as it is
}

// appendTo writes the whole message down.
func (f frame) appendTo(b []byte) []byte {
	if f.whole != nil {
		b = append(b, f.whole...)
		if f.corrupt {
			b = b[:len(b)*2/3]
		}
		return b
	}
	b = append(b, `{"event":"Notification","eventId":`...)
	b = strconv.AppendUint(b, f.eventID, 10)
	b = append(b, f.tail...)
	if f.corrupt {
		b = b[:len(b)*2/3]
	}
	return b
}

// envelope is the part of a notification around its content (goto-api.md section 3). Every member
// is on the wire, null or not.
type envelope struct {
	source, kind string
	usage        string    // "" is null
	stamp        time.Time // zero is null
	ttl          int       // s
	ttlText      string    // instead of ttl, for a source that writes it as text
	bypass       bool      // bypassDoNotDisturb is known, as false; otherwise null
	content      []byte
}

// seal writes e down; sent is the outer timestamp, printed with nine decimals.
func (e envelope) seal(id string, sent time.Time) *frame {
	b := make([]byte, 0, len(e.content)+384)
	b = append(b, `,"timestamp":"`...)
	b = sent.UTC().AppendFormat(b, "2006-01-02T15:04:05.000000000Z")
	b = append(b, `","data":{"id":"`...)
	b = append(b, id...)
	b = append(b, `","source":"`...)
	b = append(b, e.source...)
	b = append(b, `","type":"`...)
	b = append(b, e.kind...)
	b = append(b, `","usage":`...)
	b = appendText(b, e.usage)
	b = append(b, `,"timestamp":`...)
	if e.stamp.IsZero() {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendQuote(b, e.printedStamp())
	}
	b = append(b, `,"ttl":`...)
	b = append(b, e.printedTTL()...)
	b = append(b, `,"topic":null,"displayNotification":null,"contentVersion":null,"content":`...)
	b = append(b, e.content...)
	if e.bypass {
		b = append(b, `,"bypassDoNotDisturb":false}}`...)
	} else {
		b = append(b, `,"bypassDoNotDisturb":null}}`...)
	}
	return &frame{source: e.source, tail: b}
}

// printedStamp is the publisher's time. Web calls have it with microseconds and the zone of the account.
func (e envelope) printedStamp() string {
	if e.source == sourceWebCalls {
		return e.stamp.In(accountZone()).Format("2006-01-02T15:04:05.000000-07:00")
	}
	return e.stamp.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z")
}

func (e envelope) printedTTL() string {
	if e.ttlText != "" {
		return strconv.Quote(e.ttlText)
	}
	return strconv.Itoa(e.ttl)
}

// appendText quotes one of the service's own words, or writes null for none.
func appendText(b []byte, word string) []byte {
	if word == "" {
		return append(b, "null"...)
	}
	return strconv.AppendQuote(b, word)
}

const (
	sourceCalls   = "call-events"
	sourceReports = "call-events-report"
	sourceControl = "notification-websocket"
)

// bare writes e down as a webhook gets it: without the outer members, and without those that are
// null.
func (e envelope) bare(id string) []byte {
	out := struct {
		ID      string          `json:"id"`
		Source  string          `json:"source"`
		Type    string          `json:"type"`
		Usage   string          `json:"usage,omitempty"`
		Stamp   string          `json:"timestamp,omitempty"`
		TTL     json.RawMessage `json:"ttl"`
		Content json.RawMessage `json:"content"`
		Bypass  *bool           `json:"bypassDoNotDisturb,omitempty"`
	}{ID: id, Source: e.source, Type: e.kind, Usage: e.usage, TTL: json.RawMessage(e.printedTTL()), Content: e.content}
	if !e.stamp.IsZero() {
		out.Stamp = e.printedStamp()
	}
	if e.bypass {
		out.Bypass = new(bool)
	}
	return encode(out)
}

// envelope is what the notification of a publication says. It holds until the next one is made.
func (s *Service) envelope(p publication) envelope {
	e := envelope{source: sourceCalls, kind: "call-state", stamp: p.due.Add(-outerLag), ttl: 600, bypass: true}
	switch {
	case p.Raw != nil:
		e.content = p.Raw
	case p.State != nil:
		e.content = encodeInto(&s.room, p.State)
	}
	if p.Report != "" {
		e.source, e.kind = sourceReports, reportKind(p.Emission)
		if p.Raw == nil {
			e.content = encode(struct {
				ID string `json:"conversationSpaceId"`
			}{p.Report})
		}
	}
	return e
}

// reportKind is the type of a notice about a report.
func reportKind(e world.Emission) string {
	if e.Revised {
		return "REPORT_SUMMARY_REVISION"
	}
	return "REPORT_SUMMARY"
}

// control is a frame of the notification service itself.
func (s *Service) control(kind string, left time.Duration, content any) frame {
	e := envelope{source: sourceControl, kind: kind, usage: "BACKGROUND", ttl: int(left / time.Second), content: encode(content)}
	return *e.seal(s.ids.uuid(), s.now().Add(s.lag.nanos()))
}

// nanos is the part of a time below a millisecond that outer timestamps carry.
func (j *jitter) nanos() time.Duration { return time.Duration(j.rand.Int64N(int64(time.Millisecond))) }

// late is where notices about changed reports have their chance from.
type late struct {
	ids *ids
	jitter
}

func newLate(seed uint64) late {
	return late{newIDs(seed, "late"), jitter{rand: newIDs(seed, "late nanoseconds").rand()}}
}
