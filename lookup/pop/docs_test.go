package pop

import (
	stdcmp "cmp"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

const document = "../../docs/pops.md"

func documentation(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

// The tables of the documentation say what the code does.
func TestDocumentation(t *testing.T) {
	doc := documentation(t)
	var vars, fields, headers strings.Builder
	for _, v := range variables() {
		fmt.Fprintf(&vars, "| `%s` | %s |\n", v.written, v.doc)
	}
	for _, f := range contactFields() {
		fmt.Fprintf(&fields, "| `%s` | %s |\n", f.name, f.doc)
	}
	spelled := map[string]string{"p-asserted-identity": "P-Asserted-Identity", "remote-party-id": "Remote-Party-ID", "p-called-party-id": "P-Called-Party-ID"}
	for _, h := range slices.Sorted(maps.Keys(sipHeaders())) {
		fmt.Fprintf(&headers, "| `%s` | `$%s$` |\n", stdcmp.Or(spelled[h], strings.ToUpper(h[:1])+h[1:]), sipHeaders()[h])
	}
	want := doc
	for _, table := range []struct{ head, body string }{
		{"| variable | what |\n|---|---|\n", vars.String()},
		{"| field | what |\n|---|---|\n", fields.String()},
		{"| header | is |\n|---|---|\n", headers.String()},
	} {
		before, rest, ok := strings.Cut(want, table.head)
		if !ok {
			t.Fatalf("%s has no %q", document, table.head)
		}
		want = before + table.head + table.body + rest[strings.Index(rest, "\n\n")+1:]
	}
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, doc); d != "" {
		t.Errorf("%s is out of date (go test ./lookup/pop -run Documentation -update): -want +is\n%s", document, d)
	}
}

// Every key of a rule is in the documentation, and no other.
func TestKeysAreDocumented(t *testing.T) {
	_, rest, _ := strings.Cut(documentation(t), "| key | what |\n|---|---|\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	var documented []string
	for _, line := range strings.Split(table, "\n") {
		documented = append(documented, strings.Split(line, "`")[1])
	}
	var keys []string
	for f := range reflect.TypeFor[RuleSpec]().Fields() {
		keys = append(keys, f.Tag.Get("toml"))
	}
	if d := cmp.Diff(keys, documented); d != "" {
		t.Errorf("-code +documentation\n%s", d)
	}
}

// The example of the documentation is a configuration that is accepted.
func TestExampleOfTheDocumentation(t *testing.T) {
	_, rest, _ := strings.Cut(documentation(t), "```toml\n")
	example, _, _ := strings.Cut(rest, "```")
	var file struct {
		Pops struct {
			Schemes    []string          `toml:"schemes"`
			Browser    []string          `toml:"browser"`
			Wait       string            `toml:"wait"`
			Timeout    string            `toml:"timeout"`
			PerMinute  int               `toml:"per_minute"`
			SIP        map[string]string `toml:"sip"`
			Parameters map[string]string `toml:"parameters"`
			Rule       []RuleSpec        `toml:"rule"`
		} `toml:"pops"`
	}
	if err := toml.NewDecoder(strings.NewReader(example)).DisallowUnknownFields().Decode(&file); err != nil {
		t.Fatal(err)
	}
	p := file.Pops
	wait, err1 := time.ParseDuration(p.Wait)
	timeout, err2 := time.ParseDuration(p.Timeout)
	if err1 != nil || err2 != nil || CheckParameters(p.Parameters) != nil {
		t.Fatal(err1, err2)
	}
	spec := Spec{Schemes: p.Schemes, Wait: wait, Timeout: timeout, PerMinute: p.PerMinute, SIP: p.SIP, Rules: p.Rule}
	on := disk.system("linux")
	r, err := compile(spec, Options{Region: "US", Now: t0, Parameters: slices.Collect(maps.Keys(p.Parameters))}, on)
	if err != nil {
		t.Fatal(err)
	}
	if err := on.runs(p.Browser[0]); err != nil {
		t.Fatal(err)
	}
	u := ann()
	u.Parameters = p.Parameters
	got := tried(t, r, u, ringing(t), result(contact("Dana Roe", "id", "003")))
	if want := "https://crm.example.com/contact/003?phone=%2B12125550110&subject=Support&team=tier%202"; got.Targets[0].URL != want {
		t.Error(got.Text())
	}
}
