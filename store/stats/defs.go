package stats

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// definitions gives every number, in the order in which pages show them: those of the day stand at
// the place of their ID.
func definitions(o *Options) []def {
	return slices.Concat(dayDefinitions(o), nowDefinitions(), agentDefinitions())
}

func short(o *Options, e *Entry) bool {
	if !abandoned(e) || o.ShortAbandon <= 0 {
		return false
	}
	ms := e.TotalMs
	if e.Outcome == call.AbandonedQueue {
		ms = e.PhasesMs[call.PhaseWait]
	}
	return ms < o.ShortAbandon.Milliseconds()
}

func seconds(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("%g", d.Seconds()), ".0") + " s"
}

func dayDefinitions(o *Options) []def {
	count := func(id ID, name, title, formula string, counts func(*Entry) bool) def {
		return def{id: id, name: name, title: title, formula: formula, counts: counts}
	}
	mean := func(id ID, name, title, formula string, counts func(*Entry) bool, value func(*Entry) int64) def {
		return def{id: id, name: name, title: title, formula: formula, unit: Millis, counts: counts, value: value}
	}
	long := func(e *Entry) bool { return !short(o, e) }
	said := ""
	if o.ShortAbandon > 0 {
		said = "; who gave up within " + seconds(o.ShortAbandon) + " is left out and counted as a short abandon"
	}
	const served = "from outside, or from an extension to a queue"
	timed := func(e *Entry) bool { _, ok := e.AnswerTime(); return ok && e.Served() }
	return []def{
		count(Calls, "calls", "Calls", "all calls, up or ended, in any direction", func(*Entry) bool { return true }),
		count(CallsIn, "calls_in", "Calls in", "calls that came in: "+served, (*Entry).Served),
		count(CallsOut, "calls_out", "Calls out", "calls to an outside number", func(e *Entry) bool { return e.Direction == call.Outbound }),
		count(CallsInternal, "calls_internal", "Internal", "calls between extensions that went to no queue",
			func(e *Entry) bool { return e.Direction == call.Internal && !e.Served() }),
		count(Answered, "answered", "Answered", "calls that came in ("+served+") and were taken by a person, or by an outside number they were forwarded to; those that still talk are among them",
			func(e *Entry) bool { return e.Served() && e.Taken() }),
		count(Missed, "missed", "Missed", "calls that came in and ended without anyone taking them: rung out, abandoned, or sent to voicemail"+said,
			func(e *Entry) bool { return lost(e) && long(e) }),
		count(RangOut, "rang_out", "Rang out", "missed calls that rang and that nobody took, or that left no message in a mailbox",
			func(e *Entry) bool { return lost(e) && e.Outcome == call.Missed }),
		count(Abandoned, "abandoned", "Abandoned", "missed calls whose caller gave up, in a menu or in a queue"+said,
			func(e *Entry) bool { return abandoned(e) && long(e) }),
		count(AbandonedMenu, "abandoned_menu", "Abandoned in menu", "missed calls whose caller gave up before a queue or a telephone was reached"+said,
			func(e *Entry) bool { return lost(e) && e.Outcome == call.AbandonedMenu && long(e) }),
		count(AbandonedQueue, "abandoned_queue", "Abandoned in queue", "missed calls whose caller gave up in a queue, agents ringing included"+said,
			func(e *Entry) bool { return lost(e) && e.Outcome == call.AbandonedQueue && long(e) }),
		count(Voicemail, "voicemail", "Voicemail", "missed calls that ended in a mailbox",
			func(e *Entry) bool { return lost(e) && e.Outcome == call.VoicemailLeft }),
		count(Short, "short", "Short abandons", "calls whose caller gave up within "+seconds(o.ShortAbandon)+" of entering the queue, or in a menu within "+seconds(o.ShortAbandon)+" of the beginning; in no other number but the calls",
			func(e *Entry) bool { return lost(e) && short(o, e) }),
		mean(AnswerTime, "answer_time", "Mean time to answer", "answered calls: the time from the first ring or the queue entry, whichever was first, to the first pick-up; their sum divided by how many they are; calls that were joined late are left out",
			timed, func(e *Entry) int64 { d, _ := e.AnswerTime(); return d.Milliseconds() }),
		{id: SLA, name: "sla", title: "SLA", unit: Share,
			formula: fmt.Sprintf("of the calls that rang somebody or entered a queue and were answered or missed, those answered within %s; the promise is %s%s; callers who still wait are not in it",
				seconds(o.Within), Percent(o.Target), said),
			counts: func(e *Entry) bool { return timed(e) || lost(e) && e.OfferMs >= 0 && long(e) },
			within: func(e *Entry) bool { d, ok := e.AnswerTime(); return ok && d <= o.Within }},
		mean(TalkTime, "talk_time", "Mean talk", "calls in any direction that were answered and have ended: their time of talk, hold left out, divided by how many they are",
			talkedOver, func(e *Entry) int64 { return e.PhasesMs[call.PhaseTalk] }),
		mean(HoldTime, "hold_time", "Mean hold", "calls in any direction that were answered and have ended: their time on hold, divided by how many they are, those never on hold included",
			talkedOver, func(e *Entry) int64 { return e.PhasesMs[call.PhaseHold] }),
		mean(WaitTime, "wait_time", "Mean wait", "calls that have been in a queue and are no longer up: the time in queues, divided by how many they are",
			func(e *Entry) bool { return e.live == nil && e.Queue != "" }, func(e *Entry) int64 { return e.PhasesMs[call.PhaseWait] }),
		{id: LongestWait, name: "longest_wait", title: "Longest wait", unit: Millis,
			formula: "the longest time that one call has spent in queues, menus and greetings left out; who waits now is among them",
			counts:  func(e *Entry) bool { return e.Queue != "" }, value: func(e *Entry) int64 { return e.PhasesMs[call.PhaseWait] }},
	}
}

func nowDefinitions() []def {
	state := func(s call.State) func(*Entry) bool {
		return func(e *Entry) bool { return e.live != nil && e.live.State == s }
	}
	return []def{
		{id: Up, name: "up", title: "Up", formula: "calls that are up now", now: (*Entry).Up},
		{id: Ringing, name: "ringing", title: "Ringing", formula: "calls that ring somebody now", now: state(call.StateRinging)},
		{id: Waiting, name: "waiting", title: "Waiting", formula: "callers who are in a queue now and whom nobody has answered, agents ringing included; menus and greetings are not waiting", now: (*Entry).waits},
		{id: Talking, name: "talking", title: "Talking", formula: "calls in which people talk now", now: state(call.StateTalking)},
		{id: Holding, name: "holding", title: "On hold", formula: "calls on hold now", now: state(call.StateOnHold)},
		{id: LongestNow, name: "longest_now", title: "Longest now", unit: Millis, formula: "of those who wait now, how long the one has waited who has waited longest, earlier queues of the same call included", now: (*Entry).waits},
	}
}

func agentDefinitions() []def {
	count := func(id ID, name, title, formula string, part func(*Entry, *Part) bool) def {
		return def{id: id, name: name, title: title, formula: formula, part: part}
	}
	return []def{
		count(AgentCalls, "agent_calls", "Calls", "calls in which this person talked: taken when they rang, or dialled and answered",
			func(_ *Entry, p *Part) bool { return p.Talked }),
		count(AgentMissed, "agent_missed", "Missed", "calls that rang this person and that nobody had taken when the ringing stopped; calls that somebody else took while it rang are not missed",
			func(_ *Entry, p *Part) bool { return p.Let > 0 && !p.Won }),
		{id: AgentTalk, name: "agent_talk", title: "Mean talk", unit: Millis,
			formula: "calls in which this person talked and that have ended: their own time of talk, hold left out, divided by how many they are",
			part:    func(e *Entry, p *Part) bool { return p.Talked && e.live == nil }, mine: func(p *Part) int64 { return p.TalkMs }},
		count(AgentRung, "agent_rung", "Rung", "calls that rang this person; two telephones of one person ring once",
			func(_ *Entry, p *Part) bool { return p.Rings > 0 }),
		count(AgentWon, "agent_won", "Taken", "calls that rang this person and that they took",
			func(_ *Entry, p *Part) bool { return p.Won }),
		count(AgentBeaten, "agent_beaten", "Others faster", "calls that rang this person and that somebody else took while it rang",
			func(_ *Entry, p *Part) bool { return p.Beaten > 0 && !p.Won }),
		{id: AgentRingTime, name: "agent_ring_time", title: "Mean ring", unit: Millis,
			formula: "calls that rang this person and ring no longer: how long it rang there, divided by how many they are, whoever took them",
			part:    func(_ *Entry, p *Part) bool { return p.Rings > 0 && !p.Open }, mine: func(p *Part) int64 { return p.RingMs }},
	}
}
