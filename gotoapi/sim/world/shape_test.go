package world

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// shape writes a call as one short line: for each state its type (S, A, E), the participants (n a
// number, l a line; r ringing, c connected, i in a menu, queue or mailbox, h on hold, b in blind and w
// in warm transfer, d disconnecting), and the systems (P plan, Q queue, V mailbox; * with a result, !
// disconnecting). A state of the same millisecond as the one before begins with "=".
func shape(states []State) string {
	var b strings.Builder
	for i, s := range states {
		if i > 0 {
			b.WriteString("; ")
			if s.Timestamp == states[i-1].Timestamp {
				b.WriteByte('=')
			}
		}
		b.WriteByte(s.Type[0])
		for _, p := range s.Participants {
			b.WriteByte(' ')
			b.WriteString(map[string]string{"LINE": "l", "PHONE_NUMBER": "n"}[p.Type.Value])
			b.WriteString(map[string]string{
				"RINGING": "r", "CONNECTED": "c", "IN_INTERACTIVE_VOICE_RESPONSE": "i", "ON_HOLD": "h",
				"IN_DIRECT_TRANSFER": "b", "IN_WARM_TRANSFER": "w", "DISCONNECTING": "d",
			}[p.Status.Value])
		}
		if s.Systems != nil {
			b.WriteByte(' ')
		}
		for _, y := range s.Systems {
			b.WriteString(map[string]string{"DIAL_PLAN": "P", "CALL_QUEUE": "Q", "VOICEMAIL": "V"}[y.Type.Value])
			switch {
			case y.Status.Value == "DISCONNECTING":
				b.WriteByte('!')
			case y.Type.CurrentNode != nil && y.Type.CurrentNode.Result != "":
				b.WriteByte('*')
			}
		}
	}
	return b.String()
}

// The shapes of the recorded calls, as patterns: what repeats may repeat another number of times.
const (
	aMenu    = `S nr; A ni P; A ni P\*; A ni P; A ni PP; A ni PP\*; A ni PP; (?:=?A ni P+\*?; )*`
	aPlain   = `S nr; A ni P; A ni P\*; A ni P; A ni PP; `
	aHold    = `(?:A nh lc P*Q?; A nc lc P*Q?; )*(?:A nh lc P*Q?; )?`
	aUnwind  = `A ni P*P!; (?:=?A ni P*P!; )*A nd; =E`
	aRound   = `(?:=?A ni(?: lr| ld)+ P*Q; )+`
	aPickUp  = `=?A nc(?: lr)+ P*Q; =A nc(?: lr| lc)+ P*Q; (?:=?A nc(?: lr| lc| ld)+ P*Q; )*`
	aRinging = `(?:=?A ni(?: lr| ld)+ P+; )+`
	aTaken   = `=?A nc(?: lr)+ P+; =A nc(?: lr| lc)+ P+; (?:=?A nc(?: lr| lc| ld)+ P+; )*`
	aMailbox = `A ni P+V; A ni P+V!; `
)

func shapes() map[string]string {
	queue := aMenu + `A ni P+Q; ` + aRound + aPickUp + aHold + `A n[ch] lc P+Q!; =A ni ld P+; ` + aUnwind
	person := aMenu + aRinging + aTaken + aHold + `A ni ld P+; ` + aUnwind
	mail := aMenu + aRinging + aMailbox + aUnwind
	blindOut := aMenu + aRinging + aTaken + `A nh lc P+; A nc lc P+; A nb lc P+; =A nb ld P+; A nb P*P!; (?:=?A nb P*P!; )*`
	bare := `(?:A nh lc; A nc lc; )*(?:A nh lc; )?A n[ch] ld; A nd; =E`
	return map[string]string{
		"queue":       queue,
		"withheld":    queue,
		"two-devices": person,
		"dial":        person + `|` + mail,
		"voicemail":   mail,
		"no-answer":   mail + `|` + aMenu + aRinging + aUnwind,
		"menu":        aMenu + aUnwind,
		"abandon":     aMenu + `A ni P+Q; (?:` + aRound + `)?A ni(?: lr)* P+Q!; (?:=A ni(?: lr| ld)+ P+; )*` + aUnwind,
		"overflow":    aMenu + `A ni P+Q; (?:` + aRound + `)?A ni P+Q!; =` + aMailbox + aUnwind,
		"forward":     aPlain + `A ni nr PP; (?:A nc nr PP; =A nc nc PP; )?A ni nd PP; ` + aUnwind,
		"blind": blindOut + `A ni Q; (?:=?A ni(?: lr| ld)+ Q; )+` + aPickUp + `(?:A nh lc Q; A nc lc Q; )*(?:A nh lc Q; )?A n[ch] lc Q!; =A n[ch] ld; A nd; =E` +
			`|` + blindOut + `A ni Q; (?:=?A ni(?: lr| ld)+ Q; )*A ni(?: lr)* Q!; (?:=A ni(?: lr| ld)+; )*A nd; =E` +
			`|` + blindOut + `A ni Q; (?:=?A ni(?: lr| ld)+ Q; )*A ni Q!; =A ni V; A ni V!; A nd; =E` +
			`|` + blindOut + `A nb lr; (?:=?A nb(?: lr| ld)+; )*=?A nc(?: lr)+; =A nc(?: lr| lc)+; (?:=?A nc(?: lr| lc| ld)+; )*` + bare +
			`|` + blindOut + `A nb lr; (?:=?A nb(?: lr| ld)+; )*A ni V; A ni V!; A nd; =E` +
			`|` + blindOut + `A nb lr; (?:=?A nb lr(?: lr)+; )*(?:=?A nb(?: lr| ld)+; )+A nd; =E` + // he gave up
			`|` + mail,
		"warm": aMenu + `A ni P+Q; ` + aRound + aPickUp + `A nh lc P+Q; A nw lc P+Q; =A nw lc lr P+Q; A nw lc lr P+Q!; =A nw ld lr P+; A nw lr P*P!; (?:=?A nw lr P*P!; )*A nc lr; =A nc lc; ` + bare +
			`|` + queue, // the colleague did not answer
		"direct":   `S nr; (?:=?S nr(?: lr| ld)+; )+(?:=?A nc(?: lr)+; =A nc(?: lr| lc)+; (?:=?A nc(?: lr| lc| ld)+; )*` + bare + `|=A ni V; A ni V!; A nd; =E)`,
		"internal": `S lr; (?:=?S lr(?: lr)+; )+(?:(?:=?S lr(?: lr| ld)+; )*=?A lc(?: lr)+; =A lc(?: lr| lc)+; (?:=?A lc(?: lr| lc| ld)+; )*(?:A lh lc; A lc lc; )*(?:A lh lc; )?A l[ch] ld; A ld; =E|(?:=?S lr(?: lr| ld)+; )+S ld; =E)`,
		"outbound": `S lr; S lr nr; (?:A lc nr; =A lc nc; (?:A lc nh; A lc nc; )*(?:A lc nh; )?A lc nd; A ld; =E|S lr nd; S ld; =E)`,
	}
}

func TestShapes(t *testing.T) {
	patterns := shapes()
	for _, name := range scriptNames() {
		t.Run(name, func(t *testing.T) {
			want := regexp.MustCompile(`^(?:` + patterns[name] + `)$`)
			w := build(t, Config{Seed: 21, Scenario: name, Retention: 24 * time.Hour})
			run(w, 90*time.Minute, nil)
			calls := 0
			for _, tr := range w.Truths() {
				if tr.Outcome == nil || tr.Script != name {
					continue
				}
				if len(tr.Associated) > 0 && name == "warm" {
					checkConsultation(t, w, tr)
				}
				_, states, _ := w.States(tr.ID)
				calls++
				got := shape(states)
				if name == "queue" || name == "withheld" || name == "warm" {
					if *tr.Outcome != "answered" { // impatient, or the queue's time was over
						continue
					}
				}
				if !want.MatchString(got) {
					t.Errorf("%s %s:\n%s", tr.ID, *tr.Outcome, got)
				}
			}
			if calls < 50 {
				t.Errorf("only %d calls", calls)
			}
		})
	}
}

// checkConsultation looks at the two conversation spaces of a warm transfer.
func checkConsultation(t *testing.T, w *World, tr Truth) {
	t.Helper()
	meta, states, ok := w.States(tr.Associated[0])
	if !ok {
		t.Fatalf("%s: no consultation %v", tr.ID, tr.Associated)
	}
	if len(meta.AssociatedConversations) != 1 || meta.AssociatedConversations[0] != tr.ID || meta.Direction != "OUTBOUND" {
		t.Errorf("%s: its consultation says %+v", tr.ID, meta)
	}
	if got := shape(states); !regexp.MustCompile(`^S lr; S lr lr; A lc lr; =A lc lc; A lc ld; A ld; =E$`).MatchString(got) {
		t.Errorf("consultation %s:\n%s", meta.ConversationSpaceID, got)
	}
	_, own, _ := w.States(tr.ID)
	for i, s := range own {
		status := s.Participants[0].Status
		if status.Value != "IN_WARM_TRANSFER" {
			continue
		}
		joined := own[i+1].Participants
		ringing := joined[len(joined)-1]
		transferrer, target := states[0].Participants[0], states[1].Participants[1]
		switch {
		case status.Initiator.ConversationSpaceID != tr.ID, status.Initiator.ParticipantID != s.Participants[1].ID:
			t.Errorf("%s: initiator %+v", tr.ID, status.Initiator)
		case status.Transferrer.ConversationSpaceID != tr.Associated[0], status.Transferrer.ParticipantID != transferrer.ID:
			t.Errorf("%s: transferrer %+v", tr.ID, status.Transferrer)
		case status.Destination.ParticipantID != target.ID, status.Destination.ExtensionNumber != target.Type.ExtensionNumber:
			t.Errorf("%s: destination %+v", tr.ID, status.Destination)
		case ringing.Originator != transferrer.ID, ringing.Type.ExtensionNumber != target.Type.ExtensionNumber:
			t.Errorf("%s: the new leg is %+v", tr.ID, ringing)
		}
		return
	}
	t.Errorf("%s: associated, but never IN_WARM_TRANSFER", tr.ID)
}
