package gotoapi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
)

// tokenServer is a login service: it notes each request's form and headers, and answers with text.
type tokenServer struct {
	status int
	text   string
	forms  []url.Values
	head   http.Header
	id, pw string
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.forms = append(s.forms, form)
	s.head = r.Header
	s.id, s.pw, _ = r.BasicAuth()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.text)
}

func newOAuth(t *testing.T, s *tokenServer, log io.Writer) *OAuth {
	return NewOAuth(OAuthConfig{
		Host: "http://auth.test/", ClientID: "my-client", ClientSecret: "p/w+%",
		Scopes: []string{"a.read", "b.write"}, HTTP: serve(t, s),
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
}

const tokenBody = `{"access_token":"acc-1","token_type":"Bearer","expires_in":3600,"refresh_token":"ref-1","scope":"a.read b.write","principal":"ann@example.test"}`

func TestGrants(t *testing.T) {
	full := Token{Access: "acc-1", Refresh: "ref-1", Scopes: []string{"a.read", "b.write"}, Principal: "ann@example.test"}
	tests := []struct {
		name string
		text string
		ask  func(*testing.T, *OAuth) (Token, error)
		form url.Values
		want Token
	}{
		{"code", tokenBody, func(t *testing.T, o *OAuth) (Token, error) {
			return o.Exchange(t.Context(), "the-code", "http://localhost:5000", "the-verifier")
		}, url.Values{
			"grant_type": {"authorization_code"}, "code": {"the-code"}, "redirect_uri": {"http://localhost:5000"},
			"client_id": {"my-client"}, "code_verifier": {"the-verifier"},
		}, full},
		{"refresh with a new refresh token", tokenBody, func(t *testing.T, o *OAuth) (Token, error) {
			return o.Refresh(t.Context(), Token{Access: "acc-0", Refresh: "ref-0"})
		}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"ref-0"}}, full},
		{"refresh without one keeps the old", `{"access_token":"acc-2","token_type":"Bearer","expires_in":3600}`,
			func(t *testing.T, o *OAuth) (Token, error) {
				return o.Refresh(t.Context(), Token{Refresh: "ref-0", Scopes: []string{"s"}, Principal: "p"})
			}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"ref-0"}},
			Token{Access: "acc-2", Refresh: "ref-0", Scopes: []string{"s"}, Principal: "p"}},
		{"personal access token", `{"access_token":"acc-3","token_type":"Bearer","expires_in":3600,"scope":"x","principal":"p","loa":3}`,
			func(t *testing.T, o *OAuth) (Token, error) { return o.SwapPAT(t.Context(), "the-pat") },
			url.Values{"grant_type": {"personal_access_token"}, "pat": {"the-pat"}},
			Token{Access: "acc-3", Scopes: []string{"x"}, Principal: "p"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				s := &tokenServer{status: 200, text: tt.text}
				got, err := tt.ask(t, newOAuth(t, s, &log))
				if err != nil {
					t.Fatal(err)
				}
				tt.want.Obtained, tt.want.Expires = time.Now(), time.Now().Add(time.Hour)
				if d := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b Secret) bool { return a == b })); d != "" {
					t.Error(d)
				}
				if d := cmp.Diff([]url.Values{tt.form}, s.forms); d != "" {
					t.Error(d)
				}
				if s.id != "my-client" || s.pw != "p/w+%" || s.head.Get("Accept") != "application/json" {
					t.Errorf("headers: %q %q %v", s.id, s.pw, s.head)
				}
				for _, leak := range []string{"the-pat", "the-code", "acc-", "ref-", "p/w"} {
					if strings.Contains(log.String(), leak) {
						t.Errorf("%s leaks:\n%s", leak, log.String())
					}
				}
			})
		})
	}
}

func TestAuthURL(t *testing.T) {
	o := NewOAuth(OAuthConfig{ClientID: "my-client", ClientSecret: "pw", Scopes: []string{"a", "b"}})
	verifier := oauth2.GenerateVerifier()
	u, err := url.Parse(o.AuthURL("st&te", "http://localhost:5000", oauth2.S256ChallengeFromVerifier(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"response_type": {"code"}, "client_id": {"my-client"}, "redirect_uri": {"http://localhost:5000"},
		"scope": {"a b"}, "state": {"st&te"}, "code_challenge_method": {"S256"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)},
	}
	if d := cmp.Diff(want, u.Query()); d != "" {
		t.Error(d)
	}
	if u.Host != "authentication.logmeininc.com" || u.Path != "/oauth/authorize" {
		t.Errorf("%s%s", u.Host, u.Path)
	}
	if plain := o.AuthURL("s", "http://localhost:5000", ""); strings.Contains(plain, "challenge") {
		t.Errorf("%s", plain)
	}
}

func TestOAuthErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		text   string
		class  ErrorClass
		code   string
	}{
		{"expired refresh token", 400, `{"error":"invalid_grant","error_description":"gone\u001b[2J"}`, Auth, CodeInvalidGrant},
		{"wrong client", 401, `{"error":"invalid_client","error_description":"client not found"}`, Auth, CodeInvalidClient},
		// Seen for an expired refresh token (goto-api.md 1): a new login is the way out.
		{"bad request", 400, `{"error":"invalid_request"}`, Auth, CodeInvalidRequest},
		{"grant switched off", 401, `{"error":"unauthorized_client"}`, Auth, CodeUnauthorizedClient},
		{"unknown grant", 400, `{"error":"unsupported_grant_type"}`, Fatal, "unsupported_grant_type"},
		{"throttled", 429, `{}`, Throttled, ""},
		{"trouble", 503, `<html>acc-secret</html>`, Retry, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOAuth(t, &tokenServer{status: tt.status, text: tt.text}, io.Discard)
			_, err := o.Refresh(t.Context(), Token{Refresh: "ref-0"})
			var e *Error
			if Class(err) != tt.class || !errors.As(err, &e) || e.Code != tt.code || e.Status != tt.status {
				t.Errorf("%v %+v", Class(err), e)
			}
			for _, leak := range []string{"acc-secret", "ref-0", "\x1b", "p/w"} {
				if strings.Contains(err.Error(), leak) {
					t.Errorf("%q in %v", leak, err)
				}
			}
			if Hint(err) == "" && tt.class != Fatal {
				t.Errorf("no hint for %v", err)
			}
		})
	}
	if _, err := NewOAuth(OAuthConfig{}).Refresh(t.Context(), Token{}); !errors.Is(err, ErrNotLoggedIn) {
		t.Errorf("%v", err)
	}
	o := NewOAuth(OAuthConfig{HTTP: &http.Client{Transport: brokenTransport{}}})
	if _, err := o.SwapPAT(t.Context(), "the-pat"); Class(err) != Retry || strings.Contains(err.Error(), "the-pat") {
		t.Errorf("%v", err)
	}
}
