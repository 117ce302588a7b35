package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
)

// The oracle: what a document says, taken out of encoding/json's tree. It shares nothing with the
// decoder but the types it fills and call.Clean. In a tree the last of repeated members has won
// already and names are compared exactly, as the decoder promises.

type tree map[string]any

func parseTree(b []byte) any {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	return v
}

// treeDepth gives how deep JSON nests, superseded members included.
func treeDepth(b []byte) int {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	depth, deepest := 0, 0
	for {
		t, err := dec.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				panic(err)
			}
			return deepest
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
			deepest = max(deepest, depth)
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

func (t tree) obj(k string) (tree, bool) {
	m, ok := t[k].(map[string]any)
	return m, ok
}

func (t tree) arr(k string) []any {
	a, _ := t[k].([]any)
	return a
}

func (t tree) objs(k string) []tree {
	var list []tree
	for _, v := range t.arr(k) {
		if m, ok := v.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

func (t tree) raw(k string) string {
	switch v := t[k].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (t tree) text(k string) string { return call.Clean(t.raw(k)) }

// rfc3339 is what package time checks less strictly than RFC 3339 says.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func oracleTime(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil || !rfc3339.MatchString(s) {
		return time.Time{}, false
	}
	return at.UTC(), true
}

func (t tree) time(k string) time.Time {
	at, _ := oracleTime(t.raw(k))
	return at
}

func (t tree) uint(k string) uint64 {
	n, err := strconv.ParseUint(t.raw(k), 10, 64)
	if err != nil || strings.HasPrefix(t.raw(k), "+") {
		return 0
	}
	return n
}

var decimal = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,9})?`)
var decimalOnly = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

func (t tree) span(k string, unit time.Duration) time.Duration {
	s := t.raw(k)
	if !decimalOnly.MatchString(s) {
		return 0
	}
	r, _ := new(big.Rat).SetString(decimal.FindString(s))
	r.Mul(r, new(big.Rat).SetInt64(int64(unit)))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	whole, _, _ := strings.Cut(s, ".")
	w, _ := new(big.Int).SetString(whole, 10)
	if w.Cmp(big.NewInt(int64(maxSpan/unit))) > 0 {
		return 0
	}
	return time.Duration(n.Int64())
}

// word gives the value of a status or type, which may stand there as a bare word.
func (t tree) word(k string) (string, tree) {
	if s, ok := t[k].(string); ok {
		return s, tree{}
	}
	m, ok := t.obj(k)
	if !ok {
		return "", tree{}
	}
	return m.raw("value"), m
}

func oracleMeta(t tree) call.Meta {
	m := call.Meta{
		ID: t.text("conversationSpaceId"), Account: t.text("accountKey"),
		Inbound: t.raw("direction") == "INBOUND", Outbound: t.raw("direction") == "OUTBOUND",
		Created: t.time("callCreated"), Initiator: t.text("callInitiator"),
		DialString: t.text("dialString"), HangupBy: t.text("hangupOriginatorId"),
	}
	for i := range t.arr("associatedConversations") {
		s := tree{"s": t.arr("associatedConversations")[i]}.text("s")
		if s != "" && len(m.Associated) < 100 {
			m.Associated = append(m.Associated, s)
		}
	}
	return m
}

func oracleStatus(t tree) (call.Status, string) {
	word, _ := t.word("status")
	words := map[string]call.Status{
		"RINGING": call.StatusRinging, "CONNECTED": call.StatusConnected,
		"IN_INTERACTIVE_VOICE_RESPONSE": call.StatusInMenu, "ON_HOLD": call.StatusOnHold,
		"IN_DIRECT_TRANSFER": call.StatusBlind, "IN_WARM_TRANSFER": call.StatusWarm,
		"PARKED": call.StatusParked, "DISCONNECTING": call.StatusDisconnecting,
	}
	if s, ok := words[word]; ok {
		return s, ""
	}
	return call.StatusOther, call.Clean(word)
}

func oracleEndpoint(t tree, k string) (call.Endpoint, bool) {
	m, ok := t.obj(k)
	if !ok {
		return call.Endpoint{}, false
	}
	e := call.Endpoint{
		Participant: m.text("participantId"), Conversation: m.text("conversationSpaceId"),
		Extension: m.text("extensionNumber"), Name: m.text("name"), Number: m.text("number"),
	}
	if e.Participant == "" {
		e.Participant = m.text("id")
	}
	return e, true
}

func oracleMove(t tree) *call.Move {
	st, _ := t.obj("status")
	var m call.Move
	var a, b, c bool
	m.Initiator, a = oracleEndpoint(st, "initiator")
	m.Transferrer, b = oracleEndpoint(st, "transferrer")
	m.Destination, c = oracleEndpoint(st, "destination")
	if !a && !b && !c {
		return nil
	}
	return &m
}

func oracleParty(t tree, k string) (call.Party, bool) {
	m, ok := t.obj(k)
	return call.Party{Name: m.text("name"), Number: m.text("number")}, ok
}

func oracleParticipant(t tree) call.Participant {
	word, ty := t.word("type")
	dev, _ := ty.obj("device")
	user, _ := dev.obj("user")
	p := call.Participant{
		ID: t.text("id"), LegID: t.text("legId"), Originator: t.text("originator"),
		Name: ty.text("name"), Extension: ty.text("extensionNumber"), LineID: ty.text("lineId"),
		DeviceID: ty.text("deviceId"), Device: dev.text("model"), UserID: ty.text("userId"),
		NumberID: ty.text("phoneNumberId"), Number: ty.text("number"),
	}
	if p.ID == "" {
		p.ID = t.text("participantId")
	}
	if p.DeviceID == "" {
		p.DeviceID = dev.text("id")
	}
	if p.UserID == "" {
		p.UserID = user.text("id")
	}
	p.Kind, p.KindText = oracleKind(word)
	caller, calling := oracleParty(ty, "caller")
	callee, called := oracleParty(ty, "callee")
	p.Outside = caller
	if called && !calling {
		p.Outside, p.Called = callee, true
	}
	return p
}

func oracleKind(word string) (call.ParticipantKind, string) {
	switch call.Clean(word) {
	case "LINE", "AGENT":
		return call.LineLeg, ""
	case "PHONE_NUMBER":
		return call.NumberLeg, ""
	}
	return call.OtherLeg, call.Clean(word)
}

func oracleSystem(t tree) call.SnapSystem {
	word, ty := t.word("type")
	now, _ := ty.obj("currentNode")
	before, _ := ty.obj("previousNode")
	s := call.SnapSystem{
		System: call.System{
			ID: t.text("id"), Originator: t.text("originator"), PlanID: ty.text("dialPlanId"),
			QueueID: ty.text("queueId"), QueueName: ty.text("queueName"),
			WrapUp: ty.span("configuredWrapUpDuration", time.Second),
			BoxID:  ty.text("voicemailBoxId"), Number: ty.text("number"), Folder: ty.text("folder"),
			Message: ty.span("duration", time.Millisecond), Result: ty.text("voicemailStatus"),
		},
		Node: call.Node{
			ID: now.text("id"), Type: now.text("type"), Option: now.text("option"),
			Result: now.text("result"), Via: before.text("connector"),
		},
	}
	s.Status, _ = oracleStatus(t)
	switch word := call.Clean(word); word {
	case "DIAL_PLAN":
		s.System.Kind = call.DialPlan
	case "CALL_QUEUE":
		s.System.Kind = call.Queue
	case "VOICEMAIL":
		s.System.Kind = call.Mailbox
	default:
		s.System.KindText = word
	}
	return s
}

func oracleState(t tree) call.Snapshot {
	s := call.Snapshot{Seq: t.uint("sequenceNumber"), At: t.time("timestamp"), Recorded: len(t.arr("recordings"))}
	switch t.raw("type") {
	case "STARTING":
		s.Stage = call.Starting
	case "ACTIVE":
		s.Stage = call.Active
	case "ENDING":
		s.Stage = call.Ending
	}
	for _, p := range t.objs("participants") {
		if len(s.Legs) == 2000 {
			break
		}
		l := call.SnapLeg{Participant: oracleParticipant(p), Move: oracleMove(p)}
		l.Status, l.StatusText = oracleStatus(p)
		s.Legs = append(s.Legs, l)
		s.Recorded += len(p.arr("recordings"))
	}
	for _, v := range t.objs("interactiveVoiceResponseSystems") {
		if len(s.Systems) == 2000 {
			break
		}
		s.Systems = append(s.Systems, oracleSystem(v))
	}
	return s
}

var (
	errOracleShape = errors.New("not a notification")
	errOracleCall  = errors.New("names no call")
)

// oracleFrame gives what a frame says; b is JSON and not nested too deep. Odd is left out.
func oracleFrame(b []byte) (Frame, error) {
	m, ok := parseTree(b).(map[string]any)
	if !ok {
		return Frame{}, errOracleShape
	}
	outer := tree(m)
	n, enveloped := outer.obj("data")
	if !enveloped {
		n = outer
	}
	f := Frame{
		EventID: outer.uint("eventId"), Source: n.text("source"), Type: n.text("type"),
		At: n.time("timestamp"), TTL: n.span("ttl", time.Second),
	}
	if !enveloped {
		f.ID = outer.text("id")
	}
	source, kind := f.Source, f.Type
	if enveloped && f.At.IsZero() {
		f.At = outer.time("timestamp")
	}
	if enveloped && f.Source == "" && f.Type == "" {
		f.Source, f.Type = outer.text("source"), outer.text("type")
	}
	if f.Source == "" && f.Type == "" && outer.text("event") == "" {
		return Frame{}, errOracleShape
	}
	c, _ := n.obj("content")
	meta, _ := c.obj("metadata")
	st, stated := c.obj("state")
	switch {
	case source == "call-events" && (kind == "call-state" || kind == "" && stated):
		f.Kind = CallState
		f.Event = call.Event{Kind: call.KindState, Meta: oracleMeta(meta), Snapshot: oracleState(st)}
	case source == "call-events-report" && (c.text("conversationSpaceId") != "" ||
		kind == "REPORT_SUMMARY" || kind == "REPORT_SUMMARY_REVISION" || kind == "call-events-report" || kind == ""):
		f.Kind = ReportReady
		f.Revision = kind == "REPORT_SUMMARY_REVISION"
		f.Event = call.Event{Kind: call.KindReport, Meta: oracleMeta(meta)}
		if id := c.text("conversationSpaceId"); id != "" {
			f.Event.Meta.ID = id
		}
		if account := c.text("accountKey"); account != "" {
			f.Event.Meta.Account = account
		}
	case source == "notification-websocket" && kind == "WEBSOCKET_REFRESH_REQUIRED":
		f.Kind, f.Remaining = RefreshRequired, c.span("remainingLifetime", time.Second)
	case source == "notification-websocket" && kind == "WEBSOCKET_TO_BE_CLOSED":
		f.Kind = ToBeClosed
	case source == "WebRTC":
		f.Kind = WebCall
	}
	if (f.Kind == CallState || f.Kind == ReportReady) && f.Event.Meta.ID == "" {
		return Frame{}, errOracleCall
	}
	return f, nil
}
