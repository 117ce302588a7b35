package gotoapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretDoesNotPrint(t *testing.T) {
	const value = "wss://host/abcdef"
	type holder struct {
		S Secret
		P *Secret
		M map[string]Secret
	}
	s := Secret(value)
	h := holder{s, &s, map[string]Secret{"k": s}}
	ch := Channel{ID: s, URL: s}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T|%[1]v", "%10s", "%-5v"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", ch)
		fmt.Fprintf(&out, verb+"\n", Token{Access: s, Refresh: s})
	}
	for _, v := range []any{s, h, ch, Token{Access: s}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", s, "h", h, "ch", ch)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "h", h, "ch", ch)
	for _, leak := range []string{value, "abcdef", fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q leaks in:\n%s", leak, out.String())
		}
	}
	if !strings.Contains(out.String(), redacted) {
		t.Error("nothing tells that there is a secret")
	}
	if s.Reveal() != value {
		t.Errorf("Reveal gives %q", s.Reveal())
	}
	if got := Secret("").String(); got != "" {
		t.Errorf("an empty secret prints as %q", got)
	}
}
