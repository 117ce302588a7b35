package cli

import (
	"log/slog"

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
}

func (f *simFlags) register(fs *pflag.FlagSet) {
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the simulation: the same seed gives the same calls")
	fs.StringVar(&f.scenario, "scenario", "", "what happens: "+scenarioNames())
	fs.Float64Var(&f.speed, "speed", 1, "how many times faster than life")
	fs.Float64Var(&f.rate, "rate", 0, "calls an hour (0: a small busy floor)")
	fs.IntVar(&f.agents, "agents", 0, "number of agents (0: 25)")
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

func (f *simFlags) config(log *slog.Logger) sim.Config {
	return sim.Config{
		World: world.Config{
			Seed: f.seed, CallsPerHour: f.rate, Agents: f.agents, Scenario: f.scenario,
			Live: f.live, StatesPerSecond: f.states,
		},
		Speed: f.speed, RetryAfter: true, Log: log,
	}
}
