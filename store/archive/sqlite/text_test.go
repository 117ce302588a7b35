package sqlite

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ringside/store/archive"
	"ringside/store/archive/contract"
	"ringside/store/call"
	"ringside/store/query"
)

// gramsFulfil reports whether a document fulfils an expression of containing, as FTS5 would.
func gramsFulfil(document, expr string) bool {
	tokens := strings.Fields(document)
	for _, part := range strings.Split(expr, " AND ") {
		want, prefix := strings.CutSuffix(part, "*")
		want = strings.Trim(want, `"`)
		if !slices.ContainsFunc(tokens, func(token string) bool { return token == want || prefix && strings.HasPrefix(token, want) }) {
			return false
		}
	}
	return true
}

// FuzzGrams: whatever stands in a text is found by its grams, and a document is nothing but tokens.
func FuzzGrams(f *testing.F) {
	for _, s := range []string{"anna o'neill", "é", "zoë x", "tier 2", "+1 (212) 555-0110", "日本語 テスト", "a", "ab", "¦o3", "नमस्ते", "&", `"*"`} {
		f.Add(s, 0, 3)
		f.Add(s, 1, 9)
	}
	f.Fuzz(func(t *testing.T, s string, from, length int) {
		text := query.Fold(s)
		document := gramsOf("\n" + text + "\n" + marked("2125550110") + "\n")
		if strings.ContainsAny(document, `"*()`) || !utf8.ValidString(document) {
			t.Fatalf("%q is no document", document)
		}
		for _, token := range strings.Fields(document) {
			if n := utf8.RuneCountInString(token); n > 3 && !(n == digitGram && allDigits(token)) || strings.HasPrefix(token, facet) {
				t.Fatalf("%q in %q", token, document)
			}
		}
		runes := []rune(text)
		from = min(max(0, from), len(runes))
		word := string(runes[from:min(len(runes), from+max(0, min(length, 100)))])
		if expr, _ := containing(word); expr != "" && !gramsFulfil(document, expr) {
			t.Errorf("%q stands in %q; %s does not find it in %q", word, text, expr, document)
		}
	})
}

func TestContaining(t *testing.T) {
	for text, want := range map[string]string{
		"anna": `"ann" AND "nna"`, "anderson": `"and" AND "ers" AND "son"`, "ab": `"ab"*`, "a": `"a"*`, "": "", "&": "", "ann lee": `"ann" AND "lee"`,
		"a bcd": `"bcd"`, "2125550110": `"21255" AND "50110"`, "12125550110": `"12125" AND "55011" AND "50110"`, "0110": `"011" AND "110"`, "zoë": `"zoë"`, `x"y*`: `"x"* AND "y"*`, "aaaaaa": `"aaa"`,
	} {
		if got, _ := containing(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A query only ever binds values: whatever is typed, the database understands what it is asked.
func TestHostileQueries(t *testing.T) {
	a := open(t, "")
	if err := a.Put(t.Context(), archive.Batch{Calls: calls(1, 20), Items: []archive.Item{{Kind: archive.Note, ID: "n", Text: `it's "so" \ % _ ! * ) OR (`}}}); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 5))
	letters := []rune("ab1 '\"%_!\\*()-+^:{}[]|&;\x00\x10\x19\nöß日¦NEARANDOT")
	for range 2000 {
		text := make([]rune, 1+rng.IntN(8))
		for i := range text {
			text[i] = letters[rng.IntN(len(letters))]
		}
		folded := query.Fold(string(text))
		if folded == "" {
			continue
		}
		w := query.Word{Text: folded, Fuzzy: rng.IntN(3) == 0}
		terms := []query.Node{w, query.Term{Field: query.Field(1 + rng.IntN(12)), Op: query.Op(1 + rng.IntN(2)), Text: folded}, query.Not{Part: w}}
		for _, n := range terms {
			s := archive.Search{Query: query.Query{Root: n}, Queue: string(text), Caller: string(text)}
			if rng.IntN(2) == 0 {
				s.Queue, s.Caller = "", ""
			}
			if _, err := a.Find(t.Context(), s); err != nil {
				t.Fatalf("%+v: %v", n, err)
			}
			if _, err := a.Count(t.Context(), s, 3); err != nil {
				t.Fatalf("%+v: %v", n, err)
			}
		}
	}
}

// After a purge the digits of a number are in none of the files, nor the name that came with it.
func TestPurgeLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "calls.db")
	a := open(t, path)
	m := contract.NewMaker(3, 40)
	numbers, names := map[call.Party]int{}, map[string]int{} // parties, and everybody's names
	for i := range 30 {
		reports := make([]*call.Report, 20)
		for k := range reports {
			reports[k] = m.Report(newYear.AddDate(0, 0, i).Add(time.Duration(k) * 7 * time.Minute))
			for _, p := range reports[k].Call.People {
				numbers[p.Outside]++
				names[p.Outside.Name]++
				names[p.Name]++
			}
		}
		err := a.Put(t.Context(), archive.Batch{Reports: reports, Events: reports[3].Events, Items: []archive.Item{{Kind: archive.Note, ID: archive.NewID(), Caller: reports[0].Call.Outsider().Number, Text: "x"}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var victim call.Party // who shares the name with nobody
	for p, n := range numbers {
		if n > 3 && n == names[p.Name] && (victim.Number == "" || p.Number < victim.Number) && strings.HasPrefix(p.Number, "+1") && p.Name != p.Number {
			victim = p
		}
	}
	digits := victim.Number[2:]
	traces := func() (n int) {
		files, err := filepath.Glob(path + "*")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, trace := range []string{digits, marked(digits), victim.Name, query.Fold(victim.Name)} {
				n += strings.Count(string(b), trace)
			}
		}
		return n
	}
	other, err := a.Count(t.Context(), archive.Search{}, 0)
	if err != nil || traces() == 0 {
		t.Fatalf("nothing to purge: %v", err)
	}
	got, err := a.Purge(t.Context(), digits)
	if err != nil || got.Calls == 0 || got.Raw == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if n := traces(); n > 0 {
		t.Errorf("%d traces of %v are left", n, victim)
	}
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != other-got.Calls || err != nil {
		t.Errorf("%d calls are left of %d, %d were removed, %v", n, other, got.Calls, err)
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
