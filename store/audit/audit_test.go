package audit

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestTrail(t *testing.T) {
	var b bytes.Buffer
	masked := true
	tr := New(&b, Options{Who: "Ann", Role: "agent", Now: func() time.Time { return noon }, Mask: func(s string) string {
		if masked {
			return call.Mask(s)
		}
		return s
	}})
	tr.Add(Entry{What: "dial", Number: "+12125550110", More: "a\x1b[2Jb"})
	masked = false
	tr.Add(Entry{What: "pop", Call: "c-1", Number: "+12125550110", Who: "Bo", At: noon.Add(time.Hour)})
	want := `{"schema":"ringside.audit/1","at":"2026-11-29T12:00:00Z","who":"Ann","role":"agent","what":"dial","number":"…10","more":"a[2Jb"}
{"schema":"ringside.audit/1","at":"2026-11-29T13:00:00Z","who":"Bo","role":"agent","what":"pop","call":"c-1","number":"+12125550110"}
`
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}

// full is a disk that is full now and then.
type full struct {
	bytes.Buffer
	err error
}

func (f *full) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.Buffer.Write(p)
}

func TestAFullDiskIsToldOnce(t *testing.T) {
	disk := &full{err: errors.New("no space left on device")}
	var said []error
	tr := New(disk, Options{Trouble: func(err error) { said = append(said, err) }})
	tr.Add(Entry{What: "dial"})
	tr.Add(Entry{What: "dial"})
	disk.err = nil
	tr.Add(Entry{What: "dial"})
	tr.Add(Entry{What: "dial"})
	if len(said) != 2 || said[0] == nil || !strings.Contains(said[0].Error(), "no space left") || said[1] != nil {
		t.Errorf("told %v", said)
	}
	if n := strings.Count(disk.String(), "\n"); n != 2 {
		t.Errorf("%d lines written", n)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "audit[1].jsonl")
	line := func(at time.Time, what string) string {
		var b bytes.Buffer
		New(&b, Options{}).Add(Entry{At: at, What: what})
		return b.String()
	}
	files := map[string]string{
		path: line(noon, "pop") + "no JSON\n\n" + line(noon.Add(time.Minute), "dial"),
		filepath.Join(dir, "audit[1]-2026-11-28T00-00-00.000.jsonl"): line(noon.Add(-24*time.Hour), "export") + line(noon.Add(-time.Minute), "reject"),
		filepath.Join(dir, "other-1.jsonl"):                          line(noon, "unmask"),
	}
	for p, text := range files {
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, bad, err := Read(path, noon.Add(-time.Hour))
	if err != nil || bad != 1 {
		t.Fatalf("%d bad, %v", bad, err)
	}
	var what []string
	for _, e := range got {
		what = append(what, e.What)
	}
	if s := strings.Join(what, " "); s != "reject pop dial" {
		t.Error(s)
	}
	if got, _, err := Read(filepath.Join(dir, "none.jsonl"), time.Time{}); err != nil || len(got) != 0 {
		t.Errorf("a log that is not there: %v %v", got, err)
	}
}
