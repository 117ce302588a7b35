package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const crmContacts = "/crm/api/contacts"

// crmFound is a search's answer as the tests read it.
type crmFound struct {
	Contacts []struct {
		ID, Name, Company, Tier, Email, Owner, URL, Notes string
		Phones                                            []string
		Custom                                            map[string]string
		Next                                              *struct{ Title, At string } `json:"next_appointment"`
		Tickets                                           *[]crmTicketIn
	}
	Total int
}

type crmTicketIn struct{ ID, Title, State, Priority, Opened, URL string }

// crm asks the CRM's API with its token.
func (r *rig) crm(method, path, body string) reply {
	return r.as(r.hello.CRM.Token, method, path, body)
}

// whose asks for a number.
func (r *rig) whose(phone string) (f crmFound) {
	r.t.Helper()
	r.crm("GET", crmContacts+"?include=tickets&phone="+url.QueryEscape(phone), "").want(r.t, 200).into(r.t, &f)
	if f.Total != len(f.Contacts) {
		r.t.Errorf("%s: total %d, %d contacts", phone, f.Total, len(f.Contacts))
	}
	return f
}

// Whoever calls from a company is known, with all that the account's own list says, and some calls are
// from people whom nobody knows.
func TestCRMKnowsTheCallers(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		unknown, twos, without, several, meetings := 0, 0, 0, 0, 0
		for _, c := range world.Callers() {
			f := r.whose(c.Number)
			if c.Company == "" && len(f.Contacts) == 0 {
				unknown++
			}
			if len(f.Contacts) == 2 {
				twos++
			}
			if c.Company == "" {
				continue
			}
			if len(f.Contacts) == 0 {
				t.Errorf("%+v is not known", c)
				continue
			}
			k := f.Contacts[0]
			if got := (world.Caller{Name: k.Name, Company: k.Company, Number: k.Phones[0], Tier: k.Tier, Notes: k.Notes}); got != c {
				t.Errorf("%+v, want %+v", got, c)
			}
			if k.Owner == "" || k.Custom["plan"] == "" || k.Custom["seats"] == "" || !strings.HasSuffix(k.Email, ".example") || k.URL != host+"/crm/contacts/"+k.ID {
				t.Errorf("%+v", k)
			}
			if len(*k.Tickets) == 0 {
				without++
			}
			if len(*k.Tickets) > 1 {
				several++
			}
			if k.Next != nil {
				meetings++
				if at, err := time.Parse(time.RFC3339, k.Next.At); err != nil || !at.After(r.svc.Now()) || at.Minute()%15 != 0 {
					t.Errorf("next %+v", k.Next)
				}
			}
		}
		if unknown < 3 || twos < 2 || without < 5 || several < 5 || meetings < 3 {
			t.Errorf("%d unknown, %d numbers of two, %d without tickets, %d with several, %d appointments", unknown, twos, without, several, meetings)
		}
		for _, spelled := range []string{"+12125550110", "12125550110", " 12125550110"} {
			if f := r.whose(spelled); len(f.Contacts) != 1 || f.Contacts[0].Name != "Dana Roe" || len(*f.Contacts[0].Tickets) < 2 || f.Contacts[0].Next == nil {
				t.Errorf("%q: %+v", spelled, f)
			}
		}
		if ivy := r.whose("+15035550153"); len(ivy.Contacts) != 1 || ivy.Contacts[0].Name != "Ivy Tan" {
			t.Errorf("a second line: %+v", ivy)
		}
	})
}

// What one seed and one start give, they give again; another seed gives other matters of the same people.
func TestCRMIsSeeded(t *testing.T) {
	all := func(seed uint64) (out string) {
		inBubble(t, sim.Config{World: world.Config{Seed: seed, Start: quiet().Start, Scenario: "outbound"}}, func(t *testing.T, r *rig) {
			for _, c := range world.Callers() {
				out += string(r.crm("GET", crmContacts+"?include=tickets&phone="+url.QueryEscape(c.Number), "").want(t, 200).body) + "\n"
			}
		})
		return out
	}
	one := all(3)
	if d := cmp.Diff(one, all(3)); d != "" {
		t.Errorf("one seed, two lists:\n%s", d)
	}
	if one == all(4) {
		t.Error("two seeds, one list")
	}
}

func TestCRMTickets(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		omar := r.whose("+12015550186").Contacts[0]
		list := func(query string) (in struct{ Tickets []crmTicketIn }) {
			r.crm("GET", crmContacts+"/"+omar.ID+"/tickets"+query, "").want(t, 200).into(t, &in)
			return in
		}
		open := list("").Tickets
		if d := cmp.Diff(*omar.Tickets, open); d != "" {
			t.Errorf("within the contact and alone (-with +alone):\n%s", d)
		}
		known, last := false, r.svc.Now()
		for _, k := range open {
			at, err := time.Parse(time.RFC3339, k.Opened)
			if err != nil || at.After(last) || k.State == "closed" || k.Title == "" || k.Priority == "" || k.URL != host+"/crm/tickets/"+k.ID {
				t.Errorf("%+v", k)
			}
			known, last = known || k.ID == "4411", at
		}
		if !known {
			t.Errorf("no ticket 4411, which the notes name: %+v", open)
		}
		ids, closed := map[string]bool{}, 0
		for _, c := range world.Callers() {
			for _, k := range r.whose(c.Number).Contacts {
				var in struct{ Tickets []crmTicketIn }
				r.crm("GET", crmContacts+"/"+k.ID+"/tickets?state=all", "").want(t, 200).into(t, &in)
				for _, tk := range in.Tickets {
					if ids[tk.ID] {
						t.Errorf("ticket %s stands twice", tk.ID)
					}
					ids[tk.ID] = true
					if tk.State == "closed" {
						closed++
					}
				}
			}
		}
		if closed == 0 {
			t.Error("no ticket was ever closed")
		}
		r.crm("GET", crmContacts+"/C-9/tickets", "").crmRefused(t, 404, "not_found")
	})
}

// One name is what an enemy of terminals would type; it is on the wire as it is, and no page runs it.
func TestCRMHoldsAHostileName(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		k := r.whose("+17045550188").Contacts[0]
		for _, evil := range []string{"\x1b]0;", "\x07", "\x00", "\u202e", "<script>", "--", "%00", "$(id)"} {
			if !strings.Contains(k.Name, evil) {
				t.Errorf("no %q in %q", evil, k.Name)
			}
		}
		page := r.send(r.request("GET", "/crm/contacts/"+k.ID, "")).want(t, 200)
		if s := string(page.body); strings.Contains(s, "<script") || !strings.Contains(s, "&lt;script&gt;") {
			t.Errorf("the page runs it:\n%s", s)
		}
	})
}

// crmRefused wants a refusal in the CRM's form.
func (p reply) crmRefused(t *testing.T, status int, code string) {
	t.Helper()
	m := p.want(t, status).object(t)
	if m["error"] != code || m["message"] == "" || len(m) != 2 {
		t.Errorf("%v, want %s", m, code)
	}
}

func TestCRMRefuses(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		for _, token := range []string{"", "x", r.token, r.hello.CRM.Token + "x"} {
			for _, path := range []string{crmContacts + "?phone=1", crmContacts + "/C-1001", crmContacts + "/C-1001/tickets"} {
				res := r.as(token, "GET", path, "")
				res.crmRefused(t, 401, "unauthorized")
				if res.header.Get("WWW-Authenticate") == "" {
					t.Error("401 without WWW-Authenticate")
				}
			}
		}
		r.as(r.hello.CRM.Token, "GET", "/users/v1/lines", "").refused(t, 401, "AUTHN_INVALID_TOKEN")
		r.crm("GET", crmContacts, "").crmRefused(t, 400, "bad_request")
		r.crm("GET", crmContacts+"?phone=anonymous", "").crmRefused(t, 400, "bad_request")
		r.crm("GET", "/crm/api/nothing", "").crmRefused(t, 404, "not_found")
		res := r.crm("DELETE", crmContacts, "")
		res.crmRefused(t, 405, "method_not_allowed")
		if res.header.Get("Allow") != "GET, POST" {
			t.Errorf("Allow %q", res.header.Get("Allow"))
		}
	})
}

func TestCRMTakesContacts(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		const phone = "+19725550116" // a caller whom nobody knows
		if f := r.whose(phone); len(f.Contacts) != 0 {
			t.Fatalf("%+v", f)
		}
		res := r.crm("POST", crmContacts, `{"name":"Nia Farr","company":"Farr & Co","phones":["`+phone+`"]}`).want(t, 201)
		id := res.text(t, "id")
		if res.header.Get("Location") != host+crmContacts+"/"+id {
			t.Errorf("Location %q", res.header.Get("Location"))
		}
		if f := r.whose(phone); len(f.Contacts) != 1 || f.Contacts[0].ID != id || f.Contacts[0].Name != "Nia Farr" {
			t.Errorf("%+v", f)
		}
		for body, status := range map[string]int{
			`{`: 400, `{"name":7}`: 400, `{"phones":["` + phone + `"]}`: 422, `{"name":"A","phones":[]}`: 422, `{"name":"A","phones":["555"]}`: 422,
			`{"name":"A","phones":["(972) 555-0116"]}`: 422, `{"name":"` + strings.Repeat("a", 201) + `","phones":["` + phone + `"]}`: 422,
		} {
			r.crm("POST", crmContacts, body).want(t, status)
		}
		for range 999 {
			r.crm("POST", crmContacts, `{"name":"A","phones":["`+phone+`"]}`).want(t, 201)
		}
		r.crm("POST", crmContacts, `{"name":"A","phones":["`+phone+`"]}`).crmRefused(t, 507, "full")
	})
}

// A visit to a page is seen with what it carried; asking the API is none.
func TestCRMVisits(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		dana := r.whose("+12125550110").Contacts[0]
		pop := r.request("GET", "/crm/contacts/"+dana.ID+"?wait=12&who=Dana%20Roe%26x", "")
		pop.Header.Set("User-Agent", "browser")
		page := r.send(pop).want(t, 200)
		if s := string(page.body); !strings.Contains(s, "Dana Roe") || !strings.Contains(s, "Acme Tools") || !strings.Contains(s, (*dana.Tickets)[0].Title) {
			t.Errorf("page:\n%s", s)
		}
		r.send(r.request("GET", "/crm/tickets/"+(*dana.Tickets)[0].ID, "")).want(t, 200)
		r.send(r.request("GET", "/crm/contacts/C-9", "")).want(t, 404)
		form := r.send(r.request("GET", "/crm/new?phone=%2B19725550116", "")).want(t, 200)
		if !strings.Contains(string(form.body), `name="phone" value="&#43;19725550116"`) {
			t.Errorf("form:\n%s", form.body)
		}
		made := r.request("POST", "/crm/contacts", url.Values{"phone": {"+19725550116"}, "name": {"Nia"}}.Encode())
		made.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		to := r.send(made).want(t, 303).header.Get("Location")
		r.send(r.request("GET", to, "")).want(t, 200)

		var got []string
		for _, v := range r.svc.Visits() {
			if !v.At.Equal(r.svc.Now()) || (v.Agent == "browser") != (len(got) == 0) {
				t.Errorf("%+v", v)
			}
			got = append(got, fmt.Sprintf("%s %s ?%s %s %d", v.Method, v.Path, v.Query, v.Contact, v.Status))
		}
		want := []string{
			"GET /crm/contacts/C-1001 ?wait=12&who=Dana%20Roe%26x C-1001 200", "GET /crm/tickets/" + (*dana.Tickets)[0].ID + " ? C-1001 200",
			"GET /crm/contacts/C-9 ?  404", "GET /crm/new ?phone=%2B19725550116  200", "POST /crm/contacts ? C-5001 303", "GET /crm/contacts/C-5001 ? C-5001 200",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("visits (-want +got):\n%s", d)
		}
		var listed struct{ Items []sim.Visit }
		r.send(r.request("GET", "/_sim/crm/visits", "")).want(t, 200).into(t, &listed)
		if len(listed.Items) != len(want) {
			t.Errorf("%d visits listed", len(listed.Items))
		}
		r.send(r.request("DELETE", "/_sim/crm/visits", "")).want(t, 204)
		for range 1003 {
			r.send(r.request("GET", "/crm/new", "")).want(t, 200)
		}
		if n := len(r.svc.Visits()); n != 1000 {
			t.Errorf("%d visits kept", n)
		}
	})
}

// The CRM can be slow, broken, overrun and mad, like everything else here.
func TestCRMFaults(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), CRMLatency: 30 * time.Millisecond}, func(t *testing.T, r *rig) {
		dana := crmContacts + "?phone=%2B12125550110"
		took := func(want int) (reply, time.Duration) {
			began := time.Now()
			return r.crm("GET", dana, "").want(t, want), time.Since(began)
		}
		if _, d := took(200); d != 30*time.Millisecond {
			t.Errorf("took %v", d)
		}
		r.fault(sim.Fault{Kind: sim.Slow, Delay: 5 * time.Second, Path: "/crm/api/", Count: 1})
		r.do("GET", "/users/v1/lines", "").want(t, 200) // elsewhere all is well
		if _, d := took(200); d != 5030*time.Millisecond {
			t.Errorf("slow took %v", d)
		}
		r.fault(sim.Fault{Kind: sim.Garbage, Path: "/crm/api/", Count: 1})
		if res, _ := took(200); json.Valid(res.body) || !strings.Contains(string(res.body), "\x1b") {
			t.Errorf("garbage is %q", res.body)
		}
		for status, code := range map[int]string{500: "internal_server_error", 503: "service_unavailable", 401: "unauthorized"} {
			r.fault(sim.Fault{Kind: sim.Answer, Status: status, Path: "/crm/", Count: 1})
			res, _ := took(status)
			res.crmRefused(t, status, code)
		}
		r.fault(sim.Fault{Kind: sim.Answer, Status: 429, Delay: 7 * time.Second, Path: "/crm/", Count: 1})
		if res, _ := took(429); res.header.Get("Retry-After") != "7" {
			t.Errorf("Retry-After %q", res.header.Get("Retry-After"))
		}
		for kind, n := range map[sim.FaultKind]int{sim.Slow: 1, sim.Garbage: 1, sim.Answer: 4} {
			if got := r.fired(kind); got != n {
				t.Errorf("%s fired %d times, want %d", kind, got, n)
			}
		}
	})
}

// Neither a client that goes nor the end of the service waits for an answer that hangs.
func TestCRMHangsNobody(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		r.fault(sim.Fault{Kind: sim.Slow, Delay: 24 * time.Hour, Path: "/crm/"})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		req := r.request("POST", crmContacts, `{"name":"A"}`).WithContext(ctx)
		if _, err := r.client.Do(req); err == nil {
			t.Error("it answered")
		}
		answered := make(chan int, 1)
		go func() {
			res, err := r.client.Do(r.request("GET", "/crm/new", ""))
			if err != nil {
				answered <- 0
				return
			}
			res.Body.Close()
			answered <- res.StatusCode
		}()
		pass(time.Second)
		if err := r.end(); err != nil {
			t.Error(err)
		}
		if got := <-answered; got != http.StatusServiceUnavailable {
			t.Errorf("the end answered %d", got)
		}
		if d := time.Since(began); d != 4*time.Second {
			t.Errorf("took %v", d)
		}
		if n := len(r.svc.Visits()); n != 0 || r.fired(sim.Slow) != 2 {
			t.Errorf("%d visits", n)
		}
	})
}

// The same over a real port: the address and the token of the hello are all that is needed.
func TestCRMOverTCP(t *testing.T) {
	svc, err := sim.New(sim.Config{World: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(svc)
	defer srv.Close()
	h := svc.Hello(srv.URL)
	req, err := http.NewRequestWithContext(t.Context(), "GET", h.CRM.URL+"/contacts?phone=%2B12125550110", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.CRM.Token)
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var f crmFound
	if err := json.NewDecoder(res.Body).Decode(&f); err != nil || len(f.Contacts) != 1 || f.Contacts[0].Tickets != nil {
		t.Fatalf("%v: %+v", err, f)
	}
	page, err := srv.Client().Get(f.Contacts[0].URL) // the address in the answer is one that can be opened
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if v := svc.Visits(); page.StatusCode != 200 || len(v) != 1 || v[0].Contact != f.Contacts[0].ID || !strings.HasPrefix(f.Contacts[0].URL, h.CRM.Pages) {
		t.Errorf("%d, %+v", page.StatusCode, v)
	}
}
