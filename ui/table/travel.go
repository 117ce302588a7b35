package table

import "ringside/ui/action"

// Travel moves the selection as an action says, and reports whether the action is one that moves.
func (t *Table) Travel(a action.Action) bool {
	switch a {
	case action.Up:
		t.Move(-1)
	case action.Down:
		t.Move(1)
	case action.PageUp:
		t.Page(-1)
	case action.PageDown:
		t.Page(1)
	case action.Top:
		t.ToTop()
	case action.Bottom:
		t.ToBottom()
	default:
		return false
	}
	return true
}
