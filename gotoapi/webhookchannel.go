package gotoapi

import "context"

// CreateWebhook makes a webhook channel (goto-api.md 3, "Webhook channel"): notifications are posted
// to url, which must be https on port 443 and must answer an OPTIONS request at this very moment.
// With a secret they are signed. The request is sent once, but the service gives the channel that is
// there for the same nickname and address. Such a channel does not end by itself: delete it.
func (c ChannelClient) CreateWebhook(ctx context.Context, nickname, url string, secret Secret) (Channel, error) {
	data := map[string]any{"webhook": map[string]string{"url": url}}
	if secret != "" {
		data["signature"] = map[string]string{"sharedSecret": secret.Reveal()}
	}
	return c.create(ctx, "creating a webhook channel", nickname, map[string]any{"channelType": "Webhook", "webhookChannelData": data}, secret)
}
