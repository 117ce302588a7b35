// Package number gives a telephone number its normal form, so that the many spellings of one line
// are seen to be one line: comparison keys, display, country, and the kinds of thing that stand in
// a number's place without being one (extensions, star codes, withheld callers).
//
// It is pure: no clock, no I/O, no locks. Everything here may be called from any goroutine.
package number

// Kind tells what stands in the place of a number.
type Kind uint8

// The kinds. The zero Kind is Empty, so the zero Number says that there was nothing.
const (
	Empty       Kind = iota
	Phone            // a telephone number; E164 is "" where its country is not known
	Extension        // an internal number of up to MaxExtension digits, leading zeros kept
	FeatureCode      // a dialled code with a star or hash: *98, #31#
	Withheld         // the caller's number was hidden or not delivered
	Other            // anything else: a SIP user, a name, a broken number
)

// String gives the word for a kind.
func (k Kind) String() string {
	switch k {
	case Empty:
		return "empty"
	case Phone:
		return "phone"
	case Extension:
		return "extension"
	case FeatureCode:
		return "feature code"
	case Withheld:
		return "withheld"
	}
	return "other"
}

// Bounds on what is read.
const (
	MaxRaw       = 256 // bytes of a raw text that are looked at
	MaxExtension = 6   // digits of the longest internal number
	maxDigits    = 15  // ITU-T E.164: digits of the longest number, without the "+"
	minPhone     = 7   // digits of the shortest telephone number that is not an extension
)

// Number is one number in its normal form. It is a comparable value; two spellings of one line
// differ in Raw, so compare with Same or by Keys, not with ==.
type Number struct {
	Raw  string // as given, cut at MaxRaw bytes, not cleaned: for a log or a screen use Display
	Kind Kind

	// E164 is "+" and up to fifteen digits; "" where the country is not known and for other kinds.
	E164 string
	// Digits are the digits to compare and dial: of E164 without its "+", else as dialled, with
	// the stars and hashes of a feature code.
	Digits string
	// National is the national significant number: without country code and trunk prefix.
	National string
	// Code is the country calling code of E164: "1", "44".
	Code string
	// Sub is the extension behind a telephone number (";ext=12", "x12"); "" is none.
	Sub string
	// Second is another E164 that the same text may mean, or "": "+5143334444" is Peruvian as it
	// stands, and is a Montréal number that lost its 1 (seen in GoTo's own guide). A number with
	// a Second has no certain country.
	Second string
}

// Parse reads a number as a person, a telephone system or a spreadsheet wrote it. Region is the
// ISO 3166 country ("US") whose national spelling numbers without a country code are in; "" reads
// them as they are. Parse never fails: what is no number has the kind Other.
func Parse(raw, region string) Number {
	if len(raw) > MaxRaw {
		raw = raw[:MaxRaw]
	}
	n := Number{Raw: raw}
	s, sub := unwrap(raw)
	if s == "" {
		return n
	}
	if withheld(s) {
		n.Kind = Withheld
		return n
	}
	d, ok := dialled(s)
	if !ok {
		n.Kind = Other
		return n
	}
	if d.sub == "" {
		d.sub = sub
	}
	n.classify(d, upper2(region))
	return n
}

// classify decides the kind before any country is thought of: read as telephone numbers, "1090"
// and "*98" would become lines in New Jersey.
func (n *Number) classify(d dial, region string) {
	switch {
	case d.code:
		n.Kind, n.Digits = FeatureCode, d.digits
	case d.plus && keypadWord(d.digits):
		n.Kind = Withheld
	case d.digits == "":
		n.Kind = Other
	case len(d.digits) <= MaxExtension:
		n.Kind, n.Digits, n.National = Extension, d.digits, d.digits
	default:
		n.phone(d, region)
	}
}

// phone fills n from dialled digits that are too many for an extension.
func (n *Number) phone(d dial, region string) {
	digits, plus := d.digits, d.plus
	if rest, ok := international(digits, region, plus); ok {
		digits, plus = rest, true
	}
	if len(digits) > maxDigits+4 || len(digits) < minPhone {
		n.Kind = Other
		return
	}
	n.Kind, n.Sub = Phone, d.sub
	var code, national string
	if plus {
		code, national = splitCode(digits)
	} else {
		code, national = fromRegion(digits, region)
	}
	if code == "" {
		if len(digits) > maxDigits {
			n.Kind, n.Sub = Other, ""
			return
		}
		n.Digits, n.National = digits, digits
		return
	}
	national = settle(code, national)
	n.Code, n.National = code, national
	n.Digits = code + national
	n.E164 = "+" + n.Digits
	home := region == "" || nanpRegion(region)
	if plus && code != "1" && home && nanp(digits) && assigned(digits[:3]) {
		n.Second = "+1" + digits
	}
}

// Keys are what two spellings of one line have in common, the most certain first. Numbers that
// cannot be compared (withheld, empty, other) have none.
func (n Number) Keys() []string {
	switch n.Kind {
	case Extension, FeatureCode:
		return []string{n.Digits}
	case Phone:
	default:
		return nil
	}
	if n.E164 == "" {
		// A country code without its "+" is the commonest loss in spreadsheets.
		if code, national := splitCode(n.Digits); code != "" && len(n.Digits) > 10 {
			return []string{n.Digits, "+" + code + settle(code, national)}
		}
		return []string{n.Digits}
	}
	keys := []string{n.E164}
	if n.Second != "" {
		keys = append(keys, n.Second)
	}
	if twin := twin(n.Code, n.National); twin != "" {
		keys = append(keys, twin)
	}
	return keys
}

// Same tells whether two numbers are, or may be, the same line. An extension behind a telephone
// number (Sub) does not count: the caller's number never carries one.
func Same(a, b Number) bool {
	for _, x := range a.Keys() {
		for _, y := range b.Keys() {
			if x == y {
				return true
			}
		}
	}
	return false
}
