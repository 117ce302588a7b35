package number

import "strings"

// international cuts the prefix that a region dials before a country code. ok is true when what
// is left begins with a country code.
func international(digits, region string, plus bool) (rest string, ok bool) {
	if plus {
		if digits[0] != '0' {
			return digits, true
		}
		region = "US" // "+00" and "+011" are written by systems that only prepend the plus
	}
	for _, p := range prefixes(region) {
		if p == "" || !strings.HasPrefix(digits, p) {
			continue
		}
		rest := digits[len(p):]
		if len(rest) >= minPhone && codeLength(rest) > 0 {
			return rest, true
		}
	}
	return digits, plus
}

// prefixes are the international prefixes of a region, the longer first (ITU Operational Bulletin,
// list of dialling procedures). "00" is understood everywhere: no national number begins with it.
func prefixes(region string) [3]string {
	switch region {
	case "AU", "CC", "CX":
		return [3]string{"0011", "00"}
	case "JP":
		return [3]string{"010", "00"}
	case "RU", "KZ", "BY", "TJ", "TM":
		return [3]string{"810", "00"}
	case "HK", "TH", "KH", "MN", "GY":
		return [3]string{"001", "00"}
	case "KR", "SG", "ID":
		return [3]string{"001", "002", "008"}
	case "KE", "TZ", "UG":
		return [3]string{"000", "00"}
	case "NG":
		return [3]string{"009", "00"}
	case "CU":
		return [3]string{"119", "00"}
	}
	if nanpRegion(region) {
		return [3]string{"011", "00"}
	}
	return [3]string{"00"}
}

// splitCode cuts an international number behind its country code; code is "" where there is none
// or where what follows cannot be a number of the North American plan.
func splitCode(digits string) (code, national string) {
	l := codeLength(digits)
	if l == 0 || len(digits) > maxDigits+4 {
		return "", ""
	}
	code, national = digits[:l], digits[l:]
	if code == "1" {
		if !nanp(national) {
			return "", ""
		}
		return code, national
	}
	if n := len(settle(code, national)); n < 4 || n+l < minPhone || n+l > maxDigits {
		return "", ""
	}
	return code, national
}

// fromRegion reads digits without an international prefix the way a region writes them; code is ""
// where they do not make a full number there (a local number without its area code, a region not
// known).
func fromRegion(digits, region string) (code, national string) {
	if nanpRegion(region) {
		if d := digits; len(d) == 11 && d[0] == '1' {
			digits = d[1:]
		}
		if nanp(digits) {
			return "1", digits
		}
		return "", ""
	}
	p, ok := planOf(region)
	if !ok {
		return "", ""
	}
	// Systems that leave out the "+" are commoner than people who leave out the trunk prefix of a
	// number that begins like its own country's code.
	if rest, ok := strings.CutPrefix(digits, p.code); ok && p.trunk != "" && len(rest) >= sureLength && p.fits(rest) {
		return p.code, rest
	}
	if rest, ok := p.national(digits); ok {
		return p.code, rest
	}
	if rest, ok := strings.CutPrefix(digits, p.code); ok && len(digits) > p.max && p.fits(rest) {
		return p.code, rest
	}
	return "", ""
}

// sureLength is how long a number must be to be taken for a whole one where neither a trunk prefix
// nor the country's longest length says so: shorter ones may be local, without their area code.
const sureLength = 9

// national cuts the trunk prefix of a number dialled inside the country.
func (p plan) national(digits string) (string, bool) {
	if p.country == "MX" { // written until the plan of 2019 did away with them
		for _, old := range [...]string{"044", "045", "01"} {
			if rest, ok := strings.CutPrefix(digits, old); ok && p.fits(rest) {
				return rest, true
			}
		}
	}
	if p.trunk == "" {
		return digits, p.fits(digits)
	}
	if rest, ok := strings.CutPrefix(digits, p.trunk); ok && p.fits(rest) {
		return rest, true
	}
	whole := len(digits) >= sureLength || len(digits) == p.max
	return digits, whole && digits[0] != '0' && p.fits(digits)
}

func (p plan) fits(national string) bool { return len(national) >= p.min && len(national) <= p.max }

// settle brings the national part behind a country code into its one form: without the trunk
// prefix that people leave in (+44 020…) and without Mexico's old mobile 1.
func settle(code, national string) string {
	switch code {
	case "1", "39", "378", "225", "242": // their national numbers may begin with 0
		return national
	case "52":
		if len(national) == 11 && national[0] == '1' {
			return national[1:]
		}
		return national
	}
	p, ok := mainPlan(code)
	if !ok || p.trunk == "" {
		return national
	}
	for {
		rest, cut := strings.CutPrefix(national, p.trunk)
		if !cut || len(rest) < max(4, p.min) || p.trunk[0] != '0' && len(national) <= p.max {
			return national
		}
		national = rest
	}
}

// twin gives the second E.164 form that one line is written in, or "". Argentine mobile numbers
// carry a 9 behind the country code when called from abroad, and not at home.
func twin(code, national string) string {
	if code != "54" {
		return ""
	}
	if len(national) == 11 && national[0] == '9' {
		return "+54" + national[1:]
	}
	if len(national) == 10 {
		return "+549" + national
	}
	return ""
}
