package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What [phone] takes, and what it says of the rest.
func TestPhoneSettings(t *testing.T) {
	load := func(body string) (Config, error) {
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, []byte("[phone]\n"+body+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(file, "", map[string]string{})
	}
	for _, body := range []string{
		`audio_in = "Headset: microphone"`, `audio_in = "file:/tmp/a.wav"`, `audio_in = "tone:440"`, `audio_in = "none"`,
		`audio_out = "pipe:/run/call"`, `ring = "Speakers"`, `ring = "none"`, `stun = "stun.example.com:3478"`, `enabled = false`,
	} {
		if _, err := load(body); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
	for body, want := range map[string]string{
		`audio_in = "tone:loud"`:    "a tone of 20 to 20000 Hz",
		`audio_in = "file:"`:        `a path behind "file:"`,
		`audio_out = "tone:440"`:    "nothing can be played to a tone",
		`ring = "file:/tmp/a.wav"`:  `a device or "none"`,
		`stun = "stun.example.com"`: "an address with a port",
		`enabled = "yes"`:           "true or false",
	} {
		if _, err := load(body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	c, err := load(`audio_out = "Headset"`)
	if err != nil || c.Phone.RingOn() != "Headset" {
		t.Errorf("it rings on %q: %v", c.Phone.RingOn(), err)
	}
	if c, err = load("audio_out = \"Headset\"\nring = \"none\""); err != nil || c.Phone.RingOn() != "none" {
		t.Errorf("it rings on %q: %v", c.Phone.RingOn(), err)
	}
}
