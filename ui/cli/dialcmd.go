package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ringside/gotoapi/phone/audio"
	"ringside/lookup/number"
	"ringside/store/audit"
	"ringside/store/duty"
	store "ringside/store/phone"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	bar "ringside/ui/phone"
)

// callFlags are those of the commands that are a telephone.
type callFlags struct {
	in, out string // sound
	length  time.Duration
	json    bool
	via     string
	tones   string
	yes     bool
	waits   bool // for a call, instead of making one
}

// sounds gives what the flags choose. A path without a kind before it is a file, or a named pipe.
// What the flags leave open, the configuration says. Files are tried before anybody is called.
func (f *callFlags) sounds(ctx context.Context, cfg config.Config) (sounds, error) {
	in, out := soundChoice(f.in), soundChoice(f.out)
	s := sounds{cmp.Or(in, cfg.Phone.AudioIn), cmp.Or(out, cfg.Phone.AudioOut)}
	kind, path := audio.Kind(s.in)
	if (kind == audio.File || kind == audio.Pipe) && !exists(path) {
		return s, usageError{fmt.Errorf("--audio-in: there is no file %s", printable(path))}
	}
	for _, end := range [...]struct{ flag, said string }{{"--audio-in", s.in}, {"--audio-out", s.out}} {
		if kind, path := audio.Kind(end.said); kind == audio.File {
			if err := audio.NotPipe(path); err != nil {
				return s, hinted{fmt.Errorf("%s: %w", end.flag, err), hintOf(err), exitUsage}
			}
		}
	}
	if kind, path := audio.Kind(in); kind == audio.File && opensAtOnce(path) {
		src, _, err := new(audio.System).OpenIn(ctx, in)
		if err != nil {
			return s, hinted{fmt.Errorf("--audio-in: %w", err), hintOf(err), exitUsage}
		}
		_ = src.Close()
	}
	if kind, path := audio.Kind(out); kind == audio.File {
		if err := writable(path); err != nil {
			return s, hinted{fmt.Errorf("--audio-out: %w", err), "look at the path and at who may write it", exitUsage}
		}
	}
	return s, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// opensAtOnce reports whether opening what is there waits for nobody, as it may with a pipe or a device.
func opensAtOnce(path string) bool {
	st, err := os.Stat(path)
	return err == nil && (st.Mode().IsRegular() || st.IsDir())
}

// writable tells why a file could not be written. It leaves things as they were.
func writable(path string) error {
	there := exists(path)
	if there && !opensAtOnce(path) {
		return nil // of a device, the call tells
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = f.Close()
	if !there {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func soundChoice(said string) string {
	kind, path := audio.Kind(said)
	if kind != audio.Hardware || strings.HasPrefix(said, audio.Hardware+":") {
		return said
	}
	ext := strings.ToLower(filepath.Ext(path))
	if !strings.ContainsAny(path, `/\`) && ext != ".wav" && ext != ".ogg" && ext != ".opus" && ext != ".oga" {
		return said
	}
	if st, err := os.Stat(path); err == nil && st.Mode()&os.ModeNamedPipe != 0 {
		return audio.Pipe + ":" + path
	}
	return audio.File + ":" + path
}

func (f *callFlags) register(fs *pflag.FlagSet) {
	const kinds = "a file (WAV, Ogg Opus), a named pipe, a device or part of its name"
	fs.StringVar(&f.in, "audio-in", "", "what the far end hears: "+kinds+", tone:HERTZ or none; audio_in in [phone] without it")
	fs.StringVar(&f.out, "audio-out", "", "where the far end is heard: "+kinds+" or none; audio_out in [phone] without it")
	fs.BoolVar(&f.json, "json", false, "print records, one JSON line for each thing that happens (schema "+phoneSchema+")")
	lengthFlag(fs, &f.length)
}

func (a *app) dialCmd() *cobra.Command {
	var f callFlags
	c := &cobra.Command{
		Use: "dial NUMBER", Short: "Make a call, here or from the desk phone", Args: cobra.ExactArgs(1),
		Long: `dial makes a call from your extension and stays until it is over. The number is shown in its normal
form first; extensions, star codes and tel: links are taken too. A link asks before it dials.

  ringside dial '+1 212 555 0110'
  ringside dial 1106 --audio-in hello.wav --audio-out heard.ogg --for 20s
  ringside dial +442079460018 --via desk

With --via desk your own telephone rings, and dials once you pick it up; no sound is needed here.
An interrupt (Ctrl-C) and the end of --for hang up. The exit code is 0 when the call was connected and 1 when it was not.`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.dial(cmd.Context(), args[0], f) },
	}
	f.register(c.Flags())
	c.Flags().StringVar(&f.via, "via", "phone", "phone: this program is the telephone; desk: your own telephone rings and dials")
	c.Flags().StringVar(&f.tones, "tones", "", "tones to send once connected: digits, * and #")
	c.Flags().BoolVar(&f.yes, "yes", false, "dial a link or an emergency number without asking")
	a.global.sim.register(c.Flags())
	return c
}

func (a *app) answerCmd() *cobra.Command {
	f := callFlags{waits: true}
	c := &cobra.Command{
		Use: "answer", Short: "Wait for the next call that rings you, and take it", Args: cobra.NoArgs,
		Long: `answer is a telephone of your extension: it waits for the next call that rings there, takes it and
stays until it is over. --for ends the waiting and the call alike. The exit code is 1 when no call was taken.

  ringside answer --audio-in welcome.ogg --audio-out message.wav --for 2m`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), f) },
	}
	f.register(c.Flags())
	a.global.sim.register(c.Flags())
	return c
}

// toDial reads the number of a command that may dial, typed or out of a link.
func (a *app) toDial(raw string) (cfg config.Config, d bar.Dialled, err error) {
	if cfg, err = a.loadConfig(); err != nil {
		return cfg, d, err
	}
	if err := a.may(cfg, duty.Dial); err != nil {
		return cfg, d, err
	}
	if d = bar.Read(raw, cfg.Contacts.Region, nil, time.Now()); d.Number == "" {
		return cfg, d, hinted{fmt.Errorf("%q cannot be dialled", printable(raw)), d.About, exitUsage}
	}
	return cfg, d, nil
}

func (a *app) dial(ctx context.Context, raw string, f callFlags) error {
	if f.via != "phone" && f.via != "desk" {
		return usageError{fmt.Errorf("--via %s: phone or desk was expected", f.via)}
	}
	cfg, d, err := a.toDial(raw)
	if err != nil {
		return err
	}
	link := isLink(raw)
	if err := a.agree(ctx, d, link, f.yes); err != nil {
		return err
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	did, closeTrail, err := a.deeds(cfg, l)
	if err != nil {
		return err
	}
	defer closeTrail()
	if f.via == "desk" {
		err := a.ringDesk(ctx, cfg, l, d)
		did(duty.Dial, d.Number, "from the desk phone", err)
		return err
	}
	return a.onTelephone(ctx, cfg, l, f, func(ctx context.Context, t *onePhone) error {
		id, err := t.Dial(ctx, d.Number)
		did(duty.Dial, d.Number, "", err)
		switch {
		case err != nil && ctx.Err() != nil:
			return err
		case err != nil:
			return hinted{err, hintOf(err), refusalCode(err)}
		}
		if f.tones != "" {
			if _, err = t.follow(ctx, func(v *store.View) bool { c, ok := find(v, id); return !ok || !c.Answered.IsZero() || !c.Open() }); err == nil {
				err = t.Tone(ctx, id, f.tones)
			}
			if err != nil {
				a.say(err.Error(), hintOf(err))
			}
		}
		return t.untilOver(ctx, id)
	})
}

// isLink reports whether a number came as a link, which anybody can put anywhere.
func isLink(raw string) bool {
	raw = strings.ToLower(strings.TrimSpace(raw))
	return strings.HasPrefix(raw, "tel:") || strings.HasPrefix(raw, "callto:") || strings.HasPrefix(raw, "sip:") || strings.HasPrefix(raw, "sips:")
}

// agree says what is dialled, and asks where it was not the person who wrote the number, or where it is
// an emergency number.
func (a *app) agree(ctx context.Context, d bar.Dialled, link, yes bool) error {
	what := d.Shown
	if d.About != "" {
		what += " (" + d.About + ")"
	}
	switch {
	case d.Emergency:
		a.say("GoTo may not know where you are", "take another telephone if there is one")
	case d.Warn != "":
		a.say(d.Warn, "")
	}
	if yes || !link && !d.Emergency {
		return nil
	}
	if !terminal(a.stdin) {
		return hinted{fmt.Errorf("%s is not dialled unasked", printable(what)), "--yes dials it", exitUsage}
	}
	fmt.Fprintf(a.stderr, "dial %s? [y/N] ", printable(what))
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(io.LimitReader(a.stdin, 100)).ReadString('\n')
		said <- line
	}()
	select {
	case line := <-said:
		if line = strings.ToLower(strings.TrimSpace(line)); line == "y" || line == "yes" {
			return nil
		}
		return errors.New("not dialled")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ringDesk has the person's own telephone ring and dial.
func (a *app) ringDesk(ctx context.Context, cfg config.Config, l connect.Link, d bar.Dialled) error {
	t := connect.Phone(l, noSound{}, "", func(*store.View) {})
	if err := t.RingDesk(ctx, d.Number); err != nil {
		return hinted{err, hintOf(err), refusalCode(err)}
	}
	_, err := fmt.Fprintf(a.stdout, "your telephone rings: pick it up, and %s is dialled\n", printable(a.veilOf(cfg).Text(d.Shown)))
	return err
}

func (a *app) answer(ctx context.Context, f callFlags) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	var no *duty.Refusal
	if err := a.deskDuty(cfg).May(duty.Answer, true); errors.As(err, &no) {
		return hinted{no, no.Hint(), exitFailed}
	}
	l, done, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	did, closeTrail, err := a.deeds(cfg, l)
	if err != nil {
		return err
	}
	defer closeTrail()
	return a.onTelephone(ctx, cfg, l, f, func(ctx context.Context, t *onePhone) error {
		fmt.Fprintf(a.stderr, "ringside: waiting for a call to %s\n", printable(l.Extension))
		for {
			v, err := t.follow(ctx, func(v *store.View) bool { return len(bar.Ringing(*v)) > 0 })
			if err != nil {
				return err
			}
			c := bar.Ringing(*v)[0]
			err = t.Answer(ctx, c.ID)
			did(duty.Answer, c.Number, "", err)
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				a.say(err.Error(), hintOf(err))
				if err := t.restOf(ctx, c.ID); err != nil {
					return err
				}
				continue
			}
			return t.untilOver(ctx, c.ID)
		}
	})
}

// find gives a call of a view.
func find(v *store.View, id string) (store.Call, bool) {
	for _, c := range v.Calls {
		if c.ID == id {
			return c, true
		}
	}
	return store.Call{}, false
}

// shownNumber gives how a number of a call is shown.
func (a *app) shownNumber(cfg config.Config) func(string) string {
	veil := a.veilOf(cfg)
	return func(raw string) string {
		if shown := number.Parse(raw, cfg.Contacts.Region).Display(); shown != "" {
			raw = shown
		}
		return veil.Text(raw)
	}
}

// deeds gives what writes into the audit log what a command does with the telephone, and what closes it.
func (a *app) deeds(cfg config.Config, l connect.Link) (did func(act duty.Act, number, more string, err error), done func(), err error) {
	trail, done, err := a.openTrail(cfg, l, func(err error) {
		if err != nil {
			a.say(err.Error(), "the call goes on")
		}
	})
	return func(act duty.Act, number, more string, err error) {
		if trail == nil {
			return
		}
		e := audit.Entry{What: string(act), Number: number, More: more}
		if err != nil {
			e.Failed = err.Error()
		}
		trail.Add(e)
	}, done, err
}
