package call

// Has tells whether a state of a call has been folded. It costs nothing and leaves the call alone.
func (b *Board) Has(id string, seq uint64) bool {
	e := b.calls[id]
	if e == nil {
		return false
	}
	return e.call.has(seq)
}
