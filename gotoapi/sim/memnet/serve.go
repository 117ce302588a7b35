package memnet

import (
	"errors"
	"net/http"
)

// Serve runs srv on l until stop is called, and gives a client that reaches it by any host name. stop waits
// for the server's end and returns what went wrong, if anything did.
func (l *Listener) Serve(srv *http.Server) (client *http.Client, stop func() error) {
	tr := &http.Transport{DialContext: l.DialContext}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	return &http.Client{Transport: tr}, func() error {
		tr.CloseIdleConnections()
		err := srv.Close()
		if end := <-served; err == nil && !errors.Is(end, http.ErrServerClosed) {
			err = end
		}
		return err
	}
}
