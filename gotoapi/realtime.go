package gotoapi

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"ringside/store/call"
)

// RealtimeClient is about the older Realtime interface (goto-api.md 7): the calls of single lines,
// for people who may not read the whole account. It needs ScopeLinesRead.
type RealtimeClient struct{ c *Client }

// Session is one client of the Realtime interface. Its addresses are secrets: whoever knows that of
// the socket hears the calls.
type Session struct {
	Self          Secret // address of the session itself
	Socket        Secret // address of the websocket; needs no token
	Subscriptions Secret // address to subscribe at
}

// DialogSubscription asks for the dialogs of one line.
type DialogSubscription struct {
	ID           string // of our own choice; each message repeats it
	Line         string // line id
	Organization string // organization id, not the account key
}

const sessionRoute = "/v2/session/{session}"

// Create makes a session. The request is sent once: a repeated one could leave a second session.
func (c RealtimeClient) Create(ctx context.Context) (Session, error) {
	const op = "creating a realtime session"
	got, err := send[struct {
		Self          string `json:"self"`
		Socket        string `json:"ws"`
		Subscriptions string `json:"subscriptions"`
	}](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: "/v2/session", scope: ScopeLinesRead,
		address: Secret(strings.TrimSuffix(c.c.hosts.Realtime, "/") + "/v2/session"),
	})
	if err != nil {
		return Session{}, err
	}
	s := Session{Self: Secret(got.Self), Socket: Secret(got.Socket), Subscriptions: Secret(got.Subscriptions)}
	if s.Subscriptions == "" && s.Self != "" {
		s.Subscriptions = s.Self + "/subscriptions" // goto-api.md 7
	}
	for _, at := range []Secret{s.Self, s.Subscriptions} {
		if err := c.c.checkRealtimeURL(op, at); err != nil {
			return Session{}, err
		}
	}
	return s, c.c.checkSocketURL(op, s.Socket)
}

// Subscribe has the dialogs of lines sent to a session. Repeating it does no harm. ErrNotFound means
// that the session is gone.
func (c RealtimeClient) Subscribe(ctx context.Context, s Session, subs ...DialogSubscription) error {
	type entity struct {
		ID      string `json:"id"`
		Type    string `json:"type"`
		Account string `json:"account"`
	}
	type item struct {
		ID     string `json:"id"`
		Type   string `json:"type"`
		Entity entity `json:"entity"`
	}
	body := make([]item, 0, len(subs))
	for _, sub := range subs {
		body = append(body, item{sub.ID, "dialog", entity{sub.Line, "line.v2", sub.Organization}})
	}
	r := c.on(s, "subscribing to the calls of my line", http.MethodPost, s.Subscriptions)
	r.route, r.body, r.repeatable = sessionRoute+"/subscriptions", body, true
	_, err := c.c.do(ctx, r) // the shape of the answer is not documented
	return err
}

// Delete ends a session; one that is gone already is no error, and neither is a service that keeps
// sessions until they end by themselves.
func (c RealtimeClient) Delete(ctx context.Context, s Session) error {
	if s.Self == "" {
		return nil
	}
	_, err := c.c.do(ctx, c.on(s, "ending the realtime session", http.MethodDelete, s.Self))
	if StatusOf(err) == http.StatusMethodNotAllowed {
		return nil
	}
	return unlessGone(err)
}

func (c RealtimeClient) on(s Session, op, method string, at Secret) *request {
	return &request{
		op: op, method: method, route: sessionRoute, address: at, scope: ScopeLinesRead,
		secrets: []Secret{s.Subscriptions, s.Socket, s.Self, Secret(sessionName(s.Self))},
	}
}

// sessionName is the last part of a session's address.
func sessionName(self Secret) string {
	at := self.Reveal()
	return at[strings.LastIndexByte(at, '/')+1:]
}

// checkRealtimeURL refuses an address that our token should not be sent to: one that is not
// encrypted while the service is, or of a host that is no neighbour of the Realtime host. It never
// quotes the address.
func (c *Client) checkRealtimeURL(op string, address Secret) error {
	home, err := url.Parse(c.hosts.Realtime)
	if err != nil {
		return fmt.Errorf("%s: %w: the realtime host is no address", op, ErrAsked)
	}
	u, err := url.Parse(address.Reveal())
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return fmt.Errorf("%s: %w: no address of the session in it", op, ErrAnswer)
	case u.Scheme != home.Scheme:
		return fmt.Errorf("%s: %w: the session's address is not encrypted as the service is", op, ErrAnswer)
	case !neighbours(u, home):
		return fmt.Errorf("%s: %w: the session is at a foreign host, %s", op, ErrAnswer, call.Clean(u.Hostname()))
	}
	return nil
}

// neighbours tells whether two addresses are of one host, or of hosts below one domain
// ("realtime.jive.com" and "realtime-2.jive.com").
func neighbours(a, b *url.URL) bool {
	if strings.EqualFold(a.Host, b.Host) {
		return true
	}
	if net.ParseIP(b.Hostname()) != nil {
		return false
	}
	_, domain, _ := strings.Cut(strings.ToLower(b.Hostname()), ".")
	return strings.Contains(domain, ".") && a.Port() == b.Port() && strings.HasSuffix(strings.ToLower(a.Hostname()), "."+domain)
}
