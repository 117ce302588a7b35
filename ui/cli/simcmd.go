package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

func (a *app) simCmd() *cobra.Command {
	var flags simFlags
	var listen, sound string
	var redirects []string
	c := &cobra.Command{
		Use: "sim", Short: "Serve the simulated GoTo on loopback", Args: cobra.NoArgs,
		Long: `sim serves a simulated GoTo Connect: sign-in, REST interfaces and websockets of all the
service's hosts on one address, and beside them a small CRM of the simulated company. The first
line it prints is JSON: where it is, an OAuth client, an account, a personal access token, a login,
and the CRM's address and token. It is controlled below /_sim: see "go doc ringside/gotoapi/sim".

A telephone that registers with it rings, and calls people (1001), queues (8001), any number, and
these, each also as +1 900 555 01 and its two digits:
` + testNumbers(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runSim(cmd.Context(), listen, sound, redirects, &flags)
		},
	}
	flags.register(c.Flags())
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address to serve on")
	c.Flags().StringVar(&sound, "sound", "", "IPv4 address of this machine at which calls have their sound (default: that of --listen)")
	c.Flags().StringArrayVar(&redirects, "redirect", nil, "another redirect URI registered for the OAuth client; may be repeated")
	return c
}

// testNumbers lists the numbers whose far ends are there to be tried.
func testNumbers() string {
	text := ""
	for _, n := range world.TestNumbers() {
		text += fmt.Sprintf("  %s  %s\n", n.Code, n.Help)
	}
	return strings.TrimSuffix(text, "\n")
}

// soundAddress is where calls have their sound: as asked for, or where the service is, on loopback when that
// is no address of its own.
func soundAddress(asked, listen string) (string, error) {
	if asked != "" {
		if ip := net.ParseIP(asked); ip == nil || ip.To4() == nil || ip.IsUnspecified() {
			return "", usageError{fmt.Errorf("--sound %s is no IPv4 address of this machine", asked)}
		}
		return asked, nil
	}
	host, _, _ := net.SplitHostPort(listen) // what is wrong with it, listening tells
	if ip := net.ParseIP(host); ip != nil && ip.To4() != nil && !ip.IsUnspecified() {
		return host, nil
	}
	return "", nil
}

func (a *app) runSim(ctx context.Context, listen, sound string, redirects []string, flags *simFlags) error {
	log := slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	cfg := flags.config(log)
	cfg.Redirects = redirects
	var err error
	if cfg.MediaIP, err = soundAddress(sound, listen); err != nil {
		return err
	}
	cfg.Webhooks = &http.Client{Transport: &http.Transport{}} // its own, and no proxy: receivers are on this machine
	svc, err := sim.New(cfg)
	if err != nil {
		return usageError{fmt.Errorf("starting the simulated GoTo: %w", err)}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return hinted{fmt.Errorf("listening on %s: %w", listen, err), "choose another address with --listen 127.0.0.1:PORT", exitFailed}
	}
	srv := &http.Server{Handler: svc, ReadHeaderTimeout: 10 * time.Second}
	if err := json.NewEncoder(a.stdout).Encode(svc.Hello("http://" + l.Addr().String())); err != nil {
		return errors.Join(fmt.Errorf("printing where the simulated GoTo is: %w", err), l.Close())
	}
	var group sync.WaitGroup
	served := make(chan error, 1)
	group.Go(func() { served <- srv.Serve(l) })
	err = svc.Run(ctx) // until interrupted
	_ = srv.Close()    // its connections end with it
	group.Wait()
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		return errors.Join(err, fmt.Errorf("serving the simulated GoTo: %w", e))
	}
	return err
}
