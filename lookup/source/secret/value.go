// Package secret gets passwords and tokens from where they are kept: the environment, the system's
// keyring, a program such as pass. They never stand in the configuration and never print.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden stands wherever a secret would be printed.
const hidden = "[hidden]"

// Value is a secret. Formatting, logging and encoding it give "[hidden]".
type Value struct{ text string }

// NewValue makes a secret of a text.
func NewValue(text string) Value { return Value{text} }

// Reveal gives the secret itself, to be sent and to nothing else.
func (v Value) Reveal() string { return v.text }

// String implements fmt.Stringer.
func (v Value) String() string { return hidden }

// Format implements fmt.Formatter, for every verb.
func (v Value) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// LogValue implements slog.LogValuer.
func (v Value) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler.
func (v Value) MarshalText() ([]byte, error) { return []byte(hidden), nil }
