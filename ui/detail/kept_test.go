package detail

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
)

// taped is the report of a call that was recorded on two legs and transcribed.
func taped() *call.Report {
	r := report()
	at := begun.Add(30 * time.Second)
	r.Recordings = []call.Recording{{ID: "rec-1", At: at, Participant: "p-ann", Transcribed: true}, {ID: "rec-2", At: at}}
	r.Transcripts = []call.Recording{{ID: "tr-ann", At: at, Participant: "p-ann"}, {ID: "tr-caller", At: at, Participant: "p-caller"}}
	return r
}

// asked carries out a command and gives the transcripts it asks for.
func asked(t *testing.T, cmd tea.Cmd) []string {
	t.Helper()
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case action.AskTranscript:
		return []string{msg.ID}
	case tea.BatchMsg:
		var out []string
		for _, c := range msg {
			out = append(out, asked(t, c)...)
		}
		return out
	default:
		t.Fatalf("%#v", msg)
	}
	return nil
}

// keep puts beside a call what people noted, and what was said in it.
func keep(p *Pane) {
	p.SetItems([]archive.Item{
		{Kind: archive.Note, ID: "1", Call: p.ID(), At: begun.Add(7 * time.Minute), By: "mia", Text: "wants both invoices by mail"},
		{Kind: archive.Tag, ID: "2", Call: p.ID(), At: begun, Text: "billing"},
		{Kind: archive.Tag, ID: "3", Caller: "+12125550110", At: begun, Text: "vip"},
		{Kind: archive.Pop, ID: "4", Call: p.ID(), At: begun, Text: "not a note"},
		{Kind: archive.Note, ID: "5", Caller: "+12125550110", At: begun.Add(-48 * time.Hour), Text: "speaks fast\x1b[2J"},
	})
	p.report.Transcripts = taped().Transcripts
	p.report.Recordings = taped().Recordings
	p.Do(action.Right)
	p.SetTranscript("tr-ann", []call.Utterance{
		{FromMs: 0, ToMs: 1900, Text: "Acme support, Ann speaking."},
		{FromMs: 2100, ToMs: 5000, Text: "I have two invoices that I do not understand.", Heard: true},
		{FromMs: 45_000, ToMs: 46_000, Text: "One moment, Bo knows more.\x1b[2J"},
	}, nil)
	p.SetTranscript("tr-caller", []call.Utterance{
		{FromMs: 2300, ToMs: 5100, Text: "I have two invoices that I do not understand."},
	}, nil)
}

func TestTranscript(t *testing.T) {
	p := open(100, 90, folded(15), taped(), nil)
	if got := words(p); !strings.Contains(got, "recording from +0:30, at Ann Bell (8648), to be transcribed") ||
		!strings.Contains(got, "transcript from +0:30, at Dana Roe +1 212 555 0110: right opens it in the story") {
		t.Errorf("recordings and transcripts are not listed:\n%s", plain(p))
	}
	if got, want := asked(t, p.Do(action.Right)), []string{"tr-ann", "tr-caller"}; !slices.Equal(got, want) {
		t.Fatalf("right asks for %q, want %q", got, want)
	}
	if got := words(p); !strings.Contains(got, "on its way") {
		t.Errorf("it does not say that they are asked for:\n%s", plain(p))
	}
	keep(p)
	got := words(p)
	at := -1
	for _, want := range []string{
		"Ann Bell (8648) answers", "+0:30 │ Ann Bell: Acme support", "+0:32 │ Dana Roe: I have two invoices",
		"puts Dana Roe on hold", "enters the queue", "+1:15 │ Ann Bell: One moment", "Bo Chen (0019) answers",
	} {
		i := strings.Index(got, want)
		if i <= at {
			t.Errorf("%q is missing or out of order:\n%s", want, plain(p))
		}
		at = max(at, i)
	}
	if n := strings.Count(got, "two invoices that I do"); n != 1 {
		t.Errorf("what two recordings heard is told %d times", n)
	}
	if r, ok := p.Do(action.Right)().(action.Refused); !ok || r.Why == "" {
		t.Error("opened again")
	}
	p.Do(action.Left)
	if got := words(p); strings.Contains(got, "One moment") || !strings.Contains(got, "closed") {
		t.Errorf("left does not close it:\n%s", plain(p))
	}
	if got := asked(t, p.Do(action.Right)); got != nil {
		t.Errorf("what is there is asked for again: %q", got)
	}

	// one that cannot be had says so, and can be asked for again
	p.SetTranscript("tr-ann", nil, errors.New("GoTo says 403\x1b[2J"))
	if got := words(p); !strings.Contains(got, "it cannot be had: GoTo says 403") {
		t.Errorf("it does not say why it is not there:\n%s", plain(p))
	}
	if got := asked(t, p.Do(action.Right)); !slices.Equal(got, []string{"tr-ann"}) {
		t.Errorf("after the failure it asks for %q", got)
	}
	if strings.Contains(plain(p), "\x1b") {
		t.Error("something hostile came through")
	}
	other := taped()
	other.ID = "another"
	p.SetData(nil, other, nil)
	if got := words(p); strings.Contains(got, "Acme support") {
		t.Error("what was said in another call is still told")
	}
}

func TestNoTranscript(t *testing.T) {
	for _, r := range []*call.Report{nil, report()} {
		p := open(100, 40, folded(15), r, nil)
		if m, ok := p.Do(action.Right)().(action.Refused); !ok || m.Why == "" {
			t.Error("right does something where there is no transcript")
		}
	}
}

func TestNotes(t *testing.T) {
	p := open(100, 60, folded(15), taped(), nil)
	if strings.Contains(plain(p), "Notes") {
		t.Error("a heading for notes that are not there")
	}
	keep(p)
	got := words(p)
	for _, want := range []string{"tags #billing", "caller #vip", "18:45 wants both invoices by mail (mia)", "28 Sep speaks fast[2J (of the caller)"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, plain(p))
		}
	}
	if strings.Contains(got, "not a note") {
		t.Error("a screen pop is shown as a note")
	}
}

// Conversations of one journey are one story, with times from its beginning.
func TestJourney(t *testing.T) {
	first, second := *folded(15), *folded(15)
	second.ID, second.Created = "consultation", second.Created.Add(40*time.Second)
	first.Associated, second.Associated = []string{second.ID, "unknown"}, []string{first.ID}
	p := open(100, 90, &first, nil, nil)
	alone := words(p)
	if !strings.Contains(alone, "2 other conversations of the same journey") {
		t.Errorf("it does not say what it goes with:\n%s", plain(p))
	}
	p.SetJourney([]*call.Call{&second, nil, &first})
	got := words(p)
	if !strings.Contains(got, "1 not at hand") {
		t.Errorf("it does not say what is not at hand:\n%s", plain(p))
	}
	if len(p.chapters) < 2 {
		t.Fatalf("the journey has %d chapters", len(p.chapters))
	}
	if n := strings.Count(got, "enters the queue Support"); n != 2 || !strings.Contains(got, "this call") {
		t.Errorf("the journey tells %d of two conversations:\n%s", n, plain(p))
	}
	p.SetJourney(nil)
	if got := words(p); strings.Count(got, "enters the queue Support") != 1 {
		t.Errorf("without its journey:\n%s", plain(p))
	}
}
