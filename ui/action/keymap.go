package action

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Keymap tells what a key does in a place.
type Keymap struct {
	table []Binding
	does  map[Place]map[string]Action
	begin map[Place]map[string]bool // keys that begin a sequence
}

// NewKeymap makes the keys of the table, with those of the user in place of the table's: Action ->
// keys, an empty list unbinds. It refuses an unknown action, an empty key, and one key with two
// meanings in one place.
func NewKeymap(own map[string][]string) (*Keymap, error) {
	k := &Keymap{table: Table(), does: map[Place]map[string]Action{}, begin: map[Place]map[string]bool{}}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(own)) {
		keys := own[name]
		i := slices.IndexFunc(k.table, func(b Binding) bool { return string(b.Action) == name })
		if i < 0 {
			errs = append(errs, &UnknownAction{name})
			continue
		}
		k.table[i].Keys = keys
	}
	var wrong []string // in their order
	where := map[string][]string{}
	for _, b := range k.table {
		for _, at := range b.Where {
			for _, key := range b.Keys {
				if s := k.bind(at, key, b.Action); s != "" {
					if where[s] == nil {
						wrong = append(wrong, s)
					}
					where[s] = append(where[s], string(at))
				}
			}
		}
	}
	for _, s := range wrong {
		errs = append(errs, fmt.Errorf("keys: %s in %s", s, strings.Join(where[s], ", ")))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return k, nil
}

// UnknownAction is the error of keys for an action that there is not.
type UnknownAction struct{ Name string }

func (e *UnknownAction) Error() string { return fmt.Sprintf("keys: no action %q", e.Name) }

// bind binds a key in a place. It gives what is wrong with that, "" when nothing is.
func (k *Keymap) bind(at Place, key string, a Action) (wrong string) {
	if k.does[at] == nil {
		k.does[at], k.begin[at] = map[string]Action{}, map[string]bool{}
	}
	steps := strings.Fields(key)
	if len(steps) == 0 || len(steps) > 2 {
		return fmt.Sprintf("%q for %s is not one key or two", key, a)
	}
	key = strings.Join(steps, " ")
	if was, ok := k.does[at][key]; ok && was != a {
		return fmt.Sprintf("%q is %s and %s", key, was, a)
	}
	k.does[at][key] = a
	if len(steps) == 2 {
		k.begin[at][steps[0]] = true
	}
	for first := range k.begin[at] {
		if was, ok := k.does[at][first]; ok {
			return fmt.Sprintf("%q is %s, and begins the keys of %s", first, was, a)
		}
	}
	return ""
}

// Lookup tells what a key does in a place, pending being the first key of a sequence or "". more
// is true where the key begins a sequence.
func (k *Keymap) Lookup(at Place, pending, key string) (a Action, more bool) {
	if pending != "" {
		return k.does[at][pending+" "+key], false
	}
	return k.does[at][key], k.begin[at][key]
}

// Nth tells which of the keys of an action a key is, from 0, pending being the first key of a
// sequence or ""; -1 when it is none of them. Actions such as PickContact mean one thing more by
// each of their keys.
func (k *Keymap) Nth(a Action, pending, key string) int {
	if pending != "" {
		key = pending + " " + key
	}
	i := slices.IndexFunc(k.table, func(b Binding) bool { return b.Action == a })
	if i < 0 {
		return -1
	}
	return slices.IndexFunc(k.table[i].Keys, func(one string) bool { return strings.Join(strings.Fields(one), " ") == key })
}

// Bindings gives the table with the user's keys, bound actions only.
func (k *Keymap) Bindings() []Binding {
	return slices.DeleteFunc(slices.Clone(k.table), func(b Binding) bool { return len(b.Keys) == 0 })
}

// Table gives the whole table with the user's keys, unbound actions too.
func (k *Keymap) Table() []Binding { return slices.Clone(k.table) }

// Footer gives the bindings of the footer of a place, in order.
func (k *Keymap) Footer(at Place) []Binding {
	foot := slices.DeleteFunc(k.Bindings(), func(b Binding) bool {
		return b.Foot == 0 || !slices.Contains(b.Where, at)
	})
	slices.SortStableFunc(foot, func(a, b Binding) int { return a.Foot - b.Foot })
	return foot
}

// Name writes the first key of an action for people; "" where it has none.
func (k *Keymap) Name(a Action, ascii bool) string {
	i := slices.IndexFunc(k.table, func(b Binding) bool { return b.Action == a && len(b.Keys) > 0 })
	if i < 0 {
		return ""
	}
	return KeyName(k.table[i].Keys[0], ascii)
}

// After gives the bindings that a key begins in a place.
func (k *Keymap) After(at Place, first string) []Binding {
	return slices.DeleteFunc(k.Bindings(), func(b Binding) bool {
		return !slices.Contains(b.Where, at) || !strings.HasPrefix(b.Keys[0], first+" ")
	})
}

// KeyName writes a key for people; ascii keeps to words where there is a sign.
func KeyName(key string, ascii bool) string {
	if first, second, ok := strings.Cut(key, " "); ok {
		return KeyName(first, ascii) + " " + KeyName(second, ascii)
	}
	if c, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return "^" + c
	}
	if ascii {
		switch key {
		case "up", "down", "left", "right":
			return strings.ToUpper(key[:1]) + key[1:]
		case "shift+tab":
			return "Shift-Tab"
		}
	}
	if c, ok := strings.CutPrefix(key, "alt+"); ok {
		return "alt-" + KeyName(c, ascii)
	}
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "enter":
		return "Enter"
	case "esc":
		return "Esc"
	case "space":
		return "Space"
	case "tab":
		return "Tab"
	case "shift+tab":
		return "⇧Tab"
	case "pgup":
		return "PgUp"
	case "pgdown":
		return "PgDn"
	case "home":
		return "Home"
	case "end":
		return "End"
	}
	return key
}

// KeyNames writes the keys of a binding for people: "j ↓", and "C 1-9" for keys that count up.
func (b Binding) KeyNames(ascii bool) string {
	var names []string
	for i := 0; i < len(b.Keys); {
		n := counting(b.Keys[i:])
		name := KeyName(b.Keys[i], ascii)
		if n > 2 {
			last := b.Keys[i+n-1]
			name += "-" + last[len(last)-1:]
		} else {
			n = 1
		}
		names = append(names, name)
		i += n
	}
	return strings.Join(names, " ")
}

// counting tells how many of the first keys differ in their last digit only, each one more than the
// one before: 3 of "C 1", "C 2", "C 3", "x".
func counting(keys []string) int {
	n := 1
	for ; n < len(keys); n++ {
		a, b := keys[n-1], keys[n]
		end := len(a) - 1
		if end < 0 || len(b) != len(a) || a[:end] != b[:end] || a[end] < '0' || a[end] >= '9' || b[end] != a[end]+1 {
			break
		}
	}
	return n
}

// Markdown writes the key table as the README shows it.
func Markdown(table []Binding) string {
	var b strings.Builder
	b.WriteString("| keys | what it does | where |\n|---|---|---|\n")
	for _, r := range table {
		places := make([]string, len(r.Where))
		for i, p := range r.Where {
			places[i] = string(p)
		}
		where := strings.Join(places, ", ")
		if len(places) >= len(Places())-1 { // the keypad is a state of the desk, not a part of it
			where = "everywhere"
		}
		keys := make([]string, len(r.Keys))
		for i, k := range r.Keys {
			keys[i] = "`" + KeyName(k, false) + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(keys, " "), r.Help, where)
	}
	return b.String()
}
