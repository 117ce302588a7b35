package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/gotoapi/wire"
	"ringside/store/call"
	"ringside/ui/cli/config"
)

func (a *app) replayCmd() *cobra.Command {
	var asJSON bool
	var speed float64
	var query string
	c := &cobra.Command{
		Use: "replay FILE...", Short: "Tell what happened in recorded calls", Args: cobra.MinimumNArgs(1),
		Long: `replay reads recordings (websocket messages or webhook deliveries as JSON lines, packed or not)
and report files. On a terminal it plays them on the desk; else it tells each call's story.
With --json it prints a record for each call (schema ` + call.Schema + `). "-" reads standard input.
With --where it tells only the calls that a query finds, on a terminal too (docs/query.md).`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var cfg config.Config // what tells every call needs none
			if query != "" {
				var err error
				if cfg, err = a.loadConfig(); err != nil {
					return err
				}
			}
			w, err := a.readWhere(query, cfg)
			if err != nil {
				return err
			}
			if err := w.without("a recording has none", "`ringside reports --where` finds calls that are kept by them"); err != nil {
				return err
			}
			rec := a.readRecordings(args)
			switch {
			case asJSON:
				return errors.Join(a.printRecords(rec, w), rec.err)
			case len(rec.frames) > 0 && w.all() && terminal(a.stdout):
				return errors.Join(a.play(cmd.Context(), rec, speed), rec.err)
			}
			return errors.Join(a.printStories(rec, w), rec.err)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print records, one JSON line a call")
	whereFlag(c.Flags(), &query)
	c.Flags().Float64Var(&speed, "speed", 1, "how many times faster than life, on the desk")
	return c
}

// recording is what could be read of the files, and what could not.
type recording struct {
	names  []string
	frames []wire.Frame // in the order of their files
	err    error
}

func (a *app) readRecordings(files []string) recording {
	var rec recording
	for _, name := range files {
		rec.names = append(rec.names, filepath.Base(name))
		stats, err := a.readRecording(name, func(f wire.Frame) { rec.frames = append(rec.frames, f) })
		for _, bad := range stats.FirstBad {
			fmt.Fprintf(a.stderr, "ringside: %s line %d skipped: %s\n", name, bad.Line, printable(bad.Err.Error()))
		}
		if more := stats.Bad - len(stats.FirstBad); more > 0 {
			fmt.Fprintf(a.stderr, "ringside: %s: %d more lines skipped\n", name, more)
		}
		if err != nil {
			rec.err = errors.Join(rec.err, hinted{
				fmt.Errorf("reading %s: %w", name, err),
				fmt.Sprintf("what stands before it was read: %d notifications", stats.Frames), exitFailed,
			})
			continue
		}
		if stats.Frames == 0 {
			fmt.Fprintf(a.stderr, "ringside: %s: no call in it\n", name)
		}
	}
	if len(rec.frames) == 0 && rec.err == nil {
		rec.err = hinted{
			fmt.Errorf("no call in %s", strings.Join(files, ", ")),
			"replay takes websocket messages as JSON lines, or call report files", exitFailed,
		}
	}
	return rec
}

func (a *app) readRecording(name string, each func(wire.Frame)) (wire.Stats, error) {
	in := a.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return wire.Stats{}, err
		}
		defer f.Close() // read only
		in = f
	}
	return wire.ReadRecording(in, func(f wire.Frame, _ int) error {
		each(f)
		return nil
	})
}

// found gives the calls of a recording that --where finds, with their clocks as they were when they
// were last heard of; "today" is the day on which they are replayed.
func (a *app) found(r recording, w *where) []*call.Call {
	all := r.calls()
	out := slices.DeleteFunc(slices.Clone(all), func(c *call.Call) bool {
		if w.all() {
			return false
		}
		s := w.subject(c)
		s.At(c.LastAt)
		return !w.desk.Sees(c, w.me) || !w.matcher.Match(s)
	})
	if len(out) == 0 && len(all) > 0 {
		fmt.Fprintf(a.stderr, "ringside: none of %d calls matches\n", len(all))
	}
	for i, c := range out {
		out[i] = w.shown(c)
	}
	return out
}

// calls folds a recording whole, and gives its calls in the order of their first frames.
func (r recording) calls() []*call.Call {
	b := call.NewBoard(call.Options{KeepDone: max(2000, len(r.frames))})
	var ids []string
	seen := map[string]bool{}
	var last time.Time
	for _, f := range r.frames {
		if f.Event.Kind == 0 {
			continue
		}
		if id := f.Event.Meta.ID; !seen[id] && f.Event.Kind == call.KindState {
			seen[id], ids = true, append(ids, id)
		}
		b.Apply(f.Event)
		if f.Event.Snapshot.At.After(last) {
			last = f.Event.Snapshot.At
		}
	}
	b.Settle(last)
	var out []*call.Call
	for _, id := range ids {
		if c := b.Get(id); c != nil {
			out = append(out, c)
		}
	}
	return out
}

func (a *app) printRecords(rec recording, w *where) error {
	out := bufio.NewWriter(a.stdout)
	for _, c := range a.found(rec, w) {
		if err := writeRecord(out, c, c.LastAt); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (a *app) printStories(rec recording, w *where) error {
	out := bufio.NewWriter(a.stdout)
	for i, c := range a.found(rec, w) {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s  %s\n", c.Created.In(w.zone).Format("2006-01-02 15:04:05"), sentence(c))
		for _, s := range c.Story() {
			weak := ""
			if s.Weak && s.Sign == "×" {
				weak = "  (inferred)"
			}
			fmt.Fprintf(out, "  %10s  %s %s%s\n", offset(s.AtMs), s.Sign, s.Text, weak)
		}
	}
	return out.Flush()
}

// offset writes ms after the beginning of a call: "+0:29.780".
func offset(ms int64) string {
	return fmt.Sprintf("+%d:%02d.%03d", ms/60_000, ms/1000%60, ms%1000)
}

// play shows a recording on the desk, as it happened.
func (a *app) play(ctx context.Context, rec recording, speed float64) error {
	if speed <= 0 {
		return usageError{fmt.Errorf("--speed %g: it must be above 0", speed)}
	}
	return a.playOnDesk(ctx, rec.names, inOrder(rec.frames), speed)
}
