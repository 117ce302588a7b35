package cli

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ringside/store/alarm"
	"ringside/store/call"
	"ringside/ui/cli/connect"
)

// watchAlarms prints a line for each change of an alarm, and has alarms told by the ways that are set up,
// until ctx ends. Nothing is kept: that is the desk's to do, which may run beside it.
func (a *app) watchAlarms(ctx context.Context, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	setup, err := a.setUpAlarms(cfg, l.Clock(), a.rawOut(), l.Log)
	if err != nil {
		return err
	}
	defer setup.close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watched := setup.alarmsOf(cfg, a.deskDuty(cfg), nil, l.Clock, alarmHooks{
		change: func(c alarm.Change) {
			if err := a.printChange(&c, asJSON, zoneOf(cfg)); err != nil {
				cancel(err)
			}
		},
		trouble: func(way string, err error) {
			n := troubleNotice(way, err)
			a.say(n.Text, n.Hint)
		},
		veil: a.veilOf(cfg).Text,
	}, l.Log)
	s := connect.New(l, connect.Hooks{View: limitView(a.deskDuty(cfg), l.Lines, watched.view), Status: a.sayStatus()}, call.Options{})
	var group sync.WaitGroup
	group.Go(func() { watched.run(ctx) })
	err = a.whileWatchingLogin(ctx, l, s.Run)
	cause := context.Cause(ctx)
	cancel(nil)
	group.Wait()
	return endOfWatch(err, cause)
}

// printChange prints what happened to an alarm: a sentence, or its record. That more calls came to be
// behind one is of the record alone.
func (a *app) printChange(c *alarm.Change, asJSON bool, zone *time.Location) error {
	if asJSON {
		_, err := fmt.Fprintf(a.stdout, "%s\n", c.Record().JSON())
		return err
	}
	if c.Kind == alarm.Joined {
		return nil
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %s\n", c.At.In(zone).Format(time.TimeOnly), printable(c.Sentence()))
	return err
}
