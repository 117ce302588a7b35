package wire

import (
	"fmt"
	"strings"
	"time"
)

// bigFrame writes a websocket message in the recorded shape: one outside caller, lines up to n
// participants in all, and so many nested dial plans.
func bigFrame(seq, n, plans int) []byte {
	var w strings.Builder
	at := time.Date(2026, 10, 5, 9, 30, 0, 120e6, time.UTC).Add(time.Duration(seq) * 1370 * time.Millisecond)
	fmt.Fprintf(&w, `{"event":"Notification","eventId":%d,"timestamp":"%s","data":{"id":"%s","source":"call-events","type":"call-state","usage":null,"timestamp":"%s","ttl":600,"topic":null,"displayNotification":null,"contentVersion":null,"content":{"metadata":{"conversationSpaceId":"%s","direction":"INBOUND","accountKey":"9988776655443322110","callCreated":"2026-10-05T09:30:00.12Z","callInitiator":"DIRECT"},"state":{"id":"%s","type":"ACTIVE","sequenceNumber":%d,"timestamp":"%s","participants":[`,
		seq, at.Add(111*time.Millisecond).Format(time.RFC3339Nano), genID('n', seq), at.Add(95*time.Millisecond).Format(time.RFC3339Nano), genID('c', 1), genID('s', seq), seq, at.Format(time.RFC3339Nano))
	for i := range n {
		if i > 0 {
			w.WriteByte(',')
		}
		status := "RINGING"
		if i == 0 {
			status = "IN_INTERACTIVE_VOICE_RESPONSE"
		}
		fmt.Fprintf(&w, `{"id":"%s","legId":"%s","originator":"%s","type":%s,"status":{"value":"%s"}}`,
			genID('p', i), genID('l', i), genID('p', 0), genType(i), status)
	}
	w.WriteByte(']')
	if plans > 0 {
		w.WriteString(`,"interactiveVoiceResponseSystems":[`)
		for i := range plans {
			if i > 0 {
				w.WriteByte(',')
			}
			fmt.Fprintf(&w, `{"id":"%s","status":{"value":"CONNECTED"},"originator":"%s","type":{"dialPlanId":"%s","executionId":"%s","currentNode":{"id":"JumpToDialPlanNode_%d","type":"JumpToDialPlanNode"},"previousNode":{"id":"ScheduleNode_%d","connector":"onOpen"},"value":"DIAL_PLAN"}}`,
				genID('v', i), genID('p', 0), genID('d', i), genID('e', i), 1000+i, 1100+i)
		}
		w.WriteByte(']')
	}
	w.WriteString(`}},"bypassDoNotDisturb":false}}`)
	return []byte(w.String())
}

func genType(i int) string {
	if i == 0 {
		return fmt.Sprintf(`{"phoneNumberId":"%s","name":"+13125550100","number":"+13125550100","callProvider":"PSTN","caller":{"name":"ROE DANA","number":"+13125550142"},"value":"PHONE_NUMBER"}`, genID('o', 0))
	}
	return fmt.Sprintf(`{"lineId":"%s","deviceId":"%s","extensionNumber":"%04d","device":{"id":"%s","model":"polycom.vvx450","user":{"id":"%s"}},"name":"Agent %04d","value":"LINE"}`,
		genID('i', i), genID('t', i), 7000+i, genID('t', i), genID('u', i), 7000+i)
}

func genID(kind byte, n int) string {
	return fmt.Sprintf("%08x-%04x-5%03x-9a%02x-%012x", uint32(n)*0x9e3779b1, n&0xffff, n&0xfff, kind, uint64(n+1)*0x10001*uint64(kind))
}
