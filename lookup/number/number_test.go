package number

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// TestSpellings is the promise to the agent: however a number is written, it is the same contact.
func TestSpellings(t *testing.T) {
	const ny, london, munich = "+12125550110", "+442079460018", "+498912345678"
	for _, tt := range []struct{ raw, region, want string }{
		{"+12125550110", "US", ny},
		{"+12125550110", "", ny},
		{"+12125550110", "GB", ny},
		{"12125550110", "US", ny},
		{"2125550110", "US", ny},
		{"2125550110", "CA", ny},
		{"2125550110", "us", ny},
		{"(212) 555-0110", "US", ny},
		{"212-555-0110", "US", ny},
		{"212.555.0110", "US", ny},
		{"212/555-0110", "US", ny},
		{"1-212-555-0110", "US", ny},
		{"1 (212) 555 0110", "US", ny},
		{"+1 (212) 555-0110", "US", ny},
		{" +1 212 555 0110 ", "US", ny},
		{"(+1) 212 555 0110", "US", ny},
		{"+1\u00a0212\u00a0555\u20110110", "US", ny},
		{"\u202a+12125550110\u202c", "US", ny},
		{"＋１２１２５５５０１１０", "US", ny},
		{"tel:+1-212-555-0110", "US", ny},
		{"TEL:+12125550110", "US", ny},
		{"tel:2125550110;phone-context=+1", "", ny},
		{"tel:+12125550110;ext=12", "US", ny},
		{"sip:+12125550110@pbx.example.com", "US", ny},
		{"sip:+12125550110@pbx.example.com;user=phone", "US", ny},
		{"sip:+12125550110;ext=12@pbx.example.com;user=phone", "US", ny},
		{"sips:2125550110:secret@10.0.0.1:5061?subject=x", "US", ny},
		{"sip:%2B12125550110@pbx.example.com", "US", ny},
		{`"Dana Roe" <sip:+12125550110@pbx.example.com>`, "US", ny},
		{"Dana Roe <+12125550110>", "US", ny},
		{"callto://+12125550110", "US", ny},
		{"011 1 212 555 0110", "US", ny},
		{"00 1 212 555 0110", "US", ny},
		{"001 212 555 0110", "GB", ny},
		{"0011 1 212 555 0110", "AU", ny},
		{"+0012125550110", "US", ny},
		{"+01112125550110", "US", ny},
		{"212 555 0110 x12", "US", ny},
		{"212 555 0110 ext. 12", "US", ny},
		{"212 555 0110 Extension 12", "US", ny},
		{"212-555-0110,,12", "US", ny},
		{"212-555-0110 #12", "US", ny},
		{"+44 20 7946 0018", "US", london},
		{"+442079460018", "US", london},
		{"+44 (0)20 7946 0018", "US", london},
		{"+44 020 7946 0018", "US", london},
		{"0044 20 7946 0018", "GB", london},
		{"011 44 20 7946 0018", "US", london},
		{"00442079460018", "US", london},
		{"0044 (0) 20 7946 0018", "FR", "+442079460018"},
		{"020 7946 0018", "GB", london},
		{"(020) 7946 0018", "GB", london},
		{"2079460018", "GB", london},
		{"442079460018", "GB", london},
		{"089 / 1234-5678", "DE", munich},
		{"+49 (0) 89 12345678", "US", munich},
		{"0049-89-12345678", "DE", munich},
		{"01 42 68 53 00", "FR", "+33142685300"},
		{"06 6982 1234", "IT", "+390669821234"},
		{"+39 06 6982 1234", "US", "+390669821234"},
		{"612 34 56 78", "ES", "+34612345678"},
		{"8 (495) 123-45-67", "RU", "+74951234567"},
		{"06 1 234 5678", "HU", "+3612345678"},
		{"+52 1 55 1234 5678", "US", "+525512345678"},
		{"044 55 1234 5678", "MX", "+525512345678"},
		{"010 1 212 555 0110", "JP", ny},
		{"1-800-FLOWERS", "US", "+18003569377"},
		{"+1 888 GO FEDEX x2", "US", "+18884633339"},
		{"٢١٢٥٥٥٠١١٠", "US", ny},
	} {
		n := Parse(tt.raw, tt.region)
		if n.Kind != Phone || n.E164 != tt.want {
			t.Errorf("Parse(%q, %q) = %v %q, want phone %q", tt.raw, tt.region, n.Kind, n.E164, tt.want)
		}
		if !Same(n, Parse(tt.want, "")) {
			t.Errorf("Same(%q in %q, %q) = false", tt.raw, tt.region, tt.want)
		}
	}
}

// TestKinds: what is no telephone number must never be made one.
func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		raw, region string
		kind        Kind
		digits      string
	}{
		{"", "US", Empty, ""},
		{" \t\u200b", "US", Empty, ""},
		{"1102", "US", Extension, "1102"},
		{"0019", "US", Extension, "0019"}, // leading zeros are part of an extension
		{"1090", "US", Extension, "1090"}, // a numbering library reads +1 1090
		{"123456", "US", Extension, "123456"},
		{"+1102", "US", Extension, "1102"},
		{"sip:1102@pbx.example.com", "US", Extension, "1102"},
		{"*98", "US", FeatureCode, "*98"},
		{"#31#", "DE", FeatureCode, "#31#"},
		{"*67 212 555 0110", "US", FeatureCode, "*672125550110"},
		{"*31*+12125550110#", "US", FeatureCode, "*31*12125550110#"},
		{"Anonymous", "US", Withheld, ""}, // GoTo's own word
		{"ANONYMOUS", "US", Withheld, ""},
		{"sip:anonymous@anonymous.invalid", "US", Withheld, ""},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>`, "", Withheld, ""},
		{"Restricted", "US", Withheld, ""},
		{"Unavailable", "US", Withheld, ""},
		{"PRIVATE", "US", Withheld, ""},
		{"private number", "US", Withheld, ""},
		{"No Caller ID", "US", Withheld, ""},
		{"withheld", "GB", Withheld, ""},
		{"+266696687", "US", Withheld, ""}, // ANONYMOUS on the keypad
		{"Privateer Ltd", "US", Other, ""},
		{"alice", "US", Other, ""},
		{"sip:alice@example.com", "US", Other, ""},
		{"Agent 8648", "US", Other, ""},
		{"212-555-CALL", "US", Other, ""}, // letters are numbers only behind toll-free codes
		{"---", "US", Other, ""},
		{"+", "US", Other, ""},
		{"212+5550110", "US", Other, ""},
		{"555-0110", "US", Phone, "5550110"},
		{"1234 5678", "DE", Phone, "12345678"}, // local: the area code is missing, do not guess it
		{"+15550110", "US", Phone, "15550110"},
		{"1115550110", "US", Phone, "1115550110"},
		{"9115550110", "US", Phone, "9115550110"},
		{"2125550110", "", Phone, "2125550110"},
		{"2125550110", "ZZ", Phone, "2125550110"},
		{"2125550110 2125550111", "US", Other, ""},
		{strings.Repeat("9", 5000), "US", Other, ""},
	} {
		n := Parse(tt.raw, tt.region)
		if n.Kind != tt.kind || n.Digits != tt.digits {
			t.Errorf("Parse(%.40q, %q) = %v %q, want %v %q", tt.raw, tt.region, n.Kind, n.Digits, tt.kind, tt.digits)
		}
		if n.E164 != "" {
			t.Errorf("Parse(%.40q, %q).E164 = %q, want none", tt.raw, tt.region, n.E164)
		}
	}
}

func TestParts(t *testing.T) {
	got := Parse("tel:+1-212-555-0110;ext=12", "US")
	want := Number{
		Raw: "tel:+1-212-555-0110;ext=12", Kind: Phone, E164: "+12125550110", Digits: "12125550110",
		National: "2125550110", Code: "1", Sub: "12",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		raw, region string
		want        []string
	}{
		{"(212) 555-0110", "US", []string{"+12125550110"}},
		{"+5143334444", "US", []string{"+5143334444", "+15143334444"}}, // GoTo's guide: Montréal without its 1
		{"+5143334444", "PE", []string{"+5143334444"}},                 // a desk in Lima knows better
		{"+5143334444", "", []string{"+5143334444", "+15143334444"}},
		{"514 333 4444", "CA", []string{"+15143334444"}},
		{"442079460018", "US", []string{"442079460018", "+442079460018"}}, // a spreadsheet ate the plus
		{"5550110", "US", []string{"5550110"}},
		{"+54 9 11 1234 5678", "US", []string{"+5491112345678", "+541112345678"}},
		{"+54 11 1234 5678", "US", []string{"+541112345678", "+5491112345678"}},
		{"1102", "US", []string{"1102"}},
		{"*98", "US", []string{"*98"}},
		{"Anonymous", "US", nil},
		{"", "US", nil},
		{"alice", "US", nil},
	} {
		if d := cmp.Diff(tt.want, Parse(tt.raw, tt.region).Keys()); d != "" {
			t.Errorf("Parse(%q, %q).Keys(): %s", tt.raw, tt.region, d)
		}
	}
}

func TestSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"+5143334444", "514-333-4444", true},
		{"+1 212 555 0110", "212 555 0110 x7", true},
		{"+1 212 555 0110", "+1 212 555 0111", false},
		{"0019", "19", false},
		{"1102", "1102", true},
		{"Anonymous", "Anonymous", false}, // two hidden callers are two callers
		{"", "", false},
		{"+44 20 7946 0018", "207 946 0018", false}, // the same digits in London and in Maine
		{"*98", "98", false},
	} {
		a, b := Parse(tt.a, "US"), Parse(tt.b, "US")
		if Same(a, b) != tt.want || Same(b, a) != tt.want {
			t.Errorf("Same(%q, %q) = %v, %v back, want %v", tt.a, tt.b, Same(a, b), Same(b, a), tt.want)
		}
	}
}

func TestDisplayAndCountry(t *testing.T) {
	for _, tt := range []struct{ raw, display, country string }{
		{"2125550110", "+1 212 555 0110", "US"},
		{"2125550110x12", "+1 212 555 0110 x12", "US"},
		{"5143334444", "+1 514 333 4444", "CA"},
		{"+5143334444", "+5143334444", ""},
		{"8765550110", "+1 876 555 0110", "JM"},
		{"8005550120", "+1 800 555 0120", ""},
		{"+442079460018", "+44 20 7946 0018", "GB"},
		{"+447911123456", "+44 7911 123456", "GB"},
		{"+441314960018", "+44 131 496 0018", "GB"},
		{"+441534960018", "+44 1534 960018", "JE"},
		{"+33142685300", "+33 1 42 68 53 00", "FR"},
		{"+4989123456", "+49 89 1234 56", "DE"},
		{"+41442685300", "+41 44 268 53 00", "CH"},
		{"+390612345678", "+39 06 1234 5678", "IT"},
		{"+390669812345", "+39 06 6981 2345", "VA"},
		{"+34612345678", "+34 612 345 678", "ES"},
		{"+4533123456", "+45 33 12 34 56", "DK"},
		{"+61412345678", "+61 412 345 678", "AU"},
		{"+61212345678", "+61 2 1234 5678", "AU"},
		{"+5511987654321", "+55 11 98765 4321", "BR"},
		{"+525512345678", "+52 55 1234 5678", "MX"},
		{"+919876543210", "+91 98765 43210", "IN"},
		{"+81312345678", "+81 3 1234 5678", "JP"},
		{"+77012345678", "+7 701 234 56 78", "KZ"},
		{"+74951234567", "+7 495 123 45 67", "RU"},
		{"+6561234567", "+65 6123 4567", "SG"},
		{"+353861234567", "+353 86 123 4567", "IE"},
		{"+351912345678", "+351 912 345 678", "PT"},
		{"+3545812345", "+3545812345", ""}, // Iceland, or Ontario without its 1,
		{"+870773111632", "+870 773 111 632", ""},
		{"555-0110", "555 0110", ""},
		{"1102", "1102", ""},
		{"*98", "*98", ""},
		{"Anonymous", "withheld", ""},
		{"", "", ""},
		{"alice", "alice", ""},
		{"evil\x1b[2J\u202ename", "evil[2Jname", ""},
		{strings.Repeat("é", 500), strings.Repeat("é", 64), ""},
	} {
		n := Parse(tt.raw, "US")
		if n.Display() != tt.display || n.Country() != tt.country {
			t.Errorf("Parse(%.20q) shows %q in %q, want %q in %q", tt.raw, n.Display(), n.Country(), tt.display, tt.country)
		}
	}
}

// TestPlans reads every row of the table back, so that a slip of the pen cannot hide in it.
func TestPlans(t *testing.T) {
	rows := strings.Split(strings.Trim(plans, "|"), "|")
	if len(rows) < 200 {
		t.Fatalf("only %d plans", len(rows))
	}
	seen := map[string]bool{}
	for _, r := range rows {
		p, ok := planOf(r[:2])
		if !ok || seen[p.country] || p.country != r[:2] {
			t.Fatalf("row %q reads as %+v", r, p)
		}
		seen[p.country] = true
		if got := codeLength(p.code + "0000"); got != len(p.code) {
			t.Errorf("%s: calling code %s has length %d", p.country, p.code, got)
		}
		if p.min < 4 || p.max < p.min || p.max+len(p.code) > 15 {
			t.Errorf("%s: lengths %d-%d", p.country, p.min, p.max)
		}
		if m, ok := mainPlan(p.code); !ok || m.code != p.code {
			t.Errorf("%s: main country of %s is %+v", p.country, p.code, m)
		}
	}
}

// TestKindWords: every kind has a word of its own.
func TestKindWords(t *testing.T) {
	seen := map[string]bool{}
	for k := Empty; k <= Other; k++ {
		if seen[k.String()] {
			t.Errorf("kind %d shares the word %q", k, k)
		}
		seen[k.String()] = true
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "+1 (212) 555-0110", "tel:2125550110;phone-context=+1;ext=4", "sip:%2B4420@h;user=phone",
		"*67#", "1-800-FLOWERS", "+44 (0)20 7946 0018", "Anonymous", "\"a\" <sip:b@c>", "0044(0)", "x12", "+5143334444", "\xff\x00+0"} {
		f.Add(s, "US")
		f.Add(s, "GB")
	}
	f.Fuzz(func(t *testing.T, raw, region string) {
		n := Parse(raw, region)
		for _, r := range n.Display() {
			if !unicode.IsPrint(r) {
				t.Fatalf("Parse(%q, %q).Display() = %q is not printable", raw, region, n.Display())
			}
		}
		if (n.E164 != "") != (n.Code != "") || n.E164 != "" && n.E164 != "+"+n.Code+n.National {
			t.Fatalf("Parse(%q, %q) = %+v: parts do not make the whole", raw, region, n)
		}
		if len(n.E164) > 16 || n.Kind == Phone && len(n.Digits) < 4 || len(n.Display()) > 300 {
			t.Fatalf("Parse(%q, %q) = %+v: out of bounds", raw, region, n)
		}
		comparable := n.Kind == Phone || n.Kind == Extension || n.Kind == FeatureCode
		if Same(n, n) != comparable || (len(n.Keys()) > 0) != comparable {
			t.Fatalf("Parse(%q, %q) = %+v has keys %q", raw, region, n, n.Keys())
		}
		if at, zone, sure := n.LocalTime(winter); !at.Equal(winter) || sure && zone == "" || (zone != "") != (len(n.Zones()) > 0) {
			t.Fatalf("Parse(%q, %q): %v in %q, sure %v, of %q", raw, region, at, zone, sure, n.Zones())
		}
		if n.E164 == "" {
			if n.LineType() != UnknownLine || n.Zones() != nil {
				t.Fatalf("Parse(%q, %q) has no country, but is %v in %q", raw, region, n.LineType(), n.Zones())
			}
			return
		}
		// The normal form is a fixed point, in every region, and its display reads back.
		for _, s := range []string{n.E164, n.Display()} {
			for _, r := range []string{"", region, "US", "DE"} {
				if m := Parse(s, r); m.E164 != n.E164 {
					t.Fatalf("Parse(%q, %q).E164 = %q, but %q in %q reads %q", raw, region, n.E164, s, r, m.E164)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Parse("(212) 555-0110", "US")
	}
}
