package connect

import (
	"net/http"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
)

// CRM is where the simulated company keeps its customers, and how to reach it: nothing else is on its
// network. A person's browser cannot open its pages; HTTP can.
type CRM struct {
	API   string // address of its interface for programs: https://crm.simulated/crm/api
	Pages string // address of its pages for people
	Token gotoapi.Secret
	HTTP  *http.Client
}

// crmBase is where the CRM within this process is said to be.
const crmBase = "https://crm.simulated"

// newCRM gives the CRM of a far end.
func newCRM(svc *sim.Service, pipe *memnet.Listener) *CRM {
	h := svc.Hello(crmBase).CRM
	return &CRM{
		API: h.URL, Pages: h.Pages, Token: gotoapi.Secret(h.Token),
		HTTP: &http.Client{Transport: endsTLS{&http.Transport{DialContext: pipe.DialContext, DialTLSContext: pipe.DialContext}}},
	}
}

// endsTLS stands for the proxy before a service that ends TLS, and says so as proxies do.
type endsTLS struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (t endsTLS) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-Proto", r.URL.Scheme)
	return t.Transport.RoundTrip(r)
}
