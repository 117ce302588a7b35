package gotoapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"ringside/store/call"
)

// WebCallsClient has this program be a telephone of an extension: it makes, takes and moves calls
// (goto-api.md 6, the vendor's guide 17). What happens to a call is told to a notification channel.
// Every action needs ScopeWebCalls, every reading ScopeWebCallsRead.
type WebCallsClient struct{ c *Client }

// WebCall is a call of a device, as the service describes it.
type WebCall struct {
	ID     string // opaque; as it came, to be given back
	LegID  string // of Call Events; may be empty
	Number string // of the far end
	Name   string // of the far end; empty when unknown
	Status string // the service's own word: "CONNECTING", …; open
	Muted  bool
	Held   bool
	// EarlyMedia says that the service plays what is heard while it rings.
	EarlyMedia bool
	SDP        string // the answer to our offer; empty where there was none
	At         time.Time
}

type webCallBody struct {
	ID             string `json:"id"`
	LegID          string `json:"legId"`
	Number         string `json:"number"`
	Name           string `json:"name"`
	Status         string `json:"status"`
	IsMuted        bool   `json:"isMuted"`
	IsOnHold       bool   `json:"isOnHold"`
	RingingInMedia bool   `json:"ringingInMedia"`
	SDP            string `json:"sdp"`
	Timestamp      string `json:"timestamp"`
}

func (b webCallBody) call() WebCall {
	at, _ := time.Parse(time.RFC3339, b.Timestamp)
	w := WebCall{
		ID: b.ID, LegID: call.Clean(b.LegID), Number: call.Clean(b.Number), Name: call.Clean(b.Name),
		Status: word(b.Status), Muted: b.IsMuted, Held: b.IsOnHold, EarlyMedia: b.RingingInMedia, SDP: b.SDP, At: at,
	}
	if w.Name == "-" { // how the service says that it knows none
		w.Name = ""
	}
	return w
}

// NewWebCall is a call to be made.
type NewWebCall struct {
	Device       string
	Organization string // organization id of the line
	Extension    string // that the call is made from
	Dial         string // what is dialled
	SDP          string // our offer
}

const (
	webCallRoute = "/web-calls/v1/calls/{call}"
	// RejectToVoicemail has a rejected call go to the voicemail of the extension.
	RejectToVoicemail = "SEND_TO_VOICEMAIL"
)

// Dial makes a call; ch is told what becomes of it. The request is sent once: nobody knows what
// became of a lost one.
func (c WebCallsClient) Dial(ctx context.Context, ch Channel, n NewWebCall) (WebCall, error) {
	const op = "dialling"
	got, err := send[webCallBody](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: "/web-calls/v1/calls", scope: ScopeWebCalls, secrets: []Secret{ch.ID},
		body: map[string]string{
			"deviceId": n.Device, "organizationId": n.Organization, "extensionNumber": n.Extension,
			"dialString": n.Dial, "inCallChannelId": ch.ID.Reveal(), "sdp": n.SDP,
		},
	})
	if err == nil && got.ID == "" {
		err = fmt.Errorf("%s: %w: no call in it", op, ErrAnswer)
	}
	return got.call(), err
}

// Calls lists the calls of the devices of the token's user.
func (c WebCallsClient) Calls(ctx context.Context) ([]WebCall, error) {
	got, err := fetch(ctx, c.c, &request{
		op: "listing the calls of my telephones", method: http.MethodGet, route: "/web-calls/v1/calls", scope: ScopeWebCallsRead,
	}, webCallList)
	var out []WebCall
	for _, b := range got {
		out = append(out, b.call())
	}
	return out, err
}

// webCallList reads a list whose form no source shows: bare, or a member of an object.
func webCallList(b []byte) ([]webCallBody, error) {
	var bare []webCallBody
	switch {
	case len(b) == 0:
		return nil, nil
	case bytes.HasPrefix(b, []byte("[")):
		err := json.Unmarshal(b, &bare)
		return bare, err
	}
	var within struct {
		Items []webCallBody `json:"items"`
		Calls []webCallBody `json:"calls"`
	}
	err := json.Unmarshal(b, &within)
	return append(within.Items, within.Calls...), err
}

// Call reads a call as it is now. ErrNotFound means that it is over.
func (c WebCallsClient) Call(ctx context.Context, id string) (WebCall, error) {
	got, err := send[webCallBody](ctx, c.c, &request{
		op: "reading a call", method: http.MethodGet, route: webCallRoute, args: []string{id}, scope: ScopeWebCallsRead,
	})
	w := got.call()
	w.ID = or(w.ID, id)
	return w, err
}

// Ringing tells the caller that it rings here. noticed is the time that the notice of the call bears;
// it may be zero.
func (c WebCallsClient) Ringing(ctx context.Context, ch Channel, id string, noticed time.Time) error {
	body := map[string]string{"inCallChannelId": ch.ID.Reveal()}
	if !noticed.IsZero() {
		body["incomingNotificationTimestamp"] = noticed.UTC().Format(time.RFC3339Nano)
	}
	r := c.action(id, "ringing", "telling that a call rings here", body)
	r.secrets, r.repeatable = []Secret{ch.ID}, true
	_, err := c.c.do(ctx, r)
	return err
}

// Answer takes a call with our offer; ch is told what becomes of it. It is sent once.
func (c WebCallsClient) Answer(ctx context.Context, ch Channel, id, sdp string) (WebCall, error) {
	r := c.action(id, "answer", "answering", map[string]string{"sdp": sdp, "inCallChannelId": ch.ID.Reveal()})
	r.secrets = []Secret{ch.ID}
	got, err := send[webCallBody](ctx, c.c, r)
	w := got.call()
	w.ID = or(w.ID, id)
	return w, err
}

// Reject sends a ringing call away: to RejectToVoicemail, or, without an action, to wherever the
// service sends who is declined.
func (c WebCallsClient) Reject(ctx context.Context, id, action string) error {
	body := map[string]string{}
	if action != "" {
		body["action"] = action
	}
	return c.repeatable(ctx, id, "reject", "rejecting a call", body)
}

// HangUp ends a call; one that is over is no error.
func (c WebCallsClient) HangUp(ctx context.Context, id string) error {
	_, err := c.c.do(ctx, &request{
		op: "hanging up", method: http.MethodDelete, route: webCallRoute, args: []string{id}, scope: ScopeWebCalls,
	})
	return unlessGone(err)
}

// Hold puts the far end of a call on hold, or takes it back.
func (c WebCallsClient) Hold(ctx context.Context, id string, on bool) error {
	if on {
		return c.repeatable(ctx, id, "hold", "putting a call on hold", nil)
	}
	return c.repeatable(ctx, id, "unhold", "taking a call off hold", nil)
}

// Mute has the service drop our sound, or pass it on again.
func (c WebCallsClient) Mute(ctx context.Context, id string, on bool) error {
	if on {
		return c.repeatable(ctx, id, "mute", "muting a call", nil)
	}
	return c.repeatable(ctx, id, "unmute", "unmuting a call", nil)
}

// Tones has tones sent to the far end: digits, # and *.
func (c WebCallsClient) Tones(ctx context.Context, id, tones string) error {
	_, err := c.c.do(ctx, c.action(id, "dtmf", "sending tones", map[string]string{"tone": tones}))
	return err
}

// BlindTransfer sends the far end of a call to another number, without asking there.
func (c WebCallsClient) BlindTransfer(ctx context.Context, id, to string) error {
	_, err := c.c.do(ctx, c.action(id, "blind-transfer", "transferring a call", map[string]string{"dialString": to}))
	return err
}

// WarmTransfer joins the far ends of a call and of another one of mine; both leave this telephone.
func (c WebCallsClient) WarmTransfer(ctx context.Context, id, other string) error {
	_, err := c.c.do(ctx, c.action(id, "warm-transfer", "completing a transfer", map[string]string{"referId": other}))
	return err
}

// Merge makes a conference of a call and another one of mine.
func (c WebCallsClient) Merge(ctx context.Context, id, other string) error {
	_, err := c.c.do(ctx, c.action(id, "merge", "merging two calls", map[string]string{"referId": other}))
	return err
}

// Split takes a call out of a conference.
func (c WebCallsClient) Split(ctx context.Context, id string) error {
	_, err := c.c.do(ctx, c.action(id, "split", "splitting a conference", nil))
	return err
}

// Offer renews the media of a call with a new offer, and gives the service's answer to it.
func (c WebCallsClient) Offer(ctx context.Context, id, sdp string) (answer string, err error) {
	const op = "renewing the sound of a call"
	got, err := send[struct {
		SDP string `json:"sdp"`
	}](ctx, c.c, &request{
		op: op, method: http.MethodPut, route: webCallRoute + "/offer", args: []string{id},
		body: map[string]string{"sdp": sdp}, scope: ScopeWebCalls,
	})
	if err == nil && got.SDP == "" {
		err = fmt.Errorf("%s: %w: no session description in it", op, ErrAnswer)
	}
	return got.SDP, err
}

func (c WebCallsClient) action(id, verb, op string, body any) *request {
	return &request{
		op: op, method: http.MethodPost, route: webCallRoute + "/" + verb, args: []string{id}, body: body, scope: ScopeWebCalls,
	}
}

// repeatable does what is as good done twice as once.
func (c WebCallsClient) repeatable(ctx context.Context, id, verb, op string, body any) error {
	r := c.action(id, verb, op, body)
	r.repeatable = true
	_, err := c.c.do(ctx, r)
	return err
}

// ClickToCall has a telephone of a line ring and, once it is picked up, dials a number from it
// (goto-api.md 9). It gives the id of whoever begins the call. Needs ScopeClickToCall; it is sent
// once.
func (c WebCallsClient) ClickToCall(ctx context.Context, line, dial string) (initiator string, err error) {
	got, err := send[struct {
		InitiatorID string `json:"initiatorId"`
	}](ctx, c.c, &request{
		op: "ringing the desk phone", method: http.MethodPost, route: "/calls/v2/calls", scope: ScopeClickToCall,
		body: map[string]any{"dialString": dial, "from": map[string]string{"lineId": line}},
	})
	return call.Clean(got.InitiatorID), err
}

// extensionQuery names an extension of a device.
func extensionQuery(organization, extension string) url.Values {
	return url.Values{"organizationId": {organization}, "extensionNumber": {extension}}
}
