package number

// countryZones holds one row a country, the United States and Canada left out: ISO 3166 code and its
// time zones, the one that most people live in first. Zones that have had the same time since 2026
// are one; those that fewer than one in a hundred of the country's people live in are left out.
//
// The facts are those of the IANA time zone database (public domain), version 2025b.
const countryZones = "" +
	"|AC Atlantic/St_Helena |AD Europe/Andorra |AE Asia/Dubai |AF Asia/Kabul |AG America/Antigua |AI " +
	"America/Anguilla |AL Europe/Tirane |AM Asia/Yerevan |AO Africa/Luanda |AR America/Argentina/Buenos_Aires " +
	"|AS Pacific/Pago_Pago |AT Europe/Vienna |AU Australia/Sydney Australia/Brisbane Australia/Adelaide " +
	"Australia/Darwin Australia/Perth |AW America/Aruba |AX Europe/Mariehamn |AZ Asia/Baku |BA Europe/Sarajevo " +
	"|BB America/Barbados |BD Asia/Dhaka |BE Europe/Brussels |BF Africa/Ouagadougou |BG Europe/Sofia |BH " +
	"Asia/Bahrain |BI Africa/Bujumbura |BJ Africa/Porto-Novo |BL America/St_Barthelemy |BM Atlantic/Bermuda " +
	"|BN Asia/Brunei |BO America/La_Paz |BQ America/Kralendijk |BR America/Sao_Paulo America/Manaus " +
	"America/Rio_Branco |BS America/Nassau |BT Asia/Thimphu |BW Africa/Gaborone |BY Europe/Minsk |BZ " +
	"America/Belize |CC Indian/Cocos |CD Africa/Kinshasa Africa/Lubumbashi |CF Africa/Bangui |CG " +
	"Africa/Brazzaville |CH Europe/Zurich |CI Africa/Abidjan |CK Pacific/Rarotonga |CL America/Santiago |CM " +
	"Africa/Douala |CN Asia/Shanghai |CO America/Bogota |CR America/Costa_Rica |CU America/Havana |CV " +
	"Atlantic/Cape_Verde |CW America/Curacao |CX Indian/Christmas |CY Asia/Nicosia |CZ Europe/Prague |DE " +
	"Europe/Berlin |DJ Africa/Djibouti |DK Europe/Copenhagen |DM America/Dominica |DO America/Santo_Domingo " +
	"|DZ Africa/Algiers |EC America/Guayaquil |EE Europe/Tallinn |EG Africa/Cairo |EH Africa/El_Aaiun |ER " +
	"Africa/Asmara |ES Europe/Madrid Atlantic/Canary |ET Africa/Addis_Ababa |FI Europe/Helsinki |FJ " +
	"Pacific/Fiji |FK Atlantic/Stanley |FM Pacific/Pohnpei Pacific/Chuuk |FO Atlantic/Faroe |FR Europe/Paris " +
	"|GA Africa/Libreville |GB Europe/London |GD America/Grenada |GE Asia/Tbilisi |GF America/Cayenne |GG " +
	"Europe/Guernsey |GH Africa/Accra |GI Europe/Gibraltar |GL America/Nuuk |GM Africa/Banjul |GN " +
	"Africa/Conakry |GP America/Guadeloupe |GQ Africa/Malabo |GR Europe/Athens |GT America/Guatemala |GU " +
	"Pacific/Guam |GW Africa/Bissau |GY America/Guyana |HK Asia/Hong_Kong |HN America/Tegucigalpa |HR " +
	"Europe/Zagreb |HT America/Port-au-Prince |HU Europe/Budapest |ID Asia/Jakarta Asia/Makassar Asia/Jayapura " +
	"|IE Europe/Dublin |IL Asia/Jerusalem |IM Europe/Isle_of_Man |IN Asia/Kolkata |IO Indian/Chagos |IQ " +
	"Asia/Baghdad |IR Asia/Tehran |IS Atlantic/Reykjavik |IT Europe/Rome |JE Europe/Jersey |JM America/Jamaica " +
	"|JO Asia/Amman |JP Asia/Tokyo |KE Africa/Nairobi |KG Asia/Bishkek |KH Asia/Phnom_Penh |KI Pacific/Tarawa " +
	"Pacific/Kiritimati |KM Indian/Comoro |KN America/St_Kitts |KP Asia/Pyongyang |KR Asia/Seoul |KW " +
	"Asia/Kuwait |KY America/Cayman |KZ Asia/Almaty |LA Asia/Vientiane |LB Asia/Beirut |LC America/St_Lucia " +
	"|LI Europe/Vaduz |LK Asia/Colombo |LR Africa/Monrovia |LS Africa/Maseru |LT Europe/Vilnius |LU " +
	"Europe/Luxembourg |LV Europe/Riga |LY Africa/Tripoli |MA Africa/Casablanca |MC Europe/Monaco |MD " +
	"Europe/Chisinau |ME Europe/Podgorica |MF America/Marigot |MG Indian/Antananarivo |MH Pacific/Majuro |MK " +
	"Europe/Skopje |ML Africa/Bamako |MM Asia/Yangon |MN Asia/Ulaanbaatar Asia/Hovd |MO Asia/Macau |MP " +
	"Pacific/Saipan |MQ America/Martinique |MR Africa/Nouakchott |MS America/Montserrat |MT Europe/Malta |MU " +
	"Indian/Mauritius |MV Indian/Maldives |MW Africa/Blantyre |MX America/Mexico_City America/Hermosillo " +
	"America/Tijuana America/Ciudad_Juarez America/Matamoros America/Cancun |MY Asia/Kuala_Lumpur |MZ " +
	"Africa/Maputo |NA Africa/Windhoek |NC Pacific/Noumea |NE Africa/Niamey |NF Pacific/Norfolk |NG " +
	"Africa/Lagos |NI America/Managua |NL Europe/Amsterdam |NO Europe/Oslo |NP Asia/Kathmandu |NR " +
	"Pacific/Nauru |NU Pacific/Niue |NZ Pacific/Auckland |OM Asia/Muscat |PA America/Panama |PE America/Lima " +
	"|PF Pacific/Tahiti Pacific/Marquesas |PG Pacific/Port_Moresby Pacific/Bougainville |PH Asia/Manila |PK " +
	"Asia/Karachi |PL Europe/Warsaw |PM America/Miquelon |PR America/Puerto_Rico |PS Asia/Gaza |PT " +
	"Europe/Lisbon Atlantic/Azores |PW Pacific/Palau |PY America/Asuncion |QA Asia/Qatar |RE Indian/Reunion " +
	"|RO Europe/Bucharest |RS Europe/Belgrade |RU Europe/Moscow Europe/Kaliningrad Europe/Samara " +
	"Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Irkutsk Asia/Yakutsk Asia/Vladivostok Asia/Magadan " +
	"Asia/Kamchatka |RW Africa/Kigali |SA Asia/Riyadh |SB Pacific/Guadalcanal |SC Indian/Mahe |SD " +
	"Africa/Khartoum |SE Europe/Stockholm |SG Asia/Singapore |SH Atlantic/St_Helena |SI Europe/Ljubljana |SJ " +
	"Arctic/Longyearbyen |SK Europe/Bratislava |SL Africa/Freetown |SM Europe/San_Marino |SN Africa/Dakar |SO " +
	"Africa/Mogadishu |SR America/Paramaribo |SS Africa/Juba |ST Africa/Sao_Tome |SV America/El_Salvador |SX " +
	"America/Lower_Princes |SY Asia/Damascus |SZ Africa/Mbabane |TA Atlantic/St_Helena |TC America/Grand_Turk " +
	"|TD Africa/Ndjamena |TG Africa/Lome |TH Asia/Bangkok |TJ Asia/Dushanbe |TK Pacific/Fakaofo |TL Asia/Dili " +
	"|TM Asia/Ashgabat |TN Africa/Tunis |TO Pacific/Tongatapu |TR Europe/Istanbul |TT America/Port_of_Spain " +
	"|TV Pacific/Funafuti |TW Asia/Taipei |TZ Africa/Dar_es_Salaam |UA Europe/Kyiv |UG Africa/Kampala |UY " +
	"America/Montevideo |UZ Asia/Samarkand |VA Europe/Vatican |VC America/St_Vincent |VE America/Caracas |VG " +
	"America/Tortola |VI America/St_Thomas |VN Asia/Ho_Chi_Minh |VU Pacific/Efate |WF Pacific/Wallis |WS " +
	"Pacific/Apia |XK Europe/Belgrade |YE Asia/Aden |YT Indian/Mayotte |ZA Africa/Johannesburg |ZM " +
	"Africa/Lusaka |ZW Africa/Harare |"

// regionZones tells the zone by the first digits of the national number in countries that have
// several: zone, then the beginnings of its numbers, a class in brackets being one digit of it.
// What no beginning fits, as the mobile numbers of most countries, may be in any zone of the country.
//
// The facts are those of the countries' numbering plans, as ITU-T E.129 presents them.
const regionZones = "" +
	"|AU Australia/Sydney 2,3 Australia/Brisbane 7 Australia/Adelaide 87,88 Australia/Darwin 889" +
	" Australia/Perth 86,89 " +
	"|BR America/Sao_Paulo 1[1-9],2[124678],3[1-578],4[1-9],5[1345],6[1-4],7[1-579],8[1-9],9[134689]" +
	" America/Manaus 6[5679],9[257] America/Rio_Branco 68 " +
	"|CL America/Punta_Arenas 61 America/Coyhaique 67 America/Santiago [2-57-9],6[3-58] " +
	"|ES Europe/Madrid 8[1-8],9[1-8] Atlantic/Canary 822,828,922,928 " +
	"|ID Asia/Jakarta 2,3[1-5],6,7,56 Asia/Makassar 4,3[6-8],54,55 Asia/Jayapura 9 " +
	"|MX America/Mexico_City [2-7],8[1-9],9[1-9]" +
	" America/Hermosillo 311,319,32[3-57],389,61[235],62[234],63[1-478],64[1-57],65[13],66[2789],67[23],687,69[4-8]" +
	" America/Tijuana 616,646,658,66[145],686 America/Ciudad_Juarez 656" +
	" America/Matamoros 626,86[78],87[78],89[49] America/Cancun 98[347],998 " +
	"|PT Europe/Lisbon 2[1-8],291 Atlantic/Azores 29[256] " +
	"|RU Europe/Kaliningrad 401 Europe/Moscow 365,4[789],8[12367],84[1347],855" +
	" Europe/Samara 341,84[2568],851 Asia/Yekaterinburg 34[235-79],35[1-3] Asia/Omsk 381" +
	" Asia/Novosibirsk 38[2-8],39[014] Asia/Irkutsk 301,395 Asia/Yakutsk 302,411,416" +
	" Asia/Vladivostok 42[136] Asia/Magadan 413,424 Asia/Kamchatka 415,427 |"
