package gotoapi

import (
	"context"
	"slices"
)

// Scope is a right that ringside uses (goto-api.md 1, "Scopes").
type Scope struct {
	Name string
	For  string // what it is for, in a few words
	Off  string // what does not work without it
}

// Scopes are the rights that this version uses; the first ones matter most.
func Scopes() []Scope {
	return []Scope{
		{ScopeNotifications, "live calls", "no live calls: the desk stays empty"},
		{ScopeEventsRead, "calls that are up already, and missed states", "calls already up are not shown, and gaps are not healed"},
		{ScopeReportsRead, "reports of finished calls", "no reports: what happened in a finished call is only what was seen live"},
		{ScopeLinesRead, "your lines", "your own line is not known: calls that ring you do not pop"},
		{ScopeUsersRead, "your accounts", "an account without a line of yours is not found: set account in [goto]"},
		{ScopeVoiceAdmin, "names of extensions and numbers", "queues and extensions show as numbers until a call names them"},
	}
}

// ScopeNamed gives what is known about a scope; only its name when it is none of Scopes.
func ScopeNamed(name string) Scope {
	for _, s := range Scopes() {
		if s.Name == name {
			return s
		}
	}
	return Scope{Name: name}
}

// Missing gives the scopes of Scopes that a token lacks. known is false when the service did not
// say which scopes the token has.
func (t Token) Missing() (missing []Scope, known bool) {
	if len(t.Scopes) == 0 {
		return nil, false
	}
	return slices.DeleteFunc(Scopes(), func(s Scope) bool { return slices.Contains(t.Scopes, s.Name) }), true
}

// Token gives the token that requests are made with at the moment, getting one when there is none:
// whose it is, how long it lasts and what it allows.
func (c *Client) Token(ctx context.Context) (Token, error) { return c.tokens.Token(ctx) }
