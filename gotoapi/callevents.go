package gotoapi

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

const callEventsRoute = "/call-events/v1/subscriptions"

// CallEventsClient is about live calls (goto-api.md 4).
type CallEventsClient struct{ c *Client }

// Subscribe has the calls of the accounts sent to a channel. events narrows them to STARTING,
// ACTIVE or ENDING states; none means all, which a live board needs: a line that rings behind a
// dial plan shows in ACTIVE states only. Repeating it does no harm. Needs ScopeNotifications and a
// super admin.
//
// The results have one entry for each account; when any failed, the error is a *PartialError.
func (c CallEventsClient) Subscribe(ctx context.Context, ch Channel, accounts []string, events ...string) ([]AccountResult, error) {
	type account struct {
		ID     string   `json:"id"`
		Events []string `json:"events,omitempty"`
	}
	const op = "subscribing to call events"
	body := struct {
		ChannelID   string    `json:"channelId"`
		AccountKeys []account `json:"accountKeys"`
	}{ChannelID: ch.ID.Reveal()}
	for _, a := range accounts {
		body.AccountKeys = append(body.AccountKeys, account{ID: a, Events: events})
	}
	got, err := send[struct {
		AccountKeys []accountBody `json:"accountKeys"`
	}](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: callEventsRoute, body: body,
		scope: ScopeNotifications, secrets: []Secret{ch.ID}, repeatable: true,
	})
	if err != nil {
		return nil, err
	}
	return accountResults(op, accounts, got.AccountKeys)
}

// Subscriptions returns the account keys a channel is subscribed to. One made a second ago may be
// missing.
func (c CallEventsClient) Subscriptions(ctx context.Context, ch Channel) ([]string, error) {
	got, err := send[struct {
		AccountKeys []string `json:"accountKeys"`
	}](ctx, c.c, &request{
		op: "reading the call-event subscriptions", method: http.MethodGet, route: callEventsRoute,
		query: url.Values{"channelId": {ch.ID.Reveal()}}, scope: ScopeNotifications, secrets: []Secret{ch.ID},
	})
	return cleanAll(got.AccountKeys), err
}

// Unsubscribe ends the subscription of a channel to an account; one that is gone is no error.
func (c CallEventsClient) Unsubscribe(ctx context.Context, ch Channel, account string) error {
	return c.c.unsubscribe(ctx, "ending the call-event subscription", callEventsRoute, ch, account)
}

// Bounds of what is read about calls.
const (
	statePage = 100    // the service's largest page (goto-api.md 4.4)
	maxStates = 10_000 // a call with more states than this is none
)

// Spaces lists the calls of an account as they are now: one event a call, with its last state. A
// call that ended a short while ago may be among them. lines narrows it to line ids. Read it after
// every connect: nothing is kept for a client that is away. Needs ScopeEventsRead.
func (c CallEventsClient) Spaces(ctx context.Context, account string, lines ...string) iter.Seq2[call.Event, error] {
	const op = "listing the calls"
	dec := wire.NewDecoder()
	return pages(op, func(marker string) ([]call.Event, string, error) {
		q := page(url.Values{"accountKey": {account}}, statePage, marker)
		if len(lines) > 0 {
			q["lineId"] = lines
		}
		got, err := fetch(ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/call-events/v1/conversation-spaces",
			query: q, scope: ScopeEventsRead,
		}, dec.Spaces)
		return received(got.Events), got.Next, err
	})
}

// States returns the states of call id numbered from..to, both included; to 0 means all from
// there on. They are events of source FromRefill, in the service's order. ErrNotFound means that
// the service knows the call no more. Needs ScopeEventsRead.
func (c CallEventsClient) States(ctx context.Context, id string, from, to uint64) ([]call.Event, error) {
	const op = "reading the states of a call"
	dec := wire.NewDecoder()
	var out []call.Event
	for e, err := range pages(op, func(marker string) ([]call.Event, string, error) {
		q := page(url.Values{}, statePage, marker)
		if from > 0 {
			q.Set("sequenceFrom", strconv.FormatUint(from, 10))
		}
		if to > 0 {
			q.Set("sequenceTo", strconv.FormatUint(to, 10))
		}
		got, err := fetch(ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/call-events/v1/conversation-spaces/{conversation}/events",
			args: []string{id}, query: q, scope: ScopeEventsRead,
		}, dec.States)
		return received(got.Events), got.Next, err
	}) {
		switch {
		case err != nil:
			return out, err
		case len(out) == maxStates:
			return out, fmt.Errorf("%s: %w: more than %d states", op, ErrAnswer, maxStates)
		}
		out = append(out, e)
	}
	return out, nil
}

// received stamps events of an answer with the present moment.
func received(events []call.Event) []call.Event {
	now := time.Now()
	for i := range events {
		events[i].Source, events[i].Received = call.FromRefill, now
	}
	return events
}
