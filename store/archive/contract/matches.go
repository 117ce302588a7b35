package contract

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// agree compares the archive with the reference: the list, and the count.
func (r *reference) agree(t *testing.T, a archive.Archive, w archive.Search, what string) int {
	t.Helper()
	w.Limit = 1000
	want := r.find(w)
	if d := gocmp.Diff(want, ids(find(t, a, w))); d != "" {
		t.Errorf("%s (-want +got): %s", what, d)
	}
	for _, limit := range []int{0, 1, 10, 5000} {
		n, err := a.Count(t.Context(), w, limit)
		must(t, err)
		most := len(want)
		if limit > 0 {
			most = min(most, limit)
		}
		if n != most {
			t.Errorf("%s: counted %d of %d, at most %d", what, n, len(want), limit)
		}
	}
	return len(want)
}

func testScopes(t *testing.T, open Opener) {
	a := open(t)
	var r reference
	r.fill(t, a, some(20, 300))
	middle := r.calls[150].Created
	found := 0
	for i, w := range []archive.Search{
		{Since: middle}, {Until: middle}, {Since: middle, Until: middle.Add(time.Hour)}, {Since: middle, Until: middle}, {Since: middle, Until: middle.Add(time.Millisecond)},
		{Queue: "Support"}, {Queue: "support"}, {Queue: "Suppor"}, {Queue: "Tier 2", Since: middle}, {Queue: "Español", Query: ask(t, "answered")}, {Queue: "ESPANOL"}, {Queue: "Billing"},
		{Caller: "1002"}, {Caller: "Anonymous"}, {Caller: "+19995550000"}, {Caller: "nobody"},
	} {
		for _, o := range orders() {
			w.By, w.Ascending = o.By, o.Ascending
			found += r.agree(t, a, w, fmt.Sprintf("scope %d by %d ascending %v", i, w.By, w.Ascending))
		}
	}
	seen := map[string]bool{}
	for _, c := range r.calls {
		raw := c.Outsider().Number
		if seen[raw] || len(raw) < 7 || raw[0] != '+' {
			continue
		}
		seen[raw] = true
		spellings := []string{raw, "00" + raw[1:], "tel:" + raw}
		if raw[1] == '1' {
			spellings = []string{raw, raw[2:], raw[1:], fmt.Sprintf("(%s) %s-%s", raw[2:5], raw[5:8], raw[8:])}
		}
		for _, s := range spellings {
			if n := r.agree(t, a, archive.Search{Caller: s}, "caller "+s); n == 0 {
				t.Errorf("%s has no calls as %s", raw, s)
			}
		}
		found += r.agree(t, a, archive.Search{Caller: raw, Query: ask(t, "answered -support"), By: archive.ByTalk}, "caller with query")
	}
	if found < 2000 || len(seen) < 10 {
		t.Errorf("only %d rows were compared, of %d callers", found, len(seen))
	}
}

// asked are queries of every kind that the language has.
var asked = [...]string{
	"", "support", "Support", "upp", "s", "an", "zo", "ZOË", "o'neill", "tier 2", `"tier 2"`, "español", "é", "&", "& ret", "'", "nobody", "%", "_", `"'"`, `\`,
	"555", "0", "12", "+1", "+1212", "+212", "212555", "(212) 555", `"212 555"`, "1001", "18005550120", "+18005550120", "55501", "4420", "+44", "020 7",
	"answered", "abandon", "missed", "voicemail", "inbound", "out", "internal", "not connected", "forward", "ended", "in queue", "late", "gap",
	"~sprt", "~aon", "~212", "~abq", "~zzq", "~dnr",
	"support answered", "ann or bo", "-support", "-(ann or bo) support", "not inbound", "support -answered talk>2m or voicemail",
	"from:zoe", "from:+1212", "from:=1001", `from="Anonymous"`, "to:1002", "to:main", "to:+1800", "number:+12125550110", "number:0110", "number:withheld", "number:555",
	"queue:sup", `queue="Tier 2"`, `queue="tier"`, "queue:espanol", "agent:ann", "agent:1001", "agent=1001", "agent:zzz", "path:bill", "path:voice", `path="Sales"`,
	"state:ended", "state:talking", "outcome:missed", "outcome:abandoned", "outcome:lost", "outcome:vm", "outcome!=answered", "outcome:answered,missed",
	"dir:in", "dir:out", "dir:int", "dir!=in", "mine", "live", "ended", "stale", "recorded", "transferred", "-recorded", "late", "gap",
	"wait>30s", "wait>=30", "wait<10s", "wait<=0", "wait=31", "wait:1m", "ring>5s", "talk>5m", "talk<1s", "hold>10s", "hold=0", "total>10m", "total<20", "answer>30s", "answer<10s", "answer<=1h", "talk>20h",
	"at:14:00", "since:10:00", "until:10:00", "before:10:00", "last:2h", "today", "yesterday", "-today", "since:11:00 support", "since:10:00 or missed", "last:1h -answered",
	"tag:vip", "note:refund", "tag=vip", "tag:v", "tag:nothing", "-tag:vip", "vip", "refund support", "note:refund or tag:vip", "id:0", "id:ff", "-id:1",
	"clock>1m", "clock<1m", "clock<1000h",
}

// The archive finds what the query, asked of each call, matches.
func testQueries(t *testing.T, open Opener) {
	a := open(t)
	r := reference{}
	r.fill(t, a, some(21, 400))
	r.note(t, a)
	found := map[bool]int{}
	for _, text := range asked {
		if text == "clock>1m" || text == "clock<1m" {
			continue // the archive has the present time
		}
		n := r.agree(t, a, archive.Search{Query: ask(t, text)}, text)
		found[n > 0 && n < len(r.calls)]++
		r.agree(t, a, archive.Search{Query: ask(t, text), By: archive.ByWait, Since: t0.Add(time.Hour), Queue: "Support"}, text+" by wait in a queue")
	}
	if found[true] < len(asked)/2 {
		t.Errorf("only %d of %d queries tell calls apart", found[true], len(asked))
	}
	rng := rand.New(rand.NewPCG(22, 22))
	for range 400 {
		q := query.Query{Text: "made", Root: node(t, rng, 3)}
		o := orders()[rng.IntN(8)]
		o.Query = q
		r.agree(t, a, o, fmt.Sprintf("%+v", q.Root))
	}
}

// note puts notes and tags beside some calls and callers.
func (r *reference) note(t *testing.T, a archive.Archive) {
	t.Helper()
	for i, c := range r.calls {
		item := archive.Item{Kind: archive.Note, ID: archive.NewID(), Call: c.ID, At: c.Created, By: "ann"}
		switch i % 40 {
		case 0:
			item.Text = "wants a Refund, Zoë knows"
		case 10:
			item.Kind, item.Text = archive.Tag, "VIP"
		case 20:
			item.Kind, item.Text, item.Call, item.Caller = archive.Tag, "vip gold", "", c.Outsider().Number
		case 30:
			item.Text, item.Call, item.Caller = "refund 0110 paid", "", c.Outsider().Number
		case 35:
			item.Kind, item.Text = archive.Decision, "refund" // no search looks at these
		default:
			continue
		}
		r.items = append(r.items, item)
	}
	put(t, a, archive.Batch{Items: r.items})
}

// node makes a query at random out of the ones above.
func node(t *testing.T, rng *rand.Rand, deep int) query.Node {
	some := func() []query.Node {
		out := make([]query.Node, 1+rng.IntN(3))
		for i := range out {
			out[i] = node(t, rng, deep-1)
		}
		return out
	}
	if deep > 0 {
		switch rng.IntN(6) {
		case 0, 1:
			return query.And(some())
		case 2:
			return query.Or(some())
		case 3:
			return query.Not{Part: node(t, rng, deep-1)}
		}
	}
	for {
		text := asked[rng.IntN(len(asked))]
		if n := ask(t, text).Root; n != nil && text != "clock>1m" && text != "clock<1m" {
			return n
		}
	}
}

// Notes and tags, of the call and of its caller, are found as soon as they are there, and are not
// when they are gone.
func testItemWords(t *testing.T, open Opener) {
	a := open(t)
	var r reference
	r.fill(t, a, some(23, 120))
	c := r.calls[5]
	for i := range r.calls {
		if r.calls[i].Direction == call.Inbound && len(r.calls[i].From.Number) > 7 {
			c = r.calls[i]
		}
	}
	texts := []string{"goldfish", "note:goldfish", "tag:goldfish", "ldf", "go", "~glfsh", "goldfish answered", "goldfish or support", "-goldfish"}
	for _, item := range []archive.Item{
		{Kind: archive.Note, ID: "1", Call: c.ID, Text: "Goldfish"},
		{Kind: archive.Note, ID: "1", Caller: c.From.Number, Text: "the GOLDFISH again"},
		{Kind: archive.Tag, ID: "2", Call: c.ID, Text: "goldfish"},
		{Kind: archive.Tag, ID: "2", Caller: c.From.Number, Text: "big goldfish"},
		{Kind: archive.Tag, ID: "2", Caller: c.From.Number, Text: "carp"},
	} {
		item.At = t0
		put(t, a, archive.Batch{Items: []archive.Item{item}})
		r.items = append(r.items[:0:0], append(without(r.items, item.Key()), item)...)
		for _, text := range texts {
			r.agree(t, a, archive.Search{Query: ask(t, text)}, fmt.Sprintf("%s with %+v", text, item))
		}
		if n := r.agree(t, a, archive.Search{Query: ask(t, "goldfish")}, "goldfish"); n == 0 {
			t.Errorf("%+v is not found", item)
		}
	}
	put(t, a, archive.Batch{Drop: []archive.ItemKey{{Kind: archive.Tag, ID: "2"}, {Kind: archive.Note, ID: "1"}}})
	r.items = nil
	for _, text := range append(texts, "carp") {
		r.agree(t, a, archive.Search{Query: ask(t, text)}, text+" when it is gone")
	}
	must(t, a.Check(t.Context()))
}

func without(items []archive.Item, k archive.ItemKey) []archive.Item {
	var out []archive.Item
	for _, i := range items {
		if i.Key() != k {
			out = append(out, i)
		}
	}
	return out
}
