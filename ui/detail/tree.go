package detail

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"ringside/ui/text"
)

// tree is a JSON text taken apart once: where each value stands and what lies inside what. The text
// itself is not copied, and nothing of it is decoded before it is drawn.
type tree struct {
	src   []byte
	nodes []node // in the order of the text: what lies in a node follows it
	plain bool   // it is no JSON: a node is a line
}

// node is one value.
type node struct {
	key, keyEnd int32 // the member's name with its quotes; equal ones for none
	from, to    int32 // the value
	parent      int32
	next        int32 // the first node after it and what lies in it
	kids        int32 // values directly in it
	nth         int32 // its place among those beside it
	depth       int32
}

func (t *tree) container(i int) bool {
	c := t.src[t.nodes[i].from]
	return !t.plain && (c == '{' || c == '[')
}

// parse takes a text apart. What is no JSON becomes its lines.
func parse(src []byte) *tree {
	t := &tree{src: src}
	switch {
	case len(src) > math.MaxInt32:
		t.src = src[:math.MaxInt32]
		t.lines()
	case !json.Valid(src):
		t.lines()
	default:
		t.values()
	}
	return t
}

func (t *tree) lines() {
	t.plain = true
	for from := 0; from < len(t.src); {
		to := len(t.src)
		if n := bytes.IndexByte(t.src[from:], '\n'); n >= 0 {
			to = from + n
		}
		if to > from {
			t.nodes = append(t.nodes, node{from: int32(from), to: int32(to), parent: -1, next: int32(len(t.nodes) + 1)})
		}
		from = to + 1
	}
}

// values goes through a text that is known to be sound.
func (t *tree) values() {
	open := int32(-1) // the container that is being read
	var key, keyEnd int32
	add := func(from int) int32 {
		n := node{key: key, keyEnd: keyEnd, from: int32(from), parent: open}
		if open >= 0 {
			n.depth, n.nth = t.nodes[open].depth+1, t.nodes[open].kids
			t.nodes[open].kids++
		}
		key, keyEnd = 0, 0
		t.nodes = append(t.nodes, n)
		return int32(len(t.nodes) - 1)
	}
	end := func(i int32, to int) {
		t.nodes[i].to, t.nodes[i].next = int32(to), int32(len(t.nodes))
	}
	for at := 0; at < len(t.src); {
		switch c := t.src[at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			at++
		case '{', '[':
			open = add(at)
			at++
		case '}', ']':
			at++
			end(open, at)
			open = t.nodes[open].parent
		default:
			to := t.scalarEnd(at)
			if c == '"' && keyEnd == 0 && open >= 0 && t.src[t.nodes[open].from] == '{' {
				key, keyEnd = int32(at), int32(to)
			} else {
				end(add(at), to)
			}
			at = to
		}
	}
}

// scalarEnd gives where a string, number or word that begins at from is over.
func (t *tree) scalarEnd(from int) int {
	at := from
	if t.src[at] != '"' {
		for at < len(t.src) && strings.IndexByte(" \t\n\r,:]}", t.src[at]) < 0 {
			at++
		}
		return at
	}
	for at++; t.src[at] != '"'; at++ {
		if t.src[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// name gives the name of a member, "" for what has none, safe to draw.
func (t *tree) name(i int) string {
	n := &t.nodes[i]
	if n.keyEnd <= n.key {
		return ""
	}
	return text.Clean(string(t.src[n.key+1 : min(n.keyEnd-1, n.key+200)]))
}

// value gives at most so many bytes of a value as it stands in the text, safe to draw.
func (t *tree) value(i, limit int) string {
	n := &t.nodes[i]
	s := t.src[n.from:n.to]
	if len(s) > limit {
		return text.Clean(string(s[:limit])) + text.Ellipsis
	}
	return text.Clean(string(s))
}

// path names a node for reading: "callStates[16].participants[2].status".
func (t *tree) path(i int) string {
	return strings.TrimPrefix(strings.Join(t.steps(i), ""), ".")
}

// address names a node for finding it again in another text.
func (t *tree) address(i int) string { return strings.Join(t.steps(i), between) }

// between stands between the steps of an address: no name has it, as names are cleaned.
const between = "\x00"

func (t *tree) steps(i int) []string {
	var out []string
	for at := int32(i); at >= 0 && t.nodes[at].parent >= 0; at = t.nodes[at].parent {
		out = append(out, t.step(int(at)))
	}
	slices.Reverse(out)
	return out
}

// step is the part of a path that leads from the value around it to a node.
func (t *tree) step(i int) string {
	if n := &t.nodes[i]; n.keyEnd <= n.key {
		return "[" + strconv.Itoa(int(n.nth)) + "]"
	}
	return "." + t.name(i)
}

// at gives the node that has an address, -1 when it is not there any more.
func (t *tree) at(address string) int {
	if len(t.nodes) == 0 {
		return -1
	}
	at := int32(0)
	for address != "" {
		var step string
		step, address, _ = strings.Cut(address, between)
		k := at + 1
		for k < t.nodes[at].next && t.step(int(k)) != step {
			k = t.nodes[k].next
		}
		if k >= t.nodes[at].next {
			return -1
		}
		at = k
	}
	return int(at)
}

// find gives the nodes in whose name or value needle, in lower case, stands.
func (t *tree) find(needle string) []int {
	var out []int
	low := lower(t.src)
	word := []byte(needle)
	plain := len(lower(word)) == len(word) && isASCII(needle)
	if plain && !bytes.Contains(low, word) && bytes.IndexByte(low, '\\') < 0 {
		return nil
	}
	has := func(from, to int32) bool {
		if to <= from {
			return false
		}
		if plain && bytes.IndexByte(low[from:to], '\\') < 0 {
			return bytes.Contains(low[from:to], word)
		}
		s := string(t.src[from:to])
		var said string
		if json.Unmarshal(t.src[from:to], &said) == nil {
			s = said
		}
		return strings.Contains(strings.ToLower(s), needle)
	}
	for i := range t.nodes {
		n := &t.nodes[i]
		if has(n.key, n.keyEnd) || !t.container(i) && has(n.from, n.to) {
			out = append(out, i)
		}
	}
	return out
}

// lower writes the letters of ASCII small and leaves every byte at its place.
func lower(s []byte) []byte {
	out := make([]byte, len(s))
	for i, c := range s {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
