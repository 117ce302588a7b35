package gotoapi

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a secret prints as, whatever verb or encoder is used.
const redacted = "[secret]"

// Secret is a text that must not be shown: a token, a client secret, a channel's id or address.
// It prints as "[secret]" through fmt, log/slog and encoding/json; an empty one prints as nothing,
// so that a log tells a missing secret from a present one. Reveal is the only way to its value.
type Secret string

// Reveal returns the secret itself. Call it where the value leaves for the service or for a store
// that is meant to hold secrets, and nowhere else.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format implements fmt.Formatter, so that %q, %x and %#v do not leak either.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON implements json.Marshaler. A store that keeps secrets has to Reveal them.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText implements encoding.TextMarshaler, which other encoders (TOML, flags) look for.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
