// Package login gets a person logged in: the browser, the way back to this machine, and which
// account and line are meant. It also watches a login that is in use.
package login

// Error is what went wrong with a login, and what to do.
type Error struct {
	What string
	Fix  string
	Err  error // the cause; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }
