package voice

import "strings"

// Kind is what a far end sounds like.
type Kind string

// Kinds of far ends.
const (
	Speech  Kind = ""
	Echo    Kind = "echo"
	Music   Kind = "music"
	Silent  Kind = "silent"  // never sends anything
	Digits  Kind = "digits"  // plays the tones back that it hears
	Tones   Kind = "tones"   // presses 1 2 3 #
	Lossy   Kind = "lossy"   // speaks, and some of its packets never arrive
	Nothing Kind = "nothing" // sends, but there is nothing to hear
	Client  Kind = "client"  // another client, whose session is Part.Peer
)

// Part is the far end of a call at one time.
type Part struct {
	Kind Kind
	Who  string // number of the far end: each has a voice
	With string // number of a second far end that speaks too
	Deaf bool   // it hears nothing
	Peer *Session
}

// AreDigits says whether text is made of keys of a telephone, and of at least one.
func AreDigits(text string) bool { return text != "" && strings.Trim(text, keys) == "" }

const keys = "0123456789*#ABCD"
