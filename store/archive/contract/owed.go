package contract

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
)

// fate is a call with an outside party by how it went.
func fate(m *Maker, how, num string, at time.Time) *call.Call {
	m.callers = []call.Party{{Name: "Dana Roe", Number: num}}
	switch how {
	case "answered":
		return m.queued(at, "Support", true).fold()
	case "abandoned":
		return m.queued(at, "Support", false).fold()
	case "missed":
		return m.direct(at, call.Missed).fold()
	case "voicemail":
		return m.direct(at, call.VoicemailLeft).fold()
	case "reached":
		return m.outbound(at, m.callers[0], true).fold()
	case "tried":
		return m.outbound(at, m.callers[0], false).fold()
	case "short":
		t := newTale(m.id(), at, call.Inbound)
		t.caller("Dana Roe", num, "+18005550120", "")
		t.queue("q", "Support")
		t.say(0, "c=R")
		t.say(100, "c=I / q")
		t.say(4000, "c=I / q!")
		t.end(4100, "c")
		return t.fold()
	}
	return m.internal(at).fold()
}

// A caller is owed a call by the story that the calls and items tell.
func testOwed(t *testing.T, open Opener) {
	for _, story := range []struct {
		tells string // one word an hour; "claim", "settle" and "undo" are items
		want  string // calls in vain, tries, claimed by; "" is not owed
	}{
		{"missed", "1 0 "},
		{"answered", ""},
		{"missed answered", ""},
		{"missed reached", ""},
		{"answered missed", "1 0 "},
		{"missed missed voicemail", "3 0 "},
		{"missed tried tried", "1 2 "},
		{"tried missed tried", "1 1 "},
		{"missed tried reached missed", "1 0 "},
		{"short", ""},
		{"short missed short", "1 0 "},
		{"abandoned claim", "1 0 bo"},
		{"claim abandoned", "1 0 "},
		{"abandoned claim missed", "2 0 bo"},
		{"missed settle", ""},
		{"missed settle missed", "1 0 "},
		{"missed settle undo", "1 0 "},
		{"missed claim undo", "1 0 "},
		{"missed settle internal", ""},
		{"internal", ""},
	} {
		for _, backward := range []bool{false, true} {
			a := open(t)
			m := NewMaker(40, 1)
			var batches []archive.Batch
			var last archive.ItemKey
			for i, word := range words(story.tells) {
				at := t0.Add(time.Duration(i) * time.Hour)
				num := []string{"+12125550110", "2125550110", "(212) 555-0110"}[i%3]
				var b archive.Batch
				switch word {
				case "claim", "settle":
					item := archive.Item{Kind: archive.Claim, ID: archive.NewID(), Caller: num, At: at, By: "bo"}
					if word == "settle" {
						item.Kind = archive.Settled
					}
					b.Items, last = []archive.Item{item}, item.Key()
				case "undo":
					b.Drop = []archive.ItemKey{last}
				default:
					b.Calls = []*call.Call{fate(m, word, num, at)}
				}
				batches = append(batches, b)
			}
			if backward && !strings.Contains(story.tells, "undo") { // the past may come later than the present
				slices.Reverse(batches)
			}
			for _, b := range batches {
				put(t, a, b)
			}
			got := ""
			debts, err := a.Owed(t.Context(), time.Time{})
			must(t, err)
			for _, d := range debts {
				got += fmt.Sprintf("%d %d %s", len(d.Calls), d.Tries, d.Claimed)
				if d.Key != "+12125550110" || d.Name != "Dana Roe" || d.To.Number == "" {
					t.Errorf("%s: %+v", story.tells, d)
				}
			}
			if got != story.want {
				t.Errorf("%s, backward %v: %q, want %q", story.tells, backward, got, story.want)
			}
		}
	}
}

// Whatever is written in whatever order, what is owed is what Owes says of each caller's calls.
func testOwedLikeOwes(t *testing.T, open Opener) {
	a := open(t)
	rng := rand.New(rand.NewPCG(41, 41))
	m := NewMaker(41, 1)
	fates := words("answered abandoned missed voicemail reached tried short internal missed")
	var calls []*call.Call
	var list []archive.Item
	for i := range 300 {
		num := fmt.Sprintf("+1212555%04d", rng.IntN(25))
		at := t0.Add(time.Duration(i)*17*time.Minute + time.Duration(rng.IntN(1000))*time.Millisecond)
		calls = append(calls, fate(m, pick(rng, fates), num, at))
		if rng.IntN(10) == 0 {
			list = append(list, archive.Item{Kind: pick(rng, []archive.Kind{archive.Claim, archive.Settled}), ID: fmt.Sprint(i), Caller: num, At: at.Add(20 * time.Minute), By: "bo"})
		}
	}
	written := slices.Clone(calls)
	rng.Shuffle(len(written), func(i, j int) { written[i], written[j] = written[j], written[i] })
	for len(written) > 0 {
		n := min(len(written), 1+rng.IntN(30))
		put(t, a, archive.Batch{Calls: written[:n]})
		written = written[n:]
	}
	put(t, a, archive.Batch{Items: list})
	for _, since := range []time.Time{{}, t0.Add(24 * time.Hour), t0.Add(72 * time.Hour), t0.Add(1000 * time.Hour)} {
		var want []archive.Debt
		for n := range 25 {
			num := fmt.Sprintf("+1212555%04d", n)
			var of []call.Summary
			for _, c := range calls {
				if same(c.Outsider().Number, num) && !c.Ended.Before(since) {
					of = append(of, c.Summary())
				}
			}
			var beside []archive.Item
			for _, i := range list {
				if i.Caller == num {
					beside = append(beside, i)
				}
			}
			if d, owed := archive.Owes(of, beside, short); owed {
				d.Key = number.Parse(d.Number, "US").Keys()[0]
				want = append(want, d)
			}
		}
		slices.SortFunc(want, func(a, b archive.Debt) int { return a.Since.Compare(b.Since) })
		got, err := a.Owed(t.Context(), since)
		must(t, err)
		if d := gocmp.Diff(want, got, sound()); d != "" {
			t.Errorf("since %v (-want +got): %s", since, d)
		}
		if since.IsZero() && len(want) < 5 {
			t.Errorf("only %d callers are owed a call", len(want))
		}
	}
}
