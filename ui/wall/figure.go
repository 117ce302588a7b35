// Package wall draws the wallboard: a few figures in big digits, each with its target and how it went,
// who waits longest, and what is wrong, to be read from across a room.
//
// It needs no keys: what has no room takes turns, and the picture moves by a cell now and then so that
// it does not burn in. What is shown follows from what it was told and the time alone.
package wall

import (
	"time"

	"ringside/ui/theme"
)

// Level is how grave a figure is.
type Level uint8

// The levels.
const (
	Calm Level = iota
	Amber
	Red
)

// String gives the word beside the sign.
func (l Level) String() string { return [...]string{"", "amber", "red"}[min(l, Red)] }

// sign gives the sign of a level, "" for a calm one.
func (l Level) sign(th *theme.Theme) string {
	return [...]string{"", th.Signs.Warn, th.Signs.Alert}[min(l, Red)]
}

// look gives the look of a figure of a level.
func (l Level) look(th *theme.Theme) theme.Style {
	return [...]theme.Style{th.Strong, th.Warn, th.Bad}[min(l, Red)]
}

// block gives the look of a heading of a level.
func (l Level) block(th *theme.Theme) theme.Style {
	return [...]theme.Style{th.Label, th.Banner, th.Alert}[min(l, Red)]
}

// Figure is what one tile shows.
type Figure struct {
	Name   string // "Waiting"
	Value  string // "3", "1:24", "87%"; "" is not known yet
	Room   string // a value as wide as it usually gets, so that the digits keep their size
	Level  Level
	Target string // "red from 2:00"
	Doubt  string // what about it is not certain, "" for nothing
	Trend  []int  // how it went, the present last
	Over   string // what the trend is over: "today, by hour"
}

// Row is a line of the list: who waits, or a queue.
type Row struct {
	Level Level
	Clock string
	Who   string
	Where string
}

// List is the list beside the tiles.
type List struct {
	Title string
	None  string // what is said when there is no row: "nobody waits"
	Rows  []Row
	More  int // how many more there are
}

// Page is what a layout shows.
type Page struct {
	Name    string // of the layout: "floor"
	Figures []Figure
	List    List
}

// Alarm is what is wrong.
type Alarm struct {
	Level Level
	Text  string // the gravest one
	More  int    // how many beside it
}

// Link is how the stream is. While it is not Fresh, figures stand as they were.
type Link struct {
	Fresh bool
	Words string    // "live", "down for 3:12"
	Why   string    // "" when it is live
	Since time.Time // when figures ceased to be fresh
}
