// Package httpjson is a source of contacts behind any address that answers with JSON: an
// administration of one's own, a directory, a small script on a server.
package httpjson

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/web"
)

// Options say what to ask. URL is needed.
type Options struct {
	Name    string
	URL     string                // template: https://crm.example.com/who?tel={e164}
	Headers map[string]string     // sent as they are
	Secrets map[string]web.Getter // sent as headers of their names
	Bearer  web.Getter            // a token, sent as Authorization: Bearer; nil is none
	Rules   jsonmap.Rules         // where the contacts stand in the answer
	Region  string                // ISO 3166, of numbers without a country code
	HTTP    *http.Client          // nil is one of its own
}

// Source is an address as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o           Options
	path, query form.Template
	client      *web.Client
	rules       *jsonmap.Map
}

// New gives a source; it asks nothing yet. Numbers may stand in the path and in the query, never in
// the host: whoever calls must not choose who is asked.
func New(o Options) (*Source, error) {
	whole, err := form.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	if whole.Places() == 0 {
		return nil, errors.New("the URL asks for no number: put {e164} or another form in it")
	}
	raw, _, _ := strings.Cut(o.URL, "#")
	raw, query, _ := strings.Cut(raw, "?")
	scheme, rest, _ := strings.Cut(raw, "://")
	host, path, _ := strings.Cut(rest, "/")
	if strings.Contains(host, "{") {
		return nil, errors.New("a number cannot stand in the host of the URL")
	}
	base, err := web.Base(scheme + "://" + host)
	if err != nil {
		return nil, err
	}
	s := &Source{o: o}
	if s.path, err = form.Parse("/" + path); err != nil {
		return nil, err
	}
	if s.query, err = form.Parse(query); err != nil {
		return nil, err
	}
	if s.rules, err = jsonmap.New(o.Rules); err != nil {
		return nil, err
	}
	s.client = web.New(web.Options{Name: o.Name, Base: base, Auth: s.auth(), HTTP: o.HTTP})
	return s, nil
}

func (s *Source) auth() web.Auth {
	var all both
	if s.o.Bearer != nil {
		all = append(all, web.Bearer(s.o.Bearer))
	}
	if len(s.o.Secrets) > 0 {
		all = append(all, web.Headers(s.o.Secrets))
	}
	return all
}

// both is several proofs at once.
type both []web.Auth

// Apply implements web.Auth.
func (b both) Apply(ctx context.Context, r *http.Request) error {
	for _, a := range b {
		if err := a.Apply(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// Refused implements web.Auth.
func (b both) Refused() (again bool) {
	for _, a := range b {
		again = a.Refused() || again
	}
	return again
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Close lets go of connections.
func (s *Source) Close() error {
	s.client.Close()
	return nil
}

// Lookup implements lookup.Source. 404 with any body and 204 are nobody: that is how many services
// say so.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	return form.Ask(form.Of(n, s.o.Region), func(f form.Form) ([]lookup.Contact, error) { return s.ask(ctx, f, n) })
}

func (s *Source) ask(ctx context.Context, f form.Form, n number.Number) ([]lookup.Contact, error) {
	path, err := s.path.Fill(f, form.URL)
	if err != nil {
		return nil, err
	}
	query, err := s.query.Fill(f, form.URL)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	for k, v := range s.o.Headers {
		header.Set(k, v)
	}
	body, _, err := s.client.Do(ctx, web.Request{Op: "looking up", Path: path, Query: query, Header: header})
	var e *web.Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound || err == nil && len(strings.TrimSpace(string(body))) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cs, err := s.rules.Contacts(body, n, s.o.Region)
	if err != nil {
		return nil, fmt.Errorf("looking up in %s: %w", s.o.Name, err)
	}
	return cs, nil
}

// CheckHeader tells whether a name and a value may be a header.
func CheckHeader(name, value string) error {
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return fmt.Errorf("%q is no name of a header", name)
		}
	}
	if name == "" || strings.ContainsAny(value, "\r\n\x00") {
		return fmt.Errorf("the header %q cannot be sent", name)
	}
	return nil
}
