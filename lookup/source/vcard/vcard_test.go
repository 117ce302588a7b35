package vcard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
)

const three = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\nN:Roe;Dana;;;\r\nFN:Dana Roe\\, Sr.\u202e\r\nORG:Acme\\; Sons;Sales\r\nTITLE:Buyer\r\n" +
	"item1.TEL;TYPE=WORK,VOICE:(212) 555-0110\r\nitem2.TEL;TYPE=\"cell,text\":+44 20\r\n  7946 0018\r\nEMAIL;TYPE=INTERNET:old@example.com\r\nEMAIL;TYPE=INTERNET,PREF;PREF=1:dana@example.com\r\n" +
	"URL:https://example.com/d\r\nNOTE:says hi\\nevery time\r\nCATEGORIES:vip,east\r\nX-TIER:gold\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg\r\n ABAQAAAQABAAD\r\nEND:VCARD\r\n"

const four = "BEGIN:VCARD\nVERSION:4.0\nN:Park;Lee;;;\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+1-212-555-0111;ext=12\nEND:VCARD\n"

func find(b *book.Book, raw string) []lookup.Contact { return b.Find(number.Parse(raw, "US")) }

func read(text string) (*book.Book, book.Report) {
	b := book.New("US")
	var rep book.Report
	Read(b, &rep, "people.vcf", []byte(text), "US")
	return b, rep
}

func TestCards(t *testing.T) {
	b, rep := read("\ufeff" + three + "\n" + four)
	want := lookup.Contact{
		ID: "u-1", Name: "Dana Roe, Sr.", Company: "Acme; Sons", Title: "Buyer", Email: "dana@example.com", URL: "https://example.com/d", Notes: "says hi every time", Tier: "gold",
		Fields: []lookup.Field{{Name: "categories", Value: "vip,east"}},
	}
	for raw, from := range map[string]string{"+12125550110": "(212) 555-0110", "+442079460018": "+44 20 7946 0018"} {
		want.Number = number.Parse(from, "US")
		if d := cmp.Diff([]lookup.Contact{want}, find(b, raw)); d != "" {
			t.Errorf("%s: %s", raw, d)
		}
	}
	if cs := find(b, "2125550111"); len(cs) != 1 || cs[0].Name != "Lee Park" {
		t.Errorf("version 4: %+v", cs)
	}
	if d := cmp.Diff(book.Report{Files: 1, Contacts: 2, Numbers: 3}, rep); d != "" {
		t.Error(d)
	}
}

func TestBadCards(t *testing.T) {
	b, rep := read("BEGIN:VCARD\nVERSION:2.1\nTEL;CELL:2125550110\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Open\nTEL:2125550112\n" +
		four + "garbage\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:No number\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Bad number\nTEL:call me\nTEL:2125550113\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Last")
	var got []string
	for _, p := range rep.Problems {
		got = append(got, p.String())
	}
	want := []string{
		`people.vcf:1: the card is of version "2.1": export it as vCard 3.0 or 4.0`,
		"people.vcf:5: the card does not end",
		`people.vcf:20: "call me" is no number`,
		"people.vcf:26: the card does not end",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if rep.Contacts != 2 || rep.Skipped != 4 || len(find(b, "2125550113")) != 1 || len(find(b, "2125550111")) != 1 || len(find(b, "2125550112")) != 0 {
		t.Errorf("%+v", rep)
	}
	if _, rep := read(strings.Repeat("BEGIN:VCARD\n", 200)); len(rep.Problems) != 100 || rep.More != 100 {
		t.Errorf("%d problems and %d more", len(rep.Problems), rep.More)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { testFolder(t, dir) })
}

func testFolder(t *testing.T, dir string) {
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.vcf", three)
	write("team/b.VCF", four)
	write("notes.txt", strings.ReplaceAll(four, "0111", "0119"))
	s, err := Open("family", dir, "US")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names := func(raw string) string {
		t.Helper()
		time.Sleep(lookAgain) // of the bubble
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
	step := func(what, raw, want string, stale bool) {
		t.Helper()
		if got := names(raw); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		if (s.Report().Stale != nil) != stale {
			t.Errorf("%s: stale %v", what, s.Report().Stale)
		}
	}
	step("first", "2125550111", "Lee Park", false)
	step("no card file", "2125550119", "", false)
	write("team/c.vcf", strings.Replace(four, "Lee", "Li", 1))
	step("a new one", "2125550111", "Lee Park, Li Park", false)
	write("a.vcf", strings.Replace(three, "FN:Dana", "FN:Dora", 1)+" ")
	step("changed", "2125550110", "Dora Roe, Sr.", false)
	if err := os.Remove(filepath.Join(dir, "team/b.VCF")); err != nil {
		t.Fatal(err)
	}
	step("one gone", "2125550111", "Li Park", false)
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	step("all gone: those of before", "2125550111", "Li Park", true)
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	step("back", "2125550111", "Li Park", false)
	if _, err := Open("none", filepath.Join(dir, "none.vcf"), "US"); err == nil || !strings.Contains(err.Error(), "none.vcf") {
		t.Errorf("no file: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(three + four)
	f.Add("BEGIN:VCARD\nVERSION:4.0\nTEL;TYPE=\"a\\u0041\":1\nN:\nORG:;\\;\nEND:VCARD")
	f.Fuzz(func(t *testing.T, text string) {
		b, rep := read(text)
		if rep.Contacts+rep.Skipped > strings.Count(strings.ToUpper(text), "BEGIN:VCARD") {
			t.Fatalf("%+v", rep)
		}
		if b.Len() != rep.Contacts {
			t.Fatalf("%d filed, %d reported", b.Len(), rep.Contacts)
		}
	})
}
