package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringside/gotoapi/phone/audio"
	"ringside/ui/cli/config"
)

func (a *app) audioCmd() *cobra.Command {
	c := &cobra.Command{Use: "audio", Short: "Sound of calls: devices, and a test of them", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	c.AddCommand(a.audioDevicesCmd(), a.audioTestCmd())
	return c
}

// sound is the sound of this machine.
func (a *app) sound() *audio.System { return &audio.System{Env: a.env, Name: "ringside"} }

func (a *app) audioDevicesCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "devices", Short: "List microphones and loudspeakers", Args: asUsage(cobra.NoArgs),
		Long: `devices lists the microphones and loudspeakers of this machine by the names that audio_in,
audio_out and ring in [phone] choose them by; a part of a name is enough. A star marks what calls
would use as the configuration is now.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.audioDevices(cmd.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a device: kind, name, id, default, echo_cancel, monitor, chosen")
	return c
}

func (a *app) audioDevices(ctx context.Context, asJSON bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	list, err := a.sound().Devices(ctx)
	if err != nil {
		return err
	}
	in, out := chosenDevice(list, true, cfg.Phone.AudioIn), chosenDevice(list, false, cfg.Phone.AudioOut)
	for _, d := range list {
		line := deviceLine(d, d.ID == in.ID && d.In || d.ID == out.ID && !d.In)
		if asJSON {
			if line, err = deviceJSON(d, d == in || d == out); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(a.stdout, line); err != nil {
			return fmt.Errorf("printing devices: %w", err)
		}
	}
	if hint := audio.EchoHint(in, out); hint != "" && !asJSON {
		a.say("", hint)
	}
	return nil
}

// chosenDevice is the one that a setting chooses; the zero Device when it chooses none.
func chosenDevice(list []audio.Device, in bool, choice string) audio.Device {
	kind, rest := audio.Kind(choice)
	if kind != audio.Hardware {
		return audio.Device{}
	}
	d, err := audio.Choose(list, in, rest)
	if err != nil {
		return audio.Device{}
	}
	return d
}

func deviceKind(d audio.Device) string {
	if d.In {
		return "microphone"
	}
	return "loudspeaker"
}

func deviceLine(d audio.Device, chosen bool) string {
	var notes []string
	if d.Default {
		notes = append(notes, "the system's own")
	}
	if d.Echo {
		notes = append(notes, "takes the echo out")
	}
	if d.Monitor {
		notes = append(notes, "hears a loudspeaker")
	}
	star := " "
	if chosen {
		star = "*"
	}
	line := fmt.Sprintf("%s %-12s %s", star, deviceKind(d), printable(d.Name))
	if len(notes) > 0 {
		line += " (" + strings.Join(notes, ", ") + ")"
	}
	return line
}

func deviceJSON(d audio.Device, chosen bool) (string, error) {
	b, err := json.Marshal(struct {
		Kind    string `json:"kind"`
		Name    string `json:"name"`
		ID      string `json:"id"`
		Default bool   `json:"default"`
		Echo    bool   `json:"echo_cancel"`
		Monitor bool   `json:"monitor"`
		Chosen  bool   `json:"chosen"`
	}{deviceKind(d), d.Name, d.ID, d.Default, d.Echo, d.Monitor, chosen})
	return string(b), err
}

func (a *app) audioTestCmd() *cobra.Command {
	var in, out string
	var length time.Duration
	c := &cobra.Command{
		Use: "test", Short: "Play a ring, then show how loud the microphone is", Args: asUsage(cobra.NoArgs),
		Long: `test rings for two seconds where calls are heard, then listens to the microphone and shows how
loud it is. Nothing is recorded and nothing leaves this machine.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("in") {
				in = cfg.Phone.AudioIn
			}
			if !cmd.Flags().Changed("out") {
				out = cfg.Phone.AudioOut
			}
			return a.audioTest(cmd.Context(), in, out, length)
		},
	}
	c.Flags().StringVar(&in, "in", "", "listen to this instead of audio_in")
	c.Flags().StringVar(&out, "out", "", "ring here instead of at audio_out")
	c.Flags().DurationVar(&length, "for", 5*time.Second, "how long to listen")
	return c
}

func (a *app) audioTest(ctx context.Context, in, out string, length time.Duration) error {
	sink, name, err := a.sound().OpenOut(ctx, out)
	if err != nil {
		return err
	}
	if sink == nil {
		fmt.Fprintln(a.stdout, "no loudspeaker is chosen")
	} else {
		fmt.Fprintf(a.stdout, "it rings: %s\n", printable(name))
		if err := ringFor(ctx, sink, 2*time.Second); err != nil {
			return err
		}
	}
	src, name, err := a.sound().OpenIn(ctx, in)
	if err != nil {
		return err
	}
	if src == nil {
		fmt.Fprintln(a.stdout, "no microphone is chosen")
		return nil
	}
	fmt.Fprintf(a.stdout, "say something: %s\n", printable(name))
	peak, err := a.listen(ctx, src, length)
	switch {
	case err != nil:
		return err
	case peak < 0.003:
		return hinted{errors.New("the microphone gives silence"), "look whether it is muted, by a key of its own or in the system's sound settings; `ringside audio devices` lists others", exitFailed}
	}
	fmt.Fprintf(a.stdout, "heard, up to %.0f%%\n", 100*peak)
	return nil
}

func ringFor(ctx context.Context, sink audio.Sink, length time.Duration) error {
	stop := context.AfterFunc(ctx, func() { _ = sink.Close() })
	defer func() {
		if stop() {
			_ = sink.Close()
		}
	}()
	ring := audio.NewMelody(audio.Ringing)
	frame := make([]int16, audio.Frame)
	for range length / (20 * time.Millisecond) {
		ring.Fill(frame)
		if err := sink.Write(frame); err != nil {
			return errors.Join(ctx.Err(), err)
		}
	}
	return nil
}

// listen shows how loud a source is while it lasts, and gives the loudest.
func (a *app) listen(ctx context.Context, src audio.Source, length time.Duration) (peak float64, err error) {
	stop := context.AfterFunc(ctx, func() { _ = src.Close() })
	defer func() {
		if stop() {
			_ = src.Close()
		}
	}()
	bar := terminal(a.stdout)
	frame := make([]int16, audio.Frame)
	level := 0.0
	for n := range int(length / (20 * time.Millisecond)) {
		if err := src.Read(frame); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return peak, errors.Join(ctx.Err(), err)
		}
		now := audio.Peak(frame)
		level = max(now, level*0.9)
		peak = max(peak, now)
		if bar && n%5 == 0 {
			fmt.Fprintf(a.stdout, "\r\x1b[2K%s", levelBar(level))
		}
	}
	if bar {
		fmt.Fprint(a.stdout, "\r\x1b[2K")
	}
	return peak, nil
}

// levelBar draws how loud something is, 0 to 1, on a scale of loudness as ears have it.
func levelBar(level float64) string {
	const width = 30
	n := min(width, int(width*audio.Loudness(level)))
	return "[" + strings.Repeat("#", n) + strings.Repeat(" ", width-n) + "]"
}

// soundDetail tells the doctor where the sound of calls is.
func (a *app) soundDetail(ctx context.Context, cfg config.Config) (string, error) {
	if !cfg.Phone.Enabled {
		return "not wanted (enabled = false in [phone])", nil
	}
	var parts []string
	list, listed := a.sound().Devices(ctx)
	for _, one := range []struct {
		in     bool
		choice string
		word   string
	}{{true, cfg.Phone.AudioIn, "in"}, {false, cfg.Phone.AudioOut, "out"}} {
		kind, rest := audio.Kind(one.choice)
		switch {
		case kind == audio.None:
			parts = append(parts, one.word+": none")
		case kind != audio.Hardware:
			parts = append(parts, one.word+": "+kind+" "+rest)
		case listed != nil:
			if rest != "" {
				return "", listed
			}
			return "control without sound: " + listed.Error(), nil
		default:
			d, err := audio.Choose(list, one.in, rest)
			if err != nil && rest != "" {
				return "", err
			}
			name := d.Name
			if err != nil {
				name = err.Error()
			}
			parts = append(parts, one.word+": "+name)
		}
	}
	return strings.Join(parts, "; "), nil
}
