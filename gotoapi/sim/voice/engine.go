package voice

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// Config says where sound is exchanged and what happens to it on the way.
type Config struct {
	IP string // of this machine, which answers name; "" is 127.0.0.1
	// Strike decides about a packet, sent by the far end or received by it: whether it is lost, and how late
	// a sent one leaves. It may be called from any goroutine; nil lets everything pass.
	Strike func(sent bool) (lost bool, late time.Duration)
	// Lost is called when the client of a session has gone without a word; nil is nobody. It is called from a
	// goroutine of its own, for which Close waits.
	Lost func(*Session)
}

// Engine makes the sound of all calls over one UDP port, which is opened with the first of them.
type Engine struct {
	cfg  Config
	work sync.WaitGroup // goroutines of sessions, and packets on their way

	mu       sync.Mutex
	closed   bool
	api      *webrtc.API
	mux      ice.UDPMux
	conn     net.PacketConn
	cert     webrtc.Certificate
	sounds   *sounds
	sessions map[*Session]struct{}
}

// NewEngine prepares an engine. It opens nothing yet.
func NewEngine(cfg Config) *Engine {
	if cfg.IP == "" {
		cfg.IP = "127.0.0.1"
	}
	if cfg.Strike == nil {
		cfg.Strike = func(bool) (bool, time.Duration) { return false, 0 }
	}
	if cfg.Lost == nil {
		cfg.Lost = func(*Session) {}
	}
	return &Engine{cfg: cfg, sessions: make(map[*Session]struct{})}
}

var errClosed = errors.New("the sound has been closed")

// open opens the port, the first time. The lock is held.
func (e *Engine) open() error {
	switch {
	case e.closed:
		return errClosed
	case e.api != nil:
		return nil
	}
	library, err := readSounds()
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return fmt.Errorf("making a certificate: %w", err)
	}
	conn, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp4", net.JoinHostPort(e.cfg.IP, "0"))
	if err != nil {
		return fmt.Errorf("opening a port for sound: %w", err)
	}
	e.conn, e.cert, e.sounds = conn, *cert, library
	e.mux = webrtc.NewICEUDPMux(quiet().NewLogger("mux"), conn)
	e.api, err = e.newAPI(e.cfg.Strike)
	return err
}

// quiet logs nothing: what goes wrong with a call shows in the call.
func quiet() *logging.DefaultLoggerFactory {
	return &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}
}

// newAPI makes what sessions need of pion; strike is as in Config.
func (e *Engine) newAPI(strike func(bool) (bool, time.Duration)) (*webrtc.API, error) {
	codecs := &webrtc.MediaEngine{}
	for _, c := range []webrtc.RTPCodecParameters{
		{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}},
		{PayloadType: 126, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mimeEvents, ClockRate: 8000, SDPFmtpLine: "0-15"}},
	} {
		if err := codecs.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("registering %s: %w", c.MimeType, err)
		}
	}
	// The way between both ends comes first, nearest to the network: what it loses was sent, and was not
	// received, as far as the reports of RTCP go.
	chain := &interceptor.Registry{}
	chain.Add(way{e, strike})
	if err := webrtc.ConfigureRTCPReports(chain); err != nil {
		return nil, fmt.Errorf("preparing reports: %w", err)
	}
	set := webrtc.SettingEngine{LoggerFactory: quiet()}
	set.SetLite(true)
	set.SetICEUDPMux(e.mux)
	set.SetIncludeLoopbackCandidate(true)
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	set.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	set.SetHandleUndeclaredSSRCWithoutAnswer(true)
	if err := set.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, fmt.Errorf("choosing the passive role: %w", err)
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithSettingEngine(set), webrtc.WithInterceptorRegistry(chain)), nil
}

// Session makes the sound of one call, to be answered in a style.
func (e *Engine) Session(style Style, name, stream string) *Session {
	s := &Session{e: e, style: style, name: name, stream: stream, done: make(chan struct{})}
	s.speaker.part.Kind = Nothing
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		s.ended = true
		close(s.done)
		return s
	}
	e.sessions[s] = struct{}{}
	return s
}

// Sessions is how many calls have sound now.
func (e *Engine) Sessions() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.sessions)
}

// Close ends all calls' sound, waits until nothing of it is left, and closes the port.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	var open []*Session
	for s := range e.sessions {
		open = append(open, s)
	}
	e.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	e.work.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.mux == nil {
		return nil
	}
	err := errors.Join(e.mux.Close(), e.conn.Close())
	e.mux = nil
	if errors.Is(err, net.ErrClosed) { // the mux has closed it
		return nil
	}
	return err
}

// way is what lies between the two ends.
type way struct {
	e      *Engine
	strike func(sent bool) (lost bool, late time.Duration)
}

// NewInterceptor implements interceptor.Factory.
func (w way) NewInterceptor(string) (interceptor.Interceptor, error) { return &road{w: w}, nil }

// road is the way of one call.
type road struct {
	interceptor.NoOp
	w way
}

// BindLocalStream implements interceptor.Interceptor: packets that leave are lost, or late.
func (r *road) BindLocalStream(_ *interceptor.StreamInfo, next interceptor.RTPWriter) interceptor.RTPWriter {
	return interceptor.RTPWriterFunc(func(h *rtpHeader, payload []byte, a interceptor.Attributes) (int, error) {
		lost, late := r.w.strike(true)
		switch {
		case lost:
			return len(payload), nil
		case late == 0:
			return next.Write(h, payload, a)
		}
		header, body := h.Clone(), slices.Clone(payload)
		r.w.e.work.Add(1)
		time.AfterFunc(late, func() {
			defer r.w.e.work.Done()
			_, _ = next.Write(&header, body, nil) // a call that has ended meanwhile misses nothing
		})
		return len(payload), nil
	})
}

// BindRemoteStream implements interceptor.Interceptor: packets that arrive are lost.
func (r *road) BindRemoteStream(_ *interceptor.StreamInfo, next interceptor.RTPReader) interceptor.RTPReader {
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		for {
			n, attr, err := next.Read(b, a)
			if err == nil {
				if lost, _ := r.w.strike(false); lost {
					continue
				}
			}
			return n, attr, err
		}
	})
}
