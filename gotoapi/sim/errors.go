package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// apiError is a refusal in the form that every api.goto.com service uses. The words of code
// are those of goto-api.md section 8.
type apiError struct {
	status     int
	code       string
	message    string
	violations []violation
}

// violation names one member of a request that broke a rule.
type violation struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message) }

func errBadRequest(field, message string) *apiError {
	return &apiError{status: http.StatusBadRequest, code: "BAD_REQUEST", message: field + ": " + message,
		violations: []violation{{field, message}}}
}

func errMalformed() *apiError {
	return &apiError{status: http.StatusBadRequest, code: "MALFORMED_REQUEST", message: "The request body is not the JSON that was expected"}
}

func errNotFound(what string) *apiError {
	return &apiError{status: http.StatusNotFound, code: "NOT_FOUND", message: what + " was not found"}
}

func errNoChannel(id string) *apiError {
	return &apiError{status: http.StatusNotFound, code: "RTC-NOTIFICATION-CHANNEL-NOT-FOUND",
		message: "Notification channel does not exist " + id}
}

func errForbidden(what string) *apiError {
	return &apiError{status: http.StatusForbidden, code: "UNAUTHORIZED", message: "Not allowed on " + what}
}

// errScope refuses a token without the scope, and a request without a token: the vendor's
// reference gives both the same code.
func errScope(scope string) *apiError {
	message := "The request has no token"
	if scope != "" {
		message += " with the scope " + strings.ReplaceAll(scope, "|", " or ")
	}
	return &apiError{status: http.StatusForbidden, code: "AUTHZ_INSUFFICIENT_SCOPE", message: message}
}

func errAuthn(kind string) *apiError {
	return &apiError{status: http.StatusUnauthorized, code: "AUTHN_" + kind,
		message: "Authentication failed: " + strings.ToLower(strings.ReplaceAll(kind, "_", " "))}
}

func errMethod(r *http.Request) *apiError {
	return &apiError{status: http.StatusMethodNotAllowed, code: "METHOD_NOT_ALLOWED",
		message: "Request method " + r.Method + " is not supported here"}
}

func errTooMany() *apiError {
	return &apiError{status: http.StatusTooManyRequests, code: "TOO_MANY_REQUESTS", message: "Request limit reached, try later"}
}

// errStatus is the answer to a status that a fault asks for.
func errStatus(status int) *apiError {
	switch status {
	case http.StatusUnauthorized:
		return errAuthn("INVALID_TOKEN")
	case http.StatusForbidden:
		return &apiError{status: status, code: "UNAUTHORIZED", message: "Not allowed on the resource"}
	case http.StatusNotFound:
		return errNotFound("The resource")
	case http.StatusTooManyRequests:
		return errTooMany()
	case http.StatusServiceUnavailable:
		return &apiError{status: status, code: "UNAVAILABLE", message: "The service is unavailable"}
	}
	if status >= 500 {
		return &apiError{status: status, code: "UNKNOWN_ERROR", message: "Unknown error"}
	}
	return &apiError{status: status, code: "BAD_REQUEST", message: http.StatusText(status)}
}

// refuse writes e. Each refusal has its own reference, as the service's trace id.
func (s *Service) refuse(w http.ResponseWriter, e *apiError) {
	if e.status == http.StatusTooManyRequests && s.cfg.RetryAfter {
		w.Header().Set("Retry-After", "1")
	}
	violations := e.violations
	if violations == nil {
		violations = []violation{}
	}
	s.mu.Lock()
	reference := s.ids.hex(32)
	s.mu.Unlock()
	writeJSON(w, e.status, encode(struct {
		Reference  string      `json:"reference"`
		Violations []violation `json:"constraintViolations"`
		Code       string      `json:"errorCode"`
		Message    string      `json:"message"`
	}{reference, violations, e.code, e.message}))
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone; there is nobody left to tell
}

// encode marshals a value of this package or of world. Those hold nothing that cannot be
// marshalled; should one ever, the answer is visibly broken instead of the process.
func encode(v any) []byte { return encodeInto(new(bytes.Buffer), v) }

// encodeInto is encode in room that is used again: what it gives is gone with the next use of b.
func encodeInto(b *bytes.Buffer, v any) []byte {
	b.Reset()
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Appendf(nil, `{"errorCode":"UNKNOWN_ERROR","message":%q}`, err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
