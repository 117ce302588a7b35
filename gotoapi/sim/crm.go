package sim

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"ringside/gotoapi/sim/world"
)

// Bounds of the CRM: it may run for days under a test that creates and visits.
const (
	maxMade   = 1000 // contacts that were created
	maxVisits = 1000 // page visits kept, the newest ones
)

// crm is the customer database of the simulated company. It is no part of GoTo: it has a token, a lock
// and a form of refusal of its own.
type crm struct {
	token   string
	latency time.Duration
	now     func() time.Time // the world's

	mu       sync.Mutex // guards all below
	contacts []world.Contact
	byPhone  map[string][]int // digits of a number to indices of contacts
	byID     map[string]int
	made     int
	visits   []Visit
}

func newCRM(token string, latency time.Duration, contacts []world.Contact, now func() time.Time) *crm {
	c := &crm{token: token, latency: latency, now: now, byPhone: map[string][]int{}, byID: map[string]int{}}
	for _, k := range contacts {
		c.add(k)
	}
	return c
}

// add enters a contact; the caller holds the lock or has the crm alone.
func (c *crm) add(k world.Contact) {
	i := len(c.contacts)
	c.contacts = append(c.contacts, k)
	c.byID[k.ID] = i
	for _, p := range k.Phones {
		d := digits(p)
		if !slices.Contains(c.byPhone[d], i) {
			c.byPhone[d] = append(c.byPhone[d], i)
		}
	}
}

// find gives the contacts of a number, in the order in which they were entered.
func (c *crm) find(phone string) []world.Contact {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []world.Contact
	for _, i := range c.byPhone[digits(phone)] {
		out = append(out, c.contacts[i])
	}
	return out
}

// get gives one contact.
func (c *crm) get(id string) (world.Contact, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.byID[id]
	if !ok {
		return world.Contact{}, false
	}
	return c.contacts[i], true
}

// create enters a contact under a new id.
func (c *crm) create(k world.Contact) (world.Contact, *crmError) {
	if err := sensible(k); err != nil {
		return k, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == maxMade {
		return k, &crmError{http.StatusInsufficientStorage, "full", fmt.Sprintf("This CRM takes no more than %d new contacts", maxMade)}
	}
	c.made++
	k.ID = fmt.Sprint("C-", 5000+c.made)
	c.add(k)
	return k, nil
}

// sensible tells what of a new contact this CRM does not take.
func sensible(k world.Contact) *crmError {
	refuse := func(why string) *crmError { return &crmError{http.StatusUnprocessableEntity, "invalid", why} }
	if strings.TrimSpace(k.Name) == "" && strings.TrimSpace(k.Company) == "" {
		return refuse("A contact needs a name or a company")
	}
	for _, s := range []string{k.Name, k.Company, k.Tier, k.Email, k.Owner} {
		if len(s) > 200 {
			return refuse("No text may have more than 200 bytes, but for the notes")
		}
	}
	if len(k.Notes) > 10_000 || len(k.Phones) == 0 || len(k.Phones) > 5 {
		return refuse("A contact has one to five phones, and notes of at most 10000 bytes")
	}
	for _, p := range k.Phones {
		if d := digits(p); len(d) < 8 || len(d) > 15 || "+"+d != p {
			return refuse("A phone is E.164, such as +12125550110")
		}
	}
	return nil
}

// digits are those of a number: a plus that a client forgot to encode arrives as a blank.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// Visit is a person's, or a pop's, visit to a page of the CRM.
type Visit struct {
	At      time.Time `json:"at"`     // the world's
	Method  string    `json:"method"` // GET; POST for the form of a new contact
	Path    string    `json:"path"`   // "/crm/contacts/C-1001", as it was sent
	Query   string    `json:"query"`  // as it was sent: "phone=%2B12125550110"
	Contact string    `json:"contact,omitempty"`
	Status  int       `json:"status"`
	Agent   string    `json:"agent"` // the User-Agent
}

// Visits lists the visits to the CRM's pages, the oldest first. The newest 1000 are kept; requests to
// its API are none.
func (s *Service) Visits() []Visit {
	s.crm.mu.Lock()
	defer s.crm.mu.Unlock()
	return slices.Clone(s.crm.visits)
}

// visited notes a visit that was answered.
func (c *crm) visited(r *http.Request, id string, status int) {
	v := Visit{At: c.now(), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Contact: id, Status: status, Agent: r.UserAgent()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.visits) == maxVisits {
		c.visits = slices.Delete(c.visits, 0, 1)
	}
	c.visits = append(c.visits, v)
}

// forget empties the log of visits.
func (c *crm) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.visits = nil
}

// allowed tells whether a request has the CRM's token.
func (c *crm) allowed(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(token), []byte(c.token)) == 1
}

// crmError is a refusal in the CRM's form: {"error":"not_found","message":"…"}.
type crmError struct {
	status  int
	code    string
	message string
}

func (e *crmError) write(w http.ResponseWriter) {
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="crm"`)
	}
	writeJSON(w, e.status, encode(struct {
		Code    string `json:"error"`
		Message string `json:"message"`
	}{e.code, e.message}))
}

// crmStatus is the CRM's answer to a status that a fault asks for.
func crmStatus(status int) *crmError {
	code := strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	return &crmError{status, code, "The CRM says: " + http.StatusText(status)}
}
