package telhandler

var unsupported = &Unsupported{
	Why: "macOS opens links with app bundles only, and ringside is a single program",
	Do:  "make an app in Automator that runs `ringside dial` with its input, or copy the number and use `ringside dial`",
}

// Install implements the interface of other systems.
func (Handler) Install() (State, error) { return State{}, unsupported }

// Uninstall implements the interface of other systems.
func (Handler) Uninstall() (State, error) { return State{}, unsupported }

// Status implements the interface of other systems.
func (Handler) Status() (State, error) { return State{}, unsupported }
