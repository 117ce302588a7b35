package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
)

// write makes a config file and gives its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func loaded(t *testing.T, text, profile string, env map[string]string) Config {
	t.Helper()
	c, err := Load(write(t, text), profile, env)
	if err != nil {
		t.Fatalf("%v (%v)", err, hint(err))
	}
	return c
}

func hint(err error) string {
	if h, ok := err.(interface{ Hint() string }); ok {
		return h.Hint()
	}
	return ""
}

// settingsOnly compares what is set, not where it comes from.
func settingsOnly() cmp.Option {
	return cmp.Options{cmpopts.IgnoreFields(Config{}, "File", "Profile"), cmpopts.IgnoreUnexported(Config{})}
}

func TestMissingFile(t *testing.T) {
	env := map[string]string{"XDG_CONFIG_HOME": t.TempDir()}
	c, err := Load("", "", env)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Default(), c, cmpopts.IgnoreUnexported(Config{})); d != "" {
		t.Error(d)
	}
	if c.Origin("desk.theme") != FromDefault {
		t.Errorf("theme comes from %v", c.Origin("desk.theme"))
	}
	// A file that somebody named must be there.
	for _, env := range []map[string]string{{EnvFile: filepath.Join(t.TempDir(), "no.toml")}, {}} {
		path := ""
		if env[EnvFile] == "" {
			path = filepath.Join(t.TempDir(), "no.toml")
		}
		if _, err := Load(path, "", env); !errors.Is(err, os.ErrNotExist) || hint(err) == "" {
			t.Errorf("Load(%q) = %v, hint %q", path, err, hint(err))
		}
	}
}

// TestPathOrder: --config, then RINGSIDE_CONFIG, then the system's folder.
func TestPathOrder(t *testing.T) {
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "ringside"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "ringside", "config.toml"), []byte("[goto]\nline = \"system\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	named, flag := write(t, "[goto]\nline = \"named\"\n"), write(t, "[goto]\nline = \"flag\"\n")
	for _, tt := range []struct {
		path string
		env  map[string]string
		want string
	}{
		{flag, map[string]string{EnvFile: named, "XDG_CONFIG_HOME": home}, "flag"},
		{"", map[string]string{EnvFile: named, "XDG_CONFIG_HOME": home}, "named"},
		{"", map[string]string{"XDG_CONFIG_HOME": home}, "system"},
	} {
		c, err := Load(tt.path, "", tt.env)
		if err != nil || c.GoTo.Line != tt.want || c.File == "" {
			t.Errorf("Load(%q, %v) read %q from %q, %v; want %q", tt.path, tt.env, c.GoTo.Line, c.File, err, tt.want)
		}
	}
}

func TestLayers(t *testing.T) {
	const text = `
[profile.night]
desk.theme = "dark"
[profile.night.thresholds]
wait_amber = "2m"
[profile.day]
desk = { theme = "light", fps = 10 }
[desk]
fps = 20
ascii = true
theme = "mono"
[thresholds]
wait_red = "1h30m"
queue_red = 0
`
	c := loaded(t, text, "night", map[string]string{"RINGSIDE_DESK_FPS": "25", "RINGSIDE_GOTO_TOKEN_ENV": "PAT", "PAT": "s3cret\n"})
	want := Default()
	want.Desk = Desk{Theme: "dark", Ground: "auto", FPS: 25, ASCII: true, Bell: true}
	want.Thresholds.WaitAmber, want.Thresholds.WaitRed, want.Thresholds.QueueRed = 2*time.Minute, 90*time.Minute, 0
	want.GoTo.TokenEnv, want.GoTo.Token = "PAT", "s3cret"
	if d := cmp.Diff(want, c, settingsOnly(), cmp.Transformer("text", func(s Secret) string { return string(s) })); d != "" {
		t.Error(d)
	}
	for key, want := range map[string]Origin{
		"desk.theme": FromProfile, "desk.fps": FromEnv, "desk.ascii": FromFile, "desk.bell": FromDefault,
		"thresholds.wait_amber": FromProfile, "thresholds.wait_red": FromFile,
	} {
		if c.Origin(key) != want {
			t.Errorf("%s comes from %v, want %v", key, c.Origin(key), want)
		}
	}
	if c := loaded(t, text, "", map[string]string{EnvProfile: "day"}); c.Desk.Theme != "light" || c.Desk.FPS != 10 || c.Profile != "day" {
		t.Errorf("profile of the environment: %+v in %q", c.Desk, c.Profile)
	}
	if c := loaded(t, text, "", nil); c.Desk.Theme != "mono" || c.Desk.FPS != 20 {
		t.Errorf("without a profile: %+v", c.Desk)
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, profile, what, hint string }{
		{"unknown key", "[desk]\n  tehme = \"dark\"\n", "", `:2:3: unknown key "desk.tehme"`, "did you mean theme?"},
		{"unknown dotted key", "desk.colour = 1\n", "", `:1:6: unknown key "desk.colour"`, "the keys of [desk] are theme, ground, fps"},
		{"unknown inline key", "desk = { fps = 3, belt = true }\n", "", `:1:19: unknown key "desk.belt"`, "did you mean bell?"},
		{"unknown table", "\n[dekc]\nfps = 3\n", "", `:2:2: unknown key "dekc"`, "did you mean desk?"},
		{"unknown word", "zzzzzzzzzzzz = 3\n", "", `:1:1: unknown key "zzzzzzzzzzzz"`, "the tables are goto, desk"},
		{"key outside its table", "theme = \"dark\"\n", "", `unknown key "theme"`, "theme belongs in the table [desk]"},
		{"key in another table", "[log]\nregion = \"US\"\n", "", `unknown key "log.region"`, "region belongs in the table [contacts]"},
		{"unknown in a profile", "[profile.a.desk]\nfsp = 3\n", "", `:2:1: unknown key "profile.a.desk.fsp"`, "did you mean fps?"},
		{"unknown table in a profile", "[profile.a.dsk]\n", "", `:1:12: unknown key "profile.a.dsk"`, "did you mean desk?"},
		{"not a text", "[desk]\ntheme = 3\n", "", ":2:1: desk.theme must be a text in quotes, not a whole number", `theme = "auto"`},
		{"not a number", "[desk]\nfps = \"3\"\n", "", ":2:1: desk.fps must be a whole number, not a text", "fps = 120"},
		{"number with a point", "[desk]\nfps = 3.5\n", "", "must be a whole number, not a number with a point", "fps = 120"},
		{"not yes or no", "[desk]\nbell = \"yes\"\n", "", "desk.bell must be true or false, not a text", "bell = true"},
		{"not a time", "[thresholds]\nwait_red = 120\n", "", "thresholds.wait_red must be a time in quotes", `wait_red = "2m0s"`},
		{"no time at all", "[thresholds]\nwait_red = \"2 min\"\n", "", `:2:1: thresholds.wait_red is "2 min", but must be a time such as`, `wait_red = "2m0s"`},
		{"negative time", "[thresholds]\nwait_red = \"-1s\"\n", "", `is "-1s", but must be from "0s" to "24h"`, `wait_red = "2m0s"`},
		{"negative number", "[thresholds]\nqueue_red = -1\n", "", "thresholds.queue_red is -1, but must be from 0 to 10000", "queue_red = 6"},
		{"unknown theme", "[desk]\ntheme = \"drak\"\n", "", `desk.theme is "drak", but must be auto, dark, light, contrast, deutan, tritan or mono`, `did you mean "dark"?`},
		{"unknown theme in another profile", "[profile.b.desk]\ntheme = \"pink\"\n", "", `:2:1: desk.theme is "pink"`, "theme = "},
		{"unknown column", "[desk]\nsort = \"-klock\"\n", "", "desk.sort is", `did you mean "clock"?`},
		{"region", "[contacts]\nregion = \"usa\"\n", "", `contacts.region is "usa", but must be a country of two capital letters`, `region = "US"`},
		{"plain http", "[goto]\napi = \"http://api.goto.com\"\n", "", "must be an https address", "api = "},
		{"address with a password", "[goto]\nauth = \"https://a:b@c.example\"\n", "", "must be an address such as", "auth = "},
		{"control character", "[goto]\nline = \"a\\u001b\"\n", "", "must be a text of one line", "line = "},
		{"list", "[goto]\nline = [1]\n", "", "goto.line must be a text in quotes, not a list", "line = "},
		{"table for a setting", "[goto.line]\na = 1\n", "", ":1:7: goto.line must be a text in quotes, not a table", "line = "},
		{"setting for a table", "desk = 3\n", "", ":1:1: desk must be a table", "[desk]"},
		{"list of tables", "[[desk]]\nfps = 3\n", "", ":1:3: desk must be a table", "[desk]"},
		{"setting for the profiles", "profile = 3\n", "", ":1:1: profile must be a table", "[profile]"},
		{"setting for a profile", "profile.a = 3\n", "", ":1:9: profile.a must be a table", "[profile.a]"},
		{"the secret itself", "[goto]\ntoken = \"s3cret\"\n", "", `"goto.token" is not kept in the file`, "environment variable"},
		{"the secret as a name", "[goto]\ntoken_env = \"s3cret-value\"\n", "", "goto.token_env must be the name of an environment variable", "that variable's name"},
		{"written twice", "[desk]\nfps = 3\nfps = 4\n", "", ":3:1: ", "each key is written once"},
		{"syntax", "[desk]\nfps = \n", "", ":2:", "mend the line"},
		{"amber after red", "[thresholds]\nwait_amber = \"3m\"\n", "", "thresholds.wait_amber comes after thresholds.wait_red", "reached first"},
		{"no profile", "", "a", `there is no profile "a"`, "[profile.a.goto]"},
		{"misspelt profile", "[profile.night.desk]\nfps = 3\n", "nihgt", `there is no profile "nihgt"`, "did you mean night?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.text)
			_, err := Load(path, tt.profile, nil)
			if err == nil {
				t.Fatal("loaded")
			}
			if !strings.Contains(err.Error(), tt.what) || !strings.Contains(hint(err), tt.hint) {
				t.Errorf("error %q\n hint %q\n want %q\n hint %q", err, hint(err), tt.what, tt.hint)
			}
			if !strings.HasPrefix(err.Error(), path) {
				t.Errorf("error %q does not name the file", err)
			}
			if strings.Contains(err.Error()+hint(err), "s3cret") {
				t.Errorf("error %q prints the secret", err)
			}
		})
	}
}

func TestEnvironmentErrors(t *testing.T) {
	for name, value := range map[string]string{"RINGSIDE_DESK_FPS": "fast", "RINGSIDE_DESK_THEME": "pink", "RINGSIDE_DESK_BELL": "maybe", "RINGSIDE_LOG_LEVEL": "loud"} {
		_, err := Load(write(t, ""), "", map[string]string{name: value})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") || hint(err) == "" {
			t.Errorf("%s=%s: %v, hint %q", name, value, err, hint(err))
		}
	}
}

func TestPaths(t *testing.T) {
	path := write(t, "[contacts]\ncsv = \"people.csv\"\n[log]\nfile = \"~/logs/r.log\"\n[profile.a.contacts]\ncsv = \"../x.csv\"\n")
	home := t.TempDir()
	env := map[string]string{"HOME": home}
	c, err := Load(path, "", env)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(path), "people.csv"); c.Contacts.CSV != want {
		t.Errorf("csv %q, want %q", c.Contacts.CSV, want)
	}
	if want := filepath.Join(home, "logs", "r.log"); c.Log.File != want {
		t.Errorf("log %q, want %q", c.Log.File, want)
	}
	if got, err := c.LogFile(env); err != nil || got != c.Log.File {
		t.Errorf("LogFile %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(home, "logs")); err != nil {
		t.Error(err)
	}
	if c, err := Load(path, "a", env); err != nil || c.Contacts.CSV != filepath.Join(filepath.Dir(filepath.Dir(path)), "x.csv") {
		t.Errorf("csv of the profile %q, %v", c.Contacts.CSV, err)
	}
}

func TestFolders(t *testing.T) {
	root := t.TempDir()
	env := map[string]string{"XDG_DATA_HOME": filepath.Join(root, "d"), "XDG_STATE_HOME": filepath.Join(root, "s")}
	if err := os.MkdirAll(filepath.Join(root, "d", "ringside"), 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := DataDir(env)
	if err != nil || data != filepath.Join(root, "d", "ringside") {
		t.Fatalf("DataDir %q, %v", data, err)
	}
	log, err := Default().LogFile(env)
	if err != nil || log != filepath.Join(root, "s", "ringside", "ringside.log") {
		t.Fatalf("LogFile %q, %v", log, err)
	}
	file := filepath.Join(data, "f")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := OpenPrivate(file, os.O_WRONLY|os.O_APPEND)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := DataDir(map[string]string{"XDG_DATA_HOME": file}); err == nil || hint(err) == "" {
		t.Errorf("a folder below a file: %v", err)
	}
	if runtime.GOOS == "windows" {
		return // modes are not kept there
	}
	for p, want := range map[string]os.FileMode{data: 0o700, filepath.Dir(log): 0o700, file: 0o600} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", p, info.Mode().Perm(), err, want)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	c := loaded(t, "", "", map[string]string{"RINGSIDE_CLIENT_SECRET": "s3cret", "RINGSIDE_TOKEN": ""})
	if string(c.GoTo.ClientSecret) != "s3cret" || c.GoTo.Token != "" {
		t.Fatalf("secrets %q %q", string(c.GoTo.ClientSecret), string(c.GoTo.Token))
	}
	var out bytes.Buffer
	if err := Print(&out, c); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`client_secret_env = "RINGSIDE_CLIENT_SECRET" # default (set)`, "# default (not set)"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("Print lacks %q:\n%s", line, out.String())
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d", c, c, c, c.GoTo.ClientSecret, c.GoTo.ClientSecret, c.GoTo.ClientSecret, c.GoTo.ClientSecret)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "c", c, "s", c.GoTo.ClientSecret)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "s3cret") || strings.Contains(s, "733363726574") {
		t.Errorf("the secret is printed:\n%s", s)
	}
}

// TestPrintLoadsBack: what `config show` prints is a config file of the same settings.
func TestPrintLoadsBack(t *testing.T) {
	for name, text := range map[string]string{
		"defaults": "",
		"everything": `
[goto]
api = "http://127.0.0.1:8300"
client_id = 'quotes " and \ slashes'
client_secret_env = "A_B"
account = "4242"
line = "0019"
channel_nickname = "désk # 1"
[desk]
theme = "mono"
fps = 120
ascii = true
sort = "-clock"
bell = false
[thresholds]
wait_amber = "1.5s"
wait_red = "0s"
queue_amber = 0
talk_red = "100ms"
sla_red = 0
short_abandon = "24h"
[contacts]
csv = 'a "b" #c.csv'
region = "GB"
[log]
level = "debug"
`,
		"profile": "[profile.p.desk]\nfps = 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			profile := ""
			if name == "profile" {
				profile = "p"
			}
			env := map[string]string{"RINGSIDE_DESK_BELL": "false", "RINGSIDE_TOKEN": "x"}
			c := loaded(t, text, profile, env)
			var out bytes.Buffer
			if err := Print(&out, c); err != nil {
				t.Fatal(err)
			}
			again := loaded(t, out.String(), "", env)
			if d := cmp.Diff(c, again, settingsOnly()); d != "" {
				t.Errorf("%s\n%s", d, out.String())
			}
			if !strings.Contains(out.String(), "# env RINGSIDE_DESK_BELL") || profile != "" && !strings.Contains(out.String(), "# profile p\n") {
				t.Errorf("origins are missing:\n%s", out.String())
			}
		})
	}
}

// FuzzLoad: any file is settings that print and load back, or an error with a hint.
func FuzzLoad(f *testing.F) {
	f.Add(Example())
	f.Add(popsFile)
	f.Add("desk = { theme = \"dark\" }\n[profile.a]\ngoto.line = '1'\n[[x]]\n")
	f.Add("[thresholds]\nwait_red = \"1h\"\n\"wait_amber\" = \"\\u0031s\"\n")
	dir := f.TempDir()
	path, back := filepath.Join(dir, "a.toml"), filepath.Join(dir, "b.toml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, "", nil)
		if err != nil {
			if hint(err) == "" {
				t.Fatalf("no hint for %v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := Print(&out, c); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(back, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Load(back, "", nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.String())
		}
		if strings.Contains(out.String(), hiddenText) {
			return // what is hidden does not come back
		}
		if d := cmp.Diff(c, again, settingsOnly(), cmpopts.IgnoreFields(Entry{}, "Line"), cmpopts.EquateNaNs()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestExample(t *testing.T) {
	text := Example()
	c := loaded(t, text, "", nil)
	if d := cmp.Diff(Default(), c, settingsOnly()); d != "" {
		t.Errorf("the example is not the defaults: %s", d)
	}
	for _, s := range settings() {
		if c.Origin(s.name()) != FromFile && !s.apart() {
			t.Errorf("the example lacks %s", s.name())
		}
	}
	if c := loaded(t, text, "sim", nil); c.Thresholds.WaitRed != 30*time.Second || !strings.HasPrefix(c.GoTo.API, "http://127.0.0.1:") {
		t.Errorf("profile sim: %+v", c.Thresholds)
	}
	if err := toml.Unmarshal([]byte(text), new(map[string]any)); err != nil {
		t.Error(err)
	}
}

// TestSchema: each setting has a field of its own, which its default round-trips through.
func TestSchema(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range settings() {
		if seen[s.name()] {
			t.Errorf("%s is there twice", s.name())
		}
		seen[s.name()] = true
		if s.doc == "" && !strings.HasSuffix(s.key, "_red") && !strings.HasSuffix(s.key, "_amber") {
			t.Errorf("%s is not explained", s.name())
		}
		c := Default()
		doc, err := parse("x", []byte(s.name()+" = "+s.value.toml(&c)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.value.put(&c, doc.at([]string{s.section, s.key})); err != nil {
			t.Errorf("default of %s: %v", s.name(), err)
		}
		if d := cmp.Diff(Default(), c, cmpopts.IgnoreUnexported(Config{})); d != "" {
			t.Errorf("%s: %s", s.name(), d)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"theme", "fps", "sort", "wait_amber", "wait_red"}
	for in, want := range map[string]string{
		"thme": "theme", "tehme": "theme", "THEME": "theme", "wait_rde": "wait_red", "waitred": "wait_red",
		"xyzzy": "", "fsp": "fps", strings.Repeat("x", 100): "",
	} {
		if got := nearest(in, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", in, got, want)
		}
	}
	if d := edits("abcd", "acbd"); d != 1 {
		t.Errorf("a swap costs %d", d)
	}
}
