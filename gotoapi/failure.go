package gotoapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
)

// withError turns an answer that is no 2xx into an *Error (goto-api.md 8).
func withError(next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		a, err := next(ctx, r)
		if err != nil {
			return nil, err
		}
		if a.status >= 200 && a.status <= 299 || a.away != nil {
			return a, nil
		}
		return nil, refusal(r, a)
	}
}

// refusal reads what the service says about its refusal. A body that is not the documented one (a
// proxy's HTML page, say) adds nothing.
func refusal(r *request, a *answer) *Error {
	var body struct {
		Reference  string `json:"reference"`
		ErrorCode  string `json:"errorCode"`
		Message    string `json:"message"`
		Violations []any  `json:"constraintViolations"`
	}
	_ = json.Unmarshal(a.body, &body)
	message := body.Message
	for _, v := range body.Violations {
		if text, err := json.Marshal(v); err == nil {
			message += " " + string(text)
		}
	}
	return &Error{
		Op: r.op, Status: a.status, Scope: r.scope,
		Code:       word(body.ErrorCode),
		Reference:  word(r.scrub(body.Reference)),
		Message:    call.Clean(r.scrub(message)),
		RetryAfter: retryAfter(a.header.Get("Retry-After"), time.Now()),
	}
}

// word bounds a code or id of the service, which has no blanks and is short.
func word(s string) string {
	s = strings.ReplaceAll(call.Clean(s), " ", "_")
	if len(s) > 64 {
		s = strings.ToValidUTF8(s[:64], "")
	}
	return s
}

// retryAfter reads the header of that name, seconds or a date (RFC 9110, 10.2.3); 0 when it is
// absent, in the past or no such thing.
func retryAfter(v string, now time.Time) time.Duration {
	v = strings.TrimSpace(v)
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(n, 0), int(24*time.Hour/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(at.Sub(now), 0), 24*time.Hour)
	}
	return 0
}
