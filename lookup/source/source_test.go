package source

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
	"ringside/lookup/source/secret"
)

var update = flag.Bool("update", false, "write the tables of docs/sources.md")

func env(t *testing.T) Env {
	v := secret.NewVault(secret.Options{Getenv: func(name string) string {
		return map[string]string{"TOKEN": farend.Token}[name]
	}})
	t.Cleanup(v.Close)
	return Env{Region: "US", Dir: t.TempDir(), Data: t.TempDir(), Vault: v}
}

// TestKindsInADesk: sources of several kinds, opened from settings, answer one look-up together.
func TestKindsInADesk(t *testing.T) {
	e := env(t)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(e.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("people.csv", "name,phone,tier\nDana Roe,2125550110,gold\n,oops,\n")
	write("people.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Dana Roe\nTITLE:Buyer\nTEL:2125550110\nEND:VCARD\n")
	srv := farend.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != farend.Token {
			t.Errorf("asked without the secret: %q", r.Header)
		}
		fmt.Fprint(w, `{"data":[{"first":"dana","last":"roe","mail":"d@example.com"},{"first":"Lee","last":""}]}`)
	}))
	var uses []lookup.Use
	var warned []string
	for _, spec := range []Spec{
		{Kind: "csv", Name: "office", Settings: map[string]any{"path": "people.csv"}},
		{Kind: "vcard", Settings: map[string]any{"path": "people.vcf"}},
		{Kind: "http", Name: "crm", Settings: map[string]any{"url": srv.URL + "/?q={e164}", "secret_headers": map[string]any{"X-Key": "env:TOKEN"}, "list": "data",
			"fields": map[string]any{"name": []any{"first", "last"}, "email": "mail"}, "timeout": "2s", "rate": int64(5), "keep": false}},
	} {
		o, err := Open(spec, e)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = o.Close() })
		uses = append(uses, o.Use)
		warned = append(warned, o.Problems()...)
	}
	if crm := uses[2]; crm.Timeout.String() != "2s" || crm.Keep || crm.Rate != 5 || uses[0].Timeout != lookup.LocalTimeout || uses[0].Keep {
		t.Errorf("uses %+v", uses)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], `line 3: "oops" is no number`) {
		t.Errorf("problems %q", warned)
	}
	uses[0].Timeout, uses[1].Timeout = lookup.RemoteTimeout, lookup.RemoteTimeout // this machine may be busy
	d := lookup.New(uses, lookup.Options{})
	defer d.Close()
	r, err := d.Lookup(t.Context(), number.Parse("(212) 555-0110", "US"))
	if err != nil || len(r.Contacts) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if c := r.Contacts[0]; c.Name != "Dana Roe" || c.Tier != "gold" || c.Title != "Buyer" || c.Email != "d@example.com" || strings.Join(c.Sources, " ") != "office vcard crm" {
		t.Errorf("%+v", c)
	}
}

// TestEveryKindOpens: with the settings that it needs, and no request before the first look-up.
func TestEveryKindOpens(t *testing.T) {
	e := env(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	csv := filepath.Join(e.Dir, "a.csv")
	if err := os.WriteFile(csv, []byte("name,phone\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	token := map[string]any{"env": "TOKEN"}
	all := map[string]map[string]any{
		"csv": {"path": csv}, "vcard": {"path": e.Dir}, "carddav": {"url": "http://127.0.0.1:1/book/", "user": "me", "password": token},
		"sql": {"driver": "sqlite", "dsn": "a.db", "query": "SELECT name FROM p WHERE a = :e164"}, "http": {"url": "https://a.example/{digits}", "bearer": token},
		"command": {"path": self, "args": []any{"{number}"}}, "hubspot": {"token": token, "tickets": false},
		"salesforce": {"url": "https://acme.my.salesforce.com", "client_id": token, "client_secret": token, "reserve": 0.1}, "zendesk": {"subdomain": "acme", "email": "me@example.com", "token": token},
	}
	for _, k := range Kinds() {
		o, err := Open(Spec{Kind: k.Name, Settings: all[k.Name]}, e)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if o.Name() != k.Name || o.Timeout == 0 {
			t.Errorf("%s is opened as %+v", k.Name, o.Use)
		}
		if k.Name == "hubspot" || k.Name == "salesforce" || k.Name == "zendesk" {
			if _, err := o.Lookup(t.Context(), number.Parse("1102", "US")); !errors.Is(err, lookup.ErrNotAsked) {
				t.Errorf("%s is asked for an extension: %v", k.Name, err)
			}
		}
		if err := o.Close(); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
}

func TestErrors(t *testing.T) {
	e := env(t)
	for _, tt := range []struct {
		spec       Spec
		want, hint string
	}{
		{Spec{Kind: "hubspt"}, `source hubspt: kind: there is no kind "hubspt"`, "did you mean hubspot?"},
		{Spec{Kind: "oracle9000"}, "there is no kind", "there are carddav, command, csv"},
		{Spec{Kind: "csv", Name: "office"}, "source office: path: it is needed", "its first row names the columns"},
		{Spec{Kind: "csv", Settings: map[string]any{"pth": "x"}}, "source csv: pth: there is no such setting", "did you mean path?"},
		{Spec{Kind: "csv", Settings: map[string]any{"path": 7}}, "path: it must be a path", ""},
		{Spec{Kind: "csv", Settings: map[string]any{"path": "none.csv"}}, "source csv: reading contacts from none.csv", "check csv"},
		{Spec{Kind: "hubspot", Settings: map[string]any{"token": farend.Token}}, "token: a secret does not stand in the configuration", ""},
		{Spec{Kind: "hubspot", Settings: map[string]any{"token": "env:TOKEN", "url": "http://api.example"}}, "url: http://api.example is not https", ""},
		{Spec{Kind: "hubspot", Settings: map[string]any{"token": "env:TOKEN", "timeout": "soon"}}, "timeout: it must be a duration", ""},
		{Spec{Kind: "hubspot", Settings: map[string]any{"token": "env:TOKEN", "rate": -1.0}}, "rate: it must be a number", ""},
		{Spec{Kind: "hubspot", Settings: map[string]any{"token": "env:TOKEN", "fields": []any{1}}}, "fields: it must be a list of texts", ""},
		{Spec{Kind: "salesforce", Settings: map[string]any{"url": "https://a.example"}}, "it needs a token", ""},
		{Spec{Kind: "salesforce", Settings: map[string]any{"url": "https://a.example", "token": "env:TOKEN", "reserve": 1.0}}, "reserve: it must be less than 1", ""},
		{Spec{Kind: "zendesk", Settings: map[string]any{"token": "env:TOKEN", "subdomain": "a.b"}}, "subdomain: the subdomain is the first part", ""},
		{Spec{Kind: "http", Settings: map[string]any{"url": "https://a.example/{e164}", "headers": map[string]any{"X Y": "1"}}}, "headers: ", ""},
		{Spec{Kind: "http", Settings: map[string]any{"url": "https://a.example/{e164}", "secret_headers": map[string]any{"X": farend.Token}}}, "secret_headers: a secret does not stand", ""},
		{Spec{Kind: "sql", Settings: map[string]any{"driver": "postgres", "dsn": "postgres://me:" + farend.Token + "@h/db", "query": "SELECT :e164"}}, "a password does not stand", ""},
		{Spec{Kind: "command", Settings: map[string]any{"path": "lookup.sh"}}, "no absolute path", ""},
	} {
		o, err := Open(tt.spec, e)
		var se *Error
		if !errors.As(err, &se) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(se.Hint(), tt.hint) {
			t.Errorf("%+v: %+v, %v; want %q with hint %q", tt.spec, o, err, tt.want, tt.hint)
		}
		if err != nil && strings.Contains(err.Error()+se.Hint(), farend.Token) {
			t.Errorf("the error says the secret: %v", err)
		}
	}
}

func TestCopyPath(t *testing.T) {
	e := Env{Data: "data"}
	a, b := e.copyPath("My Book/../x"), e.copyPath("my book/../X")
	if a == b || filepath.Dir(a) != "data" || strings.Contains(a, "..") {
		t.Errorf("%s and %s", a, b)
	}
}

// TestDocs: the tables in the document are those of the code.
func TestDocs(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "sources.md")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	for _, k := range append(Kinds(), Kind{Name: "every kind", Settings: Common()}) {
		open, end := "<!-- settings of "+k.Name+" -->\n", "<!-- end -->\n"
		before, rest, ok := strings.Cut(text, open)
		have, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Errorf("%s has no place for the settings of %s", path, k.Name)
			continue
		}
		want := "| setting | holds | |\n|---|---|---|\n"
		for _, s := range k.Settings {
			doc := s.Doc
			if s.Need {
				doc += " (needed)"
			}
			want += fmt.Sprintf("| `%s` | %s | %s |\n", s.Name, s.Type, doc)
		}
		if have != want && !*update {
			t.Errorf("the settings of %s are not those of the code; go test ./lookup/source -update", k.Name)
		}
		text = before + open + want + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
