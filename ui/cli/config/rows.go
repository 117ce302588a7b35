package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// misplaced is what put gives for something wrong within a value that has parts.
type misplaced struct {
	path []string // below the setting: "0", "on"
	what string   // completes the name of the part
	fix  string
}

func (e *misplaced) Error() string { return strings.Join(e.path, ".") + " " + e.what }

// blocked is a value that is printed as tables of its own, behind the keys of its section.
type blocked[T any] interface {
	// blocks writes the tables; name is the whole key, note stands behind each heading.
	blocks(b *strings.Builder, name string, c *T, note string)
	// sample gives an example: the heading of one of its tables and what stands below it.
	sample() (heading, body string)
}

// placed is a value that wants to know where its parts stand.
type placed[T any] interface {
	// place hands over how to tell the line that a part ("0") begins in.
	place(c *T, line func(part string) int)
}

func header(b *strings.Builder, heading, note string) {
	if note != "" {
		heading = fmt.Sprintf("%-40s # %s", heading, note)
	}
	b.WriteString("\n" + heading + "\n")
}

// key is one key of a table that repeats.
type key[R any] struct {
	name  string
	value value[R]
}

type rowsValue[T, R any] struct {
	field   func(*T) *[]R
	name    string // the whole key
	keys    []key[R]
	example string
}

// rows is a table that repeats, [[name]], each with the same keys.
func rows[T, R any](field func(*T) *[]R, name string, keys []key[R], example string) value[T] {
	return rowsValue[T, R]{field, name, keys, example}
}

func (r rowsValue[T, R]) want() string { return "tables [[" + r.name + "]]" }

func (r rowsValue[T, R]) put(c *T, v any) error {
	list, err := tables(v)
	if err != nil {
		return err
	}
	var out []R
	for i, table := range list {
		var row R
		for _, name := range sortedKeys(table) {
			if err := r.putKey(&row, name, table[name]); err != nil {
				err.path = slices.Concat([]string{strconv.Itoa(i)}, err.path)
				return err
			}
		}
		out = append(out, row)
	}
	*r.field(c) = out
	return nil
}

// tables reads a TOML list of tables.
func tables(v any) ([]map[string]any, error) {
	list, ok := v.([]any)
	switch {
	case !ok:
		return nil, errType
	case len(list) > maxList:
		return nil, errMany
	}
	var out []map[string]any
	for _, one := range list {
		t, ok := one.(map[string]any)
		if !ok {
			return nil, errType
		}
		out = append(out, t)
	}
	return out, nil
}

// putKey puts the value of one key into a row.
func (r rowsValue[T, R]) putKey(row *R, name string, v any) *misplaced {
	i := slices.IndexFunc(r.keys, func(k key[R]) bool { return k.name == name })
	if i < 0 {
		var names []string
		for _, k := range r.keys {
			names = append(names, k.name)
		}
		fix := "the keys of [[" + r.name + "]] are " + strings.Join(names, ", ")
		if near := nearest(name, names); near != "" {
			fix = fmt.Sprintf("did you mean %s?", near)
		}
		return &misplaced{path: []string{name}, what: "", fix: fix}
	}
	one := r.keys[i].value
	err := one.put(row, v)
	var deeper *misplaced
	switch {
	case err == nil:
		return nil
	case errors.As(err, &deeper):
		deeper.path = slices.Concat([]string{name}, deeper.path)
		return deeper
	case errors.Is(err, errType):
		return &misplaced{path: []string{name}, what: fmt.Sprintf("must be %s, not %s", one.want(), unlike(one.want(), v)), fix: "write " + name + " = " + sampleOf(one.want())}
	}
	must, near, _ := strings.Cut(err.Error(), "; did")
	fix := "write " + name + " = " + sampleOf(one.want())
	if near != "" {
		fix = "did" + near
	}
	return &misplaced{path: []string{name}, what: "must be " + must, fix: fix}
}

// unlike says what a value is instead of what it must be.
func unlike(want string, v any) string {
	if got := kind(v); !strings.HasPrefix(want, got) {
		return got
	}
	return "a list of something else"
}

// sampleOf gives a value of a kind.
func sampleOf(want string) string {
	switch want {
	case "a list of texts":
		return `["…"]`
	case "a list of lists of texts":
		return `[["/usr/bin/program", "argument"]]`
	}
	return `"…"`
}

func (r rowsValue[T, R]) toml(c *T) string {
	var out []string
	for _, row := range *r.field(c) {
		var cells []string
		for _, k := range r.filled(&row) {
			cells = append(cells, k.name+" = "+k.value.toml(&row))
		}
		out = append(out, "{"+strings.Join(cells, ", ")+"}")
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// filled gives the keys that say something in a row.
func (r rowsValue[T, R]) filled(row *R) []key[R] {
	var empty R
	return slices.DeleteFunc(slices.Clone(r.keys), func(k key[R]) bool { return k.value.toml(row) == k.value.toml(&empty) })
}

func (r rowsValue[T, R]) blocks(b *strings.Builder, name string, c *T, note string) {
	for _, row := range *r.field(c) {
		header(b, "[["+name+"]]", note)
		for _, k := range r.filled(&row) {
			b.WriteString(k.name + " = " + k.value.toml(&row) + "\n")
		}
	}
}

func (r rowsValue[T, R]) sample() (string, string) { return "[[" + r.name + "]]", r.example }
