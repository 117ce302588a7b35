package sim

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"ringside/gotoapi/sim/world"
)

// crmPath is where the CRM lies.
const crmPath = "/crm/"

// crmRoutes are the paths below /crm; the package comment describes them.
func (s *Service) crmRoutes(mux *http.ServeMux) {
	handle := func(path string, m methods) { mux.Handle(path, crmDispatch(m)) }
	handle("/crm/api/contacts", methods{"GET": s.crmAPI(s.crm.search), "POST": s.crmAPI(s.crm.post)})
	handle("/crm/api/contacts/{id}", methods{"GET": s.crmAPI(s.crm.one)})
	handle("/crm/api/contacts/{id}/tickets", methods{"GET": s.crmAPI(s.crm.tickets)})
	handle("/crm/contacts/{id}", methods{"GET": s.crm.page(s.crm.contactPage)})
	handle("/crm/tickets/{id}", methods{"GET": s.crm.page(s.crm.ticketPage)})
	handle("/crm/new", methods{"GET": s.crm.page(s.crm.newPage)})
	handle("/crm/contacts", methods{"POST": s.crm.page(s.crm.submit)})
	mux.HandleFunc(crmPath, func(w http.ResponseWriter, _ *http.Request) { crmNotFound("page").write(w) })

	control := func(path string, m methods) { mux.Handle(path, s.dispatch(m)) }
	control("/_sim/crm/visits", methods{
		"GET": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, encode(struct {
				Items []Visit `json:"items"`
			}{append([]Visit{}, s.Visits()...)}))
		}),
		"DELETE": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.crm.forget(); w.WriteHeader(http.StatusNoContent) }),
	})
}

// crmDispatch answers 405 to methods that a path does not know.
func crmDispatch(m methods) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := m[r.Method]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Allow", m.names())
		crmStatus(http.StatusMethodNotAllowed).write(w)
	})
}

func crmNotFound(what string) *crmError {
	return &crmError{http.StatusNotFound, "not_found", "There is no such " + what}
}

// crmHandler answers a request to the API: status and body, or the refusal.
type crmHandler func(http.Header, *http.Request) (int, any, *crmError)

// crmAPI makes an http.Handler of h: it takes its time, asks for the token and writes the answer.
func (s *Service) crmAPI(h crmHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.linger(r, s.crm.latency) {
			crmStatus(http.StatusServiceUnavailable).write(w)
			return
		}
		if !s.crm.allowed(r) {
			(&crmError{http.StatusUnauthorized, "unauthorized", "The request has not the token of this CRM"}).write(w)
			return
		}
		status, answer, refusal := h(w.Header(), r)
		if refusal != nil {
			refusal.write(w)
			return
		}
		writeJSON(w, status, encode(answer))
	})
}

// crmContact is a contact on the wire.
type crmContact struct {
	ID      string            `json:"id"`
	Name    string            `json:"name"`
	Company string            `json:"company"`
	Tier    string            `json:"tier"`
	Email   string            `json:"email"`
	Phones  []string          `json:"phones"`
	Owner   string            `json:"owner"`
	URL     string            `json:"url"` // the page of the contact
	Notes   string            `json:"notes"`
	Custom  map[string]string `json:"custom"`
	Next    *crmAppointment   `json:"next_appointment"`
	Tickets *[]crmTicket      `json:"tickets,omitempty"` // the open ones, with include=tickets
}

type crmAppointment struct {
	Title string `json:"title"`
	At    string `json:"at"` // RFC 3339
}

// crmTicket is a ticket on the wire.
type crmTicket struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	State    string `json:"state"`
	Priority string `json:"priority"`
	Opened   string `json:"opened"` // RFC 3339
	URL      string `json:"url"`
}

// shown is a contact as the API shows it to a request.
func shown(k world.Contact, r *http.Request) crmContact {
	c := crmContact{
		ID: k.ID, Name: k.Name, Company: k.Company, Tier: k.Tier, Email: k.Email, Phones: k.Phones, Owner: k.Owner,
		URL: base(r) + "/crm/contacts/" + k.ID, Notes: k.Notes, Custom: map[string]string{},
	}
	for _, f := range k.Fields {
		c.Custom[f.Name] = f.Value
	}
	if k.Next != nil {
		c.Next = &crmAppointment{k.Next.Title, k.Next.At.Format(time.RFC3339)}
	}
	if r.URL.Query().Get("include") == "tickets" {
		open := ticketsOf(k, r, false)
		c.Tickets = &open
	}
	return c
}

func ticketsOf(k world.Contact, r *http.Request, closed bool) []crmTicket {
	out := []crmTicket{}
	for _, t := range k.Tickets {
		if t.Open() || closed {
			out = append(out, crmTicket{t.ID, t.Title, t.State, t.Priority, t.Opened.Format(time.RFC3339), base(r) + "/crm/tickets/" + t.ID})
		}
	}
	return out
}

// search serves GET /crm/api/contacts?phone=+12125550110.
func (c *crm) search(_ http.Header, r *http.Request) (int, any, *crmError) {
	phone := r.URL.Query().Get("phone")
	if digits(phone) == "" {
		return 0, nil, &crmError{http.StatusBadRequest, "bad_request", "The parameter phone is missing; give a number, such as phone=%2B12125550110"}
	}
	answer := struct {
		Contacts []crmContact `json:"contacts"`
		Total    int          `json:"total"`
	}{Contacts: []crmContact{}}
	for _, k := range c.find(phone) {
		answer.Contacts = append(answer.Contacts, shown(k, r))
	}
	answer.Total = len(answer.Contacts)
	return http.StatusOK, answer, nil
}

// one serves GET /crm/api/contacts/{id}.
func (c *crm) one(_ http.Header, r *http.Request) (int, any, *crmError) {
	k, ok := c.get(r.PathValue("id"))
	if !ok {
		return 0, nil, crmNotFound("contact")
	}
	return http.StatusOK, shown(k, r), nil
}

// tickets serves GET /crm/api/contacts/{id}/tickets: the open ones, with state=all the closed ones too.
func (c *crm) tickets(_ http.Header, r *http.Request) (int, any, *crmError) {
	k, ok := c.get(r.PathValue("id"))
	if !ok {
		return 0, nil, crmNotFound("contact")
	}
	return http.StatusOK, struct {
		Tickets []crmTicket `json:"tickets"`
	}{ticketsOf(k, r, r.URL.Query().Get("state") == "all")}, nil
}

// post serves POST /crm/api/contacts: 201 with the new contact.
func (c *crm) post(header http.Header, r *http.Request) (int, any, *crmError) {
	var in struct {
		Name, Company, Tier, Email, Owner, Notes string
		Phones                                   []string
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	if err != nil {
		return 0, nil, &crmError{http.StatusBadRequest, "bad_request", "The body is not the JSON of a contact"}
	}
	k, refusal := c.create(world.Contact{Name: in.Name, Company: in.Company, Tier: in.Tier, Email: in.Email, Phones: in.Phones, Owner: in.Owner, Notes: in.Notes})
	if refusal != nil {
		return 0, nil, refusal
	}
	answer := shown(k, r)
	header.Set("Location", strings.Replace(answer.URL, "/crm/", "/crm/api/", 1))
	return http.StatusCreated, answer, nil
}
