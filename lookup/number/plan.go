package number

import "strings"

// plans holds one row a country outside the North American plan: ISO 3166 code, country calling
// code, trunk prefix ("." is none), fewest and most digits of a national number. The first row of
// a calling code is its main country.
//
// The facts are those of the metadata of Google's libphonenumber 9 (Apache-2.0; see docs/NOTICE.md),
// for geographic and mobile numbers, lengths simplified.
const plans = "" +
	"|RU 7 8 10 10|KZ 7 8 10 10|EG 20 0 8 10|ZA 27 0 5 9|GR 30 . 10 10|NL 31 0 9 11|BE 32 0 8 9|FR 33 0 9 9" +
	"|ES 34 . 9 9|HU 36 06 8 9|IT 39 . 6 11|VA 39 . 6 11|RO 40 0 9 9|CH 41 0 9 9|AT 43 0 7 13|GB 44 0 9 10" +
	"|GG 44 0 10 10|IM 44 0 10 10|JE 44 0 10 10|DK 45 . 8 8|SE 46 0 7 9|NO 47 . 8 8|SJ 47 . 8 8|PL 48 . 7 9" +
	"|DE 49 0 5 13|PE 51 0 8 9|MX 52 . 10 10|CU 53 0 8 8|AR 54 0 10 10|BR 55 0 10 11|CL 56 . 9 9|CO 57 0 8 10" +
	"|VE 58 0 10 10|MY 60 0 8 10|AU 61 0 9 9|CC 61 0 9 9|CX 61 0 9 9|ID 62 0 7 12|PH 63 0 6 10|NZ 64 0 8 10" +
	"|SG 65 . 8 8|TH 66 0 8 9|JP 81 0 9 10|KR 82 0 5 10|VN 84 0 9 10|CN 86 0 7 11|TR 90 0 10 10|IN 91 0 10 10" +
	"|PK 92 0 9 10|AF 93 0 9 9|LK 94 0 9 9|MM 95 0 6 10|IR 98 0 6 10|SS 211 0 9 9|MA 212 0 9 9|EH 212 0 9 9" +
	"|DZ 213 0 8 9|TN 216 . 8 8|LY 218 0 9 9|GM 220 . 7 7|SN 221 . 9 9|MR 222 . 8 8|ML 223 . 8 8|GN 224 . 8 9" +
	"|CI 225 . 10 10|BF 226 . 8 8|NE 227 . 8 8|TG 228 . 8 8|BJ 229 . 10 10|MU 230 . 7 8|LR 231 0 7 9|SL 232 0 8 8" +
	"|GH 233 0 9 9|NG 234 0 10 10|TD 235 . 8 8|CF 236 . 8 8|CM 237 . 9 9|CV 238 . 7 7|ST 239 . 7 7|GQ 240 . 9 9" +
	"|GA 241 . 8 8|CG 242 . 9 9|CD 243 0 7 9|AO 244 . 9 9|GW 245 . 9 9|IO 246 . 7 7|AC 247 . 5 5|SC 248 . 7 7" +
	"|SD 249 0 9 9|RW 250 0 9 9|ET 251 0 9 9|SO 252 0 6 9|DJ 253 . 8 8|KE 254 0 7 9|TZ 255 0 9 9|UG 256 0 9 9" +
	"|BI 257 . 8 8|MZ 258 . 8 9|ZM 260 0 9 9|MG 261 0 9 9|RE 262 0 9 9|YT 262 0 9 9|ZW 263 0 7 10|NA 264 0 8 9" +
	"|MW 265 0 7 9|LS 266 . 8 8|BW 267 . 7 8|SZ 268 . 8 8|KM 269 . 7 7|SH 290 . 5 5|TA 290 . 4 4|ER 291 0 7 7" +
	"|AW 297 . 7 7|FO 298 . 6 6|GL 299 . 6 6|GI 350 . 8 8|PT 351 . 9 9|LU 352 . 6 9|IE 353 0 7 9|IS 354 . 7 7" +
	"|AL 355 0 8 9|MT 356 . 8 8|CY 357 . 8 8|FI 358 0 5 10|AX 358 0 6 10|BG 359 0 6 9|LT 370 0 8 8|LV 371 . 8 8" +
	"|EE 372 . 7 8|MD 373 0 8 8|AM 374 0 8 8|BY 375 8 9 9|AD 376 . 6 9|MC 377 0 8 9|SM 378 . 8 10|UA 380 0 9 9" +
	"|RS 381 0 7 12|ME 382 0 8 8|XK 383 0 8 8|HR 385 0 8 9|SI 386 0 8 8|BA 387 0 8 8|MK 389 0 8 8|CZ 420 . 9 9" +
	"|SK 421 0 9 9|LI 423 0 7 9|FK 500 . 5 5|BZ 501 . 7 7|GT 502 . 8 8|SV 503 . 8 8|HN 504 . 8 8|NI 505 . 8 8" +
	"|CR 506 . 8 8|PA 507 . 7 8|PM 508 0 6 9|HT 509 . 8 8|GP 590 0 9 9|BL 590 0 9 9|MF 590 0 9 9|BO 591 0 8 8" +
	"|GY 592 . 7 7|EC 593 0 8 9|GF 594 0 9 9|PY 595 0 7 9|MQ 596 0 9 9|SR 597 . 6 7|UY 598 0 8 8|CW 599 . 7 8" +
	"|BQ 599 . 7 7|TL 670 . 7 8|NF 672 . 6 6|BN 673 . 7 7|NR 674 . 7 7|PG 675 . 7 8|TO 676 . 5 7|SB 677 . 5 5" +
	"|VU 678 . 5 7|FJ 679 . 7 7|PW 680 . 7 7|WF 681 . 6 6|CK 682 . 5 5|NU 683 . 4 4|WS 685 . 5 10|KI 686 0 8 8" +
	"|NC 687 . 6 6|TV 688 . 5 7|PF 689 . 8 8|TK 690 . 4 7|FM 691 . 7 7|MH 692 1 7 7|KP 850 0 8 10|HK 852 . 8 8" +
	"|MO 853 . 8 8|KH 855 0 8 9|LA 856 0 8 10|BD 880 0 8 10|TW 886 0 8 9|MV 960 . 7 7|LB 961 0 7 8|JO 962 0 8 9" +
	"|SY 963 0 9 9|IQ 964 0 8 10|KW 965 . 8 8|SA 966 0 9 9|YE 967 0 7 9|OM 968 . 8 8|PS 970 0 8 9|AE 971 0 8 9" +
	"|IL 972 0 8 12|BH 973 . 8 8|QA 974 . 8 8|BT 975 . 7 8|MN 976 0 8 8|NP 977 0 8 10|TJ 992 . 9 9|TM 993 8 8 8" +
	"|AZ 994 0 9 9|GE 995 0 9 9|KG 996 0 9 9|UZ 998 . 9 9" + "|"

// plan is one row of plans.
type plan struct {
	country, code, trunk string
	min, max             int
}

// planOf gives the plan of a country outside the North American plan.
func planOf(region string) (plan, bool) {
	if len(region) != 2 {
		return plan{}, false
	}
	return row(strings.Index(plans, "|"+region+" "))
}

// mainPlan gives the plan of a calling code's main country.
func mainPlan(code string) (plan, bool) { return row(strings.Index(plans, " "+code+" ")) }

// row reads the row that position i is in; rows of a calling code are found at its blank.
func row(i int) (plan, bool) {
	if i < 0 {
		return plan{}, false
	}
	start := strings.LastIndexByte(plans[:i+1], '|')
	end := start + 1 + strings.IndexByte(plans[start+1:], '|')
	var f [5]string
	rest := plans[start+1 : end]
	for k := range f {
		f[k], rest, _ = strings.Cut(rest, " ")
	}
	p := plan{country: f[0], code: f[1], trunk: f[2], min: small(f[3]), max: small(f[4])}
	if p.trunk == "." {
		p.trunk = ""
	}
	return p, true
}

func small(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// codeLength tells how many digits the country calling code at the start of an international
// number has; 0 where no such code is assigned. Besides countries there are the shared codes
// 800, 808, 870, 878, 881, 882, 883, 888 and 979 (ITU-T E.164).
func codeLength(digits string) int {
	if len(digits) < 4 {
		return 0
	}
	switch digits[0] {
	case '1', '7':
		return 1
	case '0':
		return 0
	}
	switch digits[:2] {
	case "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
		"48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
		"66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98":
		return 2
	}
	switch digits[:3] {
	case "800", "808", "870", "878", "881", "882", "883", "888", "979":
		return 3
	}
	if strings.Contains(plans, " "+digits[:3]+" ") {
		return 3
	}
	return 0
}
