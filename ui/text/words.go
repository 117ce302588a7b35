package text

import (
	"cmp"

	"ringside/store/call"
)

// Unknown stands for a party of whom neither name nor number is known.
const Unknown = "unknown"

// Party writes a party: its name and its number, or whichever of them is known.
func Party(p call.Party) string {
	name, number := call.Clean(p.Name), Number(p.Number)
	switch {
	case name == "" && number == "":
		return Unknown
	case name == "" || name == p.Number || name == number:
		return number
	case number == "":
		return name
	}
	return name + " " + number
}

// PartyShort writes a party where there is room for one thing: its name, else its number.
func PartyShort(p call.Party) string {
	if name := call.Clean(p.Name); name != "" {
		return name
	}
	if n := Number(p.Number); n != "" {
		return n
	}
	return Unknown
}

// Person writes somebody in a call: the name with the extension in brackets, or with the number.
func Person(name, extension, num string) string {
	name, extension = call.Clean(name), call.Clean(extension)
	switch {
	case extension == "":
		return Party(call.Party{Name: name, Number: num})
	case name == "" || name == extension:
		return extension
	}
	return name + " (" + extension + ")"
}

// Member writes a participant of a call: a person of ours with the extension, an outside party
// with its number.
func Member(p call.Participant) string {
	if p.Kind == call.NumberLeg {
		return Party(p.Outside)
	}
	return Person(p.Name, p.Extension, p.Number)
}

// Who gives the name of the participant that an extension or number of a call's account stands
// for; what is nobody's in the call is written as it is.
func Who(c *call.Call, label string) string {
	if m := member(c, label); m != nil {
		if m.Kind == call.NumberLeg {
			return PartyShort(m.Outside)
		}
		return cmp.Or(call.Clean(m.Name), call.Clean(label))
	}
	return Number(label)
}

// Named is Who with the extension or number beside the name.
func Named(c *call.Call, label string) string {
	if m := member(c, label); m != nil {
		return Member(*m)
	}
	return Number(label)
}

func member(c *call.Call, label string) *call.Participant {
	if label == "" {
		return nil
	}
	for i := range c.People {
		if m := &c.People[i]; m.Extension == label || m.Kind == call.NumberLeg && m.Outside.Number == label {
			return m
		}
	}
	return nil
}

// State writes what a call does now in the words of the desk, whom it is about included: "waiting
// in Support", "ringing Ann", "on hold by Bo". An ended call gives its outcome.
func State(c *call.Call) string {
	who := Who(c, c.Who)
	join := func(verb, prep string) string {
		if who == "" {
			return verb
		}
		return verb + " " + prep + who
	}
	switch c.State {
	case call.StateWaiting:
		return join("waiting", "in ")
	case call.StateRinging:
		return join("ringing", "")
	case call.StateOnHold:
		return join("on hold", "by ")
	case call.StateTransferring:
		return join("transferring", "to ")
	case call.StateEnded:
		return Outcome(c)
	}
	return c.State.String()
}

// Outcome writes how a call ended: "answered", "abandoned in Support after 48 s".
func Outcome(c *call.Call) string {
	if c.Outcome == call.NoOutcome && c.Live() {
		return ""
	}
	return Ended(c.Outcome, c.Queue, c.Wait(c.Ended))
}

// Doubts names what is not certain of a call, in the words of the desk: "joined late", "gap",
// "stale". States missing before the first that was seen are the late joining itself, no gap.
func Doubts(c *call.Call) []string {
	var out []string
	if c.JoinedLate {
		out = append(out, "joined late")
	}
	if len(Gaps(c)) > 0 {
		out = append(out, "gap")
	}
	if c.Stale && c.Live() {
		out = append(out, "stale")
	}
	return out
}

// Gaps gives the states missing after the first that was seen.
func Gaps(c *call.Call) []call.Gap {
	if c.JoinedLate && len(c.Gaps) > 0 && c.Gaps[0].From <= 1 {
		return c.Gaps[1:]
	}
	return c.Gaps
}
