package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringside/lookup/source/secret"
	"ringside/store/alarm"
	"ringside/store/call"
)

// HookSchema names the body that is posted to a webhook.
const HookSchema = "ringside.alarms/1"

const (
	hookTimeout = 10 * time.Second
	hookTries   = 8       // over about two minutes
	maxAnswer   = 4 << 10 // bytes of an answer that are read
)

// HookSpec is one table [[alarms.webhook]].
type HookSpec struct {
	Name    string // "" is "webhook"
	URL     string
	Headers map[string]string // name -> a text, or "env:NAME", "keyring:NAME" where it is a secret
}

// HookFault says what is wrong with a webhook of the configuration.
type HookFault struct{ Key, What, Fix string }

type hook struct {
	spec    HookSpec
	client  *http.Client
	agent   string
	fixed   http.Header
	secrets map[string]*secret.Secret
}

// ForWebhook posts each notice as JSON. client may be nil; agent is the User-Agent.
func ForWebhook(spec HookSpec, vault *secret.Vault, client *http.Client, agent string) (Use, *HookFault) {
	u, err := url.Parse(spec.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return Use{}, &HookFault{"url", "is no address of the web", `write url = "https://alerts.example.com/ringside"`}
	case u.User != nil:
		return Use{}, &HookFault{"url", "has a password in it", `send it in a header: headers = {Authorization = "env:ALERTS_AUTH"}`}
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return Use{}, &HookFault{"url", "is not encrypted", "write https://; http:// is for this machine alone"}
	}
	h := &hook{spec: spec, client: client, agent: agent, fixed: http.Header{}, secrets: map[string]*secret.Secret{}}
	if h.spec.Name == "" {
		h.spec.Name = Webhook
	}
	for name, value := range spec.Headers {
		switch {
		case name == "" || strings.ContainsFunc(name, func(r rune) bool {
			return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}):
			return Use{}, &HookFault{"headers", fmt.Sprintf("%q is no name of a header", call.Clean(name)), `write headers = {Authorization = "env:ALERTS_AUTH"}`}
		case strings.HasPrefix(value, "env:"), strings.HasPrefix(value, "keyring:"):
			s, err := secret.ParseSpec(value)
			if err != nil {
				return Use{}, &HookFault{"headers", name + ": " + err.Error(), `write "env:NAME" or "keyring:NAME"`}
			}
			h.secrets[name] = vault.Secret(s)
		case secretive(name):
			return Use{}, &HookFault{"headers", name + " is a secret, and none stands in the configuration", fmt.Sprintf(`write %s = "env:NAME" or "keyring:NAME"`, name)}
		default:
			h.fixed.Set(name, value)
		}
	}
	if h.client == nil {
		h.client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // what proves who posts must not go elsewhere
		}}
	}
	return Use{Way: h, Gap: webhookGap, Timeout: hookTimeout, Tries: hookTries, All: true}, nil
}

func loopback(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, host)
}

// secretive tells whether a header is one that proves who asks.
func secretive(name string) bool {
	low := strings.ToLower(name)
	return slices.ContainsFunc([]string{"authorization", "token", "secret", "key", "cookie", "password", "signature"}, func(s string) bool { return strings.Contains(low, s) })
}

func (h *hook) Name() string { return h.spec.Name }

// hookBody is what is posted.
type hookBody struct {
	Schema  string         `json:"schema"`
	Title   string         `json:"title"`
	Text    string         `json:"text"` // chat services show it
	Alarms  []alarm.Record `json:"alarms"`
	Dropped int            `json:"dropped,omitempty"`
}

// Send implements Way.
func (h *hook) Send(ctx context.Context, n Notice) error {
	body := hookBody{Schema: HookSchema, Title: n.Title(), Text: n.Text(), Dropped: n.Dropped}
	for i := range n.Changes {
		body.Alarms = append(body.Alarms, n.Changes[i].Record())
	}
	data, err := json.Marshal(body)
	if err != nil {
		return Told{err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.spec.URL, bytes.NewReader(data))
	if err != nil {
		return Told{errors.New("the address of the webhook cannot be used")}
	}
	req.Header = h.fixed.Clone()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", h.agent)
	for name, s := range h.secrets {
		v, err := s.Get(ctx)
		if err != nil {
			return err
		}
		req.Header.Set(name, v.Reveal())
	}
	res, err := h.client.Do(req)
	if err != nil {
		var u *url.Error // its text has the whole address, which may prove who posts
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("posting to %s: %w", req.URL.Host, err)
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return h.answered(req.URL.Host, res.StatusCode, said)
}

// answered judges an answer: what the service refuses once it will refuse again.
func (h *hook) answered(host string, status int, said []byte) error {
	if status >= 200 && status < 300 {
		return nil
	}
	err := fmt.Errorf("%s answered %d %s", host, status, http.StatusText(status))
	if line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n"); line != "" {
		err = fmt.Errorf("%w: %s", err, call.Clean(line))
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		for _, s := range h.secrets {
			s.Forget()
		}
		return Told{err}
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500:
		return err
	}
	return Told{err}
}
