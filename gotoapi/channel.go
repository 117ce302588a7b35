package gotoapi

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringside/store/call"
)

// ChannelClient keeps notification channels: what other resources are subscribed to (goto-api.md
// 3). A channel belongs to the token's user. It needs no scope of its own.
type ChannelClient struct{ c *Client }

// Channel is a notification channel.
type Channel struct {
	ID       Secret // the websocket's address can be made from it
	Nickname string
	Type     string // "WebSockets" or "Webhook"
	URL      Secret // address of the websocket; needs no token; empty for a webhook
	// Lifetime is what is left of the channel's life; 1200 s and 10800 s have been seen.
	Lifetime  time.Duration
	Connected bool // a socket is open
	// Unreachable is since when the service cannot deliver to a webhook; zero when it can.
	Unreachable time.Time
}

type channelBody struct {
	ChannelID       string `json:"channelId"`
	ChannelNickname string `json:"channelNickname"`
	ChannelLifetime int64  `json:"channelLifetime"`
	ChannelData     struct {
		ChannelType string `json:"channelType"`
		ChannelURL  string `json:"channelURL"`
		IsConnected bool   `json:"isConnected"`
	} `json:"channelData"`
	WebhookChannelData struct {
		ChannelType string `json:"channelType"`
		Unreachable string `json:"unreachableTimestamp"`
	} `json:"webhookChannelData"`
}

func (b channelBody) channel() Channel {
	since, _ := time.Parse(time.RFC3339, b.WebhookChannelData.Unreachable)
	return Channel{
		Unreachable: since.UTC(),
		ID:          Secret(b.ChannelID), Nickname: call.Clean(b.ChannelNickname),
		Type:      call.Clean(or(b.ChannelData.ChannelType, b.WebhookChannelData.ChannelType)),
		URL:       Secret(b.ChannelData.ChannelURL),
		Lifetime:  time.Duration(min(max(b.ChannelLifetime, 0), 1<<31)) * time.Second,
		Connected: b.ChannelData.IsConnected,
	}
}

// webSockets is the body that makes and refreshes a websocket channel. The service takes
// "WebSocket" too and answers with this spelling.
func webSockets() any { return map[string]string{"channelType": "WebSockets"} }

const (
	channelRoute = "/notification-channel/v1/channels/{nickname}/{channel}"
	channelPage  = 100 // the service's largest page
)

// Create makes a websocket channel. nickname is URL-safe text of the caller's choice; two channels
// of one nickname may be one and the same. The request is sent once: a repeated one could leave a
// second channel.
//
// When the answer names a channel that cannot be used, it is returned beside the error, to be
// deleted.
func (c ChannelClient) Create(ctx context.Context, nickname string) (Channel, error) {
	const op = "creating a notification channel"
	ch, err := c.create(ctx, op, nickname, webSockets())
	if err != nil {
		return Channel{}, err
	}
	return ch, c.c.checkSocketURL(op, ch.URL)
}

// create makes a channel of the kind that body asks for.
func (c ChannelClient) create(ctx context.Context, op, nickname string, body any, secrets ...Secret) (Channel, error) {
	got, err := send[channelBody](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: "/notification-channel/v1/channels/{nickname}",
		args: []string{nickname}, body: body, secrets: secrets,
	})
	if err != nil {
		return Channel{}, err
	}
	ch := got.channel()
	ch.Nickname = or(ch.Nickname, nickname)
	if ch.ID == "" {
		return Channel{}, fmt.Errorf("%s: %w: no channel in it", op, ErrAnswer)
	}
	return ch, nil
}

// checkSocketURL refuses an address that is no websocket's, or that would carry calls in the clear
// while the rest of the service is encrypted. It never quotes the address.
func (c *Client) checkSocketURL(op string, address Secret) error {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss" {
		return fmt.Errorf("%s: %w: its address is no websocket's", op, ErrAnswer)
	}
	if u.Scheme == "ws" && strings.HasPrefix(c.hosts.API, "https:") {
		return fmt.Errorf("%s: %w: its address is not encrypted", op, ErrAnswer)
	}
	return nil
}

// Refresh gives a websocket channel its full life again. The answer may lack what has not
// changed, so the channel given is returned with what the answer brings. ErrNotFound means that
// the channel is gone.
func (c ChannelClient) Refresh(ctx context.Context, ch Channel) (Channel, error) {
	got, err := send[channelBody](ctx, c.c, c.on(ch, "refreshing the notification channel", http.MethodPut, webSockets()))
	if err != nil {
		return ch, err
	}
	if fresh := got.channel(); fresh.Lifetime > 0 {
		ch.Lifetime = fresh.Lifetime
	}
	return ch, nil
}

// Delete ends a channel and its subscriptions; one that is gone already is no error.
func (c ChannelClient) Delete(ctx context.Context, ch Channel) error {
	_, err := c.c.do(ctx, c.on(ch, "deleting the notification channel", http.MethodDelete, nil))
	return unlessGone(err)
}

// Get returns a channel as it is now.
func (c ChannelClient) Get(ctx context.Context, ch Channel) (Channel, error) {
	got, err := send[channelBody](ctx, c.c, c.on(ch, "reading the notification channel", http.MethodGet, nil))
	return got.channel(), err
}

// List lists the channels of the token's user, those of other programs included, newest first. A
// channel made seconds ago may be missing.
func (c ChannelClient) List(ctx context.Context) iter.Seq2[Channel, error] {
	const op = "listing the notification channels"
	return pages(op, func(marker string) ([]Channel, string, error) {
		got, err := send[listing[channelBody]](ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/notification-channel/v1/channels",
			query: page(url.Values{}, channelPage, marker),
		})
		var out []Channel
		for _, b := range got.Items {
			out = append(out, b.channel())
		}
		return out, got.Next, err
	})
}

func (c ChannelClient) on(ch Channel, op, method string, body any) *request {
	return &request{
		op: op, method: method, route: channelRoute, args: []string{ch.Nickname, ch.ID.Reveal()},
		body: body, secrets: []Secret{ch.ID, ch.URL},
	}
}
