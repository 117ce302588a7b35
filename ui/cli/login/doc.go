// Package login gets a person logged in: the browser, the way back to this machine, and which
// account and line are meant. It also watches a login that is in use.
package login

import "ringside/ui/cli/credentials"

// Error is what went wrong with a login, and what to do.
type Error = credentials.Error
