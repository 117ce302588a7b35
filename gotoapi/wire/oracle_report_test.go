package wire

import (
	"slices"
	"sort"
	"strings"
	"time"

	"ringside/store/call"
)

// oracleReport gives what a report says, Raw left out; b is JSON and not nested too deep.
func oracleReport(b []byte) (call.Report, error) {
	m, ok := parseTree(b).(map[string]any)
	if !ok {
		return call.Report{}, errOracleShape
	}
	t := tree(m)
	meta := oracleMeta(t)
	r := call.Report{ID: meta.ID, HangupBy: meta.HangupBy, Ended: t.time("callEnded")}
	for _, s := range t.objs("callStates") {
		r.Events = append(r.Events, call.Event{Kind: call.KindState, Source: call.FromReport, Meta: meta, Snapshot: oracleState(s)})
	}
	if r.ID == "" {
		if r.Events == nil {
			return call.Report{}, errOracleShape
		}
		return call.Report{}, errOracleCall
	}
	for _, p := range t.objs("participants") {
		word, ty := p.word("type")
		r.People = append(r.People, call.ReportPerson{
			Participant: oracleParticipant(p), UserKey: ty.text("userKey"),
			Agent: call.Clean(word) == "AGENT", WrapUp: ty.span("wrapUpDuration", time.Millisecond),
		})
	}
	r.Recordings = oracleTapes(t, "recordings")
	r.Transcripts = oracleTapes(t, "liveTranscripts", "transcripts")
	for _, v := range t.objs("interactiveVoiceResponseSystems") {
		_, ty := v.word("type")
		switch s := oracleSystem(v).System; s.Kind {
		case call.Queue:
			r.Queues = append(r.Queues, call.ReportQueue{
				Name: ty.text("queueName"), Extension: ty.text("extensionNumber"), Left: ty.text("leftQueueReason"),
				Wait:            ty.span("callerWaitDuration", time.Millisecond),
				CallbackOffered: ty["callbackOffered"] == true || ty["callbackOffered"] == "true",
			})
		case call.Mailbox:
			r.Mailboxes = append(r.Mailboxes, s)
		}
	}
	for _, a := range t.objs("actions") {
		word, ty := a.word("type")
		r.Actions = append(r.Actions, call.ReportAction{
			At: a.time("timestamp"), Kind: call.Clean(word), For: ty.text("extensionNumber"),
			Len: ty.span("durationMs", time.Millisecond),
			By:  call.Party{Name: ty.text("callerName"), Number: ty.text("callerNumber")},
		})
	}
	if ai, ok := t.obj("aiAnalysis"); ok {
		r.AI = call.ReportAI{Sentiment: ai.text("sentiment"), Summary: oracleProse(ai.raw("summary"))}
		for _, v := range ai.arr("topics") {
			if s := (tree{"s": v}).text("s"); s != "" {
				r.AI.Topics = append(r.AI.Topics, s)
			}
		}
	}
	return r, nil
}

// oracleTapes gives what the members named list, of the report's people first, then of its states.
func oracleTapes(t tree, names ...string) []call.Recording {
	var all []call.Recording
	take := func(o tree, name, participant string) {
		for _, e := range o.objs(name) {
			all = append(all, call.Recording{
				ID: e.text("id"), At: e.time("startTimestamp"), Participant: participant,
				Transcribed: e["transcriptEnabled"] == true || e["transcriptEnabled"] == "true",
			})
		}
	}
	for _, name := range names {
		for _, p := range t.objs("participants") {
			take(p, name, oracleParticipant(p).ID)
		}
	}
	for _, name := range names {
		for _, s := range t.objs("callStates") {
			for _, p := range s.objs("participants") {
				take(p, name, oracleParticipant(p).ID)
			}
			take(s, name, "")
		}
	}
	var out []call.Recording
	for _, r := range all {
		i := slices.IndexFunc(out, func(o call.Recording) bool { return o.ID == r.ID })
		switch {
		case r.ID == "":
		case i < 0:
			out = append(out, r)
		default:
			out[i].Transcribed = out[i].Transcribed || r.Transcribed
			if out[i].At.IsZero() {
				out[i].At = r.At
			}
			if out[i].Participant == "" {
				out[i].Participant = r.Participant
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].At.Before(out[j].At) })
	return out
}

func oracleProse(s string) string {
	out := ""
	for _, w := range strings.Fields(s) {
		w = call.Clean(w)
		if len(out)+1+len(w) > 8192 {
			break
		}
		if out != "" && w != "" {
			out += " "
		}
		out += w
	}
	return out
}
