package pop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

// hand is an opener that notes what it is given, and takes a while.
type hand struct {
	after time.Duration

	mu     sync.Mutex
	opened []Target
}

func (h *hand) Open(ctx context.Context, t Target) Outcome {
	h.mu.Lock()
	h.opened = append(h.opened, t)
	h.mu.Unlock()
	late := time.NewTimer(h.after)
	defer late.Stop()
	select {
	case <-late.C:
		return Outcome{Result: Opened}
	case <-ctx.Done():
		return Outcome{Result: Failed, Why: "ended"}
	}
}

func (h *hand) urls() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, t := range h.opened {
		out = append(out, t.URL)
	}
	slices.Sort(out)
	return out
}

// book remembers pops as an archive would, over engines.
type book struct {
	mu   sync.Mutex
	seen map[string]bool
	err  error
}

func (b *book) Once(_ context.Context, id string, m Moment) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return false, b.err
	}
	k := id + "/" + string(m)
	first := !b.seen[k]
	if b.seen == nil {
		b.seen = map[string]bool{}
	}
	b.seen[k] = true
	return first, nil
}

// crm is a source of contacts that answers after a time.
type crm struct {
	name  string
	after time.Duration
	has   []lookup.Contact
}

func (c crm) Name() string { return c.name }

func (c crm) Lookup(ctx context.Context, _ number.Number) ([]lookup.Contact, error) {
	late := time.NewTimer(c.after)
	defer late.Stop()
	select {
	case <-late.C:
		return c.has, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// traces collects what an engine tells.
type traces struct {
	mu sync.Mutex
	ts []Trace
}

func (x *traces) add(t Trace) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ts = append(x.ts, t)
}

func (x *traces) all() []Trace {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.ts)
}

func (x *traces) results() string {
	var out []string
	for _, t := range x.all() {
		out = append(out, string(t.Result))
	}
	return strings.Join(out, " ")
}

// bench is an engine with all that a test looks at.
type bench struct {
	*Engine
	hand   *hand
	traces *traces
}

func newBench(r *Rules, d Desk) *bench {
	b := &bench{hand: &hand{}, traces: &traces{}}
	if d.Opener == nil {
		d.Opener = b.hand
	}
	d.User, d.Done = ann, b.traces.add
	b.Engine = NewEngine(r, d)
	return b
}

const plainURL = "https://crm.example.com/?p=$caller$"

// The same moment comes again after a lost link, and again after a restart: one page opens.
func TestOncePerCallAndMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := compiled(t, Spec{Rules: []RuleSpec{{Name: "r", On: []string{"ringing", "answered"}, Open: []string{plainURL}}}})
		kept := &book{}
		f := newFloor(t, "c-1")
		c := f.ring()
		if got := f.pops(); !slices.Equal(got, []Moment{Ringing}) {
			t.Fatalf("the fold tells of %v", got)
		}
		b := newBench(r, Desk{Seen: kept})
		for range 3 {
			b.Reach(c, Ringing, time.Now())
		}
		synctest.Wait()
		b.Reach(c, Ringing, time.Now())
		synctest.Wait()
		if got := b.hand.urls(); len(got) != 1 || b.traces.results() != "opened" {
			t.Errorf("opened %v: %s", got, b.traces.results())
		}
		b.Close()

		again := newBench(r, Desk{Seen: kept})
		defer again.Close()
		again.Reach(c, Ringing, time.Now())
		synctest.Wait()
		if got := again.hand.urls(); len(got) != 0 || again.traces.results() != "before" {
			t.Errorf("after a restart: opened %v: %s", got, again.traces.results())
		}
		again.Reach(f.answer(), Answered, time.Now())
		other := newFloor(t, "c-2").ring()
		again.Reach(other, Ringing, time.Now())
		synctest.Wait()
		if got := again.hand.urls(); len(got) != 2 {
			t.Errorf("another moment and another call opened %v", got)
		}
		again.ByHand(c, time.Now())
		again.ByHand(c, time.Now())
		synctest.Wait()
		if got := again.hand.urls(); len(got) != 4 {
			t.Errorf("by hand a pop opens as often as one likes: %v", got)
		}
	})
}

// What a moment did not open may open after a restart with other rules: only what was opened is
// noted.
func TestNothingOpenedIsNotNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &book{}
		c := ringing(t)
		b := newBench(compiled(t, Spec{Rules: []RuleSpec{{On: []string{"ended"}, Open: []string{plainURL}}}}), Desk{Seen: kept})
		b.Reach(c, Ringing, time.Now())
		synctest.Wait()
		b.Close()
		b = newBench(compiled(t, one(plainURL)), Desk{Seen: kept})
		defer b.Close()
		b.Reach(c, Ringing, time.Now())
		synctest.Wait()
		if b.traces.results() != "opened" {
			t.Error(b.traces.results())
		}
	})
}

// A memory that fails does not keep a page from opening, and opens it no second time.
func TestMemoryThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(compiled(t, one(plainURL)), Desk{Seen: &book{err: errors.New("disk full")}})
		defer b.Close()
		c := ringing(t)
		b.Reach(c, Ringing, time.Now())
		synctest.Wait()
		b.Reach(c, Ringing, time.Now())
		synctest.Wait()
		if b.traces.results() != "opened" {
			t.Error(b.traces.results())
		}
	})
}

// A rule that has to know who calls waits for the look-up, and no longer than it may; one that
// does not have to opens at once.
func TestWaitsForTheLookup(t *testing.T) {
	known := RuleSpec{Name: "known", On: []string{"ringing"}, Contact: "known", Open: []string{"https://crm.example.com/$crm.id$"}}
	rest := RuleSpec{Name: "rest", On: []string{"ringing"}, Open: []string{plainURL}}
	id := RuleSpec{Name: "id", On: []string{"ringing"}, Open: []string{"https://crm.example.com/?id=$crm.id$"}}
	sales := known
	sales.Name, sales.Queue = "sales", []string{"Sales"}
	dana := []lookup.Contact{contact("Dana Roe", "id", "003")}
	const unknown = "https://crm.example.com/?p=%2B12125550110"
	for _, tt := range []struct {
		name    string
		rules   []RuleSpec
		sources []lookup.Use
		after   time.Duration
		url     string
		asked   bool
	}{
		{"known", []RuleSpec{known, rest}, []lookup.Use{lookup.Remote(crm{"crm", time.Second, dana})}, time.Second, "https://crm.example.com/003", true},
		{"unknown", []RuleSpec{known, rest}, []lookup.Use{lookup.Remote(crm{"crm", time.Second, nil})}, time.Second, unknown, true},
		{"too slow", []RuleSpec{known, rest}, []lookup.Use{lookup.Remote(crm{"crm", time.Minute, dana})}, 2 * time.Second, unknown, true},
		{"one source hangs", []RuleSpec{known, rest}, []lookup.Use{lookup.Local(crm{"csv", time.Millisecond, dana}), lookup.Remote(crm{"crm", time.Minute, nil})}, 2 * time.Second, "https://crm.example.com/003", true},
		{"a variable waits too", []RuleSpec{id}, []lookup.Use{lookup.Remote(crm{"crm", time.Second, dana})}, time.Second, "https://crm.example.com/?id=003", true},
		{"nobody: empty", []RuleSpec{id}, []lookup.Use{lookup.Remote(crm{"crm", time.Second, nil})}, time.Second, "https://crm.example.com/?id=", true},
		{"not asked", []RuleSpec{rest, known}, []lookup.Use{lookup.Remote(crm{"crm", time.Minute, dana})}, 0, unknown, false},
		{"not asked by a rule for others", []RuleSpec{sales, rest}, []lookup.Use{lookup.Remote(crm{"crm", time.Minute, dana})}, 0, unknown, false},
		{"no sources", []RuleSpec{known, rest}, nil, 0, unknown, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				desk := lookup.New(tt.sources, lookup.Options{})
				defer desk.Close()
				b := newBench(compiled(t, Spec{Rules: tt.rules}), Desk{Finder: desk})
				defer b.Close()
				begun := time.Now()
				b.Reach(ringing(t), Ringing, begun)
				if time.Since(begun) != 0 {
					t.Fatal("Reach waited")
				}
				if tt.after > 0 {
					time.Sleep(tt.after - time.Nanosecond)
					synctest.Wait()
					if n := len(b.hand.urls()); n != 0 {
						t.Fatalf("%d opened too early", n)
					}
					time.Sleep(time.Nanosecond)
				}
				synctest.Wait()
				if got := b.hand.urls(); len(got) != 1 || got[0] != tt.url {
					t.Fatalf("opened %v, want %s", got, tt.url)
				}
				if got := b.traces.all()[0]; (got.Lookup != nil) != tt.asked || tt.asked && got.Lookup.WaitedMs != tt.after.Milliseconds() {
					t.Errorf("look-up %+v", got.Lookup)
				}
			})
		})
	}
}

// A closed desk answers nothing; a hidden caller cannot be asked for. Neither is waited for.
func TestNobodyToAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := compiled(t, Spec{Rules: []RuleSpec{{On: []string{"ringing"}, Contact: "unknown", Open: []string{plainURL}}}})
		desk := lookup.New([]lookup.Use{lookup.Remote(crm{"crm", time.Minute, nil})}, lookup.Options{})
		b := newBench(r, Desk{Finder: desk})
		defer b.Close()
		hidden := *ringing(t)
		hidden.ID, hidden.From = "c-hidden", call.Party{Number: "Anonymous"}
		b.Reach(&hidden, Ringing, time.Now())
		synctest.Wait()
		desk.Close()
		b.Reach(ringing(t), Ringing, time.Now())
		synctest.Wait()
		if b.traces.results() != "opened opened" {
			t.Error(b.traces.results())
		}
	})
}

// Who was waited for is somebody else's call by then: nothing opens.
func TestCallThatWentElsewhere(t *testing.T) {
	for _, tt := range []struct {
		now  func(*call.Call) *call.Call
		want Result
	}{
		{func(c *call.Call) *call.Call { return c }, Opened},
		{func(c *call.Call) *call.Call { d := *c; d.Mine, d.Rings = false, false; return &d }, Late},
		{func(*call.Call) *call.Call { return nil }, Late},
	} {
		synctest.Test(t, func(t *testing.T) {
			desk := lookup.New([]lookup.Use{lookup.Remote(crm{"crm", time.Second, nil})}, lookup.Options{})
			defer desk.Close()
			c := ringing(t)
			r := compiled(t, Spec{Rules: []RuleSpec{{On: []string{"ringing"}, Contact: "unknown", Open: []string{plainURL}}}})
			b := newBench(r, Desk{Finder: desk, Current: func(string) *call.Call { return tt.now(c) }})
			defer b.Close()
			b.Reach(c, Ringing, time.Now())
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if got := b.traces.results(); got != string(tt.want) || (tt.want == Late) != (len(b.hand.urls()) == 0) {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// At most so many a minute; what is too much is said and not made up for.
func TestAtMostSoManyAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := one("https://example.com/a", "https://example.com/b")
		s.PerMinute = 3
		b := newBench(compiled(t, s), Desk{})
		defer b.Close()
		reach := func(id string) {
			b.Reach(newFloor(t, id).ring(), Ringing, time.Now())
			synctest.Wait()
			time.Sleep(20 * time.Second)
		}
		reach("1") // at 0 s: two
		reach("2") // at 20 s: one, and one too many
		reach("3") // at 40 s: two too many
		if n := len(b.hand.urls()); n != 3 || b.traces.results() != "opened opened limited" {
			t.Errorf("%d opened: %s", n, b.traces.results())
		}
		if why := b.traces.all()[2].Why; !strings.Contains(why, "more than 3 in a minute") {
			t.Errorf("it is said: %q", why)
		}
		reach("4") // at 60 s: the first two are a minute old
		if n := len(b.hand.urls()); n != 5 {
			t.Errorf("%d opened after a minute: %s", n, b.traces.results())
		}
	})
}

// An opener that hangs holds up nothing, its share of goroutines is bounded, and Close ends it.
func TestOpenerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := one(plainURL)
		s.PerMinute = 100
		h := &hand{after: time.Hour}
		b := newBench(compiled(t, s), Desk{Opener: h})
		for i := range maxBusy + 3 {
			b.Reach(newFloor(t, fmt.Sprint(i)).ring(), Ringing, time.Now())
		}
		synctest.Wait()
		if n := len(h.urls()); n != maxBusy || b.traces.results() != "limited limited limited" {
			t.Errorf("%d open: %s", n, b.traces.results())
		}
		begun := time.Now()
		b.Close()
		b.Close()
		if time.Since(begun) != 0 || len(b.traces.all()) != maxBusy+3 {
			t.Errorf("Close took %v, %d traces", time.Since(begun), len(b.traces.all()))
		}
		b.Reach(newFloor(t, "late").ring(), Ringing, time.Now())
		synctest.Wait()
		if n := len(h.urls()); n != maxBusy {
			t.Error("something opened after Close")
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	e := NewEngine(compiled(t, Spec{}), Desk{Opener: &hand{}})
	defer e.Close()
	for i := range maxMemory + 100 {
		e.first(seenKey{fmt.Sprint(i), Ringing})
	}
	if len(e.seen) != maxMemory || len(e.order) != maxMemory || e.first(seenKey{fmt.Sprint(maxMemory), Ringing}) || !e.first(seenKey{"0", Ringing}) {
		t.Errorf("%d and %d remembered", len(e.seen), len(e.order))
	}
}

func TestByRule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := compiled(t, Spec{Rules: []RuleSpec{
			{Name: "sales", On: []string{"answered"}, Queue: []string{"Sales"}, Open: []string{"https://example.com/sales"}},
			{Name: "off", On: []string{"never"}},
			{Name: "all", On: []string{"ringing"}, Open: []string{"https://example.com/all"}},
		}})
		if got := r.Names(); !slices.Equal(got, []string{"sales", "all"}) {
			t.Errorf("rules to choose from: %v", got)
		}
		b := newBench(r, Desk{})
		defer b.Close()
		b.ByRule(ringing(t), "sales", time.Now())
		b.ByRule(ringing(t), "off", time.Now())
		b.ByRule(ringing(t), "none", time.Now())
		synctest.Wait()
		if got := b.hand.urls(); !slices.Equal(got, []string{"https://example.com/sales"}) {
			t.Error(got)
		}
	})
}

// A target that a value does not fit into is refused; the others open.
func TestRefusedTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := *ringing(t)
		c.From.Name = ".."
		b := newBench(compiled(t, one("https://example.com/a/$caller_name$/b", "https://example.com/?n=$caller_name$")), Desk{})
		b.Reach(&c, Ringing, time.Now())
		synctest.Wait()
		b.Close()
		got := b.traces.all()[0]
		if urls := b.hand.urls(); len(urls) != 1 || got.Result != Opened || got.Targets[0].Result != Refused || !strings.Contains(got.Why, "dots") {
			t.Errorf("%v\n%s", urls, got.Text())
		}
	})
}

// Names and numbers of callers are in the trace, never in the log.
func TestLogHasNoNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := newBench(compiled(t, one(plainURL)), Desk{Log: slog.New(slog.NewJSONHandler(&log, nil))})
		b.Reach(ringing(t), Ringing, time.Now())
		synctest.Wait()
		b.Close()
		if s := log.String(); !strings.Contains(s, `"call":"c-1"`) || strings.Contains(s, "Dana") || strings.Contains(s, "2125550110") {
			t.Error(s)
		}
	})
}
