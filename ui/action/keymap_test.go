package action

import (
	"slices"
	"strings"
	"testing"
)

func TestTableBindsWithoutConflict(t *testing.T) {
	k, err := NewKeymap(nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[Action]bool{}
	for _, b := range k.Bindings() {
		if seen[b.Action] {
			t.Errorf("%s stands in the table twice", b.Action)
		}
		seen[b.Action] = true
		if b.Help == "" || b.Short == "" || b.Group == "" || len(b.Where) == 0 {
			t.Errorf("%s is not described", b.Action)
		}
		for _, at := range b.Where {
			for _, key := range b.Keys {
				pending, last, two := strings.Cut(key, " ")
				if !two {
					pending, last = "", key
				}
				if got, _ := k.Lookup(at, pending, last); got != b.Action {
					t.Errorf("%q in %s does %q, the table says %q", key, at, got, b.Action)
				}
			}
		}
	}
	for _, at := range Places() {
		if !slices.ContainsFunc(k.Footer(at), func(b Binding) bool { return b.Action == Quit }) {
			t.Errorf("the footer of %s does not say how to leave", at)
		}
	}
}

func TestSequences(t *testing.T) {
	k, _ := NewKeymap(nil)
	if a, more := k.Lookup(Live, "", "y"); a != None || !more {
		t.Errorf("y alone: %q, more %v", a, more)
	}
	if a, more := k.Lookup(Live, "y", "i"); a != YankID || more {
		t.Errorf("y i: %q, more %v", a, more)
	}
	if a, _ := k.Lookup(Live, "y", "z"); a != None {
		t.Errorf("y z: %q", a)
	}
	if a, _ := k.Lookup(Detail, "", "/"); a != Search {
		t.Errorf("/ in a detail: %q", a)
	}
	for at, want := range map[Place]int{Live: 6, Owed: 3, Page: 0} {
		if got := len(k.After(at, "y")); got != want {
			t.Errorf("%d bindings after y in %s, want %d", got, at, want)
		}
	}
}

func TestNth(t *testing.T) {
	k, err := NewKeymap(map[string][]string{"card-trail": {"I", "ctrl+b"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		action       Action
		pending, key string
		want         int
	}{
		{PickContact, "C", "1", 0},
		{PickContact, "C", "9", 8},
		{PickContact, "", "1", -1},
		{PickContact, "C", "a", -1},
		{CardTrail, "", "ctrl+b", 1},
		{CardTrail, "", "i", -1},
		{"fly", "", "i", -1},
	} {
		if got := k.Nth(tt.action, tt.pending, tt.key); got != tt.want {
			t.Errorf("%q %q is key %d of %s, want %d", tt.pending, tt.key, got, tt.action, tt.want)
		}
	}
}

func TestKeyNames(t *testing.T) {
	for want, keys := range map[string][]string{
		"":          nil,
		"j ↓":       {"j", "down"},
		"C 1-9":     {"C 1", "C 2", "C 3", "C 4", "C 5", "C 6", "C 7", "C 8", "C 9"},
		"C 1 C 2":   {"C 1", "C 2"},
		"x 3-5 C 1": {"x", "3", "4", "5", "C 1"},
		"9 : ;":     {"9", ":", ";"},
	} {
		if got := (Binding{Keys: keys}).KeyNames(false); got != want {
			t.Errorf("%q is written %q, want %q", keys, got, want)
		}
	}
}

func TestOwnKeys(t *testing.T) {
	k, err := NewKeymap(map[string][]string{"quit": {"Q"}, "filter": {"f", "/"}})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]Action{"Q": Quit, "q": None, "f": Filter, "/": Filter} {
		if got, _ := k.Lookup(Live, "", key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	for _, own := range []map[string][]string{
		{"fly": {"f"}},
		{"quit": {"/"}},
		{"quit": {"y"}},
		{"quit": {""}},
		{"quit": {"a b c"}},
	} {
		if _, err := NewKeymap(own); err == nil {
			t.Errorf("%v was accepted", own)
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := Markdown(Table())
	if want := "| `j` `↓` | one down | everywhere |"; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
	if lines := strings.Count(got, "\n"); lines != len(Table())+2 {
		t.Errorf("%d lines for %d bindings", lines, len(Table()))
	}
}
