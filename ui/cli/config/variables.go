package config

// Variable is an environment variable that stands over a setting of the file.
type Variable struct {
	Name    string // RINGSIDE_DESK_THEME
	Setting string // which setting, and what it is for; one line
}

// Variables lists the variables of all settings that a text can hold.
func Variables() []Variable {
	var out []Variable
	for _, s := range settings() {
		if _, ok := s.value.(spelled); ok {
			about := s.key + " of [" + s.section + "]"
			if s.doc != "" {
				about += ": " + s.doc
			}
			out = append(out, Variable{s.variable(), about})
		}
	}
	return out
}
