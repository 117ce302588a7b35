// Package book finds contacts by their numbers, for sources that have them all at hand.
package book

import (
	"slices"

	"ringside/lookup"
	"ringside/lookup/number"
)

// Book finds contacts by the keys of their numbers. It is built once and then only read; then its
// methods may be called from any goroutine.
type Book struct {
	region   string
	contacts []lookup.Contact // in the order they were filed
	entries  []entry
	heads    map[string]int32 // key to the latest entry of its chain
}

// entry is a contact under one key of one of its numbers. The entries of a key are a chain:
// hundreds of thousands of little slices would cost more than the contacts.
type entry struct {
	contact int32
	next    int32  // the entry before it of the same key, -1 is none
	raw     string // the number as the contact has it
}

// New gives an empty book. Numbers without a country code are read as written in region (ISO 3166).
func New(region string) *Book { return &Book{region: region, heads: map[string]int32{}} }

// File files a contact under its numbers.
func (b *Book) File(c lookup.Contact, nums []number.Number) {
	at := int32(len(b.contacts))
	b.contacts = append(b.contacts, c)
	for _, n := range nums {
		for _, key := range n.Keys() {
			next, ok := b.heads[key]
			if !ok {
				next = -1
			}
			b.heads[key] = int32(len(b.entries))
			b.entries = append(b.entries, entry{contact: at, next: next, raw: n.Raw})
		}
	}
}

// Len tells how many contacts there are.
func (b *Book) Len() int { return len(b.contacts) }

// Find gives the contacts of a number: those of its most certain key first, each key's in the
// order they were filed, none twice.
func (b *Book) Find(n number.Number) []lookup.Contact {
	var out []lookup.Contact
	seen := map[int32]bool{}
	for _, key := range n.Keys() {
		var chain []entry
		i, ok := b.heads[key]
		for ; ok && i >= 0; i = b.entries[i].next {
			chain = append(chain, b.entries[i])
		}
		for _, e := range slices.Backward(chain) {
			if seen[e.contact] {
				continue
			}
			seen[e.contact] = true
			c := b.contacts[e.contact]
			c.Fields, c.Tickets = slices.Clone(c.Fields), slices.Clone(c.Tickets)
			c.Number = number.Parse(e.raw, b.region)
			out = append(out, c)
		}
	}
	return out
}
