// Package action holds the verbs of the screen and the one table that binds keys to them.
//
// The table is data: it gives the dispatch, the footer, the help page, the key table of the README
// and the user's own bindings. A pane is told an Action, never a key.
package action

import tea "charm.land/bubbletea/v2"

// Action is one verb.
type Action string

// The verbs. Where one has no meaning in a pane, the pane refuses it with a reason.
const (
	None Action = ""

	Quit     Action = "quit"
	Mask     Action = "mask"
	Command  Action = "command"
	Saved    Action = "saved-tab"
	Backward Action = "backward"
	Forward  Action = "forward"
	StepBack Action = "step-back"
	StepOn   Action = "step-on"
	Present  Action = "present"
	Help     Action = "help"
	Filter   Action = "filter"
	Open     Action = "open"
	Back     Action = "back"

	NextTheme Action = "next-theme"
	Wall      Action = "wallboard"

	NextTab Action = "next-tab"
	PrevTab Action = "prev-tab"
	Tab1    Action = "tab-1"
	Tab2    Action = "tab-2"
	Tab3    Action = "tab-3"
	Tab4    Action = "tab-4"
	Tab5    Action = "tab-5"
	Tab6    Action = "tab-6"
	Tab7    Action = "tab-7"

	Up       Action = "up"
	Down     Action = "down"
	Top      Action = "top"
	Bottom   Action = "bottom"
	PageUp   Action = "page-up"
	PageDown Action = "page-down"

	Unfold Action = "unfold"
	Fold   Action = "fold"

	SortLeft  Action = "sort-left"
	SortRight Action = "sort-right"
	Reverse   Action = "reverse"

	NumberLeft  Action = "number-left"
	NumberRight Action = "number-right"
	Explain     Action = "explain"
	RingRace    Action = "ring-race"

	Columns Action = "columns"
	Scope   Action = "scope"
	Mark    Action = "mark"

	Toggle   Action = "toggle"
	MoveUp   Action = "move-up"
	MoveDown Action = "move-down"
	Reset    Action = "reset"
	Keep     Action = "keep"

	ViewStory  Action = "view-story"
	ViewLanes  Action = "view-lanes"
	ViewLadder Action = "view-ladder"
	ViewRaw    Action = "view-raw"
	NextView   Action = "next-view"
	PrevView   Action = "previous-view"
	Left       Action = "left"
	Right      Action = "right"
	ZoomIn     Action = "zoom-in"
	ZoomOut    Action = "zoom-out"
	ZoomFit    Action = "zoom-fit"
	Search     Action = "search"
	NextFound  Action = "next-found"
	PrevFound  Action = "previous-found"

	Note       Action = "note"
	CallerNote Action = "caller-note"
	Tag        Action = "tag"
	CallerTag  Action = "caller-tag"
	Undo       Action = "undo"
	Take       Action = "take"
	Settle     Action = "settle"

	Acknowledge Action = "acknowledge"
	Snooze      Action = "snooze"

	Pause    Action = "pause"
	Follow   Action = "follow"
	NextCard Action = "next-card"

	PickContact   Action = "pick-contact"
	ContactAlways Action = "contact-always"
	CreateContact Action = "create-contact"
	CardTrail     Action = "card-trail"

	OpenPop     Action = "open-pop"
	ChoosePop   Action = "choose-pop"
	Traces      Action = "traces"
	UnfoldTrace Action = "unfold-trace"

	Answer    Action = "answer"
	HangUp    Action = "hang-up"
	Voicemail Action = "voicemail"
	Hold      Action = "hold"
	Mute      Action = "mute"
	Keypad    Action = "keypad"
	Tone      Action = "tone"
	Dial      Action = "dial"
	Transfer  Action = "transfer"
	Swap      Action = "swap"
	Merge     Action = "merge"
	Register  Action = "register"

	YankURL    Action = "yank-url"
	YankNumber Action = "yank-number"
	YankID     Action = "yank-id"
	YankCard   Action = "yank-card"
	YankJSON   Action = "yank-json"
	YankLadder Action = "yank-ladder"
	SaveCard   Action = "save-card"
	SaveJSON   Action = "save-json"
	SaveCSV    Action = "save-csv"
)

// Refused is the message of a pane that cannot do what it was told now.
type Refused struct {
	Action Action
	Why    string // one line: why not, and what would help
}

// Refuse makes the command a pane answers with when it cannot act.
func Refuse(a Action, why string) tea.Cmd {
	return func() tea.Msg { return Refused{Action: a, Why: why} }
}

// OpenCall is the message of a pane that asks for the detail of a call.
type OpenCall struct{ ID string }

// OpenDetail makes the command that asks for the detail of a call.
func OpenDetail(id string) tea.Cmd {
	return func() tea.Msg { return OpenCall{ID: id} }
}

// AskTranscript is the message of a pane that wants to show what was said in a recording.
type AskTranscript struct{ ID string } // of the transcript: call.Report.Transcripts

// AskFor makes the command that asks for a transcript.
func AskFor(transcript string) tea.Cmd {
	return func() tea.Msg { return AskTranscript{ID: transcript} }
}

// Copy is the message of a pane that puts text on the clipboard.
type Copy struct {
	What string // "number", "id"
	Text string
	// Veiled says that numbers are masked in it already where they have to be.
	Veiled bool
}

// Yank makes the command that puts text on the clipboard.
func Yank(what, text string) tea.Cmd {
	return func() tea.Msg { return Copy{What: what, Text: text} }
}
