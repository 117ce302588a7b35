package audio

// noServer says that there is no sound server. Without one this system has no sound for us: its own is
// reached through C alone.
func noServer(err error) error {
	return &Problem{
		What: "ringside has no sound of its own on macOS, and no PulseAudio server answers",
		Fix:  "start one and name it in PULSE_SERVER (docs/phone.md), give files at audio_in and audio_out in [phone], or ring your desk phone",
		Err:  err,
	}
}
