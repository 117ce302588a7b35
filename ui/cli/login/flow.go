package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"ringside/gotoapi"
	"ringside/store/call"
)

// Flow is one login in a browser: OAuth's authorization code with state and PKCE, which comes back
// to a server on this machine (RFC 8252) or is pasted.
type Flow struct {
	OAuth    *gotoapi.OAuth
	Redirect string // registered redirect URI: http, loopback, with a port
	// Open opens a browser. When it is nil or fails, the person opens the address, in a browser of
	// any machine, and may paste the address the browser ends at.
	Open    func(address string) error
	In      *Lines        // where an address is pasted; nil: nowhere
	Out     io.Writer     // what the person is told
	Timeout time.Duration // 0 is DefaultTimeout
}

// DefaultTimeout is how long a person may take to log in.
const DefaultTimeout = 10 * time.Minute

// answered is what came back from the browser; result takes what became of it.
type answered struct {
	code    gotoapi.Secret
	refused error
	result  chan<- error // buffered
}

// attempt is a login under way.
type attempt struct {
	Flow
	state    string
	verifier string
	answers  chan answered // to the one who asked for the login
	ctx      context.Context
}

// Run logs in. The error has a hint where there is something to do.
func (f Flow) Run(ctx context.Context) (gotoapi.Token, error) {
	if f.Timeout == 0 {
		f.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	a := &attempt{Flow: f, state: rand.Text(), verifier: oauth2.GenerateVerifier(), answers: make(chan answered), ctx: ctx}
	address := f.OAuth.AuthURL(a.state, f.Redirect, oauth2.S256ChallengeFromVerifier(a.verifier))
	if err := a.try(address); err != nil {
		return gotoapi.Token{}, err
	}
	home, err := a.listen()
	if err != nil && f.Open != nil {
		return gotoapi.Token{}, err
	}
	if home != nil {
		defer home.stop()
	}
	pasted, stop := a.invite(address, home != nil)
	defer stop()
	return a.wait(pasted, home != nil)
}

// try finds out what is wrong before a person looks at a browser.
func (a *attempt) try(address string) error {
	err := a.OAuth.TryAuthURL(a.ctx, address)
	var final *gotoapi.AuthorizeError
	var shown *gotoapi.Error
	switch {
	case err == nil:
	case errors.As(err, &final):
		return err
	case errors.As(err, &shown):
		// It need not be the last word: a browser may get another answer than a program.
		fmt.Fprintf(a.Out, "The login page may not work: %s\n%s\n\n", call.Clean(err.Error()), a.registered())
	default:
		return &Error{What: "the login service cannot be reached", Err: err, Fix: "check the network, and auth in [goto] of the config file"}
	}
	return nil
}

func (a *attempt) registered() string {
	return "Check the client id, and that the redirect URI registered for it is exactly " + a.Redirect
}

// invite sends the person to the browser. Where an address may be pasted, it comes out of the
// channel; stop ends that.
func (a *attempt) invite(address string, heard bool) (pasted <-chan paste, stop func()) {
	opened := false
	if a.Open != nil {
		err := a.Open(address)
		if opened = err == nil; opened {
			fmt.Fprintf(a.Out, "Your browser opens the login page of GoTo. If it does not, open this address:\n\n  %s\n\n", address)
		} else {
			fmt.Fprintf(a.Out, "No browser could be opened (%s).\n", call.Clean(err.Error()))
		}
	}
	if opened || a.In == nil {
		if !opened {
			fmt.Fprintf(a.Out, "Open this address in a browser of this machine:\n\n  %s\n\n", address)
		}
		return nil, func() {}
	}
	fmt.Fprintf(a.Out, "Open this address in a browser and log in:\n\n  %s\n\n", address)
	if heard {
		fmt.Fprintf(a.Out, "In a browser of this machine, that is all. From another machine, the browser ends at a page\n"+
			"that it cannot show: copy that page's address, which begins with %s,\nand paste it here.\n\n", a.Redirect)
	} else {
		fmt.Fprintf(a.Out, "The browser ends at a page that it cannot show: copy that page's address, which begins\nwith %s, and paste it here.\n\n", a.Redirect)
	}
	return a.pastes()
}

// wait waits for an answer that counts, and swaps its code.
func (a *attempt) wait(pasted <-chan paste, heard bool) (gotoapi.Token, error) {
	for {
		select {
		case <-a.ctx.Done():
			return gotoapi.Token{}, a.late()
		case got := <-a.answers:
			t, err := a.finish(got)
			got.result <- err // the browser shows it
			return t, err
		case p := <-pasted:
			switch {
			case p.err == nil:
				got, err := a.read(p.line)
				if err == nil {
					return a.finish(got)
				}
				fmt.Fprintf(a.Out, "That is not it: %s. Paste the whole address:\n", err)
			case heard:
				pasted = nil // nothing more will be pasted; the browser may still come
			default:
				return gotoapi.Token{}, &Error{
					What: "no address was pasted", Err: p.err,
					Fix: "run `ringside login --no-browser` where you can paste, or free the port of " + a.Redirect,
				}
			}
		}
	}
}

// late is the error of a login that nobody finished.
func (a *attempt) late() error {
	if !errors.Is(a.ctx.Err(), context.DeadlineExceeded) {
		return a.ctx.Err()
	}
	return &Error{
		What: fmt.Sprintf("nobody logged in within %v", a.Timeout),
		Fix: "start again: ringside login; if the browser showed an error, check that the redirect URI registered for the OAuth client is exactly " +
			a.Redirect + "; over SSH use --no-browser",
	}
}

// finish swaps the code for a token.
func (a *attempt) finish(got answered) (gotoapi.Token, error) {
	if got.refused != nil {
		return gotoapi.Token{}, got.refused
	}
	return a.OAuth.Exchange(a.ctx, got.code.Reveal(), a.Redirect, a.verifier)
}

// accept checks an answer that came back: only one with our state was asked for by us.
func (a *attempt) accept(q url.Values) (answered, error) {
	code, state, refused, ok := gotoapi.AuthorizeAnswer(q)
	switch {
	case !ok:
		return answered{}, errors.New("there is no code in it")
	case subtle.ConstantTimeCompare([]byte(state), []byte(a.state)) != 1:
		return answered{}, errors.New("it does not belong to this login")
	}
	return answered{code: code, refused: refused}, nil
}

// read takes a pasted address apart. Terminals and chats put signs around it, and some people copy
// only what follows the question mark.
func (a *attempt) read(line string) (answered, error) {
	line = strings.Trim(strings.TrimSpace(line), "<>\"'`")
	if line == "" {
		return answered{}, errors.New("it is empty")
	}
	query := line
	if _, after, ok := strings.Cut(line, "?"); ok {
		query = after
	}
	query, _, _ = strings.Cut(query, "#")
	q, err := url.ParseQuery(query)
	if err != nil {
		return answered{}, errors.New("it is no address") // the error quotes it
	}
	return a.accept(q)
}
