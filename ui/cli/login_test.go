package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/store/call"
	"ringside/ui/cli/login"
)

// live checks that `watch --json` shows calls with the stored login.
func (f *farAway) live() {
	f.t.Helper()
	out, errs, code := f.run("", "watch", "--json", "--for", "2s")
	if code != 0 {
		f.t.Fatalf("watch: exit %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines {
		var r struct {
			Schema, ID, State string
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Schema != call.Schema || r.ID == "" || r.State == "" {
			f.t.Fatalf("%v: %s", err, line)
		}
	}
	if len(lines) < 3 {
		f.t.Errorf("%d lines: %s%s", len(lines), out, errs)
	}
}

// The story of a login: before it, the browser, the desk, whoami, logout.
func TestLoginStory(t *testing.T) {
	f := startFarAway(t)
	for _, args := range [][]string{{"watch"}, {"calls"}, {"whoami"}} {
		if _, errs, code := f.run("", args...); code != exitNotLoggedIn || !strings.Contains(errs, "not logged in") || !strings.Contains(errs, "ringside login") {
			t.Errorf("%v before: %d %s", args, code, errs)
		}
	}
	said, page := f.login()
	if !strings.Contains(page, "You are logged in") {
		t.Errorf("the browser shows %s", page)
	}
	for _, want := range []string{f.hello.Login, f.hello.AccountKey, "Acme Support", f.hello.Me.Extension, "kept unencrypted", "hint: "} {
		if !strings.Contains(said, want) {
			t.Errorf("login does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "Without the scope") {
		t.Errorf("a scope is missing:\n%s", said)
	}
	f.live()

	out, _, code := f.run("", "whoami", "--json")
	var w whoami
	if err := json.Unmarshal([]byte(out), &w); err != nil || code != 0 {
		t.Fatalf("%v, exit %d: %s", err, code, out)
	}
	if len(w.Scopes) < 20 || w.Expires.Before(time.Now()) {
		t.Errorf("%+v", w)
	}
	w.Scopes, w.Expires = nil, time.Time{}
	want := whoami{
		Schema: whoamiSchema, User: f.hello.Login, Account: f.hello.AccountKey, Line: f.hello.Me.LineID, Login: "browser", Stored: "file",
		All:     []whoamiAccount{{f.hello.AccountKey, "Acme Support", f.hello.OrganizationID, []whoamiLine{{f.hello.Me.LineID, f.hello.Me.Extension, f.hello.Me.Name, true}}}},
		Missing: []missingScope{},
	}
	if d := cmp.Diff(want, w); d != "" {
		t.Error(d)
	}
	out, _, _ = f.run("", "whoami")
	for _, want := range []string{f.hello.Login, "Acme Support", f.hello.AccountKey + ", in use", "1001 " + f.hello.Me.Name + ", primary, in use", "in the browser", "call-events.v1.notifications.manage: live calls", "more, which this version does not use"} {
		if !strings.Contains(out, want) {
			t.Errorf("whoami does not say %q:\n%s", want, out)
		}
	}

	out, _, code = f.run("", "logout")
	if code != 0 || !strings.Contains(out, "Logged out as "+f.hello.Login) || !strings.Contains(out, "not known to let a program revoke") {
		t.Errorf("%d %s", code, out)
	}
	left, _ := filepath.Glob(filepath.Join(f.dirs["DATA"], "ringside", "*.json"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, _, code := f.run("", "watch", "--for", "1s"); code != exitNotLoggedIn {
		t.Errorf("after logout: exit %d", code)
	}
	if out, _, code := f.run("", "logout"); code != 0 || !strings.Contains(out, "Nobody was logged in") {
		t.Errorf("again: %d %s", code, out)
	}
}

func TestLoginByPersonalAccessToken(t *testing.T) {
	f := startFarAway(t)
	out, errs, code := f.run(f.hello.PersonalAccessToken+"\n", "login", "--token-stdin")
	if code != 0 || !strings.Contains(out, "Logged in as "+f.hello.Login) {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	f.live()
	before := f.tokens
	// Each hour it is swapped again.
	if _, err := f.svc.Faults().Now(sim.Fault{Kind: sim.ExpireTokens}); err != nil {
		t.Fatal(err)
	}
	f.live()
	if f.tokens != before+1 {
		t.Errorf("swapped %d times", f.tokens-before)
	}
	if out, _, _ := f.run("", "whoami"); !strings.Contains(out, "by a personal access token, kept") {
		t.Errorf("%s", out)
	}
	if out, _, _ := f.run("", "logout"); !strings.Contains(out, "stays good: delete it at myaccount.goto.com") {
		t.Errorf("%s", out)
	}
	for in, want := range map[string]int{"": exitUsage, " \n": exitUsage, "two words": exitUsage, "wrong\n": exitNotLoggedIn, strings.Repeat("x", 20<<10): exitUsage} {
		out, errs, code := f.run(in, "login", "--token-stdin")
		if code != want || !strings.Contains(errs, "hint: ") || in == "wrong\n" && strings.Contains(out+errs, "wrong") {
			t.Errorf("%.20q: exit %d %s%s", in, code, out, errs)
		}
	}
	if _, errs, code := f.run("", "login", "--token-stdin", "--no-browser"); code != exitUsage {
		t.Errorf("both ways at once: %d %s", code, errs)
	}
}

func TestATokenOfTheEnvironmentWins(t *testing.T) {
	f := startFarAway(t)
	f.login()
	f.env = append(f.env, "RINGSIDE_TOKEN="+f.hello.PersonalAccessToken)
	if out, _, _ := f.run("", "whoami"); !strings.Contains(out, "in the environment, not kept") {
		t.Errorf("%s", out)
	}
	if _, errs, code := f.run("", "logout"); code != 0 || !strings.Contains(errs, "RINGSIDE_TOKEN is still set") {
		t.Errorf("%d %s", code, errs)
	}
	f.live()
}

func TestProfilesHaveLoginsOfTheirOwn(t *testing.T) {
	f := startFarAway(t)
	path := writeFile(t, "config.toml", "[profile.day.desk]\nfps = 10\n[profile.night.desk]\nfps = 5\n")
	f.env = append(f.env, "RINGSIDE_CONFIG="+path)
	said, _ := f.login("--profile", "day")
	if !strings.Contains(said, "in profile day") {
		t.Errorf("%s", said)
	}
	if _, errs, code := f.run("", "whoami", "--profile", "night"); code != exitNotLoggedIn || !strings.Contains(errs, "in profile night") {
		t.Errorf("%d %s", code, errs)
	}
	if out, _, code := f.run("", "whoami", "--profile", "day"); code != 0 || !strings.Contains(out, f.hello.Login) {
		t.Errorf("%d %s", code, out)
	}
}

// A login that GoTo has ended is told as one, and so are a stored login that cannot be used and one
// of another client.
func TestALoginThatIsOfNoUse(t *testing.T) {
	f := startFarAway(t)
	f.login()
	f.env = append(f.env, "RINGSIDE_GOTO_CLIENT_ID=another")
	if _, errs, code := f.run("", "calls"); code != exitNotLoggedIn || !strings.Contains(errs, "the stored login is of client the-client") {
		t.Errorf("another client: %d %s", code, errs)
	}
	f.env = f.env[:len(f.env)-1]
	f.forget()
	if _, errs, code := f.run("", "watch", "--for", "2s"); code != exitNotLoggedIn || !strings.Contains(errs, "ringside login") {
		t.Errorf("ended by GoTo: %d %s", code, errs)
	}
	f.login()
	f.live()
	file := filepath.Join(f.dirs["DATA"], "ringside", "login.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := f.run("", "calls"); code != exitFailed || !strings.Contains(errs, file) || !strings.Contains(errs, "hint: log in again") {
		t.Errorf("half a file: %d %s", code, errs)
	}
	f.login()
	f.live()
}

func TestLoginIsRefused(t *testing.T) {
	f := startFarAway(t)
	c := f.begin(strings.NewReader(""), nil, "login", "--no-browser")
	res, err := http.Get(regexp.MustCompile(`user=\d+`).ReplaceAllString(firstLink(t, c.address()), "user=1"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if code := <-c.ended; code != exitRefused || !strings.Contains(c.errs.String(), "access_denied") || !strings.Contains(c.errs.String(), "hint: ") {
		t.Errorf("%d %s", code, c.errs)
	}
	for name, tt := range map[string]struct {
		env  string
		args []string
		code int
		text string
	}{
		"no client":          {"RINGSIDE_GOTO_CLIENT_ID=", nil, exitFailed, "no client_id"},
		"no secret":          {"RINGSIDE_CLIENT_SECRET=", nil, exitFailed, "no RINGSIDE_CLIENT_SECRET"},
		"demo":               {"", []string{"--demo"}, exitUsage, "needs no login"},
		"config wins":        {"RINGSIDE_GOTO_ACCOUNT=1", []string{"--account", "2"}, exitUsage, "the configuration says 1"},
		"redirect elsewhere": {"RINGSIDE_GOTO_REDIRECT=https://example.test/x", nil, exitFailed, "goto.redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			c := f.begin(strings.NewReader(""), []string{tt.env}, append([]string{"login", "--no-browser"}, tt.args...)...)
			if code := <-c.ended; code != tt.code || !strings.Contains(c.errs.String(), tt.text) || !strings.Contains(c.errs.String(), "hint: ") {
				t.Errorf("%d %s", code, c.errs)
			}
		})
	}
}

// Pasting the address is all that is needed where the port cannot be used; what follows finds the
// person's account, or says which there are.
func TestLoginOverSSH(t *testing.T) {
	f := startFarAway(t)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	paste := func(args ...string) *command {
		t.Helper()
		in, typed := io.Pipe()
		t.Cleanup(func() { typed.Close() })
		c := f.begin(in, nil, append([]string{"login", "--no-browser"}, args...)...)
		res, err := client.Get(firstLink(t, c.address()))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		io.WriteString(typed, res.Header.Get("Location")+"\n")
		return c
	}
	c := paste("--line", "9999")
	if code := <-c.ended; code != exitFailed || !strings.Contains(c.errs.String(), `logged in, but line "9999" is none of yours`) || !strings.Contains(c.errs.String(), "1001 "+f.hello.Me.Name) {
		t.Errorf("%d %s", code, c.errs)
	}
	c = paste("--line", "1001", "--account", f.hello.AccountKey)
	if code := <-c.ended; code != 0 || !strings.Contains(c.out.String(), ", line 1001 "+f.hello.Me.Name) {
		t.Errorf("%d %s%s", code, c.out, c.errs)
	}
	f.live()
}

// The log of a whole run at its most talkative, what it prints and what it leaves lying about hold
// no secret that ever passed.
func TestTheLogHoldsNoSecret(t *testing.T) {
	f := startFarAway(t)
	var told strings.Builder
	run := func(stdin string, args ...string) {
		t.Helper()
		out, errs, code := f.run(stdin, append(args, "--log-level", "debug")...)
		if code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		told.WriteString(out + errs)
	}
	said, page := f.login("--log-level", "debug")
	told.WriteString(said + page)
	run("", "watch", "--json", "--for", "1s")
	if _, err := f.svc.Faults().Now(sim.Fault{Kind: sim.ExpireTokens}); err != nil {
		t.Fatal(err)
	}
	run("", "watch", "--for", "1s") // which refreshes
	run("", "calls")
	run("", "whoami", "--json")
	run("", "logout")
	run(f.hello.PersonalAccessToken, "login", "--token-stdin")
	run("", "watch", "--json", "--for", "1s")
	run("", "logout")
	f.login("--log-level", "debug")
	f.forget()
	out, errs, _ := f.run("", "watch", "--for", "1s", "--log-level", "debug") // refused for good
	told.WriteString(out + errs)

	passed := f.seen()
	for what, least := range map[string]int{
		"client secret": 1, "personal access token": 1, "code": 2, "code verifier": 2, "access token": 4,
		"refresh token": 3, "channel id": 3, "channel address": 3,
	} {
		if passed[what] < least {
			t.Errorf("only %d of kind %s passed: %v", passed[what], what, passed)
		}
	}
	log := readLog(t, f.dirs["STATE"])
	for _, word := range []string{`"level":"DEBUG"`, "asking for a token", "opening the login page", "logged in", "logged out"} {
		if !strings.Contains(log, word) {
			t.Errorf("the log does not say %q; it has %d bytes", word, len(log))
		}
	}
	f.leaks("the log", log)
	f.leaks("what is printed", told.String())
	t.Logf("%d bytes of log, %d bytes printed, secrets passed: %v", len(log), told.Len(), passed)
}

func readLog(t *testing.T, dir string) string {
	t.Helper()
	var all bytes.Buffer
	files, _ := filepath.Glob(filepath.Join(dir, "ringside", "*.log"))
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

func TestAsk(t *testing.T) {
	for name, tt := range map[string]struct {
		typed  string
		preset int
		want   int
		broken bool
	}{
		"a number": {"2\n", -1, 1, false}, "the usual one": {"\n", 0, 0, false}, "nonsense first": {"\nx\n0\n4\n-1\n 3 \n", -1, 2, false}, "nothing": {"", 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			a := &app{stdout: &out}
			got, err := a.ask(t.Context(), login.NewLines(strings.NewReader(tt.typed)), "Which?", []string{"Acme\x1b[2J", "Beta", "Gamma"}, tt.preset)
			if got != tt.want || (err != nil) != tt.broken || tt.broken && !errors.Is(err, io.EOF) {
				t.Errorf("%d, %v", got, err)
			}
			if text := out.String(); !strings.Contains(text, "Which?\n  1  Acme") || strings.Contains(text, "\x1b") {
				t.Errorf("%q", text)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, _ := io.Pipe()
	a := &app{stdout: io.Discard}
	if _, err := a.ask(ctx, login.NewLines(in), "Which?", []string{"a", "b"}, -1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
