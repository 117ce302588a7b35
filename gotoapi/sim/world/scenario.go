package world

import (
	"fmt"
	"strings"
)

// Scenario is a choice of traffic.
type Scenario struct {
	Name string
	Help string // one line
}

// script is one kind of call: its name, its share of the floor's calls, how it acts, and whether
// it can be made to ring a chosen person.
type script struct {
	Scenario
	share int  // of the calls of the floor, in per mille
	rings bool // can ring a chosen person inside
	play  func(*call)
}

// Scenarios lists what Config.Scenario may be: the mix, the storm, then each single script.
func Scenarios() []Scenario {
	all := []Scenario{
		{"floor", "a busy small floor: the mix of all the calls below"},
		{"storm", "thousands of live calls and a fixed number of states a second"},
	}
	for _, s := range scripts() {
		all = append(all, s.Scenario)
	}
	return all
}

func findScenario(name string) (Scenario, bool) {
	for _, s := range Scenarios() {
		if s.Name == name || name == "" {
			return s, true
		}
	}
	return Scenario{}, false
}

func unknownScenario(name string) error {
	var names []string
	for _, s := range Scenarios() {
		names = append(names, s.Name)
	}
	return fmt.Errorf("unknown scenario %q: choose one of %s", name, strings.Join(names, ", "))
}

// findScript gives the script of a name, the zero script for none.
func findScript(name string) script {
	for _, s := range scripts() {
		if s.Name == name {
			return s
		}
	}
	return script{}
}
