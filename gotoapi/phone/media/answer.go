package media

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"ringside/gotoapi/phone/codec"
)

// agreed is what an answer settles.
type agreed struct {
	codec   codec.Codec
	payload uint8 // that codec's payload type
	tones   uint8 // payload type of telephone events; 0 is none
	// receive and send tell the directions from here: what the far end sends is received.
	receive, send bool
}

const maxAnswer = 64 << 10

// mend makes an answer in the service's own style one that pion accepts, and reads what it settles.
// The service leaves out a=mid, groups under another name, and writes ssrc lines or not; sources of
// sound are told apart by what arrives, so their lines are left out.
func mend(answer, mid string) (string, agreed, error) {
	var none agreed
	switch {
	case strings.TrimSpace(answer) == "":
		return "", none, badAnswer("it is empty", nil)
	case len(answer) > maxAnswer:
		return "", none, badAnswer("it is too long", nil)
	}
	var d sdp.SessionDescription
	if err := d.UnmarshalString(lines(answer)); err != nil {
		return "", none, badAnswer("it is no SDP", err)
	}
	var audio *sdp.MediaDescription
	for _, m := range d.MediaDescriptions {
		if m.MediaName.Media == "audio" {
			audio = m
			break
		}
	}
	switch {
	case audio == nil:
		return "", none, badAnswer("it has no sound", nil)
	case audio.MediaName.Port.Value == 0:
		return "", none, badAnswer("it refuses sound", nil)
	case !has(&d, audio, "ice-ufrag"), !has(&d, audio, "ice-pwd"):
		return "", none, badAnswer("it lacks its ICE names", nil)
	case !has(&d, audio, "fingerprint"):
		return "", none, badAnswer("it does not encrypt", nil)
	}
	out, err := settle(&d, audio)
	if err != nil {
		return "", none, badAnswer(err.Error(), err)
	}
	d.MediaDescriptions = []*sdp.MediaDescription{audio}
	d.Attributes = without(d.Attributes, "group", "msid-semantic")
	d.Attributes = append(d.Attributes, sdp.NewAttribute("group", "BUNDLE "+mid))
	audio.Attributes = without(audio.Attributes, "mid", "ssrc", "ssrc-group", "msid")
	audio.Attributes = append(audio.Attributes, sdp.NewAttribute("mid", mid))
	text, err := d.Marshal()
	if err != nil {
		return "", none, badAnswer("it is no SDP", err)
	}
	return string(text), out, nil
}

// lines ends every line as SDP wants it.
func lines(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\r\n") + "\r\n"
}

func has(d *sdp.SessionDescription, m *sdp.MediaDescription, key string) bool {
	if v, ok := m.Attribute(key); ok && v != "" {
		return true
	}
	v, ok := d.Attribute(key)
	return ok && v != ""
}

func without(attributes []sdp.Attribute, keys ...string) []sdp.Attribute {
	var out []sdp.Attribute
next:
	for _, a := range attributes {
		for _, k := range keys {
			if a.Key == k {
				continue next
			}
		}
		out = append(out, a)
	}
	return out
}

// settle finds the codec that the far end prefers, its payload for tones, and the directions.
func settle(d *sdp.SessionDescription, audio *sdp.MediaDescription) (agreed, error) {
	out := agreed{receive: true, send: true}
	names := map[string]string{"0": "PCMU/8000", "8": "PCMA/8000"} // known without being told (RFC 3551)
	for _, a := range audio.Attributes {
		if a.Key == "rtpmap" {
			if payload, name, ok := strings.Cut(a.Value, " "); ok {
				names[payload] = name
			}
		}
	}
	found := false
	for _, payload := range audio.MediaName.Formats {
		n, err := strconv.ParseUint(payload, 10, 7)
		if err != nil {
			continue
		}
		name, rest, _ := strings.Cut(names[payload], "/")
		clock, _, _ := strings.Cut(rest, "/")
		if strings.EqualFold(name, "telephone-event") && out.tones == 0 {
			out.tones = uint8(n)
		}
		if c, ok := codec.Named(name); ok && !found && strconv.Itoa(c.Clock) == clock {
			out.codec, out.payload, found = c, uint8(n), true
		}
	}
	if !found {
		return out, errors.New("it names no codec that ringside offers")
	}
	for _, list := range [][]sdp.Attribute{d.Attributes, audio.Attributes} {
		for _, a := range list {
			switch a.Key {
			case "sendrecv":
				out.receive, out.send = true, true
			case "sendonly":
				out.receive, out.send = true, false
			case "recvonly":
				out.receive, out.send = false, true
			case "inactive":
				out.receive, out.send = false, false
			}
		}
	}
	return out, nil
}
