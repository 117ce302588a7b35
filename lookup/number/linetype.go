package number

import "strings"

// LineType tells what sort of line a number is.
type LineType uint8

// The types of line. The zero LineType is UnknownLine.
const (
	UnknownLine   LineType = iota // the number does not say, or is of a rarer type: pagers, company numbers
	FixedLine                     // in a building
	Mobile                        // a mobile telephone
	FixedOrMobile                 // one of the two: their numbers look alike, as in North America
	TollFree                      // the called party pays
	Premium                       // the caller pays more than for the call
	SharedCost                    // both pay
	VoIP                          // a line of the internet, in no certain place
)

// String gives the word for a type; "" for UnknownLine.
func (t LineType) String() string {
	switch t {
	case FixedLine:
		return "fixed line"
	case Mobile:
		return "mobile"
	case FixedOrMobile:
		return "fixed line or mobile"
	case TollFree:
		return "toll-free"
	case Premium:
		return "premium rate"
	case SharedCost:
		return "shared cost"
	case VoIP:
		return "VoIP"
	}
	return ""
}

// LineType gives the type of the line, as far as the number says: what it was given out as. It is
// UnknownLine for other kinds than Phone, without a country code, and where the number may mean two
// (Second).
func (n Number) LineType() LineType {
	switch {
	case n.E164 == "" || n.Second != "":
		return UnknownLine
	case n.Code == "1":
		return nanpLine(n.National)
	}
	return planLine(n.Code, n.National)
}

// planLine gives the type of a line by the table.
func planLine(code, national string) LineType {
	best, found := -1, UnknownLine
	for word := range strings.FieldsSeq(cell(lines, code)) {
		if n := beginning(word[1:], national); n > best {
			best, found = n, lineLetter(word[0])
		}
	}
	return found
}

// lineLetter gives the type that a letter of the table stands for.
func lineLetter(c byte) LineType {
	switch c {
	case 'f':
		return FixedLine
	case 'm':
		return Mobile
	case 'b':
		return FixedOrMobile
	case 't':
		return TollFree
	case 'p':
		return Premium
	case 's':
		return SharedCost
	case 'v':
		return VoIP
	}
	return UnknownLine
}

// nanpLine gives the type of a North American number. In the United States and Canada only the
// area codes of no place tell it.
func nanpLine(national string) LineType {
	area := national[:3]
	switch {
	case tollFree(area):
		return TollFree
	case area == "900":
		return Premium
	case area == "600": // Canada's, for what has no place
		return UnknownLine
	}
	switch nanpCountry(area) {
	case "":
		return UnknownLine
	case "US", "CA":
		return FixedOrMobile
	}
	return planLine("1", national)
}
