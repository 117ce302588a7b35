package phone

import (
	"fmt"
	"time"
)

// Quality is how well the sound of a call travels, from what RTCP and our own receiver tell.
type Quality struct {
	Known  bool          // something was measured
	Loss   float64       // lost packets in the last seconds, 0 to 1, the worse of both directions
	Jitter time.Duration // of what is received
	Trip   time.Duration // there and back; 0 when unknown
	NoPath bool          // no way through the network has been found for 2 s, or it was lost
	Silent bool          // connected, and nothing came from the far end for more than 2 s
}

// NoPathHint is what to do about a call whose sound finds no way through the network.
const NoPathHint = "have your desk phone dial instead, or open the firewall: UDP must get out"

// What is still good, and what is no longer fair.
const (
	goodLoss, fairLoss     = 0.01, 0.03
	goodJitter, fairJitter = 30 * time.Millisecond, 60 * time.Millisecond
	goodTrip, fairTrip     = 300 * time.Millisecond, 600 * time.Millisecond
)

// Words gives the quality for people: "good", "fair: 40 ms jitter", "poor: 4% loss", "no sound from
// the far end"; "" before anything was measured.
func (q Quality) Words() string {
	switch {
	case q.NoPath:
		return "no sound: not connected"
	case q.Silent:
		return "no sound from the far end"
	case !q.Known:
		return ""
	case q.Loss > fairLoss:
		return "poor: " + percent(q.Loss) + " loss"
	case q.Jitter > fairJitter:
		return fmt.Sprintf("poor: %d ms jitter", q.Jitter.Milliseconds())
	case q.Trip > fairTrip:
		return fmt.Sprintf("poor: %d ms delay", q.Trip.Milliseconds())
	case q.Loss > goodLoss:
		return "fair: " + percent(q.Loss) + " loss"
	case q.Jitter > goodJitter:
		return fmt.Sprintf("fair: %d ms jitter", q.Jitter.Milliseconds())
	case q.Trip > goodTrip:
		return fmt.Sprintf("fair: %d ms delay", q.Trip.Milliseconds())
	}
	return "good"
}

func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }
