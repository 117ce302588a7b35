package config

import (
	"slices"
	"time"
)

// setting is one key of the file. Everything that handles settings (reading, printing, the
// example, messages) goes by this table, so a key cannot be known to one and not to another.
type setting struct {
	section, key string
	doc          string // one line for the example
	value        value[Config]
	secret       func(*Config) Secret // of keys that name a variable: the secret in it
	path         bool                 // a path, taken from the folder of the file
}

// name is the whole key: "desk.theme".
func (s setting) name() string { return s.section + "." + s.key }

// value reads and writes a field of T: of the Config itself, or of a row in a table that repeats.
type value[T any] interface {
	// want says what the file must hold: "a text", "a whole number".
	want() string
	// put puts a TOML value (string, int64, bool, ...) into the field. The error completes
	// "theme must be …", or is a *misplaced for something within the value.
	put(c *T, v any) error
	// toml writes the field as a TOML value.
	toml(c *T) string
}

// spelled is a value that a variable of the environment can hold.
type spelled interface {
	// parse makes a TOML value of its text.
	parse(s string) (any, error)
}

// section is one table of the file.
type section struct{ name, doc string }

func sections() []section {
	return []section{
		{"goto", "The GoTo Connect account. Secrets stay in environment variables; this file only names them."},
		{"desk", "The screen, and what it is for."},
		{"privacy", "What is hidden (docs/privacy.md). The key * masks numbers while the desk runs."},
		{"thresholds", "When a number turns amber or red. 0 is never."},
		{"contacts", "Who the callers are."},
		{"pops", "Screen pops: what opens when a call rings you, when you take it, when it is over (docs/pops.md)."},
		{"wall", "The wallboard: W on the desk, or `ringside wall`; its targets are those of [thresholds] (docs/wall.md)."},
		{"alarms", "What asks for a supervisor, and how it is told (docs/alarms.md)."},
		{"phone", "Calls answered and made here: sound in and out (docs/phone.md). `ringside audio devices` lists what there is."},
		{"archive", "Finished calls: kept, found again, told. Days of 0 are for ever."},
		{"record", "Recordings of what GoTo sent, for `ringside replay`; `record` in [desk] turns them on."},
		{"log", "The program's own log, JSON lines."},
	}
}

func settings() []setting {
	return slices.Concat([]setting{
		{section: "goto", key: "api", doc: "base URL of the REST services", value: text(func(c *Config) *string { return &c.GoTo.API }, baseURL)},
		{section: "goto", key: "auth", doc: "base URL of the log-in service", value: text(func(c *Config) *string { return &c.GoTo.Auth }, baseURL)},
		{section: "goto", key: "realtime", doc: "base URL of the realtime service", value: text(func(c *Config) *string { return &c.GoTo.Realtime }, baseURL)},
		{section: "goto", key: "client_id", doc: "OAuth client id, made at developer.logmeininc.com/clients", value: text(func(c *Config) *string { return &c.GoTo.ClientID })},
		{section: "goto", key: "redirect", doc: "where the browser comes back to after a login, as registered for the client", value: text(func(c *Config) *string { return &c.GoTo.Redirect }, loopback)},
		{section: "goto", key: "keyring", doc: "keep the login under a key in the system's keyring; false: in a file that only you can read", value: yesno(func(c *Config) *bool { return &c.GoTo.Keyring })},
		{
			section: "goto", key: "client_secret_env", doc: "variable that holds the client's secret",
			value:  text(func(c *Config) *string { return &c.GoTo.ClientSecretEnv }, variable),
			secret: func(c *Config) Secret { return c.GoTo.ClientSecret },
		},
		{
			section: "goto", key: "token_env", doc: "variable that holds a personal access token, instead of logging in",
			value:  text(func(c *Config) *string { return &c.GoTo.TokenEnv }, variable),
			secret: func(c *Config) Secret { return c.GoTo.Token },
		},
		{section: "goto", key: "account", doc: "account key; empty: the only one you have", value: text(func(c *Config) *string { return &c.GoTo.Account })},
		{section: "goto", key: "line", doc: "your line, by extension or id; empty: your primary line", value: text(func(c *Config) *string { return &c.GoTo.Line })},
		{section: "goto", key: "channel_nickname", doc: "what GoTo calls our notification channel", value: text(func(c *Config) *string { return &c.GoTo.ChannelNickname }, filled)},
		{section: "goto", key: "source", doc: "the way in: events (the whole account), dialogs (your own line alone, for those who may not read the account) or webhook", value: text(func(c *Config) *string { return &c.GoTo.Source }, oneOf("events", "dialogs", "webhook"))},
		{section: "goto", key: "webhook_url", doc: "webhook: the public https address, port 443, that your TLS proxy passes on with its path", value: text(func(c *Config) *string { return &c.GoTo.WebhookURL }, hookURL)},
		{section: "goto", key: "webhook_listen", doc: "webhook: where your proxy passes it on to", value: text(func(c *Config) *string { return &c.GoTo.WebhookListen }, listenAt)},
		{
			section: "goto", key: "webhook_secret_env", doc: "webhook: variable that holds a secret of your choice; GoTo signs with it, and what is not signed is refused",
			value:  text(func(c *Config) *string { return &c.GoTo.WebhookSecretEnv }, variable),
			secret: func(c *Config) Secret { return c.GoTo.WebhookSecret },
		},

		{section: "desk", key: "theme", doc: "auto, dark, light, contrast, deutan or tritan (for the colour-blind), mono", value: text(func(c *Config) *string { return &c.Desk.Theme }, oneOf("auto", "dark", "light", "contrast", "deutan", "tritan", "mono"))},
		{section: "desk", key: "ground", doc: "the terminal's own ground: dark, light, or auto, which asks the terminal", value: text(func(c *Config) *string { return &c.Desk.Ground }, oneOf("auto", "dark", "light"))},
		{section: "desk", key: "fps", doc: "most frames a second", value: whole(func(c *Config) *int { return &c.Desk.FPS }, 1, 120)},
		{section: "desk", key: "ascii", doc: "signs and rules of ASCII alone", value: yesno(func(c *Config) *bool { return &c.Desk.ASCII })},
		{section: "desk", key: "plain", doc: "sentences instead of a screen, and commands typed as lines: for screen readers; as --plain", value: yesno(func(c *Config) *bool { return &c.Desk.Plain })},
		{section: "desk", key: "sort", doc: "column the calls are sorted by, - in front reverses; empty: what needs attention first", value: text(func(c *Config) *string { return &c.Desk.Sort }, column)},
		{section: "desk", key: "bell", doc: "ring the terminal's bell when a call rings you", value: yesno(func(c *Config) *bool { return &c.Desk.Bell })},
		{section: "desk", key: "record", doc: "record what GoTo sends while the desk runs; see [record]", value: yesno(func(c *Config) *bool { return &c.Desk.Record })},

		{section: "thresholds", key: "wait_amber", doc: "longest wait in a queue", value: span(func(c *Config) *time.Duration { return &c.Thresholds.WaitAmber })},
		{section: "thresholds", key: "wait_red", value: span(func(c *Config) *time.Duration { return &c.Thresholds.WaitRed })},
		{section: "thresholds", key: "queue_amber", doc: "callers waiting in a queue", value: whole(func(c *Config) *int { return &c.Thresholds.QueueAmber }, 0, 10000)},
		{section: "thresholds", key: "queue_red", value: whole(func(c *Config) *int { return &c.Thresholds.QueueRed }, 0, 10000)},
		{section: "thresholds", key: "talk_red", doc: "one talk", value: span(func(c *Config) *time.Duration { return &c.Thresholds.TalkRed })},
		{section: "thresholds", key: "sla_within", doc: "a call answered within this is answered in time", value: span(func(c *Config) *time.Duration { return &c.Thresholds.SLAWithin })},
		{section: "thresholds", key: "sla_red", doc: "percent answered in time under which it is red, amber", value: whole(func(c *Config) *int { return &c.Thresholds.SLARed }, 0, 100)},
		{section: "thresholds", key: "sla_amber", value: whole(func(c *Config) *int { return &c.Thresholds.SLAAmber }, 0, 100)},
		{section: "thresholds", key: "short_abandon", doc: "abandoned sooner than this does not count", value: span(func(c *Config) *time.Duration { return &c.Thresholds.ShortAbandon })},
		{section: "thresholds", key: "zone", doc: "time zone of the desk, such as America/New_York: its midnight begins the day, and times are its own; empty: this computer's", value: text(func(c *Config) *string { return &c.Thresholds.Zone }, zone)},
		{section: "thresholds", key: "owed_amber", doc: "a caller who is owed a call back for so long", value: span(func(c *Config) *time.Duration { return &c.Thresholds.OwedAmber })},
		{section: "thresholds", key: "owed_red", value: span(func(c *Config) *time.Duration { return &c.Thresholds.OwedRed })},

		{section: "contacts", key: "csv", doc: "CSV file of contacts; a relative path starts in this file's folder", value: text(func(c *Config) *string { return &c.Contacts.CSV }), path: true},
		{section: "contacts", key: "region", doc: "country of numbers without a country code (ISO 3166)", value: text(func(c *Config) *string { return &c.Contacts.Region }, region)},
		{section: "contacts", key: "create", doc: "page on which a contact is made, such as https://crm.example/new?phone=$number$", value: text(func(c *Config) *string { return &c.Contacts.Create })},
		{section: "contacts", key: "source", doc: "where callers are looked up beside the CSV file, in this order", value: contactSources()},

		{section: "pops", key: "schemes", doc: "schemes of addresses beside https and http: \"tel\", \"salesforce1\"", value: texts(func(c *Config) *[]string { return &c.Pops.Schemes })},
		{section: "pops", key: "browser", doc: "program, by its whole path, and arguments that an address is put behind; empty: the system's own", value: texts(func(c *Config) *[]string { return &c.Pops.Browser })},
		{section: "pops", key: "wait", doc: "for the look-up, where a rule has to know who calls; at most 10s", value: span(func(c *Config) *time.Duration { return &c.Pops.Wait })},
		{section: "pops", key: "timeout", doc: "of commands under run; at most 5m", value: span(func(c *Config) *time.Duration { return &c.Pops.Timeout })},
		{section: "pops", key: "per_minute", doc: "most that is opened in a minute", value: whole(func(c *Config) *int { return &c.Pops.PerMinute }, 1, 120)},
		{section: "pops", key: "parameters", doc: "custom parameters of yours: $team$", value: words(func(c *Config) *map[string]string { return &c.Pops.Parameters }, "[pops.parameters]", "team = \"tier 2\"\n")},
		{section: "pops", key: "users", doc: "custom parameters of single users, by id, extension or line", value: wordsByName(func(c *Config) *map[string]map[string]string { return &c.Pops.Users }, "[pops.users.8648]", "team = \"tier 1\"\n")},
		{section: "pops", key: "sip", doc: "SIP headers and the variables they stand for here", value: words(func(c *Config) *map[string]string { return &c.Pops.SIP }, "[pops.sip]", "X-Subject = \"queue\"\n")},
		{section: "pops", key: "rule", doc: "the first rule that matches opens what it names", value: popRules()},

		{section: "archive", key: "keep", doc: "keep finished calls on disk; false: only while the program runs", value: yesno(func(c *Config) *bool { return &c.Archive.Keep })},
		{section: "archive", key: "file", doc: "empty: a file for each account in the data folder", value: text(func(c *Config) *string { return &c.Archive.File }), path: true},
		{section: "archive", key: "back_days", doc: "finished calls of so many days are fetched at the start; 0: today's", value: whole(func(c *Config) *int { return &c.Archive.BackDays }, 0, 400)},
		{section: "archive", key: "call_days", doc: "days that calls, their reports and notes are kept", value: whole(func(c *Config) *int { return &c.Archive.CallDays }, 0, 10000)},
		{section: "archive", key: "raw_days", doc: "days that GoTo's own text of a report is kept beside it", value: whole(func(c *Config) *int { return &c.Archive.RawDays }, 0, 10000)},
		{section: "archive", key: "event_days", doc: "days that single states are kept, for calls without a report", value: whole(func(c *Config) *int { return &c.Archive.EventDays }, 0, 10000)},
		{section: "archive", key: "pop_days", doc: "days that pops, decisions and alarms are kept", value: whole(func(c *Config) *int { return &c.Archive.PopDays }, 0, 10000)},

		{section: "record", key: "folder", doc: "empty: recordings in the data folder", value: text(func(c *Config) *string { return &c.Record.Folder }), path: true},
		{section: "record", key: "mask", doc: "replace telephone numbers and callers' names", value: yesno(func(c *Config) *bool { return &c.Record.Mask })},
		{section: "record", key: "keep_mb", doc: "most megabytes of all recordings together; the oldest go first", value: whole(func(c *Config) *int { return &c.Record.KeepMB }, 10, 1_000_000)},

		{section: "log", key: "level", doc: "debug, info, warn or error", value: text(func(c *Config) *string { return &c.Log.Level }, oneOf("debug", "info", "warn", "error"))},
		{section: "log", key: "file", doc: "empty: ringside.log in the state folder", value: text(func(c *Config) *string { return &c.Log.File }), path: true},
	}, dutySettings(), wallSettings(), alarmSettings(), phoneSettings())
}

// find gives the setting of a whole key.
func find(name string) (setting, bool) {
	for _, s := range settings() {
		if s.name() == name {
			return s, true
		}
	}
	return setting{}, false
}

// keysOf gives the keys of a section.
func keysOf(section string) []string {
	var keys []string
	for _, s := range settings() {
		if s.section == section {
			keys = append(keys, s.key)
		}
	}
	return keys
}

func sectionNames() []string {
	var names []string
	for _, s := range sections() {
		names = append(names, s.name)
	}
	return names
}
