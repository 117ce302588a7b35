//go:build !windows && !darwin

package audio

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sounds is a PulseAudio of the test's own, with loudspeakers that go nowhere.
type sounds struct {
	t      *testing.T
	system *System
	cmd    *exec.Cmd
}

// startPulse starts one; the test is skipped where there is none.
func startPulse(t *testing.T, modules ...string) *sounds {
	t.Helper()
	path, err := exec.LookPath("pulseaudio")
	if err != nil {
		if os.Getenv("RINGSIDE_CI") == "1" {
			t.Fatal("no PulseAudio here: apt-get install pulseaudio")
		}
		t.Skip("no PulseAudio here: apt-get install pulseaudio")
	}
	home, err := os.MkdirTemp("", "ringside-pulse") //nolint:usetesting // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	socket := filepath.Join(home, "native")
	args := []string{"-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--log-target=stderr",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket=" + socket,
		"-L", `module-null-sink sink_name=speakers sink_properties=device.description="Speakers" rate=48000`}
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "PULSE_RUNTIME_PATH=" + home, "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=disabled:"}
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &sounds{t: t, system: &System{Env: map[string]string{"PULSE_SERVER": "unix:" + socket}}, cmd: cmd}
	t.Cleanup(s.stop)
	for deadline := time.Now().Add(20 * time.Second); ; {
		if list, e := s.system.Devices(t.Context()); e == nil && len(list) == 2 {
			for _, m := range modules {
				s.pactl(append([]string{"load-module"}, strings.Fields(m)...)...)
			}
			return s
		} else {
			err = e
		}
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			cmd.Wait()
			t.Fatalf("PulseAudio does not answer: %v\n%s", err, log.String())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *sounds) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// pactl asks the sound server something.
func (s *sounds) pactl(args ...string) {
	s.t.Helper()
	cmd := exec.Command("pactl", args...)
	cmd.Env = []string{"PULSE_SERVER=" + s.system.Env["PULSE_SERVER"], "PATH=" + os.Getenv("PATH"), "HOME=" + s.t.TempDir()}
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("pactl %v: %v\n%s", args, err, out)
	}
}

// What is played to a real PulseAudio is heard by its monitor: the tone, as loud as it was, soon.
func TestPulseBothWays(t *testing.T) {
	s := startPulse(t)
	src, name, err := s.system.OpenIn(t.Context(), "speakers.monitor")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if name != "Monitor of Speakers" {
		t.Errorf("the microphone is called %q", name)
	}
	sink, name, err := s.system.OpenOut(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	if name != "Speakers" {
		t.Errorf("the loudspeaker is called %q", name)
	}
	sent := make(chan time.Time, 1)
	go func() {
		tone := wave{step: 2 * math.Pi * 440 / Rate, amplitude: 0.5}
		frame := make([]int16, Frame)
		for n := range 125 {
			if clear(frame); n > 25 {
				tone.fill(frame)
			}
			if n == 26 {
				sent <- time.Now()
			}
			if err := sink.Write(frame); err != nil {
				return
			}
		}
	}()
	var pcm []int16
	var came time.Time
	frame := make([]int16, Frame)
	for range 100 {
		if err := src.Read(frame); err != nil {
			t.Fatal(err)
		}
		if came.IsZero() && Peak(frame) > 0.2 {
			came = time.Now()
		}
		pcm = append(pcm, frame...)
	}
	if came.IsZero() {
		t.Fatal("nothing was heard")
	}
	t.Logf("from the program to the monitor and back: %v", came.Sub(<-sent))
	// Where a busy machine lets the server run dry there is a gap: the best of the tenths counts.
	best := 0.0
	for rest := tail(pcm, 1); len(rest) >= Rate/10; rest = rest[Rate/10:] {
		best = max(best, strength(rest[:Rate/10], 440))
	}
	if best < 0.45 || best > 0.55 {
		t.Errorf("the tone has a strength of %.3f, want 0.5", best)
	}
	if other := strength(tail(pcm, 1), 1000); other > 0.05 {
		t.Errorf("beside it there is 1000 Hz with %.3f", other)
	}
}

// Devices are listed with what matters of them; one that takes the echo out is preferred.
func TestPulseDevices(t *testing.T) {
	s := startPulse(t, `module-null-source source_name=mic description=Desk-Mic`)
	list, err := s.system.Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d, err := Choose(list, true, ""); err != nil || d.ID != "mic" || d.Monitor || d.Echo {
		t.Errorf("%+v, %v of %+v", d, err, list)
	}
	s.pactl("load-module", "module-echo-cancel", "source_master=mic", "sink_master=speakers")
	if list, err = s.system.Devices(t.Context()); err != nil {
		t.Fatal(err)
	}
	in, err := Choose(list, true, "")
	if err != nil || !in.Echo || in.Monitor {
		t.Errorf("%+v, %v of %+v", in, err, list)
	}
	if out, err := Choose(list, false, ""); err != nil || !out.Echo {
		t.Errorf("%+v, %v", out, err)
	}
}

// A device that goes, and a server that goes, are sentences; where there is no server too.
func TestPulseGoes(t *testing.T) {
	s := startPulse(t)
	src, _, err := s.system.OpenIn(t.Context(), "speakers.monitor")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	sink, _, err := s.system.OpenOut(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	s.pactl("unload-module", "module-null-sink")
	frame := make([]int16, Frame)
	for what, use := range map[string]func([]int16) error{"the microphone": src.Read, "the loudspeaker": sink.Write} {
		if err := until(use, frame); err == nil || err.Error() != "the sound device has gone" {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.pactl("load-module", "module-null-sink", "sink_name=speakers")
	if src, _, err = s.system.OpenIn(t.Context(), "speakers.monitor"); err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	s.stop()
	if err := until(src.Read, frame); err == nil || err.Error() != "the sound server has gone" {
		t.Errorf("%v", err)
	}
	_, _, err = s.system.OpenIn(t.Context(), "")
	var p *Problem
	if !errors.As(err, &p) || err.Error() != "there is no sound server here (PulseAudio or PipeWire)" || !strings.Contains(p.Hint(), "desk phone") {
		t.Errorf("%v", err)
	}
}

func until(use func([]int16) error, frame []int16) error {
	for range 500 {
		if err := use(frame); err != nil {
			return err
		}
	}
	return nil
}

// Ringing is heard on a loudspeaker of its own, from when it begins to when it stops.
func TestRing(t *testing.T) {
	s := startPulse(t, `module-null-sink sink_name=room sink_properties=device.description="Room" rate=48000`)
	src, _, err := s.system.OpenIn(t.Context(), "room.monitor")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	r := NewRing(s.system, "Room")
	defer r.Close()
	r.Play(Ringing)
	r.Play(Ringing) // told twice
	frame := make([]int16, Frame)
	for n := 0; Peak(frame) < 0.1; n++ {
		if n > 500 { // at first, a loudspeaker that goes nowhere is up to 2 s ahead
			t.Fatalf("it does not ring: %v", r.Err())
		}
		if err := src.Read(frame); err != nil {
			t.Fatal(err, r.Err())
		}
	}
	r.Play(0)
	for n, quiet := 0, 0; quiet < 5; n++ {
		if n > 250 {
			t.Fatal("it does not stop")
		}
		if err := src.Read(frame); err != nil {
			t.Fatal(err)
		}
		if quiet++; Peak(frame) > 0 {
			quiet = 0
		}
	}
	if r.Err() != nil {
		t.Error(r.Err())
	}
	silent := NewRing(s.system, "file:"+t.TempDir()+"/ring.wav")
	silent.Play(Ringing)
	silent.Close()
	none := NewRing(&System{Env: map[string]string{"PULSE_SERVER": fmt.Sprintf("unix:%s/none", t.TempDir())}}, "")
	none.Play(Ringing)
	for deadline := time.Now().Add(5 * time.Second); none.Err() == nil && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if none.Err() == nil {
		t.Error("without a sound server it does not say why nothing is heard")
	}
	none.Close()
}
