package sqldb

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup/number"
	"ringside/lookup/source/form"
)

func TestPrepare(t *testing.T) {
	for _, tt := range []struct{ driver, query, want, names string }{
		{"sqlite", "SELECT name FROM p WHERE a = :e164 OR b = :digits OR c = :e164", "SELECT name FROM p WHERE a = ? OR b = ? OR c = ?", "e164 digits e164"},
		{"postgres", "SELECT a::text FROM p WHERE a=:e164 AND b=:digits::bigint AND c=:e164", "SELECT a::text FROM p WHERE a=$1 AND b=$2::bigint AND c=$3", "e164 digits e164"},
		{"postgres", "SELECT ':e164', \":digits\", 'it''s :e164' -- :nothing\n/* :what */ FROM p WHERE x[1:2] = :last7", "SELECT ':e164', \":digits\", 'it''s :e164' -- :nothing\n/* :what */ FROM p WHERE x[1:2] = $1", "last7"},
		{"postgres", `SELECT $$ :x $$, $t$ :y $$ $t$, '\' WHERE :national = 'a'`, `SELECT $$ :x $$, $t$ :y $$ $t$, '\' WHERE $1 = 'a'`, "national"},
		{"mysql", "SELECT `:a`, 'it\\'s :e164' # :b\n, \"\\\":c\" WHERE :code = 1", "SELECT `:a`, 'it\\'s :e164' # :b\n, \"\\\":c\" WHERE ? = 1", "code"},
		{"sqlite", "SELECT 1 WHERE :number = 'open :e164", "SELECT 1 WHERE ? = 'open :e164", "number"},
	} {
		st, err := prepare(tt.query, tt.driver)
		if err != nil || st.text != tt.want || strings.Join(st.names, " ") != tt.names {
			t.Errorf("%s\n got %s %q, %v\nwant %s", tt.query, st.text, st.names, err, tt.want)
		}
	}
	for _, bad := range []string{"SELECT 1", "SELECT :phone", "", "SELECT ':e164'", "SELECT a::e164", "-- :e164", ":E164"} {
		if st, err := prepare(bad, "postgres"); err == nil {
			t.Errorf("%q is fine: %+v", bad, st)
		}
	}
	st, _ := prepare(":e164 :digits", "sqlite")
	if d := cmp.Diff([]any{nil, "1102"}, st.args(form.Of(number.Parse("1102", "US"), "US")[0])); d != "" {
		t.Errorf("an extension has no E164, which is NULL: %s", d)
	}
}

// FuzzPrepare: whatever the query, nothing of it is lost and there is one argument for each place.
func FuzzPrepare(f *testing.F) {
	f.Add("SELECT ':e164' FROM p WHERE a = :digits -- x\n$t$ :e164 $t$ /* ", "postgres")
	f.Add("\\':e164\"`#:digits", "mysql")
	f.Fuzz(func(t *testing.T, query, driver string) {
		st, err := prepare(query, driver)
		if err != nil || driver == "postgres" || strings.Contains(query, "?") {
			return
		}
		if strings.Count(st.text, "?") != len(st.names) {
			t.Fatalf("%q: %q with %q", query, st.text, st.names)
		}
		back := st.text
		for _, n := range st.names {
			back = strings.Replace(back, "?", ":"+n, 1)
		}
		if back != query {
			t.Fatalf("%q came back as %q", query, back)
		}
	})
}

func TestCheckDSN(t *testing.T) {
	for _, tt := range []struct {
		driver, dsn string
		fine        bool
	}{
		{"postgres", "postgres://me@db.example/crm?sslmode=require", true},
		{"postgres", "host=/tmp user=me dbname=crm", true},
		{"postgres", "postgres://me:secret@db.example/crm", false},
		{"postgres", "host=db.example password = secret", false},
		{"postgres", "postgres://me@db.example/crm?password=secret", false},
		{"postgres", "postgres://[::1", false},
		{"mysql", "me@tcp(db.example:3306)/crm", true},
		{"mysql", "me:secret@tcp(db.example:3306)/crm", false},
		{"mysql", "nonsense", false},
		{"sqlite", "/var/lib/crm.db", true},
	} {
		err := checkDSN(tt.driver, tt.dsn)
		if (err == nil) != tt.fine || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s %s: %v", tt.driver, tt.dsn, err)
		}
	}
}
