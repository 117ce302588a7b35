package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim/memnet"
)

func TestServesRealHTTPInsideABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Pipe()
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.Host+r.URL.Path)
		})}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(l) }()
		tr := &http.Transport{DialContext: l.DialContext}
		res, err := (&http.Client{Transport: tr}).Get("http://any.example/x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(body) != "any.example/x" {
			t.Errorf("body %q, error %v", body, err)
		}
		tr.CloseIdleConnections()
		srv.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestCutEndsConnectionsAndRefusesDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Pipe()
		dial := func() (client, server net.Conn) {
			t.Helper()
			accepted := make(chan net.Conn, 1)
			go func() {
				c, _ := l.Accept()
				accepted <- c
			}()
			client, err := l.DialContext(t.Context(), "tcp", "h:1")
			if err != nil {
				t.Fatal(err)
			}
			return client, <-accepted
		}
		client, server := dial()
		l.Cut()
		if _, err := server.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the other end reads: %v", err)
		}
		if _, err := client.Write([]byte("x")); err == nil {
			t.Error("a cut connection takes bytes")
		}
		if _, err := l.DialContext(t.Context(), "tcp", "h:1"); !errors.Is(err, syscall.ECONNREFUSED) || l.Refused() != 1 {
			t.Errorf("dialling a cut network: %v, %d refused", err, l.Refused())
		}
		l.Restore()
		client, server = dial()
		client.Close()
		server.Close()
	})
}

func TestDialGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := l.DialContext(ctx, "tcp", "h:1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no one accepts: %v", err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("gave up after %v", took)
		}
		l.Close()
		l.Close() // closing twice is allowed
		if _, err := l.DialContext(t.Context(), "tcp", "h:1"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("dial after Close: %v", err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
	})
}

// In a black hole nothing arrives and nothing fails: only deadlines tell.
func TestBlackhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Pipe()
		accepted := make(chan net.Conn, 4)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				accepted <- c
			}
		}()
		defer l.Close()
		old, err := l.DialContext(t.Context(), "tcp", "h:1")
		if err != nil {
			t.Fatal(err)
		}
		far := <-accepted
		l.Blackhole()
		for _, end := range []net.Conn{old, far} {
			if n, err := end.Write([]byte("hello")); n != 5 || err != nil {
				t.Errorf("writing into the hole: %d, %v", n, err)
			}
		}
		for _, end := range []net.Conn{old, far} {
			if err := end.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := end.Read(make([]byte, 8)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("something came out of the hole: %v", err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := l.DialContext(ctx, "tcp", "h:1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("dialling into the hole: %v", err)
		}

		time.AfterFunc(time.Minute, l.Restore)
		begun := time.Now()
		fresh, err := l.DialContext(t.Context(), "tcp", "h:1")
		if err != nil || time.Since(begun) != time.Minute {
			t.Fatalf("%v after %v", err, time.Since(begun))
		}
		newFar := <-accepted
		go func() { _, _ = newFar.Write([]byte("x")) }()
		if n, err := fresh.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("a new connection: %d, %v", n, err)
		}
		if _, err := old.Write([]byte("again")); err != nil || l.Lost() != 15 {
			t.Errorf("an old connection: %v, %d bytes lost", err, l.Lost())
		}
		far.Close()
		if _, err := old.Write([]byte("x")); err == nil {
			t.Error("a closed connection takes bytes")
		}
		if _, err := old.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("reading what was closed: %v", err)
		}
		for _, c := range []net.Conn{old, fresh, newFar} {
			c.Close()
		}
	})
}
