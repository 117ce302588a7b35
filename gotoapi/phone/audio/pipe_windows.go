package audio

func noPipes() error {
	return &Problem{What: "Windows has no named pipes of this kind", Fix: "give a file or a device at audio_in and audio_out in [phone]"}
}

func openPipe(string) (Source, error) { return nil, noPipes() }

func createPipe(string) (Sink, error) { return nil, noPipes() }
