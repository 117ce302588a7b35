package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// errType is what put gives for a value of another type.
var errType = errors.New("of another type")

// check tells what a text must be when it is not; the error completes "theme must be …".
type check func(string) error

// maxText bounds a text in the settings, in bytes.
const maxText = 4096

type textValue[T any] struct {
	field  func(*T) *string
	checks []check
}

func text[T any](field func(*T) *string, checks ...check) value[T] {
	return textValue[T]{field, checks}
}

func (textValue[T]) want() string { return "a text in quotes" }

func (t textValue[T]) put(c *T, v any) error {
	s, err := oneText(v)
	if err != nil {
		return err
	}
	for _, ok := range t.checks {
		if err := ok(s); err != nil {
			return err
		}
	}
	*t.field(c) = s
	return nil
}

// oneText reads a TOML value as a text of one line.
func oneText(v any) (string, error) {
	s, ok := v.(string)
	switch {
	case !ok:
		return "", errType
	case !plain(s):
		return "", errors.New("a text of one line")
	}
	return s, nil
}

// plain tells whether a text has one line and is not too long.
func plain(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func (textValue[T]) parse(s string) (any, error) { return s, nil }

func (t textValue[T]) toml(c *T) string { return quote(*t.field(c)) }

// quote writes a text as a TOML basic string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\\' || r == '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

type wholeValue[T any] struct {
	field    func(*T) *int
	min, max int
}

func whole[T any](field func(*T) *int, min, max int) value[T] {
	return wholeValue[T]{field, min, max}
}

func (wholeValue[T]) want() string { return "a whole number" }

func (w wholeValue[T]) put(c *T, v any) error {
	n, ok := v.(int64)
	if !ok {
		return errType
	}
	if n < int64(w.min) || n > int64(w.max) {
		return fmt.Errorf("from %d to %d", w.min, w.max)
	}
	*w.field(c) = int(n)
	return nil
}

func (wholeValue[T]) parse(s string) (any, error) { return strconv.ParseInt(s, 10, 64) }

func (w wholeValue[T]) toml(c *T) string { return strconv.Itoa(*w.field(c)) }

type yesnoValue[T any] struct{ field func(*T) *bool }

func yesno[T any](field func(*T) *bool) value[T] { return yesnoValue[T]{field} }

func (yesnoValue[T]) want() string { return "true or false" }

func (y yesnoValue[T]) put(c *T, v any) error {
	b, ok := v.(bool)
	if !ok {
		return errType
	}
	*y.field(c) = b
	return nil
}

func (yesnoValue[T]) parse(s string) (any, error) { return strconv.ParseBool(s) }

func (y yesnoValue[T]) toml(c *T) string { return strconv.FormatBool(*y.field(c)) }

type spanValue[T any] struct{ field func(*T) *time.Duration }

// span is a length of time, written as Go writes it: "84s", "1m30s".
func span[T any](field func(*T) *time.Duration) value[T] { return spanValue[T]{field} }

func (spanValue[T]) want() string { return `a time in quotes such as "84s" or "1m30s"` }

func (s spanValue[T]) put(c *T, v any) error {
	t, ok := v.(string)
	if !ok {
		return errType
	}
	d, err := time.ParseDuration(t)
	if err != nil {
		return errors.New(`a time such as "84s" or "1m30s"`)
	}
	if d < 0 || d > 24*time.Hour {
		return errors.New(`from "0s" to "24h"`)
	}
	*s.field(c) = d
	return nil
}

func (spanValue[T]) parse(s string) (any, error) { return s, nil }

func (s spanValue[T]) toml(c *T) string { return quote(s.field(c).String()) }

func oneOf(words ...string) check {
	return func(s string) error {
		if slices.Contains(words, s) {
			return nil
		}
		list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
		if near := nearest(s, words); near != "" {
			return fmt.Errorf("%s; did you mean %q?", list, near)
		}
		return errors.New(list)
	}
}

func filled(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("filled in")
	}
	return nil
}

// column knows the columns of the list of calls (ui/calls).
func column(s string) error {
	if s == "" {
		return nil
	}
	return oneOf("no", "state", "direction", "from", "to", "with", "clock", "total")(strings.TrimPrefix(s, "-"))
}

// region wants a country of two capital letters.
func region(s string) error {
	if len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' {
		return nil
	}
	return errors.New(`a country of two capital letters such as "US" or "GB"`)
}

// zone wants the name of a time zone, or nothing.
func zone(s string) error {
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return errors.New(`a time zone such as "America/New_York", "Europe/London" or "UTC", or ""`)
	}
	return nil
}

// variable wants the name of an environment variable. A text that can be none is most probably the
// secret itself, so it is not repeated.
func variable(s string) error {
	bad := func(r rune) bool {
		return r != '_' && !(r >= 'A' && r <= 'Z') && !(r >= 'a' && r <= 'z') && !(r >= '0' && r <= '9')
	}
	if s == "" || len(s) > 64 || strings.ContainsFunc(s, bad) || s[0] >= '0' && s[0] <= '9' {
		return errSecret
	}
	return nil
}

// errSecret is what variable gives; the value is not shown with it.
var errSecret = errors.New("the name of an environment variable, not the secret itself")

// baseURL wants https, or http to this machine, where a simulated GoTo may run. Tokens go there.
func baseURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New(`an address such as "https://api.goto.com"`)
	}
	if u.Scheme == "https" || u.Scheme == "http" && here(u) {
		return nil
	}
	return errors.New("an https address; http is for this machine alone")
}
