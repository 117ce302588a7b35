package csvfile

import (
	"slices"

	"ringside/lookup"
	"ringside/lookup/number"
)

// index finds contacts by the keys of their numbers. It is built once and then only read.
type index struct {
	region   string
	contacts []lookup.Contact // in the order of the file
	entries  []entry
	heads    map[string]int32 // key to the latest entry of its chain
}

// entry is a contact under one key of one of its numbers. The entries of a key are a chain:
// hundreds of thousands of little slices would cost more than the contacts.
type entry struct {
	contact int32
	next    int32  // the entry before it of the same key, -1 is none
	raw     string // the number as the file writes it
}

func newIndex(region string) *index { return &index{region: region, heads: map[string]int32{}} }

// file files a contact under its numbers.
func (ix *index) file(c lookup.Contact, nums []number.Number) {
	at := int32(len(ix.contacts))
	ix.contacts = append(ix.contacts, c)
	for _, n := range nums {
		for _, key := range n.Keys() {
			next, ok := ix.heads[key]
			if !ok {
				next = -1
			}
			ix.heads[key] = int32(len(ix.entries))
			ix.entries = append(ix.entries, entry{contact: at, next: next, raw: n.Raw})
		}
	}
}

// find gives the contacts of a number: those of its most certain key first, each key's in the
// order of the file, none twice.
func (ix *index) find(n number.Number) []lookup.Contact {
	var out []lookup.Contact
	seen := map[int32]bool{}
	for _, key := range n.Keys() {
		var chain []entry
		i, ok := ix.heads[key]
		for ; ok && i >= 0; i = ix.entries[i].next {
			chain = append(chain, ix.entries[i])
		}
		for _, e := range slices.Backward(chain) {
			if seen[e.contact] {
				continue
			}
			seen[e.contact] = true
			c := ix.contacts[e.contact]
			c.Fields = slices.Clone(c.Fields)
			c.Number = number.Parse(e.raw, ix.region)
			out = append(out, c)
		}
	}
	return out
}
