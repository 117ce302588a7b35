package action

// habits are the bindings of how one gets about the desk, wherever one is.
func habits(all []Place) []Binding {
	const desk = "Desk"
	return []Binding{
		{Mask, []string{"*"}, all, desk, "mask", "mask telephone numbers everywhere; again to show them", 0},
		{Present, []string{"ctrl+p"}, all, desk, "present", "for an audience: numbers, callers' names, the card and notes are hidden; again to show them", 0},
	}
}
