// Package gotoapi is the REST client of GoTo Connect: what the service says, and nothing of
// screens or disks.
//
// A Client is made once with New and used from any number of goroutines. Its resources are
// fields, one a section of the service's reference: Identity, Channels, CallEvents, Reports,
// Admin.
//
// Every request passes the same chain of links, from the outside in: retry (idempotent requests
// only), fresh token after a 401 (once), error from status and body, rate limit, debug log, token,
// transport. Each link is a small function in a file of its own or in chain.go.
//
// Policy:
//   - What failed is judged by status and structured body, never by words in a message: Class.
//   - Tokens, client secrets and channel ids do not print. A channel id is a secret because the
//     address of its websocket can be made from it, and that address needs no token.
//   - Text of the service is cleaned of control and bidi characters and bounded before it becomes
//     part of an error.
//
// Facts about the service are cited as "goto-api.md n", after the sections of docs/goto-api.md.
package gotoapi
