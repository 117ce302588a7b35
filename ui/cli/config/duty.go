package config

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Duty says what somebody at the desk may do and see; package duty knows what the words mean.
type Duty struct {
	Role     string   // "viewer", "agent" or "supervisor"
	ReadOnly bool     // nothing is dialled, answered, opened or noted
	Queues   []string // only what came through these; empty: all
}

// Privacy says what is hidden from those who look over a shoulder, and from files.
type Privacy struct {
	Mask      bool // telephone numbers are masked everywhere
	Presenter bool // so are callers' names; the card and notes are hidden
}

// Tab is a filter kept under a name: [[desk.tab]].
type Tab struct{ Name, List, Filter string }

func savedTabs() value[Config] {
	return rows(func(c *Config) *[]Tab { return &c.Desk.Tabs }, "desk.tab", []key[Tab]{
		{"name", text(func(r *Tab) *string { return &r.Name }, filled)},
		{"list", text(func(r *Tab) *string { return &r.List }, oneOf("live", "reports", "owed"))},
		{"filter", text(func(r *Tab) *string { return &r.Filter }, filled)},
	}, `name = "Waiting"
list = "live"
filter = "support wait>45s"
`)
}

func dutySettings() []setting {
	return []setting{
		{section: "desk", key: "role", doc: "viewer (looks only), agent (acts on their own calls) or supervisor", value: text(func(c *Config) *string { return &c.Duty.Role }, oneOf("viewer", "agent", "supervisor"))},
		{section: "desk", key: "read_only", doc: "nothing is dialled, answered, opened or noted", value: yesno(func(c *Config) *bool { return &c.Duty.ReadOnly })},
		{section: "desk", key: "queues", doc: "show only what came through these queues, and your own calls; empty: all", value: texts(func(c *Config) *[]string { return &c.Duty.Queues })},
		{section: "desk", key: "keys", doc: "keys of your own, by action: `ringside keys` lists them", value: keyLists(func(c *Config) *map[string][]string { return &c.Desk.Keys })},
		{section: "desk", key: "tab", doc: "filters under a name, in the line of tabs", value: savedTabs()},
		{section: "privacy", key: "mask", doc: "telephone numbers are masked everywhere: screen, clipboard, files, log", value: yesno(func(c *Config) *bool { return &c.Privacy.Mask })},
		{section: "privacy", key: "presenter", doc: "so are callers' names; the card and notes are hidden", value: yesno(func(c *Config) *bool { return &c.Privacy.Presenter })},
	}
}

// keysValue is a table of lists of keys under the names of actions.
type keysValue[T any] struct{ field func(*T) *map[string][]string }

func keyLists[T any](field func(*T) *map[string][]string) value[T] { return keysValue[T]{field} }

func (keysValue[T]) sample() (string, string) {
	return "[desk.keys]", "filter = [\"/\", \"f\"]\nsave-csv = []\n"
}

func (keysValue[T]) want() string { return "a table of lists of keys" }

func (k keysValue[T]) put(c *T, v any) error {
	table, ok := v.(map[string]any)
	switch {
	case !ok:
		return errType
	case len(table) > maxList:
		return errMany
	}
	var out map[string][]string
	for _, name := range sortedKeys(table) {
		keys, err := textsOf(table[name])
		switch {
		case !plain(name):
			return errors.New("a table of keys of one line")
		case err != nil:
			return &misplaced{path: []string{name}, what: "must be a list of keys", fix: "write for example: " + quoteKey(name) + ` = ["x", "ctrl+x", "y x"]`}
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[name] = keys
	}
	*k.field(c) = out
	return nil
}

func (k keysValue[T]) toml(c *T) string {
	var out []string
	m := *k.field(c)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, quoteKey(name)+" = "+tomlList(m[name]))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (k keysValue[T]) blocks(b *strings.Builder, name string, c *T, note string) {
	m := *k.field(c)
	if len(m) == 0 {
		return
	}
	header(b, "["+name+"]", note)
	for _, one := range slices.Sorted(maps.Keys(m)) {
		b.WriteString(quoteKey(one) + " = " + tomlList(m[one]) + "\n")
	}
}
