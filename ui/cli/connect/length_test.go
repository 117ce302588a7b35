package connect

import "time"

// long is how long a simulation runs, and least how much has to come of it: a quarter of it under the
// race detector.
func long(d time.Duration) time.Duration {
	if raceDetector {
		return d / 4
	}
	return d
}

func least(n int) int { return int(long(time.Duration(n))) }
