package call

import "testing"

func TestRecentIsBounded(t *testing.T) {
	const most = 7
	r := NewRecent[int](most)
	for i := range 5 * most {
		if !r.Add(i) || r.Add(i) {
			t.Errorf("%d is not new once", i)
		}
	}
	if len(r.known) != most || len(r.order) != most {
		t.Errorf("%d keys kept", len(r.known))
	}
	for i := range 5 * most {
		if want := i >= 4*most; r.Has(i) != want {
			t.Errorf("%d remembered: %v", i, !want)
		}
	}
}
