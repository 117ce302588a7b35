package source

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"ringside/lookup"
	"ringside/lookup/source/book"
	"ringside/lookup/source/carddav"
	"ringside/lookup/source/command"
	"ringside/lookup/source/csvfile"
	"ringside/lookup/source/httpjson"
	"ringside/lookup/source/hubspot"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/salesforce"
	"ringside/lookup/source/sqldb"
	"ringside/lookup/source/vcard"
	"ringside/lookup/source/web"
	"ringside/lookup/source/zendesk"
)

// named gives a source the name that the configuration has for it.
type named struct {
	lookup.Source
	name string
}

// Name implements lookup.Source.
func (n named) Name() string { return n.name }

// fileKinds are those whose contacts are at hand.
func fileKinds() []Kind {
	return []Kind{
		{Name: "csv", Doc: "a CSV file", timeout: lookup.LocalTimeout, open: openCSV, Settings: []Setting{
			{Name: "path", Type: Path, Doc: "the file; its first row names the columns", Need: true},
		}},
		{Name: "vcard", Doc: "vCard files, version 3 or 4", timeout: lookup.LocalTimeout, open: openVCard, Settings: []Setting{
			{Name: "path", Type: Path, Doc: "a .vcf file, or a folder of them", Need: true},
		}},
		{Name: "carddav", Doc: "an address book on a CardDAV server, kept in memory and in a copy", timeout: lookup.LocalTimeout, open: openCardDAV, Settings: []Setting{
			{Name: "url", Type: Text, Doc: "address of the address book itself: https://cloud.example.com/remote.php/dav/addressbooks/users/me/contacts/", Need: true},
			{Name: "user", Type: Text, Doc: "name to log in with; none sends password as a bearer token"},
			{Name: "password", Type: Secret, Doc: "password or app password"},
			{Name: "every", Type: Duration, Doc: "how often it is compared with the server; 15m"},
		}},
	}
}

func openCSV(r *reader, env Env, name string) (*Opened, error) {
	s, err := csvfile.Open(r.path("path"), env.Region)
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: named{s, name}}, close: s.Close, problems: func() []string { return problems(s.Report()) }}, nil
}

func openVCard(r *reader, env Env, name string) (*Opened, error) {
	s, err := vcard.Open(name, r.path("path"), env.Region)
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close, problems: func() []string { return problems(s.Report()) }}, nil
}

func openCardDAV(r *reader, env Env, name string) (*Opened, error) {
	u, err := web.Base(r.text("url"))
	if err != nil {
		return nil, r.fail("url", err)
	}
	var auth web.Auth
	switch password := r.secret("password"); {
	case password != nil && r.text("user") != "":
		auth = web.Basic(r.text("user"), password)
	case password != nil:
		auth = web.Bearer(password)
	}
	s := carddav.Open(carddav.Options{Name: name, URL: u, Auth: auth, Region: env.Region, Every: r.duration("every"), Copy: env.copyPath(name), HTTP: env.HTTP})
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close, problems: func() []string { return problems(s.Report().Report) }}, nil
}

func problems(rep book.Report) (out []string) {
	for _, p := range rep.Problems {
		out = append(out, p.String())
	}
	if rep.More > 0 {
		out = append(out, fmt.Sprintf("and %d more", rep.More))
	}
	if rep.Stale != nil {
		out = append(out, rep.Stale.Error())
	}
	return out
}

// answers are the settings that say where contacts stand in JSON.
func answers() []Setting {
	return []Setting{
		{Name: "list", Type: Text, Doc: "path to the contact, or the list of them, in the answer; the whole answer"},
		{Name: "fields", Type: Paths, Doc: "part of a contact, or name of a field, to its path; several are joined by blanks"},
		{Name: "tickets", Type: Text, Doc: "path in a contact to its open tickets"},
		{Name: "ticket", Type: Table, Doc: "id, title, state, url, at to their paths in a ticket"},
	}
}

func rules(r *reader) jsonmap.Rules {
	return jsonmap.Rules{List: r.text("list"), Fields: r.paths("fields"), Tickets: r.text("tickets"), Ticket: r.table("ticket")}
}

// askedKinds are those that are asked for each number.
func askedKinds() []Kind {
	return []Kind{
		{Name: "sql", Doc: "a database: SQLite, PostgreSQL, MySQL, MariaDB", timeout: lookup.RemoteTimeout, keep: true, open: openSQL, Settings: []Setting{
			{Name: "driver", Type: Text, Doc: "sqlite, postgres or mysql", Need: true},
			{Name: "dsn", Type: Text, Doc: "which database, without a password: a path, postgres://me@host/db, me@tcp(host:3306)/db"},
			{Name: "secret_dsn", Type: Secret, Doc: "instead of dsn, when it holds a password"},
			{Name: "password", Type: Secret, Doc: "the password for dsn"},
			{Name: "query", Type: Text, Doc: "one SELECT with :e164, :digits, :national, :last7 … for the number", Need: true},
		}},
		{Name: "http", Doc: "an address that answers with JSON", timeout: lookup.RemoteTimeout, keep: true, open: openHTTP, Settings: append([]Setting{
			{Name: "url", Type: Text, Doc: "address with {e164}, {digits}, {national}, {last7} … for the number", Need: true},
			{Name: "headers", Type: Table, Doc: "headers to send"},
			{Name: "secret_headers", Type: Secrets, Doc: "headers to send whose values are secrets"},
			{Name: "bearer", Type: Secret, Doc: "token to send as Authorization: Bearer"},
		}, answers()...)},
		{Name: "command", Doc: "a program that writes JSON", timeout: lookup.RemoteTimeout, keep: true, open: openCommand, Settings: append([]Setting{
			{Name: "path", Type: Path, Doc: "absolute path of the program", Need: true},
			{Name: "args", Type: List, Doc: `its arguments, with {number}, {e164} … in them; ["{number}"]`},
			{Name: "env", Type: Table, Doc: "variables of its environment, beside PATH, HOME and the language"},
			{Name: "secret_env", Type: Secrets, Doc: "variables whose values are secrets"},
		}, answers()...)},
	}
}

func openSQL(r *reader, env Env, name string) (*Opened, error) {
	driver := r.text("driver")
	dsn := r.text("dsn")
	if driver == "sqlite" {
		dsn = r.path("dsn")
	}
	s, err := sqldb.New(sqldb.Options{Name: name, Driver: driver, DSN: dsn, SecretDSN: r.secret("secret_dsn"), Password: r.secret("password"), Query: r.text("query"), Region: env.Region})
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close}, nil
}

func openHTTP(r *reader, env Env, name string) (*Opened, error) {
	for k, v := range r.table("headers") {
		if err := httpjson.CheckHeader(k, v); err != nil {
			return nil, r.fail("headers", err)
		}
	}
	for k := range r.secrets("secret_headers") {
		if err := httpjson.CheckHeader(k, ""); err != nil {
			return nil, r.fail("secret_headers", err)
		}
	}
	s, err := httpjson.New(httpjson.Options{Name: name, URL: r.text("url"), Headers: r.table("headers"), Secrets: r.secrets("secret_headers"), Bearer: r.secret("bearer"),
		Rules: rules(r), Region: env.Region, HTTP: env.HTTP})
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close}, nil
}

func openCommand(r *reader, env Env, name string) (*Opened, error) {
	for k, v := range r.table("env") {
		if err := command.CheckEnv(k, v); err != nil {
			return nil, r.fail("env", err)
		}
	}
	for k := range r.secrets("secret_env") {
		if err := command.CheckEnv(k, ""); err != nil {
			return nil, r.fail("secret_env", err)
		}
	}
	s, err := command.New(command.Options{Name: name, Path: r.text("path"), Args: r.list("args"), Env: r.table("env"), Secrets: r.secrets("secret_env"), Rules: rules(r), Region: env.Region})
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: s}}, nil
}

// crmKinds are the services.
func crmKinds() []Kind {
	tickets := Setting{Name: "tickets", Type: Bool, Doc: "read open tickets; true"}
	return []Kind{
		{Name: "hubspot", Doc: "HubSpot, by a private app's token", timeout: lookup.RemoteTimeout, keep: true, open: openHubSpot, Settings: []Setting{
			{Name: "token", Type: Secret, Doc: "the private app's token; its scopes: crm.objects.contacts.read, tickets", Need: true},
			{Name: "portal", Type: Text, Doc: "the account's number, for addresses of pages; asked for when it is not given"},
			{Name: "tier", Type: Text, Doc: "property that is the tier"},
			{Name: "fields", Type: List, Doc: "further properties to show"},
			{Name: "url", Type: Text, Doc: "another address of the API; " + hubspot.Host},
			tickets,
		}},
		{Name: "salesforce", Doc: "Salesforce: contacts, leads, accounts, cases", timeout: lookup.RemoteTimeout, keep: true, open: openSalesforce, Settings: []Setting{
			{Name: "url", Type: Text, Doc: "the organisation's own domain: https://acme.my.salesforce.com", Need: true},
			{Name: "client_id", Type: Secret, Doc: "consumer key of a connected app with the client credentials flow"},
			{Name: "client_secret", Type: Secret, Doc: "its consumer secret"},
			{Name: "token", Type: Secret, Doc: "an access token, instead of the two"},
			{Name: "version", Type: Text, Doc: "version of the API; " + salesforce.Version},
			{Name: "tier", Type: Text, Doc: "field of a contact that is the tier"},
			{Name: "fields", Type: List, Doc: "further fields of a contact to show: Level__c, Account.Rating"},
			{Name: "appointments", Type: Bool, Doc: "read the next event, one more call of the allowance; false"},
			{Name: "reserve", Type: Amount, Doc: "part of the organisation's calls in 24 hours that is left to others; 0.05"},
			{Name: "tickets", Type: Bool, Doc: "read open cases; true"},
		}},
		{Name: "zendesk", Doc: "Zendesk Support", timeout: lookup.RemoteTimeout, keep: true, open: openZendesk, Settings: []Setting{
			{Name: "subdomain", Type: Text, Doc: `"acme" of acme.zendesk.com`},
			{Name: "url", Type: Text, Doc: "another address of the account, instead of subdomain"},
			{Name: "email", Type: Text, Doc: "e-mail address of the agent whose API token it is; none sends an OAuth token"},
			{Name: "token", Type: Secret, Doc: "the API token, or the OAuth token", Need: true},
			{Name: "tier", Type: Text, Doc: "key of the user field that is the tier"},
			{Name: "fields", Type: List, Doc: "keys of further user fields to show"},
			tickets,
		}},
	}
}

// without tells whether a setting that is true by itself is switched off.
func (r *reader) without(name string) bool {
	v, ok := r.settings[name].(bool)
	return ok && !v
}

func openHubSpot(r *reader, env Env, name string) (*Opened, error) {
	base, err := web.Base(cmp.Or(r.text("url"), hubspot.Host))
	if err != nil {
		return nil, r.fail("url", err)
	}
	s := hubspot.New(hubspot.Options{Name: name, Base: base, Token: r.secret("token"), Region: env.Region, Portal: r.text("portal"), Tier: r.text("tier"), Properties: r.list("fields"),
		NoTickets: r.without("tickets"), HTTP: env.HTTP})
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close}, nil
}

func openSalesforce(r *reader, env Env, name string) (*Opened, error) {
	base, err := web.Base(r.text("url"))
	if err != nil {
		return nil, r.fail("url", err)
	}
	reserve := 0.05
	if _, ok := r.settings["reserve"]; ok {
		if reserve = r.amount("reserve"); reserve >= 1 {
			return nil, r.fail("reserve", errors.New("it must be less than 1"))
		}
	}
	s, err := salesforce.New(salesforce.Options{Name: name, Base: base, Token: r.secret("token"), ClientID: r.secret("client_id"), ClientSecret: r.secret("client_secret"),
		Version: strings.TrimPrefix(r.text("version"), "v"), Region: env.Region, Tier: r.text("tier"), Fields: r.list("fields"),
		NoCases: r.without("tickets"), Events: r.bool("appointments"), Reserve: reserve, HTTP: env.HTTP})
	if err != nil {
		return nil, err
	}
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close}, nil
}

func openZendesk(r *reader, env Env, name string) (*Opened, error) {
	base, err := web.Base(r.text("url"))
	if r.text("url") == "" {
		if base, err = zendesk.Base(r.text("subdomain")); err != nil {
			return nil, r.fail("subdomain", err)
		}
	} else if err != nil {
		return nil, r.fail("url", err)
	}
	s := zendesk.New(zendesk.Options{Name: name, Base: base, Email: r.text("email"), Token: r.secret("token"), Region: env.Region, Tier: r.text("tier"), Fields: r.list("fields"),
		NoTickets: r.without("tickets"), HTTP: env.HTTP})
	return &Opened{Use: lookup.Use{Source: s}, close: s.Close}, nil
}
