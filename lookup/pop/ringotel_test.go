package pop

import (
	"strings"
	"testing"

	"ringside/store/call"
)

// The examples of Ringotel's page (seed 004) give the addresses that the page gives; where it
// gives none, the ones that its placeholders stand for.
func TestRingotelExamples(t *testing.T) {
	change, err := ParseChange([]string{`{
    "method": "updateUser",
    "params": {
        "id": "17097397378921051839",
        "orgid": "17068724888871308748",
        "custom": {
            "id": "1234-5678-9012",
            "key": "qwerwterer234346467"
        }
    }
}`})
	if err != nil {
		t.Fatal(err)
	}
	u := ann()
	if change.User != u.ID {
		t.Errorf("the request is for user %q", change.User)
	}
	kept := Parameters{}
	if err := kept.Apply(change.User, change); err != nil {
		t.Fatal(err)
	}
	u.Parameters = kept[u.ID]
	for _, tt := range []struct{ template, want string }{
		{"https://example.com", "https://example.com"},
		{
			"https://example.com?to=$number$&called=$called$&calling=$caller$&name=$caller_name$&subj=[sip.X-Subject]",
			"https://example.com?to=1102&called=%2B12125550100&calling=%2B12125550110&name=Dana%20Roe&subj=Support",
		},
		{"https://example.com?id=$id$&key=$key$", "https://example.com?id=1234-5678-9012&key=qwerwterer234346467"},
		{"https://example.com?caller=$caller$", "https://example.com?caller=%2B12125550110"},
		{"https://example.com?name=$caller_name$", "https://example.com?name=Dana%20Roe"},
		{"https://example.com?number=$number$", "https://example.com?number=1102"},
		{"https://example.com?called=$called$", "https://example.com?called=%2B12125550100"},
		{"https://example.com?u=$username$&i=$userid$", "https://example.com?u=Ann%20Lee&i=17097397378921051839"},
	} {
		spec := one(tt.template)
		spec.SIP = map[string]string{"X-Subject": "queue"}
		got := tried(t, compiled(t, spec, kept.Keys()...), u, ringing(t), result())
		if got.Result != Tried || got.Targets[0].URL != tt.want {
			t.Errorf("%s\n gives %s %q\n want  %q", tt.template, got.Result, got.Targets[0].URL, tt.want)
		}
	}
}

// The page's example of an application opens as an application without arguments.
func TestRingotelApplication(t *testing.T) {
	r, err := compile(one(`C:\Program Files\MyApp\myapp.exe`), Options{}, disk.system("windows"))
	if err != nil {
		t.Fatal(err)
	}
	got := tried(t, r, ann(), ringing(t), result())
	if g := got.Targets[0]; g.Kind != Start || len(g.Argv) != 1 || g.Argv[0] != `C:\Program Files\MyApp\myapp.exe` {
		t.Errorf("%+v", g)
	}
	if _, err := compile(one(`C:\Program Files\MyApp\myapp.exe`), Options{}, disk.system("linux")); err == nil || !strings.Contains(err.Error(), "whole path") {
		t.Errorf("on Linux: %v", err)
	}
}

// The modes of the page: on an incoming call, after the answer, by hand, off.
func TestRingotelModes(t *testing.T) {
	for _, tt := range []struct {
		on    string
		opens map[Moment]bool
	}{
		{"ringing", map[Moment]bool{Ringing: true, ByHand: true}},
		{"answered", map[Moment]bool{Answered: true, ByHand: true}},
		{"ended", map[Moment]bool{Ended: true, ByHand: true}},
		{"hand", map[Moment]bool{ByHand: true}},
		{"never", nil},
	} {
		r := compiled(t, Spec{Rules: []RuleSpec{{On: []string{tt.on}, Open: []string{"https://example.com"}}}})
		f := newFloor(t, "c-1")
		f.ring()
		f.answer()
		for _, m := range []Moment{Ringing, Answered, Ended, ByHand} {
			c := f.board.Get("c-1")
			if m == Ended {
				c = f.end()
			}
			got := r.Test(Trial{Call: c, User: ann(), Chosen: -1, Moments: []Moment{m}})[0]
			if opens := got.Result == Tried; opens != tt.opens[m] {
				t.Errorf("on = %s, at %s: %s %s", tt.on, m, got.Result, got.Why)
			}
		}
	}
}

// Headers that mean a field of GoTo's are filled with it; others are an error when the rules are
// read, never an empty parameter.
func TestSIPHeaders(t *testing.T) {
	for header, want := range map[string]string{
		"From": "%2B12125550110", "from": "%2B12125550110", "P-Asserted-Identity": "%2B12125550110", "Remote-Party-ID": "%2B12125550110",
		"To": "1102", "Diversion": "%2B12125550100", "P-Called-Party-ID": "%2B12125550100",
	} {
		got := tried(t, compiled(t, one("https://example.com/?x=[sip."+header+"]")), ann(), ringing(t), result())
		if got.Targets[0].URL != "https://example.com/?x="+want {
			t.Errorf("%s: %s", header, got.Targets[0].URL)
		}
	}
	for _, header := range []string{"X-Subject", "Call-ID", "Via", "Contact", "User-Agent"} {
		_, err := compile(one("https://example.com/?x=[sip."+header+"]"), Options{}, disk.system("linux"))
		var e *Error
		if !asError(err, &e) || !strings.Contains(e.What, "cannot be filled") || e.Fix == "" {
			t.Errorf("%s: %v", header, err)
		}
	}
}

// What GoTo does not say of a call stays an empty parameter.
func TestEmptyStaysEmpty(t *testing.T) {
	c := &call.Call{ID: "c-9", Created: t0, AnswerMs: -1}
	r := compiled(t, one("https://example.com/$caller$/x?n=$caller_name$&q=$queue$&w=$wait$&o=$outcome$&c=$crm.id$#$agent$"))
	got := tried(t, r, User{}, c, result())
	if want := "https://example.com//x?n=&q=&w=0&o=&c=#"; got.Targets[0].URL != want {
		t.Errorf("%s %q, want %q", got.Result, got.Targets[0].URL, want)
	}
}
