// Package call is the language of ringside and its pure core.
//
// It holds the words for a call (Call, Participant, Leg, System, State, Phase, Outcome), the one
// form in which every source speaks (Event), and the fold: a Board to which events are applied in
// whatever order they come, and which answers with effects as data (Effect).
//
// The package promises: no clock, no I/O, no lock, no goroutine. The present moment is always
// handed in. The same events give the same calls, whatever their order and however often they
// are repeated; what is missing is known by its number (Call.Gaps).
//
// A *Call that a View holds is never changed again: anyone may keep it.
package call
