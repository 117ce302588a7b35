package text

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

var hostile = []string{
	"", "a", "Dana Roe", "株式会社リングサイド東京本社", "e\u0301e\u0301e\u0301", "👩🏽‍💻👨‍👩‍👧‍👦", "שלום עולם",
	"مرحبا بالعالم", "\u202eevil\u202c", "\x1b[31mred\x1b[0m", "a\tb\nc", "\xff\xfe broken", "हिन्दी में नाम",
	strings.Repeat("wide幅", 60), strings.Repeat("x", 500), "\u200b\u200b", "☎️✔️⚠️", "\r\n\a\b",
}

func TestFitIsExact(t *testing.T) {
	for _, s := range hostile {
		for _, clean := range []string{call.Clean(s), Clean(s)} {
			for w := range 40 {
				for name, got := range map[string]string{"Fit": Fit(clean, w), "Right": Right(clean, w), "Ends": Ends(clean, "0:48", w), "Ends2": Ends("x", clean, w)} {
					if Width(got) != w {
						t.Errorf("%s(%q, %d) = %q, %d cells wide", name, clean, w, got, Width(got))
					}
				}
				if c := Cut(clean, w); Width(c) > w {
					t.Errorf("Cut(%q, %d) = %q", clean, w, c)
				}
				for _, l := range Wrap(clean, w) {
					if Width(l) > w {
						t.Errorf("Wrap(%q, %d) has the line %q", clean, w, l)
					}
				}
			}
		}
	}
}

func TestEnds(t *testing.T) {
	for _, r := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"ringing", "0:06", 14, "ringing   0:06"},
		{"ringing Ann", "0:06", 12, "ringin… 0:06"},
		{"ringing", "0:06 of 1:12", 14, "ringing       "},
		{"", "0:06 of 1:12", 14, "  0:06 of 1:12"},
		{"ringing", "", 9, "ringing  "},
		{"ringing", "0:06", 5, "ring…"},
	} {
		if got := Ends(r.left, r.right, r.w); got != r.want {
			t.Errorf("Ends(%q, %q, %d) = %q, want %q", r.left, r.right, r.w, got, r.want)
		}
	}
}

func TestBlockIsExact(t *testing.T) {
	for w := range 20 {
		for h := range 8 {
			got := Block(hostileClean(), w, h)
			if w == 0 || h == 0 {
				if got != "" {
					t.Fatalf("Block(%d, %d) = %q", w, h, got)
				}
				continue
			}
			lines := strings.Split(got, "\n")
			if len(lines) != h {
				t.Fatalf("Block(%d, %d): %d lines", w, h, len(lines))
			}
			for _, l := range lines {
				if Width(l) != w {
					t.Errorf("Block(%d, %d): the line %q has %d cells", w, h, l, Width(l))
				}
			}
		}
	}
}

func hostileClean() []string {
	var out []string
	for _, s := range hostile {
		out = append(out, Clean(s))
	}
	return out
}

func TestCleanKeepsLongTextWhole(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word wörd ", 90))
	if got := Clean(long); got != long {
		t.Errorf("a long note came out as %d of %d bytes", len(got), len(long))
	}
	one := strings.Repeat("ü", 700)
	if got := Clean(one); got != one {
		t.Errorf("a long word was broken: %d of %d bytes, valid %v", len(got), len(one), utf8.ValidString(got))
	}
	evil := strings.Repeat("ok ", 100) + "\u202e\x1b[2Jdone\n\nend"
	if got := Clean(evil); strings.ContainsAny(got, "\x1b\n\u202e") || !strings.HasSuffix(got, "[2Jdone end") {
		t.Errorf("Clean kept control characters: %q", got[290:])
	}
}

func TestWrapKeepsTheWords(t *testing.T) {
	const s = "the caller asked about two open invoices and an upgrade of the plan"
	for w := 8; w < 40; w++ {
		if got := strings.Join(Wrap(s, w), " "); got != s {
			t.Errorf("Wrap(%d) = %q", w, got)
		}
	}
}

func TestClocks(t *testing.T) {
	type row struct {
		d           time.Duration
		clock, told string
	}
	for _, r := range []row{
		{-time.Hour, "0:00", "just now"},
		{0, "0:00", "just now"},
		{999 * time.Millisecond, "0:00", "just now"},
		{10322 * time.Millisecond, "0:10", "10 s ago"},
		{59*time.Minute + 59*time.Second, "59:59", "59 min ago"},
		{time.Hour, "1:00:00", "1 h ago"},
		{100*time.Hour + 61*time.Second, "100:01:01", "4 d ago"},
	} {
		if got := (row{r.d, Clock(r.d), Ago(r.d)}); got != r {
			t.Errorf("%v: got %+v, want %+v", r.d, got, r)
		}
	}
	if got := Offset(44063); got != "+0:44" {
		t.Errorf("Offset = %q", got)
	}
	if got, want := Figure(-time.Second), Figure(0); got != want {
		t.Errorf("a negative duration is written %q, want %q", got, want)
	}
}

func TestShares(t *testing.T) {
	for _, r := range []struct {
		parts []int64
		w     int
		want  []int
	}{
		{[]int64{0, 0}, 10, []int{0, 0}},
		{[]int64{1, 1}, 10, []int{5, 5}},
		{[]int64{1, 0, 1_000_000}, 10, []int{1, 0, 9}},
		{[]int64{5, 1, 9}, 2, []int{1, 0, 1}},
		{[]int64{3, 4}, 0, []int{0, 0}},
	} {
		if d := cmp.Diff(r.want, Shares(r.parts, r.w)); d != "" {
			t.Errorf("Shares(%v, %d): -want +got\n%s", r.parts, r.w, d)
		}
	}
}

func FuzzShares(f *testing.F) {
	f.Add(int64(1), int64(0), int64(373953), 40)
	f.Fuzz(func(t *testing.T, a, b, c int64, w int) {
		w = ((w % 300) + 300) % 300
		parts := []int64{a % 1e10, b % 1e10, c % 1e10}
		cells := Shares(parts, w)
		sum := 0
		for i, n := range cells {
			sum += n
			if n < 0 || parts[i] <= 0 && n != 0 {
				t.Fatalf("Shares(%v, %d) = %v", parts, w, cells)
			}
		}
		if slices.Max(parts) > 0 && sum != w {
			t.Fatalf("Shares(%v, %d) = %v adds up to %d", parts, w, cells, sum)
		}
	})
}

func TestJoin(t *testing.T) {
	parts := []string{"", "a", "", "b"}
	if got := Join(" · ", parts...); got != "a · b" || parts[1] != "a" {
		t.Errorf("Join = %q, parts now %q", got, parts)
	}
}

func TestClauseReadsWhole(t *testing.T) {
	const s = "there is no sound server here (PulseAudio or PipeWire): have the desk phone ring, or name a file"
	for _, c := range []struct {
		w    int
		want string
	}{
		{200, s}, {90, "there is no sound server here (PulseAudio or PipeWire): have the desk phone ring"},
		{60, "there is no sound server here (PulseAudio or PipeWire)"}, {40, "there is no sound server here"}, {20, ""}, {0, ""},
	} {
		if got := Clause(s, c.w); got != c.want {
			t.Errorf("in %d cells: %q, want %q", c.w, got, c.want)
		}
	}
	if got := Clause("yes, but it is long", 10); got != "" {
		t.Errorf("a word alone: %q", got)
	}
}
