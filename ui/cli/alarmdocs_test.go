package cli

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ringside/store/alarm"
	"ringside/ui/cli/config"
	"ringside/ui/cli/notify"
)

// The tables of docs/alarms.md say what the code does, and its configuration is one that works.
func TestAlarmDocumentation(t *testing.T) {
	doc := readDoc(t, "docs/alarms.md")
	var measures, variables strings.Builder
	for _, m := range alarm.Measures() {
		fmt.Fprintf(&measures, "| `%s` | %s | %s | %s |\n", m, m.Doc(), m.Unit(), alarm.DefaultPer(m))
	}
	for _, v := range notify.Variables() {
		fmt.Fprintf(&variables, "| `$%s$` | %s |\n", v[0], v[1])
	}
	for _, table := range []string{
		"| measure | what | limits | an alarm for each |\n|---|---|---|---|\n" + measures.String() + "\n",
		"| variable | what |\n|---|---|\n" + variables.String() + "\n",
	} {
		if !strings.Contains(doc, table) {
			t.Errorf("docs/alarms.md does not have:\n%s", table)
		}
	}
	for _, use := range []notify.Use{notify.ForBell(nil), notify.ForTerminal(nil, nil), notify.ForDesktop(nil)} {
		if row := regexp.MustCompile("(?m)^\\| `" + use.Way.Name() + "` \\|.*\\| (.*) \\|$").FindStringSubmatch(doc); row == nil || row[1] != fmt.Sprintf("%g s", use.Gap.Seconds()) {
			t.Errorf("%s tells every %v, docs/alarms.md says %q", use.Way.Name(), use.Gap, row)
		}
	}
	for _, b := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		text := strings.Replace(b[1], `"chat"]`, `"webhook"]`, 1) // it is set up in the other block
		if !strings.Contains(text, "webhook]]") {
			text += "\n[[alarms.webhook]]\nurl = \"https://x.example.com\"\n"
		}
		text = strings.Replace(text, "/usr/bin/logger", "/bin/sh", 1)
		text = strings.Replace(text, `"-t", "ringside", "--", `, `"-c", "true", "--", `, 1)
		cfg, err := config.Load(writeFile(t, "config.toml", text), "", map[string]string{})
		if err != nil {
			t.Errorf("%v in\n%s", err, text)
			continue
		}
		a := &app{env: map[string]string{}}
		s, err := a.setUpAlarms(cfg, time.Now(), func(string) {}, nil)
		if err != nil {
			t.Errorf("%v in\n%s", err, text)
			continue
		}
		s.close()
	}
}

// What is wrong with alarms is said with its place in the file, before anything is watched.
func TestAlarmConfiguration(t *testing.T) {
	for _, tt := range []struct{ text, what, hint string }{
		{"[[alarms.rule]]\nname = \"a\"\nmeasure = \"wait\"\nred = \"2m\"\n[[alarms.rule]]\nname = \"b\"\nmeasure = \"weight\"\n", `:7:1: alarm rule "b": measure: "weight" is none`, "one of wait, ring"},
		{"[[alarms.rule]]\nname = \"a\"\nmeasure = \"where\"\nwhere = \"wait>\"\n", `:4:1: alarm rule "a": where: column`, "duration"},
		{"[[alarms.rule]]\nname = \"a\"\nmeasure = \"queue\"\nred = \"2m\"\n", `:4:1: alarm rule "a": red: "2m" is not a number of calls`, `red = "6"`},
		{"[[alarms.rule]]\nname = \"a\"\nmeasure = \"wait\"\nred = \"2m\"\nnotify = [\"chat\"]\n", `:5:1: alarm rule "a": notify: "chat" is no way that is set up`, "one of bell, terminal"},
		{"[alarms]\nnotify = [\"pager\"]\n", `alarms.notify: "pager" is neither`, "terminal"},
		{"[alarms]\nsnooze = [\"soon\"]\n", `:2:1: alarms.snooze: "soon" is no time`, "5m"},
		{"[alarms]\nquiet_hours = [\"night\"]\n", `:2:1: alarms.quiet_hours: "night" are no hours`, "22:00-06:00"},
		{"[alarms]\nquiet_days = [\"someday\"]\n", `:2:1: alarms.quiet_days: "someday" is no day`, "mon-fri"},
		{"[alarms]\nquiet_hours = [\"20-7\"]\nquiet_zone = \"Mars\"\n", `:3:1: alarms.quiet_zone: "Mars" is no time zone`, "America/New_York"},
		{"[alarms]\ncommand = [\"logger\", \"x\"]\n", `alarms.command: "logger" is not the whole path`, "whole path"},
		{"[alarms]\ncommand = [\"/bin/sh\", \"$txt$\"]\n", `alarms.command: $txt$ is no variable`, "$text$"},
		{"[[alarms.webhook]]\nname = \"x\"\nurl = \"http://alerts.example.com\"\n", `:3:1: alarm webhook "x": url: is not encrypted`, "https://"},
		{"[[alarms.webhook]]\nurl = \"https://x.example.com\"\nheaders = {Authorization = \"hunter2\"}\n", `alarm webhook "webhook": headers: Authorization is a secret`, "env:NAME"},
		{"[[alarms.webhook]]\nurl = \"https://x.example.com\"\n[[alarms.webhook]]\nurl = \"https://y.example.com\"\n", `another way of this name`, "name of its own"},
	} {
		cfg, err := config.Load(writeFile(t, "config.toml", tt.text), "", map[string]string{})
		if err != nil {
			t.Errorf("%v in\n%s", err, tt.text)
			continue
		}
		a := &app{env: map[string]string{}}
		_, err = a.setUpAlarms(cfg, time.Now(), func(string) {}, nil)
		h, _ := err.(hinted)
		if err == nil || !strings.Contains(err.Error(), tt.what) || !strings.Contains(h.hint, tt.hint) || h.code != exitUsage || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s\n says %v\n hint %q, want %q, %q", tt.text, err, h.hint, tt.what, tt.hint)
		}
	}
}

// The rules of the thresholds are watched unless they are not wanted, or a rule of one's own has their name.
func TestAlarmDefaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "longest wait, queue length, long talk, answered in time",
		"[alarms]\ndefaults = false\n":      "",
		"[thresholds]\ntalk_red = \"0s\"\n": "longest wait, queue length, answered in time",
		"[[alarms.rule]]\nname = \"Long Talk\"\nmeasure = \"talk\"\nred = \"10m\"\n":                     "longest wait, queue length, answered in time, Long Talk",
		"[alarms]\ndefaults = false\n[[alarms.rule]]\nname = \"x\"\nmeasure = \"idle\"\nred = \"10m\"\n": "x",
	} {
		cfg, err := config.Load(writeFile(t, "config.toml", text), "", map[string]string{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := (&app{env: map[string]string{}}).setUpAlarms(cfg, time.Now(), func(string) {}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.settings.Rules.Names(), ", "); got != want {
			t.Errorf("%q watches %q, want %q", text, got, want)
		}
		s.close()
	}
}
