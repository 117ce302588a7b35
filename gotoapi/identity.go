package gotoapi

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"ringside/store/call"
)

// Scopes the requests need (goto-api.md 1, "Scopes").
const (
	ScopeNotifications = "call-events.v1.notifications.manage"
	ScopeEventsRead    = "call-events.v1.events.read"
	ScopeReportsRead   = "cr.v1.read"
	ScopeLinesRead     = "users.v1.lines.read"
	ScopeUsersRead     = "users.v1.read"
	ScopeVoiceAdmin    = "voice-admin.v1.read"

	ScopeRecordingsRead = "recording.v1.read" // optional

	ScopeWebCalls     = "webrtc.v1.write"   // optional
	ScopeWebCallsRead = "webrtc.v1.read"    // optional
	ScopeClickToCall  = "calls.v2.initiate" // optional
)

// IdentityClient tells who is logged in and who else is in the account (goto-api.md 2).
type IdentityClient struct{ c *Client }

// Line is a telephone line of a user (goto-api.md 2, "users/v1/lines").
type Line struct {
	ID           string
	Name         string
	Extension    string // leading zeros kept
	Primary      bool
	Region       string // "US", "BR", …
	Account      string // account key: digits
	Organization string // organization id; another thing than the account key
	OrgName      string
}

// Me is one account of the logged-in user (goto-api.md 2, "users/v1/me").
type Me struct {
	Account      string
	Organization string
	OrgName      string
	Lines        []Line
	Permissions  []string
}

// User is a user of an account with his lines (goto-api.md 2, "users/v1/users").
type User struct {
	Key   string // userKey: digits
	ID    string // userId: a UUID
	Lines []Line
}

type lineBody struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Number       string `json:"number"`
	Primary      bool   `json:"primary"`
	Region       string `json:"region"`
	AccountKey   string `json:"accountKey"`
	Organization struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organization"`
}

func (b lineBody) line() Line {
	return Line{
		ID: call.Clean(b.ID), Name: call.Clean(b.Name), Extension: call.Clean(b.Number),
		Primary: b.Primary, Region: call.Clean(b.Region), Account: call.Clean(b.AccountKey),
		Organization: call.Clean(b.Organization.ID), OrgName: call.Clean(b.Organization.Name),
	}
}

func lines(bodies []lineBody) []Line {
	var out []Line
	for _, b := range bodies {
		out = append(out, b.line())
	}
	return out
}

// Lines returns the lines of the logged-in user; account narrows them to one account key and may
// be empty. Needs ScopeLinesRead.
func (c IdentityClient) Lines(ctx context.Context, account string) ([]Line, error) {
	const op = "reading my lines"
	return collect(pages(op, func(marker string) ([]Line, string, error) {
		q := page(url.Values{}, 0, marker)
		if account != "" {
			q.Set("accountKey", account)
		}
		got, err := send[listing[lineBody]](ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/users/v1/lines", query: q, scope: ScopeLinesRead,
		})
		return lines(got.Items), got.Next, err
	}))
}

// Me returns the accounts of the logged-in user. Needs ScopeUsersRead.
func (c IdentityClient) Me(ctx context.Context) ([]Me, error) {
	type body struct {
		AccountKey       string     `json:"accountKey"`
		OrganizationID   string     `json:"organizationId"`
		OrganizationName string     `json:"organizationName"`
		Lines            []lineBody `json:"lines"`
		Permissions      []string   `json:"permissions"`
	}
	got, err := send[listing[body]](ctx, c.c, &request{
		op: "reading who is logged in", method: http.MethodGet, route: "/users/v1/me", scope: ScopeUsersRead,
	})
	var out []Me
	for _, b := range got.Items {
		me := Me{
			Account: call.Clean(b.AccountKey), Organization: call.Clean(b.OrganizationID),
			OrgName: call.Clean(b.OrganizationName), Lines: lines(b.Lines),
		}
		for _, p := range b.Permissions {
			me.Permissions = append(me.Permissions, call.Clean(p))
		}
		out = append(out, me)
	}
	return out, err
}

// Users lists the users of an account. Needs ScopeUsersRead and an administrator.
func (c IdentityClient) Users(ctx context.Context, account string) iter.Seq2[User, error] {
	type body struct {
		UserKey string     `json:"userKey"`
		UserID  string     `json:"userId"`
		Lines   []lineBody `json:"lines"`
	}
	const op = "listing the users"
	return pages(op, func(marker string) ([]User, string, error) {
		got, err := send[listing[body]](ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/users/v1/users", scope: ScopeUsersRead,
			query: page(url.Values{"accountKey": {account}}, 0, marker),
		})
		var out []User
		for _, b := range got.Items {
			out = append(out, User{Key: call.Clean(b.UserKey), ID: call.Clean(b.UserID), Lines: lines(b.Lines)})
		}
		return out, got.Next, err
	})
}
