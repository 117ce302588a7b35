package call

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStoryWithAReport(t *testing.T) {
	s := scripts(t)["voicemail-left.txtar"]
	c := fold(t, s, s.events)
	at := func(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }
	r := &Report{
		Ended:       at(54050),
		Recordings:  []Recording{{ID: "r1", At: at(24030)}, {ID: "r2", At: at(24031), Participant: "b"}},
		Transcripts: []Recording{{ID: "t1", At: at(24032)}},
		People:      []ReportPerson{{Participant: Participant{Name: "Bo"}, WrapUp: 9 * time.Second}},
		Queues:      []ReportQueue{{Name: "Support", CallbackOffered: true}},
		Actions: []ReportAction{
			{At: at(7_200_000), Kind: "VOICEMAIL_DELETED", For: "1002"},
			{At: at(55_000), Kind: "VOICEMAIL_NEW", For: "1002", Len: 29 * time.Second},
			{At: at(56_000), Kind: "NEW_WORD"},
		},
	}
	plain := map[string]bool{}
	for _, x := range c.Story() {
		plain[fmt.Sprint(x)] = true
	}
	var b strings.Builder
	for _, x := range c.StoryWith(r) {
		if !plain[fmt.Sprint(x)] {
			fmt.Fprintf(&b, "%d %s %s\n", x.AtMs, x.Sign, x.Text)
		}
		delete(plain, fmt.Sprint(x))
	}
	want := `0 ◔ a call back is offered in Support
24030 ◉ a recording begins
24031 ◉ a recording of Bo begins
24032 ◉ a transcript begins
55000 ✉ a message of 29.0 s for 1002 is kept
56000 ○ new word
63050 ○ Bo ends the wrap-up, after 9.0 s
7200000 ✉ the message for 1002 is deleted
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	if len(plain) > 0 {
		t.Errorf("the story itself lost %v", plain)
	}
	if d := cmp.Diff(c.Story(), c.StoryWith(nil)); d != "" {
		t.Error(d)
	}
}
