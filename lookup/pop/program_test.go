package pop

import (
	"slices"
	"strings"
	"testing"

	"ringside/lookup"
	"ringside/store/call"
)

func run(words ...string) Spec {
	return Spec{Rules: []RuleSpec{{Name: "r", On: []string{"ringing"}, Run: [][]string{words}}}}
}

func TestProgramsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		os    string
		words []string
		what  string
	}{
		{"linux", nil, "has no program"},
		{"linux", []string{""}, "empty"},
		{"linux", []string{"notify"}, "not the whole path"},
		{"linux", []string{"./notify"}, "not the whole path"},
		{"linux", []string{"~/notify"}, "not the whole path"},
		{"linux", []string{"/usr/bin/none"}, "there is no"},
		{"linux", []string{"/usr/bin/text"}, "may not be run"},
		{"linux", []string{"/usr/bin"}, "is no file"},
		{"linux", []string{"/usr/bin/secret"}, "cannot be looked at"},
		{"linux", []string{"/usr/bin/$caller$"}, "never names a program"},
		{"linux", []string{"/usr/bin/notify", "$callr$"}, "no variable"},
		{"linux", []string{"/usr/bin/notify", "--url=https://$caller$/"}, "in the host"},
		{"linux", []string{"/bin/sh", "-c", "echo $caller$"}, "would run what a caller says"},
		{"linux", []string{"/bin/sh", "-ec", "echo $caller$"}, "would run what a caller says"},
		{"linux", []string{"/bin/sh", "$caller$"}, "would run what a caller says"},
		{"linux", []string{"/bin/sh", "-x", "$crm.url$"}, "would run what a caller says"},
		{"linux", []string{"/bin/sh", "$$-c", "x", "$caller$"}, ""},
		{"linux", []string{"/bin/sh", "-c", `echo "$$1"`, "name", "$caller$"}, ""},
		{"linux", []string{"/usr/bin/python3.12", "-c", "print('$caller$')"}, "would run what a caller says"},
		{"linux", []string{"/usr/bin/python3.12", "/opt/x.py", "$caller$"}, ""},
		{"linux", []string{"/usr/bin/env", "X=$caller$", "/usr/bin/notify"}, "would run what a caller says"},
		{"linux", []string{"/usr/bin/notify", "$caller$", "", "$$5"}, ""},
		{"windows", []string{`C:\run.bat`, "$caller$"}, "is no program"},
		{"windows", []string{`myapp.exe`}, "not the whole path"},
		{"windows", []string{`C:myapp.exe`}, "not the whole path"},
		{"windows", []string{`C:\Windows\System32\cmd.exe`, "/c", "echo $caller$"}, "would run what a caller says"},
		{"windows", []string{`C:\Program Files\MyApp\myapp.exe`, "$caller$"}, ""},
	} {
		_, err := compile(run(tt.words...), Options{}, disk.system(tt.os))
		var e *Error
		switch {
		case tt.what == "" && err != nil:
			t.Errorf("%s %q: %v", tt.os, tt.words, err)
		case tt.what != "" && (!asError(err, &e) || !strings.Contains(e.What, tt.what) || e.Fix == "" || e.Key != "run"):
			t.Errorf("%s %q: %v; want %q", tt.os, tt.words, err, tt.what)
		}
	}
}

// arguments renders a program with a value that a CRM gave.
func arguments(t testing.TB, os, value string, words ...string) ([]string, error) {
	t.Helper()
	allowed, _ := allowSchemes(nil)
	name := "/usr/bin/notify"
	if os == "windows" {
		name = `C:\Program Files\MyApp\myapp.exe`
	}
	p, err := parseProgram(append([]string{name}, words...), &names{}, allowed, disk.system(os))
	if err != nil {
		t.Fatal(err)
	}
	f := &facts{call: &call.Call{}}
	f.know(lookup.Result{Contacts: []lookup.Contact{{Source: "crm", Fields: []lookup.Field{{Name: "x", Value: value}}}}}, -1)
	argv, _, rendered := p.render(f)
	return argv, rendered
}

// stays tells what is wrong when a value is not exactly where its template stands in the list of
// arguments.
func stays(t testing.TB, value string) {
	t.Helper()
	want := call.Clean(value)
	for _, os := range []string{"linux", "windows"} {
		argv, err := arguments(t, os, value, "first", "$crm.x$", "last")
		switch optional := strings.HasPrefix(want, "-") || os == "windows" && strings.HasPrefix(want, "/"); {
		case optional != (err != nil):
			t.Errorf("%s: %.60q as an argument of its own: %q, %v", os, value, argv, err)
		case err == nil && !slices.Equal(argv[1:], []string{"first", want, "last"}):
			t.Errorf("%s: %.60q gives %q", os, value, argv)
		}
		argv, err = arguments(t, os, value, "--name=$crm.x$", "a $crm.x$ b")
		if err != nil || !slices.Equal(argv[1:], []string{"--name=" + want, "a " + want + " b"}) {
			t.Errorf("%s: %.60q within arguments: %q, %v", os, value, argv, err)
		}
	}
	argv, err := arguments(t, "linux", value, "--", "$crm.x$")
	if err != nil || !slices.Equal(argv[1:], []string{"--", want}) {
		t.Errorf("%.60q behind --: %q, %v", value, argv, err)
	}
	argv, err = arguments(t, "linux", value, "--app=https://crm.example.com/?p=$crm.x$", "https://crm.example.com/?p=$crm.x$")
	u := "https://crm.example.com/?p=" + encode(want, false)
	if err != nil || !slices.Equal(argv[1:], []string{"--app=" + u, u}) {
		t.Errorf("%.60q in addresses: %q, %v", value, argv, err)
	}
}

func TestHostileValuesStayInTheirArgument(t *testing.T) {
	for _, v := range hostile {
		stays(t, v)
	}
}

func FuzzValueStaysInItsArgument(f *testing.F) {
	for _, v := range hostile {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) { stays(t, value) })
}
