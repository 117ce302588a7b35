package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup/pop"
	"ringside/lookup/source/secret"
	"ringside/store/alarm"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func change(kind alarm.ChangeKind, id string, level alarm.Level) alarm.Change {
	a := alarm.Alarm{
		ID: id, Rule: "longest wait", Measure: alarm.Wait, Subject: "Support " + id, Level: level, Worst: level, Raised: noon, Count: 4, Peak: 4, Total: 4,
		Since: noon.Add(-151 * time.Second), Value: 151_000, Said: 1, Query: "state:waiting",
	}
	if kind == alarm.Cleared {
		a.Level, a.Cleared = alarm.None, noon
	}
	return alarm.Change{Kind: kind, At: noon, Alarm: a}
}

// way writes down what it is told, and fails as it is told.
type way struct {
	name string
	mu   sync.Mutex
	got  []string
	at   []time.Duration
	from time.Time
	fail func(n int) error // of the nth try
	try  int
}

func (w *way) Name() string { return w.name }

func (w *way) Send(_ context.Context, n Notice) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.try++
	w.at = append(w.at, time.Since(w.from))
	if w.fail != nil {
		if err := w.fail(w.try); err != nil {
			return err
		}
	}
	w.got = append(w.got, n.Title()+" | "+n.Text())
	return nil
}

// seen gives what has been sent so far, and when each try was.
func (w *way) seen() (got []string, at []time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.got), slices.Clone(w.at)
}

func run(t *testing.T, o Options) (d *Desk, stop func()) {
	t.Helper()
	d = New(o)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = d.Run(ctx) }()
	return d, func() { cancel(); <-ended }
}

// Many alarms at once: one bell and one notice at once, one more of each for all that came in the gap.
func TestStormIsOneNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell, desk := &way{name: "bell", from: time.Now()}, &way{name: "terminal", from: time.Now()}
		d, stop := run(t, Options{Uses: []Use{{Way: bell, Gap: 2 * time.Second}, {Way: desk, Gap: 10 * time.Second}}})
		d.Change(change(alarm.Raised, "0", alarm.Amber))
		synctest.Wait()
		for i := range 400 {
			d.Change(change(alarm.Raised, fmt.Sprint(i%200), alarm.Red))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		want := "ringside: 200 alarms | Support 199: callers wait too long (4 callers, longest 2:31) and 199 more"
		rung, at := bell.seen()
		shown, then := desk.seen()
		if len(rung) != 2 || at[1] != 2*time.Second || len(shown) != 2 || then[1] != 10*time.Second {
			t.Errorf("bell %v at %v, notices at %v", rung, at, then)
		}
		if rung[1] != want {
			t.Errorf("%q, want %q", rung[1], want)
		}
		stop()
	})
}

// What comes while a way is busy, or at the very end, is not lost.
func TestNothingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &way{name: "bell", from: time.Now()}
		d, stop := run(t, Options{Uses: []Use{{Way: w, Gap: time.Hour}}})
		d.Change(change(alarm.Raised, "a", alarm.Red))
		synctest.Wait()
		d.Change(change(alarm.Raised, "b", alarm.Red))
		stop()
		if len(w.got) != 2 || !strings.Contains(w.got[1], "Support b") {
			t.Errorf("%q", w.got)
		}
	})
}

// Quiet hours, a rule's own ways, and what is not loud.
func TestWhoIsTold(t *testing.T) {
	d := New(Options{Uses: []Use{{Way: &way{name: "bell"}}, {Way: &way{name: "webhook"}, All: true}}})
	quiet, own, joined := change(alarm.Raised, "a", alarm.Red), change(alarm.Raised, "a", alarm.Red), change(alarm.Joined, "a", alarm.Red)
	quiet.Quiet = true
	own.Alarm.Ways = []string{"webhook"}
	unsaid := change(alarm.Cleared, "a", alarm.Red)
	unsaid.Alarm.Said = 0
	for _, tt := range []struct {
		c    alarm.Change
		want string
	}{
		{change(alarm.Raised, "a", alarm.Red), "bell webhook"}, {change(alarm.Again, "a", alarm.Red), "bell webhook"}, {change(alarm.Worse, "a", alarm.Red), "bell webhook"},
		{quiet, ""}, {own, "webhook"}, {joined, ""}, {unsaid, ""}, {change(alarm.Cleared, "a", alarm.Red), "webhook"}, {change(alarm.Acked, "a", alarm.Red), "webhook"},
	} {
		if got := strings.Join(d.Ways(&tt.c), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.c.Kind, got, tt.want)
		}
	}
}

// A webhook that is down is tried again at growing distances; its failure is said once, and that it works again.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("503")
		w := &way{name: "hook", from: time.Now(), fail: func(n int) error {
			if n <= 5 || n >= 7 && n <= 23 {
				return down
			}
			return nil
		}}
		trouble := &way{}
		d, stop := run(t, Options{Uses: []Use{{Way: w, Gap: time.Second, Tries: 8, All: true}}, OnTrouble: func(way string, err error) {
			trouble.mu.Lock()
			defer trouble.mu.Unlock()
			trouble.got = append(trouble.got, fmt.Sprint(way, " ", err))
		}})
		d.Change(change(alarm.Raised, "a", alarm.Red))
		time.Sleep(10 * time.Second)
		d.Change(change(alarm.Cleared, "a", alarm.Red)) // waits its turn
		time.Sleep(25 * time.Second)
		synctest.Wait()
		got, tries := w.seen()
		said, _ := trouble.seen()
		var at []int
		for _, x := range tries[:6] {
			at = append(at, int(x.Seconds()))
		}
		if !slices.Equal(at, []int{0, 1, 3, 7, 15, 31}) || len(got) != 1 || len(said) != 0 {
			t.Errorf("tries at %v, got %q, said %q", at, got, said)
		}
		time.Sleep(10 * time.Minute) // the second is given up
		d.Change(change(alarm.Raised, "b", alarm.Red))
		time.Sleep(10 * time.Minute) // and so is the third
		d.Change(change(alarm.Raised, "c", alarm.Red))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		got, _ = w.seen()
		said, _ = trouble.seen()
		if len(got) != 2 || !strings.Contains(got[1], "Support c") || !slices.Equal(said, []string{"hook 503", "hook <nil>"}) {
			t.Errorf("got %q, said %q", got, said)
		}
		stop()
	})
}

// Room is bounded; what found none is counted.
func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		w := &way{name: "hook", fail: func(n int) error {
			if n == 1 {
				<-gate
			}
			return nil
		}}
		d, stop := run(t, Options{Uses: []Use{{Way: w, Timeout: time.Hour, All: true}}})
		for i := range 2000 {
			d.Change(change(alarm.Raised, fmt.Sprint(i), alarm.Red))
			if i == 0 {
				synctest.Wait()
			}
		}
		if n := len(d.lines[0].waiting); n != maxWaiting {
			t.Errorf("%d wait", n)
		}
		close(gate)
		synctest.Wait()
		if len(w.got) != 2 || !strings.Contains(w.got[1], "1999 alarms") {
			t.Errorf("%q", w.got)
		}
		stop()
	})
}

// What a terminal gets is clean, one sequence each, and passed on by tmux.
func TestSequence(t *testing.T) {
	c := change(alarm.Raised, "x", alarm.Red)
	c.Alarm.Subject = "Sup\x1b]0;evil\x07port; \u202eabc"
	got := Sequence(Notice{Changes: []alarm.Change{c}}, false)
	if want := "\x1b]9;ringside: red: Sup]0,evilport, abc: callers wait too long (4 callers, longest 2:31)\x07\x1b]777;notify;ringside: red;Sup]0,evilport, abc: callers wait too long (4 callers, longest 2:31)\x07"; got != want {
		t.Errorf("%q\n%q", got, want)
	}
	if got := Sequence(Notice{Changes: []alarm.Change{c}}, true); strings.Count(got, "\x1bPtmux;") != 2 {
		t.Errorf("%q", got)
	}
	var wrote string
	if err := ForBell(func(s string) { wrote = s }).Way.Send(t.Context(), Notice{}); err != nil || wrote != "\a" {
		t.Errorf("bell %q", wrote)
	}
}

func TestDesktop(t *testing.T) {
	var said []string
	local := desktop{show: func(title, text string, _ any) error { said = append(said, title, text); return nil }}
	if err := local.Send(t.Context(), Notice{Changes: []alarm.Change{change(alarm.Raised, "x", alarm.Red)}}); err != nil || len(said) != 2 || said[0] != "ringside: red" {
		t.Errorf("%q, %v", said, err)
	}
	remote := desktop{remote: true, show: local.show}
	if err := remote.Send(t.Context(), Notice{}); err == nil || len(said) != 2 {
		t.Error("shown over SSH")
	}
	broken := desktop{show: func(string, string, any) error { return errors.New("no bus") }}
	if err := broken.Send(t.Context(), Notice{Changes: []alarm.Change{change(alarm.Raised, "x", alarm.Red)}}); err == nil || !strings.Contains(err.Error(), "no bus") {
		t.Errorf("%v", err)
	}
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan struct{})
		d := desktop{show: func(string, string, any) error { <-hung; return nil }}
		ctx, cancel := context.WithTimeout(t.Context(), desktopWait)
		defer cancel()
		if err := d.Send(ctx, Notice{Changes: []alarm.Change{change(alarm.Raised, "x", alarm.Red)}}); err == nil {
			t.Error("a desktop that hangs is well")
		}
		close(hung)
	})
}

// A command gets its arguments as they are, whatever they hold, and no shell.
func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	dir := t.TempDir()
	path, out := filepath.Join(dir, "light"), filepath.Join(dir, "out")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\" > "+out+"\n[ \"$1\" != cleared ] || { echo broken lamp; exit 3; }\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	sys, err := pop.NewSystem(pop.SystemOptions{Env: map[string]string{"PATH": os.Getenv("PATH"), "TOKEN": "s3cret"}})
	if err != nil {
		t.Fatal(err)
	}
	u, err := ForCommand([]string{path, "$event$", "$level$", "$subject$", "$text$ at $longest$ s", "$alarms$"}, sys, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c := change(alarm.Raised, "x", alarm.Red)
	c.Alarm.Subject = `$(touch /tmp/evil); "Support"`
	if err := u.Way.Send(t.Context(), Notice{Changes: []alarm.Change{c}}); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(out)
	if want := "raised\nred\n$(touch /tmp/evil); \"Support\"\n$(touch /tmp/evil); \"Support\": callers wait too long (4 callers, longest 2:31) at 151 s\n1\n"; string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
	err = u.Way.Send(t.Context(), Notice{Changes: []alarm.Change{change(alarm.Cleared, "x", alarm.Red)}})
	if err == nil || !strings.Contains(err.Error(), "exit status 3: broken lamp") {
		t.Errorf("%v", err)
	}
	if _, err := ForCommand([]string{path, "$caller$"}, sys, time.Second); err == nil {
		t.Error("a variable of calls")
	}
}

// A webhook gets the alarms as JSON, with its secrets in headers, and nothing of them is ever said.
func TestWebhook(t *testing.T) {
	const pearl = "s3cr3t"
	var got hookBody
	var header http.Header
	status := 204
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = hookBody{}
		if err := json.Unmarshal(body, &got); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s %s: %v", r.Method, body, err)
		}
		header = r.Header
		if status == 302 {
			w.Header().Set("Location", "http://example.com/")
		}
		w.WriteHeader(status)
		fmt.Fprint(w, "no such\x1b[2J room\nmore")
	}))
	defer srv.Close()
	v := secret.NewVault(secret.Options{Getenv: func(k string) string { return map[string]string{"AUTH": "Bearer " + pearl}[k] }})
	defer v.Close()
	u, bad := ForWebhook(HookSpec{URL: srv.URL + "/x?key=" + pearl, Headers: map[string]string{"Authorization": "env:AUTH", "X-Room": "floor"}}, v, nil, "ringside test")
	if bad != nil {
		t.Fatal(bad)
	}
	n := Notice{Changes: []alarm.Change{change(alarm.Raised, "a", alarm.Amber), change(alarm.Worse, "b", alarm.Red)}, Dropped: 2}
	if err := u.Way.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if header.Get("Authorization") != "Bearer "+pearl || header.Get("X-Room") != "floor" || header.Get("User-Agent") != "ringside test" || header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", header)
	}
	if got.Schema != HookSchema || len(got.Alarms) != 2 || got.Alarms[1].Event != "worse" || got.Alarms[1].Level != "red" || got.Dropped != 2 || !strings.Contains(got.Text, "Support b") {
		t.Errorf("%+v", got)
	}
	for code, again := range map[int]bool{500: true, 503: true, 429: true, 408: true, 404: false, 401: false, 302: false} {
		status = code
		err := u.Way.Send(t.Context(), n)
		var told Told
		if err == nil || errors.As(err, &told) == again || strings.Contains(err.Error(), pearl) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%d: %v", code, err)
		}
	}
	srv.Close()
	if err := u.Way.Send(t.Context(), n); err == nil || strings.Contains(err.Error(), pearl) {
		t.Errorf("a service that is gone: %v", err)
	}
	for _, tt := range []struct {
		spec HookSpec
		key  string
	}{
		{HookSpec{URL: "alerts"}, "url"}, {HookSpec{URL: "ftp://x/"}, "url"}, {HookSpec{URL: "http://alerts.example.com/"}, "url"}, {HookSpec{URL: "https://a:" + pearl + "@x/"}, "url"},
		{HookSpec{URL: "https://x/", Headers: map[string]string{"Authorization": pearl}}, "headers"}, {HookSpec{URL: "https://x/", Headers: map[string]string{"X Y": "a"}}, "headers"},
		{HookSpec{URL: "https://x/", Headers: map[string]string{"X-Api-Key": pearl}}, "headers"},
	} {
		if _, bad := ForWebhook(tt.spec, v, nil, ""); bad == nil || bad.Key != tt.key || strings.Contains(bad.What+bad.Fix, pearl) {
			t.Errorf("%+v: %v", tt.spec, bad)
		}
	}
}
