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
	if a, _ := k.Lookup(Detail, "", "/"); a != None {
		t.Errorf("/ in a detail: %q", a)
	}
	if got := len(k.After(Live, "y")); got != 2 {
		t.Errorf("%d bindings after y, want 2", got)
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
