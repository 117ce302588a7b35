package gotoapi_test

import (
	"testing"

	"ringside/gotoapi"
)

func TestMissingScopes(t *testing.T) {
	if m, known := (gotoapi.Token{}).Missing(); known || m != nil {
		t.Errorf("%v, %v", m, known)
	}
	all := gotoapi.Token{}
	for _, s := range gotoapi.Scopes() {
		if s.Off == "" || s.For == "" || gotoapi.ScopeNamed(s.Name) != s {
			t.Errorf("%s says nothing", s.Name)
		}
		all.Scopes = append(all.Scopes, s.Name)
	}
	if m, known := all.Missing(); !known || len(m) != 0 {
		t.Errorf("%v, %v", m, known)
	}
	all.Scopes = all.Scopes[1:]
	if m, _ := all.Missing(); len(m) != 1 || m[0].Name != gotoapi.ScopeNotifications {
		t.Errorf("%v", m)
	}
}
