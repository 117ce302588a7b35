package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/store/call"
)

// Error says that a service did not answer, or answered with an error.
type Error struct {
	Service string
	Op      string
	Status  int    // of HTTP; 0 when no answer came
	Code    string // the service's own word
	Message string // the service's own text, clean
	Todo    string // what to do, when the service's kind of error says more than the status
	Err     error  // the cause when no answer came
}

// Error gives "searching contacts in HubSpot: 403 MISSING_SCOPES: …".
func (e *Error) Error() string {
	s := e.Op + " in " + e.Service
	if e.Status != 0 {
		s += ": " + strconv.Itoa(e.Status)
		if e.Code != "" {
			s += " " + e.Code
		}
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + call.Clean(e.Err.Error())
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	switch {
	case e.Todo != "":
		return e.Todo
	case e.Status == http.StatusUnauthorized:
		return "the token is wrong or has expired: renew the secret of this source"
	case e.Status == http.StatusForbidden:
		return "give the token of this source the right to read contacts"
	case e.Status == http.StatusNotFound:
		return "check the address of this source in the config"
	}
	if h := (interface{ Hint() string })(nil); errors.As(e.Err, &h) {
		return h.Hint()
	}
	return ""
}

// fault makes an error of an answer. wait is as in once.
func (c *Client) fault(q Request, resp *http.Response) (wait time.Duration, err error) {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxFault)) // what there is of it
	e := &Error{Service: c.o.Name, Op: q.Op, Status: resp.StatusCode}
	f := Fault{Status: resp.StatusCode, Header: resp.Header, Body: body, Error: e}
	if c.o.Fault != nil {
		c.o.Fault(&f)
	} else {
		e.Message = message(body)
	}
	e.Code, e.Message = call.Clean(e.Code), call.Clean(e.Message)
	pause, told := after(resp.Header, time.Now())
	if !told && f.Pause > 0 {
		pause, told = f.Pause, true
	}
	switch {
	case f.Pause > 0:
		return pause, &lookup.PauseError{For: pause, Err: e}
	case resp.StatusCode == http.StatusUnauthorized && c.o.Auth != nil && !q.Bare:
		if c.o.Auth.Refused() {
			return 0, e
		}
	case resp.StatusCode == http.StatusTooManyRequests:
		if !told {
			return -1, &lookup.PauseError{For: defaultPause, Err: e}
		}
		return pause, &lookup.PauseError{For: pause, Err: e}
	case resp.StatusCode >= 500 && told:
		return pause, &lookup.PauseError{For: pause, Err: e}
	case resp.StatusCode == http.StatusInternalServerError || resp.StatusCode > http.StatusNotImplemented:
		return retryAfter, e
	}
	return -1, e
}

// after reads Retry-After: seconds or a date (RFC 9110, section 10.2.3).
func after(h http.Header, now time.Time) (time.Duration, bool) {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseFloat(s, 64); err == nil && n >= 0 && n < 1e6 {
		return time.Duration(n * float64(time.Second)), true
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

// message finds the text in an error that no one has described: the usual members of JSON, or a
// short plain text.
func message(body []byte) string {
	var m struct {
		Message, Error, Detail, Description any
		ErrorDescription                    any `json:"error_description"`
	}
	if json.Unmarshal(body, &m) == nil {
		for _, v := range []any{m.Message, m.ErrorDescription, m.Detail, m.Description, m.Error} {
			if s, ok := v.(string); ok && s != "" {
				return s
			}
		}
		return ""
	}
	if s := strings.TrimSpace(string(body)); len(s) < 200 && !strings.HasPrefix(s, "<") {
		return s
	}
	return ""
}

// Base reads the address of a service. It must be https; http is for this machine alone, where a
// token cannot be overheard.
func Base(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "":
		return nil, fmt.Errorf("%q is no address: it begins with https://", call.Clean(raw))
	case u.User != nil:
		return nil, errors.New("an address holds no user and password: name a secret instead")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return u, nil
	}
	return nil, fmt.Errorf("%s is not https: what is asked, and the token, could be overheard", call.Clean(u.Scheme+"://"+u.Host))
}

func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.") && strings.Trim(host, "0123456789.") == ""
}
