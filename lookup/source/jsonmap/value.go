package jsonmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxDepth bounds how deep lists and objects may stand in one another.
const MaxDepth = 64

// Object is a JSON object whose members are in the order in which they stand in the text: a card
// shows further fields as the service orders them.
type Object struct {
	Names  []string
	Values map[string]any
}

// Get gives a member, nil where there is none.
func (o *Object) Get(name string) any { return o.Values[name] }

// Decode reads one JSON value: nil, bool, json.Number, string, []any or *Object. Of members of the
// same name the last counts.
func Decode(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends too early")
		}
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the answer is no JSON: something stands behind its end")
	}
	return v, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return tok, nil
	}
	if depth == MaxDepth {
		return nil, fmt.Errorf("it is more than %d levels deep", MaxDepth)
	}
	if open == '[' {
		return list(dec, depth)
	}
	return object(dec, depth)
}

func list(dec *json.Decoder, depth int) (any, error) {
	out := []any{}
	for dec.More() {
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := dec.Token()
	return out, err
}

func object(dec *json.Decoder, depth int) (any, error) {
	o := &Object{Values: map[string]any{}}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name, ok := tok.(string)
		if !ok {
			return nil, errors.New("a member has no name")
		}
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		if _, twice := o.Values[name]; !twice {
			o.Names = append(o.Names, name)
		}
		o.Values[name] = v
	}
	_, err := dec.Token()
	return o, err
}

// Text gives the text of a value that is one: a string, a number, true or false. Of everything
// else, and of null, it gives "".
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}
