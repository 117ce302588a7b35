package export

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"strings"
	"testing"
	"unicode"

	"ringside/store/call"
)

// hostile are names that callers may set on their telephones.
var hostile = []string{
	`=cmd|'/C calc'!A0`, `+1+cmd|'/C calc'!A0`, `-2+3`, `@SUM(A1:A9)`, "\t=1+1", "\r=1+1", `x;=1+1`, `x, @SUM(1)`, `＝1+1`,
	`<script>alert(1)</script>`, `</td></table><img src=x onerror=alert(1)>`, `&lt;b&gt;`, `[Dana](javascript:alert(1))`, `![x](http://evil.example/p.png)`,
	`a | b`, "`code`", `**bold**`, `__x__ ~~y~~`, `https://evil.example/login`, `www.evil.example`, `dana@evil.example @everyone`, `# heading`, `#4411`, `$x$`,
	"line\nbreak\n\n---\n", "\x1b[31mred\x1b[0m", "\u202egnp.exe", `\`, `\|`, "日本語の名前 with a very long tail that goes on and on and on", strings.Repeat("x", 300),
}

// called gives a call of somebody with a name.
func called(t testing.TB, name string) *call.Call {
	t.Helper()
	b := call.NewBoard(call.Options{})
	who := call.Participant{ID: "c", Originator: "c", Kind: call.NumberLeg, Outside: call.Party{Name: name, Number: "+12125550110"}, Number: "+18005550120", Name: name}
	ann := call.Participant{ID: "a", Originator: "c", Kind: call.LineLeg, Name: name, Extension: "0019", LineID: "L1", Device: name}
	queue := call.SnapSystem{System: call.System{ID: "q", Kind: call.Queue, QueueName: name}, Status: call.StatusConnected}
	leg := func(p call.Participant, s call.Status) call.SnapLeg { return call.SnapLeg{Participant: p, Status: s} }
	held := leg(who, call.StatusOnHold)
	held.Move = &call.Move{Initiator: call.Endpoint{Participant: "a", Name: name}}
	for i, sn := range []call.Snapshot{
		{Stage: call.Active, Legs: []call.SnapLeg{leg(who, call.StatusInMenu)}, Systems: []call.SnapSystem{queue}},
		{Stage: call.Active, Legs: []call.SnapLeg{leg(who, call.StatusInMenu), leg(ann, call.StatusRinging)}, Systems: []call.SnapSystem{queue}},
		{Stage: call.Active, Legs: []call.SnapLeg{leg(who, call.StatusConnected), leg(ann, call.StatusConnected)}},
		{Stage: call.Active, Legs: []call.SnapLeg{held, leg(ann, call.StatusConnected)}},
		{Stage: call.Active, Legs: []call.SnapLeg{leg(who, call.StatusConnected), leg(ann, call.StatusConnected)}},
		{Stage: call.Ending},
	} {
		sn.Seq, sn.At = uint64(i+1), t0.Add(1e9*7*(1<<i))
		b.Apply(call.Event{Kind: call.KindState, Meta: call.Meta{ID: "K1", Account: name, Inbound: true, Created: t0}, Snapshot: sn})
	}
	return b.Get("K1")
}

func TestHostileNamesStayInTheirMarkdown(t *testing.T) {
	plain := strings.Count(export(t, Markdown, called(t, "Dana"), nil, Options{}), "\n")
	for _, name := range hostile {
		got := export(t, Markdown, called(t, name), nil, Options{})
		if n := strings.Count(got, "\n"); n != plain {
			t.Errorf("%q: %d lines, a plain name makes %d:\n%s", name, n, plain, got)
		}
		table := false
		for line := range strings.Lines(got) {
			if table = strings.HasPrefix(line, "|"); table && strings.Count(line, "|") != 3 {
				t.Errorf("%q breaks its row: %s", name, line)
			}
			if bad := markup(line); bad != "" {
				t.Errorf("%q says %q to a reader: %s", name, bad, line)
			}
		}
		if want := html.EscapeString(call.Clean(name)); want != "" && !strings.Contains(html.UnescapeString(got), html.UnescapeString(want)) {
			t.Errorf("%q cannot be read in\n%s", name, got)
		}
	}
}

// markup finds what a Markdown reader would act upon in a line of a card, beside the card's own.
func markup(line string) string {
	line = strings.TrimSpace(line)
	for _, own := range []string{"### ", "- ", "|---|---|", "**Story**"} {
		line = strings.TrimPrefix(line, own)
	}
	for _, bad := range []string{"<", ">", "[", "]", "`", "*", "__", "~", "://", "www.", "@", "$", "\\"} {
		if strings.Contains(line, bad) {
			return bad
		}
	}
	for rest := line; ; { // every & and # is of an entity
		i := strings.IndexAny(rest, "&#")
		if i < 0 {
			return ""
		}
		if !strings.HasPrefix(rest[i:], "&#") || rest[i+2] < '0' || rest[i+2] > '9' {
			return rest[i : i+1]
		}
		rest = rest[i+2:]
	}
}

func TestHostileNamesOpenCleanInASpreadsheet(t *testing.T) {
	for _, name := range hostile {
		got := export(t, CSV, called(t, name), nil, Options{})
		rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(Columns()) {
			t.Fatalf("%q: %v, %d rows", name, err, len(rows))
		}
		if strings.Count(got, "\r\n") != 2 || strings.Count(got, "\n") != 2 {
			t.Errorf("%q: lines are not two: %q", name, got)
		}
		for i, cell := range rows[1] {
			if cell == "" {
				continue
			}
			if formula(cell) && !international(cell) {
				t.Errorf("%q: %s is a formula: %q", name, Columns()[i], cell)
			}
			for _, sep := range []string{";", ","} { // where the locale's separator is another one
				for part := range strings.SplitSeq(cell, sep) {
					if p := strings.TrimLeft(part, " "); part != cell && formula(p) && !international(p) {
						t.Errorf("%q: %s has a formula behind %q: %q", name, Columns()[i], sep, cell)
					}
				}
			}
		}
	}
}

func TestFence(t *testing.T) {
	for s, want := range map[string]string{
		"":                    "",
		"Dana":                "Dana",
		"+1 212 555 0110":     "+1 212 555 0110",
		"+12125550110":        "'+12125550110",
		"+1 2 =cmd":           "'+1 2 =cmd",
		"+":                   "'+",
		"1102":                "1102",
		"0019":                "'0019", // would become 19
		"12125550110":         "12125550110",
		"1234567890123456789": "'1234567890123456789", // would lose its last digits
		"-5":                  "'-5",
		"=1":                  "'=1",
		"@x":                  "'@x",
		"＠x":                  "'＠x",
	} {
		if got := fence(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// No text of a caller draws anything but itself, and every line keeps to its width.
func TestHostileNamesInText(t *testing.T) {
	for _, name := range hostile {
		c := called(t, name)
		for _, f := range []Format{Story, Lanes, Ladder} {
			for _, w := range []int{0, 40, 80, 200} {
				for line := range strings.SplitSeq(export(t, f, c, nil, Options{Width: w}), "\n") {
					if n := cells(line); n > max(40, w) && w > 0 {
						t.Errorf("%q as %s: %d cells in %d: %s", name, f, n, w, line)
					}
					if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
						t.Errorf("%q as %s: %q", name, f, line)
					}
				}
			}
		}
		var rec call.Record
		if err := json.Unmarshal([]byte(export(t, JSON, c, nil, Options{})), &rec); err != nil || rec.ID != "K1" {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// FuzzMarkdown: whatever the text, it stays text, and a reader sees it as it was.
func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := md(s)
		if strings.ContainsAny(got, "\r\n|<>`*_[]{}~\\@$") || strings.Contains(got, "://") {
			t.Fatalf("%q: %q", s, got)
		}
		if back := html.UnescapeString(got); back != clean(s) {
			t.Fatalf("%q is read as %q", s, back)
		}
	})
}

// FuzzFence: what is written opens as text, and is one cell.
func FuzzFence(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table := Table{}
		got := table.text(s)
		if formula(got) && !international(got) {
			t.Fatalf("%q: %q", s, got)
		}
		if g := guard(clean(s)); got != g && got != "'"+g {
			t.Fatalf("%q: %q", s, got)
		}
	})
}
