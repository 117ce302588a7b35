package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzFrame: an error exactly where encoding/json has one, else what the oracle reads.
func FuzzFrame(f *testing.F) {
	for _, b := range fixtures(f) {
		f.Add(b)
	}
	f.Add(bigFrame(3, 4, 2))
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) <= DefaultMaxFrame {
			checkFrame(t, d, b)
		}
	})
}

// FuzzReport: as FuzzFrame, and the pages get the same bytes.
func FuzzReport(f *testing.F) {
	for _, name := range []string{"report.json", "states_page.json", "spaces_page.json", "summaries.json"} {
		var small bytes.Buffer
		if err := json.Compact(&small, fixture(f, name)); err != nil {
			f.Fatal(err)
		}
		f.Add(small.Bytes())
	}
	f.Add([]byte(`{"conversationSpaceId":"c","callStates":[{"sequenceNumber":1}],"aiAnalysis":{"summary":"a\n b"},"actions":[{"type":{"value":"X"}}]}`))
	f.Add([]byte(taped))
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > DefaultMaxFrame {
			return
		}
		checkReport(t, d, b)
		_, states := d.States(b)
		_, spaces := d.Spaces(b)
		_, summaries := d.Summaries(b)
		for _, err := range []error{states, spaces, summaries} {
			if !json.Valid(b) && !errors.Is(err, ErrNotJSON) && !errors.Is(err, ErrTooDeep) {
				t.Fatalf("no JSON, yet error %v", err)
			}
		}
	})
}

// FuzzRecording: whatever the file and however it is read, the same comes out; and a file of
// nothing but good lines comes out line by line.
func FuzzRecording(f *testing.F) {
	lines := bytes.SplitAfter(fixture(f, "call.jsonl"), []byte("\n"))
	f.Add(bytes.Join(lines[:2], nil))
	f.Add([]byte("[\n" + `{"event":"a"},` + "\n" + `{"event":"b"}` + "\n]"))
	f.Add([]byte(`{"event":"a"}` + "\n" + `{"data":` + "\n" + `{"event":"b"}` + "\n\n" + `{"event":`))
	f.Add([]byte("{\n  \"conversationSpaceId\": \"c\",\n  \"callStates\": [\n    {\n      \"sequenceNumber\": 1\n    }\n  ]\n}\n"))
	f.Add([]byte("\ufeff{\"items\":[{\"metadata\":{\"conversationSpaceId\":\"c\"},\"state\":{}}]}"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		read := func(r io.Reader) (frames []Frame, lines []int, stats Stats, failed bool) {
			stats, err := ReadRecording(r, func(f Frame, line int) error {
				frames, lines = append(frames, f), append(lines, line)
				return nil
			})
			return frames, lines, stats, err != nil
		}
		frames, lines, stats, failed := read(bytes.NewReader(b))
		slow, slowLines, slowStats, slowFailed := read(trickle{bytes.NewReader(b)})
		if diff := cmp.Diff(frames, slow) + cmp.Diff(lines, slowLines); diff != "" || failed != slowFailed || stats.Bad != slowStats.Bad || stats.Lines != slowStats.Lines {
			t.Fatalf("read slowly:\n%s\n%+v %+v %t %t", diff, stats, slowStats, failed, slowFailed)
		}
		if stats.Frames != len(frames) || len(stats.FirstBad) > stats.Bad || stats.Bad > stats.Lines {
			t.Fatalf("%+v of %d frames", stats, len(frames))
		}
		for i, l := range lines {
			if l < 1 || l > stats.Lines || i > 0 && l < lines[i-1] {
				t.Fatalf("lines %v of %d", lines, stats.Lines)
			}
		}
		if want := recordingLines(b); stats.Bad == 0 && !failed && onlyFrames(b) {
			if diff := cmp.Diff(want, frames); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// onlyFrames reports whether every line is a notification by itself.
func onlyFrames(b []byte) bool {
	d := NewDecoder()
	for line := range bytes.Lines(b) {
		f, err := d.Frame(bytes.TrimSpace(line))
		if err != nil || f.Kind == Other {
			return false
		}
	}
	return true
}

// trickle reads a few bytes at a time.
type trickle struct{ r io.Reader }

func (t trickle) Read(b []byte) (int, error) { return t.r.Read(b[:min(3, len(b))]) }
