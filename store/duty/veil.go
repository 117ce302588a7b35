package duty

import (
	"sync/atomic"

	"ringside/store/call"
)

// Veil is the switch that masks telephone numbers everywhere at once: the screen, the clipboard,
// files, notices and the log all ask the same one. The nil Veil masks nothing. Any goroutine may use it.
type Veil struct{ on atomic.Bool }

// NewVeil makes a switch that is on or off.
func NewVeil(on bool) *Veil {
	v := &Veil{}
	v.on.Store(on)
	return v
}

// On reports whether numbers are masked now.
func (v *Veil) On() bool { return v != nil && v.on.Load() }

// Set masks numbers, or shows them again.
func (v *Veil) Set(on bool) { v.on.Store(on) }

// Text gives a text as it may leave the desk: with its numbers masked while the veil is on.
func (v *Veil) Text(s string) string {
	if !v.On() {
		return s
	}
	return call.Mask(s)
}

// Call gives a call as it may leave the desk.
func (v *Veil) Call(c *call.Call) *call.Call {
	if c == nil || !v.On() {
		return c
	}
	return c.Masked()
}
