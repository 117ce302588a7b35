package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
)

func TestPlainStopsAtTheFirst(t *testing.T) {
	for stop := range 256 {
		special := stop < ' ' || stop >= 0x80 || stop == '"' || stop == '\\'
		for at := range 20 {
			b := []byte(strings.Repeat("~", 20) + "\"")
			b[at] = byte(stop)
			want := 20
			if special {
				want = at
			}
			if got := plain(b, 0); got != want {
				t.Fatalf("byte %#x at %d: stopped at %d", stop, at, got)
			}
			if at+3 < 20 { // a second one behind it must not hide the first
				b[at+3] = '"'
				if !special {
					want = at + 3
				}
				if got := plain(b, 0); got != want {
					t.Fatalf("byte %#x at %d and a quote: stopped at %d", stop, at, got)
				}
			}
		}
	}
	if plain(nil, 0) != 0 || plain([]byte("abc"), 0) != 3 || plain([]byte(`"abcdefghijk"l`), 1) != 12 {
		t.Error("without a stop")
	}
}

func TestParseTime(t *testing.T) {
	for _, s := range []string{
		"2026-10-05T09:30:00Z", "2026-10-05T09:30:00.1Z", "2026-10-05T09:30:00.96Z", "2026-10-05T09:30:00.123456789Z",
		"2026-10-05T09:30:00.1234567891Z", "2026-10-05T04:30:00.5-05:00", "2026-10-05T23:30:00+14:00", "2024-02-29T00:00:00Z",
		"2000-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "0000-03-01T00:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z",
		"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-10-05T24:00:00Z", "2026-10-05T09:60:00Z", "2026-10-05T09:30:60Z", "2026-10-05T09:30:00.Z",
		"2026-10-05T09:30:00", "2026-10-05T09:30:00z", "2026-10-05t09:30:00Z", "2026-10-05 09:30:00Z", "2026-10-05T09:30:00,5Z",
		"2026-10-05T09:30:00+24:00", "2026-10-05T09:30:00+01:60", "2026-10-05T09:30:00+0100", "2026-10-05T09:30:00+01", "2026-10-05T9:30:00Z",
		"2026-10-05T09:30:00ZZ", "+026-10-05T09:30:00Z", "2026-1:-05T09:30:00Z", "", "Z", "yesterday", "1759656600000",
	} {
		want, wantOK := oracleTime(s)
		got, ok := parseTime([]byte(s))
		if ok != wantOK || !got.Equal(want) || got.Location() != want.Location() {
			t.Errorf("%q: %v %t, want %v %t", s, got, ok, want, wantOK)
		}
	}
	at := time.Date(1599, 12, 20, 0, 0, 0, 0, time.UTC)
	for range 400_000 { // every day of a thousand years
		if got, ok := parseTime([]byte(at.Format(time.RFC3339))); !ok || !got.Equal(at) {
			t.Fatalf("%v: %v", at, got)
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestSpan(t *testing.T) {
	for in, want := range map[string]time.Duration{
		`90`: 90 * time.Second, `"90"`: 90 * time.Second, `0`: 0, `0.5`: 500 * time.Millisecond, `1.25`: 1250 * time.Millisecond,
		`0.0000000019`: 1, `315360000`: maxSpan,
	} {
		f, err := NewDecoder().Frame([]byte(`{"source":"x","ttl":` + in + `}`))
		if err != nil || f.TTL != want {
			t.Errorf("%s: %v, %v", in, f.TTL, err)
		}
	}
	for _, in := range []string{`-1`, `1e3`, `"x"`, `".5"`, `"5."`, `"1.x"`, `315360001`, `99999999999999999999`, `true`, `{}`} {
		s, odd := decodeState(t, `"sequenceNumber":1,"type":"ACTIVE","interactiveVoiceResponseSystems":[{"type":{"configuredWrapUpDuration":`+in+`}}]`)
		if s.Systems[0].System.WrapUp != 0 || odd != 1 {
			t.Errorf("%s: %v, odd %d", in, s.Systems[0].System.WrapUp, odd)
		}
	}
}

// Whatever comes in, the table neither grows nor lies.
func TestInternerBounded(t *testing.T) {
	in := newInterner()
	for i := range 20 * internSlots {
		for _, s := range []string{fmt.Sprint("text ", i), fmt.Sprint("\u202e ", i, "\n"), fmt.Sprint(i, strings.Repeat("y", i%200)), "again"} {
			if got := in.get([]byte(s)); got != call.Clean(s) {
				t.Fatalf("%q came out as %q", s, got)
			}
		}
	}
	for _, slot := range in.slots {
		if len(slot.said) > internLength || len(slot.clean) > 3*internLength {
			t.Fatalf("%q is kept", slot.said)
		}
	}
	if len(in.slots) != internSlots {
		t.Errorf("%d slots", len(in.slots))
	}
}

// A frame of a call already known costs its two lists and nothing else, however long this goes on.
func TestFrameAllocations(t *testing.T) {
	d := NewDecoder()
	frame := bigFrame(3, 5, 2)
	allocs := testing.AllocsPerRun(200, func() {
		if _, err := d.Frame(frame); err != nil {
			t.Fatal(err)
		}
	})
	// Two texts may have to share a slot and drive each other out.
	if allocs > 2+6 {
		t.Errorf("%v allocations", allocs)
	}
	if cap(d.legs) > keepScratch || cap(d.systems) > keepScratch {
		t.Errorf("%d and %d kept", cap(d.legs), cap(d.systems))
	}
	if _, err := d.Frame(bigFrame(3, 500, 2)); err != nil || cap(d.legs) > keepScratch {
		t.Errorf("after a big one %d kept, %v", cap(d.legs), err)
	}
}
