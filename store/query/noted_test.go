package query

import (
	"testing"
	"time"
)

func TestNoted(t *testing.T) {
	for text, want := range map[string][2]bool{
		"": {}, "wait>45s dir:in": {}, "queue:sales": {}, "dana": {true, false}, "-(queue:sales or dana)": {true, false},
		"tag:vip": {true, true}, "wait>5s or -note:refund": {true, true}, "~dn (queue:a tag=b)": {true, true}, "today": {},
	} {
		q, err := Parse(text, Options{Now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		if reads, names := q.Noted(); reads != want[0] || names != want[1] {
			t.Errorf("%q reads them %v and names them %v, want %v", text, reads, names, want)
		}
	}
}
