package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// ids makes the service's own identifiers. It is seeded, so that one configuration gives the
// same channels, tokens and notifications in the same order: nothing here guards a real secret.
type ids struct{ src *rand.ChaCha8 }

func newIDs(seed uint64, use string) *ids {
	return &ids{rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "ringside sim %s %d", use, seed)))}
}

func (g *ids) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = g.src.Read(b) // never fails
	return b
}

// uuid returns a version 4 UUID.
func (g *ids) uuid() string {
	b := g.bytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// opaque returns URL-safe text of letters, digits, '-' and '_', n bytes before encoding.
func (g *ids) opaque(n int) string { return base64.RawURLEncoding.EncodeToString(g.bytes(n)) }

// hex returns n hexadecimal digits.
func (g *ids) hex(n int) string { return hex.EncodeToString(g.bytes((n + 1) / 2))[:n] }

func (g *ids) rand() *rand.Rand { return rand.New(g.src) }
