package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"

	"github.com/google/go-cmp/cmp"
)

// taped is a report in which one recording is listed in three places, each of which knows less.
const taped = `{"conversationSpaceId":"c","participants":[
 {"id":"ann","recordings":[{"id":"r2","startTimestamp":"2026-10-05T09:31:00Z"}],
  "liveTranscripts":[{"id":"t1"}],"transcripts":[{"id":"t2","startTimestamp":"2026-10-05T09:31:00Z"},{"id":"t1","startTimestamp":"2026-10-05T09:30:00Z"}]},
 {"participantId":"bo","recordings":[{"id":"r1"},{"startTimestamp":"2026-10-05T09:30:00Z"},"r9",null]}],
"callStates":[
 {"sequenceNumber":1,"participants":[{"id":"cy","recordings":[{"id":"r3","startTimestamp":"2026-10-05T09:32:00Z"}]}]},
 {"sequenceNumber":2,"participants":[],"transcripts":[{"id":"t2"},{"id":"t3","startTimestamp":"2026-10-05T09:29:00.5Z"}],
  "recordings":[{"id":"r1","startTimestamp":"2026-10-05T09:30:00Z","transcriptEnabled":true},{"id":"r2","transcriptEnabled":false},{"id":"r4","startTimestamp":"2026-10-05T09:30:00Z"}]}]}`

func TestReportTapes(t *testing.T) {
	d := NewDecoder()
	checkReport(t, d, []byte(taped))
	r, err := d.Report([]byte(taped))
	if err != nil {
		t.Fatal(err)
	}
	at := func(s float64) time.Time {
		return time.Date(2026, 10, 5, 9, 30, 0, 0, time.UTC).Add(time.Duration(s * float64(time.Second)))
	}
	want := call.Report{
		Recordings: []call.Recording{
			{ID: "r1", At: at(0), Participant: "bo", Transcribed: true}, {ID: "r4", At: at(0)},
			{ID: "r2", At: at(60), Participant: "ann"}, {ID: "r3", At: at(120), Participant: "cy"},
		},
		Transcripts: []call.Recording{
			{ID: "t3", At: at(-59.5)}, {ID: "t1", At: at(0), Participant: "ann"}, {ID: "t2", At: at(60), Participant: "ann"},
		},
	}
	if diff := cmp.Diff(want, call.Report{Recordings: r.Recordings, Transcripts: r.Transcripts}); diff != "" {
		t.Error(diff)
	}
	if got := []int{r.Events[0].Snapshot.Recorded, r.Events[1].Snapshot.Recorded}; got[0] != 1 || got[1] != 3 {
		t.Errorf("the states list %v recordings", got)
	}
}

// Of repeated members the last one counts, here as everywhere.
func TestReportTapesRepeated(t *testing.T) {
	for _, b := range []string{
		`{"conversationSpaceId":"c","participants":[{"recordings":[{"id":"a"}]}],"participants":[{"recordings":[{"id":"b"}],"recordings":[{"id":"x","id":"d"}],"id":"p"}]}`,
		`{"conversationSpaceId":"c","callStates":[{"recordings":[{"id":"a"}]}],"callStates":[{"recordings":[{"id":"b"}],"participants":[{"recordings":[{"id":"e"}]}],"participants":[],"recordings":[]}]}`,
		`{"conversationSpaceId":"c","callStates":[{"transcripts":[{"id":"a"}],"transcripts":null,"recordings":{}}],"participants":[{"transcripts":[{"id":"t","transcriptEnabled":"true"}],"participantId":"old"}]}`,
		`{"conversationSpaceId":"c","callStates":[{"r\u0065cordings":[{"\u0069d":"\u0061"},{"id":"b"}],"participants":[{"r\u0065cordings":[{"id":"z"}]}]}]}`,
	} {
		checkReport(t, NewDecoder(), []byte(b))
	}
}

func TestReportTapesBounded(t *testing.T) {
	var list strings.Builder
	for i := range maxListed + 500 {
		fmt.Fprintf(&list, `{"id":"r%d"},`, i)
	}
	person := `{"recordings":[` + strings.TrimSuffix(list.String(), ",") + `]}`
	b := `{"conversationSpaceId":"c","participants":[` + strings.Repeat(person+",", 60) + `{}]}`
	d := NewDecoder()
	r, err := d.Report([]byte(b))
	if err != nil || len(r.Recordings) != maxListed || d.Odd() < 60*500 {
		t.Errorf("%d recordings, odd %d, %v", len(r.Recordings), d.Odd(), err)
	}
	if f, err := d.Frame([]byte(`{"source":"call-events","type":"call-state","content":{"metadata":{"conversationSpaceId":"c"},"state":{"sequenceNumber":1,"recordings":[{"id":"a"},1]}}}`)); err != nil || f.Event.Snapshot.Recorded != 2 || d.keep {
		t.Errorf("a frame after a report: %+v, %v", f, err)
	}
}
