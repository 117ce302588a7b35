package cli

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"ringside/ui/uitest"
)

var screensFolder = flag.String("screens", "", "folder that pictures of every screen are written to (.ci/screens)")

// stage is the whole program on a terminal of the test's own, in the time of the test.
type stage struct {
	t     *testing.T
	light bool
	keys  *io.PipeWriter
	stop  context.CancelFunc
	ended sync.WaitGroup

	mu  sync.Mutex
	emu *vt.Emulator
}

// Write shows what the program draws.
func (s *stage) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.emu.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), err
}

// opening is when the pictures begin: in the middle of a working day.
func opening() time.Time { return time.Date(2026, 9, 24, 14, 30, 0, 0, time.UTC) }

// set is what a stage is set with.
type set struct {
	w, h  int
	theme string
	ascii bool
	wall  string // a layout: the wallboard alone
	phone bool   // with a telephone, whose sound keeps to the time of the world outside
	mute  bool   // the telephone has no sound
}

// perform runs the demo on a stage: in the time of the test, unless it has a telephone.
func (x set) perform(t *testing.T, play func(*stage)) {
	t.Helper()
	home := t.TempDir()
	if x.phone {
		x.on(t, home, play)
		return
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(opening()))
		x.on(t, home, play)
		time.Sleep(time.Minute) // what the screen still waited for goes by
	})
}

func (x set) on(t *testing.T, home string, play func(*stage)) {
	ground := "dark"
	if x.theme == "light" {
		ground = "light"
	}
	s := &stage{t: t, light: x.theme == "light", emu: vt.NewEmulator(x.w, x.h)}
	answers := make(chan struct{})
	go func() { defer close(answers); _, _ = io.Copy(io.Discard, s.emu) }() // what a terminal answers to queries
	keys, typed := io.Pipe()
	s.keys = typed
	path := filepath.Join(home, "config.toml")
	text := fmt.Sprintf("[desk]\ntheme = %q\nground = %q\nascii = %v\n[phone]\nenabled = %v\n", x.theme, ground, x.ascii, x.phone) + "ring = \"none\"\n"
	in, out := "none", "none"
	if x.phone && !x.mute {
		in, out = "tone:440", "file:"+filepath.Join(home, "heard.wav")
	}
	text += fmt.Sprintf("audio_in = %q\naudio_out = %q\n", in, out)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &app{
		env:   map[string]string{"XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_DATA_HOME": home},
		stdin: keys, stdout: s, stderr: io.Discard,
		term: []tea.ProgramOption{tea.WithWindowSize(x.w, x.h), tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color"})},
	}
	a.global.config, a.global.demo = path, true
	a.global.sim.seed, a.global.sim.speed, a.global.sim.past = 1, 1, 3
	a.global.wall.only = x.wall != ""
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	s.ended.Go(func() {
		if err := a.stageDesk(ctx, x.wall); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	play(s)
	stop()
	typed.Close()
	s.ended.Wait()
	s.emu.InputPipe().(io.Closer).Close()
	<-answers
}

// stageDesk is desk without the question whether standard output is a terminal.
func (a *app) stageDesk(ctx context.Context, wall string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if wall != "" {
		cfg.Wall.Layout = wall
	}
	l, done, err := a.link(ctx, cfg, slog.New(slog.DiscardHandler)) // the log's file has a goroutine that never ends
	if err != nil {
		return err
	}
	defer done()
	return a.deskOn(ctx, cfg, l)
}

// press types keys, each given time to be seen.
func (s *stage) press(keys ...string) {
	for _, k := range keys {
		if code, ok := map[string]string{"enter": "\r", "esc": "\x1b", "down": "\x1b[B", "up": "\x1b[A", "right": "\x1b[C", "tab": "\t"}[k]; ok {
			k = code
		}
		if _, err := io.WriteString(s.keys, k); err != nil {
			s.t.Error(err)
		}
		s.wait(400 * time.Millisecond)
	}
}

// enter types a text to its end.
func (s *stage) enter(text string) {
	for _, r := range text {
		s.press(string(r))
	}
	s.press("enter")
}

func (s *stage) wait(d time.Duration) { time.Sleep(d) }

// until waits for something to be shown.
func (s *stage) until(what string, within time.Duration) {
	s.t.Helper()
	for end := time.Now().Add(within); ; s.wait(200 * time.Millisecond) {
		if strings.Contains(s.picture().Text(), what) {
			return
		}
		if time.Now().After(end) {
			s.t.Errorf("%q is not shown within %v:\n%s", what, within, s.picture().Text())
			return
		}
	}
}

func (s *stage) picture() *uitest.Picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	return uitest.Take(s.emu.Width(), s.emu.Height(), s.light, s.emu.CellAt)
}

// tour goes through every screen of the desk and hands over a picture of each.
func (s *stage) tour(shot func(name string)) {
	s.until("RINGING YOU", 30*time.Second)
	s.until("Acme Tools", 5*time.Second)
	s.wait(2 * time.Second)
	shot("card")
	s.press("P", "enter")
	s.wait(300 * time.Millisecond) // at the next second the age of what was heard last is on an edge
	shot("pops")
	s.press("P")
	s.wait(14 * time.Minute)
	s.press("j", "j", "right")
	shot("live")
	s.press("*")
	s.wait(12 * time.Second) // until what is said of it goes by
	shot("masked")
	s.press("*", "g", "/")
	s.enter("outcome:lost")
	s.press(":")
	s.enter("save Lost")
	s.press("/", "\x15")
	s.enter("state:talking clock>5m")
	s.press(":")
	s.enter("save Long talks")
	s.wait(6 * time.Second)
	s.press("8", "j")
	shot("saved")
	s.press(":")
	s.enter("drop Lost")
	s.press(":")
	s.enter("drop Long talks")
	s.press("1", "esc", "esc", "g", "/")
	for _, r := range "support wait>" {
		s.press(string(r))
	}
	shot("filter")
	s.press("esc", ":")
	for _, r := range "th" {
		s.press(string(r))
	}
	shot("palette")
	s.press("esc", "2")
	s.wait(time.Second)
	shot("agents")
	s.press("r")
	shot("ringrace")
	s.press("r")
	s.press("3")
	s.wait(time.Second)
	shot("queues")
	s.press("7")
	s.wait(time.Second)
	shot("today")
	s.press("6")
	s.wait(time.Second)
	shot("alarms")
	s.press("5")
	s.wait(3 * time.Second)
	shot("owed")
	s.press("4")
	s.wait(3 * time.Second)
	s.press("j")
	shot("reports")
	s.press("/")
	for _, r := range "outcome:answered wait>20s talk>1m" {
		s.press(string(r))
	}
	s.press("enter")
	s.wait(2 * time.Second)
	s.press("g", "enter")
	s.wait(3 * time.Second)
	shot("story")
	s.press("]")
	shot("lanes")
	s.press("]")
	shot("ladder")
	s.press("]")
	shot("raw")
	s.press("esc", "esc", "1", "\x10")
	s.wait(time.Second)
	shot("presenter")
	s.press("\x10", "?")
	shot("help")
	s.press("?", "W")
	s.wait(2 * time.Second)
	shot("wall")
	s.press("W")
}

// call takes the call that rings, and hands over a picture of the telephone's bar in each of its states.
func (s *stage) call(shot func(name string)) {
	s.until("RINGING YOU", 30*time.Second)
	s.until("Acme Tools", 5*time.Second)
	shot("phone-ringing")
	s.press("a")
	s.wait(4 * time.Second)
	shot("phone-talking")
	s.press("M")
	s.until("MUTED", 5*time.Second)
	shot("phone-muted")
	s.press("M", "p", "1", "2", "#")
	shot("phone-keypad")
	s.press("esc", "h")
	s.until("take back", 5*time.Second)
	shot("phone-held")
	s.press("X")
	s.wait(time.Second)
	shot("phone-transfer")
	s.press("esc", "x")
	s.until("ended", 5*time.Second)
	shot("phone-ended")
}

// silentCall takes the call that rings at a desk that hears and says nothing.
func (s *stage) silentCall(shot func(name string)) {
	s.until("RINGING YOU", 30*time.Second)
	s.until("Acme Tools", 5*time.Second)
	s.press("a")
	s.until("without sound", 5*time.Second)
	s.wait(time.Second)
	shot("phone-nosound")
}

// secondCall calls a customer, and talks until the first caller of the day rings.
func (s *stage) secondCall(shot func(name string)) {
	s.until("talking", 10*time.Second)
	s.press("d")
	s.enter("+15205550155")
	s.until("h hold", 30*time.Second)
	s.until("also ringing", time.Minute)
	s.wait(time.Second)
	shot("phone-second")
}

// film tells a call: it rings, is answered, is held, ends.
func (s *stage) film() []uitest.Frame {
	var frames []uitest.Frame
	take := func(stay time.Duration) {
		frames = append(frames, uitest.Frame{Picture: s.picture(), For: stay})
	}
	s.until("talking", 10*time.Second)
	s.wait(time.Second)
	take(1500 * time.Millisecond)
	s.until("RINGING YOU", 30*time.Second)
	take(700 * time.Millisecond)
	s.until("Acme Tools", 5*time.Second)
	take(time.Second)
	for range 2 {
		s.wait(time.Second)
		take(time.Second)
	}
	s.press("a")
	s.wait(time.Second)
	take(1200 * time.Millisecond)
	s.wait(2 * time.Second)
	take(1200 * time.Millisecond)
	s.press("h")
	s.wait(time.Second)
	take(1500 * time.Millisecond)
	s.press("h")
	s.wait(2 * time.Second)
	take(time.Second)
	s.press("x")
	s.wait(2 * time.Second)
	take(2 * time.Second)
	s.press("4")
	s.wait(6 * time.Second)
	take(1500 * time.Millisecond)
	s.press("j", "enter")
	s.wait(2 * time.Second)
	take(4 * time.Second)
	return frames
}

// shownScreen is a screen that is pictured: the name of its files, and what it shows.
type shownScreen struct{ name, what string }

func pictured() []shownScreen {
	return []shownScreen{
		{"live", "Live: the calls that are up, one of them with its legs"},
		{"card", "A call that rings me, and who it is"},
		{"phone-ringing", "The telephone: a call rings"},
		{"phone-talking", "The telephone: a call is talked in"},
		{"phone-muted", "The telephone: the microphone is off"},
		{"phone-keypad", "The telephone: digits are tones"},
		{"phone-held", "The telephone: the call is held"},
		{"phone-transfer", "The telephone: to whom a call can be given"},
		{"phone-second", "The telephone: a second call rings while one is talked in"},
		{"phone-ended", "The telephone: the call is over"},
		{"phone-nosound", "The telephone: control without sound"},
		{"masked", "Numbers are masked everywhere"},
		{"filter", "A filter, while it is typed"},
		{"saved", "Saved tabs: a filter that is kept under a name"},
		{"palette", "The palette: every key by its name"},
		{"pops", "What opened for a call, and why"},
		{"story", "A call told: the story"},
		{"lanes", "A call told: lanes"},
		{"ladder", "A call told: the ladder"},
		{"raw", "A call told: what GoTo sent"},
		{"reports", "Reports: the calls that are over"},
		{"owed", "Owed: who is to be called back"},
		{"agents", "Agents"},
		{"ringrace", "Agents: the ring race"},
		{"queues", "Queues"},
		{"today", "Today in numbers"},
		{"alarms", "Alarms"},
		{"presenter", "For an audience: numbers and names are hidden"},
		{"wall", "The wallboard: the floor"},
		{"wall-frontdesk", "The wallboard: the front desk"},
		{"wall-supervisor", "The wallboard: the supervisor"},
		{"help", "Help: every key"},
	}
}

func pictureSizes() []string  { return []string{"80x24", "120x40", "200x50"} }
func pictureThemes() []string { return []string{"dark", "light"} }

func pictureName(name, theme, size string) string { return name + "-" + theme + "-" + size + ".svg" }

// gallery is the page that shows every picture.
func gallery() []byte {
	var b bytes.Buffer
	b.WriteString("# Every screen\n\nMade by `bash .ci/screens` from the demo with its fixed seed: the program itself, drawn as vectors. Each screen is\n" +
		"shown at 120x40; the links lead to the other sizes, and to light ones.\n\n![A call rings, is answered, held, over, and told](call.svg)\n")
	for _, s := range pictured() {
		fmt.Fprintf(&b, "\n## %s\n\n![%s](%s)\n\n", s.what, s.what, pictureName(s.name, "dark", "120x40"))
		var links []string
		for _, theme := range pictureThemes() {
			for _, size := range pictureSizes() {
				links = append(links, fmt.Sprintf("[%s %s](%s)", theme, size, pictureName(s.name, theme, size)))
			}
		}
		b.WriteString(strings.Join(links, " · ") + "\n")
	}
	return b.Bytes()
}

// Every screen of the list has its pictures in docs/screens and is on the page there, and no picture is of a
// screen that is in no list.
func TestScreensAreKept(t *testing.T) {
	if *screensFolder != "" {
		t.Skip("they are being made")
	}
	folder := filepath.Join("..", "..", "docs", "screens")
	want := map[string]bool{"README.md": true, "call.svg": true}
	for _, s := range pictured() {
		for _, theme := range pictureThemes() {
			for _, size := range pictureSizes() {
				want[pictureName(s.name, theme, size)] = true
			}
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !want[f.Name()] {
			t.Errorf("docs/screens/%s is of no screen in the list", f.Name())
		}
		delete(want, f.Name())
	}
	for name := range want {
		t.Errorf("docs/screens/%s is missing: `bash .ci/screens` makes it", name)
	}
	page, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil || !bytes.Equal(page, gallery()) {
		t.Errorf("docs/screens/README.md is not the page of the list (%v): `bash .ci/screens` makes it", err)
	}
}

// With -screens every screen is pictured, from the demo with its fixed seed, by the program itself.
func TestScreens(t *testing.T) {
	if *screensFolder == "" {
		t.Skip("without -screens nothing is pictured; TestScreensInASCII goes the same way")
	}
	for _, size := range pictureSizes() {
		for _, theme := range pictureThemes() {
			t.Run(theme+"-"+size, func(t *testing.T) { t.Parallel(); pictureAll(t, theme, size) })
		}
	}
	t.Run("film", func(t *testing.T) {
		t.Parallel()
		set{w: 120, h: 34, theme: "dark", phone: true}.perform(t, func(s *stage) { keepPicture(t, "call.svg", uitest.Film(s.film())) })
	})
	if err := os.WriteFile(filepath.Join(*screensFolder, "README.md"), gallery(), 0o644); err != nil {
		t.Error(err)
	}
}

// pictureAll keeps a picture of every screen in one theme and size.
func pictureAll(t *testing.T, theme, size string) {
	x := set{theme: theme}
	if _, err := fmt.Sscanf(size, "%dx%d", &x.w, &x.h); err != nil {
		t.Fatal(err)
	}
	seen, kept := map[string]string{}, map[string]bool{}
	keep := func(s *stage) func(string) {
		return func(name string) {
			p := s.picture()
			if was, ok := seen[p.Text()]; ok {
				t.Errorf("%s looks like %s", name, was)
			}
			seen[p.Text()], kept[name] = name, true
			keepPicture(t, pictureName(name, theme, size), p.SVG())
		}
	}
	x.perform(t, func(s *stage) { s.tour(keep(s)) })
	for _, x.wall = range []string{"frontdesk", "supervisor"} {
		x.perform(t, func(s *stage) {
			s.wait(15 * time.Minute)
			keep(s)("wall-" + x.wall)
		})
	}
	x.wall, x.phone = "", true
	x.perform(t, func(s *stage) { s.call(keep(s)) })
	x.perform(t, func(s *stage) { s.secondCall(keep(s)) })
	x.mute = true
	x.perform(t, func(s *stage) { s.silentCall(keep(s)) })
	for _, s := range pictured() {
		if !kept[s.name] {
			t.Errorf("%s is in the list, and was not pictured", s.name)
		}
		delete(kept, s.name)
	}
	for name := range kept {
		t.Errorf("%s was pictured, and is not in the list", name)
	}
}

// In ASCII no screen has a sign of any other kind, save the letters of names.
func TestScreensInASCII(t *testing.T) {
	set{w: 80, h: 24, theme: "mono", ascii: true}.perform(t, func(s *stage) {
		s.tour(func(name string) {
			shown := s.picture().Text()
			for _, r := range shown {
				if r > 0x7e && !unicode.IsLetter(r) {
					t.Errorf("%s shows %q:\n%s", name, r, shown)
					break
				}
			}
		})
	})
}

// keepPicture writes a picture where they are kept; that it is one is looked at in any case.
func keepPicture(t *testing.T, name string, svg []byte) {
	t.Helper()
	texts := 0
	for dec := xml.NewDecoder(bytes.NewReader(svg)); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "text" {
			texts++
		}
	}
	if texts < 10 {
		t.Errorf("%s: only %d texts are drawn", name, texts)
	}
	if *screensFolder != "" {
		if err := os.WriteFile(filepath.Join(*screensFolder, name), svg, 0o644); err != nil {
			t.Error(err)
		}
	}
}
