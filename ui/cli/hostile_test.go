package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// frame gives a websocket message with one state of a call.
func frame(id string, seq string, at, who, status string) string {
	return fmt.Sprintf(`{"event":"Notification","eventId":1,"data":{"source":"call-events","type":"call-state","content":{`+
		`"metadata":{"conversationSpaceId":%q,"direction":"INBOUND","accountKey":"1","callCreated":"2026-11-02T09:00:00Z"},`+
		`"state":{"id":"s","sequenceNumber":%s,"type":"ACTIVE","timestamp":%q,"participants":[%s]}}}}`,
		id, seq, at, strings.ReplaceAll(who, "STATUS", status))
}

// caller gives a participant of a name.
func caller(name string) string {
	b, _ := json.Marshal(name)
	return `{"id":"p","legId":"l","originator":"p","status":{"value":"STATUS"},"type":{"value":"PHONE_NUMBER","number":"+18005550120","caller":{"name":` +
		string(b) + `,"number":"+12125550110"}}}`
}

func TestWorstInput(t *testing.T) {
	evil := "\x1b]0;owned\x07\x1b[2J Ann\u202egnp.exe \u2066x\u2069\x00\u009b31m " + strings.Repeat("long ", 3000)
	lines := []string{
		"this is no JSON",
		`{"event":"Notification","data":{"source":"weather","type":"rain","content":{}}}`,
		`{"a":`,
		frame("evil", "1", "2026-11-02T09:00:00Z", caller(evil), "RINGING"),
		frame("evil", "2", "2026-11-02T09:00:05Z", `{"id":"q","status":{"value":"CONNECTED"}}`, ""),
		frame("evil", "3", "2026-11-02T09:00:09Z", caller(evil), "JUGGLING"),
		frame("zero", "0", "2026-11-02T09:00:00Z", caller("Zero"), "RINGING"),
		frame("huge", "9223372036854775808", "2026-11-02T09:00:00Z", caller("Huge"), "RINGING"),
		frame("fine", "1", "2026-11-02T09:00:00Z", caller("Fine"), "RINGING"),
		frame("fine", "18446744073709551615", "2026-11-02T09:00:01Z", caller("Fine"), "CONNECTED"),
		frame("fine", "2", "2999-11-02T09:00:01Z", caller("Fine"), "CONNECTED"),
		`{"event":"Notification","data":{"source":"call-events","padding":"` + strings.Repeat("x", 10<<20) + `"}}`,
		strings.Repeat("[", 100_000),
	}
	out, errs, code := run("replay", "--json", writeFile(t, "worst.jsonl", strings.Join(lines, "\n")))
	got := records(t, out)
	if got["evil"].States != 3 || got["fine"].States != 2 || len(got) != 2 {
		t.Errorf("exit %d, calls %v", code, got)
	}
	for _, text := range []string{out, errs} {
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || r == '\u202e' || r == '\u2066') {
				t.Fatalf("%U got through", r)
			}
		}
	}
	if n := len(errs); n == 0 || n > 4000 {
		t.Errorf("%d bytes of complaints", n)
	}
	if !strings.Contains(errs, "line 1 skipped") {
		t.Errorf("no word of the first line: %s", errs)
	}
	story, _, _ := run("replay", writeFile(t, "worst.jsonl", strings.Join(lines, "\n")))
	if strings.ContainsAny(story, "\x1b\u202e\u009b") {
		t.Error("hostile text reached the terminal")
	}
}

func TestTinyTerminals(t *testing.T) {
	for _, size := range [][2]int{{10, 3}, {1, 1}, {39, 7}, {300, 4}} {
		t.Run(fmt.Sprint(size[0], "x", size[1]), func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, size[0], size[1], "demo")
			s.wait("sign of life", 10_000_000_000, func(x string) bool { return strings.TrimSpace(x) != "" })
			s.key("q")
			if err := s.cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}
