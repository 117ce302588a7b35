package tape

import "strings"

// memberKind is what may be expected under the name of a member.
type memberKind uint8

const (
	unknown   memberKind = iota // anything: it is replaced
	exact                       // an id, a time, a count: it stays
	plain                       // a word of the service: it stays unless it looks like a telephone number
	telephone                   // a telephone number
)

// kindOf tells what is expected under a name. The names are those of goto-api.md, sections 3 to 5.
func kindOf(name string) memberKind {
	switch name {
	case "id", "legId", "participantId", "originator", "conversationSpaceId", "associatedConversations",
		"hangupOriginatorId", "accountKey", "userKey", "userId", "lineId", "deviceId", "phoneNumberId",
		"dialPlanId", "executionId", "queueId", "voicemailBoxId", "voicemailboxId", "voicemailId",
		"extensionId", "callId", "organizationId", "interactiveVoiceResponseSystemId",
		"timestamp", "startTimestamp", "callCreated", "callAnswered", "callEnded", "createdTime",
		"eventId", "sequenceNumber", "ttl", "remainingLifetime", "duration", "durationMs", "pageSize",
		"callerWaitDuration", "wrapUpDuration", "configuredWrapUpDuration", "extensionNumber":
		return exact
	case "event", "source", "type", "value", "usage", "topic", "contentVersion", "direction", "callInitiator",
		"callProvider", "callerOutcome", "connector", "option", "result", "folder", "leftQueueReason",
		"mailboxType", "model", "notAddedReason", "queueName", "queueType", "sentiment", "status", "state",
		"voicemailStatus":
		return plain
	case "number", "dialString", "ani":
		return telephone
	}
	if strings.HasSuffix(name, "Number") || strings.HasSuffix(name, "Numbers") {
		return telephone
	}
	return unknown
}
