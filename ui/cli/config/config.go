// Package config reads ringside's settings: a strict TOML file in the folder where the system keeps
// such files, with profiles laid over it and environment variables over those.
//
// Secrets are never in the file. The file names the environment variables that hold them, and the
// values read from there never print.
package config

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"
)

// Config is every setting in effect. It is a value; Load makes it.
type Config struct {
	GoTo       GoTo
	Desk       Desk
	Duty       Duty
	Privacy    Privacy
	Thresholds Thresholds
	Contacts   Contacts
	Pops       Pops
	Alarms     Alarms
	Phone      Phone
	Archive    Archive
	Wall       Wall
	Record     Record
	Log        Log

	// File is the path of the file that was read, "" when there was none.
	File string
	// Profile is the name of the profile laid over it, "" is none.
	Profile string

	origins map[string]Origin // by the whole key, "desk.theme"; missing is Default
	spots   map[string]spot   // where in the file what is in effect stands, by the whole key
}

// GoTo says which GoTo Connect account is watched, and how it is reached.
type GoTo struct {
	API      string // base URL of the REST services
	Auth     string // base URL of the log-in service
	Realtime string // base URL of the realtime service
	ClientID string // OAuth client id
	Redirect string // redirect URI registered for the client; a loopback address
	Keyring  bool   // whether the system's keyring is used for the login

	ClientSecretEnv string // name of the variable that holds the OAuth client's secret
	TokenEnv        string // name of the variable that holds a personal access token
	ClientSecret    Secret // value of that variable, "" when it is not set
	Token           Secret // value of that variable, "" when it is not set

	Account         string // account key; "" is the only one of the user
	Line            string // my line: its id or its extension; "" is the user's primary line
	ChannelNickname string // what GoTo calls our notification channel

	Source           string // the way in: "events", "dialogs" or "webhook"
	WebhookURL       string // public address that GoTo posts to; "" is none
	WebhookListen    string // where it arrives: host and port, behind the owner's TLS proxy
	WebhookSecretEnv string // name of the variable that holds what GoTo signs with
	WebhookSecret    Secret // value of that variable, "" when it is not set
}

// Desk says how the screen looks and sounds.
type Desk struct {
	Theme  string // a name of ui/theme
	Ground string // the terminal's ground: "auto", "dark" or "light"
	FPS    int    // most frames a second, 1 to 120
	ASCII  bool   // signs and rules of ASCII alone
	Sort   string // column id the calls are sorted by, "-" in front reverses; "" is what needs attention first
	Plain  bool   // sentences instead of a screen
	Bell   bool   // ring the terminal's bell when a call rings me
	// Record has what comes written down beside the screen; Config.Record says where.
	Record bool
	Keys   map[string][]string // keys of one's own, by action
	Tabs   []Tab               // filters under a name
}

// Thresholds say when a number turns amber or red.
type Thresholds struct {
	WaitAmber, WaitRed   time.Duration // longest wait in a queue; 0 is never
	QueueAmber, QueueRed int           // callers waiting in a queue; 0 is never
	TalkRed              time.Duration // one talk; 0 is never
	SLAWithin            time.Duration // a call answered within this is answered in time
	SLARed, SLAAmber     int           // percent answered in time under which it is red, amber
	ShortAbandon         time.Duration // abandoned sooner than this does not count
	Zone                 string        // of the desk: its midnight begins the day, and times are its own; "" is this computer's
	OwedAmber, OwedRed   time.Duration // a caller owed a call back for so long; 0 is never
}

// Contacts says who the callers are.
type Contacts struct {
	CSV    string // path of a CSV file of contacts; "" is none
	Region string // ISO 3166 country that numbers without a country code are in
	// Create is the page on which a contact is made, with $number$ and $caller_name$ in it; "" is none.
	Create string
	// Sources are where callers are looked up, in their order: [[contacts.source]].
	Sources []Entry
}

// Log says what is written down of the program's own running.
type Log struct {
	Level string // "debug", "info", "warn" or "error"
	File  string // path; "" is ringside.log in the state folder
}

// Origin tells where a value comes from.
type Origin uint8

// The origins, each laid over those before.
const (
	FromDefault Origin = iota
	FromFile
	FromProfile
	FromEnv
)

// String gives the word that Print writes.
func (o Origin) String() string { return [...]string{"default", "file", "profile", "env"}[o&3] }

// Origin tells where the value of a key ("desk.theme") comes from.
func (c Config) Origin(key string) Origin { return c.origins[key] }

// Default gives the settings of an empty file; the thresholds are those of product.md.
func Default() Config {
	return Config{
		GoTo: GoTo{
			API:             "https://api.goto.com",
			Auth:            "https://authentication.logmeininc.com",
			Realtime:        "https://realtime.jive.com",
			Redirect:        "http://127.0.0.1:12021/app/redirect",
			Keyring:         true,
			ClientSecretEnv: "RINGSIDE_CLIENT_SECRET",
			TokenEnv:        "RINGSIDE_TOKEN",
			ChannelNickname: "ringside",
			Source:          "events",
			WebhookListen:   "127.0.0.1:12022", WebhookSecretEnv: "RINGSIDE_WEBHOOK_SECRET",
		},
		Desk: Desk{Theme: "auto", Ground: "auto", FPS: 120, Bell: true},
		Duty: Duty{Role: "supervisor"},
		Thresholds: Thresholds{
			WaitAmber: 84 * time.Second, WaitRed: 120 * time.Second,
			QueueAmber: 3, QueueRed: 6,
			TalkRed:   5 * time.Minute,
			SLAWithin: 20 * time.Second, SLARed: 80, SLAAmber: 90,
			ShortAbandon: 5 * time.Second,
			OwedAmber:    42 * time.Minute, OwedRed: time.Hour,
		},
		Contacts: Contacts{Region: "US"},
		Pops:     Pops{Wait: 2 * time.Second, Timeout: 10 * time.Second, PerMinute: 10},
		Alarms:   Alarms{Defaults: true, Bell: true, Notify: []string{"terminal"}, Repeat: 5 * time.Minute, Snooze: []string{"5m", "15m", "1h"}},
		Phone:    Phone{Enabled: true},
		Archive:  Archive{Keep: true, BackDays: 7, CallDays: 400, RawDays: 90, EventDays: 7, PopDays: 90},
		Wall:     Wall{Layout: "floor", Shift: 5 * time.Minute},
		Record:   Record{KeepMB: 1024},
		Log:      Log{Level: "info"},
	}
}

// with gives a map with one more entry, leaving the map itself, which other Configs share, alone.
func with[V any](m map[string]V, key string, v V) map[string]V {
	out := map[string]V{}
	maps.Copy(out, m)
	out[key] = v
	return out
}

// from records where a value comes from.
func (c *Config) from(key string, o Origin) { c.origins = with(c.origins, key, o) }

// spot is where in the file a setting stands.
type spot struct {
	path   []string
	places map[string]place // of the whole file
}

// stands records where a setting stands.
func (c *Config) stands(key string, at spot) { c.spots = with(c.spots, key, at) }

// Wrong makes the error of something in a setting that only its user can judge: part is where below
// the setting it is, such as "0", "open" of pops.rule, or nothing.
func (c Config) Wrong(key string, part []string, fix, what string) *Error {
	if c.origins[key] == FromEnv {
		return &Error{File: variableOf(key), What: what, Fix: fix}
	}
	e := &Error{File: c.File, What: what, Fix: fix}
	if at, ok := c.spots[key]; ok {
		p := nearestPlace(at.places, slices.Concat(at.path, part))
		e.Line, e.Column = p.line, p.column
	}
	return e
}

// Secret is a text that never prints. Convert it to a string to use it.
type Secret string

// String says only whether there is one.
func (s Secret) String() string {
	if s == "" {
		return "(not set)"
	}
	return "(set)"
}

// Format keeps the secret out of every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue keeps the secret out of the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the secret out of JSON, TOML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
