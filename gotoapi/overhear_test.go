package gotoapi_test

import (
	"strings"
	"testing"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
)

// Who listens gets every answer as it came, refusals and repetitions too, and nothing of the login.
func TestOverhear(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		if _, err := s.Faults().Add(sim.Fault{Kind: sim.Answer, Status: 503, Path: "/users/", Count: 1}); err != nil {
			t.Fatal(err)
		}
		var heard []gotoapi.Answer
		ctx := gotoapi.Overhear(t.Context(), func(a gotoapi.Answer) {
			a.Body = []byte(string(a.Body))
			heard = append(heard, a)
		})
		if _, err := s.client.Identity.Lines(ctx, ""); err != nil {
			t.Fatal(err)
		}
		if len(heard) != 2 || heard[0].Status != 503 || heard[1].Status != 200 || heard[1].Header.Get("Date") == "" ||
			heard[1].Route != "/users/v1/lines" || !strings.Contains(string(heard[1].Body), s.hello.Me.LineID) {
			t.Errorf("%+v", heard)
		}
		if _, err := s.client.Identity.Lines(gotoapi.Overhear(t.Context(), nil), ""); err != nil || len(heard) != 2 {
			t.Errorf("%v; %d heard", err, len(heard))
		}
	})
}
