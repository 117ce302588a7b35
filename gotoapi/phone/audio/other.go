//go:build darwin

package audio

import "context"

func noDevices() error {
	return &Problem{What: "ringside has no sound of its own on this system yet", Fix: "give files at audio_in and audio_out in [phone], or ring your desk phone"}
}

// Devices lists microphones, then loudspeakers.
func (s *System) Devices(context.Context) ([]Device, error) { return nil, noDevices() }

func (s *System) capture(context.Context, Device) (Source, error) { return nil, noDevices() }

func (s *System) play(context.Context, Device) (Sink, error) { return nil, noDevices() }
