package action

import "slices"

// Place is a part of the screen that has keys of its own.
type Place string

// The places.
const (
	Live    Place = "live"
	Reports Place = "reports"
	Owed    Place = "owed"
	Alarms  Place = "alarms"
	Agents  Place = "agents"
	Queues  Place = "queues"
	Today   Place = "today"
	Counted Place = "numbers" // the calls that a number counts
	Detail  Place = "detail"
	Compare Place = "compare" // two calls side by side
	Choose  Place = "columns" // the columns of a list are being chosen
	Popped  Place = "pops"    // what became of screen pops
	Page    Place = "help"
	Pad     Place = "keypad" // of the telephone: digits are tones, whatever else is up
	// Wallboard fills the screen; it needs no keys, and takes few.
	Wallboard Place = "wallboard"
)

// Places lists all of them.
func Places() []Place {
	return []Place{
		Live, Agents, Queues, Reports, Owed, Alarms, Today, Counted, Detail, Compare, Choose, Popped, Page, Pad, Wallboard,
	}
}

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
		both  = Places()
		all   = slices.DeleteFunc(Places(), func(p Place) bool { return p == Pad })
		tells = []Place{Agents, Queues, Today}
		keys  = slices.DeleteFunc(slices.Clone(all), func(p Place) bool { return slices.Contains(tells, p) }) // where ? shows the keys
		lists = []Place{Live, Agents, Queues, Reports, Owed, Counted}
		opens = append([]Place{Alarms, Today}, lists...)
		read  = []Place{Live, Reports, Owed, Detail}
		whole = []Place{Live, Reports, Detail}

		live, past, owed = []Place{Live}, []Place{Reports}, []Place{Owed}
		one, pops        = []Place{Detail}, []Place{Popped}
	)
	const desk, move, order, calls, told = "Desk", "Move", "Order", "Calls", "One call"
	return append([]Binding{
		{Help, []string{"?"}, keys, desk, "help", "this page, and away again", 1},
		{Filter, []string{"/"}, lists, desk, "filter", "keep the rows that a query finds; Tab completes it, up fetches earlier ones, Esc clears", 2},
		{Pause, []string{"space"}, live, desk, "pause", "stop the picture; calls are still collected", 7},
		{Tab1, []string{"1"}, all, desk, "live", "the calls that are up", 0},
		{Tab2, []string{"2"}, all, desk, "agents", "what everybody at our end does, and how their day goes", 0},
		{Tab3, []string{"3"}, all, desk, "queues", "who waits where, and how the queues fare today", 0},
		{Tab4, []string{"4"}, all, desk, "reports", "the calls that are over", 0},
		{Tab5, []string{"5"}, all, desk, "owed", "the callers who are owed a call back", 0},
		{Tab6, []string{"6"}, all, desk, "alarms", "what asks for a supervisor, and what did", 0},
		{Tab7, []string{"7"}, all, desk, "today", "the day in numbers, by hour", 0},
		{NextTab, []string{"tab"}, all, desk, "next tab", "next tab", 0},
		{PrevTab, []string{"shift+tab"}, all, desk, "last tab", "previous tab", 0},
		{Wall, []string{"W"}, all, desk, "wallboard", "big figures to be read from across a room, and away again", 0},
		{NextTheme, []string{"ctrl+t"}, all, desk, "theme", "the next theme: auto, dark, light, contrast, deutan, tritan, mono", 0},
		{Quit, []string{"q"}, both, desk, "quit", "leave; ctrl+c does too; asks first while a call of this desk is up", 10},

		{Down, []string{"j", "down"}, all, move, "down", "one down", 0},
		{Up, []string{"k", "up"}, all, move, "up", "one up", 0},
		{PageDown, []string{"ctrl+d", "pgdown"}, all, move, "page down", "a page down", 0},
		{PageUp, []string{"ctrl+u", "pgup"}, all, move, "page up", "a page up", 0},
		{Top, []string{"g", "home"}, all, move, "top", "to the top", 0},
		{Bottom, []string{"G", "end"}, all, move, "bottom", "to the bottom", 0},
		{Open, []string{"enter"}, opens, move, "open", "open the call; of an alarm or a number, the calls behind it", 3},
		{Back, []string{"esc"}, both, move, "back", "back; clears filter, then scope or follow, then selection", 4},
		{Unfold, []string{"right"}, live, move, "legs", "show the legs of the call", 5},
		{Fold, []string{"left"}, live, move, "fold", "hide them", 0},

		{Scope, []string{"s"}, past, order, "scope", "this caller, this queue, today, all", 5},
		{SortLeft, []string{"<"}, lists, order, "sort", "sort by the column to the left", 0},
		{SortRight, []string{">"}, lists, order, "sort", "sort by the column to the right; past the end: what needs attention first", 6},
		{Reverse, []string{"z"}, lists, order, "reverse", "the other way round", 0},
		{Columns, []string{"t"}, []Place{Live, Reports}, order, "columns", "choose the columns and their order", 0},
		{Mark, []string{"m"}, past, order, "mark", "mark; a second mark puts the two calls side by side", 7},

		{NextView, []string{"]"}, one, told, "next view", "story, lanes, ladder, raw", 1},
		{PrevView, []string{"["}, one, told, "last view", "the other way round", 0},
		{ViewStory, []string{"S"}, one, told, "story", "the call in sentences", 0},
		{ViewLanes, []string{"L"}, one, told, "lanes", "a bar for everybody in it", 0},
		{ViewLadder, []string{"D"}, one, told, "ladder", "who did what to whom", 0},
		{ViewRaw, []string{"R"}, one, told, "raw", "what GoTo sent", 0},
		{Left, []string{"left"}, one, told, "left", "lanes: earlier; ladder: columns to the left; raw: fold", 0},
		{Right, []string{"right"}, one, told, "right", "lanes: later; ladder: columns to the right; raw: unfold", 0},
		{ZoomIn, []string{"+", "="}, one, told, "zoom in", "lanes: a shorter time, in more detail", 6},
		{ZoomOut, []string{"-"}, one, told, "zoom out", "lanes: a longer time", 0},
		{ZoomFit, []string{"0"}, one, told, "whole", "lanes: the whole call", 0},
		{Search, []string{"/"}, one, told, "search", "find a text in what is shown", 5},
		{NextFound, []string{"n"}, one, told, "next", "next place where it stands", 0},
		{PrevFound, []string{"N"}, one, told, "previous", "the one before", 0},

		{Follow, []string{"F"}, live, calls, "follow", "keep the selected call on the screen", 8},
		{NextCard, []string{"c"}, live, calls, "card", "card of the next call that rings you", 0},
		{PickContact, []string{"C 1", "C 2", "C 3", "C 4", "C 5", "C 6", "C 7", "C 8", "C 9"}, read, calls, "choose contact", "on the card: which of several contacts with this number it is", 0},
		{ContactAlways, []string{"C a"}, read, calls, "always this one", "on the card: the choice holds for later calls too; again to be asked each time", 0},
		{CreateContact, []string{"C n"}, read, calls, "new contact", "on the card: copy the link that makes a contact of the caller", 0},
		{CardTrail, []string{"i"}, read, calls, "who was asked", "on the card: which sources were asked, with what number, how long, what came", 0},
		{OpenPop, []string{"o"}, whole, calls, "open pop", "open what belongs to the call that rings you, else to the selected one: a page of the CRM, an application", 0},
		{ChoosePop, []string{"O"}, whole, calls, "choose pop", "open by a rule of your choice, whether it matches or not", 0},
		{Traces, []string{"P"}, all, calls, "pops", "what opened and what did not, and why; away again", 0},
		{UnfoldTrace, []string{"enter", "right", "left"}, pops, calls, "whole", "on the page of pops: every rule, value and look-up of one, or its headline again", 3},
		{YankURL, []string{"y u"}, []Place{Live, Reports, Owed, Detail, Popped}, calls, "copy address", "copy the address of the pop; on a list, of the last one", 0},
		{YankNumber, []string{"y n"}, append([]Place{Counted}, read...), calls, "copy number", "copy the outside number", 9},
		{YankID, []string{"y i"}, append([]Place{Counted}, read...), calls, "copy id", "copy the conversation id", 0},
		{YankCard, []string{"y m"}, whole, calls, "copy card", "copy the call as Markdown, for a ticket", 0},
		{YankJSON, []string{"y j"}, whole, calls, "copy JSON", "copy the call's record", 0},
		{YankLadder, []string{"y l"}, whole, calls, "copy ladder", "copy the ladder as text", 0},
		{SaveCard, []string{"w m"}, whole, calls, "save card", "save the call as a Markdown file", 0},
		{SaveJSON, []string{"w j"}, whole, calls, "save JSON", "save the call's record", 0},
		{SaveCSV, []string{"w c"}, past, calls, "save CSV", "save the calls found as a spreadsheet", 0},
	}, slices.Concat(numberTable(tells), noteTable(all, read, whole, owed), columnTable(), phoneTable(both, all), habits(all))...)
}

// numberTable gives the bindings on the pages of numbers.
func numberTable(tells []Place) []Binding {
	const numbers = "Numbers"
	return []Binding{
		{NumberLeft, []string{"left"}, tells, numbers, "left", "the number to the left", 0},
		{NumberRight, []string{"right"}, tells, numbers, "number", "the number to the right", 5},
		{Explain, []string{"?"}, tells, numbers, "formula", "what the chosen number is made of, and how sure it is; with none chosen, the keys", 1},
		{RingRace, []string{"r"}, []Place{Agents}, numbers, "ring race", "who was rung today, who took it, who let it ring; away again", 7},
	}
}

// noteTable gives the bindings that put something beside a call or a caller.
func noteTable(all, read, whole, owed []Place) []Binding {
	const notes = "Notes"
	return []Binding{
		{Note, []string{"e"}, whole, notes, "note", "write a note on the call", 8},
		{CallerNote, []string{"E"}, read, notes, "caller note", "write a note on the caller", 0},
		{Tag, []string{"#"}, whole, notes, "tag", "tag the call; a tag it has is taken off", 9},
		{CallerTag, []string{"@"}, read, notes, "caller tag", "tag the caller", 0},
		{Take, []string{"T"}, owed, notes, "take", "say that you will call back; again to give it up", 5},
		{Settle, []string{"S"}, owed, notes, "settled", "it is seen to without a call", 6},
		{Acknowledge, []string{"A"}, []Place{Alarms}, notes, "acknowledge", "say that you have seen the alarm: it is not said again unless it grows worse", 5},
		{Snooze, []string{"Z"}, []Place{Alarms}, notes, "snooze", "put the alarm off, for as long as you say", 6},
		{Undo, []string{"u"}, all, notes, "undo", "take the last note, tag, settlement, acknowledgement or snooze back", 0},
	}
}

// columnTable gives the bindings while the columns of a list are chosen.
func columnTable() []Binding {
	const order = "Order"
	cols := []Place{Choose}
	return []Binding{
		{Toggle, []string{"space"}, cols, order, "show or hide", "show the column, or hide it", 2},
		{MoveUp, []string{"K", "<"}, cols, order, "to the left", "the column further to the left", 5},
		{MoveDown, []string{"J", ">"}, cols, order, "to the right", "the column further to the right", 6},
		{Reset, []string{"r"}, cols, order, "reset", "the columns a fresh desk has", 7},
		{Keep, []string{"enter"}, cols, order, "keep", "keep the columns; Esc leaves them as they were", 3},
	}
}
