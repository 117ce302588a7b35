package cli

import (
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

// lookupRecord is what `lookup --json` prints. Members are only ever added within a schema.
type lookupRecord struct {
	Schema   string          `json:"schema"`
	Number   lookupNumber    `json:"number"`
	Contacts []lookupContact `json:"contacts"` // the same person of several sources once; best first
	Trail    []lookupStep    `json:"trail"`    // in the order of the sources
}

type lookupNumber struct {
	Raw       string   `json:"raw"`
	Kind      string   `json:"kind"` // phone, extension, feature code, withheld, empty, other
	Display   string   `json:"display"`
	E164      string   `json:"e164"` // "" where the country is not known
	Also      string   `json:"also"` // another E.164 that the text may mean, or ""
	Digits    string   `json:"digits"`
	Extension string   `json:"extension"` // behind a telephone number
	Country   string   `json:"country"`   // ISO 3166, "" where it is not certain
	LineType  string   `json:"line_type"` // "" where the number does not say
	Local     *string  `json:"local_time"`
	Zone      string   `json:"zone"`      // of local_time
	Sure      bool     `json:"zone_sure"` // all zones have that time now
	Zones     []string `json:"zones"`     // that the number may be at home in
}

type lookupContact struct {
	Name    string         `json:"name"`
	Company string         `json:"company"`
	Tier    string         `json:"tier"`
	Title   string         `json:"title"`
	Email   string         `json:"email"`
	URL     string         `json:"url"`
	Notes   string         `json:"notes"`
	Fields  []lookupField  `json:"fields"`
	Tickets []lookupTicket `json:"tickets"`
	Next    *lookupNext    `json:"next"` // the next appointment, or null
	ID      string         `json:"id"`
	Sources []string       `json:"sources"`
}

type lookupField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type lookupTicket struct {
	ID    string  `json:"id"`
	Title string  `json:"title"`
	State string  `json:"state"`
	URL   string  `json:"url"`
	At    *string `json:"at"`
}

type lookupNext struct {
	Title string  `json:"title"`
	URL   string  `json:"url"`
	At    *string `json:"at"`
}

type lookupStep struct {
	Source string  `json:"source"`
	Asked  string  `json:"asked"`
	Ms     float64 `json:"ms"`
	Found  int     `json:"found"`
	Error  *string `json:"error"`
	AgeMs  int64   `json:"age_ms"` // of an answer kept from before
}

func lookupRecordOf(r lookup.Result, now time.Time) lookupRecord {
	out := lookupRecord{Schema: lookupSchema, Number: lookupNumberOf(r.Number, now), Contacts: []lookupContact{}, Trail: []lookupStep{}}
	for _, c := range r.Contacts {
		out.Contacts = append(out.Contacts, lookupContactOf(c))
	}
	for _, s := range r.Trail {
		step := lookupStep{Source: call.Clean(s.Source), Asked: call.Clean(s.Asked), Ms: float64(s.Took.Microseconds()) / 1000, Found: s.Found, AgeMs: s.Age.Milliseconds()}
		if s.Err != nil {
			said := call.Clean(s.Err.Error())
			step.Error = &said
		}
		out.Trail = append(out.Trail, step)
	}
	return out
}

func lookupNumberOf(n number.Number, now time.Time) lookupNumber {
	out := lookupNumber{Raw: call.Clean(n.Raw), Kind: n.Kind.String(), Display: n.Display(), E164: n.E164, Also: n.Second, Digits: n.Digits,
		Extension: n.Sub, Country: n.Country(), LineType: n.LineType().String(), Zones: n.Zones()}
	if out.Zones == nil {
		out.Zones = []string{}
	}
	at, zone, sure := n.LocalTime(now)
	if zone != "" {
		out.Local, out.Zone, out.Sure = stamp(at.Truncate(time.Second)), zone, sure
	}
	return out
}

func lookupContactOf(c lookup.Contact) lookupContact {
	out := lookupContact{Name: c.Name, Company: c.Company, Tier: c.Tier, Title: c.Title, Email: c.Email, URL: c.URL, Notes: c.Notes, ID: c.ID,
		Fields: []lookupField{}, Tickets: []lookupTicket{}, Sources: sourcesOf(c)}
	if out.Sources == nil {
		out.Sources = []string{}
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, lookupField(f))
	}
	for _, t := range c.Tickets {
		out.Tickets = append(out.Tickets, lookupTicket{t.ID, t.Title, t.State, t.URL, stamp(t.At)})
	}
	if c.Next.Title != "" || !c.Next.At.IsZero() {
		out.Next = &lookupNext{c.Next.Title, c.Next.URL, stamp(c.Next.At)}
	}
	return out
}

// stamp writes a moment as RFC 3339, nil for none.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}
