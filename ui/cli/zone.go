package cli

import (
	"time"

	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// zoneOf gives the time zone of the desk: days begin at its midnight, and times of day are its own.
func zoneOf(cfg config.Config) *time.Location {
	if name := cfg.Thresholds.Zone; name != "" {
		if at, err := time.LoadLocation(name); err == nil { // that it can be read has been checked
			return at
		}
	}
	return time.Local
}

// clockOf gives the clock of this computer in the time zone of the desk.
func clockOf(cfg config.Config) func() time.Time {
	zone := zoneOf(cfg)
	return func() time.Time { return time.Now().In(zone) }
}

// inZone lets the clock of a link, which may be that of a simulation, be in the time zone of the desk.
func inZone(l connect.Link, cfg config.Config) connect.Link {
	now, zone := l.Now, zoneOf(cfg)
	switch {
	case now == nil && zone == time.Local:
		return l // it is already
	case now == nil:
		now = time.Now
	}
	l.Now = func() time.Time { return now().In(zone) }
	return l
}
