package audio

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Many programs write the title of a piece behind its sound: that is not played. Those that cannot go back
// write no size, or the largest there is.
func TestWavWithSomethingBehindTheSound(t *testing.T) {
	const frames = 5
	for _, tt := range []struct {
		size   uint32
		behind string
		heard  int // frames that are heard
	}{
		{frames * Frame * 2, "LIST\x1a\x00\x00\x00INFOINAM\x0e\x00\x00\x00Greeting, loud", frames},
		{frames * Frame * 2, "", frames},
		{0, "", frames},
		{0xffffffff, "", frames},
		{0x7ffff000, "", frames},
	} {
		var b bytes.Buffer
		b.Write(wavHead(tt.size))
		for i := range frames * Frame {
			_ = binary.Write(&b, binary.LittleEndian, int16(i%7))
		}
		b.WriteString(tt.behind)
		pcm, err := Decode(&b)
		if err != nil || len(pcm) != tt.heard*Frame {
			t.Errorf("size %#x, %d bytes behind: %d samples, %v", tt.size, len(tt.behind), len(pcm), err)
			continue
		}
		for i, v := range pcm {
			if v != int16(i%7) {
				t.Errorf("sample %d is %d", i, v)
				break
			}
		}
	}
}
