package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

func TestOurEnd(t *testing.T) {
	ann, bo := call.Answer{Name: "Ann", Extension: "1001"}, call.Answer{Name: "Bo", Extension: "1002"}
	dana := call.Answer{Name: "Dana Roe", Number: "+12125550110"}
	us := func(names ...string) (out []call.Party) {
		for _, n := range names {
			out = append(out, map[string]call.Party{"Ann": {Name: "Ann", Number: "1001"}, "Bo": {Name: "Bo", Number: "1002"}, "Dana": {Name: "Dana Roe", Number: "+12125550110"}}[n])
		}
		return out
	}
	for name, c := range map[string]struct {
		s    call.Summary
		want []call.Party
	}{
		"answered and passed on":     {call.Summary{Direction: call.Inbound, Answered: []call.Answer{ann, ann, bo}}, us("Ann", "Bo")},
		"forwarded":                  {call.Summary{Direction: call.Inbound, Answered: []call.Answer{dana}}, us("Dana")},
		"between extensions":         {call.Summary{Direction: call.Internal, From: us("Ann")[0], Answered: []call.Answer{bo}}, us("Bo")},
		"dialled out":                {call.Summary{Direction: call.Outbound, From: us("Ann")[0], Answered: []call.Answer{dana}}, us("Ann")},
		"dialled out, and passed on": {call.Summary{Direction: call.Outbound, From: us("Ann")[0], Answered: []call.Answer{dana, bo}}, us("Ann", "Bo")},
		"dialled out in vain":        {call.Summary{Direction: call.Outbound, From: us("Ann")[0]}, nil},
	} {
		if d := cmp.Diff(c.want, c.s.OurEnd()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
