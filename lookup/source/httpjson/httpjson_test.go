package httpjson

import (
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
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/web"
)

func start(t *testing.T) (*farend.Server, *[]string) {
	asked := &[]string{}
	srv := farend.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.RequestURI())
		if r.Header.Get("X-Api-Key") != farend.Token || r.Header.Get("Authorization") != "Bearer "+farend.Token || r.Header.Get("X-Tenant") != "7" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		switch q := r.URL.Query().Get("tel"); q {
		case "+12125550110", "+15143334444":
			fmt.Fprint(w, `{"hits":[{"who":"Dana\u202e Roe","since":2019},{"who":"Lee"}]}`)
		case "+12125550111":
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"nobody"}`)
		case "+12125550112":
			w.WriteHeader(http.StatusNoContent)
		default:
			fmt.Fprint(w, `{"hits":[]}`)
		}
	}))
	return srv, asked
}

func open(t *testing.T, url string) *Source {
	t.Helper()
	held := &farend.Held{Text: farend.Token}
	s, err := New(Options{Name: "crm", URL: url, Headers: map[string]string{"X-Tenant": "7"}, Secrets: map[string]web.Getter{"X-Api-Key": held}, Bearer: held, Region: "US",
		Rules: jsonmap.Rules{List: "hits", Fields: map[string][]string{"name": {"who"}, "since": {"since"}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestLookup(t *testing.T) {
	srv, asked := start(t)
	s := open(t, srv.URL+"/v1/who/{national}?tel={e164}&x=a%20b#part")
	for raw, want := range map[string][]lookup.Contact{
		"212 555 0110": {{Name: "Dana Roe", Fields: []lookup.Field{{Name: "since", Value: "2019"}}}, {Name: "Lee"}},
		"2125550111":   nil, "2125550112": nil, "2125550113": nil,
	} {
		*asked = nil
		got, err := s.Lookup(t.Context(), number.Parse(raw, "US"))
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", raw, err, d)
		}
		if want := "GET /v1/who/" + strings.ReplaceAll(raw, " ", "") + "?tel=%2B1" + strings.ReplaceAll(raw, " ", "") + "&x=a%20b"; len(*asked) != 1 || (*asked)[0] != want {
			t.Errorf("asked %q, want %q", *asked, want)
		}
	}
	*asked = nil
	if cs, err := s.Lookup(t.Context(), number.Parse("+5143334444", "US")); err != nil || len(cs) != 2 || len(*asked) != 2 {
		t.Errorf("two lines that it may be: %+v, %v, %q", cs, err, *asked)
	}
	*asked = nil
	if _, err := s.Lookup(t.Context(), number.Parse("1102", "US")); !errors.Is(err, lookup.ErrNotAsked) || len(*asked) != 0 {
		t.Errorf("an extension has no {e164}: %v, %q", err, *asked)
	}
}

func TestLaws(t *testing.T) {
	srv, _ := start(t)
	farend.Laws(t, srv, func() lookup.Source { return open(t, srv.URL+"/?tel={e164}") }, "2125550110",
		farend.Fault{Name: "token", Status: 401, Body: `{"error":"bad key"}`, Says: "401: bad key"},
		farend.Fault{Name: "too many", Status: 429, Says: "429", Pause: 10 * time.Second},
		farend.Fault{Name: "nobody", Status: 404, Unfound: true},
		farend.Fault{Name: "no objects", Status: 200, Body: `{"hits":["Dana"]}`, Says: "no object"},
	)
}

func TestNew(t *testing.T) {
	for url, want := range map[string]string{
		"https://crm.example":                 "asks for no number",
		"https://{national}.example/":         "cannot stand in the host",
		"https://crm.example{e164}/":          "cannot stand in the host",
		"http://crm.example/?q={e164}":        "not https",
		"https://me:pw@crm.example/?q={e164}": "no user and password",
		"https://crm.example/?q={phone}":      "no form of a number",
		"{e164}":                              "",
		"":                                    "asks for no number",
	} {
		if _, err := New(Options{URL: url}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: %v, want %q", url, err, want)
		}
	}
	for name, value := range map[string]string{"X-A": "a\r\nX-B: b", "X A": "", "": "x", "X:": "x"} {
		if CheckHeader(name, value) == nil {
			t.Errorf("%q: %q may be a header", name, value)
		}
	}
	if err := CheckHeader("X-Api-Key", "a b"); err != nil {
		t.Error(err)
	}
}
