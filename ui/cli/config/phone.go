package config

import (
	"errors"
	"strconv"
	"strings"
)

// Phone says whether the desk is a telephone, and where its sound is.
type Phone struct {
	Enabled  bool   // the desk is one more telephone of the line
	AudioIn  string // a device, "file:…", "pipe:…", "tone:…" or "none"; "" is the system's own
	AudioOut string // as AudioIn, without tones
	Ring     string // where ringing is heard: a device or "none"; "" is where calls are heard
	STUN     string // a server that tells how this machine looks from outside: "host:port"; "" is none
}

func phoneSettings() []setting {
	return []setting{
		{section: "phone", key: "enabled", doc: "the desk is one more telephone of your line; false: it only watches", value: yesno(func(c *Config) *bool { return &c.Phone.Enabled })},
		{section: "phone", key: "audio_in", doc: "a microphone by part of its name, file:PATH (WAV, Ogg Opus), pipe:PATH, tone:440 or none; empty: the system's own", value: text(func(c *Config) *string { return &c.Phone.AudioIn }, audioIn)},
		{section: "phone", key: "audio_out", doc: "a loudspeaker by part of its name, file:PATH (.wav, .opus), pipe:PATH or none; empty: the system's own", value: text(func(c *Config) *string { return &c.Phone.AudioOut }, audioOut)},
		{section: "phone", key: "ring", doc: "a loudspeaker that rings, or none; empty: the one that calls are heard on", value: text(func(c *Config) *string { return &c.Phone.Ring }, audioRing)},
		{section: "phone", key: "stun", doc: "STUN server, host:port; GoTo is reached without", value: text(func(c *Config) *string { return &c.Phone.STUN }, stunServer)},
	}
}

// choice takes what is chosen for sound apart; audio.Kind does the same.
func choice(s string) (kind, rest string) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok || kind != "file" && kind != "pipe" && kind != "tone" && kind != "device" {
		return "device", s
	}
	return kind, rest
}

func audioIn(s string) error {
	kind, rest := choice(s)
	if kind == "tone" {
		if hz, err := strconv.ParseFloat(rest, 64); err != nil || !(hz >= 20 && hz <= 20000) {
			return errors.New(`a tone of 20 to 20000 Hz such as "tone:440"`)
		}
		return nil
	}
	return audioPath(kind, rest)
}

func audioOut(s string) error {
	kind, rest := choice(s)
	if kind == "tone" || s == "tone" {
		return errors.New(`a device, "file:PATH", "pipe:PATH" or "none": nothing can be played to a tone`)
	}
	return audioPath(kind, rest)
}

func audioPath(kind, rest string) error {
	if (kind == "file" || kind == "pipe") && strings.TrimSpace(rest) == "" {
		return errors.New(`a path behind "` + kind + `:"`)
	}
	return nil
}

func audioRing(s string) error {
	if kind, _ := choice(s); kind != "device" || s == "tone" {
		return errors.New(`a device or "none"`)
	}
	return nil
}

func stunServer(s string) error {
	if s != "" && listenAt(s) != nil {
		return errors.New(`an address with a port such as "stun.example.com:3478"`)
	}
	return nil
}

// RingOn gives where ringing is heard.
func (p Phone) RingOn() string {
	if p.Ring != "" {
		return p.Ring
	}
	return p.AudioOut
}
