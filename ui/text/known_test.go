package text

import (
	"testing"
	"time"

	"ringside/store/call"
)

func TestNameNumber(t *testing.T) {
	num := Number("+12125550110")
	same := func(s string) string { return s }
	for _, r := range []struct {
		p             call.Party
		contact       string
		write         func(string) string
		name, numbers string
	}{
		{call.Party{}, "", nil, "", ""},
		{call.Party{Name: "Dana Roe", Number: "+12125550110"}, "", nil, "Dana Roe", num},
		{call.Party{Name: "Dana Roe", Number: "+12125550110"}, "Dana, Acme", nil, "Dana, Acme", num},
		{call.Party{Name: "Dana Roe", Number: "+12125550110"}, "\x00", nil, "Dana Roe", num},
		{call.Party{Name: "+12125550110", Number: "+12125550110"}, "", nil, "", num},
		{call.Party{Name: num, Number: "+12125550110"}, "", nil, "", num},
		{call.Party{Name: num, Number: "+12125550110"}, "", same, num, "+12125550110"},
		{call.Party{Name: "a\x1b[2Jb", Number: "\u202e12"}, "", same, "a[2Jb", "12"},
	} {
		if name, number := NameNumber(r.p, r.contact, r.write); name != r.name || number != r.numbers {
			t.Errorf("%+v %q: %q and %q, want %q and %q", r.p, r.contact, name, number, r.name, r.numbers)
		}
	}
}

func TestEnded(t *testing.T) {
	for _, r := range []struct {
		o     call.Outcome
		queue string
		wait  time.Duration
		want  string
	}{
		{call.NoOutcome, "Support", time.Second, "ended"},
		{call.Answered, "Support", time.Second, "answered"},
		{call.AbandonedQueue, "", time.Second, "abandoned in queue"},
		{call.AbandonedQueue, "Support", -1, "abandoned in Support"},
		{call.AbandonedQueue, "Sup\x1bport", 0, "abandoned in Support after " + Figure(0)},
		{call.AbandonedQueue, "Support", 121 * time.Second, "abandoned in Support after 2:01"},
		{call.AbandonedMenu, "Support", time.Second, "abandoned in menu"},
	} {
		if got := Ended(r.o, r.queue, r.wait); got != r.want {
			t.Errorf("%v %q %v: %q, want %q", r.o, r.queue, r.wait, got, r.want)
		}
	}
}

// An age reads the longer the longer ago, and never says more than is true.
func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0:00", 0: "0:00", 48 * time.Second: "0:48", time.Hour - 1: "59:59", time.Hour: "1 h 00",
		2*time.Hour + 10*time.Minute + 59*time.Second: "2 h 10", 48*time.Hour - 1: "47 h 59", 48 * time.Hour: "2 d 0 h", 77 * time.Hour: "3 d 5 h",
	} {
		if got := Age(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestSmallWords(t *testing.T) {
	for _, r := range []struct{ got, want string }{
		{Several(nil), ""},
		{Several([]string{"Ann"}), "Ann"},
		{Several([]string{"Ann", "Bo", "Cy"}), "Ann +2"},
	} {
		if r.got != r.want {
			t.Errorf("got %q, want %q", r.got, r.want)
		}
	}
}
