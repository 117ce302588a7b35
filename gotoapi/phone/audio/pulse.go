//go:build !windows

package audio

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jfreymuth/pulse/proto"
)

// PulseAudio, and PipeWire, which speaks the same protocol. One connection for each end: closing it
// is all that an end needs. The protocol's own client is used below its convenient layer, because
// that one does not tell of streams that the server takes away.

const (
	askWithin = time.Second
	playDelay = 40 * time.Millisecond
	playStep  = 10 * time.Millisecond
	takeStep  = 20 * time.Millisecond
)

func bytesOf(d time.Duration) uint32 { return uint32(d*Rate/time.Second) * 2 }

// dial connects to the sound server; hear gets what it sends on its own.
func (s *System) dial(ctx context.Context, hear func(any)) (*proto.Client, net.Conn, error) {
	conn, err := dialAny(ctx, s.servers())
	if err != nil {
		return nil, nil, noServer(err)
	}
	c := &proto.Client{Callback: hear}
	c.SetTimeout(askWithin)
	c.Open(conn)
	var auth proto.AuthReply
	if err := c.Request(&proto.Auth{Version: c.Version(), Cookie: s.cookie()}, &auth); err != nil {
		_ = conn.Close()
		return nil, nil, refused(err)
	}
	c.SetVersion(auth.Version)
	name := s.Name
	if name == "" {
		name = "ringside"
	}
	props := proto.PropList{
		"application.name": proto.PropListString(name),
		"media.role":       proto.PropListString("phone"),
	}
	if err := c.Request(&proto.SetClientName{Props: props}, &proto.SetClientNameReply{}); err != nil {
		_ = conn.Close()
		return nil, nil, refused(err)
	}
	return c, conn, nil
}

func refused(err error) error {
	return &Problem{What: fmt.Sprintf("the sound server refuses: %v", err), Fix: "look at the sound settings of the system: may this program use the microphone?", Err: err}
}

// servers gives the addresses of the sound server, as PULSE_SERVER writes them.
func (s *System) servers() []string {
	if s.Server != "" {
		return []string{s.Server}
	}
	if list := strings.Fields(s.Env["PULSE_SERVER"]); len(list) > 0 {
		return list
	}
	var out []string
	for _, dir := range []string{s.Env["PULSE_RUNTIME_PATH"], join(s.Env["XDG_RUNTIME_DIR"], "pulse"), fmt.Sprintf("/run/user/%d/pulse", os.Getuid())} {
		if dir != "" {
			out = append(out, "unix:"+filepath.Join(dir, "native"))
		}
	}
	return out
}

func join(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

func dialAny(ctx context.Context, servers []string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	err := errors.New("no address")
	for _, s := range servers {
		if _, after, ok := strings.Cut(s, "}"); ok && s[0] == '{' { // {machine}address
			s = after
		}
		network, addr := "unix", s
		if kind, after, ok := strings.Cut(s, ":"); ok && !strings.HasPrefix(s, "/") {
			network, addr = kind, after
			if _, _, e := net.SplitHostPort(addr); network != "unix" && e != nil {
				addr = net.JoinHostPort(addr, "4713")
			}
		}
		var conn net.Conn
		if conn, err = (&net.Dialer{}).DialContext(ctx, network, addr); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// cookie is what the server knows its users by; one that needs none takes any.
func (s *System) cookie() []byte {
	for _, path := range []string{s.Env["PULSE_COOKIE"], join(s.Env["XDG_CONFIG_HOME"], "pulse/cookie"), join(s.Env["HOME"], ".config/pulse/cookie"), join(s.Env["HOME"], ".pulse-cookie")} {
		if path == "" {
			continue
		}
		if b, err := os.ReadFile(path); err == nil && len(b) == 256 {
			return b
		}
	}
	return make([]byte, 256)
}

// Devices lists microphones, then loudspeakers.
func (s *System) Devices(ctx context.Context) ([]Device, error) {
	c, conn, err := s.dial(ctx, func(any) {})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var server proto.GetServerInfoReply
	var sources proto.GetSourceInfoListReply
	var sinks proto.GetSinkInfoListReply
	for _, err := range []error{
		c.Request(&proto.GetServerInfo{}, &server),
		c.Request(&proto.GetSourceInfoList{}, &sources),
		c.Request(&proto.GetSinkInfoList{}, &sinks),
	} {
		if err != nil {
			return nil, refused(err)
		}
	}
	var out []Device
	for _, d := range sources {
		monitor := d.MonitorSourceIndex != proto.Undefined
		out = append(out, Device{
			ID: d.SourceName, Name: d.Device, In: true, Default: d.SourceName == server.DefaultSourceName,
			Monitor: monitor, Echo: !monitor && cancels(d.SourceName, d.Device, d.Driver),
		})
	}
	for _, d := range sinks {
		out = append(out, Device{
			ID: d.SinkName, Name: d.Device, Default: d.SinkName == server.DefaultSinkName,
			Echo: cancels(d.SinkName, d.Device, d.Driver),
		})
	}
	return out, nil
}

func cancels(words ...string) bool {
	for _, w := range words {
		w = strings.ToLower(w)
		if strings.Contains(w, "echo") && strings.Contains(w, "cancel") {
			return true
		}
	}
	return false
}

// lost reads the messages that end a stream.
func lost(e *ending, msg any) {
	switch msg.(type) {
	case *proto.ConnectionClosed:
		e.end(&Problem{What: "the sound server has gone", Fix: "the call goes on without sound; it comes back with the server"})
	case *proto.PlaybackStreamKilled, *proto.RecordStreamKilled:
		e.end(&Problem{What: "the sound device has gone", Fix: "the call goes on without sound; plug it in again"})
	}
}

type pulseSource struct {
	*intake
	conn net.Conn
}

func (s *System) capture(ctx context.Context, d Device) (Source, error) {
	p := &pulseSource{intake: newIntake()}
	c, conn, err := s.dial(ctx, p.hear)
	if err != nil {
		return nil, err
	}
	p.conn = conn
	err = c.Request(&proto.CreateRecordStream{
		SampleSpec: proto.SampleSpec{Format: proto.FormatInt16LE, Channels: 1, Rate: Rate},
		ChannelMap: proto.ChannelMap{proto.ChannelMono}, ChannelVolumes: proto.ChannelVolumes{0x100},
		SourceIndex: proto.Undefined, SourceName: d.ID, DirectOnInputIndex: proto.Undefined,
		BufferMaxLength: 10 * bytesOf(takeStep), BufferFragSize: bytesOf(takeStep), AdjustLatency: true,
		Properties: proto.PropList{"media.name": proto.PropListString("microphone of a call")},
	}, &proto.CreateRecordStreamReply{})
	if err != nil {
		_ = p.Close()
		return nil, refused(err)
	}
	return p, nil
}

func (p *pulseSource) hear(msg any) {
	if data, ok := msg.(*proto.DataPacket); ok {
		p.add(data.Data)
		return
	}
	lost(p.ending, msg)
}

func (p *pulseSource) Close() error {
	p.end(errClosed)
	return p.conn.Close()
}

type pulseSink struct {
	*outlet
	conn net.Conn
	c    *proto.Client
}

func (s *System) play(ctx context.Context, d Device) (Sink, error) {
	p := &pulseSink{outlet: newOutlet()}
	known := make(chan struct{})
	c, conn, err := s.dial(ctx, func(msg any) {
		<-known
		p.hear(msg)
	})
	if err != nil {
		close(known)
		return nil, err
	}
	p.conn, p.c = conn, c
	close(known)
	var reply proto.CreatePlaybackStreamReply
	err = c.Request(&proto.CreatePlaybackStream{
		SampleSpec: proto.SampleSpec{Format: proto.FormatInt16LE, Channels: 1, Rate: Rate},
		ChannelMap: proto.ChannelMap{proto.ChannelMono}, ChannelVolumes: proto.ChannelVolumes{0x100},
		SinkIndex: proto.Undefined, SinkName: d.ID,
		BufferMaxLength: 4 * bytesOf(playDelay), BufferTargetLength: bytesOf(playDelay),
		BufferPrebufferLength: bytesOf(playStep), BufferMinimumRequest: bytesOf(playStep), AdjustLatency: true,
		Properties: proto.PropList{"media.name": proto.PropListString("call")},
	}, &reply)
	if err != nil {
		_ = p.Close()
		return nil, refused(err)
	}
	p.hear(&proto.Request{StreamIndex: reply.StreamIndex, Length: reply.Missing})
	return p, nil
}

// hear gives the server what it asks for. A stream that runs dry would start anew each time: it is
// given silence.
func (p *pulseSink) hear(msg any) {
	ask, ok := msg.(*proto.Request)
	if !ok {
		lost(p.ending, msg)
		return
	}
	out := make([]byte, ask.Length)
	p.take(out)
	if err := p.c.Send(ask.StreamIndex, out); err != nil {
		p.end(&Problem{What: "the sound server has gone", Fix: "the call goes on without sound; it comes back with the server", Err: err})
	}
}

func (p *pulseSink) Close() error {
	p.end(errClosed)
	return p.conn.Close()
}
