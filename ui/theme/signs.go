package theme

import "ringside/store/call"

// Signs are the marks drawn beside words. Each is one cell wide, in every font that has box
// drawing; none is an emoji, whose width terminals disagree about.
type Signs struct {
	States   [call.StateEnded + 1]string
	Outcomes [call.NotConnected + 1]string
	Statuses [call.StatusGone + 1]string
	Phases   [call.NumPhases]string // what a bar of phases is filled with

	Ellipsis string // text was cut
	Veil     string // a digit that is masked
	Marker   string // the selected row
	Phone    string // somebody rings you
	Live     string // the link is live
	Down     string // the link is not
	Good     string
	Bad      string
	Warn     string // past the amber threshold
	Alert    string // past the red one; two cells
	Alarm    string // an alarm is up
	Late     string // joined late
	Gap      string // states missing
	Stale    string // silent for long
	Inferred string // concluded, not told
	Differs  string // not the same of two things side by side
	Crumb    string // between the stations of a path
	Arrow    string // from whom to whom
	Dot      string // between figures
	Dash     string // nothing here
	Folded   string
	Unfolded string
	Branch   string // a leg under its call; two cells
	LastLeg  string // the last one; two cells
	Asc      string
	Desc     string
	Paused   string
	Up       string // more above
	Below    string // more below
	Cursor   string
	V, H     string // lines
	TL, TR   string // corners
	BL, BR   string
	Full     string // a filled part of a bar
	Half     string // another filled part of a bar
	Empty    string // the rest of a bar
	Upper    string // the upper half of a cell; big digits
	Lower    string // the lower half
	Spark    [8]string
}

func unicodeSigns() Signs {
	return Signs{
		States:   [...]string{"·", "≡", "◔", "◌", "●", "‖", "→", "▾", "□", "×"},
		Outcomes: [...]string{"·", "✓", "✗", "✗", "✗", "▾", "»", "–"},
		Statuses: [...]string{"?", "◌", "●", "≡", "‖", "→", "→", "□", "–", "·"},
		Phases:   [...]string{"·", "▪", "░", "▒", "█", "▓", "→", "▾", "·"},
		Ellipsis: "…", Veil: "•", Marker: "▌", Phone: "☎", Live: "●", Down: "○",
		Good: "✓", Bad: "✗", Warn: "!", Alert: "!!", Alarm: "▲",
		Late: "«", Gap: "¦", Stale: "?", Inferred: "~", Differs: "≠",
		Crumb: "›", Arrow: "→", Dot: "·", Dash: "—",
		Folded: "▸", Unfolded: "▾", Branch: "├ ", LastLeg: "└ ",
		Asc: "▲", Desc: "▼", Paused: "‖", Up: "↑", Below: "↓", Cursor: "▏",
		V: "│", H: "─", TL: "╭", TR: "╮", BL: "╰", BR: "╯",
		Full: "█", Half: "▒", Empty: "░", Upper: "▀", Lower: "▄",
		Spark: [8]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	}
}

func asciiSigns() Signs {
	return Signs{
		States:   [...]string{".", "=", "o", "!", "*", "H", ">", "v", "p", "x"},
		Outcomes: [...]string{".", "+", "x", "x", "x", "v", ">", "-"},
		Statuses: [...]string{"?", "!", "*", "=", "H", ">", ">", "p", "-", "."},
		Phases:   [...]string{".", "=", "-", "!", "#", "H", ">", "v", "."},
		Ellipsis: "~", Veil: "x", Marker: ">", Phone: "#", Live: "*", Down: "o",
		Good: "+", Bad: "x", Warn: "!", Alert: "!!", Alarm: "^",
		Late: "<", Gap: ":", Stale: "?", Inferred: "~", Differs: "!",
		Crumb: ">", Arrow: ">", Dot: "|", Dash: "-",
		Folded: "+", Unfolded: "-", Branch: "|-", LastLeg: "`-",
		Asc: "^", Desc: "v", Paused: "=", Up: "^", Below: "v", Cursor: "_",
		V: "|", H: "-", TL: "+", TR: "+", BL: "+", BR: "+",
		Full: "#", Half: "=", Empty: ".", Upper: "'", Lower: ".",
		Spark: [8]string{"_", "_", ".", ".", ":", ":", "|", "|"},
	}
}
