package number

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// theirs gives Google's word for the type of a number, as far as we have a word of our own.
func theirs(t phonenumbers.PhoneNumberType) LineType {
	switch t {
	case phonenumbers.FIXED_LINE:
		return FixedLine
	case phonenumbers.MOBILE:
		return Mobile
	case phonenumbers.FIXED_LINE_OR_MOBILE:
		return FixedOrMobile
	case phonenumbers.TOLL_FREE:
		return TollFree
	case phonenumbers.PREMIUM_RATE:
		return Premium
	case phonenumbers.SHARED_COST:
		return SharedCost
	case phonenumbers.VOIP:
		return VoIP
	}
	return UnknownLine
}

// samples gives valid numbers of a region in E.164: the oracle's example of each type, and as many
// as one finds by changing the digits behind an example's first ones.
func samples(r *rand.Rand, region string) []*phonenumbers.PhoneNumber {
	var out []*phonenumbers.PhoneNumber
	for t := phonenumbers.FIXED_LINE; t <= phonenumbers.VOICEMAIL; t++ {
		example := phonenumbers.GetExampleNumberForType(region, t)
		if example == nil || !phonenumbers.IsValidNumber(example) {
			continue
		}
		out = append(out, example)
		digits := []byte(phonenumbers.GetNationalSignificantNumber(example))
		for range 12 {
			d := slices.Clone(digits)
			for i := r.IntN(len(d)); i < len(d); i++ {
				d[i] = byte('0' + r.IntN(10))
			}
			n, err := phonenumbers.Parse(fmt.Sprintf("+%d%s", example.GetCountryCode(), d), region)
			if err == nil && phonenumbers.IsValidNumber(n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// TestOracle compares countries and line types with Google's library, which is exact and too large
// to be linked: what ours says must be so, and it must seldom have nothing to say.
func TestOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 14))
	var all, silent, wrong, wrongCountry int
	for _, region := range slices.Sorted(keys(phonenumbers.GetSupportedRegions())) {
		var bad []string
		some := 0
		for _, theirNumber := range samples(r, region) {
			e164 := phonenumbers.Format(theirNumber, phonenumbers.E164)
			ours := Parse(e164, "GB")
			if ours.E164 != e164 {
				continue // another normal form: old Mexican and Argentine mobiles
			}
			all++
			some++
			want, got := theirs(phonenumbers.GetNumberType(theirNumber)), ours.LineType()
			vague := got == FixedOrMobile && (want == FixedLine || want == Mobile)
			switch {
			case got == want || vague:
			case got == UnknownLine:
				silent++
			default:
				wrong++
				bad = append(bad, fmt.Sprintf("%s is %v, not %v", e164, want, got))
			}
			if c := ours.Country(); c != "" && c != phonenumbers.GetRegionCodeForNumber(theirNumber) {
				wrongCountry++
				bad = append(bad, fmt.Sprintf("%s is in %s, not %s", e164, phonenumbers.GetRegionCodeForNumber(theirNumber), c))
			}
		}
		if len(bad)*50 > some {
			t.Logf("%s: %d of %d: %s", region, len(bad), some, strings.Join(bad[:min(len(bad), 6)], "; "))
		}
	}
	t.Logf("%d numbers: %d without a type, %d with a wrong one, %d in a wrong country", all, silent, wrong, wrongCountry)
	if all < 10000 {
		t.Errorf("only %d numbers compared", all)
	}
	if wrong*1000 > all || wrongCountry*200 > all || silent*50 > all {
		t.Error("that is more than one type in 1000 wrong, or one country in 200, or one type in 50 not known")
	}
}

func keys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
