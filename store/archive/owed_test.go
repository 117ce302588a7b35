package archive

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

var nine = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// told makes calls and items of a story: "missed@0" is one that ended at minute 0.
func told(t *testing.T, story string) (calls []call.Summary, items []Item) {
	t.Helper()
	for i, word := range strings.Fields(story) {
		what, at, _ := strings.Cut(word, "@")
		after, err := time.ParseDuration(at)
		if err != nil {
			t.Fatal(err)
		}
		end := nine.Add(after)
		c := call.Summary{ID: word, Created: end.Add(-time.Minute), Ended: end, TotalMs: 60_000, From: call.Party{Name: "Dana", Number: "+1 212 555 0110"}, To: call.Party{Number: "+18005550120"}}
		c.PhasesMs[call.PhaseWait], c.PhasesMs[call.PhaseVoicemail] = int64(i), int64(10*i)
		switch what {
		case "missed":
			c.Outcome = call.Missed
		case "queue":
			c.Outcome, c.Queue = call.AbandonedQueue, "Support"
		case "menu":
			c.Outcome = call.AbandonedMenu
		case "short":
			c.Outcome, c.TotalMs = call.AbandonedQueue, 4999
		case "justlong":
			c.Outcome, c.TotalMs = call.AbandonedQueue, 5000
		case "shortmiss":
			c.Outcome, c.TotalMs = call.Missed, 100
		case "voicemail":
			c.Outcome, c.From.Name = call.VoicemailLeft, ""
		case "answered":
			c.Outcome = call.Answered
		case "forwarded":
			c.Outcome = call.Forwarded
		case "nothing":
			c.Outcome = call.NotConnected
		case "tried", "reached":
			c.Direction, c.From, c.To = call.Outbound, call.Party{Name: "Ann", Number: "1001"}, c.From
			if c.Outcome = call.NotConnected; what == "reached" {
				c.Outcome = call.Answered
			}
		case "internal":
			c.Direction, c.Outcome = call.Internal, call.Answered
		case "claim", "settle":
			kind := Claim
			if what == "settle" {
				kind = Settled
			}
			items = append(items, Item{Kind: kind, ID: word, At: end, By: "bo@" + at})
			continue
		default:
			t.Fatal(what)
		}
		calls = append(calls, c)
	}
	return calls, items
}

func TestOwes(t *testing.T) {
	for _, c := range []struct{ story, want string }{
		{"", ""},
		{"missed@0s", "missed@0s"},
		{"queue@0s menu@1m missed@2m voicemail@3m", "queue@0s menu@1m missed@2m voicemail@3m"},
		{"nothing@0s", ""},
		{"short@0s", ""},
		{"justlong@0s", "justlong@0s"},
		{"shortmiss@0s", "shortmiss@0s"}, // it rang: somebody could have answered
		{"missed@0s answered@1m", ""},
		{"missed@0s forwarded@1m", ""},
		{"missed@0s reached@1m", ""},
		{"missed@0s internal@1m", "missed@0s"},
		{"answered@0s missed@1m", "missed@1m"},
		{"missed@0s answered@0s", ""}, // they talked with us at that very moment
		{"missed@0s tried@1m", "missed@0s tried 1 by Ann"},
		{"tried@0s missed@1m tried@2m tried@3m", "missed@1m tried 2 by Ann"},
		{"missed@0s tried@1m answered@2m missed@3m", "missed@3m"},
		{"missed@0s claim@1m", "missed@0s claimed by bo@1m"},
		{"claim@0s missed@1m", "missed@1m"},
		{"missed@0s claim@1m missed@2m claim@3m", "missed@0s missed@2m claimed by bo@3m"},
		{"missed@0s claim@1m answered@2m missed@3m", "missed@3m"},
		{"missed@0s settle@1m", ""},
		{"missed@0s settle@1m missed@2m", "missed@2m"},
		{"settle@0s missed@1m", "missed@1m"},
	} {
		calls, items := told(t, c.story)
		for range 2 {
			d, owed := Owes(calls, items, 5*time.Second)
			got := strings.Join(d.Calls, " ")
			if d.Tries > 0 {
				got += " tried " + string(rune('0'+d.Tries)) + " by " + d.TriedBy
			}
			if d.Claimed != "" {
				got += " claimed by " + d.Claimed
			}
			if got != c.want || owed != (c.want != "") {
				t.Errorf("%s: %q, owed %v, want %q", c.story, got, owed, c.want)
			}
			reverse(calls)
			reverse(items)
		}
	}
}

func reverse[T any](s []T) {
	for i := range len(s) / 2 {
		s[i], s[len(s)-1-i] = s[len(s)-1-i], s[i]
	}
}

func TestWhatADebtTells(t *testing.T) {
	calls, items := told(t, "queue@0s voicemail@5m tried@7m claim@8m missed@9m")
	got, _ := Owes(calls, items, 0)
	want := Debt{
		Number: "+1 212 555 0110", Key: "+12125550110", Name: "Dana",
		Since: nine, Last: nine.Add(9 * time.Minute), Calls: []string{"queue@0s", "voicemail@5m", "missed@9m"},
		Outcome: call.Missed, To: call.Party{Number: "+18005550120"}, Message: true, WaitMs: 4, VoicemailMs: 40,
		Tries: 1, TriedAt: nine.Add(6 * time.Minute), TriedBy: "Ann", Claimed: "bo@8m", ClaimedAt: nine.Add(8 * time.Minute),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got): %s", d)
	}
}
