package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
)

// channel is the notification channel of an examination.
type channel struct {
	gotoapi.Channel
	asked      string // the nickname it was asked for under; empty when it was not
	there      bool
	unsure     bool // the answer was lost: it may be there
	subscribed bool
}

// makeChannel makes a channel under a name that nobody else has.
func (p *patient) makeChannel(ctx context.Context) (string, error) {
	p.channel.asked = "ringside-doctor-" + strings.ToLower(rand.Text()[:10])
	ch, err := p.Client.Channels.Create(ctx, p.channel.asked)
	p.channel.Channel, p.channel.there = ch, ch.ID != ""
	p.socket = ch.URL
	if err != nil {
		class := gotoapi.Class(err)
		p.channel.unsure = ch.ID == "" && (class == gotoapi.Retry || class == gotoapi.Canceled)
		return "", err
	}
	return "made, lives " + minutes(ch.Lifetime), nil
}

// open refuses what cannot work without a channel.
func (p *patient) open() error {
	if !p.channel.there {
		return &Skip{"there is no channel"}
	}
	return nil
}

// subscriptions reads what the channel is subscribed to: nothing yet.
func (p *patient) subscriptions(ctx context.Context) error {
	if err := p.open(); err != nil {
		return err
	}
	_, err := p.Client.CallEvents.Subscriptions(ctx, p.channel.Channel)
	return err
}

// subscribe subscribes the channel to the account's calls.
func (p *patient) subscribe(ctx context.Context) (string, error) {
	if err := p.open(); err != nil {
		return "", err
	}
	if err := p.needs(gotoapi.ScopeNotifications); err != nil {
		return "", err
	}
	p.channel.subscribed = true // even when the answer is lost
	_, err := p.Client.CallEvents.Subscribe(ctx, p.channel.Channel, []string{p.Account})
	if err != nil {
		return "", err
	}
	return "calls of account " + p.Account, nil
}

// websocket opens the socket and waits for the answer to a ping.
func (p *patient) websocket(ctx context.Context) (string, error) {
	if p.socket == "" {
		return "", &Skip{"there is no address to open it at"}
	}
	address, err := url.Parse(p.socket.Reveal())
	if err != nil { // its text would quote the address, which is a secret
		return "", &trouble{text: "the socket's address is broken"}
	}
	blocked := func(what string) error {
		return &trouble{
			text: what,
			hint: "a proxy or firewall may not let websockets through: " + address.Scheme + " to " + address.Host + " must be allowed",
		}
	}
	conn, res, err := p.Dialer.DialContext(ctx, address.String(), http.Header{"User-Agent": {p.Agent}})
	if res != nil {
		defer res.Body.Close()
	}
	switch {
	case res != nil && err != nil:
		return "", blocked(fmt.Sprintf("%s does not open it: %s", address.Host, res.Status))
	case err != nil && ctx.Err() != nil:
		return "", blocked(fmt.Sprintf("%s does not answer", address.Host))
	case err != nil:
		return "", blocked(fmt.Sprintf("%s cannot be reached: %s", address.Host, withoutAddress(err)))
	}
	took, err := ping(ctx, conn)
	if err != nil {
		return "", blocked(fmt.Sprintf("%s was opened, and then no ping was answered: %s", address.Host, withoutAddress(err)))
	}
	return fmt.Sprintf("a ping came back from %s after %s", address.Host, took.Round(100*time.Microsecond)), nil
}

// withoutAddress takes an address out of an error.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// ping tells how long a ping takes to come back, and closes the socket.
func ping(ctx context.Context, conn *websocket.Conn) (time.Duration, error) {
	const payload = `{"sequence":1}`
	pong, broken := make(chan time.Time, 1), make(chan error, 1)
	conn.SetPongHandler(func(data string) error {
		if data == payload {
			select {
			case pong <- time.Now():
			default:
			}
		}
		return nil
	})
	var group sync.WaitGroup
	defer group.Wait()
	defer conn.Close()
	group.Go(func() {
		for {
			if _, _, err := conn.NextReader(); err != nil {
				broken <- err
				return
			}
		}
	})
	sent := time.Now()
	if err := conn.WriteControl(websocket.PingMessage, []byte(payload), sent.Add(usualDeadline)); err != nil {
		return 0, err
	}
	select {
	case at := <-pong:
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) // it is closed in any case
		return at.Sub(sent), nil
	case err := <-broken:
		return 0, err
	case <-ctx.Done():
		return 0, errors.New("it stays silent")
	}
}

// cleanUp takes away the channel, also one whose making was answered with silence.
func (p *patient) cleanUp(ctx context.Context) (string, error) {
	ch := &p.channel
	switch {
	case ch.asked == "":
		return "", &Skip{"nothing was made"}
	case ch.there:
		if err := p.remove(ctx, ch.Channel); err != nil {
			return "", &trouble{
				text: "the channel made for this examination stays: " + err.Error(),
				hint: "it does no harm, and ends by itself within " + minutes(ch.Lifetime), err: err,
			}
		}
		return "nothing stays behind", nil
	case !ch.unsure:
		return "", &Skip{"nothing was made"}
	}
	for found, err := range p.Client.Channels.List(ctx) {
		if err != nil {
			return "", fmt.Errorf("looking for a channel that may have been made: %w", err)
		}
		if found.Nickname == ch.asked {
			if err := p.remove(ctx, found); err != nil {
				return "", err
			}
		}
	}
	return "nothing stays behind", nil
}

func (p *patient) remove(ctx context.Context, c gotoapi.Channel) error {
	if p.channel.subscribed {
		_ = p.Client.CallEvents.Unsubscribe(ctx, c, p.Account) // ends with the channel at the latest
	}
	return p.Client.Channels.Delete(ctx, c)
}
