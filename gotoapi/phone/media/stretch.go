package media

import (
	"math"

	"ringside/gotoapi/phone/codec"
)

// A voice is made a little shorter or longer without a change of its pitch: one period of it is left
// out or said twice, and both ends are blended.
const (
	leastPeriod = codec.Rate / 400 // 2.5 ms
	mostPeriod  = codec.Rate / 100 // 10 ms
	alike       = 0.85             // how alike two periods have to be, unless it is urgent
	quiet       = 300              // mean amplitude that needs no likeness: nobody hears it
)

// shorten leaves one period out, in place; false is sound that has none.
func shorten(pcm []int16, urgent bool) ([]int16, bool) {
	n, ok := repeats(pcm, urgent)
	if !ok {
		return pcm, false
	}
	blend(pcm[:n], pcm[:n], pcm[n:2*n])
	return append(pcm[:n], pcm[2*n:]...), true
}

// lengthen repeats one period.
func lengthen(pcm []int16, urgent bool) ([]int16, bool) {
	n, ok := repeats(pcm, urgent)
	if !ok {
		return pcm, false
	}
	out := make([]int16, len(pcm)+n)
	copy(out, pcm[:n])
	blend(out[n:2*n], pcm[n:2*n], pcm[:n])
	copy(out[2*n:], pcm[n:])
	return out, true
}

// repeats finds the period in which the beginning of a piece repeats itself, in samples.
func repeats(pcm []int16, urgent bool) (int, bool) {
	if len(pcm) < 2*mostPeriod {
		return 0, false
	}
	const coarse = 4
	best, like := leastPeriod, -1.0
	for n := leastPeriod; n <= mostPeriod; n += coarse {
		if l := likeness(pcm, n, coarse); l > like {
			best, like = n, l
		}
	}
	for n := max(best-coarse+1, leastPeriod); n < min(best+coarse, mostPeriod+1); n++ {
		if l := likeness(pcm, n, 1); l > like {
			best, like = n, l
		}
	}
	if urgent || like > alike || loud(pcm) < quiet {
		return best, true
	}
	return 0, false
}

// likeness compares the first n samples with the n after them: 1 is the same.
func likeness(pcm []int16, n, step int) float64 {
	var both, first, second float64
	for i := 0; i < n; i += step {
		a, b := float64(pcm[i]), float64(pcm[n+i])
		both += a * b
		first += a * a
		second += b * b
	}
	return both / (math.Sqrt(first*second) + 1)
}

func loud(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += math.Abs(float64(v))
	}
	return sum / float64(len(pcm))
}

// blend goes over from one piece to another; out may be one of them.
func blend(out, from, to []int16) {
	n := len(out)
	for i := range out {
		out[i] = int16((int(from[i])*(n-i) + int(to[i])*i) / n)
	}
}
