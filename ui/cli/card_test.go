package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/lookup"
	"ringside/lookup/source/csvfile"
	"ringside/store/call"
	"ringside/ui"
	"ringside/ui/cli/connect"
)

// cardWatch times the way of a call that rings me, from the frame that says so to the card.
type cardWatch struct {
	line      string // my line's id
	companies map[string]string

	mu      sync.Mutex
	arrived map[string]time.Time // by call: the first message that names my line
	numbers map[string]string    // by the caller's number, the call
	frame   time.Time            // of the oldest message that no view has followed yet
	ringing string               // the call whose card is awaited
	company string               // and its caller's, which no frame says
	emu     *vt.Emulator

	answers, cards, views []time.Duration
	ended                 []lookup.Result // look-ups that every source had its say in
}

// watchCards runs the desk on a simulated floor for a while: a real screen, a real far end, the real
// look-ups. speed is the world's; sources may be given the far end to ask.
func watchCards(t testing.TB, speed float64, length time.Duration, faults []sim.Fault, sources func(*connect.FarEnd) []lookup.Use) *cardWatch {
	t.Helper()
	far, err := connect.StartFarEnd(sim.Config{World: world.Config{Seed: 12}, Speed: speed}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	for _, f := range faults {
		if _, err := far.Service.Faults().Add(f); err != nil {
			t.Fatal(err)
		}
	}
	w := &cardWatch{line: far.Hello.Me.LineID, companies: map[string]string{}, arrived: map[string]time.Time{}, numbers: map[string]string{}, emu: vt.NewEmulator(120, 40)}
	for _, c := range world.Callers() {
		w.companies[c.Number] = c.Company
	}
	var replies sync.WaitGroup
	replies.Go(func() { _, _ = io.Copy(io.Discard, w.emu) }) // what a terminal answers to queries
	defer replies.Wait()
	defer w.emu.InputPipe().(io.Closer).Close()
	w.run(t, far, length, sources(far))
	for _, f := range faults {
		if far.Service.Faults().Fired(f.Kind) == 0 {
			t.Errorf("fault %s never struck", f.Kind)
		}
	}
	return w
}

func (w *cardWatch) run(t testing.TB, far *connect.FarEnd, length time.Duration, uses []lookup.Use) {
	l := far.Link(nil)
	d := &desk{region: "US", people: lookup.New(uses, lookup.Options{}), log: l.Log}
	d.model = ui.New(ui.Options{Theme: "dark", Me: l.Lines, Now: l.Now, Title: l.Title, Region: "US", Ports: ui.Ports{Want: d.want}})
	s := connect.New(l, connect.Hooks{View: d.model.Pump().View, Raw: w.raw, Effect: func(e call.Effect) {
		w.effect(e)
		d.effect(e)
	}}, call.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { _ = s.Run(ctx) })
	group.Go(func() {
		keys, typed := io.Pipe()
		defer typed.Close()
		_ = ui.Run(ctx, d.model, tea.WithInput(keys), tea.WithOutput(w), tea.WithWindowSize(120, 40), tea.WithoutSignalHandler(),
			tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithFilter(w.message))
	})
	time.Sleep(length)
	stop()
	group.Wait()
	began := time.Now()
	d.people.Close()
	if took := time.Since(began); took > time.Second {
		t.Errorf("leaving took %v", took)
	}
}

// raw sees a message of the stream arrive.
func (w *cardWatch) raw(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.frame.IsZero() && bytes.Contains(b, []byte(`"call-events"`)) {
		w.frame = time.Now()
	}
	if !bytes.Contains(b, []byte(w.line)) {
		return
	}
	const member = `"conversationSpaceId":"`
	for rest := b; ; {
		_, after, ok := bytes.Cut(rest, []byte(member))
		if !ok {
			return
		}
		id, _, _ := bytes.Cut(after, []byte(`"`))
		if _, known := w.arrived[string(id)]; !known {
			w.arrived[string(id)] = time.Now()
		}
		rest = after
	}
}

// effect sees what the board wants done.
func (w *cardWatch) effect(e call.Effect) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.companies[e.Party.Number] == "":
	case e.Kind == call.Wanted:
		w.numbers[e.Party.Number] = e.ID
	case e.Kind == call.PopMoment && e.Moment == call.OnRinging:
		w.numbers[e.Party.Number], w.ringing, w.company = e.ID, e.ID, w.companies[e.Party.Number]
	}
}

// message sees what the program takes in.
func (w *cardWatch) message(_ tea.Model, msg tea.Msg) tea.Msg {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch m := msg.(type) {
	case ui.ViewMsg:
		if !w.frame.IsZero() {
			w.views = append(w.views, time.Since(w.frame))
			w.frame = time.Time{}
		}
	case ui.ContactMsg:
		if id := w.numbers[m.Result.Number.E164]; id != "" && len(m.Result.Contacts) > 0 && !w.arrived[id].IsZero() {
			w.answers = append(w.answers, time.Since(w.arrived[id]))
			delete(w.numbers, m.Result.Number.E164)
		}
		if m.Result.Done {
			w.ended = append(w.ended, m.Result)
		}
	}
	return msg
}

// Write shows what the program draws, and sees a card come up with the company of its caller.
func (w *cardWatch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.emu.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil || w.ringing == "" {
		return len(p), err
	}
	if x := w.emu.String(); strings.Contains(x, "RINGING YOU") && strings.Contains(x, w.company) {
		w.cards = append(w.cards, time.Since(w.arrived[w.ringing]))
		w.ringing = ""
	}
	return len(p), nil
}

// p95 is the 95th percentile; there must be enough to speak of one.
func p95(t testing.TB, what string, least int, all []time.Duration) time.Duration {
	t.Helper()
	if len(all) < least {
		t.Fatalf("%s: only %d", what, len(all))
	}
	slices.Sort(all)
	return all[(len(all)*95+99)/100-1]
}

// addressBook is the callers as a file on this machine has them.
func addressBook(t testing.TB) lookup.Source {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"name", "company", "phone", "tier", "notes"}}
	for _, c := range world.Callers() {
		if c.Company != "" {
			rows = append(rows, []string{c.Name, c.Company, c.Number, c.Tier, c.Notes})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "people")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := csvfile.Open(path, "US")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func askCRM(t testing.TB, far *connect.FarEnd) lookup.Use {
	t.Helper()
	src, err := crmSource(far.CRM, "US")
	if err != nil {
		t.Fatal(err)
	}
	return lookup.Remote(src)
}

// BenchmarkCard is the same by the real clock, with the work that a processor has to do for it: half a
// minute of a floor that is 30 times quicker than life, the CRM answering within 20 ms.
func BenchmarkCard(b *testing.B) {
	for b.Loop() {
		w := watchCards(b, 30, 30*time.Second, nil, func(far *connect.FarEnd) []lookup.Use {
			return []lookup.Use{lookup.Local(addressBook(b)), askCRM(b, far)}
		})
		ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
		b.ReportMetric(ms(p95(b, "answers", 4, w.answers)), "p95-answer-ms")
		b.ReportMetric(ms(p95(b, "cards", 4, w.cards)), "p95-card-ms")
		b.ReportMetric(ms(p95(b, "views", 100, w.views)), "p95-board-ms")
	}
}

// The card of a call that rings me is filled before a person could look at it, and a source that hangs
// holds up neither the card, nor the board, nor the way out.
func TestTheCardIsQuick(t *testing.T) {
	crm := func(far *connect.FarEnd) lookup.Use { return askCRM(t, far) }
	length, cards, views := 20*time.Minute, 8, 1000
	if raceDetector {
		length, cards, views = length/4, 2, views/10
	}
	hang := []sim.Fault{{Kind: sim.Slow, Delay: time.Hour, Path: "/crm/"}}
	for _, tt := range []struct {
		name   string
		faults []sim.Fault
		hangs  bool
		uses   func(*connect.FarEnd) []lookup.Use
	}{
		{"a file", nil, false, func(*connect.FarEnd) []lookup.Use { return []lookup.Use{lookup.Local(addressBook(t))} }},
		{"a file beside a CRM that hangs", hang, true, func(far *connect.FarEnd) []lookup.Use {
			return []lookup.Use{crm(far), lookup.Local(addressBook(t))}
		}},
		{"the CRM of the demo", nil, false, func(far *connect.FarEnd) []lookup.Use { return []lookup.Use{crm(far)} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			var w *cardWatch
			synctest.Test(t, func(t *testing.T) { w = watchCards(t, 1, length, tt.faults, tt.uses) })
			answer, card, view := p95(t, "answers", cards, w.answers), p95(t, "cards", cards, w.cards), p95(t, "views", views, w.views)
			t.Logf("p95 from the frame: answer %v (%d), card on the screen %v (%d), board %v (%d); %v of real time", answer, len(w.answers), card, len(w.cards), view, len(w.views), time.Since(began).Round(time.Millisecond))
			if answer >= 50*time.Millisecond || card >= 50*time.Millisecond || view >= 50*time.Millisecond {
				t.Error("p95 is not under 50 ms")
			}
			hung := 0
			for _, r := range w.ended {
				for _, s := range r.Trail {
					if errors.Is(s.Err, context.DeadlineExceeded) && s.Took == lookup.RemoteTimeout {
						hung++
					}
				}
			}
			if (hung > 0) != tt.hangs {
				t.Errorf("%d look-ups ran out of time", hung)
			}
		})
	}
}
