package call

import "iter"

// Vec is an immutable sequence of calls kept in slots. Setting a slot copies only the few small
// nodes on the way to it, so a Vec costs what changed and not what it holds; two Vecs that have
// grown from each other are compared at the cost of their differences.
type Vec struct {
	root  *vecNode
	shift uint // 5 * (levels-1)
	slots int  // slots in use, from 0
}

const vecBits, vecWidth = 5, 32

type vecNode struct {
	owner *vecOwner // who may still change it in place
	kids  [vecWidth]*vecNode
	calls [vecWidth]*Call
}

type vecOwner struct{ _ byte }

// Len gives the number of slots, empty ones included.
func (v Vec) Len() int { return v.slots }

// At gives the call in a slot, nil for an empty one or one out of range.
func (v Vec) At(slot int) *Call {
	if slot < 0 || slot >= v.slots || v.root == nil {
		return nil
	}
	n := v.root
	for s := v.shift; s > 0; s -= vecBits {
		if n = n.kids[slot>>s&(vecWidth-1)]; n == nil {
			return nil
		}
	}
	return n.calls[slot&(vecWidth-1)]
}

// All goes through the calls of the filled slots, lowest slot first.
func (v Vec) All() iter.Seq2[int, *Call] {
	return func(yield func(int, *Call) bool) {
		for i := range v.slots {
			if c := v.At(i); c != nil && !yield(i, c) {
				return
			}
		}
	}
}

// Diff calls f for each slot whose call is not the same in old and v: was is nil for a new call,
// is is nil for one that has gone. Its cost follows the number of differences.
func (v Vec) Diff(old Vec, f func(slot int, was, is *Call)) {
	a, b := old.root, v.root
	sa, sb := old.shift, v.shift
	for sa < sb && a != nil { // lift the lower tree to the height of the higher
		a, sa = &vecNode{kids: [vecWidth]*vecNode{a}}, sa+vecBits
	}
	for sb < sa && b != nil {
		b, sb = &vecNode{kids: [vecWidth]*vecNode{b}}, sb+vecBits
	}
	diffNodes(a, b, max(sa, sb), 0, f)
}

func diffNodes(a, b *vecNode, shift uint, base int, f func(int, *Call, *Call)) {
	if a == b {
		return
	}
	var none vecNode
	if a == nil {
		a = &none
	}
	if b == nil {
		b = &none
	}
	if shift == 0 {
		for i := range vecWidth {
			if a.calls[i] != b.calls[i] {
				f(base+i, a.calls[i], b.calls[i])
			}
		}
		return
	}
	for i := range vecWidth {
		diffNodes(a.kids[i], b.kids[i], shift-vecBits, base+i<<shift, f)
	}
}

// set puts c into a slot and gives the new sequence. Nodes made under the same owner are changed
// in place, so that a batch of changes copies each node once.
func (v Vec) set(own *vecOwner, slot int, c *Call) Vec {
	if v.root == nil {
		v.root = &vecNode{owner: own}
	}
	for slot >= vecWidth<<v.shift {
		v.root = &vecNode{owner: own, kids: [vecWidth]*vecNode{v.root}}
		v.shift += vecBits
	}
	v.root = setNode(own, v.root, v.shift, slot, c)
	v.slots = max(v.slots, slot+1)
	return v
}

func setNode(own *vecOwner, n *vecNode, shift uint, slot int, c *Call) *vecNode {
	switch {
	case n == nil:
		n = &vecNode{owner: own}
	case n.owner != own:
		cp := *n
		cp.owner = own
		n = &cp
	}
	if shift == 0 {
		n.calls[slot&(vecWidth-1)] = c
		return n
	}
	i := slot >> shift & (vecWidth - 1)
	n.kids[i] = setNode(own, n.kids[i], shift-vecBits, slot, c)
	return n
}

// VecOf gives a sequence that holds the calls in slots 0, 1, ….
func VecOf(calls ...*Call) Vec {
	var v Vec
	own := new(vecOwner)
	for i, c := range calls {
		v = v.set(own, i, c)
	}
	return v
}
