// Package command is a source of contacts that a program on this machine looks up: it is given the
// number as an argument and writes JSON (package jsonmap says which).
//
// There is no shell. The program is named by its absolute path, its arguments are a list, and the
// number in them is digits, perhaps behind "+": it cannot become an option. The program gets a small
// environment of its own, a deadline, and a limit on what it may write.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/program"
	"ringside/lookup/source/web"
)

// maxOutput bounds what a program may write, in bytes.
const maxOutput = 1 << 20

// Options say what to run. Path is needed.
type Options struct {
	Name    string
	Path    string                // absolute
	Args    []string              // templates: "--number={e164}"; none is the number alone
	Env     map[string]string     // beside PATH, HOME and the language
	Secrets map[string]web.Getter // put into the environment under their names
	Rules   jsonmap.Rules
	Region  string                      // ISO 3166, of numbers without a country code
	Getenv  func(string) (string, bool) // nil is os.LookupEnv
}

// Source is a program as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o     Options
	args  []form.Template
	rules *jsonmap.Map
}

// New gives a source; nothing is run yet.
func New(o Options) (*Source, error) {
	if !filepath.IsAbs(o.Path) {
		return nil, fmt.Errorf("%q is no absolute path: a program is named by its whole path, without a shell", o.Path)
	}
	info, err := os.Stat(o.Path)
	if err != nil || info.IsDir() {
		return nil, fmt.Errorf("%s is no program", o.Path)
	}
	if len(o.Args) == 0 {
		o.Args = []string{"{number}"}
	}
	s := &Source{o: o}
	places := 0
	for _, a := range o.Args {
		t, err := form.Parse(a)
		if err != nil {
			return nil, err
		}
		places += t.Places()
		s.args = append(s.args, t)
	}
	if places == 0 {
		return nil, errors.New("the arguments ask for no number: put {number} or another form in them")
	}
	if s.rules, err = jsonmap.New(o.Rules); err != nil {
		return nil, err
	}
	if s.o.Getenv == nil {
		s.o.Getenv = os.LookupEnv
	}
	return s, nil
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Lookup implements lookup.Source. A program that writes nothing and ends well knows nobody.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	return form.Ask(form.Of(n, s.o.Region), func(f form.Form) ([]lookup.Contact, error) { return s.run(ctx, f, n) })
}

func (s *Source) run(ctx context.Context, f form.Form, n number.Number) ([]lookup.Contact, error) {
	args := make([]string, len(s.args))
	for i, t := range s.args {
		a, err := t.Fill(f, func(v string) string { return v })
		if err != nil {
			return nil, err
		}
		args[i] = a
	}
	env, err := s.environment(ctx)
	if err != nil {
		return nil, err
	}
	out, err := program.Output(ctx, program.Call{Path: s.o.Path, Args: args, Env: env, Dir: filepath.Dir(s.o.Path), MaxBytes: maxOutput})
	if err != nil {
		return nil, fmt.Errorf("looking up by %s: %w", s.o.Name, err)
	}
	if len(bytes.TrimSpace(out)) == 0 {
		return nil, nil
	}
	cs, err := s.rules.Contacts(out, n, s.o.Region)
	if err != nil {
		return nil, fmt.Errorf("looking up by %s: %w", s.o.Name, err)
	}
	return cs, nil
}

// environment is what the program gets: enough to run, nothing of ringside's own, and what the
// configuration names.
func (s *Source) environment(ctx context.Context) ([]string, error) {
	all := map[string]string{}
	for _, name := range []string{"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SystemRoot", "TEMP", "USERPROFILE"} {
		if v, ok := s.o.Getenv(name); ok {
			all[name] = v
		}
	}
	for name, v := range s.o.Env {
		all[name] = v
	}
	for name, held := range s.o.Secrets {
		v, err := held.Get(ctx)
		if err != nil {
			return nil, err
		}
		all[name] = v.Reveal()
	}
	env := []string{} // not nil, which would be all of ours
	for name, v := range all {
		env = append(env, name+"="+v)
	}
	slices.Sort(env)
	return env, nil
}

// CheckEnv tells whether a name and a value may stand in an environment.
func CheckEnv(name, value string) error {
	if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(value, "\x00") {
		return fmt.Errorf("%q cannot be a variable of the environment", name)
	}
	return nil
}
