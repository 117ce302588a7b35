package csvfile

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode gives the text of a file, and the name of its encoding when it is not UTF-8: spreadsheets
// export in UTF-16 or, on Windows, in code page 1252.
func decode(data []byte) (text, encoding string) {
	switch {
	case len(data) >= 2 && data[0] == 0xFF && data[1] == 0xFE:
		return wide(data[2:], binary.LittleEndian), "UTF-16"
	case len(data) >= 2 && data[0] == 0xFE && data[1] == 0xFF:
		return wide(data[2:], binary.BigEndian), "UTF-16"
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\uFEFF"), ""
	}
	return windows1252(data), "Windows-1252"
}

func wide(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// windows1252 decodes code page 1252: Latin-1, with signs in place of the C1 controls.
func windows1252(data []byte) string {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	signs := []rune(high)
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		if c >= 0x80 && c < 0xA0 {
			b.WriteRune(signs[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
