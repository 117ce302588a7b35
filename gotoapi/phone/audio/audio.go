// Package audio is where the sound of calls comes from and goes to: devices, files, named pipes, a
// tone, or nothing. All sound is mono, 48 000 samples a second, 16 bits, in frames of 20 ms.
package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"ringside/gotoapi/phone/codec"
)

// The sound of everything here.
const (
	Rate  = codec.Rate  // samples a second
	Frame = codec.Frame // samples in 20 ms
)

// Source is where sound comes from.
type Source interface {
	// Read waits for the next frame. io.EOF says that there is no more, which is no failure.
	Read(frame []int16) error
	// Close ends a Read that waits.
	Close() error
}

// Sink is where sound goes to.
type Sink interface {
	// Write waits until the frame is taken.
	Write(frame []int16) error
	// Close plays what was taken, within reason, and ends a Write that waits.
	Close() error
}

// Problem is what is wrong with a device or file, for people.
type Problem struct {
	What string // one line: what failed
	Fix  string // one line: what to do
	Err  error  // what is behind it; may be nil
}

// Error gives what failed.
func (p *Problem) Error() string { return p.What }

// Hint gives what to do.
func (p *Problem) Hint() string { return p.Fix }

// Unwrap gives what is behind it.
func (p *Problem) Unwrap() error { return p.Err }

// Device is one that the system has.
type Device struct {
	ID      string // the system's own name for it
	Name    string // for people
	In      bool   // a microphone; else a loudspeaker
	Default bool
	Echo    bool // takes the echo of the loudspeaker out
	Monitor bool // hears what a loudspeaker plays: not a microphone
}

// System is the sound of this machine.
type System struct {
	Env map[string]string // environment: where the sound server is
	// Name is what the system shows beside the volume of our sound.
	Name string
	// Server is the address of a sound server other than the system's own; "" is that one.
	Server string
}

// Open is a source or a sink, and its name for people.
type opened[T any] struct {
	end  T
	name string
}

// OpenIn opens what choice names: "" for the system's microphone, a name of a device or part of it,
// "file:PATH", "pipe:PATH", "tone:HERTZ" or "none".
func (s *System) OpenIn(ctx context.Context, choice string) (Source, string, error) {
	kind, rest := Kind(choice)
	var o opened[Source]
	var err error
	switch kind {
	case None:
		return nil, "none", nil
	case File:
		o.name = rest
		o.end, err = openFile(rest)
	case Pipe:
		o.name = "pipe " + rest
		o.end, err = openPipe(rest)
	case Tone:
		o.name = "a tone of " + rest + " Hz"
		o.end, err = openTone(rest)
	default:
		o, err = withDevice(ctx, s, true, rest, s.capture)
	}
	if err != nil {
		return nil, o.name, err
	}
	return o.end, o.name, nil
}

// OpenOut opens what choice names, as OpenIn does; there is no tone to play to.
func (s *System) OpenOut(ctx context.Context, choice string) (Sink, string, error) {
	kind, rest := Kind(choice)
	var o opened[Sink]
	var err error
	switch kind {
	case None, Tone:
		return nil, "none", nil
	case File:
		o.name = rest
		o.end, err = createFile(rest)
	case Pipe:
		o.name = "pipe " + rest
		o.end, err = createPipe(rest)
	default:
		o, err = withDevice(ctx, s, false, rest, s.play)
	}
	if err != nil {
		return nil, o.name, err
	}
	return o.end, o.name, nil
}

// The kinds of choices.
const (
	Hardware = "device"
	File     = "file"
	Pipe     = "pipe"
	Tone     = "tone"
	None     = "none"
)

// Kind tells what a choice is, and what follows its kind.
func Kind(choice string) (kind, rest string) {
	choice = strings.TrimSpace(choice)
	switch word, after, ok := strings.Cut(choice, ":"); {
	case choice == None:
		return None, ""
	case choice == Tone:
		return Tone, "440"
	case ok && slices.Contains([]string{Hardware, File, Pipe, Tone}, word):
		return word, after
	case choice == "default":
		return Hardware, ""
	}
	return Hardware, choice
}

func withDevice[T any](ctx context.Context, s *System, in bool, name string, open func(context.Context, Device) (T, error)) (opened[T], error) {
	var none opened[T]
	list, err := s.Devices(ctx)
	if err != nil {
		return none, err
	}
	d, err := Choose(list, in, name)
	if err != nil {
		return none, err
	}
	end, err := open(ctx, d)
	return opened[T]{end, d.Name}, err
}

// Choose finds a device by its name: the whole of it, its id, or a part that only one has. "" is the
// system's default, and of microphones one that takes the echo out, where there is one.
func Choose(list []Device, in bool, name string) (Device, error) {
	what, other := "loudspeaker", "audio_out"
	if in {
		what, other = "microphone", "audio_in"
	}
	var mine, like []Device
	for _, d := range list {
		if d.In != in {
			continue
		}
		if strings.EqualFold(d.Name, name) || d.ID == name {
			return d, nil
		}
		mine = append(mine, d)
		if name != "" && strings.Contains(strings.ToLower(d.Name), strings.ToLower(name)) {
			like = append(like, d)
		}
	}
	switch {
	case name == "":
		return standard(mine, what)
	case len(like) == 1:
		return like[0], nil
	case len(like) > 1:
		return Device{}, &Problem{
			What: fmt.Sprintf("%q is part of the names of %d devices: %s", name, len(like), names(like)),
			Fix:  "write more of the name at " + other + " in [phone]",
		}
	}
	return Device{}, &Problem{
		What: fmt.Sprintf("there is no %s %q", what, name),
		Fix:  "`ringside audio` lists them; leave " + other + " in [phone] empty for the system's own",
	}
}

func standard(mine []Device, what string) (Device, error) {
	var best *Device
	rank := func(d Device) int {
		switch {
		case d.Echo:
			return 3
		case d.Default && !d.Monitor:
			return 2
		case !d.Monitor:
			return 1
		}
		return 0
	}
	for i, d := range mine {
		if r := rank(d); r > 0 && (best == nil || r > rank(*best)) {
			best = &mine[i]
		}
	}
	if best == nil {
		return Device{}, &Problem{
			What: "this machine has no " + what,
			Fix:  "plug one in; a file, a named pipe or your desk phone works without (docs/phone.md)",
		}
	}
	return *best, nil
}

func names(list []Device) string {
	var out []string
	for _, d := range list {
		out = append(out, d.Name)
	}
	return strings.Join(out, ", ")
}

// EchoHint is what to tell the person about a pair of devices; "" is nothing.
func EchoHint(in, out Device) string {
	headset := func(d Device) bool {
		n := strings.ToLower(d.Name)
		return strings.Contains(n, "head") || strings.Contains(n, "usb") || strings.Contains(n, "bluetooth") || strings.Contains(n, "hands-free")
	}
	if in.ID == "" || out.ID == "" || in.Echo || headset(in) || headset(out) {
		return ""
	}
	return "a headset keeps the other side from hearing themselves"
}

// ended tells whether an error only says that there is no more.
func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// Peak is how loud a frame is at its loudest, 0 to 1.
func Peak(frame []int16) float64 {
	peak := 0
	for _, v := range frame {
		peak = max(peak, int(v), -int(v))
	}
	return min(float64(peak)/32767, 1)
}

// Loudness puts a peak on a scale as ears have it: 0 is 48 dB below the loudest and less, 1 the loudest.
func Loudness(peak float64) float64 {
	if peak <= 0 {
		return 0
	}
	return max(0, 1+math.Log10(peak)*20/48)
}
