package world

// Caller is somebody outside who calls, and is called by, the account's people.
type Caller struct {
	Name    string
	Company string
	Number  string // E.164
	Tier    string // gold, silver, bronze; empty for a stranger
	Notes   string
}

// Callers is the fixed list of outside people, the same for every seed: an address book can be made
// from it that knows them. The numbers are from the ranges that their countries set aside for fiction,
// where there is one. The last six are what a network shows of somebody whom nobody knows.
func Callers() []Caller {
	return []Caller{
		{"Dana Roe", "Acme Tools", "+12125550110", "gold", "Renewal due in November; ask for the serial number first"},
		{"Marcus Whitfield", "Whitfield & Sons Plumbing", "+13125550117", "silver", "Prefers a call back after 16:00"},
		{"Priya Raman", "Lakeside Dental Group", "+14155550123", "gold", "Nine sites, one account; site 4 has its own router"},
		{"Tom Okafor", "Okafor Logistics", "+17135550131", "gold", "Escalate at once: drivers depend on the phones"},
		{"Helen Castellano", "Castellano Bakery", "+16175550102", "bronze", ""},
		{"Jae-won Park", "Park Optical", "+12065550144", "silver", "Speaks Korean and English"},
		{"Lucia Ferrante", "Ferrante Imports", "+13055550158", "silver", "Invoices go to accounts@, not to her"},
		{"Walter Brandt", "Brandt Tool & Die", "+14145550161", "bronze", "Hard of hearing, speak slowly"},
		{"Aisha Grant", "Grant Legal", "+14045550176", "gold", "Do not leave details in a voicemail"},
		{"Sam Petrosyan", "Petrosyan Auto Body", "+18185550183", "bronze", ""},
		{"Nora Lindqvist", "Northwind Clinics", "+16125550109", "gold", "On-call number changes each Monday"},
		{"Ben Achterberg", "Dune Surf Rentals", "+17605550127", "bronze", "Seasonal: closed from December to March"},
		{"Carmen Ibarra", "Ibarra Property Care", "+12105550135", "silver", "Has an open credit of one month"},
		{"Dwayne Mercer", "Mercer Roofing", "+16155550148", "bronze", ""},
		{"Ivy Tan", "Blue Heron Books", "+15035550152", "silver", "Two lines, the second is the warehouse"},
		{"Gregor Hale", "Halewood School District", "+19165550169", "gold", "Bell schedule: no calls 08:00 to 08:15"},
		{"Renee Dubois", "Dubois Catering", "+15045550171", "silver", ""},
		{"Omar Siddiqui", "Siddiqui Pharmacy", "+12015550186", "gold", "Fax line must stay up; see ticket 4411"},
		{"Kelly Braddock", "Braddock Feed & Seed", "+18165550194", "bronze", "Rural line, cuts out when it rains"},
		{"Yusuf Demir", "Demir Carpets", "+19735550106", "bronze", ""},
		{"Paula Novak", "Novak Veterinary", "+14405550112", "silver", "Ask about the porting date"},
		{"Derek Stone", "Stonegate Insurance", "+18605550129", "gold", "Records every call on their side"},
		{"Mei Castillo", "Castillo Travel", "+17025550137", "silver", ""},
		{"Frank Odum", "Odum Hardware", "+12515550141", "bronze", ""},
		{"Sofia Marquez", "Marquez Realty", "+15205550155", "silver", "Moves office in January"},
		{"Eleanor Finch", "Finch & Harrow", "+442079460118", "gold", "London; five hours ahead"},
		{"Graham Pell", "Pell Marine", "+441632960247", "silver", ""},
		{"Siobhan Keane", "Keane Stud Farm", "+353209105172", "bronze", "Dublin"},
		{"Jonas Weber", "Weber Messtechnik", "+493023125048", "silver", "Berlin; English is fine"},
		{"Claire Moreau", "Atelier Moreau", "+33199005512", "bronze", "Paris; ask for Claire, not for the shop"},
		{"Hugh Arden", "Arden Wool Co.", "+61255501734", "silver", "Sydney: calls at odd hours"},
		{"Beatriz Lima", "Lima Cafés Especiais", "+551155501290", "silver", "São Paulo; Portuguese or Spanish"},
		{"Alain Tremblay", "Tremblay Foresterie", "+15145550163", "gold", "Montréal; French first"},
		{"Joy Nakamura", "Nakamura Robotics", "+81355501846", "gold", "Tokyo; leave the ticket number"},
		{"WIRELESS CALLER", "", "+12345550139", "", ""},
		{"ASHFORD      OH", "", "+12165550174", "", ""},
		{"TOLL FREE CALL", "", "+18885550191", "", ""},
		{"", "", "+19725550116", "", ""},
		{"R HOLLOWAY", "", "+17045550188", "", ""},
		{"CEDAR FALLS  IA", "", "+13195550125", "", ""},
	}
}
