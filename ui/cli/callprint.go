package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"ringside/store/call"
	store "ringside/store/phone"
	"ringside/ui/text"
)

// phoneSchema names the records that `dial --json` and `answer --json` print.
const phoneSchema = "ringside.phone/1"

// phoneRecord is one thing that happened to a call of this telephone.
type phoneRecord struct {
	Schema    string        `json:"schema"`
	At        time.Time     `json:"at"`
	Event     string        `json:"event"`     // dialling, ringing, answering, answered, hold, resumed, muted, unmuted, tones, sound, note, ended
	Call      string        `json:"call"`      // names the call within this run
	Leg       string        `json:"leg"`       // of the call's states and report; "" until it is known
	Direction string        `json:"direction"` // outbound or inbound
	Number    string        `json:"number"`    // of the far end
	Name      string        `json:"name"`      // of the far end
	Held      bool          `json:"held"`      //
	Muted     bool          `json:"muted"`     //
	Tones     string        `json:"tones"`     // sent so far
	Sound     *soundQuality `json:"sound"`     // null before anything was measured
	TalkMs    int64         `json:"talk_ms"`   // since it was answered
	Why       string        `json:"why"`       // how it ended, or what failed
	Hint      string        `json:"hint"`      //
}

// soundQuality is how well the sound travels.
type soundQuality struct {
	Words    string  `json:"words"`
	Loss     float64 `json:"loss"`      // 0 to 1
	JitterMs int64   `json:"jitter_ms"` //
	TripMs   int64   `json:"trip_ms"`   // there and back; 0 when unknown
}

// callPrinter prints what becomes of calls: a line for people, or a record, for each thing that happens.
type callPrinter struct {
	out    io.Writer
	json   bool
	now    func() time.Time
	number func(string) string // how a number is shown to people
	mask   func(string) string // what of it may be seen
	seen   map[string]store.Call
	// incoming: calls that ring here are what is printed, else those that are made.
	incoming bool
}

// print tells what has changed since the last view.
func (p *callPrinter) print(v *store.View) error {
	for _, c := range v.Calls {
		if c.Incoming != p.incoming {
			continue
		}
		was, known := p.seen[c.ID]
		p.seen[c.ID] = c
		for _, event := range happened(was, c, known) {
			if err := p.tell(event, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// happened names what has happened to a call between two views of it.
func happened(was, c store.Call, known bool) (events []string) {
	add := func(is bool, event string) {
		if is {
			events = append(events, event)
		}
	}
	state := !known || was.State != c.State
	add(state && c.State == store.Dialling, "dialling")
	add(state && (c.State == store.Calling || c.State == store.Ringing && !known), "ringing")
	add(state && c.State == store.Answering, "answering")
	add(was.Answered.IsZero() && !c.Answered.IsZero(), "answered")
	add(!was.Held && c.Held, "hold")
	add(was.Held && !c.Held && c.Open(), "resumed")
	add(!was.Muted && c.Muted, "muted")
	add(was.Muted && !c.Muted && c.Open(), "unmuted")
	add(was.Tones != c.Tones, "tones")
	add(c.Open() && was.Quality.Words() != c.Quality.Words() && c.Quality.Words() != "", "sound")
	add(c.Open() && was.Why != c.Why && c.Why != "", "note")
	add(state && c.State == store.Ended, "ended")
	return events
}

func (p *callPrinter) tell(event string, c store.Call) error {
	talked := time.Duration(0)
	if !c.Answered.IsZero() {
		end := c.Ended
		if end.IsZero() {
			end = p.now()
		}
		talked = max(end.Sub(c.Answered), 0)
	}
	if p.json {
		r := recordOf(event, c, p.now(), talked)
		r.Number = p.mask(r.Number)
		return json.NewEncoder(p.out).Encode(r)
	}
	line := p.line(event, c, talked)
	if c.Hint != "" && (event == "note" || event == "ended") {
		line += "\nhint: " + c.Hint
	}
	_, err := fmt.Fprintln(p.out, printable(line))
	return err
}

func recordOf(event string, c store.Call, now time.Time, talked time.Duration) phoneRecord {
	r := phoneRecord{
		Schema: phoneSchema, At: now.UTC(), Event: event, Call: c.ID, Leg: c.LegID, Direction: "outbound",
		Number: call.Clean(c.Number), Name: call.Clean(c.Name), Held: c.Held, Muted: c.Muted, Tones: c.Tones,
		TalkMs: talked.Milliseconds(), Why: call.Clean(c.Why), Hint: call.Clean(c.Hint),
	}
	if c.Incoming {
		r.Direction = "inbound"
	}
	if q := c.Quality; q.Words() != "" {
		r.Sound = &soundQuality{q.Words(), q.Loss, q.Jitter.Milliseconds(), q.Trip.Milliseconds()}
	}
	return r
}

// line says what has happened, for a person.
func (p *callPrinter) line(event string, c store.Call, talked time.Duration) string {
	who := partyText(call.Party{Name: c.Name, Number: p.number(c.Number)})
	switch event {
	case "dialling":
		return "dialling " + who
	case "ringing":
		if c.Incoming {
			return who + " is calling"
		}
		return "it rings there"
	case "answering":
		return "answering"
	case "answered":
		return "connected with " + who + " after " + text.Figure(c.Answered.Sub(c.Began))
	case "hold":
		return "on hold"
	case "resumed":
		return "off hold"
	case "tones":
		return "tones sent: " + c.Tones
	case "sound":
		words := c.Quality.Words()
		if strings.HasPrefix(words, "no sound") {
			return words
		}
		return "sound: " + words
	case "note":
		return c.Why
	case "ended":
		if talked == 0 {
			return "ended: " + c.Why
		}
		return "ended after " + text.Figure(talked) + ": " + c.Why
	}
	return event
}
