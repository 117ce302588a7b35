package call

import "fmt"

// summaryVersion is the first byte of a packed summary, which is its members in the order in which
// PackSummary writes them: texts as length and bytes, numbers as varints, times as seconds and
// nanoseconds. Version 1 has no OfferMs.
const summaryVersion = 2

var errNoSummary = fmt.Errorf("a summary: %w", ErrPacked)

// PackSummary writes a summary small enough to be kept for ever, beside its packed call. The form
// is versioned; UnpackSummary reads every version there was.
func PackSummary(s *Summary) []byte {
	w := &summaryWriter{writer{append(make([]byte, 0, 256), summaryVersion)}}
	w.strings(s.ID, s.Account)
	w.uint(uint64(s.Direction))
	w.uint(uint64(s.Outcome))
	w.time(s.Created)
	w.time(s.Ended)
	w.strings(s.From.Name, s.From.Number, s.To.Name, s.To.Number, s.Queue)
	w.list(s.Path)
	w.uint(uint64(len(s.Answered)))
	for i := range s.Answered {
		a := &s.Answered[i]
		w.strings(a.Name, a.Extension, a.Number)
		w.bools(a.Agent)
		w.int(a.AtMs)
		w.int(a.TalkMs)
	}
	w.uint(uint64(len(s.Rung)))
	for i := range s.Rung {
		r := &s.Rung[i]
		w.strings(r.Name, r.Extension, r.Number, r.Device)
		w.bools(r.Answered)
		w.int(r.AtMs)
		w.int(r.RingMs)
	}
	w.uint(uint64(len(s.PhasesMs)))
	for _, ms := range s.PhasesMs {
		w.int(ms)
	}
	w.int(s.TotalMs)
	w.int(s.AnswerMs)
	w.strings(s.LeftFirst)
	w.bools(s.Recorded, s.JoinedLate)
	w.uint(uint64(s.Gaps))
	w.uint(uint64(s.States))
	w.uint(uint64(s.Transfers))
	w.list(s.Associated)
	w.int(s.OfferMs)
	return w.body
}

// UnpackSummary reads a packed summary. Bytes that are none give an error that wraps ErrPacked.
func UnpackSummary(b []byte) (s Summary, err error) {
	if len(b) == 0 || b[0] == 0 || b[0] > summaryVersion {
		return s, errNoSummary
	}
	r := &summaryReader{reader{in: b[1:]}}
	s.ID, s.Account = r.string(), r.string()
	s.Direction, s.Outcome = Direction(r.uint()), Outcome(r.uint())
	s.Created, s.Ended = r.time(), r.time()
	s.From = Party{Name: r.string(), Number: r.string()}
	s.To = Party{Name: r.string(), Number: r.string()}
	s.Queue = r.string()
	s.Path = r.list()
	for range r.some() {
		a := Answer{Name: r.string(), Extension: r.string(), Number: r.string()}
		a.Agent = r.bools()&1 != 0
		a.AtMs, a.TalkMs = r.int(), r.int()
		s.Answered = append(s.Answered, a)
	}
	for range r.some() {
		g := Ring{Name: r.string(), Extension: r.string(), Number: r.string(), Device: r.string()}
		g.Answered = r.bools()&1 != 0
		g.AtMs, g.RingMs = r.int(), r.int()
		s.Rung = append(s.Rung, g)
	}
	for i := range r.some() {
		if ms := r.int(); i < NumPhases {
			s.PhasesMs[i] = ms
		}
	}
	s.TotalMs, s.AnswerMs = r.int(), r.int()
	s.LeftFirst = r.string()
	bits := r.bools()
	s.Recorded, s.JoinedLate = bits&1 != 0, bits&2 != 0
	s.Gaps, s.States, s.Transfers = int(r.uint()), int(r.uint()), int(r.uint())
	s.Associated = r.list()
	if b[0] == 1 {
		s.OfferMs = s.offered()
	} else {
		s.OfferMs = r.int()
	}
	if r.bad {
		return Summary{}, errNoSummary
	}
	return s, nil
}

type summaryWriter struct{ writer }

func (w *summaryWriter) strings(texts ...string) {
	for _, s := range texts {
		w.uint(uint64(len(s)))
		w.body = append(w.body, s...)
	}
}

func (w *summaryWriter) list(texts []string) {
	w.uint(uint64(len(texts)))
	w.strings(texts...)
}

func (w *summaryWriter) bools(bits ...bool) {
	var b byte
	for i, yes := range bits {
		if yes {
			b |= 1 << i
		}
	}
	w.body = append(w.body, b)
}

type summaryReader struct{ reader }

// some reads how many things follow.
func (r *summaryReader) some() uint64 { return r.count(uint64(len(r.in))) }

func (r *summaryReader) string() string { return string(r.bytes(r.some())) }

func (r *summaryReader) list() []string {
	var out []string
	for range r.some() {
		out = append(out, r.string())
	}
	return out
}

func (r *summaryReader) bools() byte {
	b := r.bytes(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

// offered works out OfferMs of a summary that does not say: what was spent in queues and on ringing
// lies before the answer, unless the call was passed on after it; then the first ring stands for it.
func (s *Summary) offered() int64 {
	wait := s.PhasesMs[PhaseWait] + s.PhasesMs[PhaseRing]
	switch {
	case len(s.Rung) == 0 && wait == 0, s.AnswerMs < 0 && s.JoinedLate:
		return -1
	case s.AnswerMs >= 0 && s.Transfers == 0:
		return max(0, s.AnswerMs-wait)
	case len(s.Rung) > 0:
		return s.Rung[0].AtMs
	}
	return max(0, s.PhasesMs[PhaseSetup]+s.PhasesMs[PhaseMenu])
}
