package call

// OurEnd gives who talked at our end of a call that has ended, in order: who answered it, and of one that went out who
// made it and to whom it was passed on. It is what With says while a call is up. Nobody where nobody answered.
func (s *Summary) OurEnd() []Party {
	if len(s.Answered) == 0 {
		return nil
	}
	var out []Party
	add := func(p Party) {
		if n := len(out); n == 0 || out[n-1] != p {
			out = append(out, p)
		}
	}
	if s.Direction == Outbound {
		add(s.From)
	}
	for i := range s.Answered {
		a := &s.Answered[i]
		if s.Direction != Outbound || a.Number == "" {
			add(Party{Name: a.Name, Number: or(a.Extension, a.Number)})
		}
	}
	return out
}
