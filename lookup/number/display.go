package number

import "strings"

// maxShown bounds, in runes, a text shown because it is no number.
const maxShown = 64

// Display gives the form for people: "+1 212 555 0110", "+44 20 7946 0018", "1102", "*98",
// "withheld", "" for Empty. What is no number is shown as it came, cleaned of everything that
// cannot be printed. The text is always safe to draw.
func (n Number) Display() string {
	switch n.Kind {
	case Empty:
		return ""
	case Withheld:
		return "withheld"
	case Extension, FeatureCode:
		return n.Digits
	case Phone:
		return n.display()
	}
	return printable(n.Raw, maxShown)
}

func (n Number) display() string {
	s := n.Digits
	switch {
	case n.Second != "":
		s = n.E164 // grouping it would say which of the two it is
	case n.E164 != "":
		s = "+" + n.Code + " " + group(n.National, grouping(n.Code, n.National))
	case len(s) == 7:
		s = s[:3] + " " + s[3:]
	}
	if n.Sub != "" {
		s += " x" + n.Sub
	}
	return s
}

// group cuts digits into groups of the given sizes; the last size is used until the end, and a
// single digit is never left alone.
func group(digits, sizes string) string {
	var b strings.Builder
	for i := 0; digits != ""; i++ {
		size := int(sizes[min(i, len(sizes)-1)] - '0')
		if size >= len(digits)-1 {
			size = len(digits)
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(digits[:size])
		digits = digits[size:]
	}
	return b.String()
}

// grouping gives the sizes of the groups that a country writes its numbers in, one digit each.
// Countries not named here write groups of three, the last of up to four.
func grouping(code, national string) string {
	starts := func(p string) bool { return strings.HasPrefix(national, p) }
	pick := func(yes bool, a, b string) string {
		if yes {
			return a
		}
		return b
	}
	switch code {
	case "1":
		return "334"
	case "7":
		return "3322"
	case "31":
		return pick(starts("6"), "18", "234")
	case "32":
		return pick(len(national) == 9, "3222", pick(starts("2") || starts("3") || starts("4") || starts("9"), "1322", "2222"))
	case "33", "262", "590", "594", "596":
		return "12222"
	case "36", "353":
		return pick(starts("1"), "134", "234")
	case "39":
		return pick(starts("06") || starts("02"), "244", "334")
	case "41":
		return "2322"
	case "43":
		return pick(starts("1"), "134", "334")
	case "44":
		return british(national)
	case "45", "47", "298", "223", "226", "227", "228", "229":
		return "2"
	case "46":
		return pick(starts("8"), "1322", "2322")
	case "49":
		return pick(starts("30") || starts("40") || starts("69") || starts("89"), "244", "344")
	case "52":
		return pick(starts("55") || starts("33") || starts("81"), "244", "334")
	case "55":
		return pick(len(national) == 11, "254", "244")
	case "61":
		return pick(starts("4"), "333", "144")
	case "65", "502", "503", "504", "505", "506", "852", "853":
		return "44"
	case "81", "82":
		return pick(len(national) == 10, "244", "144")
	case "86":
		return pick(len(national) == 11, "344", "244")
	case "91":
		return "55"
	}
	return "3"
}

// british groups by the length of the area code (Ofcom, telephone numbering plan): 02x in three
// groups, 011x and 01x1 and non-geographic in three, mobiles and the rest in two.
func british(national string) string {
	switch {
	case strings.HasPrefix(national, "2"):
		return "244"
	case strings.HasPrefix(national, "11"), len(national) == 10 && national[0] == '1' && national[2] == '1',
		strings.HasPrefix(national, "3"), strings.HasPrefix(national, "8"), strings.HasPrefix(national, "9"):
		return "334"
	}
	return "46"
}
