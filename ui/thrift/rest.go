package thrift

import (
	"sync"
	"time"
)

// DrawnMsg is what a program sends itself with each picture that has changed. It arrives once the renderer
// has been given the picture.
type DrawnMsg struct{}

// longestRest is a little more than the second after which the clocks tick again. Nothing depends on it but
// the end of a program that no message announces.
const longestRest = 1100 * time.Millisecond

// rest keeps the renderer asleep. Bubble Tea's looks a hundred and twenty times a second whether there is something to
// write, which costs more of a core than everything a desk does meanwhile. So the Write of a picture does
// not return before the next message: until then there is nothing that could be drawn.
//
// While a Write lasts the renderer is locked, so it must not last while the program has something for it.
// The program sees to one message at a time. A rest begins with DrawnMsg, when it is done with the picture,
// and ends before the program begins with the next message.
type rest struct {
	mu   sync.Mutex
	next chan struct{} // closed by the next message; nil while the program works
	over bool
}

func (r *rest) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil && !r.over {
		r.next = make(chan struct{})
	}
}

func (r *rest) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next != nil {
		close(r.next)
		r.next = nil
	}
}

// finish ends the rest for good.
func (r *rest) finish() {
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.end()
}

// take waits for the next message, if the program rests.
func (r *rest) take() {
	r.mu.Lock()
	next := r.next
	r.mu.Unlock()
	if next == nil {
		return
	}
	longest := time.NewTimer(longestRest)
	defer longest.Stop()
	select {
	case <-next:
	case <-longest.C:
	}
}
