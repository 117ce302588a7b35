package theme

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"ringside/store/call"
)

// eye is how linear RGB is seen by an eye that lacks one kind of cone: the matrices of Machado, Oliveira
// and Fernandes (2009) for a deficiency of 100 %.
type eye [3][3]float64

var (
	common = eye{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	protan = eye{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}
	deuter = eye{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}
	tritn  = eye{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}
)

// lab gives a colour in CIELAB (D65) as an eye sees it.
func (e eye) lab(c color.Color) [3]float64 {
	r, g, b, _ := c.RGBA()
	var lin, seen [3]float64
	for i, v := range []uint32{r, g, b} {
		f := float64(v) / 0xffff
		if lin[i] = f / 12.92; f > 0.04045 {
			lin[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	for i := range seen {
		seen[i] = min(1, max(0, e[i][0]*lin[0]+e[i][1]*lin[1]+e[i][2]*lin[2]))
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124564*seen[0] + 0.3575761*seen[1] + 0.1804375*seen[2]) / 0.95047)
	y := f(0.2126729*seen[0] + 0.7151522*seen[1] + 0.0721750*seen[2])
	z := f((0.0193339*seen[0] + 0.1191920*seen[1] + 0.9503041*seen[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func (e eye) difference(a, b color.Color) float64 {
	p, q := e.lab(a), e.lab(b)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

// The looks that judge can be told apart by the eyes a theme is made for. A difference of about 2 is
// the least that is seen side by side; across a screen it takes several times that.
func TestJudgementsAreToldApart(t *testing.T) {
	const apart = 15
	for name, eyes := range map[string]map[string]eye{
		"dark": {"common": common}, "light": {"common": common}, "contrast": {"common": common},
		"deutan": {"common": common, "protan": protan, "deutan": deuter},
		"tritan": {"common": common, "tritan": tritn},
	} {
		for _, light := range []bool{false, true} {
			th, err := For(name, light)
			if err != nil {
				t.Fatal(err)
			}
			looks := map[string]Style{"accent": th.Accent, "good": th.Good, "warn": th.Warn, "bad": th.Bad, "hold": th.Hold}
			lowest := math.Inf(1)
			for who, e := range eyes {
				for n, a := range looks {
					for m, b := range looks {
						if n >= m {
							continue
						}
						fa, _ := a.Colors()
						fb, _ := b.Colors()
						d := e.difference(fa, fb)
						if lowest = min(lowest, d); d < apart {
							t.Errorf("%s (light %v), %s eyes: %s and %s differ by %.1f, want %d", name, light, who, n, m, d, apart)
						}
					}
				}
			}
			t.Logf("%s (light %v): the nearest two differ by %.1f", name, light, lowest)
		}
	}
}

// That the usual theme fails those eyes is why the others are there; a measure that never fails would
// prove nothing.
func TestTheMeasureTells(t *testing.T) {
	good, _ := Dark().Good.Colors()
	bad, _ := Dark().Bad.Colors()
	if a, b := common.difference(good, bad), deuter.difference(good, bad); b > a/2 {
		t.Errorf("green and red differ by %.1f, and by %.1f for deutan eyes", a, b)
	}
}

// Every state, outcome, phase and status has a word, and states a sign too, that no other has: they are
// read without colour, and in ASCII.
func TestEveryStateIsReadWithoutColour(t *testing.T) {
	for _, th := range []*Theme{Mono(), Mono().WithASCII()} {
		unique(t, "state", int(call.StateEnded)+1, func(i int) (string, string) {
			s := call.State(i)
			return th.Sign(s), s.String()
		}, true)
		unique(t, "outcome", int(call.NotConnected)+1, func(i int) (string, string) {
			o := call.Outcome(i)
			return th.OutcomeSign(o), o.String()
		}, false)
		unique(t, "phase", call.NumPhases, func(i int) (string, string) {
			p := call.Phase(i)
			return th.PhaseMark(p), p.String()
		}, false)
		for _, s := range []Style{th.State(call.StateRinging), th.Bad, th.Warn, th.RowSelected, th.Ring, th.Banner} {
			if s.Plain() {
				t.Error("what must be seen first does not stand out in mono")
			}
		}
		if th.Signs.Warn == th.Signs.Alert || th.Signs.Good == th.Signs.Bad || th.Signs.Live == th.Signs.Down {
			t.Error("amber and red, good and bad, live and down need signs of their own")
		}
	}
}

func unique(t *testing.T, what string, n int, of func(int) (sign, word string), signs bool) {
	t.Helper()
	bySign, byWord := map[string]string{}, map[string]string{}
	for i := range n {
		sign, word := of(i)
		if word == "" && !strings.HasPrefix(what, "outcome") {
			t.Errorf("%s %d has no word", what, i)
		}
		if was, ok := byWord[word]; ok {
			t.Errorf("%s %q has the word of %q", what, word, was)
		}
		if was, ok := bySign[sign]; ok && signs {
			t.Errorf("%s %q has the sign %q of %q", what, word, sign, was)
		}
		bySign[sign], byWord[word] = word, word
	}
}
