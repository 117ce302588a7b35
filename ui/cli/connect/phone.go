package connect

import (
	"strings"

	"ringside/gotoapi/phone"
	store "ringside/store/phone"
)

// Phone makes this program a telephone of my line. device names it at the service: the same on each
// start, and another one for each program that runs at the same time. view gets each change; it must be
// quick and must not call the telephone.
func Phone(l Link, sound phone.Engine, device string, view func(*store.View)) *phone.Phone {
	line := ""
	if len(l.Lines) > 0 {
		line = l.Lines[0]
	}
	_, version, _ := strings.Cut(l.Agent, "/")
	return phone.New(phone.Config{
		Client: l.Client, Media: sound, Dialer: l.Dialer, Logger: l.Log, UserAgent: l.Agent, Version: version, View: view,
		Device: device, Organization: l.Organization, Extension: l.Extension, Line: line, Nickname: nickname(l),
	})
}

// nickname begins the names of the telephone's channels, which are others than the desk's.
func nickname(l Link) string {
	if l.Nickname == "" {
		return ""
	}
	return l.Nickname + "-phone"
}
