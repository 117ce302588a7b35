package wire

import (
	"encoding/json"
	"testing"
)

// everyShape calls each with the document as it is but for one value, for every value in it and
// every kind of JSON in its place, and once without it.
func everyShape(t *testing.T, b []byte, each func(b []byte)) {
	t.Helper()
	root := parseTree(b)
	again := func() {
		changed, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		each(changed)
	}
	others := []any{nil, 5, -7, 1.5, "x", "9", "", true, false, []any{}, []any{nil, "y", map[string]any{}}, map[string]any{}, map[string]any{"value": "LINE", "id": 3}}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, was := range v {
				for _, other := range others {
					v[k] = other
					again()
				}
				delete(v, k)
				again()
				v[k] = was
				walk(was)
			}
		case []any:
			for i, was := range v {
				for _, other := range others {
					v[i] = other
					again()
				}
				v[i] = was
				walk(was)
			}
		}
	}
	walk(root)
}

func TestEveryShapeOfFrame(t *testing.T) {
	t.Parallel()
	d := NewDecoder()
	for _, name := range []string{"inbound_queue", "warm", "voicemail", "ending_recorded", "report_ready", "refresh", "webhook_starting"} {
		everyShape(t, fixture(t, "frames/"+name+".json"), func(b []byte) { checkFrame(t, d, b) })
	}
}

func TestEveryShapeOfReport(t *testing.T) {
	t.Parallel()
	var rep map[string]any
	if err := json.Unmarshal(fixture(t, "report.json"), &rep); err != nil {
		t.Fatal(err)
	}
	rep["callStates"] = rep["callStates"].([]any)[4:5]
	small, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDecoder()
	everyShape(t, small, func(b []byte) { checkReport(t, d, b) })
}

// Pages hold what frames and reports hold; of any shape they are decoded or refused.
func TestEveryShapeOfPages(t *testing.T) {
	t.Parallel()
	d := NewDecoder()
	everyShape(t, fixture(t, "summaries.json"), func(b []byte) {
		p, err := d.Summaries(b)
		for _, s := range p.Items {
			if s.ID == "" {
				t.Fatalf("a summary of no call out of %s", b)
			}
		}
		if err != nil && len(p.Items) > 0 {
			t.Fatal(err)
		}
	})
	everyShape(t, fixture(t, "spaces_page.json"), func(b []byte) {
		p, err := d.Spaces(b)
		for _, e := range p.Events {
			if e.Meta.ID == "" {
				t.Fatalf("a state of no call out of %s", b)
			}
		}
		if err != nil && len(p.Events) > 0 {
			t.Fatal(err)
		}
	})
}
