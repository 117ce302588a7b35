package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
	"ringside/lookup/source/web"
)

// TestMain lets the test binary be the program that is run: it does what MODE says.
func TestMain(m *testing.M) {
	switch os.Getenv("MODE") {
	case "":
		os.Exit(m.Run())
	case "tell": // what it was given
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"name": "Dana", "args": strings.Join(os.Args[1:], "|"), "env": strings.Join(names(os.Environ()), " "), "key": len(os.Getenv("KEY"))})
	case "nobody":
	case "fails":
		fmt.Fprintln(os.Stderr, "first line\nno such table\x1b[2J")
		os.Exit(3)
	case "chatters":
		for range 2000 {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case "hangs":
		hang()
	case "prose":
		fmt.Println("Dana Roe, Acme")
	case "leaves": // a child that outlives it and holds its output
		cmd := exec.Command(os.Args[0])
		cmd.Env = []string{"MODE=hangs"}
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			os.Exit(1)
		}
		fmt.Println(cmd.Process.Pid)
		hang()
	}
	os.Exit(0)
}

// hang never returns. An empty select would: without cgo, Go finds a program out in which everybody waits.
func hang() {
	for {
		time.Sleep(time.Hour)
	}
}

func names(env []string) (out []string) {
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func open(t *testing.T, mode string, args ...string) *Source {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Name: "script", Path: self, Args: args, Env: map[string]string{"MODE": mode}, Region: "US",
		Secrets: map[string]web.Getter{"KEY": &farend.Held{Text: farend.Token}},
		Getenv: func(name string) (string, bool) {
			return "x", name == "PATH" || name == "HOME" || name == "GOTO_TOKEN"
		}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestArguments(t *testing.T) {
	for raw, want := range map[string]string{"212 555 0110": "who|+12125550110|--n=2125550110|; rm -rf ~ $(x)|", "Dana": ""} {
		s := open(t, "tell", "who", "{number}", "--n={national}", "; rm -rf ~ $(x)", "")
		cs, err := s.Lookup(t.Context(), number.Parse(raw, "US"))
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			if len(cs) != 0 {
				t.Errorf("%s: %+v", raw, cs)
			}
			continue
		}
		fields := []lookup.Field{{Name: "args", Value: want}, {Name: "env", Value: "HOME KEY MODE PATH"}, {Name: "key", Value: fmt.Sprint(len(farend.Token))}}
		if runtime.GOOS == "windows" {
			fields[1].Value = cs[0].Fields[1].Value
		}
		slices.SortFunc(cs[0].Fields, func(a, b lookup.Field) int { return strings.Compare(a.Name, b.Name) })
		if d := cmp.Diff([]lookup.Contact{{Name: "Dana", Fields: fields}}, cs); d != "" {
			t.Error(d)
		}
	}
	for raw, want := range map[string]string{"1102": "1102", "*98": "*98", "+44 20 7946 0018": "+442079460018", "-1 212 555 0110": "+12125550110"} {
		cs, err := open(t, "tell").Lookup(t.Context(), number.Parse(raw, "US"))
		if err != nil || len(cs) != 1 || !slices.Contains(cs[0].Fields, lookup.Field{Name: "args", Value: want}) {
			t.Errorf("%s: %+v, %v", raw, cs, err)
		}
	}
	if _, err := open(t, "tell", "{e164}").Lookup(t.Context(), number.Parse("1102", "US")); !errors.Is(err, lookup.ErrNotAsked) {
		t.Errorf("an extension: %v", err)
	}
}

func TestFaults(t *testing.T) {
	for mode, want := range map[string]string{
		"nobody": "", "fails": "exit status 3: no such table[2J", "chatters": "more than 1048576 bytes", "hangs": "deadline exceeded", "leaves": "deadline exceeded", "prose": "no JSON",
	} {
		t.Run(mode, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			if mode == "chatters" || mode == "fails" || mode == "nobody" || mode == "prose" {
				ctx = t.Context()
			}
			start := time.Now()
			cs, err := open(t, mode).Lookup(ctx, number.Parse("2125550110", "US"))
			if len(cs) != 0 || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%+v, %v, want %q", cs, err, want)
			}
			if ctx != t.Context() && time.Since(start) > 5*time.Second {
				t.Errorf("it took %v", time.Since(start))
			}
		})
	}
}

func TestNew(t *testing.T) {
	self, _ := os.Executable()
	for want, o := range map[string]Options{
		"no absolute path": {Path: "lookup.sh"}, "is no program": {Path: filepath.Join(t.TempDir(), "none")},
		"ask for no number": {Path: self, Args: []string{"x"}}, "no form of a number": {Path: self, Args: []string{"{x}"}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
