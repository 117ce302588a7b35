package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ringside/gotoapi/sim/world"
)

// Stats is what a Service has done so far.
type Stats struct {
	Now      time.Time `json:"now"` // the world's
	Speed    float64   `json:"speed"`
	Live     int       `json:"live"`     // conversation spaces listed as live
	Clients  int       `json:"clients"`  // websockets open now
	Channels int       `json:"channels"` // notification channels now
	Requests uint64    `json:"requests"` // but for those to /_sim
	Connects uint64    `json:"connects"` // websockets ever opened
	States   uint64    `json:"states"`   // call states since Run began
	Frames   uint64    `json:"frames"`   // websocket messages sent, control frames included
	Bytes    uint64    `json:"bytes"`    // of those messages
	Unsent   uint64    `json:"unsent"`   // frames for channels without a socket
	TooSlow  uint64    `json:"tooSlow"`  // sockets closed because their client read too slowly

	Phones   int `json:"phones"`   // extensions registered on devices now
	WebCalls int `json:"webCalls"` // calls of those now
	Sounds   int `json:"sounds"`   // of those, the ones that have sound, and what is left of earlier ones

	Webhooks     int    `json:"webhooks"`     // webhook channels now
	Deliveries   uint64 `json:"deliveries"`   // requests sent to webhooks, redeliveries included
	Redeliveries uint64 `json:"redeliveries"` // of those, repetitions after a failure
	Delivered    uint64 `json:"delivered"`    // notifications that a webhook took
	Undelivered  uint64 `json:"undelivered"`  // notifications that were dropped in the end
}

// Stats returns the counts of this moment.
func (s *Service) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Now, st.Speed = s.now(), s.clock.speed
	st.Live, st.Clients, st.Channels = len(s.world.Live()), len(s.sockets), len(s.channels)
	st.Phones, st.WebCalls, st.Sounds = len(s.phones.lines), len(s.phones.calls), s.voice.Sessions()
	for _, c := range s.order {
		if c.hook != nil {
			st.Webhooks++
		}
	}
	return st
}

// faultBody is a Fault as the control endpoint reads and writes it; Delay is text such as "2s".
type faultBody struct {
	ID          int       `json:"id,omitempty"`
	Kind        FaultKind `json:"kind"`
	Probability float64   `json:"probability,omitempty"`
	Every       int       `json:"every,omitempty"`
	Count       int       `json:"count,omitempty"`
	Source      string    `json:"source,omitempty"`
	Path        string    `json:"path,omitempty"`
	Method      string    `json:"method,omitempty"`
	Status      int       `json:"status,omitempty"`
	Delay       string    `json:"delay,omitempty"`
	Size        int       `json:"size,omitempty"`
	Code        int       `json:"code,omitempty"`
	Now         bool      `json:"now,omitempty"` // happens at once and is no rule
	Seen        uint64    `json:"seen"`
	Fired       uint64    `json:"fired"`
}

func (b faultBody) fault() (Fault, error) {
	f := Fault{Kind: b.Kind, Probability: b.Probability, Every: b.Every, Count: b.Count, Source: b.Source, Path: b.Path, Method: b.Method,
		Status: b.Status, Size: b.Size, Code: b.Code}
	if b.Delay == "" {
		return f, nil
	}
	var err error
	f.Delay, err = time.ParseDuration(b.Delay)
	return f, err
}

func (st FaultState) body() faultBody {
	b := faultBody{ID: st.ID, Kind: st.Kind, Probability: st.Probability, Every: st.Every, Count: st.Count, Source: st.Source,
		Path: st.Path, Method: st.Method, Status: st.Status, Seen: st.Seen, Fired: st.Fired}
	switch st.Kind { // the others' defaults say nothing
	case Delay, Slow, Jitter:
		b.Delay = st.Delay.String()
	case Oversize:
		b.Size = st.Size
	case Close:
		b.Code = st.Code
	}
	return b
}

// controlRoutes are the paths below /_sim; the package comment describes them.
func (s *Service) controlRoutes(mux *http.ServeMux) {
	handle := func(path string, m methods) { mux.Handle(path, s.dispatch(m)) }
	get := func(answer func() any) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, encode(answer())) })
	}
	handle("/_sim/stats", methods{"GET": get(func() any { return s.Stats() })})
	handle("/_sim/truth", methods{"GET": http.HandlerFunc(s.controlTruths)})
	handle("/_sim/truth/{id}", methods{"GET": http.HandlerFunc(s.controlTruth)})
	handle("/_sim/speed", methods{"PUT": http.HandlerFunc(s.controlSpeed)})
	handle("/_sim/pick-up", methods{"POST": http.HandlerFunc(s.controlPickUp)})
	handle("/_sim/faults", methods{
		"GET":    get(s.controlFaults),
		"POST":   http.HandlerFunc(s.controlAdd),
		"DELETE": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.faults.Clear(); w.WriteHeader(http.StatusNoContent) }),
	})
	handle("/_sim/faults/{id}", methods{"DELETE": http.HandlerFunc(s.controlRemove)})
}

func (s *Service) controlFaults() any {
	rules := []faultBody{}
	for _, r := range s.faults.Rules() {
		rules = append(rules, r.body())
	}
	return struct {
		Rules []faultBody          `json:"rules"`
		Fired map[FaultKind]uint64 `json:"fired"`
	}{rules, s.faults.AllFired()}
}

// controlAdd enters a rule, or makes a fault happen now.
func (s *Service) controlAdd(w http.ResponseWriter, r *http.Request) {
	var body faultBody
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		s.refuse(w, errMalformed())
		return
	}
	fault, err := body.fault()
	switch {
	case err != nil:
	case body.Now:
		var hit int
		if hit, err = s.faults.Now(fault); err == nil {
			body.Fired = uint64(hit)
		}
	default:
		body.ID, err = s.faults.Add(fault)
	}
	if err != nil {
		s.refuse(w, errBadRequest("kind", err.Error()))
		return
	}
	writeJSON(w, http.StatusCreated, encode(body))
}

func (s *Service) controlRemove(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !s.faults.Remove(id) {
		s.refuse(w, errNotFound("Fault "+r.PathValue("id")))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// PickUp answers the oldest call that rings for an extension on its own telephone, as its owner would who
// gets up and walks to it. The error says that nothing rings.
func (s *Service) PickUp(extension string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.world.RingingFor(extension)
	if !ok {
		return fmt.Errorf("picking up: no telephone of the extension %q rings", extension)
	}
	out, err := s.world.Answer(s.now(), id, extension)
	if err != nil {
		return err
	}
	s.take(out)
	s.nudge()
	return nil
}

func (s *Service) controlPickUp(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Extension string `json:"extension"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		s.refuse(w, errMalformed())
		return
	}
	if err := s.PickUp(body.Extension); err != nil {
		s.refuse(w, errConflict(err.Error()))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Service) controlTruths(w http.ResponseWriter, _ *http.Request) {
	var truths []world.Truth
	s.World(func(wd *world.World) { truths = wd.Truths() })
	if truths == nil {
		truths = []world.Truth{}
	}
	writeJSON(w, http.StatusOK, encode(struct {
		Items []world.Truth `json:"items"`
	}{truths}))
}

func (s *Service) controlTruth(w http.ResponseWriter, r *http.Request) {
	var (
		body  []byte
		known bool
	)
	s.World(func(wd *world.World) {
		var truth world.Truth
		if truth, known = wd.Truth(r.PathValue("id")); known {
			body = encode(truth)
		}
	})
	if !known {
		s.refuse(w, errNotFound("Call "+r.PathValue("id")))
		return
	}
	writeJSON(w, http.StatusOK, body)
}

func (s *Service) controlSpeed(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Speed float64 `json:"speed"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		s.refuse(w, errMalformed())
		return
	}
	if err := s.SetSpeed(body.Speed); err != nil {
		s.refuse(w, errBadRequest("speed", err.Error()))
		return
	}
	writeJSON(w, http.StatusOK, encode(body))
}
