package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
)

const ny = "(212) 555-0110"

// query is one that a person might write.
const query = `SELECT p.id, p.name, p.company, p.tier, p.phone, p.next_at, p.balance AS "account balance",
	t.id AS ticket_id, t.subject AS ticket_title, t.state AS ticket_state, t.at AS ticket_at
	FROM people p LEFT JOIN tickets t ON t.person = p.id AND t.state <> 'closed' -- :closed
	WHERE p.e164 = :e164 OR p.digits = :digits ORDER BY p.id, t.id`

// fill makes the tables of a small customer base.
func fill(t *testing.T, db *sql.DB, stamp string) {
	t.Helper()
	for _, q := range []string{
		"CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(200), company VARCHAR(100), tier VARCHAR(20), phone VARCHAR(40), e164 VARCHAR(20), digits VARCHAR(20), next_at " + stamp + ", balance DECIMAL(10,2))",
		"CREATE TABLE tickets (id INTEGER PRIMARY KEY, person INTEGER, subject VARCHAR(100), state VARCHAR(20), at " + stamp + ")",
		"INSERT INTO people VALUES (1, 'Dana Roe', 'Acme', 'gold', '212-555-0110', '+12125550110', '12125550110', '2026-11-24 10:00:00', 12.50), (2, 'Lee', NULL, NULL, '+44 20 7946 0018', '+12125550110', '442079460018', NULL, NULL), (3, 'No number', '', '', '', '', '', NULL, NULL), (4, 'Luc', NULL, NULL, NULL, '+15143334444', '15143334444', NULL, NULL)",
		"INSERT INTO tickets VALUES (10, 1, 'broken', 'open', '2026-11-20 10:00:00'), (11, 1, 'done', 'closed', NULL), (12, 1, 'slow', 'waiting', NULL)",
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(q, err)
		}
	}
}

func open(t *testing.T, o Options) *Source {
	t.Helper()
	o.Name, o.Region = "customers", "US"
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func names(t *testing.T, s *Source, raw string) string {
	t.Helper()
	cs, err := s.Lookup(t.Context(), number.Parse(raw, "US"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range cs {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// server is a database that the laws are checked on.
type server struct {
	driver, dsn string
	admin       *sql.DB
	slow        string // a query of 20 seconds
	write       string // one that would write
	busy        string // how many of the slow ones the server still runs; "" where they end with us
}

// laws is what must hold of every database.
func laws(t *testing.T, s server) {
	src := open(t, Options{Driver: s.driver, DSN: s.dsn, Query: query})
	got, err := src.Lookup(t.Context(), number.Parse(ny, "US"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 1 { // times without a zone are this machine's; what matters is that they came
		if got[0].Next.At.IsZero() || len(got[0].Tickets) != 2 || got[0].Tickets[0].At.IsZero() {
			t.Errorf("times are missing: %+v", got)
		}
		got[0].Next.At = time.Time{}
		got[0].Tickets[0].At = time.Time{}
	}
	want := []lookup.Contact{{ID: "1", Name: "Dana Roe", Company: "Acme", Tier: "gold", Number: number.Parse("212-555-0110", "US"),
		Fields:  []lookup.Field{{Name: "account balance", Value: got[0].Fields[0].Value}},
		Tickets: []lookup.Ticket{{ID: "10", Title: "broken", State: "open"}, {ID: "12", Title: "slow", State: "waiting"}}}}
	if d := cmp.Diff(want, got); d != "" || !strings.HasPrefix(got[0].Fields[0].Value, "12.5") {
		t.Errorf("%s %+v", d, got[0].Fields)
	}
	for raw, want := range map[string]string{"+5143334444": "Luc", "1102": "", "+1 646 555 0100": "", "'; DROP TABLE people; --": "", "2125550110' OR '1'='1": ""} {
		if got := names(t, src, raw); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
	if got := names(t, open(t, Options{Driver: s.driver, DSN: s.dsn, Query: "SELECT name FROM people WHERE e164 = :e164 OR digits = :last10"}), "1102"); got != "" {
		t.Errorf("a form that the number does not have finds %q", got)
	}
	readOnly(t, s)
	inTime(t, s)
	faults(t, s)
}

func readOnly(t *testing.T, s server) {
	t.Helper()
	if cs, err := open(t, Options{Driver: s.driver, DSN: s.dsn, Query: s.write}).Lookup(t.Context(), number.Parse(ny, "US")); err == nil {
		t.Errorf("a query that writes is run: %+v", cs)
	}
	count := 0
	if err := s.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM people").Scan(&count); err != nil || count != 4 {
		t.Errorf("there are %d people now, %v", count, err)
	}
}

// inTime: a slow query ends with the look-up, also on the server.
func inTime(t *testing.T, s server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	src := open(t, Options{Driver: s.driver, DSN: s.dsn, Query: s.slow})
	_, err := src.Lookup(ctx, number.Parse(ny, "US"))
	if err == nil || time.Since(start) > 3*time.Second {
		t.Errorf("a slow query: %v after %v", err, time.Since(start))
	}
	if s.busy == "" {
		return
	}
	for busy := 1; busy > 0; {
		if err := s.admin.QueryRowContext(t.Context(), s.busy).Scan(&busy); err != nil {
			t.Fatal(err)
		}
		if time.Since(start) > 10*time.Second {
			t.Fatal("the server is still at it after ten seconds")
		}
	}
}

func faults(t *testing.T, s server) {
	t.Helper()
	for _, q := range []string{"SELEKT :e164", "SELECT name FROM nowhere WHERE a = :e164", "SELECT name FROM people WHERE e164 = :e164; DROP TABLE people"} {
		cs, err := open(t, Options{Driver: s.driver, DSN: s.dsn, Query: q}).Lookup(t.Context(), number.Parse(ny, "US"))
		var e *Error
		if s.driver != "sqlite" && (!errors.As(err, &e) || e.Hint() == "") {
			t.Errorf("%s: %+v, %v", q, cs, err)
		}
	}
	count := 0
	if err := s.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM people").Scan(&count); err != nil || count != 4 {
		t.Errorf("there are %d people now, %v", count, err)
	}
	many := open(t, Options{Driver: s.driver, DSN: s.dsn, Query: "SELECT 'x' AS name, a.id FROM people a, people b, people c, people d, people e WHERE :e164 <> '' ORDER BY a.id"})
	cs, err := many.Lookup(t.Context(), number.Parse(ny, "US"))
	if err != nil || len(cs) != 2 { // 256 rows of each
		t.Errorf("the first 500 of 1024 rows: %d contacts, %v", len(cs), err)
	}
	if err := many.Close(); err != nil {
		t.Error(err)
	}
	if _, err := many.Lookup(t.Context(), number.Parse(ny, "US")); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b%20c?#.db")
	db, err := sql.Open("sqlite", strings.Replace(strings.SplitN(sqliteURI(path), "?", 2)[0]+"?mode=rwc", "%3F", "%3f", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fill(t, db, "TIMESTAMP")
	laws(t, server{driver: "sqlite", dsn: path, admin: db, write: "DELETE FROM people WHERE digits = :digits RETURNING name",
		slow: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3000000000) SELECT count(*) AS name FROM n WHERE :e164 <> ''"})
	if _, err := open(t, Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "none.db"), Query: query}).Lookup(t.Context(), number.Parse(ny, "US")); err == nil {
		t.Error("a file that is not there is made")
	}
}

func TestSecrets(t *testing.T) {
	for _, driver := range []string{"postgres", "mysql"} {
		dsn := map[string]string{"postgres": "postgres://me:%s@127.0.0.1:1/crm?connect_timeout=1", "mysql": "me:%s@tcp(127.0.0.1:1)/crm"}[driver]
		src := open(t, Options{Driver: driver, SecretDSN: &farend.Held{Text: fmt.Sprintf(dsn, farend.Token)}, Query: query})
		_, err := src.Lookup(t.Context(), number.Parse(ny, "US"))
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), farend.Token) {
			t.Errorf("%s: %v", driver, err)
		}
		bad := open(t, Options{Driver: driver, SecretDSN: &farend.Held{Text: "%%" + farend.Token + "://"}, Query: query})
		if _, err := bad.Lookup(t.Context(), number.Parse(ny, "US")); err == nil || strings.Contains(err.Error(), farend.Token) {
			t.Errorf("%s, a DSN that cannot be read: %v", driver, err)
		}
	}
	for name, o := range map[string]Options{"driver": {Driver: "oracle", DSN: "x", Query: query}, "dsn": {Driver: "sqlite", Query: query}, "two": {Driver: "sqlite", DSN: "x", SecretDSN: &farend.Held{}, Query: query}, "query": {Driver: "sqlite", DSN: "x"}} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
