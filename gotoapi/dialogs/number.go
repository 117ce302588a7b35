package dialogs

// maxExtension is how many digits an extension has at most.
const maxExtension = 6

// extension tells an internal number from an outside one. Codes such as *98 are inside too.
func extension(number string) bool {
	if number == "" || len(number) > maxExtension {
		return false
	}
	for _, r := range number {
		if (r < '0' || r > '9') && r != '*' && r != '#' {
			return false
		}
	}
	return true
}

// dialable gives an outside number its plus sign back where it can have lost it alone. A line in
// North America gets numbers of ten digits as they are dialled there; with eleven to fifteen, and no
// 0 in front, a number is one of another country, or has its 1 in front. Elsewhere national numbers
// can be as long, so they stay as they came.
func (l line) dialable(number string) string {
	if l.region != "US" && l.region != "CA" || len(number) < 11 || len(number) > 15 || number[0] == '0' {
		return number
	}
	for _, r := range number {
		if r < '0' || r > '9' {
			return number
		}
	}
	return "+" + number
}
