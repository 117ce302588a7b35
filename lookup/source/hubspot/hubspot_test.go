package hubspot

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
)

// service is HubSpot with a few records: it evaluates the filters that it is sent and refuses what
// the documentation does not allow.
type service struct {
	t        *testing.T
	contacts []map[string]string // id and properties
	tickets  []map[string]string
	of       map[string][]string // contact to tickets
	perPage  int                 // less than what is asked for, when set
	searched int
}

func (s *service) fail(w http.ResponseWriter, status int, category, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "error", "category": category, "message": message, "correlationId": "c-1"})
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+farend.Token {
		s.fail(w, 401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
		return
	}
	if r.Method == http.MethodPost && r.Header.Get("Content-Type") != "application/json" {
		s.fail(w, 415, "VALIDATION_ERROR", "Unsupported media type")
		return
	}
	switch r.Method + " " + r.URL.RequestURI() {
	case "POST /crm/v3/objects/contacts/search":
		s.search(w, r)
	case "POST /crm/v3/associations/contacts/tickets/batch/read":
		s.associations(w, r)
	case "POST /crm/v3/objects/tickets/batch/read":
		s.batch(w, r)
	case "GET /crm/v3/pipelines/tickets":
		fmt.Fprint(w, `{"results":[{"id":"0","label":"Support","stages":[
			{"id":"1","label":"New","metadata":{"ticketState":"OPEN","isClosed":"false"}},
			{"id":"2","label":"Waiting on contact\u001b[2J","metadata":{"ticketState":"OPEN"}},
			{"id":"4","label":"Closed","metadata":{"ticketState":"CLOSED","isClosed":"true"}}]}]}`)
	case "GET /account-info/v3/details":
		fmt.Fprint(w, `{"portalId":777,"accountType":"STANDARD","uiDomain":"app-eu1.hubspot.com","timeZone":"UTC"}`)
	default:
		s.t.Errorf("asked %s %s", r.Method, r.URL.RequestURI())
		s.fail(w, 404, "OBJECT_NOT_FOUND", "no such endpoint")
	}
}

func (s *service) search(w http.ResponseWriter, r *http.Request) {
	s.searched++
	var q struct {
		FilterGroups []struct {
			Filters []struct{ PropertyName, Operator, Value string }
		}
		Properties []string
		Limit      int
		After      string
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&q); err != nil || len(q.FilterGroups) > 5 || len(q.FilterGroups) == 0 || q.Limit > 100 || q.Limit < 1 {
		s.t.Errorf("search %+v, %v", q, err)
		s.fail(w, 400, "VALIDATION_ERROR", "bad search")
		return
	}
	var found []map[string]any
	for _, c := range s.contacts {
		hit := slices.ContainsFunc(q.FilterGroups, func(g struct {
			Filters []struct{ PropertyName, Operator, Value string }
		}) bool {
			return !slices.ContainsFunc(g.Filters, func(f struct{ PropertyName, Operator, Value string }) bool {
				switch f.Operator {
				case "EQ":
					return c[f.PropertyName] != f.Value
				case "CONTAINS_TOKEN":
					end, ok := strings.CutPrefix(f.Value, "*")
					return !ok || !strings.HasSuffix(c[f.PropertyName], end)
				}
				s.t.Errorf("operator %s", f.Operator)
				return true
			})
		})
		if !hit {
			continue
		}
		props := map[string]any{"hs_object_id": c["id"]}
		for _, p := range q.Properties {
			props[p] = nil
			if v, ok := c[p]; ok {
				props[p] = v
			}
		}
		found = append(found, map[string]any{"id": c["id"], "properties": props, "archived": false})
	}
	from := 0
	_, _ = fmt.Sscan(q.After, &from)
	limit := q.Limit
	if s.perPage > 0 {
		limit = s.perPage
	}
	page := map[string]any{"total": len(found), "results": found[from:min(from+limit, len(found))]}
	if from+limit < len(found) {
		page["paging"] = map[string]any{"next": map[string]string{"after": fmt.Sprint(from + limit)}}
	}
	_ = json.NewEncoder(w).Encode(page)
}

type batch struct {
	Properties []string `json:"properties"`
	Inputs     []input  `json:"inputs"`
}

func (s *service) read(w http.ResponseWriter, r *http.Request) (b batch, ok bool) {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil || len(b.Inputs) == 0 || len(b.Inputs) > 100 {
		s.t.Errorf("batch of %d, %v", len(b.Inputs), err)
		s.fail(w, 400, "VALIDATION_ERROR", "bad batch")
		return b, false
	}
	return b, true
}

func (s *service) associations(w http.ResponseWriter, r *http.Request) {
	b, ok := s.read(w, r)
	if !ok {
		return
	}
	results := []any{}
	status := http.StatusOK
	for _, in := range b.Inputs {
		var to []any
		for _, id := range s.of[in.ID] {
			to = append(to, map[string]string{"id": id, "type": "contact_to_ticket"})
		}
		if len(to) == 0 {
			status = http.StatusMultiStatus
			continue
		}
		results = append(results, map[string]any{"from": map[string]string{"id": in.ID}, "to": to})
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "COMPLETE", "results": results})
}

func (s *service) batch(w http.ResponseWriter, r *http.Request) {
	b, ok := s.read(w, r)
	if !ok {
		return
	}
	results := []any{}
	for _, in := range b.Inputs {
		for _, t := range s.tickets {
			if t["id"] != in.ID {
				continue
			}
			props := map[string]string{}
			for _, p := range b.Properties {
				props[p] = t[p]
			}
			results = append(results, map[string]any{"id": in.ID, "properties": props})
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "COMPLETE", "results": results})
}

func start(t *testing.T) (*service, *farend.Server) {
	s := &service{t: t,
		contacts: []map[string]string{
			{"id": "51", "firstname": "Dana", "lastname": "Roe\u202e", "email": "dana@example.com", "company": "Acme", "jobtitle": "Buyer", "phone": "(212) 555-0110",
				"hs_searchable_calculated_phone_number": "2125550110", "customer_level": "gold", "owner": "Bo", "notes_next_activity_date": "2026-11-24T10:00:00Z"},
			{"id": "52", "firstname": "Lee", "mobilephone": "+12125550110", "hs_searchable_calculated_mobile_number": "2125550110"},
			{"id": "53", "firstname": "Country", "phone": "1 212 555 0110", "hs_searchable_calculated_phone_number": "12125550110"},
			{"id": "54", "firstname": "Other country", "phone": "+39 2125550110", "hs_searchable_calculated_phone_number": "392125550110"},
			{"id": "55", "firstname": "Stranger", "phone": "212 555 0119", "hs_searchable_calculated_phone_number": "2125550119"},
		},
		tickets: []map[string]string{
			{"id": "900", "subject": "old", "hs_pipeline": "0", "hs_pipeline_stage": "1", "createdate": "2026-11-01T10:00:00Z", "hs_lastmodifieddate": "2026-11-02T10:00:00Z"},
			{"id": "901", "subject": "done", "hs_pipeline": "0", "hs_pipeline_stage": "4", "createdate": "2026-11-03T10:00:00Z"},
			{"id": "902", "subject": "broken\x07", "hs_pipeline": "0", "hs_pipeline_stage": "2", "createdate": "2026-11-04T10:00:00Z", "hs_lastmodifieddate": "2026-11-20T10:00:00.123Z"},
			{"id": "903", "subject": "new stage", "hs_pipeline": "9", "hs_pipeline_stage": "77", "createdate": "2026-10-04T10:00:00Z"},
		},
		of: map[string][]string{"51": {"900", "901", "902", "903"}, "52": {"902"}},
	}
	return s, farend.Serve(t, s)
}

func options(base *url.URL) Options {
	return Options{Name: "hubspot", Base: base, Token: &farend.Held{Text: farend.Token}, Region: "US", Tier: "customer_level", Properties: []string{"owner", "none"}}
}

func TestContacts(t *testing.T) {
	_, srv := start(t)
	src := New(options(srv.Base))
	defer src.Close()
	got, err := src.Lookup(t.Context(), number.Parse("+1 212 555 0110", "US"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, _ := time.Parse(time.RFC3339Nano, s)
		return v
	}
	page := func(kind, id string) string {
		return "https://app-eu1.hubspot.com/contacts/777/record/" + kind + "/" + id
	}
	broken := lookup.Ticket{ID: "902", Title: "broken", State: "Waiting on contact[2J", URL: page("0-5", "902"), At: at("2026-11-20T10:00:00.123Z")}
	want := []lookup.Contact{
		{ID: "51", Name: "Dana Roe", Company: "Acme", Title: "Buyer", Tier: "gold", Email: "dana@example.com", URL: page("0-1", "51"), Number: number.Parse("(212) 555-0110", "US"),
			Next: lookup.Appointment{At: at("2026-11-24T10:00:00Z")}, Fields: []lookup.Field{{Name: "owner", Value: "Bo"}},
			Tickets: []lookup.Ticket{broken,
				{ID: "900", Title: "old", State: "New", URL: page("0-5", "900"), At: at("2026-11-02T10:00:00Z")},
				{ID: "903", Title: "new stage", State: "77", URL: page("0-5", "903"), At: at("2026-10-04T10:00:00Z")}}},
		{ID: "52", Name: "Lee", URL: page("0-1", "52"), Number: number.Parse("+12125550110", "US"), Tickets: []lookup.Ticket{broken}},
		{ID: "53", Name: "Country", URL: page("0-1", "53"), Number: number.Parse("1 212 555 0110", "US")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if all, _ := srv.Asked(); all != 5 {
		t.Errorf("%d requests, want 5", all)
	}
	// The account and the states are known now.
	srv.Break(nil, 0)
	if _, err := src.Lookup(t.Context(), number.Parse("+1 212 555 0110", "US")); err != nil {
		t.Fatal(err)
	}
	if all, _ := srv.Asked(); all != 3 {
		t.Errorf("then %d requests, want 3", all)
	}
}

func TestNobodyAndNothingToAsk(t *testing.T) {
	s, srv := start(t)
	src := New(options(srv.Base))
	defer src.Close()
	if cs, err := src.Lookup(t.Context(), number.Parse("+1 646 555 0100", "US")); err != nil || len(cs) != 0 || s.searched != 1 {
		t.Errorf("nobody: %+v, %v, %d searches", cs, err, s.searched)
	}
	for _, raw := range []string{"1102", "*98", "Anonymous", ""} {
		if _, err := src.Lookup(t.Context(), number.Parse(raw, "US")); !errors.Is(err, lookup.ErrNotAsked) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if s.searched != 1 {
		t.Errorf("%d searches for what is no number outside", s.searched)
	}
	// Two lines that it may be: both are searched.
	s.contacts = append(s.contacts, map[string]string{"id": "60", "firstname": "Luc", "phone": "+15143334444"})
	if cs, err := src.Lookup(t.Context(), number.Parse("+5143334444", "US")); err != nil || len(cs) != 1 || cs[0].Name != "Luc" {
		t.Errorf("a number that lost its 1: %+v, %v", cs, err)
	}
}

func TestPages(t *testing.T) {
	s, srv := start(t)
	s.contacts, s.perPage = nil, 2
	for i := range 9 {
		s.contacts = append(s.contacts, map[string]string{"id": fmt.Sprint(100 + i), "firstname": fmt.Sprint("P", i), "phone": "+12125550110"})
	}
	o := options(srv.Base)
	o.NoTickets, o.Portal = true, "5"
	cs, err := New(o).Lookup(t.Context(), number.Parse("2125550110", "US"))
	if err != nil || len(cs) != 6 || s.searched != maxPages || cs[5].URL != "https://app.hubspot.com/contacts/5/record/0-1/105" {
		t.Errorf("%d contacts in %d pages, %v", len(cs), s.searched, err)
	}
}

func TestLaws(t *testing.T) {
	_, srv := start(t)
	open := func() lookup.Source {
		src := New(options(srv.Base))
		t.Cleanup(func() { _ = src.Close() })
		return src
	}
	farend.Laws(t, srv, open, "2125550110",
		farend.Fault{Name: "token", Status: 401, Body: `{"status":"error","message":"The OAuth token used to make this call expired","category":"EXPIRED_AUTHENTICATION"}`, Says: "401 EXPIRED_AUTHENTICATION: The OAuth token"},
		farend.Fault{Name: "scopes", Status: 403, Body: `{"status":"error","message":"This app hasn't been granted all required scopes","category":"MISSING_SCOPES"}`, Says: "403 MISSING_SCOPES"},
		farend.Fault{Name: "daily", Status: 429, Body: `{"status":"error","message":"You have reached your daily limit.","category":"RATE_LIMITS","policyName":"DAILY"}`, Says: "daily limit", Pause: 15 * time.Minute},
		farend.Fault{Name: "secondly", Status: 429, Body: `{"status":"error","message":"You have reached your secondly limit.","policyName":"SECONDLY"}`, Says: "secondly limit", Pause: time.Second},
		farend.Fault{Name: "other shape", Status: 200, Body: `{"results":{"id":1},"portalId":"x"}`, Says: "cannot be read"},
	)
}

func TestTokenIsForgotten(t *testing.T) {
	_, srv := start(t)
	o := options(srv.Base)
	held := &farend.Held{Text: "wrong"}
	o.Token = held
	_, err := New(o).Lookup(t.Context(), number.Parse("2125550110", "US"))
	if err == nil || held.Forgotten.Load() != 1 {
		t.Errorf("%v, forgotten %d times", err, held.Forgotten.Load())
	}
	hint, ok := err.(interface{ Hint() string })
	if !ok || !strings.Contains(hint.Hint(), "renew the secret") {
		t.Errorf("no hint on %v", err)
	}
}

func TestDomain(t *testing.T) {
	for in, want := range map[string]string{"app-eu1.hubspot.com": "app-eu1.hubspot.com", "": "app.hubspot.com", "evil.example": "app.hubspot.com", "evil.example/.hubspot.com": "app.hubspot.com", "a@b.hubspot.com": "app.hubspot.com", ".hubspot.com": "app.hubspot.com"} {
		if got := domain(in); got != want && in != ".hubspot.com" {
			t.Errorf("domain(%q) = %q", in, got)
		}
	}
}
