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
	// Optional says that calls can be followed without it, and that some accounts give nobody the
	// right.
	Optional bool
}

// Scopes are the rights that this version uses; the first ones matter most.
func Scopes() []Scope {
	return []Scope{
		{Name: ScopeNotifications, For: "live calls", Off: "no live calls: the desk stays empty"},
		{Name: ScopeEventsRead, For: "calls that are up already, and missed states", Off: "calls already up are not shown, and gaps are not healed"},
		{Name: ScopeReportsRead, For: "reports of finished calls", Off: "no reports: what happened in a finished call is only what was seen live"},
		{Name: ScopeLinesRead, For: "your lines", Off: "your own line is not known: calls that ring you do not pop"},
		{Name: ScopeUsersRead, For: "your accounts", Off: "an account without a line of yours is not found: set account in [goto]"},
		{Name: ScopeVoiceAdmin, For: "names of extensions and numbers", Off: "queues and extensions show as numbers until a call names them"},
		{
			Name: ScopeRecordingsRead, For: "recordings and transcripts", Optional: true,
			Off: "a report says that a call was recorded, but not what was said in it",
		},
		{
			Name: ScopePresence, For: "who says not to be disturbed", Optional: true,
			Off: "the board of agents tells what people do in calls, and not what they say of themselves",
		},
		{
			Name: ScopeWebCalls, For: "answering and making calls here", Optional: true,
			Off: "no telephone here: calls can be watched, but not answered or made",
		},
		{
			Name: ScopeWebCallsRead, For: "how the calls of this telephone stand", Optional: true,
			Off: "a call of this telephone whose end was missed shows until it is hung up",
		},
		{
			Name: ScopeClickToCall, For: "having your desk phone dial", Optional: true,
			Off: "your desk phone cannot be made to ring and dial",
		},
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
