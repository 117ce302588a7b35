package sim

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// asking is an authorization request that has passed its checks.
type asking struct {
	implicit  bool
	redirect  string
	scopes    []string
	state     string
	challenge string
	method    string
}

// checkAsking reads an authorization request. Neither an unknown client nor an unregistered
// redirect URI may be redirected to, so wrong is what to tell the person; code,
// when it is not "", is the error to send to the redirect URI.
func (s *Service) checkAsking(q url.Values) (a asking, code, wrong string) {
	a = asking{redirect: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method")}
	if q.Get("client_id") != s.cfg.ClientID {
		return a, "", "The client_id is not known. Use the one that the simulated service printed at its start."
	}
	if !slices.Contains(s.vault.redirects, a.redirect) {
		return a, "", "The redirect_uri is not registered for this client. Register exactly this text with it."
	}
	switch q.Get("response_type") {
	case "code":
	case "token":
		a.implicit = true
	default:
		return a, "unsupported_response_type", ""
	}
	if a.method == "" {
		a.method = "plain"
	}
	if a.challenge != "" && a.method != "plain" && a.method != "S256" {
		return a, "invalid_request", ""
	}
	var ok bool
	if a.scopes, ok = parseScopes(q.Get("scope")); !ok {
		return a, "invalid_scope", ""
	}
	return a, "", ""
}

// authorize serves GET /oauth/authorize: 302 to the login page, which is told where to go on.
func (s *Service) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a, code, wrong := s.checkAsking(q)
	if wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	if code != "" {
		a.redirectWith(w, url.Values{"error": {code}})
		return
	}
	onward := base(r) + "/OAuth/approve?" + q.Encode()
	w.Header().Set("Location", base(r)+"/login?"+url.Values{"service": {onward}}.Encode())
	w.WriteHeader(http.StatusFound)
}

// redirectWith sends the browser back to the client, in the fragment for the implicit grant.
func (a asking) redirectWith(w http.ResponseWriter, v url.Values) {
	if a.state != "" {
		v.Set("state", a.state)
	}
	to, sep := a.redirect, "?"
	switch {
	case a.implicit:
		sep = "#"
	case strings.Contains(to, "?"):
		sep = "&"
	}
	w.Header().Set("Location", to+sep+v.Encode())
	w.WriteHeader(http.StatusFound)
}

func loginPage() *template.Template {
	return template.Must(template.New("login").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated GoTo: log in</title></head>
<body><h1>Simulated GoTo</h1>
<p>This is no real account and there is no password. Choose who you are at {{.Organization}}:</p>
<ul>{{range .People}}
<li><a href="{{.Link}}">{{.Name}}</a> {{.Extension}} {{.Email}}{{if .Admin}} (super admin){{end}}</li>{{end}}
</ul></body></html>
`))
}

type loginEntry struct {
	Link, Name, Extension, Email string
	Admin                        bool
}

// login serves GET /login?service=…: a link for each person. Super admins come first; they alone
// may watch the whole account.
func (s *Service) login(w http.ResponseWriter, r *http.Request) {
	service, err := url.Parse(r.URL.Query().Get("service"))
	if err != nil || service.RawQuery == "" {
		http.Error(w, "The parameter service is missing. Begin at /oauth/authorize.", http.StatusBadRequest)
		return
	}
	entries := make([]loginEntry, 0, len(s.people.all))
	for _, p := range s.people.all {
		q := service.Query()
		q.Set("user", p.user.Key)
		// Only the query is taken from the parameter: the page must not lead to another host.
		e := loginEntry{Link: "/OAuth/approve?" + q.Encode(), Name: p.user.Name, Email: p.user.Email, Admin: p.superAdmin}
		if p.line != nil {
			e.Extension = p.line.Number
		}
		entries = append(entries, e)
	}
	slices.SortStableFunc(entries, func(a, b loginEntry) int { return order(a.Admin) - order(b.Admin) })
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = loginPage().Execute(w, struct { // fails only when the browser has gone
		Organization string
		People       []loginEntry
	}{s.people.account.OrganizationName, entries})
}

// order puts super admins before others.
func order(admin bool) int {
	if admin {
		return 0
	}
	return 1
}

// approve serves /OAuth/approve: the person has been chosen and the consent is given.
func (s *Service) approve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a, code, wrong := s.checkAsking(q)
	if wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	p := s.people.byKey[q.Get("user")]
	switch {
	case code != "":
		a.redirectWith(w, url.Values{"error": {code}})
		return
	case q.Get("user") == "": // a browser that came here past the login page
		w.Header().Set("Location", base(r)+"/login?"+url.Values{"service": {base(r) + r.URL.RequestURI()}}.Encode())
		w.WriteHeader(http.StatusFound)
		return
	case p == nil:
		a.redirectWith(w, url.Values{"error": {"access_denied"}})
		return
	}
	a.redirectWith(w, s.consent(a, p))
}

// consent makes the parameters that the client gets: a code, or at once a token.
func (s *Service) consent(a asking, p *person) url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !a.implicit {
		code := s.ids.opaque(32)
		s.vault.codes[code] = grant{p, a.scopes, a.redirect, a.challenge, a.method, time.Now().Add(codeLife)}
		return url.Values{"code": {code}}
	}
	return url.Values{
		"access_token": {s.issue(p, a.scopes)}, "token_type": {"Bearer"}, "scope": {strings.Join(a.scopes, " ")},
		"expires_in": {strconv.FormatInt(int64(s.cfg.TokenLife/time.Second), 10)}, "principal": {p.user.Email},
	}
}
