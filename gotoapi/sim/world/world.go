// Package world is the simulated account behind the simulated GoTo service: its people, lines,
// queues and dial plans, and the telephone traffic between them. It is pure and deterministic: no
// goroutine, no lock, no network, no wall clock. The same [Config] gives the same emissions to the
// byte. Times come from [Config.Start] and from the steps themselves.
//
// Calls unfold state by state in the shapes of recorded traffic of GoTo Connect's Call Events API,
// and every script writes down what it did as a [Truth]: an oracle that owes nothing to the states.
package world

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Config chooses an account and its traffic. The zero value of every field has a meaning.
type Config struct {
	Seed  uint64
	Start time.Time // the world's clock begins here; rounded up to a whole millisecond

	CallsPerHour float64 // new calls an hour; 0 = 260, a busy small floor with about 8 to 15 live calls
	Agents       int     // people with a line; 0 = 25 (storm: as many as Live)

	// Scenario is "floor" (or empty), "storm", or the name of one script of [Scenarios].
	Scenario        string
	Live            int     // storm: calls kept live; 0 = 5000
	StatesPerSecond float64 // storm: call states a second over all calls; 0 = 2000

	// Me is the extension that is rung within 20 s of Start and then every 60 to 90 s; empty = "1001".
	// The storm and the scripts that ring nobody inside (outbound, forward, the abandoned ones) ignore it.
	Me string

	// Warm is how long traffic has been running before Start; 0 = 4 min, negative = not at all.
	// What happened before Start is never emitted, but States, Live and Report know it.
	Warm time.Duration

	// ReportDelayMin and ReportDelayMax bound the time from a call's end to its report; 0 = 1 s and 5 s.
	ReportDelayMin, ReportDelayMax time.Duration

	// PastDays is how many days of finished calls there are before the day of Start, as far as reports
	// and summaries go; 0 = none, and none of the day of Start either. What happened is the same for
	// the same date and Seed, whatever Start is. It costs nothing until it is asked for.
	PastDays int
	// PastPerDay is about how many calls a weekday of the past has; 0 = 250. Weekends have a tenth.
	PastPerDay int

	// Retention is how long the states of an ended call stay readable; 0 = 10 min (storm: 1 min,
	// which keeps a storm's memory small).
	Retention time.Duration
}

const (
	keptReports = 5000       // newest finished calls whose reports can be read
	lingerMS    = int64(5e3) // an ended call stays in Live this long
)

// World is an account at one moment of its simulated time. It is not safe for concurrent use.
type World struct {
	cfg     Config
	account Account
	floor   floor
	rng     *rand.Rand
	now     int64 // Unix ms
	start   int64 // Unix ms
	agenda  agenda
	calls   map[string]*call
	tapes   map[string]*call // by the ids of recordings and transcripts
	past    *past            // nil without one
	day     *pastDay         // the day of the past that this world lives through; nil is the present
	live    []*call          // in order of creation
	ended   []*call          // in order of their end, the oldest first, as long as anything of them is kept
	out     []Emission
	made    uint64          // calls made so far
	begun   uint64          // calls begun so far; numbers them
	warming bool            // before Start: nothing is sent out
	outside map[string]bool // outside numbers that are in a call
	recent  []Party         // who was in a call last
	greeted bool            // the first caller for Me was chosen
}

// New builds a world and lets it run until Start. Its errors name the field of Config at fault.
func New(cfg Config) (*World, error) {
	cfg, err := cfg.normal()
	if err != nil {
		return nil, fmt.Errorf("building the simulated world: %w", err)
	}
	w := &World{
		cfg:     cfg,
		rng:     rand.New(rand.NewPCG(cfg.Seed, 0x72696e6773696465)),
		calls:   make(map[string]*call),
		tapes:   make(map[string]*call),
		outside: make(map[string]bool),
		warming: true,
		start:   cfg.Start.UnixMilli(),
	}
	w.now = w.start - max(cfg.Warm, 0).Milliseconds()
	w.account = newAccount(w.rng, cfg.Agents)
	w.floor = newFloor(&w.account)
	if err := w.open(); err != nil {
		return nil, fmt.Errorf("building the simulated world: %w", err)
	}
	w.past = newPast(w)
	for w.agenda.due() < w.start {
		w.Step()
	}
	w.now, w.warming = w.start, false
	return w, nil
}

func (c Config) normal() (Config, error) {
	if _, ok := findScenario(c.Scenario); !ok {
		return c, unknownScenario(c.Scenario)
	}
	if c.Scenario == "" {
		c.Scenario = "floor"
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2026, time.October, 5, 14, 0, 0, 0, time.UTC)
	}
	if t := c.Start.Truncate(time.Millisecond); !t.Equal(c.Start) {
		c.Start = t.Add(time.Millisecond)
	}
	c.Start = c.Start.UTC()
	if c.CallsPerHour < 0 || c.Agents < 0 || c.Live < 0 || c.StatesPerSecond < 0 || c.Retention < 0 {
		return c, fmt.Errorf("CallsPerHour, Agents, Live, StatesPerSecond and Retention must not be negative")
	}
	if c.ReportDelayMin < 0 || c.ReportDelayMax < c.ReportDelayMin {
		return c, fmt.Errorf("ReportDelayMin %v and ReportDelayMax %v are not a range", c.ReportDelayMin, c.ReportDelayMax)
	}
	if c.PastDays < 0 || c.PastDays > maxPastDays || c.PastPerDay < 0 || c.PastPerDay > maxPastPerDay {
		return c, fmt.Errorf("PastDays must be from 0 to %d, and PastPerDay from 0 to %d", maxPastDays, maxPastPerDay)
	}
	return c.defaults(), nil
}

func (c Config) defaults() Config {
	storm := c.Scenario == "storm"
	orFloat := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	orTime := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	orFloat(&c.CallsPerHour, 260)
	if c.PastPerDay == 0 {
		c.PastPerDay = 250
	}
	orFloat(&c.StatesPerSecond, 2000)
	orTime(&c.Warm, 4*time.Minute)
	if c.ReportDelayMax == 0 {
		c.ReportDelayMin, c.ReportDelayMax = time.Second, 5*time.Second
	}
	if c.Live == 0 {
		c.Live = 5000
	}
	if c.Me == "" {
		c.Me = "1001"
	}
	switch {
	case storm:
		orTime(&c.Retention, time.Minute)
		if c.Agents == 0 {
			c.Agents = max(25, c.Live)
		}
	default:
		orTime(&c.Retention, 10*time.Minute)
		if c.Agents == 0 {
			c.Agents = 25
		}
	}
	return c
}

// Next says when the next step is due. Traffic never ends, so there is always one.
func (w *World) Next() time.Time { return time.UnixMilli(w.agenda.due()).UTC() }

// Now is the world's clock: the moment of the last step, Start before the first one.
func (w *World) Now() time.Time { return time.UnixMilli(w.now).UTC() }

// Step performs what is due at Next, moves the clock there and returns what the account sends out
// at that moment, in order. It may be nothing: an agent's wrap-up ends unheard.
func (w *World) Step() []Emission {
	e := w.agenda.pop()
	w.now = max(w.now, e.due)
	w.out = nil
	e.act()
	w.forget()
	return w.out
}

// Account is who and what the account consists of. The caller must not change it.
func (w *World) Account() Account { return w.account }
