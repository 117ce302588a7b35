package wire

import (
	"slices"

	"ringside/store/call"
)

// tapes are the lists of recordings and transcripts of one participant or state.
type tapes struct{ recordings, live, transcripts []call.Recording }

func (t *tapes) add(more tapes) {
	t.recordings = append(t.recordings, more.recordings...)
	t.live = append(t.live, more.live...)
	t.transcripts = append(t.transcripts, more.transcripts...)
}

// of says whose leg the recordings and transcripts are of.
func (t *tapes) of(participant string) {
	for _, list := range [][]call.Recording{t.recordings, t.live, t.transcripts} {
		for i := range list {
			list[i].Participant = participant
		}
	}
}

// tape takes a member that lists recordings or transcripts; false for another member. The number of
// recordings goes to listed. Outside of reports they are only counted, and transcripts left alone.
func (d *Decoder) tape(t *tapes, k []byte, listed *int) bool {
	switch {
	case string(k) == "recordings":
		*listed = d.taped(&t.recordings)
	case !d.keep:
		return false
	case string(k) == "liveTranscripts":
		d.taped(&t.live)
	case string(k) == "transcripts":
		d.taped(&t.transcripts)
	default:
		return false
	}
	return true
}

// taped takes a list of recordings or transcripts, counts its elements and, in reports, keeps them.
func (d *Decoder) taped(to *[]call.Recording) int {
	if !d.keep {
		return d.length()
	}
	n := 0
	*to = nil
	if !d.enter('[') {
		return 0
	}
	for ok := d.elem(true); ok; ok = d.elem(false) {
		n++
		switch {
		case len(*to) >= maxListed || d.tapesKept >= maxInDocument:
			d.odd++
			d.skip()
		case d.enter('{'):
			if r := d.recording(); r.ID != "" {
				*to = append(*to, r)
				d.tapesKept++
			} else {
				d.odd++
			}
		}
	}
	return n
}

// recording takes the recording or transcript that was entered.
func (d *Decoder) recording() call.Recording {
	var r call.Recording
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			r.ID = d.text()
		case "startTimestamp":
			r.At = d.when()
		case "transcriptEnabled":
			r.Transcribed = d.flag()
		default:
			d.skip()
		}
	}
	return r
}

// once gives each recording of the lists once, in order of time. The same one is listed with its
// participant and with the last state, and neither need say all of it; the first word counts.
func once(lists ...[]call.Recording) []call.Recording {
	var out []call.Recording
	at := map[string]int{}
	for _, list := range lists {
		for _, r := range list {
			i, known := at[r.ID]
			if !known {
				at[r.ID] = len(out)
				out = append(out, r)
				continue
			}
			o := &out[i]
			o.Participant = either(o.Participant, r.Participant)
			o.Transcribed = o.Transcribed || r.Transcribed
			if o.At.IsZero() {
				o.At = r.At
			}
		}
	}
	slices.SortStableFunc(out, func(a, b call.Recording) int { return a.At.Compare(b.At) })
	return out
}
