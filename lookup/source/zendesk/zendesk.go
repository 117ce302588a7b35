// Package zendesk is a source of end users in Zendesk Support, with their open tickets.
//
// What it asks, with an agent's e-mail address and API token, or an OAuth token:
//
//	GET /api/v2/search.json?query=role:end-user phone:*DIGITS     the users of a number
//	GET /api/v2/organizations/show_many.json?ids=…               the names of their organisations
//	GET /api/v2/users/ID/tickets/requested.json                  the tickets that they requested
//
// The search finds a number by the end of its digits, without "+" (Zendesk's guide for CTI), so it
// asks for the national number and compares again here. New users are found some minutes later.
package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/part"
	"ringside/lookup/source/web"
	"ringside/store/call"
)

// The smallest plan has 200 requests a minute for all programs of the account.
const (
	requestsASecond = 3
	atOnce          = 10
)

// Bounds of one look-up.
const (
	maxPages   = 3
	withTicket = 5 // users whose tickets are read: one request each
	maxUsers   = 100
)

// Options say what to ask. Base is needed, and Token.
type Options struct {
	Name      string   // what the trail calls the source
	Base      *url.URL // https://acme.zendesk.com
	Email     string   // the agent's, whose API token it is; "" sends Token as an OAuth token
	Token     web.Getter
	Region    string       // ISO 3166, of numbers without a country code
	Tier      string       // key of the user field that is the tier; "" is none
	Fields    []string     // keys of further user fields, shown as fields
	NoTickets bool         // do not read tickets
	HTTP      *http.Client // nil is one of its own
}

// Source is Zendesk as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o      Options
	client *web.Client
}

// New gives a source; it asks nothing yet.
func New(o Options) *Source {
	auth := web.Bearer(o.Token)
	if o.Email != "" {
		auth = web.Basic(o.Email+"/token", o.Token)
	}
	return &Source{o: o, client: web.New(web.Options{
		Name: "Zendesk", Base: o.Base, Auth: auth, Rate: requestsASecond, Burst: atOnce, HTTP: o.HTTP, Fault: fault,
	})}
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Close lets go of connections.
func (s *Source) Close() error {
	s.client.Close()
	return nil
}

// Lookup implements lookup.Source.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	forms, err := form.Phones(n, s.o.Region)
	if err != nil {
		return nil, err
	}
	found, err := form.Ask(forms, func(f form.Form) ([]user, error) { return s.find(ctx, f, n) })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	extra, cancel := web.Extra(ctx)
	defer cancel()
	missing := s.organisations(extra, found)
	if !s.o.NoTickets {
		for i := range found[:min(len(found), withTicket)] {
			if missing != nil {
				break // the service that failed now does not do better a moment later
			}
			missing = s.tickets(extra, &found[i])
		}
	}
	out := make([]lookup.Contact, len(found))
	for i, u := range found {
		out[i] = u.contact
	}
	return out, missing
}

// user is a user as Zendesk gives it, and the contact made of it.
type user struct {
	ID           int64           `json:"id"`
	Type         string          `json:"result_type"`
	Name         string          `json:"name"`
	Email        string          `json:"email"`
	Phone        string          `json:"phone"`
	Active       *bool           `json:"active"`
	Organization int64           `json:"organization_id"`
	Notes        string          `json:"notes"`
	Details      string          `json:"details"`
	Fields       json.RawMessage `json:"user_fields"`

	contact lookup.Contact
}

// find searches the users of one spelling.
func (s *Source) find(ctx context.Context, f form.Form, n number.Number) ([]user, error) {
	q := web.Request{Op: "searching users", Path: "/api/v2/search.json",
		Query: "query=" + url.QueryEscape("role:end-user phone:*"+f.National)}
	var out []user
	for range maxPages {
		var page struct {
			Results []json.RawMessage `json:"results"`
			Next    string            `json:"next_page"`
		}
		if _, err := s.client.JSON(ctx, q, &page); err != nil {
			return nil, err
		}
		for _, raw := range page.Results {
			var u user
			if json.Unmarshal(raw, &u) == nil && len(out) < maxUsers && s.fill(&u, f, n) {
				out = append(out, u)
			}
		}
		if q.Query = s.next(page.Next, q.Path); q.Query == "" {
			break
		}
	}
	return out, nil
}

// next gives the query of the next page; "" where there is none, or where it is not of this account
// and this search.
func (s *Source) next(address, path string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != s.o.Base.Host || u.Path != path {
		return ""
	}
	return u.RawQuery
}

// fill makes a contact of a user, if it has the number. The search also finds numbers among the
// user's other identities, which it does not show; so only a shown number that ends alike and is
// another line is certain to be a mistake.
func (s *Source) fill(u *user, f form.Form, n number.Number) bool {
	own := number.Parse(u.Phone, s.o.Region)
	switch {
	case u.ID == 0 || u.Type != "" && u.Type != "user" || u.Active != nil && !*u.Active:
		return false
	case number.Same(own, n):
		u.contact.Number = own
	case strings.HasSuffix(own.Digits, f.National):
		return false
	}
	c := &u.contact
	c.ID = strconv.FormatInt(u.ID, 10)
	c.URL = s.page("users", c.ID)
	part.Name.Put(c, "", u.Name)
	part.Email.Put(c, "", u.Email)
	part.Notes.Put(c, "", u.Notes)
	part.Field.Put(c, "details", u.Details)
	v, err := jsonmap.Decode(u.Fields)
	if fields, ok := v.(*jsonmap.Object); err == nil && ok {
		part.Tier.Put(c, "", jsonmap.Text(fields.Get(s.o.Tier)))
		for _, key := range s.o.Fields {
			part.Field.Put(c, key, jsonmap.Text(fields.Get(key)))
		}
	}
	return true
}

// page gives the address of a page in the agents' view.
func (s *Source) page(kind, id string) string {
	return s.o.Base.Scheme + "://" + s.o.Base.Host + "/agent/" + kind + "/" + id
}

// organisations gives users the name of their organisation as the company.
func (s *Source) organisations(ctx context.Context, us []user) error {
	var ids []string
	for _, u := range us {
		if id := strconv.FormatInt(u.Organization, 10); u.Organization != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var page struct {
		Organizations []struct {
			ID   int64  `json:"id"`
			Name string `json:"name"`
		} `json:"organizations"`
	}
	q := web.Request{Op: "reading organisations", Path: "/api/v2/organizations/show_many.json", Query: "ids=" + strings.Join(ids, ",")}
	if _, err := s.client.JSON(ctx, q, &page); err != nil {
		return err
	}
	for _, o := range page.Organizations {
		for i := range us {
			if us[i].Organization == o.ID {
				us[i].contact.Company = call.Clean(o.Name)
			}
		}
	}
	return nil
}

// tickets gives a user the open tickets, the latest first.
func (s *Source) tickets(ctx context.Context, u *user) error {
	q := web.Request{Op: "reading tickets", Path: "/api/v2/users/" + u.contact.ID + "/tickets/requested.json",
		Query: "per_page=100&sort_by=updated_at&sort_order=desc"}
	var page struct {
		Tickets []struct {
			ID      int64  `json:"id"`
			Subject string `json:"subject"`
			Status  string `json:"status"`
			Updated string `json:"updated_at"`
		} `json:"tickets"`
	}
	if _, err := s.client.JSON(ctx, q, &page); err != nil {
		return err
	}
	for _, t := range page.Tickets {
		if t.Status == "solved" || t.Status == "closed" || t.Status == "deleted" {
			continue
		}
		id := strconv.FormatInt(t.ID, 10)
		at, _ := part.Time(t.Updated)
		u.contact.Tickets = append(u.contact.Tickets, lookup.Ticket{ID: id, Title: call.Clean(t.Subject), State: call.Clean(t.Status), URL: s.page("tickets", id), At: at})
	}
	return nil
}

// fault reads Zendesk's errors: error and description, where error may be a text or an object.
func fault(f *web.Fault) {
	var e struct {
		Error       any    `json:"error"`
		Description string `json:"description"`
	}
	if json.Unmarshal(f.Body, &e) != nil {
		return
	}
	f.Error.Message = e.Description
	switch v := e.Error.(type) {
	case string:
		if f.Error.Message == "" {
			f.Error.Message = v
		} else {
			f.Error.Code = v
		}
	case map[string]any:
		f.Error.Code, _ = v["title"].(string)
		f.Error.Message, _ = v["message"].(string)
	}
	if f.Status == http.StatusUnauthorized {
		f.Error.Todo = "check the e-mail address and the API token of this source, and that token access is on in Zendesk's Admin Center"
	}
}

// ErrNoBase is what Base gives for a subdomain that is none.
var ErrNoBase = errors.New(`the subdomain is the first part of the address: "acme" of acme.zendesk.com`)

// Base gives the address of an account by its subdomain.
func Base(subdomain string) (*url.URL, error) {
	if subdomain == "" || strings.Trim(strings.ToLower(subdomain), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, ErrNoBase
	}
	return &url.URL{Scheme: "https", Host: strings.ToLower(subdomain) + ".zendesk.com"}, nil
}
