package gotoapi

import (
	"context"
	"net/http"
)

// Answer is what the service answered to one try of a request, refusals included.
type Answer struct {
	Route  string // path with {placeholders}
	Status int
	Header http.Header
	Body   []byte // must be neither changed nor kept
}

type overhearKey struct{}

// Overhear returns a context whose requests tell each answer to f as it came, before anything is
// made of it: for a recording, or for what stands in a header. f must be quick, and safe for
// concurrent use if the context's requests are.
func Overhear(ctx context.Context, f func(Answer)) context.Context {
	if f == nil {
		return ctx
	}
	return context.WithValue(ctx, overhearKey{}, f)
}

// overheard tells an answer to who listens.
func overheard(ctx context.Context, r *request, a *answer) {
	if f, ok := ctx.Value(overhearKey{}).(func(Answer)); ok {
		f(Answer{Route: r.route, Status: a.status, Header: a.header, Body: a.body})
	}
}
