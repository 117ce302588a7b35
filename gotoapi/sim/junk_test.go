package sim_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"ringside/gotoapi/sim"
)

// Whatever a client sends, the service answers with a refusal or a success, never with a 5xx or a
// broken connection, and its error bodies are JSON.
func TestJunkIsAnsweredCleanly(t *testing.T) {
	paths := []string{
		"/oauth/authorize", "/oauth/token", "/login", "/OAuth/approve", "/users/v1/lines", "/users/v1/users", "/users/v1/users/%00/lines",
		"/voice-admin/v1/extensions", channelsPath, channelsPath + "/x", channelsPath + "/x/y", channelsPath + "/x/y/channel-lifetime",
		channelsPath + "/x/channelId/ws", callSubs, spaces, spaces + "/x/events", reportSubs, reports + "%2F..%2F", summaries,
		"/v2/session", "/v2/session/x/subscriptions", "/v2/session/x/ws", "/_sim/faults", "/_sim/speed", "/_sim/truth/x", "/_sim/faults/x", "/%e2%80%ae",
	}
	junk := []string{
		"", "null", "[]", "{}", `"`, `{"channelId":null,"accountKeys":null}`, `{"channelId":{},"accountKeys":[1]}`, `[null]`, `[{}]`,
		`{"channelType":["WebSockets"]}`, `{"kind":null,"probability":1e400}`, `{"speed":"NaN"}`, "\x00\xff", strings.Repeat("[", 20_000),
		strings.Repeat("a", 1<<20), "grant_type=refresh_token&refresh_token=%zz",
	}
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		for _, path := range paths {
			for i, text := range junk {
				values := url.Values{}
				for _, name := range []string{"channelId", "accountKey", "lineId", "pageSize", "pageMarker", "startTime", "endTime", "sequenceFrom", "service", "client_id", "user"} {
					values.Set(name, text[:min(len(text), 100)])
				}
				for _, method := range []string{"GET", "POST", "PUT", "DELETE", "TRACE"} {
					res := r.do(method, path+"?"+values.Encode(), text)
					if res.status >= 500 || res.status < 200 {
						t.Errorf("%s %s with junk %d: %d %.200s", method, path, i, res.status, res.body)
					}
					if strings.HasPrefix(path, "/_sim") || res.status < 400 || !strings.HasPrefix(res.header.Get("Content-Type"), "application/json") {
						continue
					}
					if m := res.object(t); fmt.Sprint(m["errorCode"], m["error"]) == "" {
						t.Errorf("%s %s with junk %d: %.200s", method, path, i, res.body)
					}
				}
			}
		}
	})
}
