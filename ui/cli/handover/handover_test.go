package handover

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func listen(t *testing.T, dir, key string, take func(string) error) *Desk {
	t.Helper()
	d, err := Listen(t.Context(), dir, key, take)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// taking gives what notes the numbers that are taken.
func taking(to *[]string) func(string) error {
	return func(n string) error { *to = append(*to, n); return nil }
}

func TestANumberIsHandedOver(t *testing.T) {
	dir := t.TempDir()
	if err := Hand(t.Context(), dir, "work", "+1"); !errors.Is(err, ErrNone) {
		t.Errorf("without a desk: %v", err)
	}
	var got, other []string
	d := listen(t, dir, "work", taking(&got))
	listen(t, dir, "home", taking(&other))
	if err := Hand(t.Context(), dir, "work", "+12125550110"); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != "+12125550110" || len(other) != 0 {
		t.Errorf("the desk has %q, the other profile's %q", got, other)
	}
	if host, _, _ := net.SplitHostPort(d.place.Address); host != "127.0.0.1" {
		t.Errorf("it listens on %s", d.place.Address)
	}
	info, err := os.Stat(d.path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	d.Close()
	if err := Hand(t.Context(), dir, "work", "+1"); !errors.Is(err, ErrNone) {
		t.Errorf("after the desk: %v", err)
	}
	if left := files(dir, "work"); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestADeskMayRefuse(t *testing.T) {
	dir := t.TempDir()
	listen(t, dir, "work", func(string) error { return errors.New("that is\nno number") })
	var refused *Refused
	if err := Hand(t.Context(), dir, "work", "x"); !errors.As(err, &refused) || refused.Why != "that is no number" {
		t.Error(err)
	}
}

// What dead desks have left confuses nobody, and is taken away; a program that has their port now hears no
// number.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	var got []string
	listen(t, dir, "work", taking(&got))
	newer := time.Now().Add(time.Hour)
	leave := func(name, text string) string {
		path := filepath.Join(dir, prefix("work")+name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, newer, newer); err != nil {
			t.Fatal(err)
		}
		return path
	}
	at := func(address string) string {
		b, err := json.Marshal(place{address, strings.Repeat("00", 32)})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	stranger, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	heard := make(chan []string, 1)
	go func() {
		c, err := stranger.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = c.Write([]byte(nonce() + "\n"))
		var lines []string
		for s := bufio.NewScanner(c); s.Scan(); {
			if lines = append(lines, s.Text()); len(lines) == 2 {
				_, _ = c.Write([]byte(nonce() + "\n"))
			}
		}
		heard <- lines
	}()
	left := []string{
		leave("a", at(gone.Addr().String())), leave("b", at(stranger.Addr().String())), leave("c", "{half"),
		leave("d", at("192.0.2.1:80")), leave("e", at("127.0.0.1:1")),
	}
	if err := Hand(t.Context(), dir, "work", "+12125550110"); err != nil || len(got) != 1 {
		t.Fatalf("%v, %q", err, got)
	}
	for _, path := range left {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	if lines := <-heard; len(lines) != 2 || strings.Contains(strings.Join(lines, " "), "+1212") {
		t.Errorf("a stranger heard %q", lines)
	}
}

// Who does not know the secret says nothing to a desk.
func TestStrangersAreNotHeard(t *testing.T) {
	var got []string
	d := listen(t, t.TempDir(), "work", taking(&got))
	c, err := net.Dial("tcp", d.place.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in := bufio.NewReader(c)
	theirs, err := hear(in)
	if err != nil {
		t.Fatal(err)
	}
	mine := nonce()
	_ = say(c, mine+"\n"+place{Secret: strings.Repeat("00", 32)}.proof("caller", theirs, mine)+"\n+12125550110")
	if line, err := hear(in); err == nil {
		t.Errorf("it was told %q", line)
	}
	d.Close()
	if len(got) != 0 {
		t.Errorf("it took %q", got)
	}
}
