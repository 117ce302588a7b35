package cli

import (
	"log/slog"
	"time"

	"github.com/spf13/pflag"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

// simFlags drive the simulated GoTo.
type simFlags struct {
	seed     uint64
	scenario string
	speed    float64
	rate     float64
	agents   int
	live     int
	states   float64
	past     int
}

// demoPast is how many days of history the simulated account has.
const demoPast = 30

func (f *simFlags) register(fs *pflag.FlagSet) {
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the simulation: the same seed gives the same calls")
	fs.StringVar(&f.scenario, "scenario", "", "what happens: "+scenarioNames())
	fs.Float64Var(&f.speed, "speed", 1, "how many times faster than life")
	fs.Float64Var(&f.rate, "rate", 0, "calls an hour (0: a small busy floor)")
	fs.IntVar(&f.agents, "agents", 0, "number of agents (0: 25)")
	fs.IntVar(&f.past, "past", demoPast, "days of finished calls before the simulation begins")
	fs.IntVar(&f.live, "live", 0, "storm: calls up at once")
	fs.Float64Var(&f.states, "states", 0, "storm: call states a second")
}

func scenarioNames() string {
	names := ""
	for i, s := range world.Scenarios() {
		if i > 0 {
			names += ", "
		}
		names += s.Name
	}
	return names
}

// config gives the simulated GoTo. Its reports come as soon as the vendor's own sample program shows
// them to come: 0.44 s after the call's end (docs of the Call Events Report demo).
func (f *simFlags) config(log *slog.Logger) sim.Config {
	return sim.Config{
		World: world.Config{
			Seed: f.seed, CallsPerHour: f.rate, Agents: f.agents, Scenario: f.scenario,
			Live: f.live, StatesPerSecond: f.states, PastDays: f.past,
			ReportDelayMin: 400 * time.Millisecond, ReportDelayMax: 1500 * time.Millisecond,
		},
		Speed: f.speed, RetryAfter: true, Log: log,
	}
}
