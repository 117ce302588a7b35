package call

// happening is something that the fold sees happen in a call: what a story and a ladder are made
// of. It is said at the moment it happens, so the call tells the rest.
type happening struct {
	kind StepKind
	who  int    // index of the person it is about; -1 for none
	sys  int    // index of the menu, queue or mailbox
	nth  int    // index into Rung, Answered, Holds or Transfers
	ref  ref    // of a hold or transfer: the leg that is held or moved
	at   int64  // ms after the present state at which it was; below 0 for what is known only now
	text string // of a menu: what it does; of a choice: the key
	late bool   // it was so already when we joined
	over bool   // of a mailbox: the caller is done with it
}

// witness listens while a call is folded again. Both functions may be nil.
type witness struct {
	note  func(happening)
	spent func(Phase) // all time since the last one, up to the present state, went into a phase
}

func (w *witness) spend(p Phase) {
	if w != nil && w.spent != nil {
		w.spent(p)
	}
}

func (c *Call) note(h happening) {
	if w := c.fold.witness; w != nil && w.note != nil {
		w.note(h)
	}
}
