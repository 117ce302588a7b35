package number

import (
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// spellings are the ways in which one line is written in its own country and abroad.
func spellings() []struct {
	region, want string
	raw          []string
} {
	return []struct {
		region, want string
		raw          []string
	}{
		{"US", "+12125550110", []string{
			"+12125550110", "12125550110", "2125550110", "(212) 555-0110", "212.555.0110", "1-212-555-0110",
			"011 1 212 555 0110", "00 1 212 555 0110", "+1 [212] 555 0110", "212 555 0110 x12", "tel:+1-212-555-0110;ext=4",
		}},
		{"CA", "+15143334444", []string{
			"+15143334444", "15143334444", "5143334444", "514 333-4444", "(514) 333 4444", "514.333.4444", "1 514 333 4444 poste 12",
			"011 1 514 333 4444",
		}},
		{"GB", "+442079460018", []string{
			"+442079460018", "442079460018", "02079460018", "(020) 7946 0018", "020 7946 0018", "00442079460018",
			"+44 (0)20 7946 0018", "0044 20 7946.0018", "020 7946 0018 ext. 7",
		}},
		{"DE", "+498912345678", []string{
			"+498912345678", "498912345678", "08912345678", "089 / 1234-5678", "(089) 12345678", "00498912345678",
			"+49 (0)89 1234 5678", "0049-89-12345678", "089.1234.5678",
		}},
		{"FR", "+33142685300", []string{
			"+33142685300", "33142685300", "0142685300", "01 42 68 53 00", "01.42.68.53.00", "0033142685300",
			"+33 (0)1 42 68 53 00", "0033 (0) 1 42 68 53 00",
		}},
		{"AU", "+61212345678", []string{
			"+61212345678", "61212345678", "0212345678", "(02) 1234 5678", "02 1234 5678", "0011 61 2 1234 5678",
			"+61 (0)2 1234 5678", "0061 2 1234-5678",
		}},
		{"ES", "+34912345678", []string{
			"+34912345678", "34912345678", "912345678", "91 234 56 78", "912.34.56.78", "0034912345678", "(+34) 912 345 678",
		}},
		{"MX", "+525512345678", []string{
			"+525512345678", "525512345678", "5512345678", "55 1234 5678", "(55) 1234-5678", "0052 55 1234 5678",
			"+52 1 55 1234 5678", "044 55 1234 5678", "01 55 1234 5678",
		}},
		{"BR", "+5511987654321", []string{
			"+5511987654321", "5511987654321", "11987654321", "(11) 98765-4321", "011 98765 4321", "0055 11 98765 4321",
			"11 98765.4321",
		}},
		{"NL", "+31201234567", []string{
			"+31201234567", "31201234567", "0201234567", "020-1234567", "(020) 123 45 67", "0031 20 123 4567", "+31 (0)20 1234567",
		}},
		{"IN", "+919876543210", []string{
			"+919876543210", "919876543210", "9876543210", "09876543210", "98765 43210", "0091 98765 43210", "+91-98765-43210",
		}},
	}
}

// TestOneLineManySpellings: all spellings of a line have one normal form, one country, one type, one
// place, and are found by each other's keys.
func TestOneLineManySpellings(t *testing.T) {
	total := 0
	for _, line := range spellings() {
		first := Parse(line.raw[0], line.region)
		for _, raw := range line.raw {
			total++
			n := Parse(raw, line.region)
			if n.Kind != Phone || n.E164 != line.want || n.Country() != line.region {
				t.Errorf("Parse(%q, %s) = %v %q in %q, want %s", raw, line.region, n.Kind, n.E164, n.Country(), line.want)
			}
			if !Same(n, first) || n.LineType() != first.LineType() || n.LineType() == UnknownLine || len(n.Zones()) == 0 {
				t.Errorf("%q in %s: %v in %q, not as %q", raw, line.region, n.LineType(), n.Zones(), line.raw[0])
			}
		}
	}
	if total < 60 || len(spellings()) < 8 {
		t.Errorf("%d spellings in %d regions", total, len(spellings()))
	}
}

// TestSpellingsOracle: Google's library reads them alike, where it reads them at all.
func TestSpellingsOracle(t *testing.T) {
	agree := 0
	for _, line := range spellings() {
		for _, raw := range line.raw {
			n, err := phonenumbers.Parse(raw, line.region)
			if err != nil || !phonenumbers.IsValidNumber(n) {
				continue // it does not know 00 from America, nor brackets of every kind
			}
			if got := phonenumbers.Format(n, phonenumbers.E164); got != line.want {
				t.Errorf("%q in %s: ours %s, theirs %s", raw, line.region, line.want, got)
			}
			agree++
		}
	}
	if agree < 60 {
		t.Errorf("only %d spellings compared", agree)
	}
}

// TestAnonymousSpellings: a caller who hides is nobody, however that is said.
func TestAnonymousSpellings(t *testing.T) {
	for _, raw := range []string{
		"Anonymous", "anonymous", "ANONYMOUS", " Anonymous ", "sip:anonymous@anonymous.invalid", `"Anonymous" <sip:anonymous@anonymous.invalid>`,
		"Anonymous <anonymous>", "+266696687", "Restricted", "Unavailable", "Private Number", "PRIVATE", "No Caller ID", "Withheld", "Unknown", "Blocked",
	} {
		n := Parse(raw, "US")
		if n.Kind != Withheld || n.Keys() != nil || n.LineType() != UnknownLine || n.Zones() != nil || n.Country() != "" {
			t.Errorf("Parse(%q) = %+v", raw, n)
		}
	}
}

// TestInternalIsNoLine: extensions and star codes have no country, type or place, whatever digits
// they share with lines that have.
func TestInternalIsNoLine(t *testing.T) {
	for _, raw := range []string{"1102", "0019", "212555", "*98", "#31#", "*67 212 555 0110", "sip:1102@pbx.example.com"} {
		n := Parse(raw, "US")
		if n.Kind != Extension && n.Kind != FeatureCode || n.LineType() != UnknownLine || n.Zones() != nil || n.Country() != "" {
			t.Errorf("Parse(%q) = %+v of type %v in %q", raw, n, n.LineType(), n.Zones())
		}
	}
}

func TestLineTypes(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want LineType
		word string
	}{
		{"+12125550110", FixedOrMobile, "fixed line or mobile"},
		{"+18005550110", TollFree, "toll-free"},
		{"+19005550110", Premium, "premium rate"},
		{"+16005550110", UnknownLine, ""},
		{"+18762345678", Mobile, "mobile"},
		{"+442079460018", FixedLine, "fixed line"},
		{"+447911123456", Mobile, "mobile"},
		{"+448081570123", TollFree, "toll-free"},
		{"+449012345678", Premium, "premium rate"},
		{"+445612345678", VoIP, "VoIP"},
		{"+33821123456", SharedCost, "shared cost"},
		{"+4915123456789", Mobile, "mobile"},
		{"+80012345678", TollFree, "toll-free"},
		{"+5143334444", UnknownLine, ""}, // which of the two is it
		{"5550110", UnknownLine, ""},
		{"1102", UnknownLine, ""},
	} {
		got := Parse(tt.raw, "US").LineType()
		if got != tt.want || got.String() != tt.word {
			t.Errorf("%s is %d %q, want %d %q", tt.raw, got, got, tt.want, tt.word)
		}
	}
}
