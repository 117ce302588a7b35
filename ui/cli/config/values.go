package config

import (
	"errors"
	"fmt"
	"net"
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

type textValue struct {
	field  func(*Config) *string
	checks []check
}

func text(field func(*Config) *string, checks ...check) value { return textValue{field, checks} }

func (textValue) want() string { return "a text in quotes" }

func (t textValue) put(c *Config, v any) error {
	s, ok := v.(string)
	if !ok {
		return errType
	}
	if len(s) > maxText || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return errors.New("a text of one line")
	}
	for _, ok := range t.checks {
		if err := ok(s); err != nil {
			return err
		}
	}
	*t.field(c) = s
	return nil
}

func (textValue) parse(s string) (any, error) { return s, nil }

func (t textValue) toml(c *Config) string { return quote(*t.field(c)) }

// quote writes a text as a TOML basic string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

type wholeValue struct {
	field    func(*Config) *int
	min, max int
}

func whole(field func(*Config) *int, min, max int) value { return wholeValue{field, min, max} }

func (wholeValue) want() string { return "a whole number" }

func (w wholeValue) put(c *Config, v any) error {
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

func (wholeValue) parse(s string) (any, error) { return strconv.ParseInt(s, 10, 64) }

func (w wholeValue) toml(c *Config) string { return strconv.Itoa(*w.field(c)) }

type yesnoValue struct{ field func(*Config) *bool }

func yesno(field func(*Config) *bool) value { return yesnoValue{field} }

func (yesnoValue) want() string { return "true or false" }

func (y yesnoValue) put(c *Config, v any) error {
	b, ok := v.(bool)
	if !ok {
		return errType
	}
	*y.field(c) = b
	return nil
}

func (yesnoValue) parse(s string) (any, error) { return strconv.ParseBool(s) }

func (y yesnoValue) toml(c *Config) string { return strconv.FormatBool(*y.field(c)) }

type spanValue struct{ field func(*Config) *time.Duration }

// span is a length of time, written as Go writes it: "84s", "1m30s".
func span(field func(*Config) *time.Duration) value { return spanValue{field} }

func (spanValue) want() string { return `a time in quotes such as "84s" or "1m30s"` }

func (s spanValue) put(c *Config, v any) error {
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

func (spanValue) parse(s string) (any, error) { return s, nil }

func (s spanValue) toml(c *Config) string { return quote(s.field(c).String()) }

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
	host := u.Hostname()
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme == "https" || u.Scheme == "http" && local {
		return nil
	}
	return errors.New("an https address; http is for this machine alone")
}
