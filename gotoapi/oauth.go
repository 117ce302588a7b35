package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"ringside/store/call"
)

// OAuthConfig names the OAuth client that speaks for ringside (goto-api.md 1). Clients are managed
// at developer.logmeininc.com/clients.
type OAuthConfig struct {
	Host         string // base address of the login service; empty means DefaultHosts().Auth
	ClientID     string
	ClientSecret Secret
	Scopes       []string // empty asks for all scopes of the client
	HTTP         *http.Client
	Logger       *slog.Logger
	UserAgent    string
}

// OAuth speaks to the login service. It is safe for concurrent use.
type OAuth struct {
	cfg  OAuthConfig
	http *http.Client
}

// NewOAuth makes an OAuth.
func NewOAuth(cfg OAuthConfig) *OAuth {
	cfg.Host = strings.TrimRight(or(cfg.Host, DefaultHosts().Auth), "/")
	cfg.UserAgent = or(cfg.UserAgent, "ringside")
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	h := bareClient(cfg.HTTP)
	if h.Timeout == 0 {
		h.Timeout = 30 * time.Second
	}
	h.Transport = tokenTransport{next: h.Transport, cfg: cfg}
	return &OAuth{cfg: cfg, http: h}
}

// AuthURL returns the address at which a person logs in. state comes back unchanged and must be
// checked. challenge is the PKCE challenge of the verifier that Exchange gets
// (oauth2.S256ChallengeFromVerifier); empty leaves PKCE out, which the service is not known to
// offer (goto-api.md 1).
func (o *OAuth) AuthURL(state, redirect, challenge string) string {
	var opts []oauth2.AuthCodeOption
	if challenge != "" {
		opts = append(opts, oauth2.SetAuthURLParam("code_challenge", challenge),
			oauth2.SetAuthURLParam("code_challenge_method", "S256"))
	}
	return o.code(redirect).AuthCodeURL(state, opts...)
}

// Exchange swaps the code of a login for a token. redirect must equal the one given to AuthURL;
// verifier may be empty.
func (o *OAuth) Exchange(ctx context.Context, code, redirect, verifier string) (Token, error) {
	// The vendor's demos send client_id in the body too (goto-api.md 1, "Grant types").
	opts := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("client_id", o.cfg.ClientID)}
	if verifier != "" {
		opts = append(opts, oauth2.VerifierOption(verifier))
	}
	t, err := o.code(redirect).Exchange(o.context(ctx), code, opts...)
	return o.result("logging in", Token{}, t, err)
}

// Refresh swaps t's refresh token for a new token. When the answer brings no refresh token, the
// old one stays in use: the service sends a new one only after 60 % of its life (goto-api.md 1).
func (o *OAuth) Refresh(ctx context.Context, t Token) (Token, error) {
	if t.Refresh == "" {
		return Token{}, fmt.Errorf("refreshing the login: %w", ErrNotLoggedIn)
	}
	src := o.code("").TokenSource(o.context(ctx), &oauth2.Token{RefreshToken: t.Refresh.Reveal()})
	fresh, err := src.Token()
	return o.result("refreshing the login", t, fresh, err)
}

// SwapPAT swaps a personal access token, made at myaccount.goto.com, for a token of an hour. There
// is no refresh token: swap again (goto-api.md 1).
func (o *OAuth) SwapPAT(ctx context.Context, pat Secret) (Token, error) {
	src := clientcredentials.Config{
		ClientID: o.cfg.ClientID, ClientSecret: o.cfg.ClientSecret.Reveal(),
		TokenURL: o.tokenURL(), AuthStyle: oauth2.AuthStyleInHeader,
		EndpointParams: url.Values{"grant_type": {"personal_access_token"}, "pat": {pat.Reveal()}},
	}
	t, err := src.Token(o.context(ctx))
	return o.result("swapping the personal access token", Token{}, t, err)
}

func (o *OAuth) code(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.cfg.ClientID, ClientSecret: o.cfg.ClientSecret.Reveal(),
		RedirectURL: redirect, Scopes: o.cfg.Scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: o.cfg.Host + "/oauth/authorize", TokenURL: o.tokenURL(),
			AuthStyle: oauth2.AuthStyleInHeader,
		},
	}
}

func (o *OAuth) tokenURL() string { return o.cfg.Host + "/oauth/token" }

func (o *OAuth) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, o.http)
}

// result makes our own token or error of the library's. Scopes and principal that an answer leaves
// out are those of the token before it.
func (o *OAuth) result(op string, before Token, t *oauth2.Token, err error) (Token, error) {
	if err != nil {
		return Token{}, oauthError(op, err)
	}
	got := tokenFrom(t, time.Now())
	if got.Refresh == "" {
		got.Refresh = before.Refresh
	}
	if len(got.Scopes) == 0 {
		got.Scopes = before.Scopes
	}
	got.Principal = or(call.Clean(got.Principal), before.Principal)
	return got, nil
}

// oauthError keeps of the library's error what is safe to show: its own text quotes the whole
// answer.
func oauthError(op string, err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return fmt.Errorf("%s: %w", op, withoutAddress(err))
	}
	e := &Error{Op: op, Code: word(refused.ErrorCode), Message: call.Clean(refused.ErrorDescription)}
	if refused.Response != nil {
		e.Status = refused.Response.StatusCode
		e.RetryAfter = retryAfter(refused.Response.Header.Get("Retry-After"), time.Now())
	}
	return e
}

// tokenTransport adds what the login service wants to the library's requests, and logs them
// without their bodies.
type tokenTransport struct {
	next http.RoundTripper
	cfg  OAuthConfig
}

// RoundTrip implements http.RoundTripper.
func (t tokenTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", t.cfg.UserAgent)
	// The library escapes id and secret before it encodes them (RFC 6749, 2.3.1); the vendor's
	// demos do not (goto-api.md 1, "Client auth").
	r.SetBasicAuth(t.cfg.ClientID, t.cfg.ClientSecret.Reveal())
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	start := time.Now()
	res, err := next.RoundTrip(r)
	status := 0
	if err == nil {
		status = res.StatusCode
	}
	t.cfg.Logger.DebugContext(r.Context(), "asking for a token",
		"method", r.Method, "route", r.URL.Path, "status", status, "took", time.Since(start))
	return res, err
}
