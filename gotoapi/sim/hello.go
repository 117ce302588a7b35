package sim

// Hello is what a program needs to know to use a running Service: the first line that
// `ringside sim` prints. It holds the secrets of the simulation, which guard nothing.
type Hello struct {
	BaseURL             string `json:"baseUrl"` // stands for all the hosts of the service
	ClientID            string `json:"clientId"`
	ClientSecret        string `json:"clientSecret"`
	AccountKey          string `json:"accountKey"`
	OrganizationID      string `json:"organizationId"`
	PersonalAccessToken string `json:"personalAccessToken"`
	Login               string `json:"login"` // e-mail of the person behind the personal access token
	CRM                 CRM    `json:"crm"`
	Me                  Me     `json:"me"`
}

// Me is the line that simulated callers ring again and again.
type Me struct {
	LineID    string `json:"lineId"`
	Extension string `json:"extension"`
	Name      string `json:"name"`
}

// CRM is the customer database of the simulated company.
type CRM struct {
	URL   string `json:"url"`   // its API: URL + "/contacts?phone=" and a number in E.164
	Pages string `json:"pages"` // its pages for people: Pages + "/contacts/" and an id, Pages + "/new?phone=" and a number
	Token string `json:"token"` // bearer token of the API
}

// Hello describes the service as reached at baseURL, such as "http://127.0.0.1:8080".
func (s *Service) Hello(baseURL string) Hello {
	p := s.people
	return Hello{
		BaseURL: baseURL, ClientID: s.cfg.ClientID, ClientSecret: s.cfg.ClientSecret,
		AccountKey: p.account.Key, OrganizationID: p.account.OrganizationID,
		PersonalAccessToken: s.cfg.PAT, Login: p.me.user.Email,
		CRM: CRM{URL: baseURL + "/crm/api", Pages: baseURL + "/crm", Token: s.crm.token},
		Me:  Me{LineID: p.me.line.ID, Extension: p.me.line.Number, Name: p.me.user.Name},
	}
}
