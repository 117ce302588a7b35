// Package salesforce is a source of contacts, leads and accounts in Salesforce, with their open
// cases and next events.
//
// What it asks, with a token of a connected app (client credentials flow) or a given one:
//
//	POST /services/oauth2/token                     a token, when there is none or it has expired
//	GET  /services/data/vNN.0/search/?q=FIND …      the contacts, leads and accounts of a number (SOSL)
//	GET  /services/data/vNN.0/query?q=SELECT …      their open cases and events (SOQL)
//
// The organisation has an allowance of calls in any 24 hours, shared by all its programs. Each
// answer says how much of it is used (Sforce-Limit-Info); when little is left, and when Salesforce
// says that nothing is (403 REQUEST_LIMIT_EXCEEDED), the source asks for a pause.
package salesforce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/web"
)

// Version is the version of the API that is asked, where Options leave it open.
const Version = "60.0"

const (
	requestsASecond = 5                // of our own making: the service has no limit by the second
	atOnce          = 5                // 25 that run long are refused, for the whole organisation
	pause           = 15 * time.Minute // when the allowance is used up
	maxFound        = 20               // of each kind
	maxPages        = 3
)

// Options say what to ask. Base is needed, and Token or both of ClientID and ClientSecret.
type Options struct {
	Name         string     // what the trail calls the source
	Base         *url.URL   // the organisation's own domain: https://acme.my.salesforce.com
	Token        web.Getter // an access token; nil gets one by the client's id and secret
	ClientID     web.Getter
	ClientSecret web.Getter
	Version      string       // of the API; "" is Version
	Region       string       // ISO 3166, of numbers without a country code
	Tier         string       // name of the contact's field that is the tier; "" is none
	Fields       []string     // further fields of a contact, shown as such: "Customer_Level__c", "Account.Rating"
	NoCases      bool         // do not read cases
	Events       bool         // read the next event of each contact: one more call of the allowance
	Reserve      float64      // part of the allowance that is left to other programs, 0 to 1
	HTTP         *http.Client // nil is one of its own
}

// Source is Salesforce as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o      Options
	client *web.Client
	root   string // path of the API: /services/data/v60.0
}

// fieldName is a name of a field, its relationships before it.
var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,4}$`)

var version = regexp.MustCompile(`^[1-9][0-9]{0,2}\.0$`)

// New gives a source; it asks nothing yet. Names of fields and the version become part of what is
// asked, so they are checked.
func New(o Options) (*Source, error) {
	if o.Version == "" {
		o.Version = Version
	}
	if !version.MatchString(o.Version) {
		return nil, fmt.Errorf("%q is no version of the API: write it as %s", o.Version, Version)
	}
	for _, f := range append([]string{o.Tier}, o.Fields...) {
		if f != "" && !fieldName.MatchString(f) {
			return nil, fmt.Errorf("%q is no name of a field", f)
		}
	}
	s := &Source{o: o, root: "/services/data/v" + o.Version}
	client := func(a web.Auth) *web.Client {
		return web.New(web.Options{Name: "Salesforce", Base: o.Base, Auth: a, Rate: requestsASecond, Burst: atOnce, HTTP: o.HTTP, Fault: fault})
	}
	switch {
	case o.Token != nil:
		s.client = client(web.Bearer(o.Token))
	case o.ClientID != nil && o.ClientSecret != nil:
		s.client = client(&session{client: client(nil), id: o.ClientID, secret: o.ClientSecret})
	default:
		return nil, errors.New("it needs a token, or the id and the secret of a connected app")
	}
	return s, nil
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
	found, err := form.Ask(forms, func(f form.Form) ([]record, error) { return s.find(ctx, f, n) })
	if err == nil && len(found) > 0 {
		extra, cancel := web.Extra(ctx)
		defer cancel()
		err = s.extras(extra, found)
	}
	var out []lookup.Contact
	for _, r := range found {
		out = append(out, r.contact)
	}
	return out, err
}

// extras reads what is asked beyond the contacts.
func (s *Source) extras(ctx context.Context, found []record) error {
	var missing error
	if !s.o.NoCases {
		missing = s.cases(ctx, found)
	}
	if s.o.Events {
		missing = errors.Join(missing, s.events(ctx, found))
	}
	return missing
}

// question is the search for one spelling: the digits alone, with and without the country code, in
// whatever phone fields there are.
func (s *Source) question(f form.Form) string {
	digits := f.National
	if f.Digits != f.National {
		digits += " OR " + f.Digits
	}
	contact := append([]string{"Id", "Name", "Title", "Email", "AccountId", "Account.Name"}, phones("Contact")...)
	for _, extra := range append([]string{s.o.Tier}, s.o.Fields...) {
		if extra != "" {
			contact = append(contact, extra)
		}
	}
	lead := append([]string{"Id", "Name", "Title", "Email", "Company", "Status"}, phones("Lead")...)
	account := append([]string{"Id", "Name"}, phones("Account")...)
	return fmt.Sprintf("FIND {%s} IN PHONE FIELDS RETURNING Contact(%s LIMIT %d), Lead(%s WHERE IsConverted = false LIMIT %d), Account(%s LIMIT %d)",
		digits, strings.Join(contact, ", "), maxFound, strings.Join(lead, ", "), maxFound, strings.Join(account, ", "), maxFound)
}

// phones are the fields that hold numbers.
func phones(kind string) []string {
	switch kind {
	case "Contact":
		return []string{"Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"}
	case "Lead":
		return []string{"Phone", "MobilePhone"}
	}
	return []string{"Phone"}
}

// find searches one spelling. The error beside what was found is why nothing more should be asked
// today.
func (s *Source) find(ctx context.Context, f form.Form, n number.Number) ([]record, error) {
	body, header, err := s.client.Do(ctx, web.Request{Op: "searching contacts", Path: s.root + "/search/", Query: "q=" + url.QueryEscape(s.question(f))})
	if err != nil {
		return nil, err
	}
	found, err := s.records(body, n)
	if err != nil {
		return nil, fmt.Errorf("searching contacts in Salesforce: %w", err)
	}
	return found, s.allowance(header)
}

// allowance reads "api-usage=18/5000" and asks for a pause when little is left.
func (s *Source) allowance(h http.Header) error {
	for _, one := range strings.FieldsFunc(h.Get("Sforce-Limit-Info"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		usage, ok := strings.CutPrefix(one, "api-usage=")
		used, all, _ := strings.Cut(usage, "/")
		u, err1 := strconv.ParseInt(used, 10, 64)
		a, err2 := strconv.ParseInt(all, 10, 64)
		if !ok || err1 != nil || err2 != nil || a <= 0 || s.o.Reserve <= 0 {
			continue
		}
		if float64(a-u) < s.o.Reserve*float64(a) {
			return &lookup.PauseError{For: pause, Err: fmt.Errorf("the organisation has used %d of its %d calls in 24 hours; the rest is left to other programs", u, a)}
		}
	}
	return nil
}

// fault reads Salesforce's errors: a list of message and errorCode, or OAuth's.
func fault(f *web.Fault) {
	var list []struct {
		Message string `json:"message"`
		Code    string `json:"errorCode"`
	}
	var oauth struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	switch {
	case json.Unmarshal(f.Body, &list) == nil && len(list) > 0:
		f.Error.Code, f.Error.Message = list[0].Code, list[0].Message
	case json.Unmarshal(f.Body, &oauth) == nil:
		f.Error.Code, f.Error.Message = oauth.Error, oauth.Description
	}
	switch f.Error.Code {
	case "REQUEST_LIMIT_EXCEEDED":
		f.Pause = pause
		f.Error.Todo = "the organisation's calls of 24 hours are used up: raise its allowance, or wait"
	case "invalid_client", "invalid_client_id", "invalid_grant", "unsupported_grant_type":
		f.Error.Todo = "check the id and the secret of the connected app, and that its client credentials flow is on and has a user to run as"
	case "API_DISABLED_FOR_ORG", "INSUFFICIENT_ACCESS", "INVALID_FIELD", "INVALID_TYPE":
		f.Error.Todo = "give the user of this token the API and read access to contacts, leads, accounts and cases, and to the fields named in the config"
	}
}
