package gotoapi

import (
	"context"
	"fmt"
	"net/http"
)

// CreateWebhook makes a webhook channel (goto-api.md 3, "Webhook channel"): notifications are posted
// to url, which must be https on port 443 and must answer an OPTIONS request at this very moment.
// With a secret they are signed. The request is sent once, but the service gives the channel that is
// there for the same nickname and address. Such a channel does not end by itself: delete it.
func (c ChannelClient) CreateWebhook(ctx context.Context, nickname, url string, secret Secret) (Channel, error) {
	const op = "creating a webhook channel"
	data := map[string]any{"webhook": map[string]string{"url": url}}
	if secret != "" {
		data["signature"] = map[string]string{"sharedSecret": secret.Reveal()}
	}
	got, err := send[channelBody](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: "/notification-channel/v1/channels/{nickname}",
		args: []string{nickname}, body: map[string]any{"channelType": "Webhook", "webhookChannelData": data},
		secrets: []Secret{secret},
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
