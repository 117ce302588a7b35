package call

import "strings"

// Telephone writes a telephone's model as people read it, without what is the same of all: "yealink t46s" of
// "yealink.sip.t46s", "GoTo app" of "goto.clients"; "" of none.
func Telephone(model string) string {
	d := Clean(model)
	if d == "goto.clients" {
		return "GoTo app"
	}
	return strings.ReplaceAll(strings.ReplaceAll(d, ".sip.", " "), ".", " ")
}

// onTelephone says in a sentence which telephone it was: " on the yealink t46s"; "" where that is not known.
func onTelephone(model string) string {
	if t := Telephone(model); t != "" {
		return " on the " + t
	}
	return ""
}
