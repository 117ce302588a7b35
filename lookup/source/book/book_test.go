package book

import (
	"strings"
	"testing"

	"ringside/lookup"
	"ringside/lookup/number"
)

// FuzzBook: whoever is filed under a number is found by it, once, and as one's own.
func FuzzBook(f *testing.F) {
	f.Add("2125550110\n+12125550110\n+5143334444\nAnonymous\n1102\n0019")
	f.Fuzz(func(t *testing.T, text string) {
		b := New("US")
		var raws []string
		for i, raw := range strings.Split(text, "\n") {
			n := number.Parse(raw, "US")
			b.File(lookup.Contact{ID: string(rune('a' + i%26)), Fields: []lookup.Field{{Name: "f", Value: "v"}}}, []number.Number{n, n})
			raws = append(raws, raw)
		}
		if b.Len() != len(raws) {
			t.Fatalf("%d contacts of %d", b.Len(), len(raws))
		}
		for _, raw := range raws {
			n := number.Parse(raw, "US")
			want := 0
			for _, other := range raws {
				if number.Same(n, number.Parse(other, "US")) {
					want++
				}
			}
			got := b.Find(n)
			if len(got) != want {
				t.Fatalf("%q finds %d contacts, want %d", raw, len(got), want)
			}
			for _, c := range got {
				if !number.Same(c.Number, n) || c.Fields[0].Value != "v" {
					t.Fatalf("%q finds %+v", raw, c)
				}
				c.Fields[0].Value = "changed"
			}
		}
	})
}
