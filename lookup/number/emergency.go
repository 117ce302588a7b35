package number

import (
	"slices"
	"strings"
)

// emergencies are the numbers of the emergency services by ISO 3166 country. 112 holds wherever nothing
// else is said: all of Europe and most mobile networks have it.
const emergencies = `
|US 911 112|CA 911 112|MX 911|GB 999 112|IE 112 999|AU 000 112|NZ 111 112|ZA 112 10111 10177|IN 112 100 101 102 108
|JP 110 119|KR 112 119|CN 110 119 120|HK 999 112|SG 999 995 112|BR 190 192 193|AR 911|CL 131 132 133|CO 123 911
|DE 112 110|AT 112 133 144 122|CH 112 117 118 144|FR 112 15 17 18|IT 112 113 118|ES 112|PT 112|NL 112|BE 112 101
|DK 112|SE 112|NO 112 110 113|FI 112|PL 112 997 998 999|CZ 112 155 158|GR 112 100 166|IL 100 101 102 112
|AE 999 998 997 112|TR 112|RU 112 101 102 103|UA 112 101 102 103|PH 911|TH 191 1669|MY 999|ID 112|`

// Emergency reports whether a number, dialled in a country ("US"; "" where it is not known), looks like one
// of the emergency services: as it is, or behind a 9 for an outside line where 911 is meant. A short internal
// number may look the same.
func (n Number) Emergency(region string) bool {
	if n.Kind != Extension {
		return false
	}
	region = upper2(region)
	known := strings.Fields(cell(emergencies, region))
	switch {
	case len(known) > 0:
	case nanpRegion(region):
		known = []string{"911", "112"}
	case region == "":
		known = []string{"112", "911"}
	default:
		known = []string{"112"}
	}
	return slices.Contains(known, n.Digits) || n.Digits == "9911" && slices.Contains(known, "911")
}
