package call

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// fullState has something in every member.
func fullState() Event {
	at := time.Date(2026, 11, 2, 9, 0, 0, 123_000_000, time.UTC)
	party := Endpoint{"p1", "c1", "1001", "Ann", "+12125550110"}
	return Event{
		Kind: KindState, Source: FromRefill,
		Meta: Meta{
			ID: "0d1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8", Account: "12345", Inbound: true, Outbound: true, Created: at, Initiator: "DIRECT",
			DialString: "0049 30", Associated: []string{"a", "0d1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8"}, HangupBy: "p1",
		},
		Snapshot: Snapshot{
			Seq: 7, Stage: Active, At: at.Add(time.Second), Recorded: 2,
			Legs: []SnapLeg{
				{
					Participant: Participant{
						ID: "p1", LegID: "l1", Originator: "p1", Kind: NumberLeg, Called: true, KindText: "K", Name: "Main", Extension: "01", LineID: "li", DeviceID: "d",
						Device: "goto.clients", UserID: "u", NumberID: "n", Number: "+1", Outside: Party{"Dana Roe", "+12125550111"},
					},
					Status: StatusOther, StatusText: "DANCING", Move: &Move{party, Endpoint{}, party},
				},
				{Participant: Participant{ID: "p2", Kind: LineLeg}, Status: StatusConnected},
				{Participant: Participant{ID: "p3"}, Status: StatusRinging, Move: &Move{}},
			},
			Systems: []SnapSystem{{
				System: System{
					ID: "s", Originator: "p1", Kind: Queue, KindText: "x", PlanID: "pl", QueueID: "q", QueueName: "Sales", WrapUp: time.Minute, BoxID: "b", Number: "9",
					Folder: "INBOX", Message: time.Second, Result: "SUCCESS",
				},
				Status: StatusConnected, Node: Node{"n_1", "n", "3", "COMPLETED", "nextNode"},
			}},
		},
	}
}

// A packed state is the same state; what is cut short is refused, and so is what is longer.
func TestPackedStatesAreTheSame(t *testing.T) {
	full := fullState()
	all := []Event{{Kind: KindState}, full, {Kind: KindState, Meta: Meta{ID: "x"}, Snapshot: Snapshot{Seq: 1 << 63}}}
	for _, s := range scripts(t) {
		all = append(all, s.events...)
	}
	var p EventPacker
	for _, want := range all {
		want.Received = time.Time{} // not kept
		b := p.Pack(&want)
		got, err := UnpackEvent(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-packed +unpacked): %s", d)
		}
		for n := range b {
			if _, err := UnpackEvent(b[:n]); !errors.Is(err, ErrPacked) {
				t.Fatalf("%d of %d bytes: %v", n, len(b), err)
			}
		}
		if _, err := UnpackEvent(append(b, 0)); !errors.Is(err, ErrPacked) {
			t.Fatalf("with more behind it: %v", err)
		}
	}
}

// Nothing of one state gets into the next, and what was given stays as it is.
func TestPackerBeginsAnew(t *testing.T) {
	var used EventPacker
	full := fullState()
	first := used.Pack(&full)
	was := string(first)
	for _, s := range scripts(t) {
		for i := range s.events {
			var p EventPacker
			if want, got := p.Pack(&s.events[i]), used.Pack(&s.events[i]); string(want) != string(got) {
				t.Fatalf("%x after others, %x alone", got, want)
			}
		}
	}
	if string(first) != was {
		t.Error("what was packed first has changed")
	}
}

// FuzzEvent: bytes are a state or an error, and what is read can be written and read again.
func FuzzEvent(f *testing.F) {
	var p EventPacker
	full := fullState()
	f.Add(p.Pack(&full))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := UnpackEvent(b)
		if err != nil {
			if !errors.Is(err, ErrPacked) {
				t.Fatal(err)
			}
			return
		}
		again, err := UnpackEvent(p.Pack(&e))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(e, again, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	})
}

// BenchmarkPackEvent: a desk keeps every state that it hears.
func BenchmarkPackEvent(b *testing.B) {
	events := scripts(b)["queue-answered.txtar"].events
	var p EventPacker
	b.ReportAllocs()
	n := 0
	for i := 0; b.Loop(); i++ {
		n += len(p.Pack(&events[i%len(events)]))
	}
	b.ReportMetric(float64(n)/float64(b.N), "B/state")
}
