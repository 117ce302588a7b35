package phone

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for want, q := range map[string]Quality{
		"":                          {},
		"no sound: not connected":   {NoPath: true},
		"no sound from the far end": {Silent: true, Known: true},
		"good":                      {Known: true, Loss: 0.01, Jitter: 30 * time.Millisecond},
		"poor: 4% loss":             {Known: true, Loss: 0.04},
		"fair: 2% loss":             {Known: true, Loss: 0.02, Jitter: 40 * time.Millisecond},
		"fair: 40 ms jitter":        {Known: true, Jitter: 40 * time.Millisecond},
		"poor: 70 ms jitter":        {Known: true, Loss: 0.02, Jitter: 70 * time.Millisecond},
		"fair: 400 ms delay":        {Known: true, Trip: 400 * time.Millisecond},
		"poor: 700 ms delay":        {Known: true, Trip: 700 * time.Millisecond},
	} {
		if got := q.Words(); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
}
