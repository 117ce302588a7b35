package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/lookup/hours"
	"ringside/lookup/pop"
	"ringside/store/alarm"
	"ringside/ui/cli/config"
	"ringside/ui/cli/notify"
)

// alarmSetup is all that alarms are watched and told with.
type alarmSetup struct {
	settings alarm.Settings
	uses     []notify.Use
	snooze   []time.Duration
	close    func()
}

// setUpAlarms compiles the rules and sets up the ways. Everything wrong with them is said now, with its
// place in the file. now is the present in the account's time zone; raw writes to the terminal.
func (a *app) setUpAlarms(cfg config.Config, now time.Time, raw func(string), log *slog.Logger) (*alarmSetup, error) {
	s := &alarmSetup{close: func() {}, settings: alarm.Settings{Repeat: cfg.Alarms.Repeat}}
	for i, text := range cfg.Alarms.Snooze {
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Second || d > 24*time.Hour {
			return nil, alarmWrong(cfg, "alarms.snooze", []string{strconv.Itoa(i)}, fmt.Sprintf("alarms.snooze: %q is no time from 1s to 24h", text), `write snooze = ["5m", "15m", "1h"]`)
		}
		s.snooze = append(s.snooze, d)
	}
	if len(cfg.Alarms.QuietHours)+len(cfg.Alarms.QuietDays) > 0 {
		quiet, err := hours.Parse(cfg.Alarms.QuietDays, cfg.Alarms.QuietHours, cfg.Alarms.QuietZone, now.Location())
		if err != nil {
			key := "alarms.quiet_" + err.Key
			return nil, alarmWrong(cfg, key, nil, key+": "+err.What, err.Fix)
		}
		s.settings.Quiet = quiet
	}
	if err := s.ways(a, cfg, raw, log); err != nil {
		return nil, err
	}
	specs, own := a.alarmSpecs(cfg)
	var names []string
	for _, u := range s.uses {
		names = append(names, u.Way.Name())
	}
	rules, err := alarm.Compile(specs, alarm.Options{Now: now, Region: cfg.Contacts.Region, Ways: names, ShortAbandon: cfg.Thresholds.ShortAbandon})
	if err != nil {
		s.close()
		return nil, alarmError(cfg, own, err)
	}
	s.settings.Rules = rules
	return s, nil
}

// alarmSpecs gives the rules that are watched: those of the thresholds, where they are wanted and none of
// the configuration has their name, then those of the configuration, which begin at own.
func (a *app) alarmSpecs(cfg config.Config) (specs []alarm.Spec, own int) {
	named := func(name string) bool {
		return slices.ContainsFunc(cfg.Alarms.Rules, func(r config.AlarmRule) bool { return strings.EqualFold(r.Name, name) })
	}
	if t := cfg.Thresholds; cfg.Alarms.Defaults {
		specs = slices.DeleteFunc(alarm.Defaults(alarm.Thresholds{
			WaitAmber: t.WaitAmber, WaitRed: t.WaitRed, QueueAmber: t.QueueAmber, QueueRed: t.QueueRed, TalkRed: t.TalkRed, SLAAmber: t.SLAAmber, SLARed: t.SLARed,
		}), func(s alarm.Spec) bool { return named(s.Name) })
	}
	if a.global.demo && len(cfg.Alarms.Rules) == 0 {
		return demoAlarms(specs), len(specs)
	}
	own = len(specs)
	for _, r := range cfg.Alarms.Rules {
		specs = append(specs, alarm.Spec(r))
	}
	return specs, own
}

// demoAlarms are the rules of a demo: its queues are short, and nobody wants to wait two minutes to see an
// alarm.
func demoAlarms(specs []alarm.Spec) []alarm.Spec {
	for i := range specs {
		if specs[i].Measure == string(alarm.Wait) {
			specs[i].Amber, specs[i].Red = "12s", "20s"
		}
	}
	return append(specs, alarm.Spec{Name: "long hold", Measure: string(alarm.Hold), Amber: "never", Red: "15s"})
}

// ways sets up how alarms are told. In a demo only the terminal is: nobody expects one to start programs
// and to post to services, unless it is told to with --open.
func (s *alarmSetup) ways(a *app, cfg config.Config, raw func(string), log *slog.Logger) error {
	c := cfg.Alarms
	if c.Bell {
		s.uses = append(s.uses, notify.ForBell(raw))
	}
	for i, w := range c.Notify {
		switch {
		case w == notify.Terminal:
			s.uses = append(s.uses, notify.ForTerminal(a.env, raw))
		case w == notify.Desktop && (!a.global.demo || a.global.open):
			s.uses = append(s.uses, notify.ForDesktop(a.env))
		case w != notify.Desktop:
			return alarmWrong(cfg, "alarms.notify", []string{strconv.Itoa(i)}, fmt.Sprintf("alarms.notify: %q is neither terminal nor desktop", w), `write notify = ["terminal", "desktop"]`)
		}
	}
	if len(c.Command) > 0 {
		sys, err := pop.NewSystem(pop.SystemOptions{Env: a.env, Log: log})
		if err != nil {
			return err
		}
		use, err := notify.ForCommand(c.Command, sys, cfg.Pops.Timeout)
		var bad *pop.Error
		switch {
		case errors.As(err, &bad):
			return alarmWrong(cfg, "alarms.command", nil, "alarms.command: "+bad.What, bad.Fix)
		case err != nil:
			return err
		case !a.global.demo || a.global.open:
			s.uses = append(s.uses, use)
		}
	}
	vault := a.vault()
	s.close = vault.Close
	for i, h := range c.Webhooks {
		use, bad := notify.ForWebhook(notify.HookSpec(h), vault, nil, "ringside/"+version())
		name := h.Name
		if name == "" {
			name = notify.Webhook
		}
		switch {
		case bad != nil:
			return alarmWrong(cfg, "alarms.webhook", []string{strconv.Itoa(i), bad.Key}, fmt.Sprintf("alarm webhook %q: %s: %s", name, bad.Key, bad.What), bad.Fix)
		case slices.ContainsFunc(s.uses, func(u notify.Use) bool { return u.Way.Name() == name }):
			return alarmWrong(cfg, "alarms.webhook", []string{strconv.Itoa(i), "name"}, fmt.Sprintf("alarm webhook %q: there is another way of this name", name), "give each a name of its own")
		case !a.global.demo || a.global.open:
			s.uses = append(s.uses, use)
		}
	}
	return nil
}

func alarmWrong(cfg config.Config, key string, part []string, what, fix string) error {
	return hinted{cfg.Wrong(key, part, fix, what), fix, exitUsage}
}

// alarmError gives an error in the rules its place in the configuration.
func alarmError(cfg config.Config, own int, err error) error {
	var bad *alarm.Error
	if !errors.As(err, &bad) {
		return err
	}
	if bad.Rule < own {
		return alarmWrong(cfg, "thresholds", nil, bad.Error(), bad.Fix)
	}
	return alarmWrong(cfg, "alarms.rule", []string{strconv.Itoa(bad.Rule - own), bad.Key}, bad.Error(), bad.Fix)
}
