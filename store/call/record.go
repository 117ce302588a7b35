package call

import "time"

// Schema names the version of Record.
const Schema = "ringside.call/1"

// Record is a call as scripts read it: one JSON line a call (product.md, "The record of a call").
// Times inside a call are milliseconds after Created.
type Record struct {
	Schema     string           `json:"schema"`
	ID         string           `json:"id"`
	Account    string           `json:"account"`
	Direction  string           `json:"direction"`
	Created    string           `json:"created"` // RFC 3339, UTC, ms
	Ended      *string          `json:"ended"`
	State      string           `json:"state"`
	Outcome    *string          `json:"outcome"`
	From       Party            `json:"from"`
	To         Party            `json:"to"`
	Queue      string           `json:"queue"`
	Path       []string         `json:"path"`
	Answered   []Answer         `json:"answered"`
	Rung       []Ring           `json:"rung"`
	Transfers  []Transfer       `json:"transfers"`
	Holds      []Hold           `json:"holds"`
	PhasesMs   map[string]int64 `json:"phases_ms"`
	TotalMs    int64            `json:"total_ms"`
	AnswerMs   *int64           `json:"answer_ms"`
	LeftFirst  *LeftFirst       `json:"left_first"`
	States     int              `json:"states"`
	Gaps       [][2]uint64      `json:"gaps"`
	JoinedLate bool             `json:"joined_late"`
	Associated []string         `json:"associated"`
}

// LeftFirst is who ended the call, as far as can be told.
type LeftFirst struct {
	Who      string `json:"who"`
	Inferred bool   `json:"inferred"`
}

// Record gives the call as a record at now. For a call that has ended, now does not matter.
func (c *Call) Record(now time.Time) Record {
	r := Record{
		Schema: Schema, ID: c.ID, Account: c.Account, Direction: c.Direction.String(),
		Created: stamp(c.Created), State: c.State.String(), From: c.From, To: c.To, Queue: c.Queue,
		Path: list(c.Path), Answered: list(c.Answered), Rung: list(c.Rung), Transfers: list(c.Transfers),
		Holds: list(c.Holds), PhasesMs: make(map[string]int64, NumPhases), States: c.NumStates,
		Gaps: [][2]uint64{}, JoinedLate: c.JoinedLate, Associated: list(c.Associated),
	}
	for p := range Phase(NumPhases) {
		r.PhasesMs[p.String()] = c.PhaseTime(p, now).Milliseconds()
		r.TotalMs += r.PhasesMs[p.String()]
	}
	if !c.Ended.IsZero() {
		end := stamp(c.Ended)
		r.Ended = &end
	}
	if c.Outcome != NoOutcome {
		code := c.Outcome.Code()
		r.Outcome = &code
	}
	if c.AnswerMs >= 0 {
		at := c.AnswerMs
		r.AnswerMs = &at
	}
	if c.LeftFirst != "" {
		r.LeftFirst = &LeftFirst{Who: c.LeftFirst, Inferred: true}
	}
	for _, g := range c.Gaps {
		r.Gaps = append(r.Gaps, [2]uint64{g.From, g.To})
	}
	return r
}

// list gives a copy that is never nil, so that it is [] and not null in JSON.
func list[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
