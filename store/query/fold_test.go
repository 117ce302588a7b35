package query

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"support", "support"},
		{"Tier 2", "tier 2"},
		{"  Tier\t\n 2  ", "tier 2"},
		{"Søren Łukasz Müller-Strauß", "soren lukasz muller-strauss"},
		{"ÉCOLE école e\u0301cole", "ecole ecole ecole"},
		{"İstanbul ISPARTA ıssız", "istanbul isparta issiz"},
		{"Þór Œuvre Æsir", "thor oeuvre aesir"},
		{"ＡＢＣ　１２３", "abc 123"},
		{"ﬁne ½", "fine 1\u20442"},
		{"Ann\u200b\u202e\x1b[31m", "ann[31m"},
		{"a\u00a0b\u2003c", "a b c"},
		{"Ёлка йод", "елка иод"},
		{"ΑΘΉΝΑ Σ", "αθηνα σ"},
		{"שָׁלוֹם", "שלום"},
		{"مُحَمَّد محـمد", "محمد محمد"},
		{"がか", "か\u3099か"},                             // another letter, not an accent
		{"हिन्दी", "हिन्दी"},                           // its vowels are marks
		{"한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"}, // letters, so that one may type half a syllable
		{"a\xffb", "a\ufffdb"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldAllocations(t *testing.T) {
	buf := make([]byte, 0, 256)
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"folded ASCII", func() { _ = Fold("ann lee +12125550110") }},
		{"appended ASCII", func() { buf = AppendFold(buf[:0], "Ann  LEE +1 212 555 0110") }},
	} {
		if n := testing.AllocsPerRun(100, c.do); n != 0 {
			t.Errorf("%s: %v allocations, want none", c.name, n)
		}
	}
}

// Every character folds to what folds no further, and to the same as its canonical spellings.
func TestFoldOfEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := "a" + string(r) + "b"
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("%U folds to %+q, and that to %+q", r, once, twice)
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := Fold(form.String(s)); got != once {
				t.Errorf("%U folds to %+q, another spelling of it to %+q", r, once, got)
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Ann Lee", "Søren  É", "a\u0301\u034f\u0323\u3099", "\u0939\u094d\u200d\u093c", "\xff\xfe", "ﷺ ﳲ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%+q) = %+q, and again %+q", s, once, twice)
		}
		if got := string(AppendFold([]byte("x y "), s)); got != "x y "+once {
			t.Errorf("AppendFold(%+q) = %+q, want %+q", s, got, once)
		}
		if !utf8.ValidString(once) {
			t.Errorf("Fold(%+q) = %+q is broken", s, once)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"folded", "support tier 2 ann lee"},
		{"ascii", "Support Tier 2 Ann Lee"},
		{"accents", "Søren Müller, École"},
	} {
		b.Run(c.name, func(b *testing.B) {
			buf := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				buf = AppendFold(buf[:0], c.text)
			}
		})
	}
}
