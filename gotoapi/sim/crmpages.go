package sim

import (
	"bytes"
	"html/template"
	"net/http"

	"ringside/gotoapi/sim/world"
)

// crmView is what a page of the CRM shows.
type crmView struct {
	Title   string
	Contact *world.Contact
	Ticket  *world.Ticket
	New     bool   // the form of a new contact
	Phone   string // New: as the address brought it
	Wrong   string // what was refused, or is not there
}

func crmTemplate() *template.Template {
	return template.Must(template.New("crm").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}} - Acme CRM (simulated)</title></head>
<body><p>Acme CRM (simulated)</p><h1>{{.Title}}</h1>
{{with .Wrong}}<p role="alert">{{.}}</p>{{end}}
{{with .Ticket}}<p>{{.State}}, {{.Priority}}, opened {{.Opened.Format "2006-01-02 15:04 MST"}}</p>{{end}}
{{with .Contact}}<dl>
<dt>Name</dt><dd><a href="/crm/contacts/{{.ID}}">{{.Name}}</a></dd><dt>Company</dt><dd>{{.Company}}</dd><dt>Tier</dt><dd>{{.Tier}}</dd>
<dt>E-mail</dt><dd>{{.Email}}</dd><dt>Phones</dt><dd>{{range .Phones}}<span>{{.}}</span> {{end}}</dd><dt>Owner</dt><dd>{{.Owner}}</dd>
{{range .Fields}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>{{end}}
{{with .Next}}<dt>Next appointment</dt><dd>{{.At.Format "2006-01-02 15:04 MST"}} {{.Title}}</dd>{{end}}
<dt>Notes</dt><dd>{{.Notes}}</dd></dl>
<h2>Tickets</h2><ul>{{range .Tickets}}<li><a href="/crm/tickets/{{.ID}}">#{{.ID}}</a> {{.Title}} ({{.State}}, {{.Priority}})</li>{{else}}<li>none</li>{{end}}</ul>{{end}}
{{if .New}}<form method="post" action="/crm/contacts">
<label>Phone <input name="phone" value="{{.Phone}}"></label> <label>Name <input name="name"></label> <label>Company <input name="company"></label>
<button>Create</button></form>{{end}}
</body></html>
`))
}

// crmPage answers a page: what it shows, whom it is about, and the status.
type crmPage func(http.Header, *http.Request) (v crmView, id string, status int)

// page makes an http.Handler of a page: it writes it and notes the visit. Pages want no token: the
// person in front of the browser is taken to be logged in.
func (c *crm) page(p crmPage) http.Handler {
	look := crmTemplate()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, id, status := p(w.Header(), r)
		var b bytes.Buffer
		if err := look.Execute(&b, v); err != nil {
			status = http.StatusInternalServerError
			b.Reset()
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'")
		c.visited(r, id, status) // before the answer: who has it finds the visit
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes()) // the browser may have gone
	})
}

// contactPage serves GET /crm/contacts/{id}.
func (c *crm) contactPage(_ http.Header, r *http.Request) (crmView, string, int) {
	k, ok := c.get(r.PathValue("id"))
	if !ok {
		return crmView{Title: "Not found", Wrong: "There is no such contact."}, "", http.StatusNotFound
	}
	title := k.Name
	if title == "" {
		title = k.Company
	}
	return crmView{Title: title, Contact: &k}, k.ID, http.StatusOK
}

// ticketPage serves GET /crm/tickets/{id}.
func (c *crm) ticketPage(_ http.Header, r *http.Request) (crmView, string, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.contacts {
		for _, t := range c.contacts[i].Tickets {
			if t.ID == r.PathValue("id") {
				k := c.contacts[i]
				return crmView{Title: "#" + t.ID + " " + t.Title, Contact: &k, Ticket: &t}, k.ID, http.StatusOK
			}
		}
	}
	return crmView{Title: "Not found", Wrong: "There is no such ticket."}, "", http.StatusNotFound
}

// newPage serves GET /crm/new?phone=…: a form with the number in it.
func (c *crm) newPage(_ http.Header, r *http.Request) (crmView, string, int) {
	return crmView{Title: "New contact", New: true, Phone: r.URL.Query().Get("phone")}, "", http.StatusOK
}

// submit serves POST /crm/contacts, the form of newPage: 303 to the new contact.
func (c *crm) submit(h http.Header, r *http.Request) (crmView, string, int) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return crmView{Title: "New contact", New: true, Wrong: "The form cannot be read."}, "", http.StatusBadRequest
	}
	f := r.PostForm
	k, refusal := c.create(world.Contact{Name: f.Get("name"), Company: f.Get("company"), Phones: []string{f.Get("phone")}})
	if refusal != nil {
		return crmView{Title: "New contact", New: true, Phone: f.Get("phone"), Wrong: refusal.message}, "", refusal.status
	}
	h.Set("Location", "/crm/contacts/"+k.ID)
	return crmView{Title: "Created", Contact: &k}, k.ID, http.StatusSeeOther
}
