package query

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

// testNow is a Friday, and summer time ends in the night to the Sunday before.
func testNow(t testing.TB) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	return time.Date(2026, 11, 6, 14, 32, 7, 500_000_000, zone)
}

func testOptions(t testing.TB) Options { return Options{Now: testNow(t), Region: "US"} }

// What is written is read as this, in canonical form.
func TestParse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"   ", ""},
		{"support", "support"},
		{"Söder  SUPPORT", "soder support"},
		{`support wait>45s -internal from:+1212 state:ringing queue:"Tier 2" agent:ann outcome:missed today`,
			`support wait>45s -dir:internal from:+1212 state:ringing queue:"tier 2" agent:ann outcome:missed at:today`},

		// not, or, parentheses
		{"a b or c d", "a b or c d"},
		{"a (b or c) d", "a (b or c) d"},
		{"a OR b | c || d|e", "a or b or c or d or e"},
		{"(a or b) or (c or d)", "a or b or c or d"},
		{"((a b)) (c)", "a b c"},
		{"a and b AND c", "a b c"},
		{"-a -(b c) --d -(e)", "-a -(b c) --d -e"},
		{"NOT a not b", "-a not b"},
		{"(212)555-0110", "212 555-0110"},

		// words
		{`"or" "and" "today" "live" "-x" "a:b"`, `"or" "and" "today" "live" "-x" "a:b"`},
		{`"say \"hi\" \\ \n"`, `"say \"hi\" \\ \\n"`},
		{`o'brien ann-lee a.b@c.de 3/4 *98 #1 &co`, `o'brien ann-lee a.b@c.de 3/4 *98 #1 &co`},
		{`14:00 5"`, `"14:00" "5\""`},
		{"~anle ~\"an le\" -~x", "~anle ~anle -~x"},
		{":) in out week or", `":" in out week`},
		{"missed answered voicemail waiting", "missed answered voicemail waiting"},

		// fields
		{"Caller:ann num=0110 q:a tel:+1212 with:bo via:main", "from:ann number=0110 queue:a number:+1212 agent:bo path:main"},
		{"state:wait,rings|onhold", "state:waiting,ringing,hold"},
		{`state:"on hold" state:in-menu state:not_a or x`, `state:hold state:menu or x`},
		{"state!=ringing outcome!=lost,answered", "-state=ringing -outcome=lost,answered"},
		{"outcome:abandoned_menu result:NotConnected", "outcome:abandoned_menu outcome:not_connected"},
		{`queue:"a,b",c`, `queue:"a,b",c`},
		{"x or state:ringing,talking", "x or state:ringing or state:talking"},
		{"y state:ringing,talking", "y state:ringing,talking"},
		{"mine inbound Outgoing dir:in dir:out", "mine dir:inbound outgoing dir:inbound dir:outbound"},
		{"number:anonymous number:withheld", "number:withheld number:withheld"},
		{`id:AB-12 tag:vip note:"call back"`, `id:ab-12 tag:vip note:"call back"`},

		// durations
		{"wait>45 wait>=0:45 talk<1h30 hold<=1:02:03 total=1.5m clock:2m30s", "wait>45s wait>=45s talk<1h30m hold<=1h2m3s total=1m30s clock:2m30s"},
		{"wait > 45s wait >= 1m wait>0", "wait>45s wait>=1m wait>0s"},
		{"ring>1500ms length>1d answer<20s", "ring>1s500ms total>24h answer<20s"},
		{"wait>30s,1m", "wait>30s,1m"},

		// times
		{"since:today until:monday before:2026-11-20 after:14:00", "at>=today at<=monday at<2026-11-20 at>=14:00"},
		{"at:-2h at<2h last:7d since:1h30m", "at>=-2h at<-2h at>=-7d at>=-1h30m"},
		{"on:2026-11 date=yesterday thisweek lastmonth", "at:2026-11 at=yesterday at:thisweek at:lastmonth"},
		{`at>"2026-11-20 14:00" at>2026-11-20T14:00:05Z`, `at>"2026-11-20 14:00" at>2026-11-20t14:00:05z`},
	} {
		q, err := Parse(c.in, testOptions(t))
		if err != nil && !strings.Contains(c.in, "not_a") && !strings.Contains(c.in, ":)") {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if err != nil {
			q, _ = ParseLoose(c.in, testOptions(t))
		}
		if got := q.String(); got != c.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", c.in, got, c.want)
		}
		if q.Text != c.in {
			t.Errorf("Parse(%q).Text = %q", c.in, q.Text)
		}
	}
}

// The trees that an archive compiles.
func TestTrees(t *testing.T) {
	day := func(m time.Month, d, h int) time.Time {
		return time.Date(2026, m, d, h, 0, 0, 0, testNow(t).Location())
	}
	for _, c := range []struct {
		in   string
		want Node
	}{
		{"Ann", Word{Text: "ann"}},
		{"555-0110", Word{Text: "555-0110", Digits: "5550110"}},
		{"+1212", Word{Text: "+1212", Digits: "1212"}},
		{"~212", Word{Text: "212", Fuzzy: true}},
		{"a or -b", Or{Word{Text: "a"}, Not{Word{Text: "b"}}}},
		{"from:Ann", Term{Field: From, Op: Has, Text: "ann"}},
		{"from:+1-212", Term{Field: From, Op: Has, Text: "+1-212", Digits: "1212"}},
		{"from=2125550110", Term{Field: From, Op: Is, Text: "2125550110", Digits: "12125550110"}},
		{"from:2125550110", Term{Field: From, Op: Has, Text: "2125550110", Digits: "2125550110"}},
		{"number:212-555-0110", Term{Field: Number, Op: Has, Text: "212-555-0110", Digits: "2125550110", Keys: []string{"+12125550110"}}},
		{"number:private", Term{Field: Number, Op: Has, Text: "withheld"}},
		{"wait>=1:30", Term{Field: Wait, Op: AtLeast, Ms: 90_000}},
		{"wait:1m", Term{Field: Wait, Op: Has, Ms: 60_000}},
		{"mine", Term{Field: Flag, Op: Has, Text: "mine"}},
		{"internal", Term{Field: Dir, Op: Has, Text: "internal", Dir: call.Internal}},
		{"state:vm", Term{Field: StateWord, Op: Has, Text: "voicemail", State: call.StateVoicemail}},
		{"outcome:missed", Term{Field: OutcomeOf, Op: Has, Text: "missed", Outcomes: []call.Outcome{call.Missed}}},
		{"outcome:abandoned", Term{Field: OutcomeOf, Op: Has, Text: "abandoned", Outcomes: []call.Outcome{call.AbandonedMenu, call.AbandonedQueue}}},
		{"today", Term{Field: At, Op: Has, Text: "today", From: day(11, 6, 0), To: day(11, 7, 0)}},
		{"at:sunday", Term{Field: At, Op: Has, Text: "sunday", From: day(11, 1, 0), To: day(11, 2, 0)}}, // 25 hours
		{"at:fri", Term{Field: At, Op: Has, Text: "fri", From: day(11, 6, 0), To: day(11, 7, 0)}},
		{"thisweek", Term{Field: At, Op: Has, Text: "thisweek", From: day(11, 2, 0), To: day(11, 9, 0)}},
		{"lastmonth", Term{Field: At, Op: Has, Text: "lastmonth", From: day(10, 1, 0), To: day(11, 1, 0)}},
		{"since:14:00", Term{Field: At, Op: AtLeast, Text: "14:00", From: day(11, 6, 14), To: day(11, 6, 14).Add(time.Minute)}},
		{"until:2026-11-03", Term{Field: At, Op: AtMost, Text: "2026-11-03", From: day(11, 3, 0), To: day(11, 4, 0)}},
		{"since:-2h", Term{Field: At, Op: AtLeast, Text: "-2h", From: testNow(t).Add(-2 * time.Hour), To: testNow(t).Add(-2*time.Hour + time.Millisecond)}},
		{"at:2026-11-06T14:00Z", Term{Field: At, Op: Has, Text: "2026-11-06t14:00z", From: day(11, 6, 9), To: day(11, 6, 9).Add(time.Minute)}},
	} {
		q, err := Parse(c.in, testOptions(t))
		if err != nil {
			t.Errorf("Parse(%q): %v", c.in, err)
		} else if d := cmp.Diff(c.want, q.Root); d != "" {
			t.Errorf("Parse(%q): -want +got\n%s", c.in, d)
		}
	}
}

// A number in its national spelling is found within its international one, and a middle part of
// a number stays what it is.
func TestDigits(t *testing.T) {
	for _, c := range []struct{ text, region, want string }{
		{"020-7946-0018", "GB", "2079460018"},
		{"+44 (0)20 7946 0018", "GB", "442079460018"},
		{"0044 20 7946 0018", "GB", "2079460018"},
		{"7946 0018", "GB", "79460018"},
		{"0018", "GB", "0018"},
		{"011442079460018", "US", "2079460018"},
		{"1-212-555-0110", "US", "12125550110"},
		{"(212) 555", "US", "212555"},
		{"0110", "US", "0110"},
		{"+", "US", ""},
		{"555-CALL", "US", ""},
		{"--", "US", ""},
	} {
		if got := digitsOf(Fold(c.text), c.region); got != c.want {
			t.Errorf("digits of %q in %s: %q, want %q", c.text, c.region, got, c.want)
		}
	}
}

// An error points at what is wrong, in one line, and says what was expected in another.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		in    string // ^ stands before what the error is about, _ behind it
		msg   string
		want  string
		loose string // what the finished part is
	}{
		{`a ^quee_:x b`, `there is no field "quee"`, "did you mean queue?; in quotes it is a text", "a b"},
		{`^http_://x`, `there is no field "http"`, "fields are from, to,", ""},
		{`^ab_>c d`, `there is no field "ab"`, "did you mean", "d"},
		{`wait>^4x_`, `"4x" is no duration`, "45s, 1m30s, 1:30, 2h", ""},
		{`wait>^1:75_`, `"1:75" is no duration`, "1:30", ""},
		{`wait>^99999999d_`, `is no duration`, "1:30", ""},
		{`^wait>_`, "a value is missing after wait>", "1:30", ""},
		{`^wait >_ `, "a value is missing after wait >", "1:30", ""},
		{`a ^from:_ b`, "a value is missing after from:", "+1212", "a b"},
		{`queue:a,^_`, "a value is missing in the list", "comma", "queue:a"},
		{`queue:^,_a`, "a value is missing in the list", "comma", "queue:a"},
		{`state:^rinigng_`, `there is no state "rinigng"`, "did you mean ringing?", ""},
		{`state:^wai_`, `there is no state "wai"`, "did you mean waiting?", ""},
		{`state:^zzz_`, `there is no state "zzz"`, "one of starting, menu", ""},
		{`state:ringing,^zzz_ x`, `there is no state "zzz"`, "one of starting, menu", "state:ringing x"},
		{`queue^>_5`, "queue cannot be compared with >", "queue: or queue=", ""},
		{`since^>_5d`, "since cannot be compared with >", "since:", ""},
		{`number:^ann_`, `"ann" is no number`, "+12125550110", ""},
		{`since:^14_`, `"14" is no time`, "2026-11-20", ""},
		{`since:^2026-13-01_`, `is no time`, "2026-11-20", ""},
		{`at:^25:00_`, `is no time`, "today", ""},
		{`a ^>_ 5`, "a field is missing before >", "wait", "a 5"},
		{`queue:^"Tier 2`, "these quotes are not closed", `a "`, `queue:"tier 2"`},
		{`^""_`, "nothing stands in the quotes", "a text", ""},
		{`queue:^""_`, "nothing stands in the quotes", "a text", ""},
		{`a ^(_b or c`, "this ( is not closed", "a )", "a (b or c)"},
		{`a^)_ b`, "this ) closes nothing", "(", "a b"},
		{`a ^()_ b`, "nothing stands in the parentheses", "a word", "a b"},
		{`a ^-_ b`, "nothing is left out here", "behind the -", "a b"},
		{`a ^-_`, "nothing is left out here", "behind the -", "a"},
		{`a ^~_`, "a word is missing behind ~", "~anle", "a"},
		{`^or_ a`, "something is missing before or", "quotes", "a"},
		{`a o^r_`, "something is missing after or", "quotes", "a"},
		{`(a or^ _) b`, "something is missing after or", "quotes", "a b"},
		{`a ^and_`, "and stands between two parts", "quotes", "a"},
		{`^and_ a`, "and stands between two parts", "quotes", "a"},
		{`a or wait>^x_`, `"x" is no duration`, "1:30", "a"},
		{"a ^\x1b_ b", "nothing can be seen here", "a word", "a b"},
		{`-(^wait>_) a`, "a value is missing", "1:30", "a"},
	} {
		in, col, n := marked(c.in)
		_, err := Parse(in, testOptions(t))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q): %v, want an *Error", in, err)
			continue
		}
		if e.Col != col || n > 0 && e.Len != n {
			t.Errorf("Parse(%q): at %d, %d long, want %d, %d (%s)", in, e.Col, e.Len, col, n, e.Msg)
		}
		if !strings.Contains(e.Msg, c.msg) || !strings.Contains(e.Hint(), c.want) || e.Text != in {
			t.Errorf("Parse(%q): %s; %s", in, e.Msg, e.Want)
		}
		if strings.ContainsAny(e.Msg+e.Want, "\n\x1b") {
			t.Errorf("Parse(%q): not one clean line: %q, %q", in, e.Msg, e.Want)
		}
		q, wrong := ParseLoose(in, testOptions(t))
		if d := cmp.Diff(e, wrong); d != "" {
			t.Errorf("ParseLoose(%q) finds another error: %s", in, d)
		}
		if got := q.String(); got != c.loose {
			t.Errorf("ParseLoose(%q) = %s, want %s", in, got, c.loose)
		}
	}
}

// marked takes the marks out of a text and gives where they stood.
func marked(s string) (text string, col, n int) {
	col = len([]rune(s[:strings.Index(s, "^")]))
	s = strings.Replace(s, "^", "", 1)
	if i := strings.LastIndex(s, "_"); i >= 0 {
		n = max(1, len([]rune(s[:i]))-col)
		s = s[:i] + s[i+1:]
	}
	return s, col, n
}

func TestErrorText(t *testing.T) {
	_, err := Parse("a quee:x", testOptions(t))
	if got, want := err.Error(), `column 3: there is no field "quee"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBounds(t *testing.T) {
	for _, in := range []string{strings.Repeat("(", 5000), strings.Repeat("-", 4000) + "a", strings.Repeat("a ", 4000), strings.Repeat("(a ", 80) + strings.Repeat(")", 80)} {
		if _, err := Parse(in, testOptions(t)); err == nil {
			t.Errorf("Parse(%.10s…) of %d characters: no error", in, len(in))
		}
	}
	in := strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60)
	if q, err := Parse(in, testOptions(t)); err != nil || q.String() != "a" {
		t.Errorf("60 parentheses: %v, %v", q, err)
	}
}

func TestRelative(t *testing.T) {
	for in, want := range map[string]bool{
		"": false, "a wait>5s": false, "today": true, "a or -(since:-2h)": true, "at:14:00": true, "at:2026-11-20": false, "since:2026-11-20T14:00": false,
	} {
		q, err := Parse(in, testOptions(t))
		if err != nil || q.Relative() != want {
			t.Errorf("%q: Relative %v, want %v (%v)", in, q.Relative(), want, err)
		}
	}
}

// The same query, written canonically, is the same tree; and whatever is typed, nothing panics.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`support wait>45s -internal from:+1212 state:ringing queue:"Tier 2" agent:ann outcome:missed today`,
		`a or (b -c) | "d \" e" ~f`, "state:ringing,talking|hold", "wait > 1:30 or since:-2h,monday", "number:+44(0)2079460018,anonymous", "a¨b ＯＲ o:",
		"at!=-2h until:2026-11", "--a -(b or c)", "queue:=x,\"\\\\\"", "x:", ")", "from=020-7946-0018", "NOT a and b", "~\"a b\"", "\x00(\xff", "14:00 5\"", "wait:1.5h", "é(", "İ:ß",
	} {
		f.Add(s)
	}
	o := testOptions(f)
	f.Fuzz(func(t *testing.T, text string) {
		loose, wrong := ParseLoose(text, o)
		strict, err := Parse(text, o)
		if (wrong == nil) != (err == nil) {
			t.Fatalf("%q: ParseLoose says %v, Parse %v", text, wrong, err)
		}
		if wrong != nil {
			if n := len([]rune(text)); wrong.Col < 0 || wrong.Col > n || wrong.Len < 1 || wrong.Msg == "" || wrong.Want == "" || strings.ContainsAny(wrong.Msg+wrong.Want, "\n\r\x1b") {
				t.Errorf("%q: a bad error: %+v", text, wrong)
			}
		} else if d := cmp.Diff(strict.Root, loose.Root); d != "" {
			t.Errorf("%q: Parse and ParseLoose differ: %s", text, d)
		}
		written := loose.String()
		if len(written) > MaxText {
			return // it has become longer
		}
		again, err := Parse(written, o)
		if err != nil {
			t.Fatalf("%q is written %q, and that is wrong: %v", text, written, err)
		}
		if d := cmp.Diff(loose.Root, again.Root); d != "" {
			t.Errorf("%q is written %q, and that is another query: -was +is\n%s", text, written, d)
		}
		for col := range min(len([]rune(text)), 40) + 2 {
			for _, c := range Complete(text, col-1, Candidates{Queues: []string{"Tier 2"}}) {
				if c.From < 0 || c.From > c.To || c.To > len([]rune(text)) || c.Insert == "" {
					t.Errorf("Complete(%q, %d): %+v", text, col-1, c)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	o := testOptions(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(`support wait>45s -internal from:+1212 state:ringing queue:"Tier 2" agent:ann outcome:missed today`, o); err != nil {
			b.Fatal(err)
		}
	}
}
