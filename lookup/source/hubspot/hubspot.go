// Package hubspot is a source of contacts in HubSpot, with their open tickets.
//
// What it asks, with a private app's token (scopes crm.objects.contacts.read and, for tickets,
// tickets):
//
//	POST /crm/v3/objects/contacts/search                        the contacts of a number
//	POST /crm/v3/associations/contacts/tickets/batch/read       which tickets are theirs
//	POST /crm/v3/objects/tickets/batch/read                     the tickets
//	GET  /crm/v3/pipelines/tickets                              names of their states, once an hour
//	GET  /account-info/v3/details                               the account, for addresses of pages, once
//
// HubSpot keeps the digits of numbers in the hs_searchable_calculated_… properties, mostly national,
// sometimes with the country code. The search asks generously; what comes is compared again here.
package hubspot

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/part"
	"ringside/lookup/source/web"
)

// Limits of the service: 4 searches a second for an account, and of all requests at least 100 in
// ten seconds for an app, of which other programs want some too.
const (
	searchesASecond = 4
	requestsASecond = 8
)

// Bounds of one look-up.
const (
	perPage  = 100 // contacts; what the search gives at most in one answer
	maxPages = 3
	maxShown = 50 // contacts whose tickets are read
)

// Host is where HubSpot answers.
const Host = "https://api.hubapi.com"

// Options say what to ask. Token is needed, and Base.
type Options struct {
	Name       string   // what the trail calls the source
	Base       *url.URL // Host
	Token      web.Getter
	Region     string       // ISO 3166, of numbers without a country code
	Portal     string       // the account's number; "" asks for it
	Tier       string       // name of the property that is the tier; "" is none
	Properties []string     // further properties, shown as fields
	NoTickets  bool         // do not read tickets
	HTTP       *http.Client // nil is one of its own
}

// Source is HubSpot as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o      Options
	search *web.Client
	read   *web.Client

	mu     sync.Mutex
	home   home
	states states
}

// home is where the account's pages are.
type home struct{ domain, portal string }

// New gives a source; it asks nothing yet.
func New(o Options) *Source {
	client := func(persecond float64, burst int) *web.Client {
		return web.New(web.Options{Name: "HubSpot", Base: o.Base, Auth: web.Bearer(o.Token), Rate: persecond, Burst: burst, HTTP: o.HTTP, Fault: fault})
	}
	s := &Source{o: o, search: client(searchesASecond, searchesASecond), read: client(requestsASecond, requestsASecond)}
	if o.Portal != "" {
		s.home = home{"app.hubspot.com", o.Portal}
	}
	return s
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Close lets go of connections.
func (s *Source) Close() error {
	s.search.Close()
	s.read.Close()
	return nil
}

// Lookup implements lookup.Source.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	forms, err := form.Phones(n, s.o.Region)
	if err != nil {
		return nil, err
	}
	found, err := form.Ask(forms, func(f form.Form) ([]lookup.Contact, error) { return s.find(ctx, f, n) })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	extra, cancel := web.Extra(ctx)
	defer cancel()
	missing := s.pages(extra, found)
	if !s.o.NoTickets {
		if err := s.tickets(extra, found[:min(len(found), maxShown)]); missing == nil {
			missing = err
		}
	}
	return found, missing
}

// filter and group are the words of the search: groups are joined by "or".
type filter struct {
	Property string `json:"propertyName"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
}

type group struct {
	Filters []filter `json:"filters"`
}

// groups are the five filter groups that a search may have.
func groups(f form.Form) []group {
	one := func(property, operator, value string) group {
		return group{[]filter{{property, operator, value}}}
	}
	out := []group{
		one("hs_searchable_calculated_phone_number", "EQ", f.National),
		one("hs_searchable_calculated_mobile_number", "EQ", f.National),
		one("hs_searchable_calculated_phone_number", "CONTAINS_TOKEN", "*"+f.National),
	}
	if f.E164 != "" {
		out = append(out, one("phone", "EQ", f.E164), one("mobilephone", "EQ", f.E164))
	}
	return out
}

// numbers are the properties that hold a contact's numbers, the one to show first.
func numbers() []string {
	return []string{"phone", "mobilephone", "hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number"}
}

// shown are the properties that become parts of a contact.
func shown() []string {
	return []string{"firstname", "lastname", "email", "company", "jobtitle", "notes_next_activity_date"}
}

// object is a record of HubSpot.
type object struct {
	ID         string             `json:"id"`
	Properties map[string]*string `json:"properties"`
}

func (o object) get(name string) string {
	if v := o.Properties[name]; v != nil {
		return *v
	}
	return ""
}

// find searches the contacts of one spelling.
func (s *Source) find(ctx context.Context, f form.Form, n number.Number) ([]lookup.Contact, error) {
	properties := slices.Concat(shown(), numbers(), s.o.Properties)
	if s.o.Tier != "" {
		properties = append(properties, s.o.Tier)
	}
	var out []lookup.Contact
	after := ""
	for range maxPages {
		var page struct {
			Results []object `json:"results"`
			Paging  struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		ask := map[string]any{"filterGroups": groups(f), "properties": properties, "limit": perPage}
		if after != "" {
			ask["after"] = after
		}
		_, err := s.search.JSON(ctx, web.Request{Op: "searching contacts", Method: http.MethodPost, Path: "/crm/v3/objects/contacts/search", Body: ask}, &page)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Results {
			if c, ok := s.contact(o, n); ok {
				out = append(out, c)
			}
		}
		if after = page.Paging.Next.After; after == "" {
			break
		}
	}
	return out, nil
}

// contact makes a contact of a record, if it has the number.
func (s *Source) contact(o object, n number.Number) (c lookup.Contact, ok bool) {
	for _, p := range numbers() {
		if own := number.Parse(o.get(p), s.o.Region); number.Same(own, n) {
			c.Number, ok = own, true
			break
		}
	}
	if !ok || o.ID == "" {
		return c, false
	}
	c.ID = o.ID
	part.First.Put(&c, "", o.get("firstname"))
	part.Last.Put(&c, "", o.get("lastname"))
	part.Email.Put(&c, "", o.get("email"))
	part.Company.Put(&c, "", o.get("company"))
	part.Title.Put(&c, "", o.get("jobtitle"))
	part.Tier.Put(&c, "", o.get(s.o.Tier))
	if at, ok := part.Time(o.get("notes_next_activity_date")); ok {
		c.Next = lookup.Appointment{At: at}
	}
	for _, name := range s.o.Properties {
		part.Field.Put(&c, name, o.get(name))
	}
	return c, true
}

// pages gives each contact the address of its page.
func (s *Source) pages(ctx context.Context, cs []lookup.Contact) error {
	at, err := s.account(ctx)
	if err != nil {
		return err
	}
	for i := range cs {
		cs[i].URL = at.record("0-1", cs[i].ID)
	}
	return nil
}

// record gives the page of a record; kind is HubSpot's object type: 0-1 contacts, 0-5 tickets.
func (h home) record(kind, id string) string {
	if h.portal == "" {
		return ""
	}
	return "https://" + h.domain + "/contacts/" + url.PathEscape(h.portal) + "/record/" + kind + "/" + url.PathEscape(id)
}

// account tells which account the token is of.
func (s *Source) account(ctx context.Context) (home, error) {
	s.mu.Lock()
	at := s.home
	s.mu.Unlock()
	if at.portal != "" {
		return at, nil
	}
	var a struct {
		PortalID int64  `json:"portalId"`
		UIDomain string `json:"uiDomain"`
	}
	if _, err := s.read.JSON(ctx, web.Request{Op: "reading the account", Path: "/account-info/v3/details"}, &a); err != nil {
		return home{}, err
	}
	at = home{domain(a.UIDomain), strconv.FormatInt(a.PortalID, 10)}
	s.mu.Lock()
	s.home = at
	s.mu.Unlock()
	return at, nil
}

// domain takes over HubSpot's own word on where its pages are (there are several data centres), as
// long as it is HubSpot's.
func domain(s string) string {
	if u, err := url.Parse("https://" + s); err == nil && u.Host == s && strings.HasSuffix(s, ".hubspot.com") {
		return s
	}
	return "app.hubspot.com"
}

// fault reads HubSpot's errors: category, message, and of 429 the policy that was broken.
func fault(f *web.Fault) {
	var e struct {
		Message  string `json:"message"`
		Category string `json:"category"`
		Policy   string `json:"policyName"`
	}
	if json.Unmarshal(f.Body, &e) != nil {
		return
	}
	f.Error.Code, f.Error.Message = e.Category, e.Message
	switch {
	case e.Category == "MISSING_SCOPES":
		f.Error.Todo = "give the private app the scopes crm.objects.contacts.read and tickets, or switch tickets off for this source"
	case f.Status == http.StatusTooManyRequests && e.Policy == "DAILY":
		f.Pause = 15 * time.Minute
		f.Error.Todo = "the account's requests of today are used up: raise the limit, or wait until tomorrow"
	case f.Status == http.StatusTooManyRequests:
		f.Pause = time.Second
	}
}
