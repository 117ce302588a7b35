package detail

import "ringside/store/call"

// phaseName is the phase in the words of the desk. What went before the first state we saw of a
// call is counted as its setup, and that is not known.
func phaseName(c *call.Call, ph call.Phase) string {
	switch {
	case ph == call.PhaseWait:
		return "wait in queue"
	case ph == call.PhaseSetup && c.JoinedLate:
		return "not seen"
	}
	return ph.String()
}
