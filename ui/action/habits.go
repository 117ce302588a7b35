package action

// habits are the bindings of how one gets about the desk, wherever one is.
func habits(all []Place) []Binding {
	const desk = "Desk"
	return []Binding{
		{Command, []string{":"}, all, desk, "command", "every key by its name, and: a tab, theme NAME, filter QUERY, open ID, save NAME, drop NAME, sort COLUMN; Tab completes", 2},
		{Saved, []string{"8", "9"}, all, desk, "saved tab", "the first and the second saved tab; :save NAME keeps the filter of a list as one", 0},
		{Backward, []string{"alt+left"}, all, desk, "before", "to what was looked at before", 0},
		{Forward, []string{"alt+right"}, all, desk, "after", "and on again", 0},
		{StepBack, []string{","}, []Place{Live}, desk, "step back", "while the picture is stopped: as it was before the last change", 0},
		{StepOn, []string{"."}, []Place{Live}, desk, "step on", "while the picture is stopped: the next change", 0},
		{Mask, []string{"*"}, all, desk, "mask", "mask telephone numbers everywhere; again to show them", 0},
		{Present, []string{"ctrl+p"}, all, desk, "present", "for an audience: numbers, callers' names, the card and notes are hidden; again to show them", 0},
	}
}
