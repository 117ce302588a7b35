package archive

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/store/query"
)

func TestNoted(t *testing.T) {
	n := NewNoted([]Item{
		{Kind: Tag, Call: "c1", Text: "refund"}, {Kind: Note, Call: "c1", Text: "asks for Ann"}, {Kind: Pop, Call: "c1", Text: "opened"},
		{Kind: Tag, Caller: "(212) 555-0110", Text: "vip"}, {Kind: Tag, Call: "c2", Caller: "+12125550110", Text: "of that call alone"},
		{Kind: Tag, Text: "on nothing"},
	}, "US")
	for _, c := range []struct {
		id, caller string
		tags       []string
		notes      []string
	}{
		{"c1", "+12125550110", []string{"refund", "vip"}, []string{"asks for Ann"}},
		{"c9", "2125550110", []string{"vip"}, nil},
		{"c2", "", []string{"of that call alone"}, nil},
		{"", "", nil, nil}, {"c9", "withheld", nil, nil},
	} {
		var x query.Extra
		n.On(&x, c.id, c.caller)
		if diff := cmp.Diff(query.Extra{Tags: c.tags, Notes: c.notes}, x); diff != "" {
			t.Errorf("%s of %s:\n%s", c.id, c.caller, diff)
		}
	}
	var x query.Extra
	(*Noted)(nil).On(&x, "c1", "+12125550110")
	if len(x.Tags) != 0 {
		t.Error("nothing has tags")
	}
}

type shelf struct{ fails Kind }

func (s shelf) Items(_ context.Context, q ItemQuery) ([]Item, error) {
	if q.Kind == s.fails {
		return nil, errors.ErrUnsupported
	}
	return []Item{{Kind: q.Kind, Call: "c1", Text: string(q.Kind)}}, nil
}

func TestReadNoted(t *testing.T) {
	n, err := ReadNoted(t.Context(), shelf{}, "US")
	if err != nil {
		t.Fatal(err)
	}
	var x query.Extra
	n.On(&x, "c1", "")
	if diff := cmp.Diff(query.Extra{Tags: []string{"tag"}, Notes: []string{"note"}}, x); diff != "" {
		t.Error(diff)
	}
	for _, kind := range []Kind{Tag, Note} {
		if _, err := ReadNoted(t.Context(), shelf{kind}, "US"); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("without its %ss: %v", kind, err)
		}
	}
}
