package wire

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A recorder that is killed leaves a packed file without its end. Wherever that breaks off, all
// that was flushed before is read, and the error says where it ends.
func TestPackedRecordingCut(t *testing.T) {
	lines := bytes.SplitAfter(fixture(t, "call.jsonl"), []byte("\n"))[:5]
	var file bytes.Buffer
	z := gzip.NewWriter(&file)
	type flush struct{ at, lines int }
	flushes := []flush{{0, 0}}
	for i, line := range lines {
		if _, err := z.Write(line); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			if err := z.Flush(); err != nil {
				t.Fatal(err)
			}
			flushes = append(flushes, flush{file.Len(), i + 1})
		}
	}
	for end := 10; end <= file.Len(); end++ {
		least := 0
		for _, f := range flushes {
			if f.at <= end {
				least = f.lines
			}
		}
		got, stats, err := replayed(bytes.NewReader(file.Bytes()[:end]))
		if stats.Frames < least || !strings.HasPrefix(wholeCall, got) {
			t.Fatalf("cut at %d: %d states of %d flushed: %s", end, stats.Frames, least, got)
		}
		if !errors.Is(err, ErrCut) || !strings.Contains(err.Error(), fmt.Sprintf("line %d", stats.Frames+1)) {
			t.Fatalf("cut at %d: %v, behind %d states", end, err, stats.Frames)
		}
	}
}
