package ui

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charm.land/bubbles/v2/table"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/thrift"
)

// sizes are those that pictures are measured in.
func sizes() [][2]int { return [][2]int{{80, 24}, {120, 40}, {200, 50}} }

// BenchmarkFrameSizes is one picture after a tick, in three sizes and on floors of three sizes.
func BenchmarkFrameSizes(b *testing.B) {
	for _, size := range sizes() {
		for _, n := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%dx%d/%d", size[0], size[1], n), func(b *testing.B) {
				m := ticking(n, size[0], size[1])
				now := noon
				b.ReportAllocs()
				for b.Loop() {
					now = now.Add(time.Second)
					m.Update(TickMsg{now})
					_ = m.View()
				}
			})
		}
	}
}

// ticking is a desk of n calls.
func ticking(n, w, h int) *Model {
	m := New(Options{Theme: "dark"})
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(TickMsg{noon})
	m.Update(ViewMsg{&call.View{At: noon, Live: call.VecOf(many(n)...)}})
	return m
}

// BenchmarkLibraryTable is the same floor in the table of the bubbles library, whose rows have to be
// made anew when a clock ticks.
func BenchmarkLibraryTable(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cs := many(n)
			t := table.New(table.WithColumns([]table.Column{
				{Title: "#", Width: 5}, {Title: "STATE", Width: 14}, {Title: "FROM", Width: 30}, {Title: "TO / PATH", Width: 30},
				{Title: "WITH", Width: 16}, {Title: "CLOCK", Width: 7}, {Title: "TOTAL", Width: 7},
			}), table.WithHeight(47), table.WithWidth(120), table.WithFocused(true))
			now := noon
			for b.Loop() {
				now = now.Add(time.Second)
				rows := make([]table.Row, len(cs))
				for i, c := range cs {
					rows[i] = table.Row{
						fmt.Sprint(c.No), c.State.String(), c.From.Name + " " + c.From.Number, strings.Join(c.Path, " › "),
						c.With, text.Clock(c.Clock(now)), text.Clock(c.Total(now)),
					}
				}
				t.SetRows(rows)
				_ = t.View()
			}
		})
	}
}

// glass is a terminal that takes everything, and counts it.
type glass struct {
	bytes atomic.Int64
	wrote chan struct{}
}

func (g *glass) Write(p []byte) (int, error) {
	g.bytes.Add(int64(len(p)))
	select {
	case g.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (*glass) Read([]byte) (int, error) { return 0, io.EOF }
func (*glass) Close() error             { return nil }
func (*glass) Fd() uintptr              { return 1 << 20 } // of no terminal of the system

// written gives how many bytes a program writes a second while rows of calls tick, through the renderer
// that people have.
func written(tb testing.TB, rows, seconds int) float64 {
	tb.Helper()
	g := &glass{wrote: make(chan struct{}, 1)}
	keys, typed := io.Pipe()
	defer typed.Close()
	m := ticking(rows, 160, rows+5)
	if shown, _ := m.callsPane.Count(); shown != rows {
		tb.Fatalf("%d rows", shown)
	}
	p := tea.NewProgram(&telling{framed{Model: m}}, append(thrift.Options(tb.Context(), g), tea.WithInput(keys), tea.WithoutSignalHandler(),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithWindowSize(160, rows+5))...)
	ended := make(chan error, 1)
	go func() { _, err := p.Run(); ended <- err }()
	tick := func(i int) {
		p.Send(TickMsg{noon.Add(time.Duration(i) * time.Second)})
		select {
		case <-g.wrote:
		case <-time.After(20 * time.Second):
			tb.Fatal("a tick draws nothing")
		}
	}
	for i := range 5 {
		tick(i)
	}
	before := g.bytes.Load()
	for i := range seconds {
		tick(5 + i)
	}
	n := g.bytes.Load() - before
	p.Quit()
	if err := <-ended; err != nil {
		tb.Fatal(err)
	}
	return float64(n) / float64(seconds)
}

// 48 rows whose clocks all tick cost a slow link next to nothing.
func TestTickingRowsWriteLittle(t *testing.T) {
	n := written(t, 48, 60)
	t.Logf("%.0f bytes a second for 48 ticking rows", n)
	if n > 600 {
		t.Errorf("%.0f bytes a second", n)
	}
}

// BenchmarkWritten tells the bytes a second of ticking rows.
func BenchmarkWritten(b *testing.B) {
	for _, rows := range []int{12, 48} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			b.ReportMetric(written(b, rows, max(20, b.N)), "B/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
