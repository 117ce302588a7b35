package wire

import (
	"cmp"
	"slices"
	"time"

	"ringside/store/call"
)

const (
	maxResults    = 200_000 // looked at in one transcript
	maxUtterances = 20_000  // kept of one transcript
	maxWords      = 4 << 20 // bytes of text kept of one transcript
	heardChannel  = 1       // what the participant heard; 0 is what they said
)

// Transcript decodes what was said in a recording (goto-api.md 9, "Recording"), in order of time.
// Results that are not final or are no utterance are left out: what they say comes again. The errors
// are those of Frame, but for ErrNoCall.
func (d *Decoder) Transcript(b []byte) ([]call.Utterance, error) {
	const what = "transcript"
	if err := d.start(what, b, d.MaxBody, DefaultMaxBody); err != nil {
		return nil, err
	}
	var out []call.Utterance
	shaped := false
	if d.peek() != '{' {
		d.skip()
	} else {
		d.down()
		for k, ok := d.key(true); ok; k, ok = d.key(false) {
			switch string(k) {
			case "results":
				shaped = true
				out = d.utterances()
			default:
				d.skip()
			}
		}
	}
	if err := d.finish(what); err != nil {
		return nil, err
	}
	if !shaped {
		return nil, d.refuse(what, ErrShape)
	}
	slices.SortStableFunc(out, func(a, b call.Utterance) int { return cmp.Compare(a.FromMs, b.FromMs) })
	return out, nil
}

func (d *Decoder) utterances() []call.Utterance {
	var out []call.Utterance
	words := 0
	d.objects(maxResults, func() {
		u, said := d.utterance()
		switch {
		case !said:
		case len(out) == maxUtterances || words+len(u.Text) > maxWords:
			d.odd++
		default:
			words += len(u.Text)
			out = append(out, u)
		}
	})
	return out
}

// utterance takes the result that was entered; false when it says nothing, or nothing final.
func (d *Decoder) utterance() (call.Utterance, bool) {
	var u call.Utterance
	kind, final := "", true
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "type":
			kind = d.text()
		case "transcript":
			u.Text = prose(d.said())
		case "final":
			if final = d.peek() == 'n'; final { // null is as good as absent
				d.skip()
			} else {
				final = d.flag()
			}
		case "startTimeMs":
			u.FromMs = d.span(time.Millisecond).Milliseconds()
		case "endTimeMs":
			u.ToMs = d.span(time.Millisecond).Milliseconds()
		case "channel":
			u.Heard = d.count() == heardChannel
		case "languageCode":
			u.Language = d.text()
		default:
			d.skip()
		}
	}
	u.ToMs = max(u.FromMs, u.ToMs)
	return u, final && u.Text != "" && (kind == "" || kind == "utterances")
}
