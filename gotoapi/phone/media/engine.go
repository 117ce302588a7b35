// Package media is the sound of calls: WebRTC to the service, and devices or files at this end.
package media

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/phone/audio"
	"ringside/gotoapi/phone/codec"
	"ringside/store/phone"
)

// Config says where sound comes from and goes to, and how it travels.
type Config struct {
	System *audio.System // of this machine; nil is one without an environment
	// In and Out choose devices, files and the like; see audio.System.
	In, Out string
	// Changed is called, from any goroutine and without a lock, when Sound has changed.
	Changed func()

	// STUN are servers that tell how we look from outside ("stun:host:port"). The service is reached
	// without: it answers to wherever packets come from.
	STUN []string
	// Loopback lets sound travel within this machine, to a simulated service.
	Loopback bool
	Log      *slog.Logger
}

// Engine makes sessions, and has the devices that one of them uses at a time.
type Engine struct {
	conf   Config
	cert   webrtc.Certificate
	desk   *desk
	within time.Duration // from the answer to the first connection

	mu       sync.Mutex
	sessions map[*Session]bool
	closed   bool
}

// telephoneEvents is the payload type of tones (RFC 4733) that we offer, as the service does.
const telephoneEvents = 126

// NewEngine looks for the devices and makes the key that sound is encrypted with. A device that is
// missing is no error: Sound tells.
func NewEngine(conf Config) (*Engine, error) {
	if conf.System == nil {
		conf.System = &audio.System{}
	}
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	e := &Engine{
		conf: conf, cert: *cert, sessions: map[*Session]bool{}, within: connectWithin,
		desk: &desk{system: conf.System, in: conf.In, out: conf.Out, changed: conf.Changed},
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	e.desk.probe(ctx)
	return e, nil
}

// Sound tells where sound comes from and goes to.
func (e *Engine) Sound() phone.Sound { return e.desk.now() }

// Close ends every session.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	var open []*Session
	for s := range e.sessions {
		open = append(open, s)
	}
	e.mu.Unlock()
	for _, s := range open {
		_ = s.Close()
	}
	return nil
}

// api makes what a session needs of pion; incoming packets go to its receiver.
func (e *Engine) api(r *receiver) (*webrtc.API, error) {
	m := &webrtc.MediaEngine{}
	for _, c := range codec.All() {
		p := webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/" + c.Name, ClockRate: uint32(c.Clock), Channels: uint16(c.Channels)},
			PayloadType:        webrtc.PayloadType(c.Type),
		}
		if c.Name == "opus" {
			p.SDPFmtpLine = "minptime=10;useinbandfec=1"
		}
		if err := m.RegisterCodec(p, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	if err := m.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000, SDPFmtpLine: "0-15"},
		PayloadType:        telephoneEvents,
	}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	reports, err := report.NewSenderInterceptor() // of what is received, the receiver reports
	if err != nil {
		return nil, err
	}
	i := &interceptor.Registry{}
	i.Add(reports)
	s := webrtc.SettingEngine{LoggerFactory: logs{e.conf.Log}, BufferFactory: r.tap}
	s.SetIncludeLoopbackCandidate(e.conf.Loopback)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(4*time.Second, 20*time.Second, time.Second)
	return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(i), webrtc.WithSettingEngine(s)), nil
}

// servers gives the STUN servers as pion wants them.
func (e *Engine) servers() []webrtc.ICEServer {
	if len(e.conf.STUN) == 0 {
		return nil
	}
	return []webrtc.ICEServer{{URLs: e.conf.STUN}}
}

// logs takes what pion has to say into the log, as far as it is a warning.
type logs struct{ to *slog.Logger }

// NewLogger gives the log of a part of pion.
func (l logs) NewLogger(scope string) logging.LeveledLogger { return pionLog{l.to.With("pion", scope)} }

type pionLog struct{ to *slog.Logger }

func (pionLog) Trace(string)                {}
func (pionLog) Tracef(string, ...any)       {}
func (pionLog) Debug(string)                {}
func (pionLog) Debugf(string, ...any)       {}
func (pionLog) Info(string)                 {}
func (pionLog) Infof(string, ...any)        {}
func (l pionLog) Warn(m string)             { l.to.Debug(m) }
func (l pionLog) Warnf(m string, a ...any)  { l.to.Debug(fmt.Sprintf(m, a...)) }
func (l pionLog) Error(m string)            { l.to.Debug(m) }
func (l pionLog) Errorf(m string, a ...any) { l.to.Debug(fmt.Sprintf(m, a...)) }

// checkDigits wants digits, letters A to D, * and #, and commas for pauses.
func checkDigits(digits string) error {
	for _, d := range digits {
		if !validTone(d) {
			return &Problem{What: strconv.QuoteRune(d) + " is no tone", Fix: "tones are digits, *, #, A to D; a comma waits two seconds"}
		}
	}
	return nil
}
