package world

import "time"

func reportStamp(ms int64) ReportStamp { return ReportStamp(time.UnixMilli(ms)) }

// report makes the report of an ended call as it is at a moment, Unix ms.
func (c *call) report(now int64) Report {
	r := Report{
		ConversationSpaceID: c.id, CallCreated: reportStamp(c.created), CallEnded: reportStamp(c.endedAt),
		CallInitiator: "DIRECT", Direction: c.direction(), AccountKey: c.w.account.Key,
		Participants: make([]ReportParticipant, len(c.legs)), Systems: []ReportSystem{},
		AssociatedConversations: append([]string{}, c.assoc...), HangupOriginatorID: c.hangup,
		CallStates: make([]ReportState, len(c.tape)), AIAnalysis: c.analysis(now),
	}
	for i := range c.legs {
		l := &c.legs[i]
		recordings, transcripts := c.tapesOf(i, now)
		r.Participants[i] = ReportParticipant{
			ID: l.id, Originator: l.originator, LegID: l.legID, Type: c.reportType(l),
			Recordings: recordings, LiveTranscripts: []Recording{}, Transcripts: transcripts,
		}
	}
	for i := range c.ivrs {
		if v := &c.ivrs[i]; v.plan == "" {
			r.Systems = append(r.Systems, ReportSystem{ID: v.id, Originator: c.legs[0].id, Type: v.reportType()})
			r.Actions = append(r.Actions, c.mailActions(v, now)...)
		}
	}
	for i := range c.tape {
		s := c.state(i)
		for k := range s.Participants {
			s.Participants[k].Type.Contact = nil // live states have it, reports do not
		}
		r.CallStates[i] = ReportState{
			ID: s.ID, Type: s.Type, SequenceNumber: s.SequenceNumber, Timestamp: ReportStamp(s.Timestamp),
			Participants: s.Participants, Systems: s.Systems, Recordings: s.Recordings, Transcripts: s.Transcripts,
		}
	}
	return r
}

func (c *call) reportType(l *leg) ReportType {
	t := ReportType{ParticipantType: l.wireType()}
	if l.who == nil {
		return t
	}
	t.UserID, t.UserKey = l.who.line.UserID, l.who.line.UserKey
	if l.agentOf > 0 {
		wrap := l.wrapUp
		t.Value = "AGENT"
		t.WrapUpDuration, t.InteractiveVoiceResponseSystemID = &wrap, c.ivrs[l.agentOf-1].id
		t.Skills, t.MatchedSkills = &[]string{}, &[]string{}
	}
	return t
}

func (v *ivr) reportType() ReportSystemType {
	t := ReportSystemType{SystemType: v.wireType()}
	if v.queue == nil {
		v.message(&t.SystemType)
		return t
	}
	no, wait := false, max(v.left-v.entered+v.skewMS, 0)
	t.ExtensionNumber, t.LeftQueueReason = v.queue.Number, v.reason
	t.CallbackOffered, t.Intents, t.CallerWaitDuration = &no, &[]string{}, &wait
	return t
}

// summary makes an ended call's entry in the list of summaries.
func (c *call) summary() Summary {
	s := Summary{
		ConversationSpaceID: c.id, AccountKey: c.w.account.Key,
		CallCreated: reportStamp(c.created), CallEnded: reportStamp(c.endedAt),
		CallInitiator: "DIRECT", Direction: c.direction(),
		Caller: c.legs[0].summary(), CallerOutcome: c.callerOutcome(), Participants: []SummaryParty{},
	}
	for _, t := range c.tape {
		if t.kind == active {
			at := reportStamp(c.created + int64(t.after))
			s.CallAnswered = &at
			break
		}
	}
	for i := range c.legs {
		if c.legs[i].answered {
			s.Participants = append(s.Participants, c.legs[i].summary())
		}
	}
	return s
}

func (l *leg) summary() SummaryParty {
	if l.who == nil {
		n := l.number
		return SummaryParty{Name: l.outside.Name, Number: l.outside.Number, LegID: l.legID, Type: SummaryType{
			Value: "PHONE_NUMBER", PhoneNumberID: n.ID, Number: n.Number, Name: n.Name, CallProvider: "PSTN",
		}}
	}
	g := l.who.line
	return SummaryParty{Name: g.Name, Number: g.Number, LegID: l.legID, Type: SummaryType{
		Value: "LINE", LineID: g.ID, UserID: g.UserID, UserKey: g.UserKey,
	}}
}

// callerOutcome says how the caller left. Most answered calls through a menu are LEFT_DIAL_PLAN: the
// plan is still open when the caller hangs up.
func (c *call) callerOutcome() string {
	switch o := c.truth.outcome; {
	case o == "voicemail":
		return "VOICEMAIL"
	case o == "missed", o == "not_connected":
		return "MISSED"
	case o == "abandoned_queue":
		return "LEFT_QUEUE"
	case c.leftHold:
		return "LEFT_ON_HOLD"
	case c.leftMenu:
		return "LEFT_DIAL_PLAN"
	}
	return "NORMAL"
}
