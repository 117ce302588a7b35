// Package handover lets a command give a number to a desk that is running: a link in a browser opens the
// dial line of the desk that is up anyway, instead of a second telephone.
//
// A desk listens on a port of the loopback interface, and writes where, with a secret of its own, into a
// file that only its owner may read. Both ends prove that they know the secret before the number is said,
// so that neither a program that has taken the port of a dead desk nor another user of the machine hears or
// says one. A file whose desk is gone is taken away by whoever finds it.
package handover

import (
	"bufio"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrNone says that no desk is running.
var ErrNone = errors.New("no desk is running")

// Refused is what a desk said that does not take the number: one line for people.
type Refused struct{ Why string }

// Error implements error.
func (r *Refused) Error() string { return r.Why }

const (
	within  = 2 * time.Second // for a whole conversation
	maxLine = 1 << 10
	atOnce  = 8 // conversations at a time
)

// place is what a file says.
type place struct {
	Address string `json:"address"`
	Secret  string `json:"secret"` // 32 bytes in hex
}

// Desk takes numbers until Close.
type Desk struct {
	ln    net.Listener
	path  string
	place place
	take  func(string) error
	slots chan struct{}
	run   sync.WaitGroup
}

// Listen has take called with each number that is handed over, from any goroutine; its error is told to the
// one who has handed it over. dir is a private folder; only commands that name the same dir and key find the
// desk.
func Listen(ctx context.Context, dir, key string, take func(number string) error) (*Desk, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for links: %w", err)
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	d := &Desk{ln: ln, place: place{ln.Addr().String(), hex.EncodeToString(secret)}, take: take, slots: make(chan struct{}, atOnce)}
	if err := d.write(dir, key); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	d.run.Go(d.serve)
	return d, nil
}

// write says where the desk is. The file is whole when it has its name.
func (d *Desk) write(dir, key string) error {
	f, err := os.CreateTemp(dir, ".desk-*") // 0600
	if err != nil {
		return fmt.Errorf("saying where the desk is: %w", err)
	}
	err = json.NewEncoder(f).Encode(d.place)
	err = errors.Join(err, f.Close())
	d.path = filepath.Join(dir, prefix(key)+strings.TrimPrefix(filepath.Base(f.Name()), ".desk-"))
	if err == nil {
		err = os.Rename(f.Name(), d.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("saying where the desk is: %w", err)
	}
	return nil
}

// prefix begins the names of the files of a key.
func prefix(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "desk-" + hex.EncodeToString(sum[:6]) + "-"
}

// Close takes no more numbers, and waits for those that are being said.
func (d *Desk) Close() {
	_ = os.Remove(d.path) // a file that stays is found to be a dead desk's
	_ = d.ln.Close()
	d.run.Wait()
}

func (d *Desk) serve() {
	for {
		c, err := d.ln.Accept()
		if err != nil {
			return
		}
		select {
		case d.slots <- struct{}{}:
			d.run.Go(func() {
				defer func() { <-d.slots }()
				d.talk(c)
			})
		default:
			_ = c.Close()
		}
	}
}

// talk is the desk's side: its nonce; the caller's, and the proof; ours; the number; what becomes of it.
func (d *Desk) talk(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(within))
	in := bufio.NewReader(io.LimitReader(c, 4*maxLine))
	mine := nonce()
	if say(c, mine) != nil {
		return
	}
	theirs, err := hear(in)
	if err != nil {
		return
	}
	proof, err := hear(in)
	if err != nil || !hmac.Equal([]byte(proof), []byte(d.place.proof("caller", mine, theirs))) {
		return
	}
	if say(c, d.place.proof("desk", mine, theirs)) != nil {
		return
	}
	number, err := hear(in)
	if err != nil {
		return
	}
	answer := "ok"
	if err := d.take(number); err != nil {
		answer = "no " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	_ = say(c, answer) // who has left hears nothing
}

// Hand gives a number to the desk that runs with dir and key, the newest where there are several. ErrNone
// says that there is none, *Refused that it does not take it.
func Hand(ctx context.Context, dir, key, number string) error {
	for _, path := range files(dir, key) {
		err := hand(ctx, path, number)
		var refused *Refused
		if err == nil || errors.As(err, &refused) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) { // a desk that is only slow keeps its file
			_ = os.Remove(path)
		}
	}
	return ErrNone
}

// files gives the files of a key, newest first.
func files(dir, key string) []string {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	type found struct {
		path string
		at   time.Time
	}
	var all []found
	for _, e := range list {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), prefix(key)) && info.Mode().IsRegular() {
			all = append(all, found{filepath.Join(dir, e.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Or(b.at.Compare(a.at), strings.Compare(a.path, b.path)) })
	var out []string
	for _, f := range all {
		out = append(out, f.path)
	}
	return out
}

var errOther = errors.New("another program answers there")

func hand(ctx context.Context, path, number string) error {
	p, err := read(path)
	if err != nil {
		return err
	}
	dialer := net.Dialer{Timeout: within}
	c, err := dialer.DialContext(ctx, "tcp", p.Address)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(within))
	in := bufio.NewReader(io.LimitReader(c, 4*maxLine))
	theirs, err := hear(in)
	if err != nil {
		return err
	}
	mine := nonce()
	if err := say(c, mine+"\n"+p.proof("caller", theirs, mine)); err != nil {
		return err
	}
	proof, err := hear(in)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(proof), []byte(p.proof("desk", theirs, mine))) {
		return errOther
	}
	if err := say(c, number); err != nil {
		return err
	}
	answer, err := hear(in)
	switch {
	case err != nil:
		return &Refused{"the desk that is running does not answer"} // it may have the number
	case answer == "ok":
		return nil
	}
	return &Refused{strings.TrimPrefix(answer, "no ")}
}

// read reads a file, which must lead to the loopback interface.
func read(path string) (p place, err error) {
	f, err := os.Open(path)
	if err != nil {
		return p, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxLine)).Decode(&p); err != nil {
		return p, err
	}
	host, _, err := net.SplitHostPort(p.Address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() || len(p.Secret) < 64 {
		return p, fmt.Errorf("%s: %w", path, fs.ErrInvalid)
	}
	return p, nil
}

// proof is what only those can say who know the secret, of these two nonces alone.
func (p place) proof(who, desk, caller string) string {
	h := hmac.New(sha256.New, []byte(p.Secret))
	_, _ = io.WriteString(h, who+" "+desk+" "+caller) // never fails
	return hex.EncodeToString(h.Sum(nil))
}

func nonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

func say(w io.Writer, line string) error {
	_, err := io.WriteString(w, line+"\n")
	return err
}

func hear(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err == nil && len(line) > maxLine {
		err = errOther
	}
	return strings.TrimSuffix(line, "\n"), err
}
