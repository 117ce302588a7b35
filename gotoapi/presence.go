package gotoapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringside/store/call"
)

// ScopePresence is what presence needs (goto-api.md 9, "Presence"). It is optional.
const ScopePresence = "presence.v1.read"

// MostPresences is how many users one request may be about (goto-api.md 9).
const MostPresences = 100

// PresenceClient tells what users say of themselves. It is no fact of a call.
type PresenceClient struct{ c *Client }

// Presence is what one user says of themselves (goto-api.md 9). Words are lower case with blanks.
type Presence struct {
	UserKey      string
	At           time.Time
	Status       string // "in a call", "none" or another word of the service
	DoNotDisturb bool   // by the user's own switch, for once, or outside their hours
	Until        time.Time
	Note         string
}

// Of gives what users say of themselves, by their userKeys, in requests of MostPresences. It stops at
// the first that fails and gives what it has. A login without ScopePresence is refused with an Error
// that says so.
func (c PresenceClient) Of(ctx context.Context, userKeys []string) ([]Presence, error) {
	var out []Presence
	for len(userKeys) > 0 {
		n := min(len(userKeys), MostPresences)
		got, err := c.some(ctx, userKeys[:n])
		if err != nil {
			return out, err
		}
		out = append(out, got...)
		userKeys = userKeys[n:]
	}
	return out, nil
}

func (c PresenceClient) some(ctx context.Context, userKeys []string) ([]Presence, error) {
	type body struct {
		UserKey   string    `json:"userKey"`
		Timestamp time.Time `json:"timestamp"`
		Status    string    `json:"status"`
		DND       string    `json:"userDoNotDisturb"`
		Until     time.Time `json:"userDoNotDisturbExpiration"`
		Details   struct {
			Sources []struct {
				Status string `json:"status"`
			} `json:"dndSources"`
		} `json:"doNotDisturbDetails"`
		Note string `json:"userNote"`
	}
	got, err := send[listing[body]](ctx, c.c, &request{
		op: "reading presence", method: http.MethodGet, route: "/presence/v1/presences", scope: ScopePresence,
		query: url.Values{"userKey": userKeys},
	})
	var out []Presence
	for _, b := range got.Items {
		p := Presence{
			UserKey: call.Clean(b.UserKey), At: b.Timestamp, Status: plainWord(b.Status), DoNotDisturb: b.DND == "DO_NOT_DISTURB",
			Until: b.Until, Note: call.Clean(b.Note),
		}
		for _, s := range b.Details.Sources {
			p.DoNotDisturb = p.DoNotDisturb || s.Status == "ON"
		}
		out = append(out, p)
	}
	return out, err
}

// plainWord makes a word of the service one for people: IN_A_CALL is "in a call".
func plainWord(s string) string {
	return call.Clean(strings.ToLower(strings.ReplaceAll(s, "_", " ")))
}
