package text

import (
	"fmt"
	"time"

	"ringside/store/call"
)

// NameNumber gives the name and the number of a party apart, both safe to draw. contact is the
// name that a look-up found, "" for none; it wins over the name the line sent. write writes a
// number for people; nil is Number. A name that only repeats the number is left out.
func NameNumber(p call.Party, contact string, write func(string) string) (name, number string) {
	if write == nil {
		write = Number
	}
	number = call.Clean(write(p.Number))
	if name = call.Clean(contact); name == "" {
		name = call.Clean(p.Name)
	}
	if name == number || name == p.Number {
		name = ""
	}
	return name, number
}

// Ended writes how a call ended: "answered", "abandoned in Support after 48 s". wait is the time in
// queue; a negative one is not known, and nothing is said of it. A call without an outcome has
// "ended".
func Ended(o call.Outcome, queue string, wait time.Duration) string {
	switch queue = call.Clean(queue); {
	case o == call.NoOutcome:
		return "ended"
	case o != call.AbandonedQueue || queue == "":
		return o.String()
	case wait < 0:
		return "abandoned in " + queue
	}
	return fmt.Sprintf("abandoned in %s after %s", queue, Figure(wait))
}

// Age writes how old something is, for a column in which ages stand below each other: "0:48" and
// "12:07" within the hour, then "2 h 10", from two days on "3 d 4 h".
func Age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return Clock(d)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d", d/time.Hour, d/time.Minute%60)
	}
	return fmt.Sprintf("%d d %d h", d/(24*time.Hour), d/time.Hour%24)
}

// Several names the first and says how many came after: "Ann Bell +2".
func Several(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return fmt.Sprintf("%s +%d", names[0], len(names)-1)
}
