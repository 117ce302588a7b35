package stream

import "context"

// hook is the state of Config.Connected, of which one call runs at a time.
type hook struct {
	cancel context.CancelFunc // of the running call; nil when none runs
	again  bool               // another call is wanted when this one has returned
	called bool
}

func (h *hook) busy() bool { return h.cancel != nil || h.again }

// connected calls Config.Connected for the new link, after the call for an earlier one has returned.
func (l *loop) connected() {
	h := &l.hook
	switch {
	case l.s.cfg.Connected == nil, l.ctx.Err() != nil:
		return
	case h.cancel != nil:
		h.cancel()
		h.again = true
		return
	}
	ctx, cancel := context.WithCancel(l.ctx)
	first := !h.called
	h.cancel, h.called = cancel, true
	l.task(func() func() {
		l.s.cfg.Connected(ctx, first)
		return l.reconciled
	})
}

// reconciled follows a call of Config.Connected.
func (l *loop) reconciled() {
	h := &l.hook
	h.cancel()
	h.cancel = nil
	if h.again {
		h.again = false
		l.connected()
	}
}

// disconnected tells a running call that its link is gone.
func (l *loop) disconnected() {
	l.hook.again = false
	if l.hook.cancel != nil {
		l.hook.cancel()
	}
}
