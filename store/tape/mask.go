package tape

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// masker rewrites messages so that they tell the same story of other people. It goes by the names
// of the members: what is known to be harmless stays, numbers and names are replaced, and a text
// under a name that is not known is replaced too, since nobody can say what the service will put
// there.
type masker struct {
	disguise disguise
	quoted   bytes.Buffer
	quote    *json.Encoder // writes to quoted
}

func newMasker() (*masker, error) {
	d, err := newDisguise()
	if err != nil {
		return nil, err
	}
	m := &masker{disguise: d}
	m.quote = json.NewEncoder(&m.quoted)
	m.quote.SetEscapeHTML(false)
	return m, nil
}

// maxDepth is how deep a message may nest; the service's nest 10 deep.
const maxDepth = 64

var (
	errDeep = errors.New("nested too deep")
	errMore = errors.New("more than one value")
)

// message writes a message masked, with its line end; false when it is not JSON: then nobody knows
// where its numbers are.
func (m *masker) message(out *bytes.Buffer, b []byte) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	root, err := read(d, maxDepth)
	if err == nil {
		if _, e := d.Token(); !errors.Is(e, io.EOF) {
			err = errMore
		}
	}
	if err != nil {
		return false
	}
	m.value(out, "", &root)
	out.WriteByte('\n')
	return true
}

// node is one JSON value; its order and its repeated members stay.
type node struct {
	kind  byte   // '{', '[', '"', '0' for a number, 'w' for true, false and null
	text  string // of a string what it says, of a number and a word what is written
	names []string
	nodes []node
}

func read(d *json.Decoder, depth int) (node, error) {
	if depth == 0 {
		return node{}, errDeep
	}
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := t.(type) {
	case string:
		return node{kind: '"', text: t}, nil
	case json.Number:
		return node{kind: '0', text: t.String()}, nil
	case bool:
		if t {
			return node{kind: 'w', text: "true"}, nil
		}
		return node{kind: 'w', text: "false"}, nil
	case json.Delim:
		return readInside(d, byte(t), depth)
	}
	return node{kind: 'w', text: "null"}, nil
}

// readInside reads the elements of the array or object that was entered.
func readInside(d *json.Decoder, kind byte, depth int) (node, error) {
	n := node{kind: kind}
	for d.More() {
		if kind == '{' {
			name, err := d.Token()
			if err != nil {
				return n, err
			}
			n.names = append(n.names, name.(string)) // package json gives no other there
		}
		v, err := read(d, depth-1)
		if err != nil {
			return n, err
		}
		n.nodes = append(n.nodes, v)
	}
	_, err := d.Token()
	return n, err
}

// member gives the last member of a name; nil when there is none.
func (n *node) member(name string) *node {
	if n == nil {
		return nil
	}
	for i := len(n.names) - 1; i >= 0; i-- {
		if n.names[i] == name {
			return &n.nodes[i]
		}
	}
	return nil
}

// says gives what a member says as a text.
func (n *node) says(name string) string {
	if v := n.member(name); v != nil && v.kind == '"' {
		return v.text
	}
	return ""
}

// value writes a value that stands under a name in an object.
func (m *masker) value(out *bytes.Buffer, name string, v *node) {
	switch v.kind {
	case '{':
		out.WriteByte('{')
		for i := range v.nodes {
			if i > 0 {
				out.WriteByte(',')
			}
			m.string(out, v.names[i])
			out.WriteByte(':')
			if v.names[i] == "name" && v.nodes[i].kind == '"' {
				m.string(out, m.named(name, v))
				continue
			}
			m.value(out, v.names[i], &v.nodes[i])
		}
		out.WriteByte('}')
	case '[':
		out.WriteByte('[')
		for i := range v.nodes {
			if i > 0 {
				out.WriteByte(',')
			}
			m.value(out, name, &v.nodes[i])
		}
		out.WriteByte(']')
	case '"':
		m.string(out, m.text(name, v.text))
	case '0':
		out.WriteString(number(name, v.text))
	default:
		out.WriteString(v.text)
	}
}

// string writes a JSON string.
func (m *masker) string(out *bytes.Buffer, s string) {
	m.quoted.Reset()
	_ = m.quote.Encode(s) // a text into memory
	out.Write(bytes.TrimSuffix(m.quoted.Bytes(), []byte{'\n'}))
}

// text gives what a text under a name becomes.
func (m *masker) text(name, s string) string {
	switch kindOf(name) {
	case exact:
		return s
	case plain:
		if dialable(s) {
			return m.disguise.number(s)
		}
		return s
	case telephone:
		return m.disguise.number(s)
	}
	if dialable(s) {
		return m.disguise.number(s)
	}
	return m.disguise.name(s)
}

// number gives what a number under a name becomes: one long enough to be a telephone's, under a
// name that is not known, is no more than a zero.
func number(name, literal string) string {
	digits := 0
	for i := range len(literal) {
		if c := literal[i]; c >= '0' && c <= '9' {
			digits++
		}
	}
	if digits < shortest || kindOf(name) == exact {
		return literal
	}
	return "0"
}

// named gives what the name of a party becomes; as is the member that holds the party. Colleagues
// keep theirs, as do the account's own telephone numbers.
func (m *masker) named(as string, party *node) string {
	name := party.says("name")
	word := party.says("value")
	if t := party.member("type"); t != nil && t.kind == '{' && word == "" {
		word = t.says("value")
	}
	number := party.says("number")
	switch {
	case dialable(name):
		return m.disguise.number(name)
	case as == "caller" || as == "callee":
	case party.says("extensionNumber") != "", word == "LINE", word == "AGENT":
		return name
	case word == "PHONE_NUMBER" && (party.member("caller") != nil || party.member("callee") != nil):
		return name // the account's own number: its label
	case isExtension(number):
		return name
	}
	return m.disguise.name(name)
}

// isExtension tells a number of the account's own people.
func isExtension(s string) bool {
	if len(s) < 2 || len(s) >= shortest {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
