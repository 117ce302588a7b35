package wire

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/store/call"

	gocmp "github.com/google/go-cmp/cmp"
)

const said = `{"version":"1","recordingId":"x","results":[
 {"type":"utterances","transcript":"It  is\tAcme\u0007 Support.","final":true,"startTimeMs":900,"endTimeMs":2600.75,"channel":0,"languageCode":"en-US"},
 {"type":"utterances","transcript":"hel","final":false,"startTimeMs":2700,"endTimeMs":2800,"channel":1},
 {"type":"sentiment","transcript":"POSITIVE","startTimeMs":0,"endTimeMs":1},
 {"transcript":"Hello.","startTimeMs":"2700","endTimeMs":2500,"channel":1},
 {"type":"utterances","transcript":"One moment.","startTimeMs":100,"endTimeMs":800,"channel":0},
 {"type":"utterances","transcript":" ","startTimeMs":5000,"endTimeMs":5100,"channel":0}, 7]}`

func TestTranscript(t *testing.T) {
	got, err := NewDecoder().Transcript([]byte(said))
	want := []call.Utterance{
		{FromMs: 100, ToMs: 800, Text: "One moment."},
		{FromMs: 900, ToMs: 2600, Text: "It is Acme Support.", Language: "en-US"},
		{FromMs: 2700, ToMs: 2700, Text: "Hello.", Heard: true},
	}
	if diff := gocmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	checkTranscript(t, []byte(said))
}

func TestTranscriptErrors(t *testing.T) {
	for in, want := range map[string]error{
		`{}`: ErrShape, `[]`: ErrShape, `{"version":"1"}`: ErrShape, `{"results":[]}`: nil, `{"results":null}`: nil,
		`{"results":[{]}`: ErrNotJSON, `{"results":[`: ErrCut, `<html>`: ErrNotJSON,
	} {
		if u, err := NewDecoder().Transcript([]byte(in)); !errors.Is(err, want) || len(u) > 0 {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
	}
	long := strings.Repeat("word ", 1500)
	b := `{"results":[` + strings.TrimSuffix(strings.Repeat(`{"transcript":"`+long+`"},`, 1000), ",") + `]}`
	d := NewDecoder()
	got, err := d.Transcript([]byte(b))
	if err != nil || len(got) == 0 || len(got)*len(got[0].Text) > maxWords || len(got)+d.Odd() != 1000 {
		t.Errorf("%d utterances, odd %d, %v", len(got), d.Odd(), err)
	}
}

// checkTranscript holds a decoder against what encoding/json's tree says.
func checkTranscript(t *testing.T, b []byte) {
	t.Helper()
	got, err := NewDecoder().Transcript(b)
	if !json.Valid(b) || treeDepth(b) > MaxDepth {
		if err == nil {
			t.Fatalf("no error for %q", b)
		}
		return
	}
	m, _ := parseTree(b).(map[string]any)
	if _, there := m["results"]; !there {
		if !errors.Is(err, ErrShape) {
			t.Fatalf("error %v for %q", err, b)
		}
		return
	}
	var want []call.Utterance
	for _, r := range tree(m).objs("results") {
		u := call.Utterance{
			FromMs: r.span("startTimeMs", time.Millisecond).Milliseconds(), ToMs: r.span("endTimeMs", time.Millisecond).Milliseconds(),
			Text: oracleProse(r.raw("transcript")), Heard: r.uint("channel") == 1, Language: r.text("languageCode"),
		}
		u.ToMs = max(u.ToMs, u.FromMs)
		final := r["final"] == nil || r["final"] == true || r["final"] == "true"
		if kind := r.text("type"); final && u.Text != "" && (kind == "" || kind == "utterances") {
			want = append(want, u)
		}
	}
	slices.SortStableFunc(want, func(a, b call.Utterance) int { return cmp.Compare(a.FromMs, b.FromMs) })
	if diff := gocmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v, transcript (-oracle +decoder):\n%s\nof %q", err, diff, b)
	}
}

// FuzzTranscript: an error where encoding/json has one, else what the tree says.
func FuzzTranscript(f *testing.F) {
	f.Add([]byte(said))
	f.Add([]byte(`{"results":[{"transcript":"a","final":null,"channel":1.0}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) <= DefaultMaxFrame {
			checkTranscript(t, b)
		}
	})
}
