package sim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// vault holds what the authorization server has given out.
type vault struct {
	redirects []string
	codes     map[string]grant
	tokens    map[string]*token
	refreshes map[string]*refreshToken
}

func newVault(redirects []string) vault {
	return vault{redirects: redirects, codes: make(map[string]grant), tokens: make(map[string]*token), refreshes: make(map[string]*refreshToken)}
}

// grant is a person's consent behind an authorization code.
type grant struct {
	person    *person
	scopes    []string
	redirect  string
	challenge string // PKCE; "" when the client sent none
	method    string // plain, S256
	expires   time.Time
}

// token is an access token.
type token struct {
	person  *person
	scopes  []string
	expires time.Time
	revoked bool
	limits  map[string]*rate.Limiter // by API
}

type refreshToken struct {
	person          *person
	scopes          []string
	issued, expires time.Time
}

const codeLife = 10 * time.Minute

// allScopes are those of the vendor's OAuth client form; a client of this service has all of them.
func allScopes() []string {
	return []string{
		"call-events.v1.notifications.manage", "call-events.v1.events.read", "cr.v1.read",
		"call-history.v1.notifications.manage", "webrtc.v1.write", "webrtc.v1.read", "call-control.v1.calls.control",
		"calls.v2.initiate", "users.v1.lines.read", "users.v1.read", "voice-admin.v1.read", "voice-admin.v1.write",
		"recording.v1.read", "recording.v1.notifications.manage", "voicemail.v1.voicemails.read",
		"voicemail.v1.voicemails.write", "voicemail.v1.notifications.manage", "presence.v1.read", "presence.v1.write",
		"presence.v1.notifications.manage", "call-parking.v1.read", "call-parking.v1.notifications.manage",
		"queue-caller.v1.read", "cc-analytics.v1.agent-status.read", "contacts.v1.read", "contacts.v1.write",
		"messaging.v1.read", "messaging.v1.write", "messaging.v1.send", "messaging.v1.notifications.manage",
		"identity:", "identity:scim.me", "identity:scim.org",
	}
}

// parseScopes reads a space separated list; an empty one means all scopes of the client. False
// means that one is not known.
func parseScopes(text string) ([]string, bool) {
	all, asked := allScopes(), strings.Fields(text)
	if len(asked) == 0 {
		return all, true
	}
	for _, sc := range asked {
		if !slices.Contains(all, sc) {
			return nil, false
		}
	}
	return asked, true
}

// bearer finds the token of an Authorization header and checks that it has the scope: "" is any,
// "a|b" is either. A missing token is refused as a missing scope is.
func (v *vault) bearer(header, scope string) (*token, *apiError) {
	if header == "" {
		return nil, errScope(scope)
	}
	kind, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return nil, errAuthn("UNSUPPORTED_SCHEME")
	}
	if text = strings.TrimSpace(text); text == "" || strings.ContainsAny(text, " \t") {
		return nil, errAuthn("MALFORMED_TOKEN")
	}
	t := v.tokens[text]
	switch {
	case t == nil || t.revoked:
		return nil, errAuthn("INVALID_TOKEN")
	case !time.Now().Before(t.expires):
		return nil, errAuthn("EXPIRED_TOKEN")
	case scope != "" && !slices.ContainsFunc(strings.Split(scope, "|"), func(s string) bool { return slices.Contains(t.scopes, s) }):
		return nil, errScope(scope)
	}
	return t, nil
}

// issue makes an access token. Real ones are JWTs of up to 4096 characters; clients must not read
// them, so this one is signed with noise.
func (s *Service) issue(p *person, scopes []string) string {
	now := time.Now()
	s.vault.prune(now)
	claims, _ := json.Marshal(map[string]any{ // strings and numbers always marshal
		"sub": p.user.Key, "aud": s.cfg.ClientID, "iss": "ringside sim", "iat": now.Unix(),
		"exp": now.Add(s.cfg.TokenLife).Unix(), "jti": s.ids.uuid(), "sc": strings.Join(scopes, " "), "typ": "a",
	})
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(`{"alg":"RS512","typ":"JWT"}`)) + "." + enc.EncodeToString(claims) + "." + s.ids.opaque(256)
	s.vault.tokens[text] = &token{person: p, scopes: scopes, expires: now.Add(s.cfg.TokenLife), limits: make(map[string]*rate.Limiter)}
	return text
}

// issueRefresh makes a refresh token.
func (s *Service) issueRefresh(p *person, scopes []string) string {
	now := time.Now()
	text := s.ids.opaque(96)
	s.vault.refreshes[text] = &refreshToken{person: p, scopes: scopes, issued: now, expires: now.Add(s.cfg.RefreshLife)}
	return text
}

// remembered is how long an expired token is answered as expired and not as unknown.
const remembered = 24 * time.Hour

func (v *vault) prune(now time.Time) {
	for text, t := range v.tokens {
		if now.Sub(t.expires) > remembered {
			delete(v.tokens, text)
		}
	}
	for text, g := range v.codes {
		if now.After(g.expires) {
			delete(v.codes, text)
		}
	}
	for text, t := range v.refreshes {
		if now.After(t.expires) {
			delete(v.refreshes, text)
		}
	}
}

// proves checks a PKCE verifier. The vendor does not speak of PKCE, so a client may leave it out.
func (g grant) proves(verifier string) bool {
	switch {
	case g.challenge == "":
		return true
	case g.method == "S256":
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return same(verifier, g.challenge)
}

// same compares secrets in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
