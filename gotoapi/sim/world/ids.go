package world

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
)

// uuid draws a UUID of the given version. The service uses version 3 for conversation spaces, 5 for
// participants, systems and states, and 4 for legs and executions.
func uuid(r *rand.Rand, version byte) string {
	return formatUUID(r.Uint64(), r.Uint64(), version)
}

func formatUUID(hi, lo uint64, version byte) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[:8], b[:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

// mix is the finalizer of SplitMix64: neighbours in, strangers out.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// decimalKey draws a key of 19 decimal digits, the form of account and user keys.
func decimalKey(r *rand.Rand) string {
	return strconv.FormatInt(1e18+r.Int64N(8e18), 10)
}
