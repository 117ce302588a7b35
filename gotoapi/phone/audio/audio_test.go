package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/phone/codec"
)

// strength is the amplitude of a frequency in a piece of sound, 0 to 1 (Goertzel).
func strength(pcm []int16, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/Rate)
	var s1, s2 float64
	for _, v := range pcm {
		s1, s2 = float64(v)/32767+k*s1-s2, s1
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-k*s1*s2) / float64(len(pcm))
}

func tail(pcm []int16, seconds float64) []int16 {
	return pcm[max(0, len(pcm)-int(seconds*Rate)):]
}

// wavOf writes a tone as a WAV file of a format.
func wavOf(t *testing.T, f format, hz, seconds float64) []byte {
	t.Helper()
	var body bytes.Buffer
	for i := range int(seconds * float64(f.rate)) {
		v := 0.5 * math.Sin(2*math.Pi*hz*float64(i)/float64(f.rate))
		for range f.channels {
			switch {
			case f.kind == 3 && f.bits == 32:
				binary.Write(&body, binary.LittleEndian, float32(v))
			case f.kind == 3:
				binary.Write(&body, binary.LittleEndian, v)
			case f.bits == 8:
				body.WriteByte(byte(128 + 127*v))
			case f.bits == 16:
				binary.Write(&body, binary.LittleEndian, int16(32767*v))
			case f.bits == 24:
				n := int32(v * (1<<23 - 1))
				body.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16)})
			default:
				binary.Write(&body, binary.LittleEndian, int32(v*(1<<31-1)))
			}
		}
	}
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00") // an odd chunk before
	binary.Write(&b, binary.LittleEndian, []uint16{f.kind, uint16(f.channels)})
	binary.Write(&b, binary.LittleEndian, []uint32{uint32(f.rate), uint32(f.rate * f.channels * f.bits / 8)})
	binary.Write(&b, binary.LittleEndian, []uint16{uint16(f.channels * f.bits / 8), uint16(f.bits)})
	b.WriteString("data")
	binary.Write(&b, binary.LittleEndian, uint32(body.Len()))
	b.Write(body.Bytes())
	return b.Bytes()
}

// WAV files of every kind become the same sound, as long as they were and with nothing beside the tone.
func TestWavFiles(t *testing.T) {
	for _, f := range []format{
		{1, 1, 48000, 16, 0}, {1, 2, 44100, 16, 0}, {1, 1, 8000, 16, 0}, {1, 1, 16000, 8, 0}, {1, 2, 96000, 24, 0}, {1, 1, 22050, 32, 0}, {3, 1, 48000, 32, 0}, {3, 2, 32000, 64, 0},
	} {
		pcm, err := Decode(bytes.NewReader(wavOf(t, f, 440, 1)))
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		if len(pcm) < Rate-Frame || len(pcm) > Rate+2*Frame {
			t.Errorf("%+v: a second has %d samples", f, len(pcm))
		}
		middle := pcm[Rate/4 : Rate*3/4]
		s := strength(middle, 440)
		if s < 0.49 || s > 0.51 {
			t.Errorf("%+v: the tone has a strength of %.3f, want 0.5", f, s)
		}
		sum := 0.0
		for _, v := range middle {
			sum += float64(v) * float64(v) / 32767 / 32767
		}
		if rest := sum/float64(len(middle)) - s*s/2; rest > 0.0002 {
			t.Errorf("%+v: beside the tone there is an energy of %g", f, rest)
		}
	}
}

// What cannot be played is said, and never a panic.
func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	whole := wavOf(t, format{1, 1, 48000, 16, 0}, 440, 0.1)
	for name, content := range map[string][]byte{"empty": nil, "text": []byte("hello, world"), "cut": whole[:30], "odd": bytes.Replace(whole, []byte{1, 0, 1, 0}, []byte{9, 0, 1, 0}, 1), "ogg": []byte("OggS\x00\x02garbage")} {
		path := filepath.Join(dir, name+".wav")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := new(System).OpenIn(t.Context(), "file:"+path)
		var p *Problem
		if !errors.As(err, &p) || p.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := new(System).OpenIn(t.Context(), "file:"+dir+"/none.wav"); err == nil || !strings.Contains(err.Error(), "the sound file cannot be read (no such file") {
		t.Errorf("%v", err)
	}
	if _, _, err := new(System).OpenIn(t.Context(), "tone:x"); err == nil {
		t.Error("x is a tone")
	}
}

// What is written can be read again, by us and by others, also when nobody closed it.
func TestFilesWritten(t *testing.T) {
	for _, name := range []string{"call.wav", "call.opus"} {
		path := filepath.Join(t.TempDir(), name)
		sink, shown, err := new(System).OpenOut(t.Context(), "file:"+path)
		if err != nil || shown != path {
			t.Fatal(shown, err)
		}
		w := wave{step: 2 * math.Pi * 440 / Rate, amplitude: 0.5}
		frame := make([]int16, Frame)
		began := time.Now()
		for range 60 {
			w.fill(frame)
			if err := sink.Write(frame); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 1150*time.Millisecond {
			t.Errorf("%s: 1.2 s were written in %v", name, took)
		}
		check := func(when string, least int) {
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			pcm, err := Decode(f)
			if err != nil || len(pcm) < least*Frame {
				t.Fatalf("%s %s: %d samples, %v", name, when, len(pcm), err)
			}
			if s := strength(pcm[Frame*5:Frame*45], 440); s < 0.45 || s > 0.55 {
				t.Errorf("%s %s: the tone has a strength of %.3f", name, when, s)
			}
		}
		check("while it is open", 50)
		if err := sink.Close(); err != nil {
			t.Fatal(err)
		}
		check("closed", 59)
		if err := sink.Write(frame); err == nil {
			t.Errorf("%s: it can be written after its end", name)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, others may read it", name, info.Mode())
		}
		if tool, err := exec.LookPath(map[string]string{"call.wav": "sox", "call.opus": "opusdec"}[name]); err == nil {
			if out, err := exec.Command(tool, path, filepath.Join(t.TempDir(), "again.wav")).CombinedOutput(); err != nil {
				t.Errorf("%s does not like it: %v\n%s", tool, err, out)
			}
		}
	}
}

// A file as a microphone plays once, in the time it lasts.
func TestFileAsMicrophone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(path, wavOf(t, format{1, 1, 16000, 16, 0}, 440, 0.5), 0o600); err != nil {
		t.Fatal(err)
	}
	src, _, err := new(System).OpenIn(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	frame := make([]int16, Frame)
	began, n := time.Now(), 0
	for ; ; n++ {
		if err := src.Read(frame); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); n < 24 || n > 27 || took < 400*time.Millisecond {
		t.Errorf("half a second was %d frames in %v", n, took)
	}
}

// Choices are told apart, and devices found by part of a name.
func TestChoices(t *testing.T) {
	for choice, want := range map[string][2]string{
		"": {Hardware, ""}, "default": {Hardware, ""}, "none": {None, ""}, "tone": {Tone, "440"}, "tone:300": {Tone, "300"},
		"file:/a b.wav": {File, "/a b.wav"}, "pipe:/x": {Pipe, "/x"}, "Jabra": {Hardware, "Jabra"}, "Jabra: left": {Hardware, "Jabra: left"}, "device:none": {Hardware, "none"},
	} {
		if kind, rest := Kind(choice); kind != want[0] || rest != want[1] {
			t.Errorf("%q is %q %q", choice, kind, rest)
		}
	}
	list := []Device{
		{ID: "mon", Name: "Monitor of Speakers", In: true, Monitor: true, Default: true},
		{ID: "cam", Name: "Webcam", In: true},
		{ID: "jab", Name: "Jabra Headset", In: true},
		{ID: "spk", Name: "Speakers", Default: true},
		{ID: "jao", Name: "Jabra Headset"},
	}
	for _, c := range []struct {
		in         bool
		name, want string
	}{{true, "", "cam"}, {true, "jabra", "jab"}, {false, "JABRA", "jao"}, {false, "", "spk"}, {true, "mon", "mon"}} {
		if d, err := Choose(list, c.in, c.name); err != nil || d.ID != c.want {
			t.Errorf("%+v: %+v, %v", c, d, err)
		}
	}
	echo := append([]Device{{ID: "ec", Name: "Echo-Cancel Source", In: true, Echo: true}}, list...)
	if d, _ := Choose(echo, true, ""); d.ID != "ec" {
		t.Errorf("%+v is preferred to what takes the echo out", d)
	}
	if d, _ := Choose(echo, true, "Webcam"); d.ID != "cam" {
		t.Errorf("%+v is chosen against the configuration", d)
	}
	for name, want := range map[string]string{"b": `"b" is part of the names of 2 devices: Webcam, Jabra Headset`, "Blue": `there is no microphone "Blue"`} {
		if _, err := Choose(list[1:], true, name); err == nil || err.Error() != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := Choose(list[3:], true, ""); err == nil || err.Error() != "this machine has no microphone" {
		t.Errorf("%v", err)
	}
	if EchoHint(list[1], list[3]) == "" || EchoHint(list[2], list[3]) != "" || EchoHint(echo[0], list[3]) != "" {
		t.Error("the hint to a headset is given where it is not needed, or not where it is")
	}
}

// Ringing is heard in intervals, and neither clips nor clicks.
func TestMelodies(t *testing.T) {
	for _, c := range []struct {
		what    Sounding
		on      float64 // seconds
		every   float64
		hz      float64
		loudest float64
	}{{Ringing, 1.2, 4, 660, 0.36}, {Waiting, 0.3, 5, 440, 0.09}, {Calling, 2, 6, 440, 0.25}} {
		m := NewMelody(c.what)
		var pcm []int16
		frame := make([]int16, Frame)
		for range int(2 * c.every * 50) {
			m.Fill(frame)
			pcm = append(pcm, frame...)
		}
		at := func(s float64) []int16 { return pcm[int(s*Rate) : int(s*Rate)+Rate/10] }
		for _, from := range []float64{0, c.every} {
			if s := strength(at(from+c.on/2), c.hz); s < c.loudest/6 {
				t.Errorf("%d: %g s after its beginning %g Hz have a strength of %.3f", c.what, c.on/2, c.hz, s)
			}
			if p := Peak(at(from + c.on + 0.1)); p > 0 {
				t.Errorf("%d: the pause has a level of %.3f", c.what, p)
			}
		}
		if p := Peak(pcm); p > c.loudest {
			t.Errorf("%d: the level is %.3f", c.what, p)
		}
		for i := 1; i < len(pcm); i++ {
			if d := int(pcm[i]) - int(pcm[i-1]); d > 4000 || d < -4000 {
				t.Fatalf("%d: it clicks at %g s", c.what, float64(i)/Rate)
			}
		}
	}
	if Loudness(0) != 0 || Loudness(1) != 1 || Loudness(0.001) != 0 || Loudness(0.1) < 0.5 {
		t.Error("loudness is not as ears have it")
	}
}

// Whatever a file holds, it is sound or an error.
func FuzzDecode(f *testing.F) {
	f.Add(wavHead(100))
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		pcm, err := Decode(bytes.NewReader(b))
		if err == nil && len(pcm) > 4096*codec.Most {
			t.Fatalf("%d bytes became %d samples", len(b), len(pcm))
		}
	})
}
