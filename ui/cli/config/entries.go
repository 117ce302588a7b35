package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Entry is a table whose keys are judged by whoever knows its kind: [[contacts.source]].
type Entry struct {
	Line int            // where in the file it begins, from 1
	Keys map[string]any // texts, int64, float64, bool, lists and tables of these; kind is a text
}

// Text gives a text of the entry, "" when it has none of that name.
func (e Entry) Text(key string) string {
	s, _ := e.Keys[key].(string)
	return s
}

// Format writes kind and name alone: a secret may stand among the keys by mistake.
func (e Entry) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%s %q", e.Text("kind"), e.Text("name")) }

func contactSources() value[Config] {
	return entries(func(c *Config) *[]Entry { return &c.Contacts.Sources }, "contacts.source", `kind = "csv"
name = "customers"
path = "customers.csv"
`)
}

type entriesValue[T any] struct {
	field   func(*T) *[]Entry
	name    string // the whole key
	example string
}

// entries is a table that repeats, [[name]], with a kind, perhaps a name, and keys by its kind.
func entries[T any](field func(*T) *[]Entry, name, example string) value[T] {
	return entriesValue[T]{field, name, example}
}

func (e entriesValue[T]) want() string { return "tables [[" + e.name + "]]" }

func (e entriesValue[T]) put(c *T, v any) error {
	list, err := tables(v)
	if err != nil {
		return err
	}
	var out []Entry
	for i, table := range list {
		at := strconv.Itoa(i)
		for _, k := range []string{"kind", "name"} {
			s, err := oneText(table[k])
			switch {
			case table[k] == nil && k == "name":
			case table[k] == nil:
				return &misplaced{[]string{at}, "has no kind", `write for example: kind = "csv"`}
			case err != nil || s == "":
				return &misplaced{[]string{at, k}, "must be a text in quotes", "write " + k + ` = "…"`}
			}
		}
		if part := unfit(table); part != nil {
			return &misplaced{slices.Concat([]string{at}, part), "must be without control characters, and not too long", "write it on one line"}
		}
		out = append(out, Entry{Keys: table})
	}
	*e.field(c) = out
	return nil
}

// maxDepth bounds how deep the tables of an entry go.
const maxDepth = 8

// unfit gives where in a table something is that cannot be printed back, nil when nothing is.
func unfit(v any) []string { return unfitBelow(v, 0) }

func unfitBelow(v any, depth int) []string {
	switch v := v.(type) {
	case string:
		// Queries and templates may have lines.
		if len(v) > maxText || !plain(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(v)) {
			return []string{}
		}
	case []any:
		if len(v) > maxList || depth > maxDepth {
			return []string{}
		}
		for i, one := range v {
			if p := unfitBelow(one, depth+1); p != nil {
				return slices.Concat([]string{strconv.Itoa(i)}, p)
			}
		}
	case map[string]any:
		if len(v) > maxList || depth > maxDepth {
			return []string{}
		}
		for _, k := range sortedKeys(v) {
			if p := unfitBelow(v[k], depth+1); p != nil || !plain(k) {
				return slices.Concat([]string{k}, p)
			}
		}
	}
	return nil
}

func (e entriesValue[T]) place(c *T, line func(part string) int) {
	list := *e.field(c)
	for i := range list {
		list[i].Line = line(strconv.Itoa(i))
	}
}

func (e entriesValue[T]) toml(c *T) string {
	var out []string
	for _, one := range *e.field(c) {
		out = append(out, tomlOf(one.Keys))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (e entriesValue[T]) blocks(b *strings.Builder, name string, c *T, note string) {
	for _, one := range *e.field(c) {
		header(b, "[["+name+"]]", note)
		for _, k := range kindFirst(one.Keys) {
			b.WriteString(quoteKey(k) + " = " + hidden(k, one.Keys[k], tomlOf(one.Keys[k])) + "\n")
		}
	}
}

// kindFirst gives the keys of an entry: kind, name, then the others by the alphabet.
func kindFirst(m map[string]any) []string {
	rank := func(k string) int { return slices.Index([]string{"name", "kind"}, k) }
	keys := sortedKeys(m)
	slices.SortStableFunc(keys, func(a, b string) int { return rank(b) - rank(a) })
	return keys
}

func (e entriesValue[T]) sample() (string, string) { return "[[" + e.name + "]]", e.example }

// tomlOf writes what a TOML file may hold as a value on one line, secrets hidden.
func tomlOf(v any) string {
	switch v := v.(type) {
	case string:
		return quote(v)
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, tomlOf(one))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case map[string]any:
		var out []string
		for _, k := range sortedKeys(v) {
			out = append(out, quoteKey(k)+" = "+hidden(k, v[k], tomlOf(v[k])))
		}
		return "{" + strings.Join(out, ", ") + "}"
	case float64:
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.ContainsAny(s, ".nN") { // nan, inf
			s += ".0"
		}
		return strings.ReplaceAll(strings.ToLower(s), "+inf", "inf")
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return fmt.Sprint(v)
	}
	return fmt.Sprint(v) // int64, bool
}

// quoteKey writes a key, in quotes where it needs them.
func quoteKey(k string) string {
	bare := func(r rune) bool {
		return r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if k != "" && !strings.ContainsFunc(k, func(r rune) bool { return !bare(r) }) {
		return k
	}
	return quote(k)
}

// hiddenText stands for what is not printed.
const hiddenText = `"(hidden)"`

// hidden gives what is printed of a value under a key: not the secret that either of them names.
// Where a secret is kept ("env:NAME", "keyring:NAME", a key that ends in _env) is none itself, and
// of a table each key speaks for itself.
func hidden(key string, v any, shown string) string {
	s, text := v.(string)
	_, table := v.(map[string]any)
	switch {
	case strings.HasPrefix(s, "env:"), strings.HasPrefix(s, "keyring:"), table:
		return shown
	case text && withPassword(s):
		return hiddenText
	case strings.HasSuffix(strings.ToLower(key), "_env"), !namesSecret(strings.ToLower(key)):
		return shown
	}
	return hiddenText
}

// withPassword tells whether a text is an address with a password in it.
func withPassword(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	who, _, at := strings.Cut(rest, "@")
	return ok && at && strings.Contains(who, ":") && !strings.ContainsAny(who, "/?# ")
}

// namesSecret tells whether a key, in small letters, says that its value is a secret.
func namesSecret(key string) bool {
	for _, w := range strings.FieldsFunc(key, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' }) {
		switch w {
		case "secret", "token", "password", "passwd", "pass", "pwd", "apikey", "credential", "credentials", "authorization", "cookie", "pat", "dsn":
			return true
		}
	}
	return strings.Contains(strings.NewReplacer("_", "", "-", "").Replace(key), "apikey")
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
