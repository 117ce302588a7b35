package config

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const popsFile = `
[pops]
schemes = ["salesforce1", "tel"]
browser = ["/usr/bin/chromium", "--new-window"]
wait = "3s"
per_minute = 4

[pops.parameters]
team = "tier 2"

[pops.users."ann@example.com"]
team = "tier 1"
desk = "4"

[pops.sip]
X-Subject = "queue"

[[pops.rule]]
name = "inside"
on = ["never"]
direction = ["internal"]

[[pops.rule]]
name = "customers"
on = ["ringing", "hand"]
queue = ["Support", 'Tier "2"']
contact = "known"
open = ["https://crm.example.com/$crm.id$?phone=$caller$"]
start = [["/usr/bin/app"]]
run = [["/usr/bin/notify-send", "--", "$crm.name$"], ["/bin/true"]]

[[contacts.source]]
kind = "http"
name = "crm"
url = "https://crm.example.com/find?q={number}"
token = "env:CRM_TOKEN"
first = 1
ratio = 2.0
deep = { a = [1, "x"], password = "hunter2" }

[[contacts.source]]
kind = "csv"
password = "hunter3"
dsn = "postgres://u:hunter4@db/crm"
address = "https://u:hunter5@crm.example.com"
`

func TestTables(t *testing.T) {
	c := loaded(t, popsFile, "", nil)
	want := Pops{
		Schemes: []string{"salesforce1", "tel"}, Browser: []string{"/usr/bin/chromium", "--new-window"},
		Wait: 3 * time.Second, Timeout: 10 * time.Second, PerMinute: 4,
		Parameters: map[string]string{"team": "tier 2"},
		Users:      map[string]map[string]string{"ann@example.com": {"team": "tier 1", "desk": "4"}},
		SIP:        map[string]string{"X-Subject": "queue"},
		Rules: []PopRule{
			{Name: "inside", On: []string{"never"}, Direction: []string{"internal"}},
			{
				Name: "customers", On: []string{"ringing", "hand"}, Queue: []string{"Support", `Tier "2"`}, Contact: "known",
				Open:  []string{"https://crm.example.com/$crm.id$?phone=$caller$"},
				Start: [][]string{{"/usr/bin/app"}}, Run: [][]string{{"/usr/bin/notify-send", "--", "$crm.name$"}, {"/bin/true"}},
			},
		},
	}
	if d := cmp.Diff(want, c.Pops); d != "" {
		t.Error(d)
	}
	first := c.Contacts.Sources[0]
	if len(c.Contacts.Sources) != 2 || first.Line != 32 || first.Text("kind") != "http" || first.Text("first") != "" || first.Keys["first"] != int64(1) || c.Contacts.Sources[1].Line != 41 {
		t.Errorf("sources %+v", c.Contacts.Sources)
	}
}

// What is printed loads back, but for the secrets, which are not printed.
func TestTablesPrintBack(t *testing.T) {
	c := loaded(t, popsFile, "", nil)
	var out bytes.Buffer
	if err := Print(&out, c); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "hunter") || strings.Count(s, hiddenText) != 4 || !strings.Contains(s, `token = "env:CRM_TOKEN"`) {
		t.Errorf("secrets:\n%s", s)
	}
	if s := out.String(); strings.Count(s, "[[pops.rule]]") != 2 || !regexp.MustCompile(`(?m)^\[\[pops\.rule\]\] +# file$`).MatchString(s) {
		t.Errorf("rules:\n%s", s)
	}
	again := loaded(t, out.String(), "", nil)
	c.Contacts.Sources[0].Keys["deep"].(map[string]any)["password"] = "(hidden)"
	for _, k := range []string{"password", "dsn", "address"} {
		c.Contacts.Sources[1].Keys[k] = "(hidden)"
	}
	for i := range c.Contacts.Sources {
		c.Contacts.Sources[i].Line = again.Contacts.Sources[i].Line
	}
	if d := cmp.Diff(c, again, settingsOnly()); d != "" {
		t.Errorf("%s\n%s", d, out.String())
	}
}

// A profile's list takes the place of the file's, wherever it stands, and other profiles' are
// checked but not used.
func TestProfilesHaveTheirOwnTables(t *testing.T) {
	text := `[[profile.b.pops.rule]]
name = "theirs"
[[pops.rule]]
name = "all"
[[pops.rule]]
name = "more"
[[profile.a.pops.rule]]
name = "mine"
[profile.a.pops.parameters]
x = "1"
[pops.parameters]
y = "2"
[[profile.a.contacts.source]]
kind = "csv"
`
	a, none := loaded(t, text, "a", nil), loaded(t, text, "", nil)
	if len(a.Pops.Rules) != 1 || a.Pops.Rules[0].Name != "mine" || len(a.Pops.Parameters) != 1 || a.Contacts.Sources[0].Line != 13 {
		t.Errorf("profile a: %+v", a)
	}
	if len(none.Pops.Rules) != 2 || none.Pops.Parameters["y"] != "2" || none.Contacts.Sources != nil {
		t.Errorf("no profile: %+v", none)
	}
	if e := a.Wrong("pops.rule", []string{"0", "name"}, "", ""); e.Line != 8 || e.Column != 1 {
		t.Errorf("the place of a rule of a profile: %v", e)
	}
	if e := none.Wrong("pops.rule", []string{"1", "open"}, "", ""); e.Line != 5 {
		t.Errorf("the place of a rule without the key: %v", e)
	}
	if e := none.Wrong("pops.wait", nil, "", ""); e.Line != 0 {
		t.Errorf("what is not in the file: %v", e)
	}
}

func TestErrorsInTables(t *testing.T) {
	for _, tt := range []struct{ name, text, what, hint string }{
		{"unknown key of a rule", "[[pops.rule]]\nname = \"a\"\n[[pops.rule]]\n oepn = [\"x\"]\n", `:4:2: unknown key "pops.rule.oepn"`, "did you mean open?"},
		{"far from any", "[[pops.rule]]\nzzzzzzzzzzzz = 1\n", `:2:1: unknown key "pops.rule.zzzzzzzzzzzz"`, "the keys of [[pops.rule]] are name, on"},
		{"in a profile", "[[profile.p.pops.rule]]\nnaem = \"a\"\n", `:2:1: unknown key "profile.p.pops.rule.naem"`, "did you mean name?"},
		{"on one line", "[pops]\nrule = [{name = \"a\"}, {naem = \"b\"}]\n", `:2:24: unknown key "pops.rule.naem"`, "did you mean name?"},
		{"below a rule", "[[pops.rule]]\n[pops.rule.open]\na = 1\n", ":2:12: pops.rule.open must be a list of texts, not a table", `write open = ["…"]`},
		{"a text for a list", "[[pops.rule]]\non = \"ringing\"\n", ":2:1: pops.rule.on must be a list of texts, not a text", `write on = ["…"]`},
		{"a list of numbers", "[[pops.rule]]\non = [1]\n", ":2:1: pops.rule.on must be a list of texts, not a list of something else", `on = ["…"]`},
		{"a list for a text", "[[pops.rule]]\nname = [\"a\"]\n", ":2:1: pops.rule.name must be a text in quotes, not a list", `name = "…"`},
		{"flat arguments", "[[pops.rule]]\nrun = [\"/bin/true\"]\n", ":2:1: pops.rule.run must be a list of lists of texts", `run = [["/usr/bin/program", "argument"]]`},
		{"a line end", "[[pops.rule]]\nopen = [\"a\\nb\"]\n", ":2:1: pops.rule.open must be a list of texts of one line each", "open = "},
		{"one table", "[pops.rule]\nname = \"a\"\n", ":1:7: pops.rule must be tables [[pops.rule]], not a table", "begin it with [[pops.rule]]"},
		{"a parameter", "[pops.parameters]\nteam = 2\n", ":2:1: pops.parameters.team must be a text in quotes, not a whole number", `team = "support"`},
		{"a parameter of somebody", "[pops.users.ann]\nteam = true\n", ":2:1: pops.users.ann.team must be a text in quotes", `team = `},
		{"a user without a table", "[pops.users]\nann = \"x\"\n", ":2:1: pops.users.ann must be a table of texts, not a text", `ann = {`},
		{"a source without a kind", "\n[[contacts.source]]\nname = \"x\"\n", ":2:12: contacts.source has no kind", `kind = "csv"`},
		{"a kind that is no text", "[[contacts.source]]\nkind = 3\n", ":2:1: contacts.source.kind must be a text", `kind = `},
		{"a control character", "[[contacts.source]]\nkind = \"a\"\nurl = \"\\u0007\"\n", ":3:1: contacts.source.url must be without control characters", "one line"},
		{"list for a list of tables", "[pops]\nrule = [1]\n", ":2:1: pops.rule must be tables [[pops.rule]], not a list", "begin it with"},
		{"a scheme", "[pops]\nschemes = \"tel\"\n", ":2:1: pops.schemes must be a list of texts, not a text", "schemes = []"},
		{"a limit", "[[alarms.rule]]\nred = true\n", ":2:1: alarms.rule.red must be a limit such as", "red = "},
		{"an unknown key of an alarm", "[[alarms.rule]]\nmeasur = \"wait\"\n", ":2:1: unknown key \"alarms.rule.measur\"", "did you mean measure?"},
		{"a header", "[[alarms.webhook]]\nheaders = {a = 1}\n", ":2:12: alarms.webhook.headers.a must be a text", "a = "},
		{"twice", "[[pops.rule]]\nname = \"a\"\nname = \"b\"\n", ":3:1: ", "once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(write(t, tt.text), "", nil)
			if err == nil {
				t.Fatal("loaded")
			}
			if !strings.Contains(err.Error(), tt.what) || !strings.Contains(hint(err), tt.hint) {
				t.Errorf("error %q\n hint %q\n want %q\n hint %q", err, hint(err), tt.what, tt.hint)
			}
		})
	}
	_, err := Load(write(t, ""), "", map[string]string{"RINGSIDE_POPS_RULE": "x"})
	if err == nil || !strings.Contains(err.Error(), "pops.rule must be tables") {
		t.Errorf("rules out of the environment: %v", err)
	}
	c := loaded(t, "[pops]\nschemes = [\"tel\"]\n", "", map[string]string{"RINGSIDE_POPS_SCHEMES": " tel, sip ,"})
	if d := cmp.Diff([]string{"tel", "sip"}, c.Pops.Schemes); d != "" {
		t.Error(d)
	}
	if e := c.Wrong("pops.schemes", nil, "", "wrong"); e.Error() != "RINGSIDE_POPS_SCHEMES: wrong" {
		t.Errorf("the place of what the environment says: %v", e)
	}
}

// What stands behind # in the example is right once the # is taken off.
func TestExampleWithItsTables(t *testing.T) {
	text := regexp.MustCompile(`(?m)^# (\[|[a-z_X][a-zA-Z_-]* = )`).ReplaceAllString(Example(), "$1")
	c := loaded(t, text, "", nil)
	if len(c.Pops.Rules) != 1 || len(c.Contacts.Sources) != 1 || len(c.Alarms.Rules) != 1 || c.Alarms.Webhooks[0].Headers["Authorization"] != "env:ALERTS_AUTH" || len(c.Pops.Parameters) != 1 || len(c.Pops.Users) != 1 || len(c.Pops.SIP) != 1 {
		t.Errorf("%+v", c)
	}
	for _, s := range settings() {
		if c.Origin(s.name()) != FromFile {
			t.Errorf("the example lacks %s", s.name())
		}
	}
}
