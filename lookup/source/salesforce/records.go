package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/part"
	"ringside/lookup/source/web"
)

// record is a contact, a lead or an account.
type record struct {
	kind    string
	account string // of a contact: its account's id
	contact lookup.Contact
}

// recordID is an id of Salesforce, safe to stand in a query.
var recordID = regexp.MustCompile(`^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$`)

// text gives what stands at a path of dots.
func text(o *jsonmap.Object, path string) string {
	var v any = o
	for name := range strings.SplitSeq(path, ".") {
		in, ok := v.(*jsonmap.Object)
		if !ok {
			return ""
		}
		v = in.Get(name)
	}
	return jsonmap.Text(v)
}

// answer reads an answer, and the records in its list.
func answer(body []byte, list string) (whole *jsonmap.Object, records []*jsonmap.Object, err error) {
	v, err := jsonmap.Decode(body)
	if err != nil {
		return nil, nil, err
	}
	whole, ok := v.(*jsonmap.Object)
	if !ok {
		return nil, nil, errors.New("the answer cannot be read")
	}
	many, _ := whole.Get(list).([]any)
	for _, one := range many {
		if o, ok := one.(*jsonmap.Object); ok {
			records = append(records, o)
		}
	}
	return whole, records, nil
}

// records reads the answer of a search: those that have the number, people first. The account of a
// person found is left out: it is the person's company.
func (s *Source) records(body []byte, n number.Number) ([]record, error) {
	_, list, err := answer(body, "searchRecords")
	if err != nil {
		return nil, err
	}
	var out []record
	for _, o := range list {
		if r, ok := s.record(o, n); ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b record) int { return rank(a.kind) - rank(b.kind) })
	people := map[string]bool{}
	for _, r := range out {
		people[r.account] = true
	}
	return slices.DeleteFunc(out, func(r record) bool { return r.kind == "Account" && people[r.contact.ID] }), nil
}

func rank(kind string) int { return slices.Index([]string{"Contact", "Lead", "Account"}, kind) }

func (s *Source) record(o *jsonmap.Object, n number.Number) (r record, ok bool) {
	r = record{kind: text(o, "attributes.type"), account: text(o, "AccountId")}
	id := text(o, "Id")
	if rank(r.kind) < 0 || !recordID.MatchString(id) {
		return r, false
	}
	c := &r.contact
	for _, p := range phones(r.kind) {
		if own := number.Parse(text(o, p), s.o.Region); number.Same(own, n) {
			c.Number, ok = own, true
			break
		}
	}
	c.ID, c.URL = id, s.page(r.kind, id)
	if r.kind == "Account" {
		part.Company.Put(c, "", text(o, "Name"))
		return r, ok
	}
	part.Name.Put(c, "", text(o, "Name"))
	part.Title.Put(c, "", text(o, "Title"))
	part.Email.Put(c, "", text(o, "Email"))
	if r.kind == "Lead" {
		part.Company.Put(c, "", text(o, "Company"))
		part.Field.Put(c, "lead", text(o, "Status"))
		return r, ok
	}
	part.Company.Put(c, "", text(o, "Account.Name"))
	if s.o.Tier != "" {
		part.Tier.Put(c, "", text(o, s.o.Tier))
	}
	for _, f := range s.o.Fields {
		part.Field.Put(c, strings.TrimSuffix(f, "__c"), text(o, f))
	}
	return r, ok
}

// page gives the address of a record in Lightning.
func (s *Source) page(kind, id string) string {
	return s.o.Base.Scheme + "://" + s.o.Base.Host + "/lightning/r/" + kind + "/" + id + "/view"
}

// ids gives the ids of one kind, quoted for a query; they were checked when they were read.
func ids(found []record, kinds ...string) string {
	var out []string
	for _, r := range found {
		if slices.Contains(kinds, r.kind) {
			out = append(out, "'"+r.contact.ID+"'")
		}
	}
	return strings.Join(out, ", ")
}

// cases gives contacts, and accounts that were found without a person, their open cases.
func (s *Source) cases(ctx context.Context, found []record) error {
	var whose []string
	if contacts := ids(found, "Contact"); contacts != "" {
		whose = append(whose, "ContactId IN ("+contacts+")")
	}
	if accounts := ids(found, "Account"); accounts != "" {
		whose = append(whose, "AccountId IN ("+accounts+")")
	}
	if len(whose) == 0 {
		return nil
	}
	ask := "SELECT Id, CaseNumber, Subject, Status, ContactId, AccountId, LastModifiedDate FROM Case WHERE IsClosed = false AND (" +
		strings.Join(whose, " OR ") + ") ORDER BY LastModifiedDate DESC LIMIT 100"
	return s.query(ctx, "reading cases", ask, func(o *jsonmap.Object) {
		id := text(o, "Id")
		if !recordID.MatchString(id) {
			return
		}
		t := lookup.Ticket{ID: text(o, "CaseNumber"), Title: text(o, "Subject"), State: text(o, "Status"), URL: s.page("Case", id)}
		t.At, _ = part.Time(text(o, "LastModifiedDate"))
		for i := range found {
			own := found[i].contact.ID
			if own == text(o, "ContactId") || found[i].kind == "Account" && own == text(o, "AccountId") {
				found[i].contact.Tickets = append(found[i].contact.Tickets, t)
			}
		}
	})
}

// events gives contacts and leads their next event.
func (s *Source) events(ctx context.Context, found []record) error {
	who := ids(found, "Contact", "Lead")
	if who == "" {
		return nil
	}
	ask := "SELECT Id, Subject, StartDateTime, WhoId FROM Event WHERE WhoId IN (" + who + ") AND EndDateTime >= TODAY ORDER BY StartDateTime LIMIT 20"
	return s.query(ctx, "reading events", ask, func(o *jsonmap.Object) {
		at, ok := part.Time(text(o, "StartDateTime"))
		id := text(o, "Id")
		if !ok || !recordID.MatchString(id) {
			return
		}
		for i := range found {
			if c := &found[i].contact; c.ID == text(o, "WhoId") && c.Next.At.IsZero() {
				c.Next = lookup.Appointment{Title: text(o, "Subject"), At: at, URL: s.page("Event", id)}
			}
		}
	})
}

// query asks in SOQL and hands on each record, page after page.
func (s *Source) query(ctx context.Context, op, ask string, each func(*jsonmap.Object)) error {
	q := web.Request{Op: op, Path: s.root + "/query", Query: "q=" + url.QueryEscape(ask)}
	for range maxPages {
		body, _, err := s.client.Do(ctx, q)
		if err != nil {
			return err
		}
		o, list, err := answer(body, "records")
		if err != nil {
			return fmt.Errorf("%s in Salesforce: %w", op, err)
		}
		for _, one := range list {
			each(one)
		}
		next := text(o, "nextRecordsUrl")
		if next == "" || !strings.HasPrefix(next, s.root+"/query/") {
			return nil
		}
		q.Path, q.Query = next, ""
	}
	return nil
}
