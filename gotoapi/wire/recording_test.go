package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"ringside/store/call"

	"github.com/google/go-cmp/cmp"
)

// replayed is what came out of a recording, a word a frame: "line:kind#seq".
func replayed(r io.Reader) (string, Stats, error) {
	var got []string
	stats, err := ReadRecording(r, func(f Frame, line int) error {
		w := fmt.Sprintf("%d:%v", line, f.Kind)
		if f.Kind == CallState {
			w = fmt.Sprintf("%d:#%d", line, f.Event.Snapshot.Seq)
		}
		if f.Report != nil {
			w += "*"
		}
		if f.Event.Source != call.FromReplay {
			w += "!source"
		}
		got = append(got, w)
		return nil
	})
	return strings.Join(got, " "), stats, err
}

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var w bytes.Buffer
	z := gzip.NewWriter(&w)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

const wholeCall = "1:#1 2:#2 3:#3 4:#4 5:#5 6:#6 7:#7 8:#8 9:#9 10:#10 11:report ready"

func TestRecordingOfFrames(t *testing.T) {
	b := fixture(t, "call.jsonl")
	readers := map[string]io.Reader{
		"plain":         bytes.NewReader(b),
		"gzip":          bytes.NewReader(packed(t, b)),
		"no newline":    bytes.NewReader(bytes.TrimSpace(b)),
		"windows":       strings.NewReader("\ufeff" + strings.ReplaceAll(string(b), "\n", "\r\n")),
		"windows bytes": iotest.OneByteReader(strings.NewReader("\ufeff" + string(b))),
		"packed mark":   bytes.NewReader(packed(t, append([]byte("\ufeff"), b...))),
		"one byte":      iotest.OneByteReader(bytes.NewReader(b)),
		"halves":        iotest.HalfReader(bytes.NewReader(b)),
		"data with EOF": iotest.DataErrReader(bytes.NewReader(b)),
	}
	for name, r := range readers {
		got, stats, err := replayed(r)
		if err != nil || got != wholeCall || stats.Frames != 11 || stats.Lines != 11 || stats.Bad != 0 || stats.Bytes < int64(len(b)-1) {
			t.Errorf("%s: %s\n%+v %v", name, got, stats, err)
		}
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if got, stats, err := replayed(strings.NewReader("[\n  " + strings.Join(lines, ",\n  ") + "\n]\n")); err != nil || stats.Bad != 0 || stats.Frames != 11 || !strings.HasPrefix(got, "2:#1 3:#2") {
		t.Errorf("array: %s %+v %v", got, stats, err)
	}
	if got, stats, err := replayed(strings.NewReader(strings.Join(lines[:3], ""))); err != nil || got != "1:#1 1:#2 1:#3" || stats.Lines != 1 {
		t.Errorf("one line: %s %+v %v", got, stats, err)
	}
}

func TestRecordingOfReports(t *testing.T) {
	if got, stats, err := replayed(strings.NewReader(`{"callStates":[{"sequenceNumber":8}],"conversationSpaceId":"c"}`)); got != "1:#8 1:report ready*" || err != nil || stats.Reports != 1 {
		t.Errorf("%s %+v %v", got, stats, err)
	}
	rep := string(fixture(t, "report.json"))
	const states = "%[1]d:#1 %[1]d:#2 %[1]d:#3 %[1]d:#4 %[1]d:#5 %[1]d:#6 %[1]d:#7 %[1]d:#8 %[1]d:#9 %[1]d:#10 %[1]d:report ready*"
	n := strings.Count(rep, "\n")
	mixed := rep + string(fixture(t, "states_page.json")) + string(fixture(t, "frames/webhook_starting.json")) + rep +
		string(fixture(t, "spaces_page.json")) + string(fixture(t, "frames/refresh.json"))
	got, stats, err := replayed(iotest.HalfReader(strings.NewReader(mixed)))
	at := n + 1
	want := fmt.Sprintf(states, 1) + fmt.Sprintf(" %[1]d:#3 %[1]d:#4 %[1]d:#5", at)
	at += bytes.Count(fixture(t, "states_page.json"), []byte("\n"))
	want += fmt.Sprintf(" %d:#1", at)
	at += bytes.Count(fixture(t, "frames/webhook_starting.json"), []byte("\n"))
	want += " " + fmt.Sprintf(states, at)
	at += n
	want += fmt.Sprintf(" %[1]d:#7 %[1]d:#10", at)
	at += bytes.Count(fixture(t, "spaces_page.json"), []byte("\n"))
	want += fmt.Sprintf(" %d:refresh required", at)
	if diff := cmp.Diff(want, got); diff != "" || err != nil || stats.Bad != 0 || stats.Reports != 2 || stats.Lines != at {
		t.Errorf("%v %+v, %d lines\n%s", err, stats, at, diff)
	}
	_, err = ReadRecording(strings.NewReader(rep), func(f Frame, _ int) error {
		if f.Report != nil && (len(f.Report.Events) != 10 || f.Report.ID != f.Event.Meta.ID || string(f.Report.Raw)+"\n" != rep || !f.At.Equal(f.Report.Ended)) {
			t.Errorf("report %+v", f.Report)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRecordingSkipsBadLines(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(fixture(t, "call.jsonl"))), "\n")
	a, b, c := lines[0], lines[1], lines[2]
	colon := a[:strings.Index(a, `"data":`)+len(`"data":`)]
	rep := strings.Replace(string(fixture(t, "report.json")), `"callEnded": `, `"callEnded": ?`, 1)
	n := strings.Count(rep, "\n")
	for name, c := range map[string]struct {
		in, want string
		bad      []int
	}{
		"garbage":          {a + "\nnonsense\n\n***\n" + b + "\n", "1:#1 5:#2", []int{2, 4}},
		"cut in a text":    {a + "\n" + b[:60] + "\n" + c + "\n", "1:#1 3:#3", []int{2}},
		"cut after a }":    {a[:len(a)-1] + "\n" + b + "\n" + c, "2:#2 3:#3", []int{1}},
		"cut after a :":    {colon + "\n" + b + "\n" + c + "\n", "2:#2 3:#3", []int{1}},
		"cut, then one":    {colon + "\n" + b + "\n", "2:#2", []int{1}},
		"cut after a ,":    {a[:len(`{"event":"Notification",`)] + "\n" + b + "\n", "2:#2", []int{1}},
		"tail of a line":   {a[40:] + "\n" + b + "\n", "2:#2", []int{1}},
		"two in one":       {a[:50] + b + "\n" + c, "2:#3", []int{1}},
		"rest of a line":   {a + "}}\n" + b + "\n", "1:#1 2:#2", []int{1}},
		"zeros":            {a + "\n\x00\x00\x00" + b + "\n" + c, "1:#1 3:#3", []int{2}},
		"not notification": {a + "\n{\"hello\":1}\n" + b, "1:#1 3:#2", []int{2}},
		"no call":          {`{"source":"call-events","type":"call-state","content":{}}` + "\n" + b, "2:#2", []int{1}},
		"values":           {"1\n\"x\"\nnull\n" + b, "4:#2", []int{1, 2, 3}},
		"broken report":    {rep + b + "\n", fmt.Sprintf("%d:#2", n+1), []int{1}},
		"in an array":      {"[\n  " + a + ",\n  {\"x\": oh},\n  " + b + "\n]\n", "2:#1 4:#2", []int{3}},
		"twice in a line":  {`{"a":1}{"a":2} x` + "\n" + b, "2:#2", []int{1}},
		"summaries":        {string(fixture(t, "summaries.json")), "", []int{1}},
		"too deep":         {strings.Repeat(`{"a":`, 99) + "1" + strings.Repeat("}", 99) + "\n" + b, "2:#2", []int{1}},
	} {
		got, stats, err := replayed(strings.NewReader(c.in))
		var bad []int
		for _, l := range stats.FirstBad {
			bad = append(bad, l.Line)
			var e *Error
			if !errors.As(l.Err, &e) {
				t.Errorf("%s: %v", name, l.Err)
			}
		}
		if err != nil || got != c.want || cmp.Diff(c.bad, bad) != "" || stats.Bad != len(c.bad) {
			t.Errorf("%s: %s, bad %v %d, %v", name, got, stats.FirstBad, stats.Bad, err)
		}
	}
}

// Wherever the file breaks off, what stands before is delivered, and the error says where.
func TestRecordingCut(t *testing.T) {
	b := fixture(t, "call.jsonl")
	for _, end := range []int{1, 100, 1500, 2500, 9000, len(b) - 3, len(b) - 2} {
		for name, r := range map[string]io.Reader{"plain": bytes.NewReader(b[:end]), "bytes": iotest.OneByteReader(bytes.NewReader(b[:end]))} {
			whole := bytes.Count(b[:end], []byte("\n"))
			got, stats, err := replayed(r)
			if n := len(strings.Fields(wholeCall[:strings.Index(wholeCall+" ", fmt.Sprintf("%d:", whole+1))])); n != stats.Frames || !strings.HasPrefix(wholeCall, got) {
				t.Errorf("%s to %d: %s, %+v", name, end, got, stats)
			}
			if want := fmt.Sprintf("at line %d (byte %d)", whole+1, end); !errors.Is(err, ErrCut) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s to %d: %v, want it to say %s", name, end, err, want)
			}
		}
	}
	rep := fixture(t, "report.json")
	got, stats, err := replayed(io.MultiReader(bytes.NewReader(b), bytes.NewReader(rep[:len(rep)/2])))
	if !errors.Is(err, ErrCut) || got != wholeCall || !strings.Contains(err.Error(), "begins at line 12") || stats.Bad != 0 {
		t.Errorf("%s %+v %v", got, stats, err)
	}
}

func TestRecordingReadErrors(t *testing.T) {
	b := fixture(t, "call.jsonl")
	for name, end := range map[string]int{"at a line": bytes.IndexByte(b, '\n') + 1, "in a line": 2000} {
		broken := errors.New("disk on fire")
		got, _, err := replayed(io.MultiReader(bytes.NewReader(b[:end]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !strings.HasPrefix(got, "1:#1") || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
	z := packed(t, bytes.Repeat(b, 9))
	got, _, err := replayed(bytes.NewReader(z[:len(z)-200]))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(got, wholeCall) {
		t.Errorf("cut gzip: %v", err)
	}
	if _, err := ReadRecording(bytes.NewReader([]byte{0x1f, 0x8b, 9, 9}), nil); err == nil {
		t.Error("no gzip, no error")
	}
	if _, stats, err := replayed(strings.NewReader(" \n\n")); err != nil || stats.Frames != 0 || stats.Lines != 2 {
		t.Errorf("blank: %+v %v", stats, err)
	}
	if _, _, err := replayed(neverReader{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
	enough := errors.New("enough")
	n := 0
	stats, err := ReadRecording(bytes.NewReader(b), func(Frame, int) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 || stats.Frames != 3 {
		t.Errorf("stopped after %d with %v, %+v", n, err, stats)
	}
}

type neverReader struct{}

func (neverReader) Read([]byte) (int, error) { return 0, nil }

func TestRecordingTooBig(t *testing.T) {
	line := strings.SplitAfter(string(fixture(t, "call.jsonl")), "\n")[0]
	huge := io.MultiReader(strings.NewReader(line+`{"a":"`), &repeat{c: 'x', n: DefaultMaxBody + 100}, strings.NewReader("\"}\n"+line))
	open := io.MultiReader(strings.NewReader(line+`{"a":"`), &repeat{c: 'x', n: 2*DefaultMaxBody + 100}, strings.NewReader(`",`+"\n"+line))
	for name, r := range map[string]io.Reader{"closed": huge, "left open": open} {
		got, stats, err := replayed(r)
		if err != nil || got != "1:#1 3:#1" || stats.Bad != 1 || !errors.Is(stats.FirstBad[0].Err, ErrTooBig) {
			t.Errorf("%s: %s %+v %v", name, got, stats, err)
		}
	}
}

// repeat reads as n times c.
type repeat struct {
	c byte
	n int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := min(len(b), r.n)
	for i := range n {
		b[i] = r.c
	}
	r.n -= n
	return n, nil
}

// A line out of a pipe is handed on when it is there, not when the next one comes.
func TestRecordingFromPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		got := make(chan uint64)
		done := make(chan error)
		go func() {
			_, err := ReadRecording(r, func(f Frame, _ int) error {
				got <- f.Event.Snapshot.Seq
				return nil
			})
			done <- err
		}()
		for i := range 4 {
			line := append(bigFrame(i+1, 3, 1), '\n')
			for _, part := range [][]byte{line[:len(line)-100], line[len(line)-100:]} {
				if _, err := w.Write(part); err != nil {
					t.Fatal(err)
				}
			}
			if seq := <-got; seq != uint64(i+1) {
				t.Fatalf("state %d", seq)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

// recordingLines decodes a recording the plain way: each line by itself.
func recordingLines(b []byte) (frames []Frame) {
	d := NewDecoder()
	for line := range bytes.Lines(b) {
		if f, err := d.Frame(bytes.TrimSpace(line)); err == nil && json.Valid(line) {
			f.Event.Source = call.FromReplay
			frames = append(frames, f)
		}
	}
	return frames
}
