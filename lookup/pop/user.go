package pop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// User is who pops are for.
type User struct {
	ID, Name   string
	Extension  string            // of the first line; used where the call does not tell which line it is on
	Lines      []string          // ids of my lines
	Parameters map[string]string // custom parameters: $key$
}

// Bounds on custom parameters.
const (
	maxParameters = 64   // of one user
	maxParameter  = 256  // bytes of a value: what a variable may hold
	maxUsers      = 1000 // that are kept
)

// parameterKey checks the key of a custom parameter.
func parameterKey(key string) *Error {
	switch {
	case !nameLike(key) || strings.Contains(key, "."):
		return wrong("use letters, digits, _ and -", "%s is no key for a parameter", quoted(key))
	case key == "crm":
		return wrong("choose another key", "crm stands for the contact")
	}
	if _, taken := builtin(key); taken {
		return wrong("choose another key", "$%s$ is a variable of every call", key)
	}
	return nil
}

// CheckParameters tells what is wrong with custom parameters; the error is an *Error.
func CheckParameters(m map[string]string) error {
	if len(m) > maxParameters {
		return wrong("at most 64", "there are too many parameters").in("", "parameters")
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if err := parameterKey(k); err != nil {
			return err.in("", "parameters")
		}
		if v := m[k]; len(v) > maxParameter || !utf8.ValidString(v) || invisible(v) || strings.TrimSpace(v) != v || strings.Contains(v, "  ") {
			return wrong("a text of one line, of at most 256 bytes, no blanks at its ends and no two in a row",
				"the value of %s cannot be used", k).in("", "parameters")
		}
	}
	return nil
}

// Change is what `ringside user set` is to do: parameters that get a value, and keys that go.
type Change struct {
	User   string // id, where the text names one
	Set    map[string]string
	Remove []string
}

// ParseChange reads the arguments of `ringside user set ID …`: key=value pairs, where key= takes
// the key out, or one JSON object: Ringotel's request {"method": "updateUser", "params": {"id":
// …, "custom": {…}}}, its params, or the custom parameters alone.
func ParseChange(args []string) (Change, error) {
	if len(args) == 1 && strings.HasPrefix(strings.TrimSpace(args[0]), "{") {
		return parseUpdateUser([]byte(args[0]))
	}
	c := Change{Set: map[string]string{}}
	for _, a := range args {
		key, value, ok := strings.Cut(a, "=")
		if !ok {
			return Change{}, wrong("write key=value", "%s sets nothing", quoted(a))
		}
		if slices.Contains(c.Remove, key) || c.Set[key] != "" {
			return Change{}, wrong("name each key once", "%s is there twice", quoted(key))
		}
		if value == "" {
			c.Remove = append(c.Remove, key)
			continue
		}
		c.Set[key] = value
	}
	return c, c.check()
}

func (c Change) check() error {
	if len(c.Set)+len(c.Remove) == 0 {
		return wrong("write key=value, or Ringotel's updateUser object", "nothing is to be set")
	}
	for _, k := range c.Remove {
		if !nameLike(k) {
			return wrong("use letters, digits, _ and -", "%s is no key for a parameter", quoted(k))
		}
	}
	return CheckParameters(c.Set)
}

// maxBody bounds the JSON that is read, in bytes.
const maxBody = 64 << 10

// parseUpdateUser reads Ringotel's updateUser request (seed 004). Values may be texts, numbers,
// true or false; null takes a key out.
func parseUpdateUser(body []byte) (Change, error) {
	if len(body) > maxBody {
		return Change{}, wrong("at most 64 kB", "the JSON is too long")
	}
	top, err := object(body)
	if err != nil {
		return Change{}, err
	}
	c := Change{Set: map[string]string{}}
	if raw, ok := top["method"]; ok {
		if method, _ := text(raw); method != "updateUser" {
			return Change{}, wrong(`only "method": "updateUser" is known`, "the method %s does not set parameters", quoted(string(raw)))
		}
	}
	if raw, ok := top["params"]; ok {
		if top, err = object(raw); err != nil {
			return Change{}, err
		}
	}
	custom := top
	if raw, ok := top["custom"]; ok && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		if c.User, err = optional(top, "id"); err != nil {
			return Change{}, err
		}
		if custom, err = object(raw); err != nil {
			return Change{}, err
		}
	}
	for _, k := range slices.Sorted(maps.Keys(custom)) {
		v, ok := text(custom[k])
		switch {
		case !ok:
			return Change{}, wrong("write it as a text", "the value of %s is neither text nor number", quoted(k))
		case v == "":
			c.Remove = append(c.Remove, k)
		default:
			c.Set[k] = v
		}
	}
	return c, c.check()
}

func optional(m map[string]json.RawMessage, key string) (string, error) {
	raw, ok := m[key]
	if !ok {
		return "", nil
	}
	v, ok := text(raw)
	if !ok {
		return "", wrong("write it as a text", "%s is no text", key)
	}
	return v, nil
}

// object reads one JSON object, and nothing behind it.
func object(raw []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	var m map[string]json.RawMessage
	if err := d.Decode(&m); err != nil || m == nil {
		return nil, &Error{What: "this is no JSON object", Fix: `write {"params": {"id": "…", "custom": {"key": "value"}}}`, Err: err}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, wrong("write one object", "something stands behind the JSON object")
	}
	return m, nil
}

// text reads a JSON text, number, true or false, as a text; null is "".
func text(raw json.RawMessage) (string, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", false
	}
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// Keep keeps small facts under a name. Every archive.Archive is one; what was never marked is "".
type Keep interface {
	Mark(ctx context.Context, name, value string) error
	Marked(ctx context.Context, name string) (string, error)
}

// parametersMark is the name that the custom parameters of all users are kept under.
const parametersMark = "pop.parameters"

// Parameters are the custom parameters of all users as `ringside user set` keeps them: by user
// id, then by key.
type Parameters map[string]map[string]string

// LoadParameters reads what is kept; an empty map when nothing is.
func LoadParameters(ctx context.Context, k Keep) (Parameters, error) {
	raw, err := k.Marked(ctx, parametersMark)
	if err != nil {
		return nil, fmt.Errorf("reading the parameters of users: %w", err)
	}
	p := Parameters{}
	if raw == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return nil, fmt.Errorf("reading the parameters of users: %w", err)
	}
	for user, m := range p {
		if err := CheckParameters(m); err != nil {
			return nil, fmt.Errorf("reading the parameters of %s: %w", quoted(user), err)
		}
	}
	return p, nil
}

// Save writes the parameters of all users.
func (p Parameters) Save(ctx context.Context, k Keep) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("writing the parameters of users: %w", err)
	}
	if err := k.Mark(ctx, parametersMark, string(raw)); err != nil {
		return fmt.Errorf("writing the parameters of users: %w", err)
	}
	return nil
}

// Apply changes the parameters of a user. With an error nothing is changed.
func (p Parameters) Apply(user string, c Change) error {
	if user == "" || len(user) > maxParameter || !utf8.ValidString(user) || invisible(user) {
		return wrong("`ringside whoami` tells your own", "%s is no id of a user", quoted(user))
	}
	if _, known := p[user]; !known && len(p) >= maxUsers {
		return wrong("take the parameters of some out", "parameters of too many users are kept")
	}
	m := maps.Clone(p[user])
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, c.Set)
	for _, k := range c.Remove {
		delete(m, k)
	}
	if err := CheckParameters(m); err != nil {
		return err
	}
	p[user] = m
	if len(m) == 0 {
		delete(p, user)
	}
	return nil
}

// Keys gives the keys that any user has, sorted: what Options.Parameters wants.
func (p Parameters) Keys() []string {
	all := map[string]bool{}
	for _, m := range p {
		for k := range m {
			all[k] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
