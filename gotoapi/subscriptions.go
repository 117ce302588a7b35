package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ringside/store/call"
)

// AccountResult is what came of the subscription of one account.
type AccountResult struct {
	Account string
	Status  int    // HTTP status; 0 when the answer does not mention the account
	Code    string // errorCode; may be empty
	Message string // cleaned
}

// OK tells whether the account is subscribed.
func (r AccountResult) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// PartialError says that a request succeeded as a whole, and failed for some accounts (HTTP 207,
// goto-api.md 4.1).
type PartialError struct {
	Op     string
	Failed []AccountResult
}

// Error implements error.
func (e *PartialError) Error() string {
	parts := make([]string, 0, len(e.Failed))
	for _, f := range e.Failed {
		part := fmt.Sprintf("account %s: %d", f.Account, f.Status)
		if f.Status == 0 {
			part = fmt.Sprintf("account %s: not in the answer", f.Account)
		}
		if f.Code != "" {
			part += " (" + f.Code + ")"
		}
		if f.Message != "" {
			part += ": " + f.Message
		}
		parts = append(parts, part)
	}
	return e.Op + ": " + strings.Join(parts, "; ")
}

// class is the worst of the failures: one account that can never work outweighs one that may.
func (e *PartialError) class() ErrorClass {
	worst := Retry
	for _, f := range e.Failed {
		c := classOf(f.Status, f.Code)
		if f.Status == 0 {
			c = Retry
		}
		if c < worst {
			worst = c
		}
	}
	return worst
}

type accountBody struct {
	ID        string `json:"id"`
	Status    int    `json:"status"`
	Message   string `json:"message"`
	ErrorCode string `json:"errorCode"`
}

// accountResults reads the list of a 207 for the accounts asked for. Without any list a 2xx answer
// stands for all of them, since outsiders report plain successes.
func accountResults(op string, accounts []string, bodies []accountBody) ([]AccountResult, error) {
	results := make([]AccountResult, 0, len(accounts))
	var failed []AccountResult
	for _, a := range accounts {
		r := AccountResult{Account: a}
		if len(bodies) == 0 {
			r.Status = http.StatusOK
		}
		if i := slices.IndexFunc(bodies, func(b accountBody) bool { return b.ID == a }); i >= 0 {
			b := bodies[i]
			r = AccountResult{Account: a, Status: b.Status, Code: word(b.ErrorCode), Message: call.Clean(b.Message)}
		}
		results = append(results, r)
		if !r.OK() {
			failed = append(failed, r)
		}
	}
	if len(failed) > 0 {
		return results, &PartialError{Op: op, Failed: failed}
	}
	return results, nil
}

// unsubscribe deletes the subscription of a channel to an account; one that is gone is no error.
func (c *Client) unsubscribe(ctx context.Context, op, route string, ch Channel, account string) error {
	_, err := c.do(ctx, &request{
		op: op, method: http.MethodDelete, route: route, scope: ScopeNotifications,
		query:   url.Values{"channelId": {ch.ID.Reveal()}, "accountKey": {account}},
		secrets: []Secret{ch.ID},
	})
	return unlessGone(err)
}

// unlessGone makes a success of a 404: what was to be deleted is not there.
func unlessGone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// cleanAll cleans a list of keys.
func cleanAll(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, call.Clean(s))
	}
	return out
}
