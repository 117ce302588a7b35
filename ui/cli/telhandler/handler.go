// Package telhandler makes this program what opens tel: links for a person, in the way of each system,
// and takes that back. It never touches what the system keeps for everybody.
package telhandler

import "errors"

// Handler is this program as the one that opens tel: links.
type Handler struct {
	Env     map[string]string
	Program string   // the program's own path
	Args    []string // in front of the link: the command and its flags
}

// State is how links are opened now.
type State struct {
	Installed bool   // this system knows how to open links with ringside
	Default   bool   // and does so
	Program   string // that a link would start; may be another ringside than this one
	Where     string // the file or key that says so
	Other     string // who opens links instead; "" when nobody, or when that is not known
	Next      string // what the person still has to do himself; may be empty
}

// Unsupported is the error of a system on which a single program cannot open links.
type Unsupported struct{ Why, Do string }

// Error implements error.
func (e *Unsupported) Error() string { return e.Why }

// Hint tells what can be done instead.
func (e *Unsupported) Hint() string { return e.Do }

// errPath says that the program's path cannot be written where it has to be.
var errPath = errors.New("the path of this program has characters that a launcher cannot hold")
