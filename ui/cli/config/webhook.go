package config

import (
	"errors"
	"net"
	"net/url"
)

// hookURL wants the public address of a webhook, or none: https, or http to this machine, where a
// simulated GoTo may run.
func hookURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New(`an address such as "https://desk.example.com/goto"`)
	}
	switch {
	case u.Scheme == "http" && here(u):
		return nil
	case u.Scheme != "https":
		return errors.New("an https address: GoTo posts to no other")
	case u.Port() != "" && u.Port() != "443":
		return errors.New("on port 443: GoTo posts to no other")
	}
	return nil
}

// listenAt wants an address to listen on.
func listenAt(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" || port == "" {
		return errors.New(`an address with a port such as "127.0.0.1:12022"`)
	}
	return nil
}
