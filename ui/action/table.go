package action

// Place is a part of the screen that has keys of its own.
type Place string

// The places.
const (
	Live    Place = "live"
	Reports Place = "reports"
	Detail  Place = "detail"
	Page    Place = "help"
)

// Places lists all of them.
func Places() []Place { return []Place{Live, Reports, Detail, Page} }

// Binding is one row of the table.
type Binding struct {
	Action Action
	Keys   []string // as Bubble Tea names them; "y n" is y, then n
	Where  []Place
	Group  string
	Short  string // for the footer, one or two words
	Help   string // for the help page and the README
	Foot   int    // order in the footer; 0: not there
}

// Table gives the bindings a fresh desk has. It is the one place where a key is named.
func Table() []Binding {
	var (
		all   = Places()
		lists = []Place{Live, Reports}
		read  = []Place{Live, Reports, Detail}
		live  = []Place{Live}
	)
	const desk, move, order, calls = "Desk", "Move", "Order", "Calls"
	return []Binding{
		{Help, []string{"?"}, all, desk, "help", "this page, and away again", 1},
		{Filter, []string{"/"}, lists, desk, "filter", "keep the rows that show every word; Esc clears", 2},
		{Pause, []string{"space"}, live, desk, "pause", "stop the picture; calls are still collected", 7},
		{Tab1, []string{"1"}, all, desk, "live", "the calls that are up", 0},
		{Tab4, []string{"4"}, all, desk, "reports", "the calls that are over", 0},
		{NextTab, []string{"tab"}, all, desk, "next tab", "next tab", 0},
		{PrevTab, []string{"shift+tab"}, all, desk, "last tab", "previous tab", 0},
		{Quit, []string{"q"}, all, desk, "quit", "leave; ctrl+c does too", 10},

		{Down, []string{"j", "down"}, all, move, "down", "one down", 0},
		{Up, []string{"k", "up"}, all, move, "up", "one up", 0},
		{PageDown, []string{"ctrl+d", "pgdown"}, all, move, "page down", "a page down", 0},
		{PageUp, []string{"ctrl+u", "pgup"}, all, move, "page up", "a page up", 0},
		{Top, []string{"g", "home"}, all, move, "top", "to the top", 0},
		{Bottom, []string{"G", "end"}, all, move, "bottom", "to the bottom", 0},
		{Open, []string{"enter"}, lists, move, "open", "open the call", 3},
		{Back, []string{"esc"}, all, move, "back", "back; clears filter, then follow, then selection", 4},
		{Unfold, []string{"right"}, live, move, "legs", "show the legs of the call", 5},
		{Fold, []string{"left"}, live, move, "fold", "hide them", 0},

		{SortLeft, []string{"<"}, live, order, "sort", "sort by the column to the left", 0},
		{SortRight, []string{">"}, live, order, "sort", "sort by the column to the right; past the end: what needs attention first", 6},
		{Reverse, []string{"z"}, live, order, "reverse", "the other way round", 0},

		{Follow, []string{"F"}, live, calls, "follow", "keep the selected call on the screen", 8},
		{NextCard, []string{"c"}, live, calls, "card", "card of the next call that rings you", 0},
		{YankNumber, []string{"y n"}, read, calls, "copy number", "copy the outside number", 9},
		{YankID, []string{"y i"}, read, calls, "copy id", "copy the conversation id", 0},
	}
}
