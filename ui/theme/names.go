package theme

import (
	"fmt"
	"slices"
	"strings"
)

// Entry is a theme by name, with what it is for.
type Entry struct{ Name, For string }

// Entries lists the themes in the order in which a key goes through them.
func Entries() []Entry {
	return []Entry{
		{"auto", "dark or light, as the terminal is"},
		{"dark", "dark terminals"},
		{"light", "light terminals"},
		{"contrast", "high contrast: 7:1 for every text"},
		{"deutan", "eyes that do not see red and green apart (deuteranopia, protanopia)"},
		{"tritan", "eyes that do not see blue and yellow apart (tritanopia)"},
		{"mono", "no colour: bold, underline and reverse alone"},
	}
}

// Names lists the names that For knows.
func Names() []string {
	var names []string
	for _, e := range Entries() {
		names = append(names, e.Name)
	}
	return names
}

// Next gives the name after a name, the first after the last.
func Next(name string) string {
	names := Names()
	return names[(slices.Index(names, strings.ToLower(name))+1)%len(names)]
}

// For gives a theme by its name, "" is auto; light tells that the terminal's ground is light, which
// auto, contrast, deutan and tritan are made for.
func For(name string, light bool) (*Theme, error) {
	switch strings.ToLower(name) {
	case "", "auto":
		if light {
			return Light(), nil
		}
		return Dark(), nil
	case "dark":
		return Dark(), nil
	case "light":
		return Light(), nil
	case "contrast":
		return contrast(light), nil
	case "deutan":
		return deutan(light), nil
	case "tritan":
		return tritan(light), nil
	case "mono":
		return Mono(), nil
	}
	return nil, fmt.Errorf("no theme %q: it is one of %s", name, strings.Join(Names(), ", "))
}
