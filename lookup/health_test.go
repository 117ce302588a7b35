package lookup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup/number"
)

// moody is a source whose answers are in a function.
type moody struct {
	asked int
	say   func(n int) ([]Contact, error) // n counts from 1
}

func (m *moody) Name() string { return "crm" }

func (m *moody) Lookup(context.Context, number.Number) ([]Contact, error) {
	m.asked++
	return m.say(m.asked)
}

func ask(t *testing.T, d *Desk, raw string) Result {
	t.Helper()
	r, err := d.Lookup(t.Context(), num(raw))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFailingSourceIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("refused")
		src := &moody{say: func(int) ([]Contact, error) { return nil, broken }}
		d := New([]Use{Local(src)}, Options{})
		defer d.Close()
		for range 5 {
			ask(t, d, ny)
		}
		r := ask(t, d, ny)
		var rest *RestError
		if !errors.As(r.Trail[0].Err, &rest) || !errors.Is(r.Trail[0].Err, broken) || src.asked != 5 {
			t.Fatalf("asked %d times, trail %q", src.asked, steps(r))
		}
		if got, want := rest.Error(), "not asked for another 30s: it failed 5 times in a row, at last: refused"; got != want {
			t.Errorf("trail says %q, want %q", got, want)
		}
		// One try after each rest, each rest twice as long, five minutes at most.
		for _, rest := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
			before := src.asked
			time.Sleep(rest - time.Second)
			ask(t, d, ny)
			if src.asked != before {
				t.Fatalf("asked %v before the end of a rest of %v", time.Second, rest)
			}
			time.Sleep(time.Second)
			ask(t, d, ny)
			ask(t, d, ny)
			if src.asked != before+1 {
				t.Fatalf("after %v asked %d times, want once", rest, src.asked-before)
			}
		}
		src.say = func(int) ([]Contact, error) { return []Contact{{Name: "Dana"}}, nil }
		time.Sleep(5 * time.Minute)
		for range 3 {
			if r := ask(t, d, ny); names(r) != "Dana/crm" {
				t.Errorf("well again: %q, %s", names(r), steps(r))
			}
		}
	})
}

// TestOneTryAfterARest: while the one try is under way, nobody else is let through.
func TestOneTryAfterARest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: time.Minute}
		d := New([]Use{{Source: src, Timeout: time.Second}}, Options{AtOnce: 10})
		defer d.Close()
		for range 5 {
			ask(t, d, ny)
		}
		time.Sleep(firstRest)
		var l log
		for i := range 6 {
			d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
			synctest.Wait()
		}
		if src.times() != 6 || len(l.all()) != 5 {
			t.Errorf("%d questions, %d refused; want one try", src.times(), len(l.all()))
		}
		for _, r := range l.all() {
			if !errors.Is(r.Trail[0].Err, ErrNotAsked) {
				t.Error(steps(r))
			}
		}
	})
}

func TestWhatIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		half := errors.New("the tickets could not be read")
		for name, say := range map[string]func(int) ([]Contact, error){
			"in part":    func(int) ([]Contact, error) { return []Contact{{Name: "Dana"}}, half },
			"not asked":  func(int) ([]Contact, error) { return nil, fmt.Errorf("%w: no country", ErrNotAsked) },
			"now a then": func(n int) ([]Contact, error) { return nil, map[bool]error{true: half}[n%5 != 0] },
		} {
			src := &moody{say: say}
			d := New([]Use{Local(src)}, Options{})
			for range 20 {
				ask(t, d, ny)
			}
			if src.asked != 20 {
				t.Errorf("%s: asked %d times of 20", name, src.asked)
			}
			d.Close()
		}
	})
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &moody{say: func(n int) ([]Contact, error) {
			if n == 1 {
				return nil, fmt.Errorf("asking: %w", &PauseError{For: 28 * time.Second, Err: errors.New("too many requests")})
			}
			return []Contact{{Name: "Dana"}}, nil
		}}
		d := New([]Use{Local(src)}, Options{})
		defer d.Close()
		ask(t, d, ny)
		time.Sleep(20 * time.Second)
		r := ask(t, d, ny)
		if got, want := r.Trail[0].Err.Error(), "not asked for another 8s: too many requests"; got != want || src.asked != 1 {
			t.Errorf("asked %d times, trail %q, want %q", src.asked, got, want)
		}
		time.Sleep(8 * time.Second)
		if r := ask(t, d, ny); names(r) != "Dana/crm" {
			t.Errorf("after the pause %s", steps(r))
		}
		long := &health{}
		long.end(time.Now(), &PauseError{For: 1000 * time.Hour, Err: errors.New("x")})
		if left := time.Until(long.until); left != longestPause {
			t.Errorf("a pause of 1000 hours lasts %v", left)
		}
	})
}

func TestAnswerInPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		half := errors.New("the tickets could not be read")
		src := &moody{say: func(int) ([]Contact, error) { return []Contact{{Name: "Dana"}}, half }}
		d := New([]Use{Remote(src)}, Options{})
		defer d.Close()
		r := ask(t, d, ny)
		if names(r) != "Dana/crm" || !errors.Is(r.Trail[0].Err, half) || r.Trail[0].Found != 1 {
			t.Errorf("contacts %q, trail %s", names(r), steps(r))
		}
		time.Sleep(59 * time.Second)
		ask(t, d, ny)
		time.Sleep(time.Second)
		ask(t, d, ny)
		if src.asked != 2 {
			t.Errorf("asked %d times, want again after a minute", src.asked)
		}
	})
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm"}
		d := New([]Use{{Source: src, Timeout: 900 * time.Millisecond, Rate: 2}}, Options{AtOnce: 10})
		defer d.Close()
		var l log
		for i := range 8 {
			d.Want(num(fmt.Sprintf("212555%04d", i)), l.add)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		refused := 0
		for _, r := range l.all() {
			if r.Trail[0].Err != nil {
				refused++
				if !strings.Contains(steps(r), "the limit on look-ups a second") {
					t.Error(steps(r))
				}
			}
		}
		if src.times() != 3 || refused != 5 { // two at once, one more in the time that an answer is waited for
			t.Errorf("%d asked, %d refused", src.times(), refused)
		}
	})
}

// TestStale: what is known is shown at once while the source is asked again, and stays when that
// fails.
func TestStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &book{name: "crm", after: time.Second, has: people("Dana")}
		d := New([]Use{Remote(src)}, Options{})
		defer d.Close()
		ask(t, d, ny)
		time.Sleep(10 * time.Minute)
		src.has = people("Dora")
		var l log
		d.Want(num(ny), l.add)
		synctest.Wait()
		rs := l.all()
		if len(rs) != 1 || rs[0].Done || names(rs[0]) != "Dana/crm" || rs[0].Trail[0].Age != 10*time.Minute {
			t.Fatalf("at once: %+v", rs)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if rs = l.all(); len(rs) != 2 || !rs[1].Done || names(rs[1]) != "Dora/crm" || rs[1].Trail[0].Age != 0 || rs[1].Cached {
			t.Fatalf("then: %+v", rs)
		}
		src.err = errors.New("refused")
		time.Sleep(time.Hour)
		r := ask(t, d, ny)
		if names(r) != "Dora/crm" || r.Trail[0].Err == nil || r.Trail[0].Age < time.Hour {
			t.Errorf("when it fails: %q, %s, age %v", names(r), steps(r), r.Trail[0].Age)
		}
		time.Sleep(24 * time.Hour)
		if r := ask(t, d, ny); len(r.Contacts) != 0 || r.Trail[0].Err == nil {
			t.Errorf("a day later: %q, %s", names(r), steps(r))
		}
	})
}
