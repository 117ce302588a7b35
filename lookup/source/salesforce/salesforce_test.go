package salesforce

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
)

const (
	danaID = "003000000000001AAA"
	leeID  = "003000000000002AAA"
	acmeID = "001000000000001AAA"
	betaID = "001000000000002AAA"
	leadID = "00Q000000000001AAA"
)

// service is an organisation of Salesforce with a few records.
type service struct {
	t       *testing.T
	records []string // of the search, as JSON
	usage   string

	mu     sync.Mutex
	tokens int
	token  string // the one that is good now
	asked  []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/services/oauth2/token" {
		s.login(w, r)
		return
	}
	if s.token == "" || r.Header.Get("Authorization") != "Bearer "+s.token {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`)
		return
	}
	w.Header().Set("Sforce-Limit-Info", s.usage)
	q := r.URL.Query().Get("q")
	s.asked = append(s.asked, r.Method+" "+r.URL.Path+" "+q)
	switch {
	case r.URL.Path == "/services/data/v60.0/search/":
		s.search(w, q)
	case r.URL.Path == "/services/data/v60.0/query" && strings.Contains(q, " FROM Case "):
		fmt.Fprintf(w, `{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v60.0/query/01g-2","records":[
			{"attributes":{"type":"Case"},"Id":"500000000000001AAA","CaseNumber":"00001027","Subject":"broken\u0007","Status":"New","ContactId":%q,"AccountId":%q,"LastModifiedDate":"2026-11-20T10:00:00.000+0000"},
			{"attributes":{"type":"Case"},"Id":"x'y","CaseNumber":"1","Subject":"odd id","Status":"New","ContactId":%q}]}`, danaID, acmeID, danaID)
	case r.URL.Path == "/services/data/v60.0/query/01g-2":
		fmt.Fprintf(w, `{"totalSize":3,"done":true,"records":[
			{"attributes":{"type":"Case"},"Id":"500000000000003AAA","CaseNumber":"00000900","Subject":"company","Status":"Working","ContactId":null,"AccountId":%q,"LastModifiedDate":"2026-11-02T10:00:00.000+0000"}]}`, betaID)
	case r.URL.Path == "/services/data/v60.0/query" && strings.Contains(q, " FROM Event "):
		fmt.Fprintf(w, `{"totalSize":1,"done":true,"records":[{"Id":"00U000000000001AAA","Subject":"review","StartDateTime":"2026-11-24T10:00:00.000+0000","WhoId":%q}]}`, danaID)
	default:
		s.t.Errorf("asked %s", r.URL)
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *service) login(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.ParseForm() != nil || r.Header.Get("Authorization") != "" {
		s.t.Errorf("login by %s", r.Method)
	}
	want := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {farend.Token}}
	if d := cmp.Diff(want, r.PostForm); d != "" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_client","error_description":"invalid client credentials"}`)
		return
	}
	s.tokens++
	s.token = fmt.Sprintf("%s-%d", farend.Token, s.tokens)
	_ = json.NewEncoder(w).Encode(map[string]string{"access_token": s.token, "instance_url": "https://elsewhere.example", "token_type": "Bearer"})
}

// sosl is the shape of the one search that is asked.
var sosl = regexp.MustCompile(`^FIND \{(\d+)( OR \d+)?\} IN PHONE FIELDS RETURNING Contact\(Id, .* LIMIT 20\), Lead\(Id, .* WHERE IsConverted = false LIMIT 20\), Account\(Id, Name, Phone LIMIT 20\)$`)

func (s *service) search(w http.ResponseWriter, q string) {
	m := sosl.FindStringSubmatch(q)
	if m == nil {
		s.t.Errorf("search %s", q)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `[{"message":"unexpected token","errorCode":"MALFORMED_SEARCH"}]`)
		return
	}
	var hits []string
	for _, r := range s.records {
		if strings.Contains(regexp.MustCompile(`\D`).ReplaceAllString(r, ""), m[1]) {
			hits = append(hits, r)
		}
	}
	fmt.Fprintf(w, `{"searchRecords":[%s]}`, strings.Join(hits, ","))
}

func start(t *testing.T) (*service, *farend.Server) {
	s := &service{t: t, usage: "api-usage=18/5000", records: []string{
		`{"attributes":{"type":"Account","url":"/x"},"Id":"` + acmeID + `","Name":"Acme","Phone":"(212) 555-0110"}`,
		`{"attributes":{"type":"Lead","url":"/x"},"Id":"` + leadID + `","Name":"Kim Lead","Company":"Gamma","Status":"Open","Phone":"+1 212 555 0110"}`,
		`{"attributes":{"type":"Contact","url":"/x"},"Id":"` + danaID + `","Name":"Dana\u202e Roe","Title":"Buyer","Email":"dana@example.com","Phone":"(212) 555-0110","MobilePhone":null,"AccountId":"` + acmeID + `","Account":{"attributes":{},"Name":"Acme","Rating":"Hot"},"Level__c":"gold"}`,
		`{"attributes":{"type":"Account","url":"/x"},"Id":"` + betaID + `","Name":"Beta","Phone":"212-555-0110"}`,
		`{"attributes":{"type":"Contact","url":"/x"},"Id":"` + leeID + `","Name":"Stranger","Phone":"+39 2125550110"}`,
		`{"attributes":{"type":"Contact","url":"/x"},"Id":"' OR Id != '","Name":"Evil","Phone":"+1 212 555 0110"}`,
		`{"attributes":{"type":"User","url":"/x"},"Id":"005000000000001AAA","Name":"Agent","Phone":"+1 212 555 0110"}`,
	}}
	return s, farend.Serve(t, s)
}

func open(t *testing.T, o Options) *Source {
	t.Helper()
	o.Name, o.Region = "salesforce", "US"
	if o.Token == nil && o.ClientID == nil {
		o.ClientID, o.ClientSecret = &farend.Held{Text: "app"}, &farend.Held{Text: farend.Token}
	}
	src, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

func TestContacts(t *testing.T) {
	s, srv := start(t)
	src := open(t, Options{Base: srv.Base, Tier: "Level__c", Fields: []string{"Account.Rating"}, Events: true})
	got, err := src.Lookup(t.Context(), number.Parse("212 555 0110", "US"))
	if err != nil {
		t.Fatal(err)
	}
	page := func(kind, id string) string { return srv.URL + "/lightning/r/" + kind + "/" + id + "/view" }
	at := func(day int) time.Time { return time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC) }
	want := []lookup.Contact{
		{ID: danaID, Name: "Dana Roe", Title: "Buyer", Company: "Acme", Tier: "gold", Email: "dana@example.com", URL: page("Contact", danaID), Number: number.Parse("(212) 555-0110", "US"),
			Fields: []lookup.Field{{Name: "Account.Rating", Value: "Hot"}}, Next: lookup.Appointment{Title: "review", At: at(24), URL: page("Event", "00U000000000001AAA")},
			Tickets: []lookup.Ticket{{ID: "00001027", Title: "broken\a", State: "New", URL: page("Case", "500000000000001AAA"), At: at(20)}}},
		{ID: leadID, Name: "Kim Lead", Company: "Gamma", URL: page("Lead", leadID), Number: number.Parse("+1 212 555 0110", "US"), Fields: []lookup.Field{{Name: "lead", Value: "Open"}}},
		{ID: betaID, Company: "Beta", URL: page("Account", betaID), Number: number.Parse("212-555-0110", "US"),
			Tickets: []lookup.Ticket{{ID: "00000900", Title: "company", State: "Working", URL: page("Case", "500000000000003AAA"), At: at(2)}}},
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
		t.Error(d)
	}
	asked := []string{
		"GET /services/data/v60.0/search/ FIND {2125550110 OR 12125550110} IN PHONE FIELDS RETURNING Contact(Id, Name, Title, Email, AccountId, Account.Name, Phone, MobilePhone, HomePhone, OtherPhone, AssistantPhone, Level__c, Account.Rating LIMIT 20), Lead(Id, Name, Title, Email, Company, Status, Phone, MobilePhone WHERE IsConverted = false LIMIT 20), Account(Id, Name, Phone LIMIT 20)",
		"GET /services/data/v60.0/query SELECT Id, CaseNumber, Subject, Status, ContactId, AccountId, LastModifiedDate FROM Case WHERE IsClosed = false AND (ContactId IN ('" + danaID + "') OR AccountId IN ('" + betaID + "')) ORDER BY LastModifiedDate DESC LIMIT 100",
		"GET /services/data/v60.0/query/01g-2 ",
		"GET /services/data/v60.0/query SELECT Id, Subject, StartDateTime, WhoId FROM Event WHERE WhoId IN ('" + danaID + "', '" + leadID + "') AND EndDateTime >= TODAY ORDER BY StartDateTime LIMIT 20",
	}
	if d := cmp.Diff(asked, s.asked); d != "" {
		t.Error(d)
	}
}

func TestSessionExpires(t *testing.T) {
	s, srv := start(t)
	src := open(t, Options{Base: srv.Base, NoCases: true})
	look := func() {
		t.Helper()
		if cs, err := src.Lookup(t.Context(), number.Parse("212 555 0110", "US")); err != nil || len(cs) != 3 {
			t.Errorf("%d contacts, %v", len(cs), err)
		}
	}
	look()
	look()
	if s.tokens != 1 {
		t.Errorf("%d tokens for two look-ups", s.tokens)
	}
	s.token = "another"
	look()
	if s.tokens != 2 {
		t.Errorf("%d tokens after one expired", s.tokens)
	}
	wrong := &farend.Held{Text: "wrong"}
	_, err := open(t, Options{Base: srv.Base, ClientID: wrong, ClientSecret: wrong}).Lookup(t.Context(), number.Parse("212 555 0110", "US"))
	var hint interface{ Hint() string }
	if err == nil || !strings.Contains(err.Error(), "400 invalid_client") || !errors.As(err, &hint) || !strings.Contains(hint.Hint(), "connected app") || wrong.Forgotten.Load() == 0 {
		t.Errorf("a wrong secret: %v", err)
	}
	if _, err := open(t, Options{Base: srv.Base, Token: wrong}).Lookup(t.Context(), number.Parse("212 555 0110", "US")); err == nil || !strings.Contains(err.Error(), "401 INVALID_SESSION_ID") {
		t.Errorf("a wrong token: %v", err)
	}
}

// TestAllowance: when little is left for the organisation, the contact is given, nothing more is
// asked and the source wants a pause.
func TestAllowance(t *testing.T) {
	s, srv := start(t)
	for usage, low := range map[string]bool{"api-usage=4749/5000": false, "api-usage=4751/5000": true, "per-app-api-usage=1/2(appName=x), api-usage=5000/5000": true, "": false, "api-usage=x/0": false} {
		s.usage, s.asked = usage, nil
		cs, err := open(t, Options{Base: srv.Base, Reserve: 0.05}).Lookup(t.Context(), number.Parse("212 555 0110", "US"))
		var p *lookup.PauseError
		if len(cs) != 3 || errors.As(err, &p) != low || low != (len(s.asked) == 1) {
			t.Errorf("%s: %d contacts, %v, %d requests", usage, len(cs), err, len(s.asked))
		}
		if p != nil && p.For != pause {
			t.Errorf("a pause of %v", p.For)
		}
	}
}

func TestLaws(t *testing.T) {
	s, srv := start(t)
	more := []farend.Fault{
		{Name: "allowance used up", Status: 403, Body: `[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`, Says: "403 REQUEST_LIMIT_EXCEEDED: TotalRequests", Pause: pause},
		{Name: "no right", Status: 403, Body: `[{"message":"The REST API is not enabled for this Organization","errorCode":"API_DISABLED_FOR_ORG"}]`, Says: "403 API_DISABLED_FOR_ORG"},
		{Name: "bad field", Status: 400, Body: `[{"message":"No such column 'x'","errorCode":"INVALID_FIELD"}]`, Says: "No such column"},
		{Name: "a list", Status: 200, Body: `[]`, Says: "answer"},
	}
	s.token = farend.Token
	farend.Laws(t, srv, func() lookup.Source {
		return open(t, Options{Base: srv.Base, Token: &farend.Held{Text: farend.Token}, Events: true})
	}, "2125550110", more...)
}

func TestNew(t *testing.T) {
	held := &farend.Held{}
	base := &url.URL{Scheme: "https", Host: "acme.my.salesforce.com"}
	for name, o := range map[string]Options{
		"no proof": {Base: base}, "half a proof": {Base: base, ClientID: held},
		"version": {Base: base, Token: held, Version: "60/../.."}, "field": {Base: base, Token: held, Fields: []string{"Id) LIMIT 1"}}, "tier": {Base: base, Token: held, Tier: "a b"},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
