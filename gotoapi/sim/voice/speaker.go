package voice

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"github.com/thesyncim/gopus/container/ogg"
)

//go:embed sounds/*.opus
var files embed.FS

// clip is sound in packets of 20 ms.
type clip [][]byte

// sounds are all that far ends can say.
type sounds struct {
	voices [][]clip // sentences by voice
	music  clip
	tones  clip // of the sixteen keys, one after the other
}

const (
	sentences  = 4  // of each voice
	toneFrames = 10 // of a key: 160 ms of tone and 40 ms of silence
)

func voiceNames() []string { return []string{"dana", "marcus", "walter"} }

func readSounds() (*sounds, error) {
	var all sounds
	for _, who := range voiceNames() {
		var said []clip
		for n := range sentences {
			c, err := readClip(who + "-" + strconv.Itoa(n+1))
			if err != nil {
				return nil, err
			}
			said = append(said, c)
		}
		all.voices = append(all.voices, said)
	}
	var err error
	if all.music, err = readClip("music"); err != nil {
		return nil, err
	}
	if all.tones, err = readClip("tones"); err != nil {
		return nil, err
	}
	if len(all.tones) < len(keys)*toneFrames {
		return nil, fmt.Errorf("reading the sound tones: %d packets for %d keys", len(all.tones), len(keys))
	}
	return &all, nil
}

// readClip reads the packets of an embedded Ogg Opus file.
func readClip(name string) (clip, error) {
	b, err := files.ReadFile("sounds/" + name + ".opus")
	if err != nil {
		return nil, fmt.Errorf("reading the sound %s: %w", name, err)
	}
	r, err := ogg.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("reading the sound %s: %w", name, err)
	}
	var c clip
	for {
		p, _, err := r.ReadPacket()
		switch {
		case errors.Is(err, io.EOF):
			return c, nil
		case err != nil:
			return nil, fmt.Errorf("reading the sound %s: %w", name, err)
		}
		c = append(c, bytes.Clone(p))
	}
}

// frame is what is sent for 20 ms: sound, a packet of a telephone event, or nothing.
type frame struct {
	sound []byte
	event []byte
	first bool // of its event
	lost  bool // it never arrives
}

// lostOf is how many packets of a Lossy far end arrive before one gets lost.
const lostOf = 12

// Pauses, in frames.
const (
	betweenSentences = 60
	betweenPresses   = 150
	afterKey         = 4
	keyLength        = 5 // of an event
)

// speaker decides what a far end sends next.
type speaker struct {
	sounds *sounds
	part   Part

	now   clip // what is being sent, from at on
	at    int
	pause int // frames of silence before the next thing
	sent  int // packets of sound
	count int // of sentences, or of keys pressed
	queue []byte
	key   int // frames of the present key's event sent so far
}

// silent is 20 ms of silence in Opus.
func silent() []byte { return []byte{0xf8, 0xff, 0xfe} }

// turn changes the part. The same one goes on where it is.
func (s *speaker) turn(p Part) {
	same := p.Kind == s.part.Kind && p.Who == s.part.Who && p.With == s.part.With
	s.part = p
	if !same {
		*s = speaker{sounds: s.sounds, part: p}
	}
}

// next is what is sent in the next 20 ms; events says that telephone events were agreed upon.
func (s *speaker) next(events bool) frame {
	switch s.part.Kind {
	case Silent, Echo, Client:
		return frame{}
	case Lossy:
		s.sent++
		f := s.speech(events)
		f.lost = s.sent%(lostOf+1) == 0
		return f
	}
	return s.speech(events)
}

func (s *speaker) speech(events bool) frame {
	if s.pause > 0 {
		s.pause--
		return frame{sound: silent()}
	}
	if s.part.Kind == Tones && events {
		return s.pressed()
	}
	if s.at == len(s.now) {
		s.now, s.at = s.choose(), 0
		if len(s.now) == 0 {
			return frame{sound: silent()}
		}
	}
	s.at++
	if s.at == len(s.now) {
		s.pause = s.rest()
	}
	return frame{sound: s.now[s.at-1]}
}

// choose gives the next thing to be heard; nothing is silence.
func (s *speaker) choose() clip {
	s.count++
	switch s.part.Kind {
	case Speech, Lossy:
		who, n := s.part.Who, s.count-1
		if s.part.With != "" { // two take turns
			if n%2 == 1 {
				who = s.part.With
			}
			n /= 2
		}
		return s.sounds.voices[voiceOf(who)][n%sentences]
	case Music:
		return s.sounds.music
	case Digits:
		if len(s.queue) > 0 {
			key := s.queue[0]
			s.queue = s.queue[1:]
			return s.tone(key)
		}
	case Tones:
		return s.tone("123#"[(s.count-1)%4])
	}
	return nil
}

// rest is the pause after what has been heard, in frames.
func (s *speaker) rest() int {
	switch {
	case s.part.Kind == Speech, s.part.Kind == Lossy:
		return betweenSentences
	case s.part.Kind == Tones && s.count%4 == 0:
		return betweenPresses
	}
	return 0
}

func (s *speaker) tone(key byte) clip {
	i := strings.IndexByte(keys, key)
	return s.sounds.tones[i*toneFrames : (i+1)*toneFrames]
}

// pressed is the next packet of keys that are pressed again and again.
func (s *speaker) pressed() frame {
	code := byte(strings.IndexByte(keys, "123#"[s.count%4]))
	s.key++
	length := uint16(s.key) * 160
	f := frame{event: []byte{code, 10, byte(length >> 8), byte(length)}, first: s.key == 1}
	if s.key == keyLength {
		f.event[1] |= 0x80
		s.key, s.pause = 0, afterKey
		if s.count++; s.count%4 == 0 {
			s.pause = betweenPresses
		}
	}
	return f
}

// voiceOf gives everybody one of the voices.
func voiceOf(who string) int {
	if strings.HasSuffix(who, "2125550110") {
		return 0 // she says her name
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(who)) // never fails
	return int(h.Sum32()>>4) % len(voiceNames())
}
