package audio

import (
	"math"
	"strconv"
)

// toneSource is a steady tone, for trying things out.
type toneSource struct {
	*pace
	wave
}

// wave makes a sine.
type wave struct {
	step, at  float64
	amplitude float64
}

func (w *wave) fill(frame []int16) {
	for i := range frame {
		frame[i] = int16(32767 * w.amplitude * math.Sin(w.at))
		w.at += w.step
	}
	w.at = math.Mod(w.at, 2*math.Pi)
}

func openTone(hertz string) (Source, error) {
	hz, err := strconv.ParseFloat(hertz, 64)
	if err != nil || !(hz >= 20 && hz <= 20000) {
		return nil, &Problem{What: "a tone is from 20 to 20000 Hz, not " + strconv.Quote(hertz), Fix: `write for example "tone:440"`}
	}
	return &toneSource{newPace(), wave{step: 2 * math.Pi * hz / Rate, amplitude: 0.3}}, nil
}

func (t *toneSource) Read(frame []int16) error {
	if !t.wait() {
		return errClosed
	}
	t.fill(frame)
	return nil
}

func (t *toneSource) Close() error {
	t.stop()
	return nil
}
