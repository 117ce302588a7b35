// Package webhook is another way in: the service posts its notifications to an address of ours, for
// those who run ringside on a server behind a TLS proxy of their own (goto-api.md 3, "Webhook
// channel").
//
// A Receiver is the http.Handler at that address: it answers the service's OPTIONS check, takes
// notifications, checks their signature when there is a shared secret, drops repeats, and answers at
// once, whatever becomes of the notification behind it. A Source is the life around it: it listens,
// makes the channel and its subscriptions, looks now and then whether they are still there and whether
// the service reaches us, and deletes them at the end.
//
// The proxy must keep the path and query of the public address, since they are signed.
package webhook
