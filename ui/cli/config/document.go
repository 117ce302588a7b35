package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a file as TOML has it, before the settings are looked at.
type document struct {
	file   string
	values map[string]any
	places map[string]place // by the parts of a key, joined by "\x00"
	order  []string         // keys of places as the file has them
	tables map[string]int   // how many tables of a name that repeats there are, by its path
	last   place            // of the key that was noted last
}

type place struct{ line, column int }

// parse reads TOML: its syntax, and that no key is there twice.
func parse(file string, data []byte) (*document, error) {
	d := &document{file: file, values: map[string]any{}, places: map[string]place{}, tables: map[string]int{}}
	if err := toml.Unmarshal(data, &d.values); err != nil {
		e := &Error{File: file, What: strings.TrimPrefix(err.Error(), "toml: "), Fix: "mend the line; texts need quotes, and each key is written once"}
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			e.Line, e.Column = at.Position()
		}
		return nil, e
	}
	d.locate(data)
	return d, nil
}

// locate finds where the keys are. The decoder gives positions for its own errors only.
func (d *document) locate(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	var table []string
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table:
			table = d.key(&p, nil, e)
		case unstable.ArrayTable:
			name := d.key(&p, nil, e)
			table = slices.Concat(name, []string{strconv.Itoa(d.count(name))})
			d.note(table, d.last)
		case unstable.KeyValue:
			d.key(&p, table, e)
		}
	}
}

// count tells which of the tables of a name that repeats begins here, from 0.
func (d *document) count(name []string) int {
	k := strings.Join(name, "\x00")
	d.tables[k]++
	return d.tables[k] - 1
}

// key notes the place of a key and of the tables it opens. What stands in a list has its number in
// its path: rule, 0, open. Below the name of a table that repeats, that is the last one.
func (d *document) key(p *unstable.Parser, table []string, e *unstable.Node) []string {
	path := slices.Clone(table)
	for it := e.Key(); it.Next(); {
		n := it.Node()
		if k := d.tables[strings.Join(path, "\x00")]; k > 0 && len(path) > len(table) {
			path = append(path, strconv.Itoa(k-1))
		}
		path = append(path, string(n.Data))
		at := p.Shape(n.Raw).Start
		d.last = place{at.Line, at.Column}
		d.note(path, d.last)
	}
	if e.Kind == unstable.KeyValue {
		d.within(p, path, e.Value())
	}
	return path
}

// within notes the places of the keys in a value: of tables on one line, also of a list of them.
func (d *document) within(p *unstable.Parser, path []string, v *unstable.Node) {
	n := 0
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			d.key(p, path, it.Node())
		}
	case unstable.Array:
		for it := v.Children(); it.Next(); n++ {
			d.within(p, append(slices.Clone(path), strconv.Itoa(n)), it.Node())
		}
	}
}

func (d *document) note(path []string, at place) {
	k := strings.Join(path, "\x00")
	if _, ok := d.places[k]; !ok {
		d.places[k] = at
		d.order = append(d.order, k)
	}
}

// wrong makes an error of the place of a key.
func (d *document) wrong(path []string, fix, what string, args ...any) *Error {
	at := nearestPlace(d.places, path)
	return &Error{File: d.file, Line: at.line, Column: at.column, What: fmt.Sprintf(what, args...), Fix: fix}
}

// nearestPlace gives the place of a key, or of what it is in where it has none of its own.
func nearestPlace(places map[string]place, path []string) place {
	for n := len(path); n > 0; n-- {
		if at, ok := places[strings.Join(path[:n], "\x00")]; ok {
			return at
		}
	}
	return place{}
}

// profiles gives the names of the profiles, sorted.
func (d *document) profiles() []string {
	var names []string
	if t, ok := d.values["profile"].(map[string]any); ok {
		for n := range t {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// assignment is one key of the file that is a setting.
type assignment struct {
	setting setting
	profile string // "" is outside the profiles
	value   any
	path    []string
}

// assignments gives the settings of the file in its order, checking every key of it, those of
// other profiles too.
func (d *document) assignments() ([]assignment, error) {
	var out []assignment
	for _, k := range d.order {
		path := strings.Split(k, "\x00")
		profile, rest := "", path
		if path[0] == "profile" {
			if len(path) < 2 {
				if err := d.table(path); err != nil {
					return nil, err
				}
				continue
			}
			profile, rest = path[1], path[2:]
		}
		if len(rest) < 2 {
			if err := d.section(path, rest); err != nil {
				return nil, err
			}
			continue
		}
		s, ok := find(rest[0] + "." + rest[1])
		if !ok {
			return nil, d.unknown(path, rest[0], rest[1])
		}
		v := d.at(path[:len(path)-len(rest)+2])
		if len(rest) > 2 {
			continue // below a setting: its own type says it all
		}
		out = append(out, assignment{setting: s, profile: profile, value: v, path: path})
	}
	return out, nil
}

// section checks the name of a table.
func (d *document) section(path, rest []string) error {
	if len(rest) == 0 {
		return d.table(path)
	}
	if slices.Contains(sectionNames(), rest[0]) {
		return d.table(path)
	}
	names := sectionNames()
	if len(path) == 1 {
		names = append(names, "profile")
	}
	near := nearest(rest[0], names)
	fix := "the tables are " + strings.Join(names, ", ")
	if near != "" {
		fix = fmt.Sprintf("did you mean %s?", near)
	} else if in := home(rest[0]); in != "" {
		fix = fmt.Sprintf("%s belongs in the table [%s]", rest[0], in)
	}
	return d.wrong(path, fix, "unknown key %s", quoted(strings.Join(path, ".")))
}

// table checks that a table is one.
func (d *document) table(path []string) error {
	if _, ok := d.at(path).(map[string]any); ok {
		return nil
	}
	name := strings.Join(path, ".")
	return d.wrong(path, "write ["+name+"] on a line of its own", "%s must be a table", name)
}

// unknown makes the error of a key that is no setting.
func (d *document) unknown(path []string, section, key string) error {
	name := strings.Join(path, ".")
	switch {
	case !slices.Contains(sectionNames(), section):
		return d.section(path[:len(path)-1], []string{section})
	case secretLike(key):
		return d.wrong(path, "put the secret in an environment variable and name that in client_secret_env or token_env of [goto]",
			"%s is not kept in the file", quoted(name))
	}
	fix := "the keys of [" + section + "] are " + strings.Join(keysOf(section), ", ")
	if near := nearest(key, keysOf(section)); near != "" {
		fix = fmt.Sprintf("did you mean %s?", near)
	} else if in := home(key); in != "" {
		fix = fmt.Sprintf("%s belongs in the table [%s]", key, in)
	}
	return d.wrong(path, fix, "unknown key %s", quoted(name))
}

// home gives the section that a key belongs in, "" when none knows it.
func home(key string) string {
	for _, s := range settings() {
		if s.key == key {
			return s.section
		}
	}
	return ""
}

// secretLike knows the names that people give to secrets.
func secretLike(key string) bool {
	switch strings.ToLower(key) {
	case "client_secret", "secret", "token", "access_token", "refresh_token", "personal_access_token", "pat", "password":
		return true
	}
	return false
}

// at gives the value under a key, nil when there is none.
func (d *document) at(path []string) any {
	var v any = d.values
	for _, p := range path {
		switch t := v.(type) {
		case map[string]any:
			v = t[p]
		case []any:
			n, err := strconv.Atoi(p)
			if err != nil || n < 0 || n >= len(t) {
				return nil
			}
			v = t[n]
		default:
			return nil
		}
	}
	return v
}
