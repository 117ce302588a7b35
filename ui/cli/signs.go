package cli

import (
	"cmp"
	"errors"
	"strings"

	"ringside/ui/cli/config"
)

// asciiSigns tells whether the screen keeps to signs of ASCII: as the configuration says, else where there
// may be no others. The console of Linux has fonts of 256 signs, and a locale may name an encoding
// other than UTF-8. Where no locale is named, as in a container, terminals read UTF-8 all the same.
func (a *app) asciiSigns(cfg config.Config) bool {
	if cfg.Origin("desk.ascii") != config.FromDefault {
		return cfg.Desk.ASCII
	}
	locale := strings.ToLower(cmp.Or(a.env["LC_ALL"], a.env["LC_CTYPE"], a.env["LANG"]))
	return a.env["TERM"] == "linux" || locale != "" && !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
}

// errDumb is what the desk answers on a terminal that only ever adds lines.
var errDumb = hinted{
	errors.New("the desk needs a terminal that can move its cursor, and TERM says dumb"),
	"use `ringside --plain`, the desk in sentences; or say what the terminal is, such as TERM=xterm-256color", exitUsage,
}

// drawable tells why no screen can be drawn on standard output; nil where one can.
func (a *app) drawable() error {
	switch {
	case !terminal(a.stdout):
		return errNoTerminal
	case a.env["TERM"] == "dumb":
		return errDumb
	}
	return nil
}
