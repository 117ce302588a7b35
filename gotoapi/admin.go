package gotoapi

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"ringside/store/call"
)

// AdminClient reads the account's set-up: names for what calls only number (goto-api.md 2,
// "voice-admin"). Needs ScopeVoiceAdmin.
type AdminClient struct{ c *Client }

// Extension is something in the account that has a short number: a person, queue, dial plan, …
type Extension struct {
	ID     string
	Number string // leading zeros kept
	Name   string
	// Type is DIRECT_EXTENSION, CALL_QUEUE, CONFERENCE_BRIDGE, DIAL_PLAN, RING_GROUP,
	// SHARED_VOICEMAIL, VIRTUAL_FAX or a word not known yet.
	Type         string
	Organization string
}

// PhoneNumber is a number of the account.
type PhoneNumber struct {
	ID       string
	Number   string // E.164
	Name     string
	CallerID string // name shown when calling out
	RouteTo  string // id of the extension that gets its calls
	Status   string // ACTIVE or another word
}

// adminPage is the page size asked for; the service's bound is not documented.
const adminPage = 100

// Extensions lists the extensions of an account.
func (c AdminClient) Extensions(ctx context.Context, account string) iter.Seq2[Extension, error] {
	type body struct {
		ID             string `json:"id"`
		Number         string `json:"number"`
		Name           string `json:"name"`
		Type           string `json:"type"`
		OrganizationID string `json:"organizationId"`
	}
	return adminList(ctx, c.c, "listing the extensions", "/voice-admin/v1/extensions", account, func(b body) Extension {
		return Extension{
			ID: call.Clean(b.ID), Number: call.Clean(b.Number), Name: call.Clean(b.Name),
			Type: call.Clean(b.Type), Organization: call.Clean(b.OrganizationID),
		}
	})
}

// PhoneNumbers lists the numbers of an account.
func (c AdminClient) PhoneNumbers(ctx context.Context, account string) iter.Seq2[PhoneNumber, error] {
	type body struct {
		ID           string `json:"id"`
		Number       string `json:"number"`
		Name         string `json:"name"`
		CallerIDName string `json:"callerIdName"`
		Status       string `json:"status"`
		RouteTo      struct {
			ID string `json:"id"`
		} `json:"routeTo"`
	}
	return adminList(ctx, c.c, "listing the phone numbers", "/voice-admin/v1/phone-numbers", account, func(b body) PhoneNumber {
		return PhoneNumber{
			ID: call.Clean(b.ID), Number: call.Clean(b.Number), Name: call.Clean(b.Name),
			CallerID: call.Clean(b.CallerIDName), RouteTo: call.Clean(b.RouteTo.ID), Status: call.Clean(b.Status),
		}
	})
}

func adminList[B, T any](ctx context.Context, c *Client, op, route, account string, convert func(B) T) iter.Seq2[T, error] {
	return pages(op, func(marker string) ([]T, string, error) {
		got, err := send[listing[B]](ctx, c, &request{
			op: op, method: http.MethodGet, route: route, scope: ScopeVoiceAdmin,
			query: page(url.Values{"accountKey": {account}}, adminPage, marker),
		})
		var out []T
		for _, b := range got.Items {
			out = append(out, convert(b))
		}
		return out, got.Next, err
	})
}
