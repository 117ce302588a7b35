package plain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

var noon = time.Date(2026, 9, 24, 14, 32, 7, 0, time.UTC)

func name(p call.Party) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Number
}

func dana(state call.State) *call.Call {
	return &call.Call{
		ID: "1", No: 4, State: state, From: call.Party{Name: "Dana Roe", Number: "+12125550110"}, To: call.Party{Number: "+18005550120"},
		With: "Ann", Queue: "Support", Path: []string{"Main", "Support"}, Since: noon.Add(-65 * time.Second), Created: noon.Add(-2 * time.Minute),
		LastAt: noon, QueueMs: -1, AnswerMs: -1, Mine: false,
	}
}

func ended(o call.Outcome) *call.Call {
	c := dana(call.StateEnded)
	c.Outcome, c.Ended = o, noon
	return c
}

// Each state and each outcome is a sentence that says it in the words of the desk.
func TestSentences(t *testing.T) {
	waiting, hold, moved := dana(call.StateWaiting), dana(call.StateOnHold), dana(call.StateTransferring)
	waiting.Who, hold.Who, moved.Who = "Support", "Bo", "1102"
	mine := dana(call.StateRinging)
	mine.Rings = true
	out := dana(call.StateStarting)
	out.Direction, out.From, out.To = call.Outbound, call.Party{Name: "Fay"}, call.Party{Name: "Oda Lind"}
	answered := dana(call.StateTalking)
	answered.AnswerMs = 12_000
	twice := dana(call.StateRinging)
	twice.With = "Ann (2nd)"
	two := dana(call.StateRinging)
	two.With = "Ann +1"
	late := dana(call.StateTalking)
	late.JoinedLate = true
	hole := dana(call.StateParked)
	hole.Gaps = []call.Gap{{From: 3, To: 5}}
	stale := dana(call.StateTalking)
	stale.Stale = true
	for _, tt := range []struct {
		was, is *call.Call
		want    string
	}{
		{nil, dana(call.StateStarting), "A call from Dana Roe is starting."},
		{nil, out, "Fay is starting a call to Oda Lind."},
		{nil, dana(call.StateInMenu), "Dana Roe is in the menu Support."},
		{nil, waiting, "Dana Roe is waiting in Support."},
		{dana(call.StateRinging), waiting, "Dana Roe is waiting in Support again."},
		{waiting, dana(call.StateRinging), "Dana Roe rings Ann in Support."},
		{waiting, twice, "Dana Roe rings Ann for the second time in Support."},
		{waiting, two, "Dana Roe rings Ann and 1 other in Support."},
		{waiting, mine, "Dana Roe rings you in Support."},
		{dana(call.StateRinging), answered, "Ann answers Dana Roe after 12 seconds and is talking."},
		{hold, dana(call.StateTalking), "Ann is talking with Dana Roe again."},
		{nil, late, "Ann is talking with Dana Roe. This call was joined late: its beginning is not known yet."},
		{dana(call.StateTalking), hold, "Bo puts Dana Roe on hold."},
		{hold, moved, "Dana Roe is transferring to 1102."},
		{hold, dana(call.StateVoicemail), "Dana Roe is in voicemail."},
		{hold, hole, "Dana Roe is parked. There is a gap: some of what happened in the call of Dana Roe is missing."},
		{dana(call.StateTalking), stale, "The call of Dana Roe is stale: nothing has been heard of it for long."},
		{nil, ended(call.Answered), "The call of Dana Roe with Ann has ended, answered, after 2 minutes."},
		{nil, ended(call.Missed), "The call of Dana Roe was missed: nobody took it in 2 minutes."},
		{nil, ended(call.AbandonedMenu), "Dana Roe gave up in the menu after 2 minutes: abandoned."},
		{nil, ended(call.AbandonedQueue), "Dana Roe gave up in Support after 0 seconds: abandoned."},
		{nil, ended(call.VoicemailLeft), "Dana Roe left a voicemail."},
		{nil, ended(call.Forwarded), "The call of Dana Roe was forwarded and has ended after 2 minutes."},
		{nil, ended(call.NotConnected), "The call of Dana Roe to +18005550120 was not connected."},
		{waiting, waiting, ""},
		{dana(call.StateRinging), two, ""}, {twice, dana(call.StateRinging), ""},
	} {
		if got := Namer(name).Sentence(tt.was, tt.is); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
	for s := call.StateStarting; s <= call.StateEnded; s++ {
		if got := Namer(name).Sentence(nil, dana(s)); got == "" || !strings.HasSuffix(got, ".") {
			t.Errorf("%v is told as %q", s, got)
		}
		if got := Namer(name).About(dana(s), noon); !strings.HasPrefix(got, "Call 4: Dana Roe, ") || !strings.HasSuffix(got, ".") {
			t.Errorf("%v: %q", s, got)
		}
	}
}

func TestSpans(t *testing.T) {
	for s, want := range map[int]string{0: "0 seconds", 1: "1 second", 59: "59 seconds", 60: "1 minute", 61: "1 minute 1 second", 3600: "1 hour", 3725: "1 hour 2 minutes", 7200: "2 hours", 47 * 3600: "47 hours", 48 * 3600: "2 days", 235_700: "2 days 17 hours"} {
		if got := Span(time.Duration(s) * time.Second); got != want {
			t.Errorf("%d s are %q, want %q", s, got, want)
		}
	}
}

// view is a board of calls, in slots.
func view(at time.Time, calls ...*call.Call) *call.View {
	return &call.View{At: at, Live: call.VecOf(calls...), Counts: call.Counts{Up: len(calls)}}
}

// However busy the floor, no more is told than can be heard; what concerns the listener always is.
func TestABusyFloorIsSummedUp(t *testing.T) {
	tell := New(Options{Name: name})
	now := noon
	tell.View(view(now), now)
	lines := tell.Lines()
	calls := make([]*call.Call, 200)
	for i := range calls {
		c := *dana(call.StateStarting)
		c.ID, c.No = fmt.Sprint(i), i+1
		calls[i] = &c
	}
	states := []call.State{call.StateInMenu, call.StateWaiting, call.StateRinging, call.StateTalking, call.StateOnHold}
	for s := range 300 { // five minutes, forty changes a second
		for k := range 40 {
			i := (s*40 + k) % len(calls)
			c := *calls[i]
			c.State, c.Who, c.LastAt, c.Mine = states[(s/5+k)%len(states)], "Support", now, i == 7
			calls[i] = &c
		}
		now = now.Add(time.Second)
		tell.View(view(now, calls...), now)
		tell.Tick(now)
		lines = append(lines, tell.Lines()...)
	}
	sums := 0
	for _, l := range lines {
		if strings.HasPrefix(l.Text, "In 20 seconds, ") {
			sums++
		}
	}
	// 60 changes of my own call, a summary every 20 s, and the first ones until it was too many.
	if len(lines) < 60+13 || len(lines) > 60+15+burst+3 || sums < 13 {
		t.Errorf("%d lines, %d of them summaries:\n%v", len(lines), sums, lines)
	}
	for range 5 { // then it is calm
		now = now.Add(summaryFor)
		tell.Tick(now)
	}
	last := tell.Lines()
	if len(last) == 0 || last[len(last)-1].Text != "The floor is calmer. Each change is told again." {
		t.Errorf("when it is calm: %v", last)
	}
}

func TestLongWaitsAreTold(t *testing.T) {
	w := dana(call.StateWaiting)
	w.Who = "Support"
	tell := New(Options{Name: name, WaitAmber: time.Nanosecond, WaitRed: time.Hour})
	tell.View(view(noon), noon)
	tell.View(view(noon, w), noon)
	tell.Lines()
	tell.SetMode(Quiet)
	tell.Tick(noon.Add(time.Second))
	tell.Tick(noon.Add(2 * time.Second))
	var got []string
	for _, l := range tell.Lines() {
		got = append(got, l.Text)
	}
	if len(got) > 1 { // once for each limit
		t.Errorf("a long wait is told as %q", got)
	}
}

func TestQuietAndFilter(t *testing.T) {
	tell := New(Options{Name: name})
	tell.View(view(noon), noon)
	tell.Lines()
	tell.SetMode(Quiet)
	mine := dana(call.StateRinging)
	mine.ID, mine.Mine, mine.Rings = "2", true, true
	tell.View(view(noon, dana(call.StateStarting), mine), noon)
	if got := tell.Lines(); len(got) != 1 || got[0].Text != "Dana Roe rings you in Support." {
		t.Errorf("quiet tells %v", got)
	}
	tell.SetMode(All)
	tell.SetFinds(func(c *call.Call, _ time.Time) bool { return c.Queue == "Sales" })
	tell.View(view(noon, dana(call.StateTalking), mine), noon)
	if got := tell.Lines(); len(got) != 0 {
		t.Errorf("what the filter does not find is told: %v", got)
	}
}
