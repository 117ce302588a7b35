package sim_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/sim"
)

const demoRedirect = "http://127.0.0.1:12021/app/redirect"

func (r *rig) authorizeQuery() url.Values {
	return url.Values{"client_id": {r.hello.ClientID}, "response_type": {"code"}, "redirect_uri": {demoRedirect}, "state": {"s t&1"}}
}

// location wants a 302 and reads where it leads.
func (r *rig) location(path string) *url.URL {
	r.t.Helper()
	u, err := url.Parse(r.send(r.request("GET", path, "")).want(r.t, 302).header.Get("Location"))
	if err != nil {
		r.t.Fatal(err)
	}
	return u
}

// code walks from the authorization request over the login page to an authorization code.
func (r *rig) code(q url.Values) string {
	r.t.Helper()
	login := r.location("/oauth/authorize?" + q.Encode())
	page := r.send(r.request("GET", login.RequestURI(), "")).want(r.t, 200)
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllSubmatch(page.body, -1)
	if len(links) < 2 {
		r.t.Fatalf("the login page lists %d people", len(links))
	}
	back := r.location(html.UnescapeString(string(links[0][1])))
	if got := back.Scheme + "://" + back.Host + back.Path; got != q.Get("redirect_uri") {
		r.t.Fatalf("sent back to %s", got)
	}
	if back.Query().Get("state") != q.Get("state") {
		r.t.Errorf("state came back as %q", back.Query().Get("state"))
	}
	return back.Query().Get("code")
}

func codeForm(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {demoRedirect}}
}

func TestAuthorizeRedirectsToALoginPage(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		login := r.location("/oauth/authorize?" + r.authorizeQuery().Encode())
		if login.Host != "api.sim.example" || login.Path != "/login" {
			t.Errorf("Location %s", login)
		}
		service, err := url.Parse(login.Query().Get("service"))
		if err != nil || service.Path != "/OAuth/approve" || service.Query().Get("redirect_uri") != demoRedirect {
			t.Errorf("service %v (%v)", service, err)
		}
	})
}

func TestCodeGrant(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		code := r.code(r.authorizeQuery())
		res := r.form(codeForm(code)).want(t, 200)
		m := res.object(t)
		want := []string{"access_token", "expires_in", "principal", "refresh_token", "scope", "token_type"}
		if got := keys(m); !slices.Equal(got, want) {
			t.Errorf("members %v, want %v", got, want)
		}
		if m["token_type"] != "Bearer" || m["expires_in"] != 3600.0 || !strings.Contains(m["principal"].(string), "@") {
			t.Errorf("answer %s", res.body)
		}
		if strings.Count(res.text(t, "access_token"), ".") != 2 {
			t.Error("the access token does not look like a JWT")
		}
		r.as(res.text(t, "access_token"), "GET", "/users/v1/lines", "").want(t, 200)
		if again := r.form(codeForm(code)).want(t, 400); again.text(t, "error") != "invalid_grant" {
			t.Errorf("second use of a code: %s", again.body)
		}
	})
}

func TestCodeIsBoundToItsRequest(t *testing.T) {
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	tests := []struct {
		name          string
		query, change url.Values
		wait          time.Duration
		status        int
	}{
		{"as asked", nil, nil, 0, 200},
		{"another redirect URI", nil, url.Values{"redirect_uri": {"http://localhost:5000"}}, 0, 400},
		{"another client", nil, url.Values{"client_id": {"other"}}, 0, 400},
		{"too late", nil, nil, 11 * time.Minute, 400},
		{"verifier", url.Values{"code_challenge": {challenge}, "code_challenge_method": {"S256"}}, url.Values{"code_verifier": {verifier}}, 0, 200},
		{"wrong verifier", url.Values{"code_challenge": {challenge}, "code_challenge_method": {"S256"}}, url.Values{"code_verifier": {"x"}}, 0, 400},
		{"no verifier", url.Values{"code_challenge": {verifier}}, nil, 0, 400},
		{"plain verifier", url.Values{"code_challenge": {verifier}}, url.Values{"code_verifier": {verifier}}, 0, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
				q := r.authorizeQuery()
				for k, v := range tt.query {
					q[k] = v
				}
				form := codeForm(r.code(q))
				for k, v := range tt.change {
					form[k] = v
				}
				pass(tt.wait)
				if res := r.form(form).want(t, tt.status); tt.status != 200 && res.text(t, "error") != "invalid_grant" {
					t.Errorf("%s", res.body)
				}
			})
		})
	}
}

func TestAuthorizeRefuses(t *testing.T) {
	tests := []struct {
		name, key, value string
		status           int
		code             string // of the redirect's error
	}{
		{"unknown client", "client_id", "nobody", 400, ""},
		{"redirect URI with one more slash", "redirect_uri", demoRedirect + "/", 400, ""},
		{"no redirect URI", "redirect_uri", "", 400, ""},
		{"unknown scope", "scope", "users.v1.lines.read nonsense", 302, "invalid_scope"},
		{"unknown response type", "response_type", "id_token", 302, "unsupported_response_type"},
		{"unknown PKCE method", "code_challenge_method", "S1", 302, "invalid_request"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
				q := r.authorizeQuery()
				q.Set("code_challenge", "x")
				q.Set(tt.key, tt.value)
				for _, path := range []string{"/oauth/authorize?", "/OAuth/approve?user=1&"} {
					res := r.send(r.request("GET", path+q.Encode(), "")).want(t, tt.status)
					if tt.status == 302 && !strings.Contains(res.header.Get("Location"), "error="+tt.code) {
						t.Errorf("%s leads to %s", path, res.header.Get("Location"))
					}
				}
			})
		})
	}
}

func TestConfiguredRedirectIsRegistered(t *testing.T) {
	inBubble(t, sim.Config{Redirects: []string{"http://127.0.0.1:7777/cb?x=1"}}, func(t *testing.T, r *rig) {
		q := r.authorizeQuery()
		q.Set("redirect_uri", "http://127.0.0.1:7777/cb?x=1")
		q.Set("user", "nobody")
		if u := r.location("/OAuth/approve?" + q.Encode()); u.Query().Get("x") != "1" || u.Query().Get("error") != "access_denied" {
			t.Errorf("sent to %s", u)
		}
	})
}

func TestImplicitGrantAnswersInTheFragment(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		token := r.loginAs(r.userKeys()[0], "users.v1.lines.read")
		r.as(token, "GET", "/users/v1/lines", "").want(t, 200)
		r.as(token, "GET", "/users/v1/me", "").refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
	})
}

func TestRefreshKeepsItsTokenUntilSixtyPercent(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), RefreshLife: 100 * time.Hour}, func(t *testing.T, r *rig) {
		first := r.form(codeForm(r.code(r.authorizeQuery()))).want(t, 200)
		refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.text(t, "refresh_token")}}
		pass(59 * time.Hour)
		early := r.form(refresh).want(t, 200)
		if _, ok := early.object(t)["refresh_token"]; ok {
			t.Error("a new refresh token before 60 % of the old one's life")
		}
		r.as(early.text(t, "access_token"), "GET", "/users/v1/lines", "").want(t, 200)
		pass(time.Hour)
		late := r.form(refresh).want(t, 200)
		if late.text(t, "refresh_token") == first.text(t, "refresh_token") {
			t.Error("the refresh token did not change at 60 %")
		}
		r.as(early.text(t, "access_token"), "GET", "/users/v1/lines", "").refused(t, 401, "AUTHN_EXPIRED_TOKEN")
		pass(40 * time.Hour)
		if res := r.form(refresh).want(t, 400); res.text(t, "error") != "invalid_grant" {
			t.Errorf("expired refresh token: %s", res.body)
		}
		refresh.Set("refresh_token", late.text(t, "refresh_token"))
		r.form(refresh).want(t, 200)
	})
}

func TestPersonalAccessToken(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		m := r.form(url.Values{"grant_type": {"personal_access_token"}, "pat": {r.hello.PersonalAccessToken}}).want(t, 200).object(t)
		want := []string{"access_token", "expires_in", "loa", "principal", "scope", "token_type"}
		if got := keys(m); !slices.Equal(got, want) || m["loa"] != 3.0 || m["principal"] != r.hello.Login {
			t.Errorf("answer %v", m)
		}
	})
}

func TestTokenEndpointRefuses(t *testing.T) {
	tests := []struct {
		name   string
		form   url.Values
		status int
		code   string
	}{
		{"nothing", url.Values{}, 400, "invalid_request"},
		{"unknown grant", url.Values{"grant_type": {"saml"}}, 400, "unsupported_grant_type"},
		{"client credentials", url.Values{"grant_type": {"client_credentials"}}, 401, "unauthorized_client"},
		{"no code", url.Values{"grant_type": {"authorization_code"}}, 400, "invalid_request"},
		{"unknown code", codeForm("x"), 400, "invalid_grant"},
		{"no refresh token", url.Values{"grant_type": {"refresh_token"}}, 400, "invalid_request"},
		{"unknown refresh token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, 400, "invalid_grant"},
		{"no PAT", url.Values{"grant_type": {"personal_access_token"}}, 400, "invalid_request"},
		{"unknown PAT", url.Values{"grant_type": {"personal_access_token"}, "pat": {"x"}}, 400, "invalid_grant"},
	}
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		for _, tt := range tests {
			m := r.form(tt.form).want(t, tt.status).object(t)
			if m["error"] != tt.code || len(m) != 2 || m["error_description"] == "" {
				t.Errorf("%s: %v", tt.name, m)
			}
		}
		for _, auth := range [][2]string{{"nobody", r.hello.ClientSecret}, {r.hello.ClientID, "wrong"}, {}} {
			req := r.request("POST", "/oauth/token", "grant_type=personal_access_token&pat=x")
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if auth[0] != "" {
				req.SetBasicAuth(auth[0], auth[1])
			}
			if res := r.send(req).want(t, 401); res.text(t, "error") != "invalid_client" {
				t.Errorf("client %q: %s", auth[0], res.body)
			}
		}
	})
}

func TestBearer(t *testing.T) {
	inBubble(t, sim.Config{TokenLife: time.Minute}, func(t *testing.T, r *rig) {
		r.as("", "GET", "/users/v1/lines", "").refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
		r.as("no-such-token", "GET", "/users/v1/lines", "").refused(t, 401, "AUTHN_INVALID_TOKEN")
		r.as("two words", "GET", "/users/v1/lines", "").refused(t, 401, "AUTHN_MALFORMED_TOKEN")
		req := r.request("GET", "/users/v1/lines", "")
		req.SetBasicAuth("a", "b")
		r.send(req).refused(t, 401, "AUTHN_UNSUPPORTED_SCHEME")
		pass(59 * time.Second)
		r.do("GET", "/users/v1/lines", "").want(t, 200)
		pass(time.Second)
		r.do("GET", "/users/v1/lines", "").refused(t, 401, "AUTHN_EXPIRED_TOKEN")
	})
}
