package sqlite

import (
	"fmt"
	"hash/fnv"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"ringside/store/call"
	"ringside/store/query"
)

// The index of texts holds grams: every three letters or digits that follow each other, and the one
// or two at the end of a run. A text that contains a word has all grams of it, so a word of three
// letters or more is looked for by its grams, and a shorter one by the grams that begin with it.
// Grams only say where to look: the text itself decides.
//
// Beside them stand facets, for all that is not text: outcome, direction, marks, queues, and each
// stretch of time to the next power of two. They begin with a sign that no gram has.

// facet is the sign a facet begins with. Its bytes are part of a token to the ascii tokenizer.
const facet = "¦"

// gramsOf gives the grams of folded text as a document for the index.
func gramsOf(text string, facets ...string) string {
	var b strings.Builder
	b.Grow(4 * len(text))
	seen := make(map[string]struct{}, len(text))
	put := func(token string) {
		if _, ok := seen[token]; !ok {
			seen[token] = struct{}{}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(token)
		}
	}
	runs(text, func(run string) {
		for i := range run {
			put(run[i : i+width(run[i:], 3)])
		}
		for i := 0; i+digitGram <= len(run); i++ {
			if part := run[i : i+digitGram]; allDigits(part) {
				put(part)
			}
		}
	})
	for _, f := range facets {
		put(f)
	}
	return b.String()
}

// runs calls f with every run of letters and digits; digits of numbers come as digits.
func runs(text string, f func(string)) {
	for text = plainDigits(text); text != ""; {
		n := strings.IndexFunc(text, inGram)
		if n < 0 {
			return
		}
		text = text[n:]
		end := strings.IndexFunc(text, func(r rune) bool { return !inGram(r) })
		if end < 0 {
			end = len(text)
		}
		f(text[:end])
		text = text[end:]
	}
}

// inGram tells the characters of grams. Those beyond ASCII are all parts of a token, so only what is
// surely no letter is left out of them.
func inGram(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// plainDigits undoes marked.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x10 && r <= 0x19 {
			return r - digitMark
		}
		return r
	}, text)
}

// width gives the length in bytes of the first n characters, or of all.
func width(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// digitGram is the length of the longer grams that digits which follow each other have too: there are but a
// thousand of three digits, and a number has many.
const digitGram = 5

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// containing gives the index expression for texts that contain a folded text, "" when the index
// cannot tell. Grams that do not overlap are enough: more of them cost more than they leave out.
// Weak expressions are those of one or two letters, which many grams begin with.
func containing(text string) (expr string, weak bool) {
	var long, short []string
	runs(text, func(run string) {
		size, n := 3, utf8.RuneCountInString(run)
		if n >= digitGram && allDigits(run) {
			size = digitGram
		}
		if n < size {
			short = append(short, `"`+run+`"*`)
			return
		}
		for i := 0; i < n; i += size {
			at := width(run, min(i, n-size))
			if g := `"` + run[at:at+width(run[at:], size)] + `"`; len(long) == 0 || long[len(long)-1] != g {
				long = append(long, g)
			}
		}
	})
	if len(long) > 0 {
		return strings.Join(long, " AND "), false
	}
	return strings.Join(short, " AND "), true
}

// durations are the stretches of a call that can be asked for.
var durations = [...]query.Field{query.Wait, query.RingTime, query.Talk, query.Hold, query.Total, query.AnswerAt}

// bucket is how many bits the seconds of a stretch have: 30 s is 5.
func bucket(ms int64) int { return bits.Len64(uint64(max(0, ms) / 1000)) }

func durationFacet(f query.Field, bucket int) string {
	return fmt.Sprintf("%sd%dx%d", facet, f, bucket)
}

func outcomeFacet(o call.Outcome) string     { return fmt.Sprintf("%so%d", facet, o) }
func directionFacet(d call.Direction) string { return fmt.Sprintf("%si%d", facet, d) }
func flagFacet(f query.Flags) string         { return fmt.Sprintf("%sf%d", facet, f) }

// queueFacet stands for a queue by its whole name.
func queueFacet(name string) string {
	h := fnv.New32a()
	h.Write([]byte(query.Fold(name)))
	return fmt.Sprintf("%sq%x", facet, h.Sum32())
}

// facetsOf gives the facets of a call.
func facetsOf(s *call.Summary, flags query.Flags, queues []string) []string {
	out := []string{outcomeFacet(s.Outcome), directionFacet(s.Direction)}
	for f := query.Flags(1); f != 0 && f <= flags; f <<= 1 {
		if flags&f != 0 {
			out = append(out, flagFacet(f))
		}
	}
	for _, q := range queues {
		out = append(out, queueFacet(q))
	}
	subject := query.NewSummarySubject(s, query.Extra{}, s.Ended)
	for _, f := range durations {
		if ms, ok := subject.Millis(f); ok && ms >= 1000 {
			out = append(out, durationFacet(f, bucket(ms)))
		}
	}
	return out
}
