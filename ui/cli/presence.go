package cli

import (
	"context"

	"ringside/ui"
	"ringside/ui/agents"
	"ringside/ui/cli/connect"
)

// followPresence shows on the board of agents what people say of themselves.
func (d *desk) followPresence(ctx context.Context, l connect.Link) {
	connect.FollowPresence(ctx, l, func(s connect.Says) {
		m := ui.PresenceMsg{Why: s.Why, Says: make(map[string]agents.Presence, len(s.By))}
		for ext, p := range s.By {
			word := p.Status
			switch {
			case p.DoNotDisturb:
				word = "do not disturb"
			case word == "none" || word == "in a call" || word == "available":
				word = "" // calls tell that better
			}
			if word != "" {
				m.Says[ext] = agents.Presence{Word: word, Note: p.Note, Until: p.Until}
			}
		}
		d.model.Pump().Post(m)
	})
}
