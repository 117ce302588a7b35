package sim_test

import (
	"encoding/json"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

// Numbers that call back are there to see what becomes of a call that cannot be answered.
func TestNumbersThatCallBack(t *testing.T) {
	alone := sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}
	for _, tt := range []struct {
		number, from string
		status       int
		code         string
	}{
		{"*53", "+19005550153", 404, "NOT_FOUND"},
		{"+1 900 555 0154", "+19005550154", 429, "TOO_MANY_REQUESTS"},
		{"*55", "+19005550155", 503, "UNAVAILABLE"},
	} {
		t.Run(tt.number, func(t *testing.T) {
			phoneRig(t, alone, func(t *testing.T, d *desk) {
				out := d.dial(tt.number)
				if n := d.next("ended"); n.Call != out.ID || n.Reason != "DECLINED" {
					t.Errorf("dialled: %+v", n)
				}
				in := d.next("incoming")
				if in.Number != tt.from {
					t.Errorf("called back by %+v", in)
				}
				leg := d.call(in.Call).Leg
				body := map[string]string{"sdp": anOffer, "inCallChannelId": d.channel}
				d.try(in.Call, "/answer", body).refused(t, tt.status, tt.code)
				if tt.status == 404 {
					if n := d.next("ended"); n.Call != in.Call || n.Reason != "CANCEL" {
						t.Errorf("given up: %+v", n)
					}
					return
				}
				pass(9 * time.Second)
				d.try(in.Call, "/answer", body).refused(t, tt.status, tt.code)
				pass(2 * time.Second)
				d.answer(in.Call)
				d.next("answered")
				pass(5 * time.Second)
				d.api("DELETE", "/web-calls/v1/calls/"+in.Call, "").want(t, 204)
				pass(5 * time.Second)
				if truth, _ := d.truthOf(leg); truth.Outcome == nil || *truth.Outcome != "answered" {
					t.Errorf("in the end %+v", truth)
				}
			})
		})
	}
	phoneRig(t, alone, func(t *testing.T, d *desk) { // nobody takes it
		d.dial("*54")
		in := d.next("incoming")
		if n := d.next("ended"); n.Call != in.Call || n.Reason != "CANCEL" {
			t.Errorf("not taken: %+v", n)
		}
	})
}

func TestANumberThatCannotBeDialled(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}, func(t *testing.T, d *desk) {
		body, err := json.Marshal(map[string]string{"deviceId": d.device, "organizationId": d.hello.OrganizationID,
			"extensionNumber": d.ext, "dialString": "*56", "inCallChannelId": d.channel, "sdp": anOffer})
		if err != nil {
			t.Fatal(err)
		}
		d.api("POST", "/web-calls/v1/calls", string(body)).refused(t, 503, "UNAVAILABLE")
		if n := d.svc.Stats().WebCalls; n != 0 {
			t.Errorf("%d calls", n)
		}
	})
}
