package gotoapi

import (
	"context"
	"net/http"
)

// Follow has notices of an account's new and changed reports sent to a channel. The second kind is
// known from a client's code only (goto-api.md 5.1), so it is given up when the service refuses it. A
// conflict means that the subscription is there already, and is no error. Needs ScopeNotifications.
func (c ReportClient) Follow(ctx context.Context, ch Channel, account string) error {
	accounts := []string{account}
	_, err := c.Subscribe(ctx, ch, accounts, ReportSummary, ReportRevision)
	if StatusOf(err) == http.StatusBadRequest {
		_, err = c.Subscribe(ctx, ch, accounts, ReportSummary)
	}
	if StatusOf(err) == http.StatusConflict {
		return nil
	}
	return err
}
