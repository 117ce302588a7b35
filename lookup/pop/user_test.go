package pop

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/store/archive"
)

var _ Keep = archive.Archive(nil) // the custom parameters are kept by an archive

func TestParseChange(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want Change
	}{
		{[]string{"id=1234", "key=a=b c"}, Change{Set: map[string]string{"id": "1234", "key": "a=b c"}}},
		{[]string{"id=", "key=x"}, Change{Set: map[string]string{"key": "x"}, Remove: []string{"id"}}},
		{[]string{`{"method":"updateUser","params":{"id":"7","orgid":"1","custom":{"id":"a","n":12345678901234567890,"on":true,"gone":null}}}`},
			Change{User: "7", Set: map[string]string{"id": "a", "n": "12345678901234567890", "on": "true"}, Remove: []string{"gone"}}},
		{[]string{`{"id":"7","custom":{"team":"x"}}`}, Change{User: "7", Set: map[string]string{"team": "x"}}},
		{[]string{`{"id":"a","key":"b"}`}, Change{Set: map[string]string{"id": "a", "key": "b"}}},
	} {
		got, err := ParseChange(tt.args)
		if d := cmp.Diff(tt.want, got); err != nil || d != "" {
			t.Errorf("%q: %v\n%s", tt.args, err, d)
		}
	}
	for _, tt := range []struct {
		args []string
		what string
	}{
		{nil, "nothing is to be set"},
		{[]string{"key"}, "sets nothing"},
		{[]string{"key=1", "key=2"}, "twice"},
		{[]string{"key=", "key=2"}, "twice"},
		{[]string{"=x"}, "no key"},
		{[]string{"a b=x"}, "no key"},
		{[]string{"caller=x"}, "variable of every call"},
		{[]string{"crm=x"}, "stands for the contact"},
		{[]string{"key=a\x1bb"}, "cannot be used"},
		{[]string{"key=a\u202eb"}, "cannot be used"},
		{[]string{"key=\xff"}, "cannot be used"},
		{[]string{"key=" + strings.Repeat("x", 300)}, "cannot be used"},
		{[]string{"key=a  b"}, "cannot be used"},
		{[]string{`{"method":"deleteUser","params":{"id":"1"}}`}, "does not set parameters"},
		{[]string{`{"params":[]}`}, "no JSON object"},
		{[]string{`{"custom":{"a":{"b":1}}}`}, "neither text nor number"},
		{[]string{`{"id":[1],"custom":{"a":"b"}}`}, "is no text"},
		{[]string{`{"a":"b"} {}`}, "stands behind"},
		{[]string{`{"a":`}, "no JSON object"},
		{[]string{`{"custom":{}}`}, "nothing is to be set"},
		{[]string{`{"a":"` + strings.Repeat("x", maxBody) + `"}`}, "too long"},
	} {
		_, err := ParseChange(tt.args)
		var e *Error
		if !asError(err, &e) || !strings.Contains(e.What, tt.what) || e.Fix == "" {
			t.Errorf("%.80q: %v; want %q", tt.args, err, tt.what)
		}
	}
}

// shelf keeps texts as an archive does.
type shelf struct {
	texts map[string]string
	err   error
}

func (s *shelf) Mark(_ context.Context, name, value string) error {
	if s.err == nil {
		s.texts[name] = value
	}
	return s.err
}

func (s *shelf) Marked(_ context.Context, name string) (string, error) { return s.texts[name], s.err }

func TestParametersAreKept(t *testing.T) {
	s := &shelf{texts: map[string]string{}}
	p, err := LoadParameters(t.Context(), s)
	if err != nil || len(p) != 0 {
		t.Fatalf("%v, %v", p, err)
	}
	apply := func(user string, args ...string) {
		t.Helper()
		c, err := ParseChange(args)
		if err == nil {
			err = p.Apply(user, c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	apply("1", "id=a", "key=b")
	apply("2", "team=x")
	apply("1", "id=", "key=c")
	apply("3", "team=y")
	apply("3", "team=")
	if err := p.Save(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	back, err := LoadParameters(t.Context(), s)
	want := Parameters{"1": {"key": "c"}, "2": {"team": "x"}}
	if d := cmp.Diff(want, back); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
	if d := cmp.Diff([]string{"key", "team"}, back.Keys()); d != "" {
		t.Error(d)
	}
	before := cmp.Diff(nil, back)
	many := Change{Set: map[string]string{}}
	for i := range maxParameters {
		many.Set["k"+strings.Repeat("x", i)] = "v"
	}
	if back.Apply("1", many) == nil || back.Apply("", Change{}) == nil || back.Apply("a\x1b", Change{}) == nil || cmp.Diff(nil, back) != before {
		t.Error("a change that is refused changed something")
	}
	s.texts[parametersMark] = `{"1":{"caller":"x"}}`
	if _, err := LoadParameters(t.Context(), s); err == nil || !strings.Contains(err.Error(), "variable of every call") {
		t.Errorf("what was kept is not checked: %v", err)
	}
	s.err = errors.New("disk full")
	if err := p.Save(t.Context(), s); !errors.Is(err, s.err) {
		t.Error(err)
	}
}

func FuzzParseChange(f *testing.F) {
	f.Add(`{"method":"updateUser","params":{"id":"7","custom":{"id":"a"}}}`)
	f.Add("key=value")
	f.Fuzz(func(t *testing.T, arg string) {
		c, err := ParseChange([]string{arg})
		if err != nil {
			return
		}
		p := Parameters{}
		if err := p.Apply("1", c); err != nil {
			t.Fatalf("%q is read and cannot be set: %v", arg, err)
		}
		if err := CheckParameters(p["1"]); err != nil {
			t.Fatal(err)
		}
	})
}
