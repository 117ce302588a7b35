package cli

import (
	"context"
	"fmt"

	"ringside/gotoapi"
	"ringside/lookup"
	"ringside/lookup/source/httpjson"
	"ringside/lookup/source/jsonmap"
	"ringside/lookup/source/secret"
	"ringside/ui/cli/connect"
)

// demoCRM opens the simulated company's CRM as a source of contacts. The one given is that of the
// simulation that runs; nil starts one for the length of the look-ups.
func (a *app) demoCRM(crm *connect.CRM, region string) (uses []lookup.Use, done func(), err error) {
	end := func() {}
	if crm == nil {
		far, err := a.startFarEnd()
		if err != nil {
			return nil, nil, err
		}
		crm, end = far.CRM, far.Close
	}
	src, err := crmSource(crm, region)
	if err != nil {
		end()
		return nil, nil, fmt.Errorf("opening the simulated CRM: %w", err)
	}
	return []lookup.Use{lookup.Remote(src)}, func() { _ = src.Close(); end() }, nil
}

// crmSource asks the CRM by what any service with a JSON interface is asked by: nothing here is known
// to the demo alone.
func crmSource(crm *connect.CRM, region string) (*httpjson.Source, error) {
	return httpjson.New(httpjson.Options{
		Name: "demo CRM", URL: crm.API + "/contacts?include=tickets&phone={e164}", Bearer: fixed(crm.Token), Region: region, HTTP: crm.HTTP,
		Rules: jsonmap.Rules{
			List: "contacts",
			Fields: map[string][]string{
				"id": {"id"}, "name": {"name"}, "company": {"company"}, "tier": {"tier"}, "email": {"email"}, "phones": {"phones"},
				"url": {"url"}, "notes": {"notes"}, "next": {"next_appointment.title"}, "next at": {"next_appointment.at"},
				"owner": {"owner"}, "plan": {"custom.plan"}, "seats": {"custom.seats"}, "since": {"custom.customer_since"},
			},
			Tickets: "tickets",
			Ticket:  map[string]string{"at": "opened"},
		},
	})
}

// fixed is a secret that is at hand.
type fixed gotoapi.Secret

// Get implements web.Getter.
func (f fixed) Get(context.Context) (secret.Value, error) {
	return secret.NewValue(gotoapi.Secret(f).Reveal()), nil
}

// Forget implements web.Getter: there is no other to be had.
func (fixed) Forget() {}
