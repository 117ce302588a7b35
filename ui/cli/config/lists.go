package config

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what repeats.
const (
	maxList = 256 // members of a list, rows of a table, keys of a table of free keys
)

// errMany is what put gives for what is too long.
var errMany = errors.New("shorter: at most " + strconv.Itoa(maxList) + " are taken")

// textsOf reads a TOML list of texts of one line.
func textsOf(v any) ([]string, error) {
	list, ok := v.([]any)
	switch {
	case !ok:
		return nil, errType
	case len(list) > maxList:
		return nil, errMany
	}
	var out []string
	for _, one := range list {
		s, err := oneText(one)
		switch {
		case errors.Is(err, errType):
			return nil, err
		case err != nil:
			return nil, errors.New("a list of texts of one line each")
		}
		out = append(out, s)
	}
	return out, nil
}

// tomlList writes texts as a TOML list.
func tomlList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

type textsValue[T any] struct{ field func(*T) *[]string }

// texts is a list of texts.
func texts[T any](field func(*T) *[]string) value[T] { return textsValue[T]{field} }

func (textsValue[T]) want() string { return "a list of texts" }

func (t textsValue[T]) put(c *T, v any) error {
	list, err := textsOf(v)
	if err == nil {
		*t.field(c) = list
	}
	return err
}

// parse reads texts with commas between them.
func (textsValue[T]) parse(s string) (any, error) {
	out := []any{}
	for one := range strings.SplitSeq(s, ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out, nil
}

func (t textsValue[T]) toml(c *T) string { return tomlList(*t.field(c)) }

type listsValue[T any] struct{ field func(*T) *[][]string }

// lists is a list of lists of texts: programs with their arguments.
func lists[T any](field func(*T) *[][]string) value[T] { return listsValue[T]{field} }

func (listsValue[T]) want() string { return "a list of lists of texts" }

func (l listsValue[T]) put(c *T, v any) error {
	list, ok := v.([]any)
	switch {
	case !ok:
		return errType
	case len(list) > maxList:
		return errMany
	}
	var out [][]string
	for _, one := range list {
		texts, err := textsOf(one)
		if err != nil {
			return err
		}
		out = append(out, texts)
	}
	*l.field(c) = out
	return nil
}

func (l listsValue[T]) toml(c *T) string {
	var out []string
	for _, texts := range *l.field(c) {
		out = append(out, tomlList(texts))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// wordsOf reads a TOML table of texts under free keys.
func wordsOf(v any) (map[string]string, error) {
	table, ok := v.(map[string]any)
	switch {
	case !ok:
		return nil, errType
	case len(table) > maxList:
		return nil, errMany
	}
	var out map[string]string // none is nil
	for _, k := range slices.Sorted(maps.Keys(table)) {
		s, err := oneText(table[k])
		switch {
		case !plain(k):
			return nil, errors.New("a table of keys of one line")
		case errors.Is(err, errType):
			return nil, &misplaced{path: []string{k}, what: "must be a text in quotes, not " + kind(table[k]), fix: "write for example: " + quoteKey(k) + ` = "support"`}
		case err != nil:
			return nil, &misplaced{path: []string{k}, what: "must be a text of one line", fix: "write for example: " + quoteKey(k) + ` = "support"`}
		}
		if out == nil {
			out = map[string]string{}
		}
		out[k] = s
	}
	return out, nil
}

type wordsValue[T any] struct {
	field         func(*T) *map[string]string
	heading, body string
}

// words is a table of texts under free keys; heading and body are an example of one.
func words[T any](field func(*T) *map[string]string, heading, body string) value[T] {
	return wordsValue[T]{field, heading, body}
}

func (w wordsValue[T]) sample() (string, string) { return w.heading, w.body }

func (wordsValue[T]) want() string { return "a table of texts" }

func (w wordsValue[T]) put(c *T, v any) error {
	m, err := wordsOf(v)
	if err == nil {
		*w.field(c) = m
	}
	return err
}

func (w wordsValue[T]) toml(c *T) string { return inline(*w.field(c)) }

// inline writes texts as a TOML table on one line, secrets hidden.
func inline(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, quoteKey(k)+" = "+hidden(k, m[k], quote(m[k])))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (w wordsValue[T]) blocks(b *strings.Builder, name string, c *T, note string) {
	m := *w.field(c)
	if len(m) == 0 {
		return
	}
	header(b, "["+name+"]", note)
	pairs(b, m)
}

func pairs(b *strings.Builder, m map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b.WriteString(quoteKey(k) + " = " + hidden(k, m[k], quote(m[k])) + "\n")
	}
}

type wordsByNameValue[T any] struct {
	field         func(*T) *map[string]map[string]string
	heading, body string
}

// wordsByName is a table of tables of texts, all under free keys; heading and body are an example.
func wordsByName[T any](field func(*T) *map[string]map[string]string, heading, body string) value[T] {
	return wordsByNameValue[T]{field, heading, body}
}

func (w wordsByNameValue[T]) sample() (string, string) { return w.heading, w.body }

func (wordsByNameValue[T]) want() string { return "tables of texts" }

func (w wordsByNameValue[T]) put(c *T, v any) error {
	table, ok := v.(map[string]any)
	switch {
	case !ok:
		return errType
	case len(table) > maxList:
		return errMany
	}
	var out map[string]map[string]string // none is nil
	for _, name := range slices.Sorted(maps.Keys(table)) {
		m, err := wordsOf(table[name])
		var deeper *misplaced
		switch {
		case !plain(name):
			return errors.New("tables with names of one line")
		case errors.As(err, &deeper):
			deeper.path = slices.Concat([]string{name}, deeper.path)
			return deeper
		case errors.Is(err, errType):
			return &misplaced{path: []string{name}, what: "must be a table of texts, not " + kind(table[name]), fix: "write " + quoteKey(name) + ` = {team = "support"}`}
		case err != nil:
			return err
		}
		if out == nil {
			out = map[string]map[string]string{}
		}
		out[name] = m
	}
	*w.field(c) = out
	return nil
}

func (w wordsByNameValue[T]) toml(c *T) string {
	m := *w.field(c)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, quoteKey(k)+" = "+inline(m[k]))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (w wordsByNameValue[T]) blocks(b *strings.Builder, name string, c *T, note string) {
	m := *w.field(c)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		header(b, "["+name+"."+quoteKey(k)+"]", note)
		pairs(b, m[k])
	}
}
