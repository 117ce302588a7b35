package number

import "strings"

// Country gives the ISO 3166 country of the number ("US"). It is "" where the number does not say
// for certain: other kinds than Phone, no country code, toll-free and other codes of no country,
// and a number that may mean two (Second).
func (n Number) Country() string {
	if n.E164 == "" || n.Second != "" {
		return ""
	}
	return countryOf(n.Code, n.National)
}

// countryOf gives the country of a calling code and a national number, "" for none.
func countryOf(code, national string) string {
	if code == "1" {
		return nanpCountry(national[:3])
	}
	if c := sharedCode(code, national); c != "" {
		return c
	}
	if p, ok := mainPlan(code); ok {
		return p.country
	}
	return ""
}

// sharedCode tells the smaller countries that share a calling code by their first digits.
func sharedCode(code, national string) string {
	has := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(national, p) {
				return true
			}
		}
		return false
	}
	switch {
	case code == "7" && has("6", "7"):
		return "KZ"
	case code == "44" && has("1481", "7781", "7839"):
		return "GG"
	case code == "44" && has("1534", "7797", "7509", "7937"):
		return "JE"
	case code == "44" && has("1624", "7624", "7524", "7924"):
		return "IM"
	case code == "39" && has("06698"):
		return "VA"
	case code == "47" && has("79"):
		return "SJ"
	case code == "61" && has("89162"):
		return "CC"
	case code == "61" && has("89164"):
		return "CX"
	case code == "262" && has("269", "2689", "63", "7093", "9398", "9478", "9769"):
		return "YT"
	case code == "290" && has("8"):
		return "TA"
	case code == "358" && has("18"):
		return "AX"
	case code == "599" && has("3", "4", "7"):
		return "BQ"
	}
	return ""
}
