package wire

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twinsOf counts what a decoder remembers of objects.
func twinsOf(d *Decoder) (n int) {
	for _, s := range d.metas.slots {
		n += min(len(s.said), 1)
	}
	for _, s := range d.legTwins.slots {
		n += min(len(s.said), 1)
	}
	for _, s := range d.systemTwins.slots {
		n += min(len(s.said), 1)
	}
	return n
}

// What was seen before is understood as what is new: the states of calls that take turns, each several times
// over, and with something changed in the head, the middle and the end of an object that is remembered.
func TestRepeatedObjectsAgainstOracle(t *testing.T) {
	text, err := os.ReadFile("testdata/call.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	frames := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	for seq := range 3 {
		frames = append(frames, bigFrame(seq+1, 5, 2))
	}
	d := NewDecoder()
	for range 2 {
		for _, f := range frames {
			checkFrame(t, d, f)
		}
	}
	if n := twinsOf(d); n < 10 {
		t.Fatalf("%d objects are remembered", n)
	}
	for _, change := range [][2]string{
		{`"id":"a11ce`, `"id":"b11ce`}, {`"name":"ROE DANA"`, `"name":"ROE DAN"`}, {`"RINGING"`, `"CONNECTED"`},
		{`"RINGING"}}`, `"RINGING"},"recordings":[{"id":"r1"},{"id":"r2"}]}`}, {`"INBOUND"`, `"OUTBOUND"`},
		{`"callProvider":"PSTN",`, ` `}, {`"value":"LINE"`, `"value":7`}, {`{"id":`, `{ "id":`},
	} {
		for _, f := range frames {
			changed := bytes.ReplaceAll(f, []byte(change[0]), []byte(change[1]))
			for _, b := range [][]byte{changed, f, changed, changed} {
				checkFrame(t, d, b)
			}
		}
	}
}

// A frame and the next with the same people share no list: who changes one leaves the other.
func TestRepeatedLegsAreListsOfTheirOwn(t *testing.T) {
	d := NewDecoder()
	first, err1 := d.Frame(bigFrame(1, 3, 1))
	second, err2 := d.Frame(bigFrame(2, 3, 1))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if diff := cmp.Diff(first.Event.Snapshot.Legs, second.Event.Snapshot.Legs); diff != "" {
		t.Error(diff)
	}
	first.Event.Snapshot.Legs[0].Participant.Name = "changed"
	if second.Event.Snapshot.Legs[0].Participant.Name == "changed" {
		t.Error("they do")
	}
}

// An object that was good where it first stood is not taken unread where it lies deeper than is allowed.
func TestRepeatedObjectDeeperIsReadAgain(t *testing.T) {
	const inLeg = 4 // what a notice has around a member of a leg: itself, content, state, the list
	deep := strings.Repeat("[", MaxDepth-inLeg-1) + strings.Repeat("]", MaxDepth-inLeg-1)
	notice := fmt.Sprintf(`{"source":"call-events","type":"call-state","content":{"metadata":{"conversationSpaceId":"%s"},"state":{"sequenceNumber":1,"type":"ACTIVE","participants":[{"id":"%s","status":{"value":"RINGING"},"x":%s}]}}}`,
		genID('c', 1), genID('p', 1), deep)
	d := NewDecoder()
	for range 2 {
		checkFrame(t, d, []byte(notice))
		if f, err := d.Frame([]byte(notice)); err != nil || len(f.Event.Snapshot.Legs) != 1 {
			t.Fatal(f, err)
		}
	}
	if twinsOf(d) == 0 {
		t.Fatal("nothing is remembered")
	}
	if _, err := d.Frame([]byte(`{"event":"Notification","data":` + notice + `}`)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("one level deeper: %v", err)
	}
}

// What a value was not understood of counts as odd each time.
func TestOddObjectIsOddEachTime(t *testing.T) {
	d, odd := NewDecoder(), bytes.ReplaceAll(bigFrame(1, 2, 1), []byte(`"name":"Agent 7001"`), []byte(`"name":{"a":1}`))
	for i := range 3 {
		if f, err := d.Frame(odd); err != nil || f.Odd != 1 {
			t.Errorf("time %d: %d odd, %v", i, f.Odd, err)
		}
	}
}

// However many objects come, and however long, what is remembered is bounded.
func TestTwinsAreBounded(t *testing.T) {
	d, long := NewDecoder(), strings.Repeat("x", 2*twinMost)
	for i := range 3 * twinSlots {
		f := bytes.ReplaceAll(bigFrame(i, 2, 1), []byte(genID('c', 1)), []byte(genID('c', i)))
		f = bytes.ReplaceAll(f, []byte(genID('p', 1)), []byte(genID('p', i+2)))
		if i%3 == 0 {
			f = bytes.ReplaceAll(f, []byte("Agent 7001"), []byte(long))
		}
		if _, err := d.Frame(f); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.legTwins.slots); n != twinSlots {
		t.Errorf("%d slots", n)
	}
	for _, s := range d.legTwins.slots {
		if cap(s.said) > 2*twinMost {
			t.Fatalf("an object of %d bytes is kept", len(s.said))
		}
	}
}
