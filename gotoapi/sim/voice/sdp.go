// Package voice is the sound of the simulated calls: it answers the offers of web calls in the service's
// own style, and speaks, plays, echoes and listens at the far end.
package voice

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Style is one of the two forms in which the vendor's guide prints an answer. Neither has a=mid.
type Style string

// The styles.
const (
	Bundle Style = "bundle" // a BUNDLE group of a name of its own, no ssrc lines
	SSRC   Style = "ssrc"   // no group, RTP/SAVPF, ssrc lines
)

// Description is what an answer says.
type Description struct {
	Style       Style
	IP          string
	Port        int
	Ufrag, Pwd  string
	Fingerprint string // "sha-256 AB:…"
	Opus        int    // payload type; 0 is 111
	Events      int    // payload type of telephone events; 0 is none
	Direction   string // sendrecv, sendonly, recvonly, inactive
	Source      uint32 // of the sound, style ssrc
	Name        string // canonical name, style ssrc; also the label of the stream
	Stream      string
}

// String writes the answer as the service does.
func (d Description) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	bundle := d.Style != SSRC
	origin, profile, opus := d.IP, "UDP/TLS/RTP/SAVPF", "opus"
	if !bundle {
		origin, profile, opus = "127.0.0.1", "RTP/SAVPF", "OPUS"
	}
	d.Opus = cmp.Or(d.Opus, 111)
	formats := strconv.Itoa(d.Opus)
	if d.Events > 0 {
		formats += " " + strconv.Itoa(d.Events)
	}
	line("v=0")
	line("o=rtcweb 1 1 IN IP4 %s", origin)
	line("s=-")
	line("t=0 0")
	line("a=ice-lite")
	if bundle {
		line("a=group:BUNDLE audio")
		line("a=msid-semantic: WMS %s", d.Stream)
	}
	line("m=audio %d %s %s", d.Port, profile, formats)
	line("c=IN IP4 %s", d.IP)
	line("a=ice-ufrag:%s", d.Ufrag)
	line("a=ice-pwd:%s", d.Pwd)
	line("a=fingerprint:%s", d.Fingerprint)
	if bundle {
		line("a=rtcp:9 IN IP4 0.0.0.0")
	}
	line("a=setup:passive")
	line("a=%s", d.Direction)
	line("a=rtcp-mux")
	if !bundle {
		line("a=rtcp:9 IN IP4 0.0.0.0")
	}
	line("a=rtpmap:%d %s/48000/2", d.Opus, opus)
	if d.Events > 0 {
		line("a=rtpmap:%d telephone-event/8000", d.Events)
	}
	line("a=maxptime:60")
	line("a=candidate:0 1 UDP 2113667327 %s %d typ host", d.IP, d.Port)
	line("a=end-of-candidates")
	if !bundle {
		line("a=ssrc:%d cname:%s", d.Source, d.Name)
		line("a=ssrc:%d msid:%s %s", d.Source, d.Stream, d.Name)
		line("a=ssrc:%d mslabel:%s", d.Source, d.Stream)
		line("a=ssrc:%d label:%s", d.Source, d.Name)
	}
	return b.String()
}

// Check says what an offer lacks: without these members nobody could be answered.
func Check(offer string) error {
	for _, want := range []string{"v=0", "\nm=audio ", "\na=ice-ufrag:", "\na=ice-pwd:", "\na=fingerprint:"} {
		if !strings.Contains(offer, want) {
			return fmt.Errorf("has no %s", strings.Trim(want, "\n "))
		}
	}
	return nil
}

// Direction is the direction of an answer to an offer.
func Direction(offer string) string {
	for word, answer := range map[string]string{"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"} {
		if strings.Contains(offer, "\na="+word) {
			return answer
		}
	}
	return "sendrecv"
}
