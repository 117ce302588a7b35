package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"ringside/gotoapi"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// sourceFlag lets a command choose the way in.
func (a *app) sourceFlag(fs *pflag.FlagSet) {
	fs.StringVar(&a.global.source, "source", "", "the way in: events (the whole account), dialogs (your own line alone) or webhook (default: source in [goto])")
}

// chooseSource sets the way in that flag and configuration ask for.
func (a *app) chooseSource(cfg config.Config, l connect.Link) (connect.Link, error) {
	l.Source = cfg.GoTo.Source
	if a.global.source != "" {
		l.Source = a.global.source
	}
	ways := []string{connect.Events, connect.Dialogs, connect.Webhook}
	if !slices.Contains(ways, l.Source) {
		return l, usageError{fmt.Errorf("source %q: it is %s", l.Source, strings.Join(ways, ", "))}
	}
	switch {
	case l.Source == connect.Dialogs:
		l.Title += " · my line only"
	case l.Source == connect.Webhook && l.Hook.URL == "": // the simulated GoTo brings its own
		g := cfg.GoTo
		if g.WebhookURL == "" {
			return l, hinted{
				errors.New("source webhook: no address for GoTo to post to"),
				"set webhook_url in [goto] to the public https address that your proxy passes on to " + g.WebhookListen, exitUsage,
			}
		}
		l.Hook = connect.Hook{URL: g.WebhookURL, Listen: g.WebhookListen, Secret: gotoapi.Secret(g.WebhookSecret)}
	}
	return l, nil
}
