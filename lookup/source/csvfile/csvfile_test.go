package csvfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
)

var _ lookup.Source = (*Source)(nil)

func load(t testing.TB, text string) *Source {
	t.Helper()
	s, err := of("people.csv", text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// of opens a file of a text.
func of(name, text string) (*Source, error) {
	return in(fstest.MapFS{name: {Data: []byte(text)}}, name)
}

// in opens a file of a file system.
func in(files fs.FS, name string) (*Source, error) {
	return start(name, "US", func() (fs.File, error) { return files.Open(name) })
}

func find(t *testing.T, s *Source, num string) []lookup.Contact {
	t.Helper()
	cs, err := s.Lookup(t.Context(), number.Parse(num, "US"))
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

// names gives the names of the contacts of a number.
func names(t *testing.T, s *Source, num string) string {
	t.Helper()
	var out []string
	for _, c := range find(t, s, num) {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

func TestContact(t *testing.T) {
	s := load(t, "\uFEFFNAME,Company,Phone,Mobile Phone,Tier,notes,Job Title,E-Mail,URL,Tickets,email 2\r\n"+
		"Dana Roe,\"Acme, Corp\",(212) 555-0110 x12,+44 20 7946 0018;+1 212 555 0111,gold,\"says \"\"hi\"\"\nevery time\",Buyer,dana@example.com,https://example.com/1,#4411,d@example.com\r\n")
	want := lookup.Contact{
		Name: "Dana Roe", Company: "Acme, Corp", Tier: "gold", Notes: `says "hi" every time`, Title: "Buyer",
		Email: "dana@example.com", URL: "https://example.com/1",
		Fields: []lookup.Field{{Name: "Tickets", Value: "#4411"}, {Name: "email 2", Value: "d@example.com"}},
	}
	for raw, from := range map[string]string{
		"+12125550110":     "(212) 555-0110 x12",
		"00442079460018":   "+44 20 7946 0018",
		"tel:+12125550111": "+1 212 555 0111",
	} {
		want.Number = number.Parse(from, "US")
		if d := cmp.Diff([]lookup.Contact{want}, find(t, s, raw)); d != "" {
			t.Errorf("Lookup(%s): %s", raw, d)
		}
	}
	if rep := s.Report(); rep.Contacts != 1 || rep.Numbers != 3 || len(rep.Problems) != 0 {
		t.Errorf("report %+v", rep)
	}
	if cs := find(t, s, "2125550119"); len(cs) != 0 {
		t.Errorf("a number nobody has finds %+v", cs)
	}
	if cs := find(t, s, "Anonymous"); len(cs) != 0 {
		t.Errorf("a hidden number finds %+v", cs)
	}
}

func TestForms(t *testing.T) {
	const ny = "212-555-0110"
	for _, tt := range []struct{ name, text, num, want string }{
		{"comma", "name,phone\nDana,212 555 0110\n", ny, "Dana"},
		{"semicolon", "name;phone\nDana;212 555 0110\n", ny, "Dana"},
		{"tab", "name\tphone\tnotes\nDana\t212 555 0110\ta, b; c\n", ny, "Dana"},
		{"separator in quotes", "\"name, first; last; all\";phone\nDana;2125550110\n", ny, ""},
		{"one column", "phone\n2125550110\n", ny, ""},
		{"no last line end", "name,phone\nDana,2125550110", ny, "Dana"},
		{"CRLF", "name,phone\r\nDana,2125550110\r\n\r\n", ny, "Dana"},
		{"blank lines first", "\n\r\nname,phone\nDana,2125550110", ny, "Dana"},
		{"short row", "name,phone,tier,notes\nDana,2125550110\n", ny, "Dana"},
		{"long row", "name,phone\nDana,2125550110,what,is,this\n", ny, "Dana"},
		{"blanks around", "name , phone\n Dana , 2125550110 \n", ny, "Dana"},
		{"blanks before quotes", "name, phone\n\"Dana\", \"2125550110\" \n", ny, "Dana"},
		{"quote in a cell", "name,phone\n5\" disk Dana,2125550110\n", ny, `5" disk Dana`},
		{"quote in a quoted cell", "name,phone\n\"the \"big\" Dana\",2125550110\n", ny, `the "big" Dana`},
		{"several in a cell", "name,phone\nDana,+12125550119; 2125550110 | 212 555 0111\n", "2125550111", "Dana"},
		{"several in a cell between semicolons", "name;phone\nDana;\"+12125550119; 2125550110\"\n", ny, "Dana"},
		{"first and last name", "First Name,Last Name,phone\nDana,Roe,2125550110\n", ny, "Dana Roe"},
		{"columns of numbers", "name,Work Phone,phone2,fax number\nDana,,2125550119,212.555.0110\n", ny, "Dana"},
		{"order number is no number", "name,order number,phone\nDana,2125550110,2125550119\n", ny, ""},
		{"several contacts", "name,phone\nDana,2125550110\nLee,+1 212 555 0110\nAnn,2125550119\nBo,tel:+12125550110\n", ny, "Dana, Lee, Bo"},
		{"twice in one row", "name,phone,mobile\nDana,2125550110,+12125550110\n", ny, "Dana"},
		{"extension", "name,number\nAnn,0019\n", "0019", "Ann"},
		{"extension column", "name,extension\nAnn,1102\n", "1102", "Ann"},
		{"customer's own extension", "name,phone,extension\nDana,2125550110,1102\n", "1102", ""},
		{"plus lost in a spreadsheet", "name,phone\nKim,442079460018\n", "+442079460018", "Kim"},
		{"lost 1", "name,phone\nLuc,514-333-4444\n", "+5143334444", "Luc"},
		{"the certain one first", "name,phone\nMontréal,+15143334444\nLima,+5143334444\n", "+5143334444", "Lima, Montréal"},
		{"Windows-1252", "name,phone\nJos\xe9 \x96 \x80,2125550110\n", ny, "José – €"},
		{"UTF-16", "\xff\xfen\x00a\x00m\x00e\x00\t\x00t\x00e\x00l\x00\n\x00J\x00\xe9\x00\t\x002\x001\x002\x005\x005\x005\x000\x001\x001\x000\x00", ny, "Jé"},
		{"control characters", "name,phone\nDa\x1b[2Jna\u202e,2125550110\n", ny, "Da[2Jna"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := names(t, load(t, tt.text), tt.num); got != tt.want {
				t.Errorf("contacts %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBadRows(t *testing.T) {
	s := load(t, `name,phone,notes
Dana,2125550110,fine
Lee,,has none
Kim,call me,wrong
Ann,2125550112; n/a,half
,,
"Bo,2125550113,never closed
Cy,2125550114,"two
lines"
Di,Anonymous,hidden
Ed,2125550116,last
`)
	rep := s.Report()
	var got []string
	for _, p := range rep.Problems {
		got = append(got, p.String())
	}
	want := []string{
		"line 3: no number",
		`line 4: "call me" is no number`,
		`line 5: "n/a" is no number`,
		"line 7: no number", // its quote closes in line 9 only
		`line 10: "Anonymous" is no number`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("problems: %s", d)
	}
	if names(t, s, "2125550116") != "Ed" || names(t, s, "2125550112") != "Ann" || names(t, s, "2125550110") != "Dana" {
		t.Error("good rows around the bad ones are lost")
	}
	if rep.Contacts != 3 || rep.Skipped != 4 {
		t.Errorf("report %+v", rep)
	}
}

// TestOpenQuote: a quote that is never closed costs one line, not the rest of the file.
func TestOpenQuote(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,phone\nDana,2125550110\n\"Lee,2125550111\n")
	for i := range 500 {
		fmt.Fprintf(&b, "P%d,212556%04d\n", i, i)
	}
	s := load(t, b.String())
	rep := s.Report()
	if rep.Contacts != 501 || rep.Skipped != 1 {
		t.Errorf("%d contacts, %d skipped", rep.Contacts, rep.Skipped)
	}
	if d := cmp.Diff([]book.Problem{{Line: 3, What: "a quote is not closed"}}, rep.Problems); d != "" {
		t.Error(d)
	}
	if got := names(t, s, "2125560000"); got != "P0" {
		t.Errorf("the row behind it: %q", got)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	s := load(t, "name,phone\n"+strings.Repeat("Lee,\n", 250))
	if rep := s.Report(); len(rep.Problems) != 100 || rep.More != 150 || rep.Skipped != 250 {
		t.Errorf("%d problems, %d more, %d skipped", len(rep.Problems), rep.More, rep.Skipped)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		name string
		open func() (*Source, error)
		what string
		is   error
		hint string
	}{
		{"missing", func() (*Source, error) { return Open(filepath.Join(dir, "no.csv"), "US") },
			"reading contacts from no.csv: ", fs.ErrNotExist, "check csv in [contacts]"},
		{"folder", func() (*Source, error) { return Open(dir, "US") },
			"it is a folder", nil, "name the file in it"},
		{"empty", func() (*Source, error) { return of("a.csv", " \n") },
			"reading contacts from a.csv: the file is empty", nil, "the first row must name the columns"},
		{"no numbers", func() (*Source, error) { return of("a.csv", "name,notes\nDana,x\n") },
			"no column of numbers: the first row has name, notes", nil, "the first row must name the columns"},
		{"open quote", func() (*Source, error) { return of("a.csv", "\"name,phone\nDana,x\n") },
			"line 1: a quote is not closed", nil, "export"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.open()
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.what) || !strings.Contains(e.Hint(), tt.hint) {
				t.Fatalf("error %v, want %q with hint %q", err, tt.what, tt.hint)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("error %v is not %v", err, tt.is)
			}
		})
	}
}

func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := fstest.MapFS{}
		write := func(text string) {
			time.Sleep(time.Second) // of the bubble: a new mtime
			files["c.csv"] = &fstest.MapFile{Data: []byte(text), ModTime: time.Now()}
		}
		write("name,phone\nDana,2125550110\n")
		s, err := in(files, "c.csv")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		step := func(name, want string, stale bool) {
			t.Helper()
			if got := names(t, s, "2125550110"); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
			if rep := s.Report(); (rep.Stale != nil) != stale {
				t.Errorf("%s: stale %v", name, rep.Stale)
			}
		}
		step("first", "Dana", false)
		write("name,phone\nDora,2125550110\n")
		step("same size, later", "Dora", false)
		write("nothing here\n")
		step("broken: those of before", "Dora", true)
		step("broken, asked again", "Dora", true)
		write("name,phone\nEve,2125550110\n")
		step("mended", "Eve", false)
		delete(files, "c.csv")
		step("gone: those of before", "Eve", true)
		write("name,phone\nEve,2125550110\nAnn,2125550110\n")
		step("back", "Eve, Ann", false)
	})
}

// slow is a file that takes its time to be read.
type slow struct {
	fs.File
	wait time.Duration
}

func (f slow) Read(p []byte) (int, error) {
	time.Sleep(f.wait)
	return f.File.Read(p)
}

// TestSlowReload: while a big file is read again, calls are answered from the one of before.
func TestSlowReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := fstest.MapFS{"c.csv": {Data: []byte("name,phone\nDana,2125550110\n"), ModTime: time.Now()}}
		wait := time.Duration(0)
		s, err := start("c.csv", "US", func() (fs.File, error) {
			f, err := files.Open("c.csv")
			return slow{f, wait}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		wait = 100 * time.Millisecond
		files["c.csv"] = &fstest.MapFile{Data: []byte("name,phone\nDora,2125550110\n"), ModTime: time.Now()}
		begin := time.Now()
		if got := names(t, s, "2125550110"); got != "Dana" || time.Since(begin) >= lookup.LocalTimeout {
			t.Errorf("meanwhile %q after %v, want Dana inside the local deadline", got, time.Since(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := s.Lookup(ctx, number.Parse("2125550110", "US")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Lookup with a millisecond: %v", err)
		}
		time.Sleep(time.Second)
		if got := names(t, s, "2125550110"); got != "Dora" {
			t.Errorf("in the end %q", got)
		}
		s.Close()
	})
}

func TestReloadOfARealFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.csv")
	synctest.Test(t, func(t *testing.T) {
		write := func(text string, at time.Time) {
			t.Helper()
			if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
				t.Fatal(err)
			}
		}
		at := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
		write("name,phone\nDana,2125550110\n", at)
		s, err := Open(path, "US")
		if err != nil {
			t.Fatal(err)
		}
		if s.Name() != "c.csv" || names(t, s, "2125550110") != "Dana" {
			t.Fatalf("%s: %s", s.Name(), names(t, s, "2125550110"))
		}
		write("name,phone\nDora,2125550110\n", at.Add(time.Second))
		find(t, s, "2125550110")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := names(t, s, "2125550110"); got != "Dora" {
			t.Errorf("after the change %q", got)
		}
	})
}

// TestResultIsOnesOwn: a contact given out can be changed without changing the source.
func TestResultIsOnesOwn(t *testing.T) {
	s := load(t, "phone,tickets\n2125550110,#1\n")
	find(t, s, "2125550110")[0].Fields[0].Value = "changed"
	if got := find(t, s, "2125550110")[0].Fields[0].Value; got != "#1" {
		t.Errorf("tickets are now %q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("name,phone\nDana,2125550110\n")
	f.Add("\"a;b\";tel\r\n\"x\"\"y\";\"1\n2\"\n\"open;1\n")
	f.Add("\xff\xfea\x00")
	f.Add("phone\n\"\n\"\n\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, rep, err := read(strings.NewReader(text), "US")
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + 1
		if rep.Contacts+rep.Skipped > lines {
			t.Fatalf("%d contacts and %d skipped of %d lines", rep.Contacts, rep.Skipped, lines)
		}
		if b.Len() != rep.Contacts {
			t.Fatalf("%d contacts filed, %d reported", b.Len(), rep.Contacts)
		}
	})
}

func big(rows int) string {
	var b strings.Builder
	b.WriteString("name,company,phone,mobile,tier,notes\n")
	for i := range rows {
		fmt.Fprintf(&b, "Person %d,Acme %d,(212) 5%02d-%04d,+1 646 5%02d %04d,gold,a note about %d\n", i, i%977, i/10000, i%10000, i/10000, i%10000, i)
	}
	return b.String()
}

func TestHundredThousandRows(t *testing.T) {
	s := load(t, big(100_000))
	if rep := s.Report(); rep.Contacts != 100_000 || rep.Numbers != 200_000 || len(rep.Problems) != 0 {
		t.Fatalf("report %+v", rep)
	}
	if got := names(t, s, "+1 646 509 9999"); got != "Person 99999" {
		t.Errorf("the last one is %q", got)
	}
}

func BenchmarkLoad100k(b *testing.B) {
	text := big(100_000)
	for b.Loop() {
		if _, err := of("b.csv", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	s := load(b, big(100_000))
	n := number.Parse("+1 646 509 9999", "US")
	for b.Loop() {
		if cs, err := s.Lookup(b.Context(), n); err != nil || len(cs) != 1 {
			b.Fatal(cs, err)
		}
	}
}
