package archive

import "crypto/rand"

// NewID gives an id for an Item that no other desk makes: 26 letters and digits, 128 bits at random.
func NewID() string { return rand.Text() }
