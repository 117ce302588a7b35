package pop

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringside/lookup"
	"ringside/store/call"
)

func asError(err error, e **Error) bool { return errors.As(err, e) }

// hostile are values that have broken out of other programs' fields.
var hostile = []string{
	`"; rm -rf ~`, "$(reboot)", "`reboot`", "a b", "javascript:alert(1)", "data:text/html,<script>", "line\nbreak", "nul\x00byte", "%00", "%2e%2e",
	"--flag", "-x", "/etc/passwd", `\\host\share`, "..", ".", "../../x", "a/../b", "?x=1&y=2", "#top", "a&caller=evil", "a=b;c=d", "user@evil.example",
	"//evil.example/", "https://evil.example/", "\u202egnp.exe", "z\u200bero", "\x1b[2J\x1b]8;;https://evil.example\x07", "søren ☎ 電話", "\xff\xfe\xc3(",
	"$caller$", "[sip.From]", "$$", "+1 212", "'or 1=1--", "<b>", "|", "\t", " ", "", "]", "{}", "^", strings.Repeat("A", 10_000), strings.Repeat("%", 10_000), strings.Repeat("é", 5000),
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, tt := range []struct{ template, what string }{
		{"", "empty"},
		{"   ", "empty"},
		{"example.com/$caller$", "neither an address"},
		{"//example.com", "neither an address"},
		{"https:example.com", "no host"},
		{"https:/example.com", "no host"},
		{"https://", "no host"},
		{"https:///x", "no host"},
		{"https://:443/x", "no host"},
		{"https://$caller$/x", "in the host"},
		{"https://$caller$.example.com/x", "in the host"},
		{"https://example.com$caller$", "in the host"},
		{"https://example.com:$caller$/", "in the host"},
		{"https://[sip.From]/", "in the host"},
		{"https://ann:secret@example.com/", "user before its host"},
		{"https://$username$@example.com/", "in the host"},
		{"salesforce1://$crm.id$/view", "in the host"},
		{"$caller$://example.com", "neither an address"},
		{"$crm.url$", "neither an address"},
		{"javascript:alert('$caller$')", "never opened"},
		{"JavaScript:alert(1)", "never opened"},
		{"data:text/html,$caller$", "never opened"},
		{"file:///etc/passwd", "never opened"},
		{"vbscript:x", "never opened"},
		{"ftp://example.com/", "not allowed"},
		{"htps://example.com/", "not allowed"},
		{"https://example.com/a b", "no address may hold"},
		{`https://example.com\@evil.example/`, "user before its host"},
		{`https://example.com\evil.example/`, "no address may hold"},
		{`https://example.com/"x"`, "no address may hold"},
		{"https://exämple.com/", "no address may hold"},
		{"https://example.com/%zz", "encodes nothing"},
		{"https://example.com/%$caller$", "encodes nothing"},
		{"https://example.com/%4$caller$", "encodes nothing"},
		{"https://exa%6dple.com/", "is no address"},
		{"https://example.com:port/", "is no address"},
		{"https://example,com/", "has the host"},
		{"https://example.com/\n", "cannot be seen"},
		{"https://example.com/\u202e", "cannot be seen"},
		{"https://example.com/\xff", "cannot be seen"},
		{"https://example.com/$callr$", "$callr$ is no variable"},
		{"https://example.com/$Caller$", "$Caller$ is no variable"},
		{"https://example.com/$key$", "$key$ is no variable"},
		{"https://example.com/$crm$", "$crm$ is no variable"},
		{"https://example.com/?$filter=x", "begins no variable"},
		{"https://example.com/$caller", "begins no variable"},
		{"https://example.com/$", "begins no variable"},
		{"https://example.com/$crm.$", "begins no variable"},
		{"https://example.com/[sip.]", "names no SIP header"},
		{"https://example.com/[sip.From", "names no SIP header"},
		{"https://example.com/" + strings.Repeat("x", 3000), "too long"},
	} {
		spec := one(tt.template)
		spec.Schemes = []string{"salesforce1", "tel"}
		_, err := compile(spec, Options{}, disk.system("linux"))
		var e *Error
		if !asError(err, &e) || !strings.Contains(e.What, tt.what) || e.Fix == "" || e.Rule != "r" || e.Key != "open" {
			t.Errorf("%q: %v; want %q, a rule, a key and what to do", tt.template, err, tt.what)
		}
	}
}

func TestNearestVariable(t *testing.T) {
	for template, want := range map[string]string{
		"$callr$": "$caller$?", "$Caller$": "$caller$?", "$caler_name$": "$caller_name$?", "$keey$": "$key$?", "$crm$": "$crm.id$", "$zzzzzz$": "the variables are caller, ",
	} {
		_, err := compile(one("https://example.com/"+template), Options{Parameters: []string{"key"}}, disk.system("linux"))
		var e *Error
		if !asError(err, &e) || !strings.Contains(e.Fix, want) {
			t.Errorf("%s: %v", template, err)
		}
	}
}

func TestSchemes(t *testing.T) {
	for _, s := range []string{"javascript", "JavaScript:", "data", "file://", "vbscript", "", "c", "a b", "1x"} {
		if _, err := allowSchemes([]string{s}); err == nil {
			t.Errorf("scheme %q is allowed", s)
		}
	}
	spec := one("salesforce1://sObject/$crm.id$/view", "tel:$caller$", "zoiper:/$queue$/$caller_name$")
	spec.Schemes = []string{"salesforce1:", "TEL", "zoiper://"}
	got := tried(t, compiled(t, spec), ann(), ringing(t), result(contact("Dana", "id", "003/x")))
	want := []string{"salesforce1://sObject/003%2Fx/view", "tel:+12125550110", "zoiper:/Support/Dana%20Roe"}
	for i, g := range got.Targets {
		if g.URL != want[i] {
			t.Errorf("%s, want %s", g.URL, want[i])
		}
	}
}

// fields are templates with one variable in every place that there is.
var fields = []struct{ template, place string }{
	{"https://crm.example.com/contact/$crm.x$/edit?a=1&b=2#top", "path"},
	{"https://crm.example.com/pre-$crm.x$-post?a=1", "path"},
	{"https://crm.example.com/$crm.x$", "path"},
	{"https://crm.example.com?phone=$crm.x$&b=2#top", "query"},
	{"https://crm.example.com/a?x=pre$crm.x$post&b=2", "query"},
	{"https://crm.example.com/a?$crm.x$=1&b=2", "query"},
	{"https://crm.example.com/a?$$filter=phone%20eq%20'$crm.x$'", "query"},
	{"https://crm.example.com/a#/contact/$crm.x$?b=2", "fragment"},
	{"salesforce:open/$crm.x$/view?b=2", "address"},
	{"tel:$crm.x$", "address"},
	{"salesforce1://sObject/$crm.x$/view", "path"},
	{"zoiper:/a/$crm.x$/b", "path"},
}

// filled renders a template with a value that a CRM gave.
func filled(t testing.TB, template, value string) (string, error) {
	t.Helper()
	allowed, _ := allowSchemes([]string{"salesforce", "salesforce1", "tel", "zoiper"})
	a, err := parseAddress(template, &names{}, allowed)
	if err != nil {
		t.Fatal(err)
	}
	f := &facts{call: &call.Call{}}
	f.know(lookup.Result{Contacts: []lookup.Contact{{Source: "crm", Fields: []lookup.Field{{Name: "x", Value: value}}}}}, -1)
	s, _, rendered := a.render(f)
	return s, rendered
}

// keeps tells what is wrong when an address with a value differs from the one with another value
// in more than that value.
func keeps(t testing.TB, template, value string) {
	t.Helper()
	const mark = "qqMARKqq"
	want := call.Clean(value)
	got, err := filled(t, template, value)
	if err != nil {
		if d := strings.Trim(want, "."); d != "" && len(got) < maxAddress || want == "" {
			t.Errorf("%s with %.60q: refused: %v", template, value, err)
		}
		return
	}
	for i := range len(got) {
		if c := got[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>\^{|}`+"`", c) >= 0 {
			t.Fatalf("%s with %.60q: %q holds %q", template, value, got, c)
		}
	}
	ref, _ := filled(t, template, mark)
	a, err := url.Parse(got)
	if err != nil {
		t.Fatalf("%s with %.60q: %v", template, value, err)
	}
	b, _ := url.Parse(ref)
	swap := func(s string) string { return strings.ReplaceAll(s, mark, want) }
	if a.Scheme != b.Scheme || a.Host != b.Host || a.User != nil {
		t.Fatalf("%s with %.60q leads to %s", template, value, got)
	}
	segments := func(u *url.URL) []string {
		var out []string
		for _, s := range strings.Split(u.EscapedPath(), "/") {
			plain, _ := url.PathUnescape(s)
			out = append(out, plain)
		}
		return out
	}
	want1 := segments(b)
	for i := range want1 {
		want1[i] = swap(want1[i])
	}
	if !slices.Equal(segments(a), want1) {
		t.Errorf("%s with %.60q: path %q, want %q", template, value, segments(a), want1)
	}
	if opaque, err := url.PathUnescape(a.Opaque); err != nil || strings.Count(a.Opaque, "/") != strings.Count(b.Opaque, "/") || opaque != swap(b.Opaque) {
		t.Errorf("%s with %.60q: %q", template, value, a.Opaque)
	}
	if a.Fragment != swap(b.Fragment) || strings.Count(a.EscapedFragment(), "/") != strings.Count(b.EscapedFragment(), "/") {
		t.Errorf("%s with %.60q: fragment %q", template, value, a.Fragment)
	}
	pairs := func(query string) []string {
		var out []string
		for _, p := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
			k, v, _ := strings.Cut(p, "=")
			k, e1 := url.QueryUnescape(k)
			v, e2 := url.QueryUnescape(v)
			out = append(out, fmt.Sprintf("%q = %q %v", k, v, errors.Join(e1, e2)))
		}
		return out
	}
	want2 := pairs(b.RawQuery)
	for i := range want2 {
		quoted := strconv.Quote(want)
		want2[i] = strings.ReplaceAll(want2[i], mark, quoted[1:len(quoted)-1])
	}
	if !slices.Equal(pairs(a.RawQuery), want2) {
		t.Errorf("%s with %.60q: query %q, want %q", template, value, pairs(a.RawQuery), want2)
	}
}

func TestHostileValuesStayInTheirField(t *testing.T) {
	for _, f := range fields {
		for _, v := range hostile {
			keeps(t, f.template, v)
		}
	}
}

// A value of dots alone would take away what stands before it; an empty one would make a host of
// what follows. Both are refused, and said.
func TestValuesThatNoEncodingHolds(t *testing.T) {
	for _, tt := range []struct{ template, value string }{
		{"https://crm.example.com/a/$crm.x$/b", ".."},
		{"https://crm.example.com/a/$crm.x$", "."},
		{"https://crm.example.com/a/.$crm.x$/b", "."},
		{"https://crm.example.com/a/%2e$crm.x$/b", "."},
		{"salesforce1://sObject/$crm.x$/view", ".."},
		{"zoiper:/$crm.x$/evil.example", ""},
	} {
		if got, err := filled(t, tt.template, tt.value); err == nil {
			t.Errorf("%s with %q gives %s", tt.template, tt.value, got)
		}
	}
	for template, want := range map[string]string{
		"https://crm.example.com/a/../$crm.x$": "https://crm.example.com/a/../...", // what the configuration says is its own affair
		"https://crm.example.com/?p=$crm.x$":   "https://crm.example.com/?p=...",
	} {
		if got, err := filled(t, template, "..."); err != nil || got != want {
			t.Errorf("%s: %q, %v", template, got, err)
		}
	}
}

func FuzzValueStaysInItsField(f *testing.F) {
	for i, v := range hostile {
		f.Add(uint8(i), v)
	}
	f.Fuzz(func(t *testing.T, n uint8, value string) {
		keeps(t, fields[int(n)%len(fields)].template, value)
	})
}

// Whatever a configuration holds that is accepted: no value changes the scheme or the host.
func FuzzTemplate(f *testing.F) {
	for _, one := range fields {
		f.Add(one.template, "a/../b")
	}
	f.Add("zoiper:/$crm.x$/$crm.x$", "")
	f.Add("https://[::1]:80/$crm.x$", "@evil")
	f.Add("tel:$crm.x$//evil.example/", "")
	f.Fuzz(func(t *testing.T, template, value string) {
		allowed, _ := allowSchemes([]string{"salesforce", "salesforce1", "tel", "zoiper"})
		a, wrong := parseAddress(template, &names{}, allowed)
		if wrong != nil {
			if wrong.Fix == "" || wrong.What == "" {
				t.Errorf("%q: %v", template, wrong)
			}
			return
		}
		at := func(v string) (*url.URL, error) {
			s, err := filled(t, template, v)
			if err != nil {
				return nil, err
			}
			return url.Parse(s)
		}
		got, err := at(value)
		if err != nil && got != nil {
			t.Fatalf("%q with %q: %v", template, value, err)
		}
		ref, other := at("x")
		if err != nil || other != nil {
			return // refused
		}
		if got.Scheme != a.scheme || got.Scheme != ref.Scheme || got.Host != ref.Host || got.User != nil || !allowed[got.Scheme] {
			t.Errorf("%q with %q leads to %s", template, value, got)
		}
	})
}
