package config

import (
	"errors"
	"net"
	"net/url"
	"strconv"
)

// loopback wants the address of a redirect that ringside itself can answer: plain http to this
// machine, with a port (RFC 8252, 7.3). GoTo compares it letter by letter with the registered one.
func loopback(s string) error {
	wrong := errors.New(`an http address of this machine with a port, such as "http://127.0.0.1:12021/app/redirect"`)
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return wrong
	}
	if port, err := strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
		return wrong
	}
	if !here(u) {
		return wrong
	}
	return nil
}

// here tells whether an address is of this machine.
func here(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
