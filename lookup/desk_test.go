package lookup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/lookup/number"
)

// book is a source that answers after a time, from a list, and counts how often it was asked.
type book struct {
	name  string
	after time.Duration
	err   error
	deaf  bool // does not honour the context
	has   map[string][]Contact

	mu    sync.Mutex
	asked []string
	now   int
	most  int // asked at the same time
}

func (b *book) Name() string { return b.name }

func (b *book) Lookup(ctx context.Context, n number.Number) ([]Contact, error) {
	b.mu.Lock()
	b.asked = append(b.asked, n.E164)
	b.now++
	b.most = max(b.most, b.now)
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.now--
		b.mu.Unlock()
	}()
	t := time.NewTimer(b.after)
	defer t.Stop()
	if b.deaf {
		<-t.C
	}
	select {
	case <-t.C:
	case <-ctx.Done():
		return nil, fmt.Errorf("asking %s: %w", b.name, ctx.Err())
	}
	if b.err != nil {
		return nil, b.err
	}
	return b.has[n.E164], nil
}

func (b *book) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.asked)
}

// log collects results.
type log struct {
	mu sync.Mutex
	rs []Result
}

func (l *log) add(r Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rs = append(l.rs, r)
}

func (l *log) all() []Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Result(nil), l.rs...)
}

const ny = "+12125550110"

func num(s string) number.Number { return number.Parse(s, "US") }

func people(names ...string) map[string][]Contact {
	var cs []Contact
	for _, n := range names {
		cs = append(cs, Contact{Name: n})
	}
	return map[string][]Contact{ny: cs}
}

func names(r Result) string {
	var s []string
	for _, c := range r.Contacts {
		s = append(s, c.Name+"/"+c.Source)
	}
	return strings.Join(s, " ")
}

// steps writes a trail in short.
func steps(r Result) string {
	var s []string
	for _, t := range r.Trail {
		one := fmt.Sprintf("%s %s %v %d", t.Source, t.Asked, t.Took, t.Found)
		if t.Err != nil {
			one += " " + t.Err.Error()
		}
		s = append(s, one)
	}
	return strings.Join(s, "; ")
}

func TestAnswersComeInOrderOfTheSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &book{name: "crm", after: time.Second, has: people("Dana Roe")}
		fast := &book{name: "book", after: time.Millisecond, has: people("D. Roe", "Acme Corp")}
		d := New([]Use{Remote(slow), Local(fast)}, Options{})
		defer d.Close()
		var l log
		n := num("(212) 555-0110")
		start := time.Now()
		g := d.Want(n, l.add)
		if time.Since(start) != 0 {
			t.Fatal("Want waited")
		}
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		rs := l.all()
		if len(rs) != 1 || rs[0].Done || names(rs[0]) != "D. Roe/book Acme Corp/book" {
			t.Fatalf("after 10 ms: %+v, want the fast source's two", rs)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		rs = l.all()
		if len(rs) != 2 || !rs[1].Done {
			t.Fatalf("after 1 s: %d results", len(rs))
		}
		last := rs[1]
		if got, want := names(last), "Dana Roe/crm D. Roe/book Acme Corp/book"; got != want {
			t.Errorf("contacts %q, want %q", got, want)
		}
		if got, want := steps(last), "crm +12125550110 1s 1; book +12125550110 1ms 2"; got != want {
			t.Errorf("trail %q, want %q", got, want)
		}
		if last.Generation != g || last.Number != n || last.Cached {
			t.Errorf("result %+v, want generation %d and the number asked", last, g)
		}
		if names(rs[0]) != "D. Roe/book Acme Corp/book" {
			t.Error("the first result was changed by the second")
		}
	})
}

func TestHangingSourceDelaysNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, deaf := range []bool{false, true} {
			hang := &book{name: "crm", after: time.Minute, deaf: deaf}
			fine := &book{name: "book", after: time.Millisecond, has: people("Dana Roe")}
			d := New([]Use{Remote(hang), Local(fine)}, Options{AtOnce: 2})
			start := time.Now()
			for i := range 10 { // more than the hanging source has slots
				var l log
				d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
				time.Sleep(2 * time.Millisecond)
				synctest.Wait()
				if rs := l.all(); len(rs) != 1 || len(rs[0].Trail) != 1 {
					t.Fatalf("deaf %v: number %d has %d results from the source that works", deaf, i, len(rs))
				}
			}
			r, err := d.Lookup(t.Context(), num(ny))
			if err != nil || names(r) != "Dana Roe/book" {
				t.Fatalf("deaf %v: Lookup = %q, %v", deaf, names(r), err)
			}
			if !deaf && time.Since(start) > 20*time.Second {
				t.Errorf("done after %v", time.Since(start))
			}
			crm := r.Trail[0]
			if !errors.Is(crm.Err, context.DeadlineExceeded) || crm.Err.Error() != "no answer within 3s" || crm.Took != 3*time.Second {
				t.Errorf("deaf %v: the hanging source's step is %+v", deaf, crm)
			}
			d.Close()
		}
	})
}

func TestLocalDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New([]Use{Local(&book{name: "file", after: time.Second})}, Options{})
		defer d.Close()
		r, err := d.Lookup(t.Context(), num(ny))
		if err != nil || !r.Done || r.Trail[0].Took != LocalTimeout || r.Trail[0].Err == nil {
			t.Errorf("Lookup = %+v, %v; want a local source given up after %v", r, err, LocalTimeout)
		}
	})
}

func TestSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: time.Second, has: people("Dana Roe")}
		d := New([]Use{Remote(src)}, Options{})
		defer d.Close()
		var l log
		spellings := []string{ny, "212 555 0110", "(212) 555-0110", "tel:+12125550110"}
		for _, s := range spellings {
			d.Want(num(s), l.add)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if src.times() != 1 {
			t.Errorf("the source was asked %d times for one number", src.times())
		}
		rs := l.all()
		if len(rs) != len(spellings) {
			t.Fatalf("%d results for %d requests", len(rs), len(spellings))
		}
		for i, r := range rs {
			if r.Generation != uint64(i+1) || r.Number.Raw != spellings[i] || names(r) != "Dana Roe/crm" {
				t.Errorf("result %d: generation %d, number %q, contacts %q", i, r.Generation, r.Number.Raw, names(r))
			}
		}
	})
}

func TestKept(t *testing.T) {
	for _, tt := range []struct {
		name    string
		use     func(Source) Use
		has     map[string][]Contact
		err     error
		pause   time.Duration
		asked   int
		cached  bool
		contact string
	}{
		{"found is kept", Remote, people("Dana Roe"), nil, 10*time.Minute - time.Second, 1, true, "Dana Roe/s"},
		{"found is kept ten minutes", Remote, people("Dana Roe"), nil, 10 * time.Minute, 2, false, "Dana Roe/s"},
		{"not found is kept", Remote, nil, nil, 59 * time.Second, 1, true, ""},
		{"not found is kept a minute", Remote, nil, nil, time.Minute, 2, false, ""},
		{"failure is not kept", Remote, nil, errors.New("refused"), 0, 2, false, ""},
		{"local is not kept", Local, people("Dana Roe"), nil, 0, 2, false, "Dana Roe/s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := &book{name: "s", has: tt.has, err: tt.err}
				d := New([]Use{tt.use(src)}, Options{})
				defer d.Close()
				if _, err := d.Lookup(t.Context(), num(ny)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(tt.pause)
				r, err := d.Lookup(t.Context(), num("212 555 0110"))
				if err != nil || src.times() != tt.asked || r.Cached != tt.cached || names(r) != tt.contact {
					t.Errorf("asked %d times, cached %v, contacts %q, %v", src.times(), r.Cached, names(r), err)
				}
				if len(r.Trail) != 1 {
					t.Errorf("trail %q", steps(r))
				}
			})
		})
	}
}

func TestKeptIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm"}
		d := New([]Use{Remote(src)}, Options{Kept: 2})
		defer d.Close()
		for _, s := range []string{"2125550101", "2125550102", "2125550101", "2125550103", "2125550101", "2125550102"} {
			if _, err := d.Lookup(t.Context(), num(s)); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"+12125550101", "+12125550102", "+12125550103", "+12125550102"} // 102 was the least lately used
		if diff := cmp.Diff(want, src.asked); diff != "" {
			t.Error(diff)
		}
		d.Forget()
		if _, err := d.Lookup(t.Context(), num("2125550102")); err != nil || src.times() != 5 {
			t.Errorf("after Forget asked %d times, %v", src.times(), err)
		}
	})
}

// TestNothingToAskBy: hidden callers are two callers, no source is asked for them.
func TestNothingToAskBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", has: people("Dana Roe")}
		d := New([]Use{Remote(src)}, Options{})
		defer d.Close()
		for _, s := range []string{"", "Anonymous", "alice"} {
			r, err := d.Lookup(t.Context(), num(s))
			if err != nil || !r.Done || len(r.Contacts)+len(r.Trail) != 0 || src.times() != 0 {
				t.Errorf("Lookup(%q) = %+v, %v; asked %d times", s, r, err, src.times())
			}
		}
	})
}

func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: time.Second}
		d := New([]Use{Remote(src)}, Options{AtOnce: 2})
		defer d.Close()
		var l log
		for i := range 6 {
			d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if src.most != 2 {
			t.Errorf("%d at a time, want 2", src.most)
		}
		// The two that found a slot, then the newest first: it is the one that rings.
		want := []string{"+12125550005", "+12125550004", "+12125550003", "+12125550002"}
		sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
		if diff := cmp.Diff(want[:2], src.asked[2:4], sorted); diff != "" {
			t.Error(diff)
		}
		for _, r := range l.all() {
			if !r.Done || r.Trail[0].Err != nil {
				t.Errorf("%s: %s", r.Number.E164, steps(r))
			}
		}
	})
}

func TestTooManyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: time.Second}
		d := New([]Use{Remote(src)}, Options{AtOnce: 1})
		defer d.Close()
		var l log
		for i := range maxWaiting + 3 {
			d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
			synctest.Wait()
		}
		rs := l.all()
		if len(rs) != 2 {
			t.Fatalf("%d turned away, want 2", len(rs))
		}
		for i, r := range rs {
			if want := fmt.Sprintf("+1212555%04d", i+1); r.Number.E164 != want || !errors.Is(r.Trail[0].Err, ErrBusy) {
				t.Errorf("turned away %s: %s, want %s, the oldest waiting", r.Number.E164, steps(r), want)
			}
		}
	})
}

func TestTextsAreCleanedAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil := Contact{
			Name: "Dana\x1b[2J\u202eRoe", Company: " Acme\n Corp ", Notes: strings.Repeat("n", 5000),
			Fields: []Field{{"tickets", "#1\x07"}, {"empty", "\x07"}},
		}
		many := make([]Contact, 500)
		for i := range many {
			many[i] = evil
			many[i].ID = fmt.Sprint(i) // the source tells them apart
		}
		d := New([]Use{Remote(&book{name: "crm\x1b", has: map[string][]Contact{ny: many}})}, Options{})
		defer d.Close()
		r, err := d.Lookup(t.Context(), num(ny))
		if err != nil || len(r.Contacts) != maxContacts {
			t.Fatalf("%d contacts, %v", len(r.Contacts), err)
		}
		want := Contact{
			Name: "Dana[2JRoe", Company: "Acme Corp", Notes: strings.Repeat("n", 256), Source: "crm",
			Fields: []Field{{"tickets", "#1"}}, ID: "0", Sources: []string{"crm"},
		}
		if diff := cmp.Diff(want, r.Contacts[0]); diff != "" {
			t.Error(diff)
		}
	})
}

// TestResultIsOnesOwn: who keeps a result may sort it; neither the cache nor others see that.
func TestResultIsOnesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New([]Use{Remote(&book{name: "crm", has: people("Dana", "Lee")})}, Options{})
		defer d.Close()
		first, err := d.Lookup(t.Context(), num(ny))
		if err != nil {
			t.Fatal(err)
		}
		first.Contacts[0], first.Contacts[1] = first.Contacts[1], first.Contacts[0]
		again, err := d.Lookup(t.Context(), num(ny))
		if err != nil || names(again) != "Dana/crm Lee/crm" {
			t.Errorf("again %q, %v", names(again), err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: 2 * time.Second}
		d := New([]Use{Remote(src)}, Options{AtOnce: 1})
		var l log
		for i := range 5 {
			d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
		}
		waiting := make(chan error, 1)
		go func() {
			_, err := d.Lookup(context.Background(), num(ny))
			waiting <- err
		}()
		time.Sleep(time.Second)
		start := time.Now()
		d.Close()
		d.Close()
		if took := time.Since(start); took != 0 || src.now != 0 {
			t.Errorf("Close took %v and left %d requests", took, src.now)
		}
		if err := <-waiting; !errors.Is(err, ErrClosed) {
			t.Errorf("Lookup during Close: %v", err)
		}
		if n := len(l.all()); n != 0 {
			t.Errorf("%d results of a closed desk", n)
		}
		if g := d.Want(num(ny), l.add); g != 0 {
			t.Errorf("Want after Close has generation %d", g)
		}
		if _, err := d.Lookup(context.Background(), num(ny)); !errors.Is(err, ErrClosed) {
			t.Errorf("Lookup after Close: %v", err)
		}
	})
}

func TestLookupHonoursContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New([]Use{Remote(&book{name: "crm", after: time.Minute})}, Options{})
		defer d.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := d.Lookup(ctx, num(ny))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("Lookup = %v after %v", err, time.Since(start))
		}
	})
}
