//go:build unix

package pop

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/store/call"
)

// A call that rings me opens the right page once, in a real browser: also when the link drops in
// the ring and the moment is told again, and when the program starts anew.
func TestPopInChromium(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RINGSIDE_CI") == "1" {
			t.Fatal("no chromium here: apt-get install chromium")
		}
		t.Skip("no chromium here: apt-get install chromium")
	}
	var mu sync.Mutex
	var requests []*http.Request
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/favicon.ico" {
			mu.Lock()
			requests = append(requests, r.Clone(t.Context()))
			mu.Unlock()
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<title>contact</title>"))
	}))
	defer web.Close()

	spec := Spec{Rules: []RuleSpec{{
		Name: "customers", On: []string{"ringing"}, Queue: []string{"Support"}, Contact: "known",
		Open: []string{web.URL + "/contact/$crm.id$/card?to=$number$&called=$called$&calling=$caller$&name=$caller_name$&note=$crm.note$#$queue$"},
	}}}
	rules, err := Compile(spec, Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	const note = `"; rm -rf ~ & <b>å</b> ../..%00 #?&calling=0`
	home := t.TempDir()
	system, err := NewSystem(SystemOptions{
		Env: map[string]string{"DISPLAY": ":99", "HOME": home, "PATH": os.Getenv("PATH")},
		Browser: []string{
			browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server", "--user-data-dir=" + home, "--dump-dom",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := lookup.New([]lookup.Use{lookup.Remote(crm{"crm", time.Millisecond, []lookup.Contact{contact("Dana Roe", "id", "003/../A", "note", note)}})}, lookup.Options{})
	defer desk.Close()
	kept := &book{}
	told := make(chan Trace, 4)
	f := newFloor(t, "c-1")
	c := f.ring()
	if got := f.pops(); !slices.Equal(got, []Moment{Ringing}) {
		t.Fatalf("the fold tells of %v", got)
	}
	for range 2 { // the program, and the program started anew
		e := NewEngine(rules, Desk{
			Opener: system, Finder: desk, Seen: kept, User: ann, Done: func(t Trace) { told <- t },
			Current: func(string) *call.Call { return c },
		})
		for range 3 { // the link drops, and each time the call is found ringing
			e.Reach(c, Ringing, time.Now())
		}
		trace := <-told
		t.Log(trace.Text())
		e.Close()
	}
	system.reapers.Wait() // a browser without a window ends by itself
	mu.Lock()
	defer mu.Unlock()
	if len(requests) != 1 {
		t.Fatalf("the browser asked %d times", len(requests))
	}
	r := requests[0]
	if got, want := r.URL.EscapedPath(), "/contact/003%2F..%2FA/card"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	q := r.URL.Query()
	for k, want := range map[string]string{"to": "1102", "called": mainNum, "calling": caller, "name": "Dana Roe", "note": note} {
		if got := q[k]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", k, got, want)
		}
	}
	if len(q) != 5 {
		t.Errorf("the query has more: %v", q)
	}
}
