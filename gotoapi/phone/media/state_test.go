package media

import "time"

// state is what has been measured, as tests look at it.
type state struct {
	heard heard
	delay time.Duration // that sound is held back for
}

func (r *receiver) state() state {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.buffer == nil {
		return state{}
	}
	return state{r.buffer.heard, r.buffer.travel.wanted()}
}
