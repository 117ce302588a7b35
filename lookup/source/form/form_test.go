package form

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
)

func TestOf(t *testing.T) {
	for raw, want := range map[string][]Form{
		"(212) 555-0110": {{Number: "+12125550110", E164: "+12125550110", Digits: "12125550110", National: "2125550110", Code: "1", Last7: "5550110", Last9: "125550110", Last10: "2125550110"}},
		"1102":           {{Number: "1102", Digits: "1102", National: "1102", Last7: "1102", Last9: "1102", Last10: "1102"}},
		"Anonymous":      nil,
		"+5143334444": { // a Peruvian number, or one of Montréal that lost its 1
			{Number: "+5143334444", E164: "+5143334444", Digits: "5143334444", National: "43334444", Code: "51", Last7: "3334444", Last9: "43334444", Last10: "43334444"},
			{Number: "+15143334444", E164: "+15143334444", Digits: "15143334444", National: "5143334444", Code: "1", Last7: "3334444", Last9: "143334444", Last10: "5143334444"}},
	} {
		if d := cmp.Diff(want, Of(number.Parse(raw, "US"), "US")); d != "" {
			t.Errorf("%s: %s", raw, d)
		}
	}
	f := Of(number.Parse("2125550110", "US"), "US")[0]
	for _, name := range Names() {
		if f.Get(name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestTemplate(t *testing.T) {
	ny := Of(number.Parse("2125550110", "US"), "US")[0]
	for in, want := range map[string]string{
		"https://a.example/{e164}?d={digits}&n={national}": "https://a.example/%2B12125550110?d=12125550110&n=2125550110",
		"plain": "plain",
		"":      "",
	} {
		tpl, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tpl.Fill(ny, URL)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
		if tpl.Places() != strings.Count(in, "{") {
			t.Errorf("%s has %d places", in, tpl.Places())
		}
	}
	for _, bad := range []string{"{", "}", "a{e164", "{}", "{E164}", "{phone}", "a}b{e164}"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) is fine", bad)
		}
	}
	tpl, _ := Parse("{e164}")
	if _, err := tpl.Fill(Of(number.Parse("1102", "US"), "US")[0], URL); !errors.Is(err, lookup.ErrNotAsked) || !strings.Contains(err.Error(), "{e164}") {
		t.Errorf("an extension has no e164: %v", err)
	}
}

// FuzzURL: what is encoded comes back the same in a path and in a query, whatever it was.
func FuzzURL(f *testing.F) {
	f.Add("+1212")
	f.Add("*98#;&=/?%00\x00\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse("https://a.example/p/" + URL(s) + "/x?q=" + URL(s) + "&r=1")
		if err != nil {
			t.Fatal(err)
		}
		if u.Host != "a.example" || u.Path != "/p/"+s+"/x" || u.Query().Get("q") != s || u.Query().Get("r") != "1" {
			t.Errorf("%q became %s", s, u)
		}
	})
}
