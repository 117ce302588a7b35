package part

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
)

func TestPut(t *testing.T) {
	var c lookup.Contact
	for _, kv := range [][2]string{
		{"First Name", "Dana\x1b[2J"}, {"last_name", "Roe"}, {"company", "Acme"}, {"TIER", "gold"}, {"job-title", "Buyer"},
		{"e-mail", "d@example.com"}, {"page", "https://example.com/51"}, {"note", "says hi"}, {"customer_id", "51"},
		{"next", "review"}, {"next_at", "2026-11-24T10:00:00+01:00"}, {"next_url", "https://example.com/n"},
		{"ticket_id", "4411"}, {"ticket_title", "broken"}, {"ticket_state", "open"}, {"ticket_url", "https://example.com/t"}, {"ticket_at", "1700000000000"},
		{"phone", "2125550110"}, {"owner", "Bo"}, {"company name", "Beta"}, {"empty", ""}, {"tier", ""},
	} {
		Of(kv[0]).Put(&c, kv[0], kv[1])
	}
	want := lookup.Contact{
		Name: "Dana[2J Roe", Company: "Acme", Tier: "gold", Title: "Buyer", Email: "d@example.com", URL: "https://example.com/51", Notes: "says hi", ID: "51",
		Next:    lookup.Appointment{Title: "review", At: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), URL: "https://example.com/n"},
		Tickets: []lookup.Ticket{{ID: "4411", Title: "broken", State: "open", URL: "https://example.com/t", At: time.UnixMilli(1700000000000)}},
		Fields:  []lookup.Field{{Name: "owner", Value: "Bo"}, {Name: "company name", Value: "Beta"}},
	}
	if d := cmp.Diff(want, c, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
		t.Error(d)
	}
}

func TestNextWithoutATime(t *testing.T) {
	var c lookup.Contact
	NextAt.Put(&c, "next at", "some day")
	if c.Next.Title != "some day" || !c.Next.At.IsZero() {
		t.Errorf("%+v", c.Next)
	}
	var d lookup.Contact
	Next.Put(&d, "appointment", "2026-11-24 10:00")
	if d.Next.At.IsZero() || d.Next.Title != "" {
		t.Errorf("%+v", d.Next)
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, s := range []string{"2026-11-24T09:00:00Z", "2026-11-24T10:00:00+01:00", "2026-11-24T09:00:00.000+0000", "2026-11-24 09:00:00+00", "2026-11-24 09:00:00.000000+00:00",
		"2026-11-24 09:00:00 +0000 UTC", "1795510800000", at.In(time.Local).Format("2006-01-02 15:04:05"), at.In(time.Local).Format("2006-01-02T15:04")} {
		if got, ok := Time(s); !ok || !got.Equal(at) {
			t.Errorf("Time(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "soon", "12:00", "170000000000", "99999-01-01", "-700000000000"} {
		if got, ok := Time(s); ok {
			t.Errorf("Time(%q) = %v", s, got)
		}
	}
}
