package gotoapi

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"ringside/store/call"
)

// WebDevice is a telephone that this program is (goto-api.md 6.1).
type WebDevice struct {
	ID      string // of our own choice
	App     string
	Version string
	// Channel is told of incoming calls and of the registration.
	Channel Channel
}

const (
	webDeviceRoute    = "/web-calls/v1/devices/{device}"
	webExtensionsPage = 100 // the service's largest page
)

type webDeviceBody struct {
	ClientInformation struct {
		DeviceID   string `json:"deviceId,omitempty"`
		AppID      string `json:"appId,omitempty"`
		AppVersion string `json:"appVersion,omitempty"`
		Platform   string `json:"platform,omitempty"`
	} `json:"clientInformation"`
	CallbackReference callbackReference `json:"callbackReference"`
}

type callbackReference struct {
	IncomingCallChannelID      string `json:"incomingCallChannelId,omitempty"`
	SessionManagementChannelID string `json:"sessionManagementChannelId,omitempty"`
}

func callback(ch Channel) callbackReference {
	return callbackReference{ch.ID.Reveal(), ch.ID.Reveal()}
}

// CreateDevice makes a device. One of the same id may be there already: status 409.
func (c WebCallsClient) CreateDevice(ctx context.Context, d WebDevice) error {
	body := webDeviceBody{CallbackReference: callback(d.Channel)}
	info := &body.ClientInformation
	info.DeviceID, info.AppID, info.AppVersion, info.Platform = d.ID, d.App, d.Version, "INTEGRATOR"
	_, err := c.c.do(ctx, &request{
		op: "registering this telephone", method: http.MethodPost, route: "/web-calls/v1/devices", body: body,
		scope: ScopeWebCalls, secrets: []Secret{d.Channel.ID}, repeatable: true,
	})
	return err
}

// Device reads a device; of its channel the answer has the id alone.
func (c WebCallsClient) Device(ctx context.Context, id string) (WebDevice, error) {
	got, err := send[webDeviceBody](ctx, c.c, &request{
		op: "reading this telephone's registration", method: http.MethodGet, route: webDeviceRoute, args: []string{id},
		scope: ScopeWebCallsRead,
	})
	info := got.ClientInformation
	return WebDevice{
		ID: or(call.Clean(info.DeviceID), id), App: call.Clean(info.AppID), Version: call.Clean(info.AppVersion),
		Channel: Channel{ID: Secret(got.CallbackReference.IncomingCallChannelID)},
	}, err
}

// MoveDevice has a device's notices sent to another channel. ErrNotFound means that the device is
// gone.
func (c WebCallsClient) MoveDevice(ctx context.Context, id string, to Channel) error {
	_, err := c.c.do(ctx, &request{
		op: "moving this telephone to another channel", method: http.MethodPatch, route: webDeviceRoute, args: []string{id},
		body:  map[string]callbackReference{"callbackReference": callback(to)},
		scope: ScopeWebCalls, secrets: []Secret{to.ID}, repeatable: true,
	})
	return err
}

// DeleteDevice ends a device; one that is gone is no error.
func (c WebCallsClient) DeleteDevice(ctx context.Context, id string) error {
	_, err := c.c.do(ctx, &request{
		op: "taking this telephone away", method: http.MethodDelete, route: webDeviceRoute, args: []string{id}, scope: ScopeWebCalls,
	})
	return unlessGone(err)
}

// WebExtension is an extension that rings on a device.
type WebExtension struct {
	Number  string
	Session string
	Code    int // as an HTTP status
}

type webExtensionBody struct {
	Number     string `json:"number"`
	SessionID  string `json:"sessionId"`
	ResultCode int    `json:"resultCode"`
}

func (b webExtensionBody) extension() WebExtension {
	return WebExtension{Number: call.Clean(b.Number), Session: call.Clean(b.SessionID), Code: b.ResultCode}
}

// Register has an extension of an organization ring on a device. The service answers for the
// extension by itself: one that it refuses is an *Error of that status. One that is there already is
// no error. ErrNotFound may mean that the device is gone.
func (c WebCallsClient) Register(ctx context.Context, device, organization, extension string) (WebExtension, error) {
	const op = "registering the extension"
	type numbered struct {
		Number string `json:"number"`
	}
	got, err := send[struct {
		Extensions []webExtensionBody `json:"extensions"`
	}](ctx, c.c, &request{
		op: op, method: http.MethodPost, route: webDeviceRoute + "/extensions", args: []string{device}, scope: ScopeWebCalls,
		body: map[string]any{"organizationId": organization, "extensions": []numbered{{extension}}}, repeatable: true,
	})
	if err != nil {
		return WebExtension{Number: extension}, err
	}
	for _, b := range got.Extensions {
		e := b.extension()
		switch {
		case e.Number != extension:
		case e.Code == 0, e.Code >= 200 && e.Code <= 299, e.Code == http.StatusConflict:
			return e, nil
		default:
			return e, &Error{Op: op + " " + call.Clean(extension), Status: e.Code, Scope: ScopeWebCalls}
		}
	}
	return WebExtension{Number: extension}, fmt.Errorf("%s: %w: the extension is not in it", op, ErrAnswer)
}

// Extensions lists the extensions of an organization that ring on a device.
func (c WebCallsClient) Extensions(ctx context.Context, device, organization string) iter.Seq2[WebExtension, error] {
	const op = "listing the extensions of this telephone"
	return pages(op, func(marker string) ([]WebExtension, string, error) {
		got, err := send[struct {
			Extensions []webExtensionBody `json:"extensions"`
			Next       string             `json:"nextPageMarker"`
		}](ctx, c.c, &request{
			op: op, method: http.MethodGet, route: webDeviceRoute + "/extensions", args: []string{device}, scope: ScopeWebCallsRead,
			query: page(url.Values{"organizationId": {organization}}, webExtensionsPage, marker),
		})
		var out []WebExtension
		for _, b := range got.Extensions {
			out = append(out, b.extension())
		}
		return out, got.Next, err
	})
}

// Unregister has an extension no longer ring on a device; one that is gone is no error.
func (c WebCallsClient) Unregister(ctx context.Context, device, organization, extension string) error {
	_, err := c.c.do(ctx, &request{
		op: "taking the extension off this telephone", method: http.MethodDelete, route: webDeviceRoute + "/extensions",
		args: []string{device}, query: extensionQuery(organization, extension), scope: ScopeWebCalls,
	})
	return unlessGone(err)
}
