package login

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
)

func line(id, ext string, primary bool) gotoapi.Line {
	return gotoapi.Line{ID: id, Extension: ext, Name: "L" + ext, Primary: primary, Account: "1"}
}

func TestChoose(t *testing.T) {
	one := Account{Key: "1", Name: "Acme", Lines: []gotoapi.Line{line("a", "100", false), line("b", "200", true)}}
	plain := Account{Key: "2", Name: "Beta", Lines: []gotoapi.Line{line("c", "300", false), line("d", "400", false)}}
	bare := Account{Key: "3", Name: "Bare"}
	never := func(context.Context, string, []string, int) (int, error) {
		t.Error("asked")
		return 0, errors.New("asked")
	}
	second := func(_ context.Context, _ string, options []string, _ int) (int, error) { return 1, nil }
	for name, tt := range map[string]struct {
		all           []Account
		account, line string
		ask           Ask
		want          Choice
		wrong, hint   string
	}{
		"one of each":        {all: []Account{{Key: "1", Lines: one.Lines[:1]}}, ask: never, want: Choice{Account: "1", Line: "a", Name: "L100", Extension: "100"}},
		"primary":            {all: []Account{one}, want: Choice{Account: "1", Line: "b", Name: "L200", Extension: "200", Title: "Acme"}},
		"asked for a line":   {all: []Account{plain}, ask: second, want: Choice{Account: "2", Line: "d", Name: "L400", Extension: "400", Title: "Beta"}},
		"nobody to ask":      {all: []Account{plain}, wrong: "several lines in Beta", hint: "--line EXTENSION: 300 L300, 400 L400"},
		"by extension":       {all: []Account{one, plain}, account: "2", line: "300", ask: never, want: Choice{Account: "2", Line: "c", Name: "L300", Extension: "300", Title: "Beta"}},
		"by id":              {all: []Account{one}, line: "a", ask: never, want: Choice{Account: "1", Line: "a", Name: "L100", Extension: "100", Title: "Acme"}},
		"no such line":       {all: []Account{one}, line: "999\x1b", wrong: `line "999" is none of yours`, hint: "100 L100, 200 L200"},
		"line elsewhere":     {all: []Account{one, plain}, account: "1", line: "300", wrong: "none of yours in Acme", hint: "100"},
		"asked for account":  {all: []Account{one, bare}, ask: second, want: Choice{Account: "3", Title: "Bare"}},
		"several accounts":   {all: []Account{one, bare}, wrong: "several accounts", hint: "--account KEY: Acme (1), Bare (3)"},
		"no such account":    {all: []Account{one}, account: "9", wrong: `"9" is none of yours`, hint: "Acme (1)"},
		"believed":           {account: "9", want: Choice{Account: "9"}},
		"none":               {wrong: "names no account", hint: "--account"},
		"without a line":     {all: []Account{bare}, ask: never, want: Choice{Account: "3", Title: "Bare"}},
		"answer breaks off":  {all: []Account{one, bare}, ask: func(context.Context, string, []string, int) (int, error) { return 0, context.Canceled }, wrong: "canceled"},
		"a line breaks off":  {all: []Account{plain}, ask: func(context.Context, string, []string, int) (int, error) { return 0, context.Canceled }, wrong: "canceled"},
		"wanted but no line": {all: []Account{bare}, line: "100", wrong: "none of yours", hint: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Choose(t.Context(), tt.all, tt.account, tt.line, tt.ask)
			if tt.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wrong) || !strings.Contains(Hint(err), tt.hint) || strings.Contains(err.Error(), "\x1b") {
					t.Errorf("%v, hint %q", err, Hint(err))
				}
				return
			}
			if d := cmp.Diff(tt.want, got); err != nil || d != "" {
				t.Errorf("%v\n%s", err, d)
			}
		})
	}
}

// TestFind: each of the two lists may be refused, and each may know what the other does not.
func TestFind(t *testing.T) {
	const (
		mine = `{"items":[{"id":"a","number":"100","name":"Ann","primary":true,"accountKey":"1","organization":{"id":"o1","name":"Acme"}}]}`
		me   = `{"items":[{"accountKey":"1","organizationId":"o1","organizationName":"Acme","lines":[{"id":"a","number":"100","accountKey":"1"}]},
			{"accountKey":"2","organizationId":"o2","organizationName":"Beta","lines":[{"id":"b","number":"200"}]}]}`
		no = `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE","message":"no"}`
	)
	for name, tt := range map[string]struct {
		lines, me string
		want      string
	}{
		"both": {mine, me, "1 Acme o1 [a] 2 Beta o2 [b]"}, "lines only": {mine, no, "1 Acme o1 [a]"},
		"me only": {no, me, "1 Acme o1 [a] 2 Beta o2 [b]"}, "no line": {`{"items":[]}`, me, "1 Acme o1 [a] 2 Beta o2 [b]"}, "neither": {no, no, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := map[string]string{"/users/v1/lines": tt.lines, "/users/v1/me": tt.me}[r.URL.Path]
				if body == no {
					w.WriteHeader(http.StatusForbidden)
				}
				_, _ = w.Write([]byte(body))
			}))
			defer srv.Close()
			all, err := Find(t.Context(), gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: srv.URL}), gotoapi.WithTokenSource(gotoapi.Static("x"))))
			var got []string
			for _, a := range all {
				var ids []string
				for _, n := range a.Lines {
					ids = append(ids, n.ID)
				}
				got = append(got, a.Key+" "+a.Name+" "+a.Organization+" ["+strings.Join(ids, " ")+"]")
			}
			if strings.Join(got, " ") != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && !strings.Contains(gotoapi.Hint(err), gotoapi.ScopeLinesRead) {
				t.Errorf("hint %q", gotoapi.Hint(err))
			}
		})
	}
}

func TestTheChoiceIsKept(t *testing.T) {
	dir := t.TempDir()
	if c := LoadChoice(dir, "day"); c != (Choice{}) {
		t.Errorf("%+v", c)
	}
	want := Choice{Account: "1", Line: "a", Name: "Ann", Extension: "100", Title: "Acme"}
	if err := SaveChoice(t.Context(), dir, "day", want); err != nil {
		t.Fatal(err)
	}
	if got := LoadChoice(dir, "day"); got != want {
		t.Errorf("%+v", got)
	}
	if got := LoadChoice(dir, ""); got != (Choice{}) {
		t.Errorf("another profile's: %+v", got)
	}
	if info, err := os.Stat(choiceFile(dir, "day")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(choiceFile(dir, "day"), []byte(`{"account":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := LoadChoice(dir, "day"); got != (Choice{}) {
		t.Errorf("half a file: %+v", got)
	}
	for range 2 {
		if err := ForgetChoice(dir, "day"); err != nil {
			t.Error(err)
		}
	}
}
