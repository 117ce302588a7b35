package jsonmap

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
)

func ny() number.Number { return number.Parse("2125550110", "US") }

func read(t *testing.T, r Rules, text string) []lookup.Contact {
	t.Helper()
	m, err := New(r)
	if err != nil {
		t.Fatal(err)
	}
	cs, err := m.Contacts([]byte(text), ny(), "US")
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

func TestPlain(t *testing.T) {
	dana := `{"zulu":1.50,"name":"Dana\u001b Roe","phones":["+1 212 555 0119","(212) 555-0110"],"vip":true,"alpha":"a","tier":"gold","id":51,
		"next":{"title":"review","at":"2026-11-24T10:00:00Z"},"tickets":[{"id":4411,"title":"broken","state":"open","url":"https://example.com/t","at":"2026-11-20T10:00:00Z"},{"id":"2","subject":"s","status":"new"},"x",{}],
		"fields":{"owner":"Bo","none":null},"nested":{"deep":1},"none":null}`
	want := []lookup.Contact{{
		Name: "Dana Roe", Tier: "gold", ID: "51", Number: number.Parse("(212) 555-0110", "US"),
		Next:    lookup.Appointment{Title: "review", At: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)},
		Tickets: []lookup.Ticket{{ID: "4411", Title: "broken", State: "open", URL: "https://example.com/t", At: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}, {ID: "2", Title: "s", State: "new"}},
		Fields:  []lookup.Field{{Name: "zulu", Value: "1.50"}, {Name: "vip", Value: "true"}, {Name: "alpha", Value: "a"}, {Name: "owner", Value: "Bo"}},
	}}
	if d := cmp.Diff(want, read(t, Rules{}, dana)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want, read(t, Rules{}, "["+dana+`,{},null,{"owner":"nobody"},{"name":"Lee","phone":"+12125550119"}]`)); d != "" {
		t.Errorf("in a list: %s", d)
	}
	for _, none := range []string{"null", "[]", "{}", " [ null ] "} {
		if cs := read(t, Rules{}, none); len(cs) != 0 {
			t.Errorf("%s gives %+v", none, cs)
		}
	}
}

func TestRules(t *testing.T) {
	r := Rules{
		List: "$.data.hits[*].source",
		Fields: map[string][]string{"name": {"first", "last"}, "company": {"org.name"}, "account manager": {`attributes["owner.name"]`},
			"phone": {"tel[*].no", "fax"}, "next_at": {"meet[1]"}},
		Tickets: "cases.open", Ticket: map[string]string{"id": "no", "title": "about.text"},
	}
	text := `{"data":{"hits":[
		{"source":{"first":"Dana","last":"Roe","org":{"name":"Acme"},"attributes":{"owner.name":"Bo"},"tel":[{"no":"1"},{"no":"212 555 0110"}],"fax":null,"meet":["x","2026-11-24T10:00:00Z"],
			"cases":{"open":[{"no":7,"about":{"text":"broken"},"state":"open"}]}}},
		{"source":{"last":"Lee","tel":[{"no":"+44 20 7946 0018"}]}},
		{"source":{"last":"Kim"}}]}}`
	want := []lookup.Contact{
		{Name: "Dana Roe", Company: "Acme", Number: number.Parse("212 555 0110", "US"), Next: lookup.Appointment{At: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)},
			Fields: []lookup.Field{{Name: "account manager", Value: "Bo"}}, Tickets: []lookup.Ticket{{ID: "7", Title: "broken", State: "open"}}},
		{Name: "Kim"}, // says no number: the service found it, we believe it
	}
	if d := cmp.Diff(want, read(t, r, text)); d != "" {
		t.Error(d)
	}
	if cs := read(t, r, `{"data":{"hits":null}}`); len(cs) != 0 {
		t.Errorf("nothing gives %+v", cs)
	}
}

func TestBadRules(t *testing.T) {
	for want, r := range map[string]Rules{
		"list: ":                  {List: "a..b"},
		"tickets: ":               {Tickets: "a[x]"},
		"fields: name: ":          {Fields: map[string][]string{"name": {"a[0"}}},
		"fields: tier: ":          {Fields: map[string][]string{"tier": {"a]"}}},
		"ticket: id: ":            {Ticket: map[string]string{"id": "a."}},
		"ticket: name is no part": {Ticket: map[string]string{"name": "a"}},
		"fields: url: ":           {Fields: map[string][]string{"url": {"a[-1]"}}},
		"fields: email: ":         {Fields: map[string][]string{"email": {"a[0]b"}}},
	} {
		if _, err := New(r); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
}

func TestBadAnswers(t *testing.T) {
	m, err := New(Rules{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", "[1]", `"x"`, "{} {}", "<html>", `{"a":}`, "[[]]", strings.Repeat("[", 100), strings.Repeat("[", 100000), "\x00"} {
		if cs, err := m.Contacts([]byte(text), ny(), "US"); err == nil || !strings.Contains(err.Error(), "the answer ") {
			t.Errorf("%.20q gives %+v, %v", text, cs, err)
		}
	}
	many := "[" + strings.Repeat(`{"name":"Dana"},`, 500) + `{"name":"Dana"}]`
	if cs, err := m.Contacts([]byte(many), ny(), "US"); err != nil || len(cs) != MaxContacts {
		t.Errorf("%d contacts, %v", len(cs), err)
	}
}

// FuzzDecode: what encoding/json reads is read alike, what it refuses is refused; only depth is
// bounded more tightly. No answer and no path makes a panic.
func FuzzDecode(f *testing.F) {
	f.Add(`{"name":"Dana","tickets":[{"id":1}],"a":{"b":[1,2.5e3,null,true]}}`, "a.b[*]")
	f.Add(`[{"phone":["1",["2"]]}]`, `[0]["x.y"]`)
	f.Fuzz(func(t *testing.T, text, path string) {
		v, err := Decode([]byte(text))
		var std any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		stdErr := dec.Decode(&std)
		if stdErr == nil && dec.More() {
			stdErr = fmt.Errorf("more")
		}
		if err == nil && stdErr != nil {
			t.Fatalf("%q is read, which encoding/json refuses: %v", text, stdErr)
		}
		if err == nil {
			if d := cmp.Diff(std, plainOf(v)); d != "" {
				t.Fatal(d)
			}
		}
		if p, err := ParsePath(path); err == nil {
			p.All(v)
			m, err := New(Rules{List: path, Fields: map[string][]string{"name": {path}, "phone": {path}}, Tickets: path})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = m.Contacts([]byte(text), ny(), "US")
		}
	})
}

// plainOf gives a value as encoding/json would.
func plainOf(v any) any {
	switch v := v.(type) {
	case *Object:
		out := map[string]any{}
		for _, n := range v.Names {
			out[n] = plainOf(v.Values[n])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainOf(v[i])
		}
		return out
	}
	return v
}
