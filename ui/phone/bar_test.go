package phone

import (
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 24, 14, 32, 7, 0, time.UTC)

func ago(s int) time.Time { return noon.Add(-time.Duration(s) * time.Second) }

// newBar makes a bar whose words are those of a desk.
func newBar(th *theme.Theme, v phone.View) *Bar {
	keys, _ := action.NewKeymap(nil)
	b := New(th, Words{
		Key: func(a action.Action) string { return keys.Name(a, th.ASCII) },
		Who: func(p call.Party) (string, string) {
			if p.Number == "+12125550110" {
				return "Dana Roe", "Acme Corp"
			}
			return "", ""
		},
		Number: text.Number,
	})
	b.SetData(v)
	b.SetNow(noon)
	return b
}

var sounding = phone.Sound{On: true, In: "Built-in Audio", Out: "Built-in Audio"}

func dana(id string) phone.Call {
	return phone.Call{ID: id, Incoming: true, Number: "+12125550110", Name: "ROE DANA", State: phone.Ringing, Began: ago(12), RingUntil: noon.Add(17*time.Second + 300*time.Millisecond)}
}

func talking(c phone.Call, s int) phone.Call {
	c.State, c.Answered, c.RingUntil = phone.Talking, ago(s), time.Time{}
	return c
}

type scene struct {
	name   string
	view   phone.View
	keypad bool
}

func scenes() []scene {
	ready := phone.Line{State: phone.Ready, Extension: "8648"}
	v := func(calls ...phone.Call) phone.View { return phone.View{Line: ready, Sound: sounding, Calls: calls} }
	focus := func(c phone.Call) phone.Call { c.Focus = true; return c }
	with := func(c phone.Call, change func(*phone.Call)) phone.Call { change(&c); return c }
	good := phone.Quality{Known: true, Trip: 80 * time.Millisecond}
	inTalk := with(talking(dana("1"), 200), func(c *phone.Call) { c.Quality, c.Level = good, phone.Level{In: 0.5, Out: 0.02} })
	lee := phone.Call{ID: "2", Incoming: true, Number: "+12015550133", Name: "Lee Park", State: phone.Ringing, Began: ago(4), RingUntil: noon.Add(26 * time.Second)}
	bo := phone.Call{ID: "3", Number: "1104", Name: "Bo Chen", State: phone.Calling, Began: ago(3)}
	silent := v(focus(dana("1")))
	silent.Sound = phone.Sound{Why: "no sound system is here"}
	silentTalk := silent
	silentTalk.Calls = []phone.Call{focus(talking(dana("1"), 61))}
	noServer := silentTalk
	noServer.Sound = phone.Sound{Why: "there is no sound server here (PulseAudio or PipeWire)"}
	noMic := v(focus(inTalk))
	noMic.Sound.Why = "the sound file /root/secret.wav cannot be read: permission denied"
	stranger := phone.Call{ID: "4", Incoming: true, Name: "-", Number: "Anonymous", State: phone.Ringing, Began: ago(31)}
	hostile := phone.Call{ID: "5", Incoming: true, Number: "+1201555\x1b[2J0133", Name: "\u202eevil\x07 " + strings.Repeat("a long name ", 20), State: phone.Ringing, Began: ago(1)}
	return []scene{
		{name: "rings", view: v(focus(dana("1")))},
		{name: "rings, 4 s left", view: v(focus(with(dana("1"), func(c *phone.Call) { c.RingUntil = noon.Add(4 * time.Second) })))},
		{name: "rings, nobody known, no end", view: v(focus(stranger))},
		{name: "rings, without sound", view: silent},
		{name: "answering", view: v(focus(with(dana("1"), func(c *phone.Call) { c.State = phone.Answering })))},
		{name: "talking", view: v(focus(inTalk))},
		{name: "talking, without sound", view: silentTalk},
		{name: "talking, without a sound server", view: noServer},
		{name: "talking, muted", view: v(focus(with(inTalk, func(c *phone.Call) { c.Muted, c.Level.Out = true, 0 })))},
		{name: "on hold", view: v(focus(with(inTalk, func(c *phone.Call) { c.Held = true })))},
		{name: "poor", view: v(focus(with(inTalk, func(c *phone.Call) { c.Quality.Loss = 0.04 })))},
		{name: "nothing heard", view: v(focus(with(inTalk, func(c *phone.Call) { c.Quality.Silent, c.Level = true, phone.Level{} })))},
		{name: "no way for sound", view: v(focus(with(inTalk, func(c *phone.Call) { c.Quality.NoPath, c.Level = true, phone.Level{} })))},
		{name: "no way for sound, said", view: v(focus(with(inTalk, func(c *phone.Call) {
			c.Quality.NoPath, c.Level, c.Why, c.Hint = true, phone.Level{}, "no network path for the sound of the call", "have your desk phone dial instead, or open the firewall: UDP must get out"
		})))},
		{name: "without a microphone", view: noMic},
		{name: "joined", view: v(focus(with(inTalk, func(c *phone.Call) { c.Joined = true })), with(talking(bo, 40), func(c *phone.Call) { c.Joined = true }))},
		{name: "not answered", view: v(focus(with(dana("1"), func(c *phone.Call) {
			c.Why, c.Hint = "the call could not be answered: too many requests (429)", "it rings on: answer it again in a few seconds"
		})))},
		{name: "two ring", view: v(focus(dana("1")), lee)},
		{name: "not made", view: v(phone.Call{ID: "8", Number: "+442079460018", State: phone.Ended, Began: ago(3), Ended: ago(2),
			Why: "the call could not be made: GoTo has trouble (503)", Hint: "try again in a few seconds, or take your desk phone"})},
		{name: "keypad", keypad: true, view: v(focus(with(inTalk, func(c *phone.Call) { c.Tones = "12#4455667788990" })))},
		{name: "tones sent", view: v(focus(with(inTalk, func(c *phone.Call) { c.Tones = "12#" })))},
		{name: "a second call rings", view: v(focus(inTalk), lee)},
		{name: "asked first", view: v(with(inTalk, func(c *phone.Call) { c.Held = true }), focus(bo))},
		{name: "asked first, answered", view: v(with(inTalk, func(c *phone.Call) { c.Held = true }), focus(talking(bo, 5)))},
		{name: "asked first, busy", view: v(focus(with(inTalk, func(c *phone.Call) { c.Held = true })), with(bo, func(c *phone.Call) { c.State, c.Ended, c.Why = phone.Ended, ago(1), "busy" }))},
		{name: "being transferred", view: v(focus(with(inTalk, func(c *phone.Call) { c.Moves = "Bo Chen" })))},
		{name: "failed", view: v(focus(with(inTalk, func(c *phone.Call) { c.Why, c.Hint = "the microphone was refused", "allow it, then h twice" })))},
		{name: "dialling", view: v(focus(phone.Call{ID: "6", Number: "+442079460018", State: phone.Dialling, Began: ago(1)}))},
		{name: "three", view: v(focus(inTalk), lee, with(talking(bo, 40), func(c *phone.Call) { c.Held = true }), with(lee, func(c *phone.Call) { c.ID, c.Name = "7", "Ada" }))},
		{name: "ended", view: v(with(inTalk, func(c *phone.Call) { c.State, c.Ended, c.Why = phone.Ended, ago(2), "the far end hung up" }))},
		{name: "line lost", view: phone.View{Line: phone.Line{State: phone.Lost, Why: "the network is unreachable"}}},
		{name: "hostile", view: v(focus(hostile))},
	}
}

func TestBar(t *testing.T) {
	themes := map[string]*theme.Theme{"dark": theme.Dark(), "mono-ascii": theme.Mono().WithASCII()}
	for _, w := range []int{80, 120, 200} {
		for name, th := range themes {
			if w == 200 && name != "dark" {
				continue
			}
			var lines []string
			for _, s := range scenes() {
				b := newBar(th, s.view)
				b.SetKeypad(s.keypad)
				b.SetSize(w, b.Lines())
				uitest.Exact(t, s.name, b.View(), w, b.Lines())
				lines = append(lines, text.Fit("-- "+s.name, w), b.View())
			}
			sheet := strings.Join(lines, "\n")
			uitest.Golden(t, fmt.Sprintf("bar-%d-%s", w, name), uitest.Screen(sheet, w, strings.Count(sheet, "\n")+1))
		}
	}
}

// In one line the call and the keys share it; whatever the width, nothing is wider than the screen.
func TestBarIsExact(t *testing.T) {
	for _, s := range scenes() {
		b := newBar(theme.Dark(), s.view)
		b.SetKeypad(s.keypad)
		for w := 40; w < 210; w += 3 {
			for h := 1; h <= b.Lines(); h++ {
				b.SetSize(w, h)
				uitest.Exact(t, s.name, b.View(), w, h)
			}
		}
		b.SetSize(40, 1)
		if got := uitest.Screen(b.View(), 40, 1).Line(0); s.name == "rings" && (!strings.Contains(got, "RINGING YOU") || !strings.Contains(got, "a answer")) {
			t.Errorf("in 40 cells a call rings with %q", got)
		}
	}
	if b := newBar(theme.Dark(), phone.View{Line: phone.Line{State: phone.Ready}}); b.Lines() != 0 || b.View() != "" {
		t.Errorf("without a call the bar takes %d lines", b.Lines())
	}
}

// The key that answers is the last thing to be left out.
func TestAnswerIsNeverLeftOut(t *testing.T) {
	for _, s := range scenes() {
		if len(Ringing(s.view)) == 0 || s.keypad {
			continue
		}
		b := newBar(theme.Dark(), s.view)
		for w := 40; w <= 200; w += 20 {
			b.SetSize(w, 2)
			if got := uitest.Screen(b.View(), w, 2).Text(); !strings.Contains(got, "a answer") {
				t.Errorf("%s in %d cells: %q", s.name, w, got)
			}
		}
	}
}

func TestClicks(t *testing.T) {
	b := newBar(theme.Dark(), scenes()[0].view)
	b.SetSize(100, 2)
	line := uitest.Screen(b.View(), 100, 2).Line(1)
	for word, want := range map[string]action.Action{"a answer": action.Answer, "x reject": action.HangUp, "v voicemail": action.Voicemail} {
		x := strings.Index(line, word)
		if got := b.ActionAt(x, 1); x < 0 || got != want {
			t.Errorf("a click on %q in %q does %q", word, line, got)
		}
		if got := b.ActionAt(x, 0); got != action.None {
			t.Errorf("a click above %q does %q", word, got)
		}
	}
	if got := b.ActionAt(99, 1); got != action.None {
		t.Errorf("a click beside the keys does %q", got)
	}
}

func TestLoudness(t *testing.T) {
	for peak, want := range map[float64]float64{0: 0, 1: 1, 2: 1, 0.001: 0, -1: 0, 0.0891: 0.5} {
		if got := Loudness(peak); math.Abs(got-want) > 0.001 {
			t.Errorf("%v fills %v, want %v", peak, got, want)
		}
	}
}
