package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

// The exit code tells that nobody could be asked, not that nobody was found.
func TestLookupFails(t *testing.T) {
	down := errors.New("no answer within 3s")
	rests := &lookup.RestError{Left: time.Minute, Last: down}
	for _, tt := range []struct {
		name  string
		trail []lookup.Step
		want  int
		said  string
	}{
		{"no source", nil, exitDone, ""},
		{"nobody found", []lookup.Step{{Source: "a"}}, exitDone, ""},
		{"one of two failed", []lookup.Step{{Source: "a"}, {Source: "b", Err: down}}, exitDone, ""},
		{"found in part", []lookup.Step{{Source: "a", Found: 1, Err: down}}, exitDone, ""},
		{"nothing to ask by", []lookup.Step{{Source: "a", Err: lookup.ErrNotAsked}}, exitDone, ""},
		{"the only one failed", []lookup.Step{{Source: "a", Err: down}}, exitFailed, "the source failed"},
		{"all that could be asked failed", []lookup.Step{{Source: "a", Err: lookup.ErrNotAsked}, {Source: "b", Err: down}, {Source: "c", Err: down}}, exitFailed, "all 2 sources failed"},
		{"it rests", []lookup.Step{{Source: "a", Err: rests}}, exitFailed, "the source failed"},
	} {
		err := lookupFailed(lookup.Result{Number: number.Parse("+12125550110", ""), Trail: tt.trail, Done: true})
		switch {
		case tt.want == exitDone && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want == exitFailed && (err == nil || exitCode(err) != exitFailed || err.Error() != tt.said):
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Nothing that a source says reaches the terminal as it is, in text or record.
func TestLookupPrintsCleanly(t *testing.T) {
	evil := "\x1b[2J\u202eevil\nline"
	at := time.Date(2026, 9, 30, 14, 0, 0, 0, time.UTC)
	r := lookup.Result{Number: number.Parse(evil, "US"), Done: true, Contacts: []lookup.Contact{{
		Name: evil, Company: evil, Tier: evil, Title: evil, Email: evil, URL: evil, Notes: evil, Source: evil, ID: evil, Sources: []string{evil},
		Fields: []lookup.Field{{Name: evil, Value: evil}}, Tickets: []lookup.Ticket{{ID: evil, Title: evil, State: evil, At: at}},
		Next: lookup.Appointment{Title: evil, At: at},
	}}, Trail: []lookup.Step{{Source: evil, Asked: evil, Found: 1, Err: errors.New(evil), Age: time.Minute}}}
	var b strings.Builder
	if err := printLookup(&b, r, at, 1); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\u202e") || strings.Contains(got, "\nline") {
		t.Errorf("printed %q", got)
	}
	for _, want := range []string{"ticket", "next        2026-09-30", "1 found, but ", "kept from 1 min ago"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	rec := lookupRecordOf(r, at)
	if e := rec.Trail[0].Error; e == nil || *e != call.Clean(evil) || rec.Number.Raw != call.Clean(evil) {
		t.Errorf("record %+v", rec)
	}
	if got := rec.Contacts[0]; got.Next == nil || *got.Next.At != "2026-09-30T14:00:00Z" || *got.Tickets[0].At != "2026-09-30T14:00:00Z" {
		t.Errorf("record %+v", got)
	}
}

// Windows has no database of time zones: the program brings its own.
func TestZonesAreInTheProgram(t *testing.T) {
	if !slices.Contains(packages(t)["ringside"].Deps, "time/tzdata") {
		t.Error("time/tzdata is not linked in")
	}
}
