//go:build !windows && !darwin

package audio

// noServer says that there is no sound server.
func noServer(err error) error {
	return &Problem{
		What: "there is no sound server here (PulseAudio or PipeWire)",
		Fix:  `calls can be controlled all the same: set audio_in and audio_out in [phone] to files, named pipes or "none", or ring your desk phone`,
		Err:  err,
	}
}
