package connect

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"

	"ringside/gotoapi/sim"
)

// The simulated company's CRM is reached from within: what it answers with leads to pages that can be
// opened over the same network, and a visit is seen.
func TestTheFarEndHasACRM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, err := StartFarEnd(sim.Config{}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		crm := far.Link(nil).CRM
		get := func(url, token string) (status int, body []byte) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			res, err := crm.HTTP.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if body, err = io.ReadAll(res.Body); err != nil {
				t.Fatal(err)
			}
			if req.Header.Get("X-Forwarded-Proto") != "" {
				t.Error("the caller's request was changed")
			}
			return res.StatusCode, body
		}
		search := crm.API + "/contacts?phone=%2B12125550110"
		if status, body := get(search, ""); status != 401 {
			t.Errorf("without a token %d: %s", status, body)
		}
		var found struct{ Contacts []struct{ ID, URL string } }
		if _, body := get(search, crm.Token.Reveal()); json.Unmarshal(body, &found) != nil || len(found.Contacts) != 1 {
			t.Fatalf("found %s", body)
		}
		k := found.Contacts[0]
		if k.URL != crm.Pages+"/contacts/"+k.ID || k.URL[:8] != "https://" {
			t.Errorf("page %s", k.URL)
		}
		if status, body := get(k.URL, ""); status != 200 {
			t.Errorf("page %d: %s", status, body)
		}
		if v := far.Service.Visits(); len(v) != 1 || v[0].Contact != k.ID {
			t.Errorf("visits %+v", v)
		}
	})
}
