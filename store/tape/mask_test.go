package tape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func newTestMasker(t testing.TB) *masker {
	t.Helper()
	m, err := newMasker()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func masked(t testing.TB, m *masker, s string) string {
	t.Helper()
	var out bytes.Buffer
	if !m.message(&out, []byte(s)) {
		t.Fatalf("not masked: %s", s)
	}
	if !json.Valid(out.Bytes()) || !strings.HasSuffix(out.String(), "\n") {
		t.Fatalf("%s became %s", s, out.String())
	}
	return strings.TrimSpace(out.String())
}

// at gives a value of a JSON document by its path.
func at(t *testing.T, doc, path string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		t.Fatal(err)
	}
	for k := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[k]
		case []any:
			v = in[0]
		}
	}
	return fmt.Sprint(v)
}

func TestMaskOfAState(t *testing.T) {
	m := newTestMasker(t)
	const state = `{"eventId":12345678901,"data":{"id":"a11ce2eb-1","source":"call-events","type":"call-state","timestamp":"2026-10-05T09:30:00.095Z","ttl":600,"topic":null,` +
		`"content":{"metadata":{"conversationSpaceId":"a11ce9b9","accountKey":"9988776655443322110","dialString":"3125550142","associatedConversations":["a11ce111"]},` +
		`"state":{"sequenceNumber":10000000,"participants":[` +
		`{"id":"p1","type":{"value":"PHONE_NUMBER","name":"Main line","number":"+13125550100","caller":{"name":"ROE  DANA ","number":"+1 (312) 555-0142"}},"status":{"value":"IN_WARM_TRANSFER","destination":{"number":"7302","name":"Bo Lund"}}},` +
		`{"id":"p2","type":{"value":"LINE","extensionNumber":"7301","name":"Ann Poe","device":{"model":"goto.clients"}},"note":"call Dana back at 312 555 0142","x":{"tel":["3125550142",3125550142,42]}}` +
		`]}},"bypassDoNotDisturb":false}}`
	got := masked(t, m, state)
	for _, secret := range []string{"3125550142", "13125550100", "555-0142", "555 0142", "ROE", "Dana", "DANA"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is still in %s", secret, got)
		}
	}
	for path, want := range map[string]string{
		"eventId": "1.2345678901e+10", "data.id": "a11ce2eb-1", "data.source": "call-events", "data.timestamp": "2026-10-05T09:30:00.095Z",
		"data.topic": "<nil>", "data.ttl": "600", "data.content.metadata.accountKey": "9988776655443322110",
		"data.content.metadata.associatedConversations.0":             "a11ce111",
		"data.content.state.sequenceNumber":                           "1e+07",
		"data.content.state.participants.0.type.name":                 "Main line",
		"data.content.state.participants.0.status.destination.number": "7302",
		"data.content.state.participants.0.status.destination.name":   "Bo Lund",
		"data.bypassDoNotDisturb":                                     "false",
		"data.content.state.participants.0.status.value":              "IN_WARM_TRANSFER",
	} {
		if v := at(t, got, path); v != want {
			t.Errorf("%s is %s, want %s", path, v, want)
		}
	}
	for _, stays := range []string{`"extensionNumber":"7301","name":"Ann Poe","device":{"model":"goto.clients"}`, `,42]`} {
		if !strings.Contains(got, stays) {
			t.Errorf("%s is not in %s", stays, got)
		}
	}
	number := at(t, got, "data.content.state.participants.0.type.caller.number")
	if !regexp.MustCompile(`^\+\d \(\d{3}\) \d{3}-\d{4}$`).MatchString(number) {
		t.Errorf("the number became %s", number)
	}
	digits := regexp.MustCompile(`\D`).ReplaceAllString(number, "")
	if dialled := at(t, got, "data.content.metadata.dialString"); !strings.HasSuffix(digits, dialled) {
		t.Errorf("one number became two: %s and %s", number, dialled)
	}
	name := at(t, got, "data.content.state.participants.0.type.caller.name")
	if again := m.disguise.name("Roe Dana"); again != name || !strings.HasPrefix(name, "Caller ") {
		t.Errorf("one name became two: %s and %s", name, again)
	}
}

func TestMaskOfNumbers(t *testing.T) {
	m := newTestMasker(t)
	for _, stays := range []string{"", "7301", "0042", "911", "Anonymous", "anonymous", "unknown", "123456"} {
		if got := m.disguise.number(stays); got != stays {
			t.Errorf("%q became %q", stays, got)
		}
	}
	for _, goes := range []string{"5550142", "+911", "sip:dana.roe@example.com", "sip:3125550142@example.com", "Dana Roe", "١٢٣٤٥٦٧٨٩", "312-555-0142 x45"} {
		got := m.disguise.number(goes)
		if got == goes || strings.Contains(got, "dana") || strings.Contains(got, "example") || strings.Contains(got, "3125550142") {
			t.Errorf("%q became %q", goes, got)
		}
	}
	full := m.disguise.number("+13125550142")
	for _, other := range []string{"13125550142", "3125550142", "(312) 555-0142", "1 312 555 0142"} {
		got := regexp.MustCompile(`\D`).ReplaceAllString(m.disguise.number(other), "")
		if !strings.HasSuffix(full, got) {
			t.Errorf("%s became %s, and with +1 %s", other, got, full)
		}
	}
	if other := newTestMasker(t).disguise.number("+13125550142"); other == full {
		t.Errorf("two recordings have one key: %s", other)
	}
}

// Different numbers stay different, whatever their length.
func TestMaskIsAPermutation(t *testing.T) {
	d := newTestMasker(t).disguise
	for _, length := range []int{1, 2, 3, 4} {
		seen := map[string]bool{}
		n := 1
		for range length {
			n *= 10
		}
		for i := range n {
			got := d.digits(fmt.Sprintf("%0*d", length, i))
			if len(got) != length || seen[got] {
				t.Fatalf("%d digits: %d became %s, which is taken or too long", length, i, got)
			}
			seen[got] = true
		}
	}
	seen, same := map[string]string{}, 0
	for range 20_000 {
		s := fmt.Sprintf("%011d", rand.Int64N(100_000_000_000))
		got := d.digits(s)
		if was, ok := seen[got]; ok && was != s {
			t.Fatalf("%s and %s both became %s", was, s, got)
		}
		if seen[got] = s; got == s {
			same++
		}
	}
	if same > 1 {
		t.Errorf("%d numbers stayed what they were", same)
	}
}

func TestMaskLeavesOutWhatIsNotJSON(t *testing.T) {
	m := newTestMasker(t)
	for _, bad := range []string{"", "3125550142x", `{"number":"312555`, `{"a":1} {"b":2}`, `{"a":1}x`, `[1 2]`, `{"a" 1}`, strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		var out bytes.Buffer
		if m.message(&out, []byte(bad)) {
			t.Errorf("%s became %s", bad, out.String())
		}
	}
}

// Of the wire's own samples no number and no caller's name stays, and every member does.
func TestMaskOfSamples(t *testing.T) {
	m := newTestMasker(t)
	b, err := os.ReadFile("../../gotoapi/wire/testdata/call.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		got := masked(t, m, line)
		for _, secret := range []string{"3125550142", "3125550100", "ROE"} {
			if strings.Contains(got, secret) {
				t.Errorf("%s is in %s", secret, got)
			}
		}
		if a, b := members(t, line), members(t, got); !slices.Equal(a, b) {
			t.Errorf("members %v became %v", a, b)
		}
	}
}

// members lists the names of all members in their order.
func members(t *testing.T, doc string) (out []string) {
	t.Helper()
	n, err := read(json.NewDecoder(strings.NewReader(doc)), maxDepth)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n node)
	walk = func(n node) {
		out = append(out, n.names...)
		for _, v := range n.nodes {
			walk(v)
		}
	}
	walk(n)
	return out
}

// FuzzMask: whatever comes, a masked message is JSON, and a member that is not known keeps nothing
// of its text.
func FuzzMask(f *testing.F) {
	f.Add(`{"note":"312 555 0142","number":"+13125550142"}`, "Dana Roe")
	f.Add(`{"name":"a","name":{"name":["b"]}}`, "\u0661\u0662")
	f.Add(`[[],{},"x",-1e9]`, "+1 312 555 0142")
	m := newTestMasker(f)
	f.Fuzz(func(t *testing.T, doc, text string) {
		var out bytes.Buffer
		if m.message(&out, []byte(doc)) && !json.Valid(out.Bytes()) {
			t.Fatalf("%s became %s", doc, out.String())
		}
		if len(text) < 4 || m.disguise.name(text) == text || !dialable(text) && strings.Trim(text, "0123456789") == "" {
			return
		}
		quoted, err := json.Marshal(map[string]any{"unheardOf": text, "caller": map[string]string{"name": text}})
		if err != nil {
			t.Fatal(err)
		}
		out.Reset()
		if !m.message(&out, quoted) {
			t.Fatalf("%s was left out", quoted)
		}
		plain, _ := json.Marshal(text)
		if strings.Contains(out.String(), string(plain)) {
			t.Fatalf("%s became %s", quoted, out.String())
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	lines, err := os.ReadFile("../../gotoapi/wire/testdata/call.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	all := bytes.SplitAfter(bytes.TrimSpace(lines), []byte("\n"))
	for _, mask := range []bool{false, true} {
		b.Run(fmt.Sprintf("mask=%v", mask), func(b *testing.B) {
			r, err := Open(Options{Path: b.TempDir(), Mask: mask})
			if err != nil {
				b.Fatal(err)
			}
			size, i := 0, 0
			for b.Loop() {
				line := all[i%len(all)]
				r.line(line, r.out.begun)
				size += len(line)
				i++
			}
			b.SetBytes(int64(size / i))
			if err := r.out.close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
