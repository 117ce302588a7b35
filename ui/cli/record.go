package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ringside/store/call"
	tapes "ringside/store/tape"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

func (a *app) recordCmd() *cobra.Command {
	var length time.Duration
	var mask bool
	var keep int
	c := &cobra.Command{
		Use: "record FILE|FOLDER", Short: "Record what GoTo sends, for replay", Args: cobra.ExactArgs(1),
		Long: `record writes down every message as it comes, and every answer by which missed states were
asked for, until interrupted or after --for. A file is one line a message, packed with gzip; a new
one is begun when it has grown large, in a folder each day too. A path that ends in "/" is a folder,
which is made, and so is one that is there already. "ringside replay" reads them. When the program
or the machine dies, what came before the last second is there.

With --mask, telephone numbers and the names of callers are replaced before anything is written:
the same number by the same other one, all through the recording. Extensions and the names of
colleagues and queues stay.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if keep < 1 {
				return usageError{fmt.Errorf("--keep-mb %d: it must be at least 1", keep)}
			}
			ctx, cancel := during(cmd.Context(), length)
			defer cancel()
			return a.record(ctx, tapes.Options{Path: args[0], Mask: mask, KeepBytes: int64(keep) << 20})
		},
	}
	lengthFlag(c.Flags(), &length)
	c.Flags().BoolVar(&mask, "mask", false, "replace telephone numbers and callers' names")
	c.Flags().IntVar(&keep, "keep-mb", 1024, "most megabytes of all files together; the oldest go first")
	a.global.sim.register(c.Flags())
	a.sourceFlag(c.Flags())
	return c
}

// errDialogsTape is what a recording of the dialogs of one line would be good for.
var errDialogsTape = hinted{
	errors.New("the calls of one line (source dialogs) cannot be recorded: replay reads call events"),
	"record with --source events or --source webhook", exitUsage,
}

func (a *app) record(ctx context.Context, o tapes.Options) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	if l.Source == connect.Dialogs {
		return errDialogsTape
	}
	o.Notice = a.sayTape
	t, err := startTape(ctx, o)
	if err != nil {
		return err
	}
	began := time.Now()
	var seen atomic.Pointer[call.View]
	s := connect.New(l, connect.Hooks{
		View: func(v *call.View) { seen.Store(v) }, Status: a.sayStatus(), Raw: t.rec.Put,
	}, call.Options{})
	stop := a.tellOften(ctx, func(w io.Writer) { fmt.Fprintln(w, tapeLine(t.rec.Stats(), seen.Load(), began)) })
	err = a.whileWatchingLogin(ctx, l, s.Run)
	stop()
	err = errors.Join(err, t.end())
	fmt.Fprintln(a.stdout, tapeLine(t.rec.Stats(), seen.Load(), began))
	return err
}

// statusEvery is how often a recording on a terminal says that it goes on.
const statusEvery = time.Minute

// tellOften lets tell write a line a minute when somebody may be looking; stop ends it.
func (a *app) tellOften(ctx context.Context, tell func(io.Writer)) (stop func()) {
	if !terminal(a.stderr) {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { every(ctx, statusEvery, func() { tell(a.stderr) }) })
	return func() { cancel(); group.Wait() }
}

// tapeLine says in one line what has been recorded.
func tapeLine(s tapes.Stats, v *call.View, began time.Time) string {
	calls := 0
	if v != nil {
		calls = v.Counts.Ended + v.Counts.Up
	}
	line := fmt.Sprintf("recorded %s of %s in %s: %s, %s", counted(int(s.Messages), "message"), counted(calls, "call"),
		time.Since(began).Round(time.Second), counted(s.Files-s.Removed, "file"), kilobytes(s.Packed))
	if s.Path != "" {
		line += ", " + s.Path
	}
	if s.Lost > 0 {
		line += fmt.Sprintf("; %s LOST", counted(int(s.Lost), "message"))
	}
	if s.Left > 0 {
		line += fmt.Sprintf("; %s left out that could not be masked", counted(int(s.Left), "message"))
	}
	return line
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func kilobytes(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d kB", (n+1023)>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// taping is a recording beside something else.
type taping struct {
	rec  *tapes.Recorder
	stop context.CancelFunc
	done chan error
}

// startTape begins to record. The recording does not end with ctx but with end, so that nothing of
// what comes until then is missing.
func startTape(ctx context.Context, o tapes.Options) (*taping, error) {
	rec, err := tapes.Open(o)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, hinted{err, "choose another name: a recording is never written over", exitFailed}
	case err != nil:
		return nil, hinted{err, "name a file that can be made, or a folder to keep recordings in", exitFailed}
	}
	t := &taping{rec: rec, done: make(chan error, 1)}
	ctx, t.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() { t.done <- rec.Run(ctx) }()
	return t, nil
}

// end writes the rest and closes the recording.
func (t *taping) end() error {
	t.stop()
	return <-t.done
}

// tapeTrouble puts a pause of the recording, or its end, into words.
func tapeTrouble(n tapes.Notice) (text, hint string) {
	switch {
	case n.Err == nil:
		return fmt.Sprintf("recording goes on; %s not recorded", counted(int(n.Lost), "message")), ""
	case errors.Is(n.Err, syscall.ENOSPC):
		hint = "make room on the disk; it is tried again by itself"
	case errors.Is(n.Err, os.ErrPermission):
		hint = "see who may write there; it is tried again by itself"
	default:
		hint = "it is tried again by itself"
	}
	return "recording pauses: " + n.Err.Error(), hint
}

// sayTape tells of a pause on stderr.
func (a *app) sayTape(n tapes.Notice) {
	a.say(tapeTrouble(n))
}

// deskTape records beside the desk when the configuration asks for it. What goes wrong is told on
// the screen and changes nothing else. put is nil when nothing is recorded.
func (a *app) deskTape(ctx context.Context, cfg config.Config, l connect.Link, d *desk) (put func([]byte), end func()) {
	if !cfg.Desk.Record {
		return nil, func() {}
	}
	tell := func(level ui.Level, text, hint string) {
		d.model.Pump().Post(ui.NoticeMsg{Level: level, Text: call.Clean(text), Hint: hint})
	}
	if l.Source == connect.Dialogs {
		tell(ui.Warn, "nothing is recorded: "+errDialogsTape.Error(), "set source in [goto] to events or webhook, or record in [desk] to false")
		return nil, func() {}
	}
	folder, err := cfg.RecordFolder(a.env)
	var t *taping
	if err == nil {
		t, err = startTape(ctx, tapes.Options{
			Path: folder + string(os.PathSeparator), Mask: cfg.Record.Mask, KeepBytes: int64(cfg.Record.KeepMB) << 20,
			Notice: func(n tapes.Notice) {
				level := ui.Bad
				if n.Err == nil {
					level = ui.Good
				}
				text, hint := tapeTrouble(n)
				tell(level, text, hint)
			},
		})
	}
	if err != nil {
		tell(ui.Bad, "nothing is recorded: "+err.Error(), "see folder in [record] of the config file; the desk goes on")
		return nil, func() {}
	}
	return t.rec.Put, func() {
		if err := t.end(); err != nil {
			a.complain(err) // the screen is gone by now
		}
	}
}
