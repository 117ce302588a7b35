package call

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lawOfPacking: a packed call is the same call, and packed again it is the same bytes.
func lawOfPacking(c *Call) error {
	b := Pack(c)
	d, err := Unpack(b)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(dump(c), dump(d)); diff != "" {
		return fmt.Errorf("unpacked differs:\n%s", diff)
	}
	if diff := cmp.Diff(c.Summary(), d.Summary(), cmp.AllowUnexported(Answer{}, Ring{})); diff != "" && !c.Live() {
		return fmt.Errorf("summary differs:\n%s", diff)
	}
	if diff := cmp.Diff(c.People, d.People) + cmp.Diff(c.Systems, d.Systems); diff != "" {
		return fmt.Errorf("participants or systems differ:\n%s", diff)
	}
	if again := Pack(d); string(again) != string(b) {
		return errors.New("packed again it is other bytes")
	}
	return nil
}

func TestPackedCallsAreTheSame(t *testing.T) {
	for name, s := range scripts(t) {
		s.mine = nil // a board's own affair
		for cut := 1; cut <= len(s.events); cut++ {
			if err := lawOfPacking(fold(t, s, s.events[:cut])); err != nil {
				t.Fatalf("%s after %d states: %v", name, cut, err)
			}
		}
		rnd := rand.New(rand.NewPCG(11, 12))
		for round := range 40 {
			var kept []Event
			for _, e := range s.events {
				if rnd.IntN(3) > 0 {
					kept = append(kept, e)
				}
			}
			if len(kept) == 0 {
				continue
			}
			if err := lawOfPacking(fold(t, s, kept)); err != nil {
				t.Fatalf("%s with states missing, round %d: %v", name, round, err)
			}
		}
	}
}

func TestPackedCallWhoseEndWasNotSeen(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for _, e := range s.events[:14] {
		b.Apply(e)
	}
	b.Confirm("K1", false, t0.Add(time.Hour))
	c := b.Get("K1")
	if c.Live() || c.Gaps[len(c.Gaps)-1] != (Gap{From: 15}) {
		t.Fatalf("not ended, or its end was seen: %v", c.Gaps)
	}
	if err := lawOfPacking(c); err != nil {
		t.Error(err)
	}
}

func TestEventsMakeTheSameCall(t *testing.T) {
	for name, s := range scripts(t) {
		s.mine = nil
		c := fold(t, s, s.events)
		d, err := Unpack(Pack(c))
		if err != nil {
			t.Fatal(err)
		}
		b := NewBoard(Options{})
		for _, e := range d.Events() {
			b.Apply(e)
		}
		if diff := cmp.Diff(dump(c), dump(b.Get(c.ID))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestUUIDsArePackedSmall(t *testing.T) {
	for s, want := range map[string]bool{
		"0f3a2b1c-9d8e-3f70-8a1b-c0ffee123456":  true,
		"0F3A2B1C-9d8e-3f70-8a1b-c0ffee123456":  false, // would come back in lower case
		"0f3a2b1c-9d8e-3f70-8a1b_c0ffee123456":  false,
		"0f3a2b1c-9d8e-3f70-8a1b-c0ffee12345":   false,
		"0f3a2b1c-9d8e-3f70-8a1b-c0ffee1234567": false,
		"":                                      false,
	} {
		id, ok := uuidBytes(s)
		if ok != want || ok && uuidText(id) != s {
			t.Errorf("%q: %v", s, ok)
		}
	}
}

func TestNoPackedCall(t *testing.T) {
	good := Pack(fold(t, scripts(t)["queue-answered.txtar"], scripts(t)["queue-answered.txtar"].events))
	if _, err := Unpack(good); err != nil {
		t.Fatal(err)
	}
	bad := map[string][]byte{
		"nothing":           nil,
		"another version":   append([]byte{99}, good[1:]...),
		"more than is told": append(append([]byte{}, good...), 0),
		"a huge count":      {packVersion, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"far too long":      make([]byte, maxPacked+1),
		"a text of control": {packVersion, 1, 2, 0x1b},
	}
	for cut := 1; cut < len(good); cut++ {
		bad[fmt.Sprint("cut at ", cut)] = good[:cut]
	}
	for what, b := range bad {
		if c, err := Unpack(b); !errors.Is(err, ErrPacked) || c != nil {
			t.Errorf("%s: %v, %v", what, c, err)
		}
	}
}

// FuzzUnpack: whatever the bytes, an error or a sound call.
func FuzzUnpack(f *testing.F) {
	for _, s := range scripts(f) {
		f.Add(Pack(fold(f, s, s.events)))
		f.Add(Pack(fold(f, s, s.events[:len(s.events)/2])))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Unpack(b)
		if err != nil {
			if !errors.Is(err, ErrPacked) {
				t.Fatal(err)
			}
			return
		}
		now := c.LastAt.Add(time.Minute)
		if err := lawOfLanes(c, now); err != nil {
			t.Fatal(err)
		}
		if err := lawOfLadder(c); err != nil {
			t.Fatal(err)
		}
		if err := lawOfPacking(c); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkPack and BenchmarkUnpack: an archive writes and reads pages of these.
func BenchmarkPack(b *testing.B) {
	s := scripts(b)["queue-answered.txtar"]
	c := fold(b, s, s.events)
	b.ReportAllocs()
	for b.Loop() {
		Pack(c)
	}
}

func BenchmarkUnpack(b *testing.B) {
	s := scripts(b)["queue-answered.txtar"]
	packed := Pack(fold(b, s, s.events))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Unpack(packed); err != nil {
			b.Fatal(err)
		}
	}
}
