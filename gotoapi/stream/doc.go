// Package stream keeps a live link to GoTo Connect's call events: one websocket life after another.
//
// Delivery is at least once and in any order: after a loss the same states may come again, and what
// happened in between does not come at all (goto-api.md 10, #6). The consumer folds events by
// conversation and sequence, and reconciles when Config.Connected is called.
//
// The goroutines, all ended and waited for when Run returns:
//
//  1. Run's own owns every decision and every piece of state; it alone calls Emit and Status.
//  2. Each socket has a reader; a decoder, which hands messages to Run one by one while the next are
//     read;
//  3. and a pinger, which is apart because a write to a dead link blocks.
//  4. Each slow request (open, refresh, drop, and the Connected hook) is a task that hands its
//     result to Run, so that live calls are never held up by REST.
package stream
