package detail

import (
	"ringside/store/call"
	"ringside/ui/theme"
)

// phaseStyle is the look of the state in which a call passes the phase.
func phaseStyle(th *theme.Theme, ph call.Phase) theme.Style {
	switch ph {
	case call.PhaseMenu:
		return th.State(call.StateInMenu)
	case call.PhaseWait:
		return th.State(call.StateWaiting)
	case call.PhaseRing:
		return th.State(call.StateRinging)
	case call.PhaseTalk:
		return th.State(call.StateTalking)
	case call.PhaseHold:
		return th.State(call.StateOnHold)
	case call.PhaseTransfer:
		return th.State(call.StateTransferring)
	case call.PhaseVoicemail:
		return th.State(call.StateVoicemail)
	}
	return th.Faint
}

// phaseMark is what the bar is drawn with. Phases differ by it too, not by colour alone.
func phaseMark(th *theme.Theme, ph call.Phase) string {
	marks := [call.NumPhases]string{"·", "░", "▒", "▚", "█", "═", "»", "▂", "·"}
	if ascii(th) {
		marks = [call.NumPhases]string{".", "-", "o", "!", "#", "=", ">", "_", "."}
	}
	if int(ph) < len(marks) {
		return marks[ph]
	}
	return "?"
}

func ascii(th *theme.Theme) bool { return th.Signs.Full == "#" }

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
