package connect

import (
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// An hour in which nothing goes wrong costs a fiftieth of what the service allows: a report for each
// finished call, and a look at the list whenever the stream is silent for some seconds.
func TestACalmHourIsCheap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startBench(t, sim.Config{World: world.Config{Seed: 6}}, call.Options{})
		defer b.far.Close()
		time.Sleep(time.Minute)
		b.meter.take()
		time.Sleep(long(time.Hour))
		asked, total := b.meter.take(), 0
		for _, n := range asked {
			total += n
		}
		reports := asked["GET call-events-report/v1/reports"]
		st, v := b.Status(), b.Store.View()
		t.Logf("%d requests, %d of them for reports, %d lists: %v; %+v", total, reports, asked["GET call-events/v1/conversation-spaces"], asked, st.Counters)
		if reports < least(200) || total-reports > least(720)+10 {
			t.Errorf("%d requests beside %d for reports: %v", total-reports, reports, asked)
		}
		if st.Counters.Missed != 0 || st.Counters.Reconnects != 0 || st.Counters.Resubscribed != 0 || v.Health.Refused != 0 {
			t.Errorf("%+v %+v", st.Counters, v.Health)
		}
		b.stop()
	})
}
