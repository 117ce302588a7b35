package wire

import (
	"bytes"
	"time"

	"ringside/store/call"
)

const (
	maxStates = 20_000 // states kept of one document
	maxListed = 2000   // people, systems and actions kept of one report, each
	maxTopics = 100    // topics kept of one analysis
)

// Report decodes the report of a finished call. Its events are in the order of the document, each
// with Source FromReport and the Meta of the whole report; Raw is a copy of b. Fold and Fetched are
// left to the caller. The errors are those of Frame.
func (d *Decoder) Report(b []byte) (call.Report, error) {
	const what = "report"
	var r call.Report
	if err := d.start(what, b, d.MaxBody, DefaultMaxBody); err != nil {
		return call.Report{}, err
	}
	object := d.peek() == '{'
	if object {
		d.report(&r)
	} else {
		d.skip()
	}
	if err := d.finish(what); err != nil {
		return call.Report{}, err
	}
	switch {
	case !object || r.ID == "" && r.Events == nil:
		return call.Report{}, d.refuse(what, ErrShape)
	case r.ID == "":
		return call.Report{}, d.refuse(what, ErrNoCall)
	}
	r.Raw = bytes.Clone(b)
	return r, nil
}

// Odd gives how many values of the last document could not be understood or were too many to keep.
func (d *Decoder) Odd() int { return d.odd }

func (d *Decoder) report(r *call.Report) {
	var m call.Meta
	var people, stated tapes
	d.keep = true
	d.down()
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "callEnded":
			r.Ended = d.when()
		case "participants":
			r.People, people = nil, tapes{}
			d.objects(maxListed, func() { r.People = append(r.People, d.person(&people)) })
		case "interactiveVoiceResponseSystems":
			r.Queues, r.Mailboxes = nil, nil
			d.objects(maxListed, func() { d.reportSystem(r) })
		case "callStates":
			r.Events = nil
			stated = d.states(&r.Events, call.FromReport)
		case "actions":
			r.Actions = nil
			d.objects(maxListed, func() { r.Actions = append(r.Actions, d.action()) })
		case "aiAnalysis":
			d.analysis(&r.AI)
		default:
			if !d.metaMember(&m, k) {
				d.skip()
			}
		}
	}
	r.ID, r.HangupBy = m.ID, m.HangupBy
	r.Recordings = once(people.recordings, stated.recordings)
	r.Transcripts = once(people.live, people.transcripts, stated.live, stated.transcripts)
	for i := range r.Events {
		r.Events[i].Meta = m
	}
}

// list takes a list, calling each in front of every element up to limit; each takes the element.
func (d *Decoder) list(limit int, each func()) {
	if !d.enter('[') {
		return
	}
	n := 0
	for ok := d.elem(true); ok; ok = d.elem(false) {
		if n++; n > limit {
			d.odd++
			d.skip()
			continue
		}
		each()
	}
}

// objects is list for lists of objects: each is called inside of one, and takes its members.
func (d *Decoder) objects(limit int, each func()) {
	d.list(limit, func() {
		if d.enter('{') {
			each()
		}
	})
}

// states takes a list of states as events without Meta, and gives the recordings and transcripts
// they list.
func (d *Decoder) states(to *[]call.Event, from call.Source) tapes {
	var all tapes
	d.list(maxStates, func() {
		e := call.Event{Kind: call.KindState, Source: from}
		if d.state(&e.Snapshot) {
			*to = append(*to, e)
			all.add(d.ofLegs)
			all.add(d.ofState)
		}
	})
	return all
}

// person takes the participant that was entered as a report lists it; its recordings go to all.
func (d *Decoder) person(all *tapes) call.ReportPerson {
	var p call.ReportPerson
	var of tapes
	older := ""
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			p.ID = d.text()
		case "participantId":
			older = d.text()
		case "legId":
			p.LegID = d.text()
		case "originator":
			p.Originator = d.text()
		case "type":
			var t typ
			d.typ(&t)
			t.participant(&p.Participant)
			p.UserKey, p.Agent, p.WrapUp = t.userKey, t.value == "AGENT", t.wrapUp
		default:
			if listed := 0; !d.tape(&of, k, &listed) {
				d.skip()
			}
		}
	}
	p.ID = either(p.ID, older)
	of.of(p.ID)
	all.add(of)
	return p
}

// reportSystem takes the queue or mailbox that was entered as a report lists it; call.Report has no
// others.
func (d *Decoder) reportSystem(r *call.Report) {
	var s call.System
	var t typ
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			s.ID = d.text()
		case "originator":
			s.Originator = d.text()
		case "type":
			t = typ{}
			d.typ(&t)
		default:
			d.skip()
		}
	}
	t.system(&s)
	switch s.Kind {
	case call.Queue:
		r.Queues = append(r.Queues, call.ReportQueue{
			Name: t.queueName, Extension: t.extension, Left: t.left, Wait: t.wait, CallbackOffered: t.callback,
		})
	case call.Mailbox:
		r.Mailboxes = append(r.Mailboxes, s)
	}
}

// action takes the action that was entered.
func (d *Decoder) action() call.ReportAction {
	var at time.Time
	var t typ
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "timestamp":
			at = d.when()
		case "type":
			t = typ{}
			d.typ(&t)
		default:
			d.skip()
		}
	}
	return call.ReportAction{
		At: at, Kind: t.value, For: t.extension, Len: t.messageLength,
		By: call.Party{Name: t.callerName, Number: t.callerNumber},
	}
}

func (d *Decoder) analysis(a *call.ReportAI) {
	*a = call.ReportAI{}
	if !d.enter('{') {
		return
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "sentiment":
			a.Sentiment = d.text()
		case "summary":
			a.Summary = prose(d.said())
		case "topics":
			a.Topics = d.texts(maxTopics)
		default:
			d.skip()
		}
	}
}
