package wire

import "ringside/store/call"

// document is a kind of document found in recordings.
type document uint8

const (
	isFrame document = iota
	isReport
	isStates
	isSpaces
)

// sort tells by its outermost members what a document is. doc is whole and JSON.
func (r *recording) sort(doc []byte) document {
	s := r.probe
	s.begin(doc)
	s.down()
	for k, ok := s.key(true); ok; k, ok = s.key(false) {
		switch string(k) {
		case "event", "eventId", "data", "source", "content":
			return isFrame
		case "callStates", "callEnded":
			return isReport
		case "states", "metadata":
			return isStates
		case "items":
			return isSpaces
		}
		s.skip()
	}
	return isFrame
}

// deliver decodes a document and hands on its frames. One that cannot be decoded is a bad line.
func (r *recording) deliver(doc []byte) error {
	bad, err := r.decode(doc)
	if bad != nil {
		r.note(bad)
	}
	if err != nil {
		return err
	}
	r.advance(len(doc))
	return nil
}

// decode gives what is wrong with the document, and the error of the one it is handed to.
func (r *recording) decode(doc []byte) (bad, err error) {
	switch r.sort(doc) {
	case isReport:
		rep, bad := r.dec.Report(doc)
		if bad != nil {
			return bad, nil
		}
		return nil, r.handReport(&rep)
	case isStates:
		p, bad := r.dec.States(doc)
		return bad, r.handEvents(p.Events)
	case isSpaces:
		p, bad := r.dec.Spaces(doc)
		if bad == nil && len(p.Events) == 0 && r.dec.Odd() > 0 {
			bad = r.dec.refuse("spaces page", ErrNoCall)
		}
		return bad, r.handEvents(p.Events)
	}
	f, bad := r.dec.Frame(doc)
	if bad != nil {
		return bad, nil
	}
	f.Event.Source = call.FromReplay
	return nil, r.hand(f)
}

func (r *recording) hand(f Frame) error {
	r.stats.Frames++
	return r.each(f, r.line)
}

func (r *recording) handEvents(events []call.Event) error {
	for _, e := range events {
		e.Source = call.FromReplay
		f := Frame{Kind: CallState, Source: "call-events", Type: "call-state", At: e.Snapshot.At, Event: e}
		if err := r.hand(f); err != nil {
			return err
		}
	}
	return nil
}

func (r *recording) handReport(rep *call.Report) error {
	r.stats.Reports++
	if err := r.handEvents(rep.Events); err != nil {
		return err
	}
	f := Frame{Kind: ReportReady, Source: "call-events-report", Type: "REPORT_SUMMARY", At: rep.Ended, Report: rep}
	f.Event = call.Event{Kind: call.KindReport, Source: call.FromReplay, Meta: call.Meta{ID: rep.ID}}
	if len(rep.Events) > 0 {
		f.Event.Meta = rep.Events[0].Meta
	}
	return r.hand(f)
}
