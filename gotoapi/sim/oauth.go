package sim

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// oauthError is the authorization server's kind of refusal.
type oauthError struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func errOAuth(status int, code, description string) *oauthError {
	return &oauthError{status, code, description}
}

// tokenAnswer is what POST /oauth/token gives.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"` // s
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
	Principal    string `json:"principal"` // the user's e-mail
	LOA          int    `json:"loa,omitempty"`
}

// serveToken serves POST /oauth/token.
func (s *Service) serveToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		s.refuseOAuth(w, errOAuth(http.StatusBadRequest, "invalid_request", "Required parameter(s) missing or wrong."))
		return
	}
	s.mu.Lock()
	answer, refusal := s.exchange(r)
	s.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	if refusal != nil {
		s.refuseOAuth(w, refusal)
		return
	}
	writeJSON(w, http.StatusOK, encode(answer))
}

func (s *Service) refuseOAuth(w http.ResponseWriter, e *oauthError) {
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="oauth"`)
	}
	writeJSON(w, e.status, encode(e))
}

func (s *Service) exchange(r *http.Request) (tokenAnswer, *oauthError) {
	id, secret, ok := r.BasicAuth()
	// RFC 6749 has the two encoded for the header; clients that do not encode send the same bytes here.
	if plain, err := url.QueryUnescape(id); err == nil {
		id = plain
	}
	if plain, err := url.QueryUnescape(secret); err == nil {
		secret = plain
	}
	switch {
	case !ok || id != s.cfg.ClientID:
		return tokenAnswer{}, errOAuth(http.StatusUnauthorized, "invalid_client", "client not found")
	case !same(secret, s.cfg.ClientSecret):
		return tokenAnswer{}, errOAuth(http.StatusUnauthorized, "invalid_client", "client authentication failed")
	}
	switch kind := r.PostForm.Get("grant_type"); kind {
	case "authorization_code":
		return s.exchangeCode(r.PostForm)
	case "refresh_token":
		return s.exchangeRefresh(r.PostForm)
	case "personal_access_token":
		return s.exchangePAT(r.PostForm)
	case "client_credentials", "password":
		return tokenAnswer{}, errOAuth(http.StatusUnauthorized, "unauthorized_client", "unauthorized grant type")
	case "":
		return tokenAnswer{}, errMissing()
	default:
		return tokenAnswer{}, errOAuth(http.StatusBadRequest, "unsupported_grant_type", "unsupported grant type")
	}
}

func errMissing() *oauthError {
	return errOAuth(http.StatusBadRequest, "invalid_request", "Required parameter(s) missing or wrong.")
}

func errGrant(what string) *oauthError {
	return errOAuth(http.StatusBadRequest, "invalid_grant", what)
}

func (s *Service) answerFor(p *person, scopes []string) tokenAnswer {
	return tokenAnswer{
		AccessToken: s.issue(p, scopes), TokenType: "Bearer", ExpiresIn: int64(s.cfg.TokenLife / time.Second),
		Scope: strings.Join(scopes, " "), Principal: p.user.Email,
	}
}

func (s *Service) exchangeCode(form url.Values) (tokenAnswer, *oauthError) {
	text := form.Get("code")
	if text == "" || form.Get("redirect_uri") == "" {
		return tokenAnswer{}, errMissing()
	}
	g, ok := s.vault.codes[text]
	delete(s.vault.codes, text) // single use, also when something else is wrong
	switch {
	case !ok || time.Now().After(g.expires):
		return tokenAnswer{}, errGrant("the code is not known, was used or has expired")
	case form.Get("client_id") != "" && form.Get("client_id") != s.cfg.ClientID:
		return tokenAnswer{}, errGrant("the code was given to another client")
	case form.Get("redirect_uri") != g.redirect:
		return tokenAnswer{}, errGrant("redirect_uri is not the one of the authorization")
	case !g.proves(form.Get("code_verifier")):
		return tokenAnswer{}, errGrant("code_verifier does not match")
	}
	answer := s.answerFor(g.person, g.scopes)
	answer.RefreshToken = s.issueRefresh(g.person, g.scopes)
	return answer, nil
}

// exchangeRefresh gives a new refresh token only when the old one has lived a part of its life
// (vendor: 60 %); before that the client keeps the one it has. The earlier access token stays valid.
func (s *Service) exchangeRefresh(form url.Values) (tokenAnswer, *oauthError) {
	text := form.Get("refresh_token")
	if text == "" {
		return tokenAnswer{}, errMissing()
	}
	now := time.Now()
	old := s.vault.refreshes[text]
	if old == nil || !now.Before(old.expires) {
		return tokenAnswer{}, errGrant("the refresh token is not known or has expired")
	}
	answer := s.answerFor(old.person, old.scopes)
	if float64(now.Sub(old.issued)) >= s.cfg.RotateAfter*float64(s.cfg.RefreshLife) {
		answer.RefreshToken = s.issueRefresh(old.person, old.scopes)
	}
	return answer, nil
}

func (s *Service) exchangePAT(form url.Values) (tokenAnswer, *oauthError) {
	pat := form.Get("pat")
	switch {
	case pat == "":
		return tokenAnswer{}, errMissing()
	case !same(pat, s.cfg.PAT):
		return tokenAnswer{}, errGrant("the personal access token is not known")
	}
	answer := s.answerFor(s.people.me, allScopes())
	answer.LOA = 3
	return answer, nil
}
