package zendesk

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
)

// service is a Zendesk account with a few users.
type service struct {
	t     *testing.T
	users []string // as JSON
	more  string   // next_page of the search, when set, on the first page
	asked []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("me@example.com/token:"+farend.Token))
	if r.Header.Get("Authorization") != want {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"Couldn't authenticate you"}`)
		return
	}
	s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
	switch {
	case r.URL.Path == "/api/v2/search.json":
		q := r.URL.Query().Get("query")
		digits, ok := strings.CutPrefix(q, "role:end-user phone:*")
		if !ok || strings.Trim(digits, "0123456789") != "" || digits == "" {
			s.t.Errorf("search %q", q)
		}
		next := "null"
		if s.more != "" && r.URL.Query().Get("page") == "" {
			next = `"` + s.more + `"`
		}
		var hits []string
		for _, u := range s.users {
			if strings.Contains(u, digits) || strings.Contains(u, "identity") {
				hits = append(hits, u)
			}
		}
		fmt.Fprintf(w, `{"results":[%s],"count":%d,"next_page":%s,"previous_page":null}`, strings.Join(hits, ","), len(hits), next)
	case r.URL.Path == "/api/v2/organizations/show_many.json":
		fmt.Fprint(w, `{"organizations":[{"id":7,"name":"Acme\u001b[2J"},{"id":8,"name":"other"}],"count":2}`)
	case r.URL.Path == "/api/v2/users/51/tickets/requested.json":
		fmt.Fprint(w, `{"tickets":[{"id":4411,"subject":"broken","status":"pending","updated_at":"2026-11-20T10:00:00Z"},{"id":4400,"subject":"done","status":"solved","updated_at":"2026-11-19T10:00:00Z"},
			{"id":4399,"subject":"old","status":"closed"},{"id":4300,"subject":"waits","status":"hold","updated_at":"2026-11-01T10:00:00Z"}],"next_page":null}`)
	case strings.HasPrefix(r.URL.Path, "/api/v2/users/"):
		fmt.Fprint(w, `{"tickets":[],"next_page":null}`)
	default:
		s.t.Errorf("asked %s", r.URL)
		w.WriteHeader(http.StatusNotFound)
	}
}

func start(t *testing.T) (*service, *farend.Server) {
	s := &service{t: t, users: []string{
		`{"id":51,"result_type":"user","name":"Dana\u202e Roe","email":"dana@example.com","phone":"+12125550110","organization_id":7,"notes":"says hi","details":"","user_fields":{"level":"gold","seats":12,"none":null},"active":true}`,
		`{"id":52,"result_type":"user","name":"By identity","phone":"+16465550100","user_fields":{}}`,
		`{"id":53,"result_type":"user","name":"Other country","phone":"+392125550110"}`,
		`{"id":54,"result_type":"user","name":"Deleted","phone":"2125550110","active":false}`,
		`{"id":55,"result_type":"ticket","subject":"2125550110"}`,
		`{"id":"x","name":"broken 2125550110"}`,
	}}
	s.users[1] = strings.Replace(s.users[1], `"user_fields"`, `"identity":1,"user_fields"`, 1)
	return s, farend.Serve(t, s)
}

func open(t *testing.T, srv *farend.Server) *Source {
	src := New(Options{Name: "zendesk", Base: srv.Base, Email: "me@example.com", Token: &farend.Held{Text: farend.Token}, Region: "US", Tier: "level", Fields: []string{"seats", "none"}})
	t.Cleanup(func() { _ = src.Close() })
	return src
}

func TestUsers(t *testing.T) {
	s, srv := start(t)
	got, err := open(t, srv).Lookup(t.Context(), number.Parse("(212) 555-0110", "US"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(day int) time.Time { return time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC) }
	want := []lookup.Contact{
		{ID: "51", Name: "Dana Roe", Email: "dana@example.com", Company: "Acme[2J", Tier: "gold", Notes: "says hi", URL: srv.URL + "/agent/users/51", Number: number.Parse("+12125550110", "US"),
			Fields: []lookup.Field{{Name: "seats", Value: "12"}},
			Tickets: []lookup.Ticket{{ID: "4411", Title: "broken", State: "pending", URL: srv.URL + "/agent/tickets/4411", At: at(20)},
				{ID: "4300", Title: "waits", State: "hold", URL: srv.URL + "/agent/tickets/4300", At: at(1)}}},
		{ID: "52", Name: "By identity", URL: srv.URL + "/agent/users/52"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	asked := []string{
		"GET /api/v2/search.json?query=role%3Aend-user+phone%3A%2A2125550110",
		"GET /api/v2/organizations/show_many.json?ids=7",
		"GET /api/v2/users/51/tickets/requested.json?per_page=100&sort_by=updated_at&sort_order=desc",
		"GET /api/v2/users/52/tickets/requested.json?per_page=100&sort_by=updated_at&sort_order=desc",
	}
	if d := cmp.Diff(asked, s.asked); d != "" {
		t.Error(d)
	}
}

func TestPages(t *testing.T) {
	s, srv := start(t)
	for next, searches := range map[string]int{
		srv.URL + "/api/v2/search.json?page=2&query=role%3Aend-user+phone%3A%2A2125550110": 2,
		"https://evil.invalid/api/v2/search.json?page=2":                                   1,
		srv.URL + "/api/v2/users.json?page=2":                                              1,
	} {
		s.more, s.asked = next, nil
		if _, err := open(t, srv).Lookup(t.Context(), number.Parse("2125550110", "US")); err != nil {
			t.Error(err)
		}
		n := 0
		for _, a := range s.asked {
			if strings.Contains(a, "search.json") {
				n++
			}
		}
		if n != searches {
			t.Errorf("next page %s: %d searches, want %d", next, n, searches)
		}
	}
}

func TestNothingToAsk(t *testing.T) {
	s, srv := start(t)
	if _, err := open(t, srv).Lookup(t.Context(), number.Parse("1102", "US")); !errors.Is(err, lookup.ErrNotAsked) || len(s.asked) != 0 {
		t.Errorf("an extension: %v, %q", err, s.asked)
	}
	if cs, err := open(t, srv).Lookup(t.Context(), number.Parse("+442079460018", "US")); err != nil || len(cs) != 1 {
		t.Errorf("%+v, %v", cs, err)
	}
}

func TestLaws(t *testing.T) {
	_, srv := start(t)
	farend.Laws(t, srv, func() lookup.Source { return open(t, srv) }, "2125550110",
		farend.Fault{Name: "token", Status: 401, Body: `{"error":"Couldn't authenticate you"}`, Says: "401: Couldn't authenticate you"},
		farend.Fault{Name: "right", Status: 403, Body: `{"error":{"title":"Forbidden","message":"You do not have access"}}`, Says: "403 Forbidden: You do not have access"},
		farend.Fault{Name: "too many", Status: 429, Body: `{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}`, Says: "429 APIRateLimitExceeded: Number of", Pause: 10 * time.Second},
	)
}

func TestBase(t *testing.T) {
	if u, err := Base("Acme-1"); err != nil || u.String() != "https://acme-1.zendesk.com" {
		t.Errorf("%v, %v", u, err)
	}
	for _, bad := range []string{"", "acme.zendesk.com", "evil.example/", "a@b", "a:1"} {
		if _, err := Base(bad); err == nil {
			t.Errorf("Base(%q) is fine", bad)
		}
	}
}
