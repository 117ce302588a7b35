package cli

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// A desk has one time zone: its days, those of the numbers, of alarms, of searches and queries begin at one
// midnight, and its quiet hours are by the same clock.
func TestOneZone(t *testing.T) {
	for _, name := range []string{"", "Pacific/Auckland", "America/New_York", "Asia/Kolkata"} {
		cfg := config.Default()
		cfg.Thresholds.Zone, cfg.Alarms.QuietHours = name, []string{"22:00-06:00"}
		zone := zoneOf(cfg)
		if name != "" && zone.String() != name {
			t.Fatalf("%s is %s", name, zone)
		}
		a := &app{env: map[string]string{}}
		a.global.demo, a.global.sim.speed = true, 1
		l, done, err := a.link(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		now := l.Clock()
		if now.Location().String() != zone.String() {
			t.Errorf("%q: the clock is that of %s", name, now.Location())
		}
		midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
		is := func(what string, at time.Time) {
			t.Helper()
			if !at.Equal(midnight) {
				t.Errorf("%q: the day of %s begins at %v, not at %v", name, what, at, midnight)
			}
		}
		connect.NewNumbers(numbers(cfg), l.Clock).Do(func(f *stats.Fold, _ time.Time) { is("the numbers", f.Day()) })
		setup, err := a.setUpAlarms(cfg, now, func(string) {}, l.Log)
		if err != nil {
			t.Fatal(err)
		}
		defer setup.close()
		figs := setup.alarmsOf(cfg, duty.Desk{}, nil, l.Clock, alarmHooks{}, l.Log).figs
		if figs == nil {
			t.Fatal("no rule of a fresh desk needs the numbers of the day")
		}
		figs.fold.Advance(now)
		is("alarms", figs.fold.Day())
		if _, from, err := (&reportsFlags{}).search(now, "US"); err != nil {
			t.Error(err)
		} else {
			is("reports", from)
		}
		w, err := a.readWhere("today", cfg)
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Time]bool{midnight: true, midnight.Add(-time.Second): false} {
			c := standing(1, call.StateTalking, at)
			if got := w.finds(w.subject(c), now); got != want {
				t.Errorf("%q: today is a call that began at %v: %v", name, at, got)
			}
			if got := w.matcher.Match(query.NewCallSubject(c, query.Extra{})); got != want {
				t.Errorf("%q: as it was read it is %v", name, got)
			}
		}
		for h := range 24 {
			at := midnight.Add(time.Duration(h)*time.Hour + 30*time.Minute).UTC()
			hour := at.In(zone).Hour()
			if got := setup.settings.Quiet.Hold(at); got != (hour >= 22 || hour < 6) {
				t.Errorf("%q: at %d o'clock it is quiet: %v", name, hour, got)
			}
		}
	}
}

// The command says by which clock it counts.
func TestTodayInItsZone(t *testing.T) {
	f := startFarAway(t)
	f.env = append(f.env, "RINGSIDE_THRESHOLDS_ZONE=Pacific/Auckland")
	out, errs, code := f.run("", "today", "--demo", "--json")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	line, _, _ := strings.Cut(out, "\n")
	var n numberLine
	if err := json.Unmarshal([]byte(line), &n); err != nil {
		t.Fatal(err)
	}
	from, err := time.Parse(time.RFC3339, n.From)
	if err != nil || from.Hour() != 0 || !strings.HasPrefix(n.Zone, "Pacific/Auckland") && !strings.HasPrefix(n.Zone, "NZ") {
		t.Errorf("the day begins at %s in %s: %v", n.From, n.Zone, err)
	}
	if _, offset := from.Zone(); offset < 12*3600 {
		t.Errorf("%s is not the midnight of Auckland", n.From)
	}
}
