package call_test

import (
	"testing"

	"ringside/store/call"
)

func TestTelephonesAreSpeltForPeople(t *testing.T) {
	for model, want := range map[string]string{
		"yealink.sip.t46s": "yealink t46s", "goto.clients": "GoTo app", "polycom": "polycom", "": "", "\x1b": "",
	} {
		if got := call.Telephone(model); got != want {
			t.Errorf("%q is called %q, want %q", model, got, want)
		}
	}
}
