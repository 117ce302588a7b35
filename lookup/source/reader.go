package source

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"ringside/lookup/source/secret"
	"ringside/lookup/source/web"
)

// reader reads the settings of one source. They are checked first, so reading them does not fail.
type reader struct {
	settings map[string]any
	env      Env
	failed   *Error
}

// check looks at every setting: its name, its type, and whether those that are needed are there.
func (r *reader) check(all []Setting) *Error {
	for _, name := range slices.Sorted(maps.Keys(r.settings)) {
		i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == name })
		if i < 0 {
			return &Error{Setting: name, Err: errors.New("there is no such setting"), Fix: near(name, names(all))}
		}
		if err := fits(all[i].Type, r.settings[name]); err != nil {
			return &Error{Setting: name, Err: err, Fix: all[i].Doc}
		}
	}
	for _, s := range all {
		if _, ok := r.settings[s.Name]; s.Need && !ok {
			return &Error{Setting: s.Name, Err: errors.New("it is needed"), Fix: s.Doc}
		}
	}
	return nil
}

// fits tells what is wrong with a value of a type. It never repeats the value: it may be a secret.
func fits(t Type, v any) error {
	ok := true
	switch t {
	case Text, Path:
		s, is := v.(string)
		ok = is && s != ""
	case Bool:
		_, ok = v.(bool)
	case Amount:
		n, is := amount(v)
		ok = is && n >= 0
	case Duration:
		s, _ := v.(string)
		d, err := time.ParseDuration(s)
		ok = err == nil && d > 0
	case List:
		_, ok = texts(v)
	case Table, Paths:
		m, is := v.(map[string]any)
		ok = is
		for _, one := range m {
			_, text := one.(string)
			_, list := texts(one)
			ok = ok && (text || t == Paths && list)
		}
	case Secret:
		_, err := secret.ParseSpec(v)
		return err
	case Secrets:
		m, is := v.(map[string]any)
		ok = is
		for _, one := range m {
			if _, err := secret.ParseSpec(one); err != nil {
				return err
			}
		}
	}
	if !ok {
		return fmt.Errorf("it must be a %s", t)
	}
	return nil
}

func amount(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func texts(v any) ([]string, bool) {
	switch v := v.(type) {
	case []string:
		return v, true
	case []any:
		var out []string
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return nil, false
			}
			out = append(out, s)
		}
		return out, true
	}
	return nil, false
}

// fail notes that a setting cannot be used, and gives the error.
func (r *reader) fail(name string, err error) error {
	r.failed = &Error{Setting: name, Err: err}
	return r.failed
}

func (r *reader) text(name string) string {
	s, _ := r.settings[name].(string)
	return s
}

// path gives a path; a relative one starts in the folder of the config file.
func (r *reader) path(name string) string {
	s := r.text(name)
	if s == "" || filepath.IsAbs(s) {
		return s
	}
	return filepath.Join(r.env.Dir, s)
}

func (r *reader) bool(name string) bool {
	b, _ := r.settings[name].(bool)
	return b
}

func (r *reader) amount(name string) float64 {
	n, _ := amount(r.settings[name])
	return n
}

func (r *reader) duration(name string) time.Duration {
	d, _ := time.ParseDuration(r.text(name))
	return d
}

func (r *reader) list(name string) []string {
	out, _ := texts(r.settings[name])
	return out
}

func (r *reader) table(name string) map[string]string {
	m, _ := r.settings[name].(map[string]any)
	out := map[string]string{}
	for k, v := range m {
		out[k], _ = v.(string)
	}
	return out
}

// paths gives a table whose values are one text or several.
func (r *reader) paths(name string) map[string][]string {
	m, _ := r.settings[name].(map[string]any)
	out := map[string][]string{}
	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = []string{s}
		} else {
			out[k], _ = texts(v)
		}
	}
	return out
}

// secret gives a secret, nil where none is named.
func (r *reader) secret(name string) web.Getter {
	v, ok := r.settings[name]
	if !ok {
		return nil
	}
	spec, err := secret.ParseSpec(v)
	if err != nil {
		return nil
	}
	return r.env.Vault.Secret(spec)
}

func (r *reader) secrets(name string) map[string]web.Getter {
	m, _ := r.settings[name].(map[string]any)
	out := map[string]web.Getter{}
	for k, v := range m {
		if spec, err := secret.ParseSpec(v); err == nil {
			out[k] = r.env.Vault.Secret(spec)
		}
	}
	return out
}
