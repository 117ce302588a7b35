package gotoapi

import (
	"context"
	"net/http"
	"net/url"

	"ringside/store/call"
)

const reportsRoute = "/call-events-report/v1/subscriptions"

// Event types of report subscriptions (goto-api.md 5.1).
const (
	ReportSummary  = "REPORT_SUMMARY"          // a report exists
	ReportRevision = "REPORT_SUMMARY_REVISION" // a report has changed
)

// ReportClient is about finished calls (goto-api.md 5).
type ReportClient struct{ c *Client }

// ReportSubscription is one subscription of a channel.
type ReportSubscription struct {
	ID      string
	Account string
	Events  []string
}

// Subscribe has notices of the accounts' finished calls sent to a channel; without events, of new
// reports. Needs ScopeNotifications.
func (c ReportClient) Subscribe(ctx context.Context, ch Channel, accounts []string, events ...string) ([]ReportSubscription, error) {
	if len(events) == 0 {
		events = []string{ReportSummary}
	}
	type item struct {
		ID         string   `json:"id"`
		Value      string   `json:"value"`
		EventTypes []string `json:"eventTypes"`
	}
	got, err := send[listing[item]](ctx, c.c, &request{
		op: "subscribing to call reports", method: http.MethodPost, route: reportsRoute,
		body:  map[string]any{"channelId": ch.ID.Reveal(), "accountKeys": accounts, "eventTypes": events},
		scope: ScopeNotifications, secrets: []Secret{ch.ID},
	})
	var out []ReportSubscription
	for _, it := range got.Items {
		out = append(out, ReportSubscription{ID: call.Clean(it.ID), Account: call.Clean(it.Value), Events: cleanAll(it.EventTypes)})
	}
	return out, err
}

// Subscriptions returns the account keys a channel gets report notices of.
func (c ReportClient) Subscriptions(ctx context.Context, ch Channel) ([]string, error) {
	got, err := send[struct {
		AccountKeys []string `json:"accountKeys"`
	}](ctx, c.c, &request{
		op: "reading the report subscriptions", method: http.MethodGet, route: reportsRoute,
		query: url.Values{"channelId": {ch.ID.Reveal()}}, scope: ScopeNotifications, secrets: []Secret{ch.ID},
	})
	return cleanAll(got.AccountKeys), err
}

// Unsubscribe ends the subscription of a channel to an account; one that is gone is no error.
func (c ReportClient) Unsubscribe(ctx context.Context, ch Channel, account string) error {
	return c.c.unsubscribe(ctx, "ending the report subscription", reportsRoute, ch, account)
}
