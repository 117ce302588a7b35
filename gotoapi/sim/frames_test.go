package sim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
)

// shape flattens a JSON value into "path kind" lines: which members are there, and what of.
// Members of lists are merged.
func shape(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	paths := make(map[string]string)
	flatten(v, "", paths)
	return paths
}

func flatten(v any, path string, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		into[path] = "object"
		for k, sub := range v {
			flatten(sub, path+"."+k, into)
		}
	case []any:
		into[path] = "list"
		for _, sub := range v {
			flatten(sub, path+"[]", into)
		}
	case nil:
		into[path] = "null"
	case string:
		into[path] = "text"
	case float64:
		into[path] = "number"
	case bool:
		into[path] = "bool"
	}
}

// The members of a recorded call-state frame around its content, explicit nulls included.
func envelopeShape() map[string]string {
	return map[string]string{
		"": "object", ".event": "text", ".eventId": "number", ".timestamp": "text", ".data": "object", ".data.id": "text",
		".data.source": "text", ".data.type": "text", ".data.usage": "null", ".data.timestamp": "text", ".data.ttl": "number",
		".data.topic": "null", ".data.displayNotification": "null", ".data.contentVersion": "null", ".data.bypassDoNotDisturb": "bool",
	}
}

// Members of a call state's content in the recordings. Those marked "may" are not in each.
func contentShape() (must, may map[string]string) {
	return map[string]string{
			".content": "object", ".content.metadata": "object", ".content.metadata.conversationSpaceId": "text",
			".content.metadata.direction": "text", ".content.metadata.accountKey": "text", ".content.metadata.callCreated": "text",
			".content.state": "object", ".content.state.id": "text", ".content.state.sequenceNumber": "number",
			".content.state.type": "text", ".content.state.timestamp": "text", ".content.state.participants": "list",
		}, map[string]string{
			".content.metadata.callInitiator": "text", ".content.metadata.dialString": "text",
			".content.metadata.associatedConversations": "list", ".content.metadata.associatedConversations[]": "text",
			".content.metadata.hangupOriginatorId": "text",
		}
}

func TestCallStateFramesHaveTheRecordedShape(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		pass(9 * time.Minute)
		must, may := contentShape()
		outer := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$`)
		inner := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?Z$`)
		for _, raw := range e.bytes() {
			got := shape(t, raw)
			envelope := map[string]string{}
			for path, kind := range got {
				rest, inData := strings.CutPrefix(path, ".data")
				switch {
				case !inData || rest != ".content" && !strings.HasPrefix(rest, ".content."):
					envelope[path] = kind
				case must[rest] == kind, may[rest] == kind:
				case strings.HasPrefix(rest, ".content.state."): // the world's own tests know what is in there
				default:
					t.Fatalf("member %s (%s) was never recorded: %s", path, kind, raw)
				}
			}
			if diff := cmp.Diff(envelopeShape(), envelope); diff != "" {
				t.Fatalf("envelope (-recorded +sent):\n%s", diff)
			}
			for path, kind := range must {
				if got[".data"+path] != kind {
					t.Fatalf("member %s is %q: %s", path, got[".data"+path], raw)
				}
			}
			var f struct {
				Timestamp string
				Data      struct {
					Timestamp, Source, Type string
					TTL                     int
					BypassDoNotDisturb      bool
				}
			}
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Fatal(err)
			}
			if !outer.MatchString(f.Timestamp) || !inner.MatchString(f.Data.Timestamp) {
				t.Fatalf("timestamps %q and %q", f.Timestamp, f.Data.Timestamp)
			}
			if f.Data.Source != "call-events" || f.Data.Type != "call-state" || f.Data.TTL != 600 || f.Data.BypassDoNotDisturb {
				t.Fatalf("frame %+v", f)
			}
			if !bytes.HasPrefix(raw, fmt.Appendf(nil, `{"event":"Notification","eventId":`)) {
				t.Fatalf("frame begins %.60s", raw)
			}
		}
		if n := len(e.bytes()); n < 200 {
			t.Errorf("only %d frames were looked at", n)
		}
	})
}

func TestReportFrame(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribeReports(c.ChannelID, "accountKeys", r.hello.AccountKey).want(t, 201)
		e := r.listen(c.ChannelData.ChannelURL)
		id := r.finished(e)
		i := slices.IndexFunc(e.frames(), func(f frameIn) bool { return f.Data.Source == "call-events-report" })
		want := envelopeShape()
		want[".data.content"], want[".data.content.conversationSpaceId"] = "object", "text"
		raw := e.bytes()[i]
		if diff := cmp.Diff(want, shape(t, raw)); diff != "" {
			t.Errorf("report frame (-recorded +sent):\n%s", diff)
		}
		if !bytes.Contains(raw, []byte(`"type":"REPORT_SUMMARY"`)) || !bytes.Contains(raw, []byte(id)) {
			t.Errorf("frame %s", raw)
		}
	})
}
