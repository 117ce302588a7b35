package config

import (
	"strconv"
	"time"
)

// Alarms say what asks for a supervisor, and how it is told: the table [alarms] (docs/alarms.md). What
// the texts in it mean is judged by package alarm and those who tell.
type Alarms struct {
	Defaults   bool          // the rules that follow [thresholds] are watched too
	Bell       bool          // the terminal's bell
	Notify     []string      // "terminal", "desktop"
	Command    []string      // program and arguments; empty is none
	Repeat     time.Duration // an alarm that nobody has acknowledged is told again; 0 is never
	Snooze     []string      // times to choose from
	QuietHours []string
	QuietDays  []string
	QuietZone  string
	Webhooks   []AlarmHook
	Rules      []AlarmRule
}

// AlarmHook is one table [[alarms.webhook]].
type AlarmHook struct {
	Name, URL string
	Headers   map[string]string
}

// AlarmRule is one table [[alarms.rule]]. What is left out has the value that package alarm gives it.
type AlarmRule struct {
	Name, Measure string
	Queue, Agent  []string
	Where, Per    string
	Red, Amber    string
	For, Window   time.Duration
	Least         int
	Notify        []string
}

func alarmRules() value[Config] {
	return rows(func(c *Config) *[]AlarmRule { return &c.Alarms.Rules }, "alarms.rule", []key[AlarmRule]{
		{"name", text(func(r *AlarmRule) *string { return &r.Name })},
		{"measure", text(func(r *AlarmRule) *string { return &r.Measure })},
		{"queue", texts(func(r *AlarmRule) *[]string { return &r.Queue })},
		{"agent", texts(func(r *AlarmRule) *[]string { return &r.Agent })},
		{"where", text(func(r *AlarmRule) *string { return &r.Where })},
		{"per", text(func(r *AlarmRule) *string { return &r.Per })},
		{"red", figure(func(r *AlarmRule) *string { return &r.Red })},
		{"amber", figure(func(r *AlarmRule) *string { return &r.Amber })},
		{"for", span(func(r *AlarmRule) *time.Duration { return &r.For })},
		{"window", span(func(r *AlarmRule) *time.Duration { return &r.Window })},
		{"least", whole(func(r *AlarmRule) *int { return &r.Least }, 1, 100_000)},
		{"notify", texts(func(r *AlarmRule) *[]string { return &r.Notify })},
	}, `name = "VIP waits"
measure = "where"
where = "tag:vip state:waiting wait>20s"
`)
}

func alarmHooks() value[Config] {
	return rows(func(c *Config) *[]AlarmHook { return &c.Alarms.Webhooks }, "alarms.webhook", []key[AlarmHook]{
		{"name", text(func(h *AlarmHook) *string { return &h.Name })},
		{"url", text(func(h *AlarmHook) *string { return &h.URL })},
		{"headers", words(func(h *AlarmHook) *map[string]string { return &h.Headers }, "", "")},
	}, `name = "chat"
url = "https://alerts.example.com/ringside"
headers = {Authorization = "env:ALERTS_AUTH"}
`)
}

func alarmSettings() []setting {
	return []setting{
		{section: "alarms", key: "defaults", doc: "watch the limits of [thresholds]: longest wait, callers waiting, long talks, answered in time", value: yesno(func(c *Config) *bool { return &c.Alarms.Defaults })},
		{section: "alarms", key: "bell", doc: "ring the terminal's bell", value: yesno(func(c *Config) *bool { return &c.Alarms.Bell })},
		{section: "alarms", key: "notify", doc: "show notices: \"terminal\" (reaches you over SSH too), \"desktop\" (of this machine)", value: texts(func(c *Config) *[]string { return &c.Alarms.Notify })},
		{section: "alarms", key: "command", doc: "program, by its whole path, and arguments: [\"/usr/bin/logger\", \"$level$: $text$\"]", value: texts(func(c *Config) *[]string { return &c.Alarms.Command })},
		{section: "alarms", key: "repeat", doc: "tell again so often until somebody acknowledges; 0s: once", value: span(func(c *Config) *time.Duration { return &c.Alarms.Repeat })},
		{section: "alarms", key: "snooze", doc: "how long an alarm can be put off, to choose from", value: texts(func(c *Config) *[]string { return &c.Alarms.Snooze })},
		{section: "alarms", key: "quiet_hours", doc: "nothing sounds, and what is still up then is told at their end: \"20:00-07:00\"", value: texts(func(c *Config) *[]string { return &c.Alarms.QuietHours })},
		{section: "alarms", key: "quiet_days", doc: "days of quiet_hours, or whole quiet days without hours: \"sat-sun\"", value: texts(func(c *Config) *[]string { return &c.Alarms.QuietDays })},
		{section: "alarms", key: "quiet_zone", doc: "time zone of the quiet hours; empty: the account's", value: text(func(c *Config) *string { return &c.Alarms.QuietZone })},
		{section: "alarms", key: "webhook", doc: "where alarms are posted to, as JSON; secrets are named, not written", value: alarmHooks()},
		{section: "alarms", key: "rule", doc: "what asks for a supervisor beside the defaults", value: alarmRules()},
	}
}

type figureValue[T any] struct{ field func(*T) *string }

// figure is a limit: a time, percent or "never" in quotes, or a number.
func figure[T any](field func(*T) *string) value[T] { return figureValue[T]{field} }

func (figureValue[T]) want() string { return `a limit such as "2m", 6 or "80%"` }

func (f figureValue[T]) put(c *T, v any) error {
	switch v := v.(type) {
	case int64:
		*f.field(c) = strconv.FormatInt(v, 10)
		return nil
	case string:
		s, err := oneText(v)
		if err == nil {
			*f.field(c) = s
		}
		return err
	}
	return errType
}

func (f figureValue[T]) toml(c *T) string {
	s := *f.field(c)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(n, 10) == s {
		return s
	}
	return quote(s)
}
